"""What people may decide, and have decided, as it stands in a store: links, roles, statuses, gaps, meetings held."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import KOS, MG, OA, PROV, RDF, SKOS
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term, values_block

CLASSES: Mapping[str, str] = {
    "link": MG + "TraceLink",
    "participation": MG + "Participation",
    "status": MG + "StatusRecord",
    "gap": MG + "AcceptedGap",
    "held": MG + "HeldActivity",
}
"""Kind of a claim to its class."""

RECORDED = ("mandateStatus", "progress", "priority", "begins", "ends")
"""What a record may tell of a thing: its status, how far it has come, its category, its beginning, its end."""


def concept(scheme: str, value: str) -> str:
    """Return the address of a value of a code list."""
    return "".join((KOS, scheme, "-", value))


def value_of(address: str, scheme: str) -> str:
    """
    Return the value that an address names in a code list; any other address as it is.

    >>> value_of(concept("status", "confirmed"), "status")
    'confirmed'
    """
    return address.removeprefix(concept(scheme, ""))


_AT_ONCE = 400
_CLAIMS = f"""
SELECT ?graph ?node ?class ?property ?value WHERE {{
  GRAPH ?graph {{ ?node a ?class ; ?property ?value }}
  VALUES ?class {{ {" ".join(f"<{iri}>" for iri in CLASSES.values())} }}
}}
ORDER BY ?graph ?node ?class ?property ?value
"""
_HOLDERS = f"SELECT ?graph ?node ?holder WHERE {{ GRAPH ?graph {{ ?holder <{MG}participation> ?node }} }}"
_AGENTS = f"SELECT ?agent ?class ?name WHERE {{ ?agent a ?class . OPTIONAL {{ ?agent <{SKOS}prefLabel> ?name }} }}"


@dataclass(frozen=True)
class Claim:
    """One claim: its address, its kind, the graph it lies in, what is said of it, and what it is a role in or of."""

    iri: str
    kind: str
    graph: str
    said: Mapping[str, tuple[Term, ...]]
    holder: str = ""

    def one(self, name: str) -> str:
        """Return the value of a property of our own namespace, the empty text where there is none."""
        return min((str(value) for value in self.said.get(MG + name, ())), default="")

    @property
    def status(self) -> str:
        """What is claimed of it: stated, inferred, proposed, confirmed, rejected; an accepted gap is confirmed."""
        told = value_of(self.one("assertionStatus"), "status")
        return told or ("confirmed" if self.kind in ("gap", "held") else "")

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """The claims from which it was derived."""
        return tuple(sorted(str(value) for value in self.said.get(PROV + "wasDerivedFrom", ())))

    @property
    def person(self) -> str:
        """Who decided it, or else who proposed it."""
        first = self.one("decidedBy") or self.one("acceptedBy")
        return first or min(map(str, self.said.get(PROV + "wasAttributedTo", ())), default="")

    @property
    def day(self) -> str:
        """The day on which it was decided, empty where nobody has."""
        return (self.one("decidedOn") or self.one("acceptedOn"))[:10]

    @property
    def reason(self) -> str:
        """Why, in the words of the person who decided."""
        return self.one("decisionNote") or self.one("reason")

    @property
    def recorded(self) -> tuple[str, str]:
        """What a record tells, and its value; empty texts where it is no record."""
        return next(((name, value) for name in RECORDED if (value := self.one(name))), ("", ""))

    @property
    def is_decided(self) -> bool:
        """Whether a person stands for it."""
        return bool(self.day and self.status in ("confirmed", "rejected"))

    @cached_property
    def key(self) -> tuple[str, ...]:
        """What it claims, whoever claims it: two claims with one key say the same of the same things."""
        if self.kind == "link":
            return (self.kind, self.one("from"), self.one("to"), self.one("linkType"))
        if self.kind == "participation":
            return (self.kind, self.holder, self.one("role"), self.one("actor") or self.one("asWritten"))
        if self.kind == "status":
            return (self.kind, self.one("about"), *self.recorded, self.one("onDate")[:10])
        if self.kind == "gap":
            return (self.kind, self.one("gapKind"), *sorted(map(str, self.said.get(MG + "about", ()))))
        return (self.kind, self.one("executes") or self.iri)

    @property
    def subjects(self) -> tuple[str, ...]:
        """What a record, a gap or a meeting speaks of; a gap together with its check."""
        about = [str(value) for value in self.said.get(MG + "about", ())]
        if self.kind == "gap":
            return tuple(f"{self.one('gapKind')} {thing}" for thing in about)
        return tuple(thing for thing in (*about, self.one("executes")) if thing)

    def quads(self) -> list[Quad]:
        """Return the quads that make it, as they lie in its graph."""
        graph, subject = Iri(self.graph), Iri(self.iri)
        found = [Quad(subject, Iri(name), value, graph) for name, values in self.said.items() for value in values]
        if self.holder:
            found.append(Quad(Iri(self.holder), Iri(MG + "participation"), subject, graph))
        return found


class Claims:
    """All claims of one state of a store, read once."""

    def __init__(self, claims: Iterable[Claim], programs: Mapping[str, str] | None = None) -> None:
        self.all = tuple(claims)
        self.programs = dict(programs or {})
        self._by_iri = {claim.iri: claim for claim in self.all}
        self._by_key: dict[tuple[str, ...], list[Claim]] = {}
        self._by_kind: dict[str, list[Claim]] = {}
        self._derived: dict[str, list[Claim]] = {}
        self._about: dict[str, list[Claim]] = {}
        self._roles: dict[str, list[Claim]] = {}
        for claim in self.all:
            self._by_key.setdefault(claim.key, []).append(claim)
            self._by_kind.setdefault(claim.kind, []).append(claim)
            for subject in claim.subjects if claim.is_decided else ():
                self._about.setdefault(subject, []).append(claim)
            if claim.holder and claim.one("role") == concept("role", "responsible"):
                self._roles.setdefault(claim.holder, []).append(claim)
            for origin in claim.origins:
                self._derived.setdefault(origin, []).append(claim)

    @classmethod
    def read(cls, store: GraphStore, graphs: Graphs) -> Claims:
        """Return the claims among the facts and under review, and the names of the programs that make proposals."""
        dataset = Dataset((None,), (graphs.facts, graphs.review))
        holders = {
            (str(row["graph"]), str(row["node"])): str(row["holder"]) for row in store.select(_HOLDERS, dataset).rows
        }
        kinds = {iri: kind for kind, iri in CLASSES.items()}
        told: dict[tuple[str, str], dict[str, list[Term]]] = {}
        classes: dict[tuple[str, str], str] = {}
        for row in store.select(_CLAIMS, dataset).rows:
            if isinstance(row["node"], BlankNode):
                continue
            place = (str(row["graph"]), str(row["node"]))
            classes.setdefault(place, kinds[str(row["class"])])
            told.setdefault(place, {}).setdefault(str(row["property"]), []).append(row["value"])
        claims = [
            Claim(
                iri, classes[graph, iri], graph, {k: tuple(v) for k, v in said.items()}, holders.get((graph, iri), "")
            )
            for (graph, iri), said in told.items()
        ]
        agents = f"VALUES ?class {{ <{PROV}SoftwareAgent> }}"
        rows = store.select(_AGENTS.replace("WHERE {", f"WHERE {{ {agents}"), Dataset((None, graphs.facts))).rows
        programs = {str(row["name"]): str(row["agent"]) for row in rows if "name" in row}
        programs.update({str(row["agent"]).rsplit("/", 1)[-1]: str(row["agent"]) for row in rows})
        return cls(claims, programs)

    def of(self, kind: str) -> list[Claim]:
        """Return the claims of one kind."""
        return self._by_kind.get(kind, [])

    def get(self, iri: str) -> Claim | None:
        """Return the claim of an address."""
        return self._by_iri.get(iri)

    def with_key(self, key: tuple[str, ...]) -> list[Claim]:
        """Return the claims that say the same of the same things."""
        return self._by_key.get(key, [])

    def decided_about(self, subject: str) -> list[Claim]:
        """Return the decided records, gaps and meetings that speak of a thing."""
        return self._about.get(subject, [])

    def in_charge_of(self, thing: str) -> list[Claim]:
        """Return what is claimed of who is in charge of a thing, whoever claims it and whether it stands or not."""
        return self._roles.get(thing, [])

    def derived_from(self, iri: str) -> list[Claim]:
        """Return what was derived from a claim."""
        return self._derived.get(iri, [])

    @staticmethod
    def named(thing: str, known: Iterable[Claim]) -> list[Claim]:
        """Return the claims that a key names, with or without the word that marks a proposal."""
        tails = [(claim, claim.iri.rsplit("/", 1)[-1].casefold()) for claim in known]
        wanted = thing.strip().casefold()
        exact = [claim for claim, tail in tails if thing == claim.iri or tail == wanted]
        return exact or [claim for claim, tail in tails if tail.removeprefix("proposal-") == wanted]

    def family(self, claim: Claim) -> list[Claim]:
        """Return a claim with all that it was derived from, all that was derived from it, and all that say the same."""
        found: dict[str, Claim] = {}
        waiting, keys = [claim], set[tuple[str, ...]]()
        while waiting:
            one = waiting.pop()
            if one.iri in found:
                continue
            found[one.iri] = one
            waiting += self.derived_from(one.iri)
            waiting += [other for origin in one.origins if (other := self.get(origin))]
            if one.kind in ("link", "participation") and one.key not in keys:
                keys.add(one.key)
                waiting += self.with_key(one.key)
        return sorted(found.values(), key=lambda one: (one.day, one.iri))

    def depth(self, claim: Claim) -> int:
        """Return how many claims stand behind one, each derived from the next: of one day, later ones stand deeper."""
        deepest, level = 0, [claim]
        seen = {claim.iri}
        while level:
            level = [
                one for each in level for origin in each.origins if (one := self.get(origin)) and one.iri not in seen
            ]
            seen |= {one.iri for one in level}
            deepest += bool(level)
        return deepest

    def is_closed(self, claim: Claim, facts: str) -> bool:
        """Whether somebody's decision on a proposal still stands; `facts` names the graph of what holds."""
        for later in self.derived_from(claim.iri):
            if later.graph == facts or (later.status == "rejected" and not self.derived_from(later.iri)):
                return True
        return False


def digest(words: str) -> str:
    """Return the SHA-256 of some quoted words, as SPARQL's SHA256 gives it."""
    return hashlib.sha256(words.encode()).hexdigest()


def words_of(store: GraphStore, graphs: Graphs, things: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the quoted words of each thing in the order of the text: its own, or else its paragraph's."""
    found: dict[str, list[tuple[int, str]]] = {}
    wanted = sorted(thing for thing in things if thing)
    for start in range(0, len(wanted), _AT_ONCE):
        block = values_block(["thing"], [[Iri(iri)] for iri in wanted[start : start + _AT_ONCE]])
        query = f"""
SELECT DISTINCT ?thing ?words ?start WHERE {{
  {block}
  ?thing <{MG}expressedIn>?/<{MG}textSpan> ?span .
  ?span <{OA}hasSelector> ?quote , ?position .
  ?quote <{OA}exact> ?words . ?position <{OA}start> ?start
}}"""
        for row in store.select(query, graphs.public()).rows:
            found.setdefault(str(row["thing"]), []).append((int(str(row["start"])), str(row["words"])))
    return {thing: tuple(words for _, words in sorted(set(places))) for thing, places in found.items()}


def person_quads(iri: Iri, name: str, graph: Iri) -> list[Quad]:
    """Return what makes a person known who decides."""
    return [
        Quad(iri, Iri(RDF + "type"), Iri(PROV + "Agent"), graph),
        Quad(iri, Iri(RDF + "type"), Iri(PROV + "Person"), graph),
        Quad(iri, Iri(SKOS + "prefLabel"), Literal(name), graph),
    ]
