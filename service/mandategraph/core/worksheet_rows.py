"""The rows of a worksheet: what waits for a decision, and what was decided on words that are no longer the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mandategraph.core.claims import Claim, Claims, concept, digest, words_of
from mandategraph.core.dates import write_date
from mandategraph.core.findings import Finding
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.suspicion import Circumstances, things_of
from mandategraph.core.worksheet import Row, seal, seals, state_of

_RESPONSIBLE = concept("role", "responsible")
Said = Mapping[str, str]


def rows_of(
    store: GraphStore,
    graphs: Graphs,
    claims: Claims,
    findings: Sequence[Finding],
    labels: Said,
    language: str,
) -> dict[str, list[Row]]:
    """Return the rows of every sheet as things stand now; what has to be looked at again comes first on its sheet."""

    def said(text: str) -> str:
        return labels.get(text, text)

    suspects = Suspects.of(store, graphs, claims, labels)
    open_links = [c for c in claims.of("link") if c.status == "proposed" and not claims.is_closed(c, graphs.facts)]
    open_roles = [
        c for c in claims.of("participation")
        if not c.is_decided and not claims.is_closed(c, graphs.facts)
        and (c.status == "proposed" or c.one("certainty") or not c.one("actor"))
    ]  # fmt: skip
    tasks = _tasks(store, graphs)
    activities = _activities(store, graphs)
    links, roles = [*suspects.of_kind("link"), *open_links], [*suspects.of_kind("participation"), *open_roles]
    roles = [c for c in roles if not (c.is_decided and c.holder in tasks and c.one("role") == _RESPONSIBLE)]
    things = [*(c.one("to") for c in links), *tasks, *activities, *(c.iri for c in roles)]
    things += [c.holder for c in roles]
    quotes = words_of(store, graphs, set(things))
    sealed = {thing: seal(map(digest, quotes.get(thing, ()))) for thing in things}
    found: dict[str, list[Row]] = {"links": [], "participation": []}
    for c in sorted(links, key=lambda c: (not c.is_decided, said(c.one("from")), c.one("to"), c.iri)):
        end = c.one("to")
        cells = {"activity": said(c.one("from")), "type": said(c.one("linkType")), "paragraph": said(end)}
        cells |= {"quote": suspects.now(c, quotes.get(end, ())), "then": suspects.then(c)}
        cells |= {"now": said(concept("status", c.status)), "basis": c.one("basis"), "score": c.one("score")}
        found["links"].append(Row(c.iri, sealed[end], state_of(claims, "link", c.iri), cells))
    for c in sorted(roles, key=lambda c: (not c.is_decided, said(c.holder), c.iri)):
        who = said(c.one("actor")) if c.one("actor") else f"“{c.one('asWritten')}”"
        cells = {"activity": said(c.holder), "who": who, "role": said(c.one("role"))}
        cells |= {"now": said(c.one("certainty") or concept("status", c.status)), "then": suspects.then(c)}
        found["participation"].append(Row(c.iri, sealed[c.iri], state_of(claims, "participation", c.iri), cells))
    found["mandates"] = [
        Row(task, sealed[task], state_of(claims, "status", task), {
            "paragraph": said(told.paragraph), "quote": " ".join(quotes.get(task, ())),
            "then": suspects.then(*claims.decided_about(task), *claims.in_charge_of(task)),
            "addressee": "; ".join(map(said, told.addressees)), "now": said(told.status),
            "categoryNow": said(told.category), "charge": "; ".join(map(said, told.charge)),
            "beginsNow": write_date(told.begins, language), "endsNow": write_date(told.ends, language),
        })
        for task, told in tasks.items()
    ]  # fmt: skip
    found["activities"] = [
        Row(iri, sealed[iri], state_of(claims, "held", iri), {
            "activity": said(iri), "planned": write_date(told.when, language), "now": said(told.progress),
            "then": suspects.then(*claims.decided_about(iri)),
        })
        for iri, told in activities.items()
    ]  # fmt: skip
    excused = suspects.gaps()
    about = seals(store, graphs, [*(str(finding.focus) for finding in findings), *(focus for _, focus in excused)])
    found["gaps"] = [
        Row(f"{code} {focus}", about[focus], state_of(claims, "gap", f"{code} {focus}"), {
            "finding": f"{said(code)} ({said(focus)})", "then": suspects.then(claim),
        })
        for (code, focus), claim in excused.items()
    ]  # fmt: skip
    known = {row.key for row in found["gaps"]}
    found["gaps"] += [
        Row(key, about[str(one.focus)], state_of(claims, "gap", key), {"finding": one.message, "todo": one.todo})
        for key, one in {f"{finding.code} {finding.focus}": finding for finding in findings}.items()
        if key not in known
    ]
    return found


def things_shown(store: GraphStore, graphs: Graphs, claims: Claims) -> list[str]:
    """Return the addresses whose labels a worksheet needs."""
    names = ("from", "to", "linkType", "role", "actor", "certainty", "about", "addresseeBefore")
    told = {str(value) for c in claims.all for name in names for value in c.said.get(MG + name, ())}
    told |= {c.holder for c in claims.all}
    told |= {concept("status", value) for value in ("stated", "inferred", "proposed", "confirmed")}
    for task in _tasks(store, graphs).values():
        told |= {task.paragraph, *task.addressees, task.status, task.category, *task.charge}
    for iri, entry in _activities(store, graphs).items():
        told |= {iri, entry.progress}
    return sorted(one for one in told if ":" in one and not one.startswith("“"))


class Suspects:
    """The decisions that have to be looked at again, and the words and addressees of then beside those of now."""

    def __init__(self, claims: Iterable[Claim], now: Circumstances, labels: Said) -> None:
        self._claims = {claim.iri: claim for claim in claims}
        self._now, self._labels = now, labels

    @classmethod
    def of(cls, store: GraphStore, graphs: Graphs, claims: Claims, labels: Said) -> Suspects:
        """Return those among some claims: what counts, and what was set aside because its thing is gone."""
        counted = [
            c for c in claims.all
            if c.is_decided and c.status == "confirmed"
            and (c.graph == graphs.facts or not claims.derived_from(c.iri))
        ]  # fmt: skip
        now = Circumstances.of(store, graphs, counted)
        return cls([c for c in counted if c.graph != graphs.facts or now.have_changed(c)], now, labels)

    def of_kind(self, kind: str) -> list[Claim]:
        """Return those of one kind."""
        return [claim for claim in self._claims.values() if claim.kind == kind]

    def gaps(self) -> dict[tuple[str, str], Claim]:
        """Return the accepted gaps among them, by check and thing."""
        found = self.of_kind("gap")
        return {(c.one("gapKind"), str(thing)): c for c in found for thing in c.said.get(MG + "about", ())}

    def then(self, *claims: Claim) -> str:
        """Return the words that some decisions were taken on and that are no more, with whom they asked."""
        told = []
        for claim in claims:
            if claim.iri not in self._claims:
                continue
            now = {words for thing in things_of(claim) for words in self._now.words.get(thing, ())}
            told += [str(one) for one in claim.said.get(MG + "wordsBefore", ()) if str(one) not in now]
            then = {str(one) for one in claim.said.get(MG + "addresseeBefore", ())}
            if then != self._asked(claim):
                told.append(self._named(then))
        return " ".join(dict.fromkeys(told))

    def now(self, claim: Claim, words: Sequence[str]) -> str:
        """Return the words that a thing has now, with whom they ask where those are others than before."""
        then = {str(one) for one in claim.said.get(MG + "addresseeBefore", ())}
        is_other = bool(words) and claim.iri in self._claims and then != self._asked(claim)
        return " ".join([*words, *([self._named(self._asked(claim))] if is_other else [])])

    def _asked(self, claim: Claim) -> set[str]:
        return {one for thing in things_of(claim) for one in self._now.addressees.get(thing, ())}

    def _named(self, actors: Collection[str]) -> str:
        return f"[{'; '.join(sorted(self._labels.get(one, one) for one in actors)) or '–'}]"


@dataclass
class _Task:
    """What the register tells of a mandate."""

    paragraph: str
    status: str = ""
    category: str = ""
    begins: str = ""
    ends: str = ""
    addressees: list[str] = field(default_factory=list)
    charge: list[str] = field(default_factory=list)


def _tasks(store: GraphStore, graphs: Graphs) -> dict[str, _Task]:
    query = f"""
SELECT ?task ?paragraph ?status ?category ?begins ?ends ?who ?charge WHERE {{
  ?task a <{MG}Mandate> ; <{MG}expressedIn> ?paragraph .
  OPTIONAL {{ ?task <{MG}mandateStatus> ?status }}
  OPTIONAL {{ ?task <{MG}priority> ?category }}
  OPTIONAL {{ ?first <{MG}about> ?task ; <{MG}begins> ?firstDecided ; <{MG}decidedOn> ?on }}
  OPTIONAL {{ ?last <{MG}about> ?task ; <{MG}ends> ?lastDecided ; <{MG}decidedOn> ?at }}
  OPTIONAL {{ ?task <{MG}begins> ?firstKnown }}
  OPTIONAL {{ ?task <{MG}ends> ?lastKnown }}
  BIND(COALESCE(?firstDecided, ?firstKnown) AS ?begins)
  BIND(COALESCE(?lastDecided, ?lastKnown) AS ?ends)
  OPTIONAL {{
    {{ ?task <{MG}addressee> ?who }}
    UNION {{
      ?task <{MG}participation> ?part .
      ?part <{MG}role> <{_RESPONSIBLE}> ; <{MG}actor> ?charge ; <{MG}assertionStatus> ?said .
      FILTER(?said IN (<{concept("status", "stated")}>, <{concept("status", "confirmed")}>))
    }}
  }}
}} ORDER BY ?task ?who ?charge"""
    found: dict[str, _Task] = {}
    for row in store.select(query, graphs.public()).rows:
        told = found.setdefault(str(row["task"]), _Task(str(row["paragraph"])))
        for name in ("status", "category", "begins", "ends"):
            setattr(told, name, getattr(told, name) or str(row.get(name, "")))
        for name, known in (("who", told.addressees), ("charge", told.charge)):
            if name in row and str(row[name]) not in known:
                known.append(str(row[name]))
    return found


@dataclass(frozen=True)
class _Entry:
    """When an entry of a calendar is planned, and how far it has come."""

    when: str = ""
    progress: str = ""


def _activities(store: GraphStore, graphs: Graphs) -> dict[str, _Entry]:
    query = f"""
SELECT ?one ?when ?progress WHERE {{
  ?one a <{MG}ScheduledActivity> ; <{MG}plannedTime> ?time . OPTIONAL {{ ?time <{MG}edtf> ?when }}
  OPTIONAL {{ ?one <{MG}order> ?order }}
  OPTIONAL {{ ?one <{MG}progress> ?progress }}
}} ORDER BY ?order ?one"""
    rows = store.select(query, graphs.public()).rows
    return {str(row["one"]): _Entry(str(row.get("when", "")), str(row.get("progress", ""))) for row in rows}
