"""From what a person writes ("the link of the health meeting to 33.A: accept") to the decision that it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from mandategraph.core.claims import Claim, Claims, concept, words_of
from mandategraph.core.dates import write_date
from mandategraph.core.decisions import Before, Decision
from mandategraph.core.errors import AmbiguousName, UnknownName, WrongUse
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import DCTERMS, KOS, MG, XSD
from mandategraph.core.ports import GraphStore
from mandategraph.core.references import References
from mandategraph.core.suspicion import Circumstances, addressees_of, quoted_by, things_of
from mandategraph.core.terms import Iri, Literal, Term, values_block

VERDICTS = ("accept", "reject", "withdraw")
LINK_TYPES = ("contributes", "fulfils", "reports-on", "takes-up", "continues", "cites", "lists")
CERTAINTIES = ("will-participate", "planned", "possible", "to-be-considered", "declined", "took-part")
MANDATE_STATUSES = (
    "open", "continuous", "standing", "answered", "fulfilled", "elapsed", "superseded", "repealed", "duplicate",
    "procedural", "done-by-adoption", "declaratory", "unknown",
)  # fmt: skip
PROGRESS = ("planned", "date-open", "date-fixed", "postponed", "cancelled", "reported")
_TO = re.compile(r"\s*(?:->|→|=>)\s*")


class Desk:
    """
    Where decisions are prepared: a store, the names in it, and the claims that stand.

    Every method returns the decision to write, or None where it stands already. WrongUse says what cannot be decided.
    """

    def __init__(
        self, store: GraphStore, graphs: Graphs, references: References, claims: Claims, any_day: bool = False
    ) -> None:
        """Prepare decisions; `any_day` says that days outside the period of a plan are meant."""
        self.any_day = any_day
        self.store, self.graphs, self.references, self.claims = store, graphs, references, claims
        self._now = Circumstances({}, {})

    def look_up(self, things: Iterable[str]) -> None:
        """Read the words of many things at once, and whom they ask, before they are asked for one by one."""
        wanted = {thing for thing in things if thing and thing not in self._now.words}
        if wanted:
            words = dict.fromkeys(wanted, ()) | words_of(self.store, self.graphs, wanted)
            asked = addressees_of(self.store, self.graphs, wanted)
            self._now = Circumstances({**self._now.words, **words}, {**self._now.addressees, **asked})

    def link(self, thing: str, verdict: str, link_type: str = "contributes") -> Decision | None:
        """Decide a proposed link by its key, or one that a person makes: "ACTIVITY -> PARAGRAPH"."""
        _one_of("verdict", verdict, VERDICTS)
        _one_of("kind of link", link_type, LINK_TYPES)
        ends = _TO.split(thing, maxsplit=1)
        if len(ends) == 1:
            return self.judged(self.found("link", thing, self.claims.of("link")), verdict)
        start = self.resolved(("plan",) if link_type == "lists" else ("activity", "task"), ends[0])
        end = self.resolved(("provision", "task", "document"), ends[1])
        content = _link_content(start, end, link_type)
        known = self.claims.with_key(("link", str(start), str(end), concept("link", link_type)))
        if known:
            return self.judged(known[0], verdict)
        if verdict != "accept":
            raise WrongUse(f"There is no such link to {verdict}: {thing}")
        return Decision("link", True, content, before=self.before([str(start), str(end)]))

    def responsible(self, thing: str, verdict: str, actor: str = "") -> Decision | None:
        """Decide who is in charge of a mandate or an entry: a proposal by its key, or the thing and the body."""
        _one_of("verdict", verdict, VERDICTS)
        role = KOS + "role-responsible"
        known = [claim for claim in self.claims.of("participation") if claim.one("role") == role]
        exact = self.claims.named(thing, known)
        if len(exact) == 1 and not actor:
            return self.judged(exact[0], verdict)
        try:
            holder = str(self.resolved(("task", "activity"), thing, statements_of_paragraph=True))
        except UnknownName as problem:
            raise UnknownName("mandate, entry or proposal", thing, [*_tails(known), *problem.nearest]) from problem
        of_it = [claim for claim in known if claim.holder == holder]
        if not actor:
            return self.judged(self._single("proposal for it", thing, of_it), verdict)
        body = self.references.resolve("actor", actor, "--actor", "CAM")
        same = [claim for claim in of_it if claim.one("actor") == str(body)]
        if same:
            return self.judged(same[0], verdict)
        if verdict != "accept":
            raise WrongUse(f"Nobody says that {actor} is in charge of it; there is nothing to {verdict}.")
        content: tuple[tuple[str, Term], ...] = ((MG + "role", Iri(role)), (MG + "actor", body))
        return Decision("participation", True, content, holder=holder, before=self.before([holder]))

    def participation(self, thing: str, verdict: str, actor: str = "") -> Decision | None:
        """Settle whether somebody takes part: accept, reject (declined), withdraw, or a certainty; or who is meant."""
        _one_of("verdict", verdict, (*VERDICTS, *CERTAINTIES))
        claim = self.found("participation", thing, self.claims.of("participation"))
        if verdict == "withdraw":
            return self.judged(claim, verdict)
        if not claim.one("certainty") and not actor and verdict in VERDICTS:
            return self.judged(claim, verdict)
        certainty = {"accept": "will-participate", "reject": "declined"}.get(verdict, verdict)
        family = self.claims.family(claim)
        standing = [one for one in family if self.stands(one) and one.is_decided]
        who = self.references.resolve("actor", actor, "--actor", "IOM") if actor else None
        actors: list[Term] = [who] if who is not None else list(claim.said.get(MG + "actor", ()))
        said: dict[str, list[Term]] = {
            MG + "role": list(claim.said.get(MG + "role", ())),
            MG + "actor": actors,
            MG + "asWritten": list(claim.said.get(MG + "asWritten", ())),
            MG + "certainty": [Iri(concept("certainty", certainty))],
        }
        content = tuple((name, value) for name, values in said.items() for value in values)
        if any(_same(one, content) and not self.is_old(one) for one in standing):
            return None
        roots = [one.iri for one in family if not one.is_decided]
        origins = tuple(sorted({*roots, *(one.iri for one in standing)}))
        return Decision(
            "participation",
            True,
            content,
            origins,
            tuple(standing),
            claim.holder,
            self.before([claim.iri, claim.holder]),
        )

    def status(self, thing: str, value: str, since: date, fixed_for: date | None = None) -> Decision | None:
        """
        Record the status of a mandate, or how far an entry has come, as of a day; `withdraw` takes back the last.

        A date that is fixed is told with the day for which the entry is set.
        """
        subject = str(self.resolved(("task", "activity"), thing, statements_of_paragraph=True))
        is_activity = not re.search(r"/s\d+\Z", subject)
        if is_activity and value == "held":
            raise WrongUse("That a meeting was held is told with its day: mandategraph decide held ACTIVITY DATE")
        _one_of("status", value, ("withdraw", *(PROGRESS if is_activity else MANDATE_STATUSES)))
        if (value == "date-fixed") != (fixed_for is not None):
            raise WrongUse(
                f"For which day is it fixed? For example: decide status {thing} date-fixed --day 2016-10-27"
                if fixed_for is None
                else f"A day is given with date-fixed only, not with {value}."
            )
        if fixed_for is not None:
            self._in_period(subject, fixed_for)
        name, scheme = ("progress", "progress") if is_activity else ("mandateStatus", "mandate")
        mine = [c for c in self.claims.decided_about(subject) if c.recorded[0] == name and self.stands(c)]
        if value == "withdraw":
            if not mine:
                raise WrongUse(f"Nobody has decided a status of {thing}; there is nothing to withdraw.")
            return self.withdrawal(max(mine, key=lambda c: (c.one("onDate"), c.day, c.iri)))
        content: tuple[tuple[str, Term], ...] = (
            (MG + "about", Iri(subject)),
            (MG + name, Iri(concept(scheme, value))),
            (MG + "onDate", the_day(since)),
            *(((MG + "fixedFor", the_day(fixed_for)),) if fixed_for else ()),
        )
        if any(_same(one, content) and not self.is_old(one) for one in mine):
            return None
        # Two records of one day would both be the latest: the later decision takes the place of the earlier one. So
        # it does of one that was taken on words which are no more.
        replaced = tuple(one for one in mine if one.one("onDate")[:10] == since.isoformat() or self.is_old(one))
        origins = tuple(one.iri for one in replaced)
        return Decision("status", True, content, origins, replaced, before=self.before([subject]))

    def held(self, thing: str, when: date, outcome: Iri | None = None) -> Decision | None:
        """Record that an entry of the calendar was held on a day."""
        activity = str(self.references.resolve("activity", thing, "activity", "migration-and-health"))
        self._in_period(activity, when)
        known = [c for c in self.claims.of("held") if c.one("executes") == activity and self.stands(c)]
        told: list[tuple[str, Term]] = [(MG + "executes", Iri(activity)), (MG + "heldOn", the_day(when))]
        told += [(DCTERMS + "title", title) for title in self._titles(activity)]
        told += [(MG + "produced", outcome)] if outcome is not None else []
        content = tuple(told)
        if any(_same(one, content) and not self.is_old(one) for one in known):
            return None
        mine = [c for c in self.claims.of("status") if c.one("about") == activity and c.is_decided and self.stands(c)]
        is_held, day = KOS + "progress-held", when.isoformat()
        mine = [c for c in mine if c.one("progress") == is_held or c.one("onDate") == day or self.is_old(c)]
        record: tuple[tuple[str, Term], ...] = (
            (MG + "about", Iri(activity)),
            (MG + "progress", Iri(KOS + "progress-held")),
            (MG + "onDate", the_day(when)),
        )
        before = self.before([activity])
        beside = Decision("status", True, record, tuple(c.iri for c in mine), tuple(mine), before=before)
        decided = tuple(claim for claim in known if claim.is_decided)
        return Decision(
            "held", True, content, tuple(c.iri for c in decided), decided, before=before, companions=(beside,)
        )

    def not_held(self, thing: str) -> Decision:
        """Withdraw that an entry was held."""
        activity = str(self.references.resolve("activity", thing, "activity", "migration-and-health"))
        known = [c for c in self.claims.of("held") if c.one("executes") == activity and c.is_decided]
        known = [c for c in known if self.stands(c)]
        if not known:
            raise WrongUse(f"Nobody has recorded that {thing} was held; there is nothing to withdraw.")
        records = [c for c in self.claims.of("status") if c.one("about") == activity and c.is_decided]
        records = [c for c in records if c.one("progress") == KOS + "progress-held" and self.stands(c)]
        beside = tuple(self.withdrawal(record) for record in records)
        first = self.withdrawal(known[0])
        return Decision("held", False, first.content, first.origins, tuple(known), among_facts=False, companions=beside)

    def gap(self, code: str, focus: str, verdict: str, words: str = "", until: date | None = None) -> Decision | None:
        """Accept that something is missing, or withdraw that."""
        known = [c for c in self.claims.of("gap") if c.one("gapKind") == code and self.stands(c)]
        known = [c for c in known if focus in map(str, c.said.get(MG + "about", ()))]
        _one_of("verdict", verdict, VERDICTS)
        if verdict != "accept":
            if not known:
                raise WrongUse(f"Nobody has accepted that gap ({code}); there is nothing to {verdict}.")
            return self.withdrawal(known[-1])
        told: list[tuple[str, Term]] = [(MG + "about", Iri(focus)), (MG + "gapKind", Literal(code))]
        told += [(MG + "asWritten", Literal(words))] if words else []
        told += [(MG + "until", the_day(until))] if until else []
        if any(_same(one, tuple(told)) and not self.is_old(one) for one in known):
            return None
        mine = tuple(one for one in known if len(one.said.get(MG + "about", ())) == 1)
        return Decision("gap", True, tuple(told), tuple(c.iri for c in mine), mine, before=self.before([focus]))

    def judged(self, claim: Claim, verdict: str) -> Decision | None:
        """Accept, reject or take back what a claim says, whoever has said it before."""
        family = [one for one in self.claims.family(claim) if one.key == claim.key]
        standing = [one for one in family if self.stands(one)]
        decided = [one for one in standing if one.is_decided]
        rejected = [
            one for one in family
            if one.status == "rejected" and not self.claims.derived_from(one.iri) and self._closes(one)
        ]  # fmt: skip
        said = [one for one in family if not one.is_decided]
        aside = [one for one in family if self._is_aside(one)]
        before = self.before([claim.one("from"), claim.one("to"), claim.holder])
        content, holder = _content(claim), claim.holder
        if verdict == "accept":
            if aside and not self._is_there(claim):
                raise WrongUse("What it was decided on is not there any more; reject it, or withdraw it.")
            if any(one.status in ("confirmed", "stated") and not self.is_old(one) for one in standing):
                return None
            # Confirmed anew on other words, it takes the place of what was decided on the earlier ones.
            answered = (*said, *rejected, *decided, *aside)
            displaced = self._facts((*rejected, *decided))
            origins = sorted(one.iri for one in answered)
            return Decision(claim.kind, True, content, tuple(origins), displaced, holder, before)
        if verdict == "withdraw":
            if not decided and not rejected and not aside:
                raise WrongUse("Nobody has decided that; there is nothing to withdraw.")
            taken = [*(decided or rejected), *aside]
            origins = sorted(one.iri for one in taken)
            return Decision(
                claim.kind, False, content, tuple(origins), self._facts(taken), holder, before, among_facts=False
            )
        if rejected:
            return None
        origins = sorted(one.iri for one in (*said, *decided, *aside))
        # What a text states comes back with every refresh: its rejection stands beside it, among the facts.
        beside_facts = any(one.graph == self.graphs.facts for one in said)
        return Decision(claim.kind, False, content, tuple(origins), tuple(decided), holder, before, beside_facts)

    def found(self, kind: str, thing: str, known: Collection[Claim]) -> Claim:
        """Return the claim that a key names; UnknownName with the nearest, AmbiguousName with the candidates."""
        whole = self.claims.get(thing)
        if whole is not None and whole.kind == kind:
            return whole
        found = self.claims.named(thing, known)
        if not found:
            raise UnknownName(kind, thing, _tails(known), "List what waits with: mandategraph ask decisions-pending")
        return self._single(kind, thing, found)

    def _single(self, kind: str, thing: str, found: Sequence[Claim]) -> Claim:
        if not found:
            raise UnknownName(kind, thing, ())
        if len({claim.key for claim in found}) > 1:
            raise AmbiguousName(kind, thing, _tails(found))
        return found[0]

    def stands(self, claim: Claim) -> bool:
        """Whether a claim holds: it lies among the facts, and no later decision has taken it back."""
        if claim.graph != self.graphs.facts or claim.status not in ("confirmed", "stated", "inferred"):
            return False
        later = self.claims.derived_from(claim.iri)
        return not any(one.status == "rejected" and not self.claims.derived_from(one.iri) for one in later)

    def _facts(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        return tuple(claim for claim in claims if claim.graph == self.graphs.facts)

    def _is_aside(self, claim: Claim) -> bool:
        """Whether a decision lies apart because what it hung on was gone, and nobody has decided since."""
        in_review = claim.graph == self.graphs.review and claim.is_decided and claim.status == "confirmed"
        return in_review and not self.claims.derived_from(claim.iri)

    def _is_there(self, claim: Claim) -> bool:
        """Whether everything is among the facts that a claim hangs on."""
        block = values_block(["thing"], [[Iri(thing)] for thing in things_of(claim)])
        rows = self.store.select(f"SELECT DISTINCT ?thing {{ {block} ?thing a ?kind }}", self.graphs.public()).rows
        return len(rows) == len(things_of(claim))

    def _closes(self, rejection: Claim) -> bool:
        origins = [self.claims.get(iri) for iri in rejection.origins]
        return any(origin is not None and not origin.is_decided for origin in origins)

    def withdrawal(self, claim: Claim) -> Decision:
        """Return the decision that takes back an earlier one."""
        return Decision(claim.kind, False, _content(claim), (claim.iri,), (claim,), claim.holder, among_facts=False)

    def before(self, things: Sequence[str]) -> Before:
        """Return what is before the person who decides on some things: their words, and whom they ask."""
        self.look_up(things)
        known = [thing for thing in things if thing]
        words = {words for thing in known for words in self._now.words.get(thing, ())}
        return Before(
            tuple(sorted(words)), tuple(sorted({one for thing in known for one in self._now.addressees.get(thing, ())}))
        )

    def is_old(self, claim: Claim) -> bool:
        """Whether what a decision was taken on is no longer the same."""
        self.look_up(quoted_by(claim))
        return self._now.have_changed(claim)

    def _in_period(self, activity: str, day: date) -> None:
        """Raise WrongUse where a day lies outside the period of the plan and nobody has said that it is meant."""
        block = values_block(["thing"], [[Iri(activity)]])
        query = f"""
SELECT ?first ?last WHERE {{
  {block}
  ?thing <{MG}scheduledIn>/<{MG}plannedPeriod> ?period . ?period <{MG}earliest> ?first ; <{MG}latest> ?last
}}"""
        for row in () if self.any_day else self.store.select(query, self.graphs.public()).rows:
            first, last = str(row["first"])[:10], str(row["last"])[:10]
            if not first <= day.isoformat() <= last:
                raise WrongUse(
                    f"{write_date(day.isoformat())} lies outside the period of the plan, {write_date(first)} to "
                    f"{write_date(last)}. If it is meant, say --yes."
                )

    def _titles(self, thing: str) -> list[Term]:
        block = values_block(["thing"], [[Iri(thing)]])
        rows = self.store.select(
            f"SELECT ?t {{ {block} ?thing <{DCTERMS}title> ?t }} ORDER BY ?t", self.graphs.public()
        )
        return [row["t"] for row in rows.rows]

    def resolved(self, kinds: Sequence[str], text: str, statements_of_paragraph: bool = False) -> Iri:
        """Return the thing that a person names; UnknownName with the nearest, AmbiguousName with the candidates."""
        problems = []
        for kind in kinds:
            try:
                term = self.references.resolve(kind, text, "thing", "AG/RES. 2881, 33.A")
            except AmbiguousName:
                raise
            except WrongUse as problem:
                problems.append(problem)
                continue
            if isinstance(term, Iri):
                return term
        if statements_of_paragraph:
            self.references.resolve("iri", text, "thing", "AG/RES. 2881, 33.A")
        nearest = [name for problem in problems if isinstance(problem, UnknownName) for name in problem.nearest]
        raise UnknownName(" or ".join(kinds), text, nearest)


def _content(claim: Claim) -> tuple[tuple[str, Term], ...]:
    kept = ("from", "to", "linkType", "role", "actor", "asWritten", "certainty", "about", "mandateStatus", "progress",
            "priority", "begins", "ends", "onDate", "fixedFor", "gapKind", "until", "executes", "heldOn",
            "produced")  # fmt: skip
    return tuple((MG + name, value) for name in kept for value in claim.said.get(MG + name, ()))


def _link_content(start: Iri, end: Iri, link_type: str) -> tuple[tuple[str, Term], ...]:
    return ((MG + "from", start), (MG + "to", end), (MG + "linkType", Iri(concept("link", link_type))))


def _same(claim: Claim, content: Iterable[tuple[str, Term]]) -> bool:
    told = {(name, str(value)) for name, value in content}
    return told == {(name, str(value)) for name, value in _content(claim)} | {
        (name, str(value)) for name, values in claim.said.items() if name == DCTERMS + "title" for value in values
    }


def _tails(claims: Iterable[Claim]) -> list[str]:
    return sorted({claim.iri.rsplit("/", 1)[-1] for claim in claims})


def the_day(day: date) -> Literal:
    """Return a day as the graph has it."""
    return Literal(day.isoformat(), datatype=XSD + "date")


def _one_of(what: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise UnknownName(what, given, known, f"There are {', '.join(known)}.")
