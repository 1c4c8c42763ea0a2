"""
What follows from the facts, concluded from nothing, and the difference written to the store.

The axioms close the facts that they speak of in memory; the other rules are queries on a copy of those that they read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import pyoxigraph as ox

from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, Quad, values_block
from mandategraph.engine.terms import to_term
from mandategraph.reason.horn import Program, close, relations_of
from mandategraph.reason.rules import AXIOM, TYPE, Rule, head_of

N_TRIPLES = "application/n-triples"

Step = Callable[[ox.Store], Iterable[ox.Triple]]
"""What looks at all that is known and yields what follows from it; it may yield what is known already."""


@dataclass(frozen=True, slots=True)
class Inference:
    """What a run concluded: triples by rule and in all, and the difference that was written."""

    counts: Mapping[str, int]
    total: int
    added: int
    removed: int


def infer(
    store: GraphStore, rules: Sequence[Rule], graphs: Graphs | None = None, closure: Step | None = None
) -> Inference:
    """
    Bring the inferred graph up to date: conclude everything anew from the facts, write only what changed.

    `closure` stands in for the rules that are axioms, as the reference reasoner does.
    """
    graphs = graphs or Graphs()
    facts = Dataset((None, graphs.facts))

    def spoken_of(some: Sequence[Rule]) -> bytes:
        return b"".join(piece for query in questions_of(some) for piece in store.answer(query, facts, N_TRIPLES))

    everything = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    held = b"".join(store.answer(everything, Dataset((graphs.inferred,)), N_TRIPLES))
    derived, counts = _concluded(spoken_of, rules, closure)
    before = set(_lines(held))
    added, removed = derived - before, before - derived
    if removed:
        store.write(quads_of(added, graphs.inferred), quads_of(removed, graphs.inferred))
    elif added:
        store.load(BytesIO(_text(added)), N_TRIPLES, graphs.inferred)
    return Inference(counts, len(derived), len(added), len(removed))


def derive(
    facts: bytes, rules: Sequence[Rule], closure: Step | None = None
) -> tuple[frozenset[ox.Triple], dict[str, int]]:
    """
    Return all that the rules conclude from facts in N-Triples and the facts do not say, and how much each rule gave.

    A conclusion about a blank node is left out: it could not be found again in another graph.
    """
    said = _dump(_stored(facts))
    derived, counts = _concluded(lambda _: said, rules, closure)
    return frozenset(quad.triple for quad in _parsed(derived)), counts


def questions_of(rules: Sequence[Rule]) -> list[str]:
    """Return the queries for the facts that rules speak of: labels and other classes are most of the rest."""
    names = set().union(*(rule.names for rule in rules))
    classes = set().union(*(rule.classes or () for rule in rules))
    if all(rule.classes is not None for rule in rules):
        names.discard(TYPE)
    found = []
    for variable, some, triple in (("p", names, "?s ?p ?o"), ("o", classes, f"?s <{TYPE}> ?o")):
        if some:
            values = values_block([variable], [(Iri(name),) for name in sorted(some)])
            found.append(f"CONSTRUCT {{ {triple} }} WHERE {{ {values} {triple} }}")
    return found


def quads_of(lines: Iterable[str], graph: str) -> list[Quad]:
    """Return triples in N-Triples, each without its full stop, as quads of a graph, sorted."""
    return [_plain(quad.triple, Iri(graph)) for quad in _parsed(sorted(lines))]


def _concluded(
    spoken_of: Callable[[Sequence[Rule]], bytes], rules: Sequence[Rule], closure: Step | None
) -> tuple[set[str], dict[str, int]]:
    used = [rule for rule in rules if closure is None or rule.kind != AXIOM]
    run = _Run.of(spoken_of, rules, closure)
    counts = {rule.name: 0 for rule in used}
    for stage in sorted({rule.stage for rule in rules}):
        here = [rule for rule in used if rule.stage == stage]
        # Once each: no rule file reads what its own stage concludes, and what files conclude the axioms see.
        for rule in here:
            if rule.kind != AXIOM:
                counts[rule.name] += run.ask(rule)
        if closure is not None and stage == 1:
            counts["closure"] = run.take(_text_of(closure(run.copy)))
        else:
            counts.update(run.close([rule for rule in here if rule.kind == AXIOM]))
    return run.derived, counts


@dataclass
class _Run:
    """
    What is known on the way, twice over where both need it: `copy` is what rule files read, `said` what axioms read.

    `heads` holds what is said already of what the files conclude.
    """

    copy: ox.Store
    copied: frozenset[str]
    said: list[str]
    heads: set[str]
    derived: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, spoken_of: Callable[[Sequence[Rule]], bytes], rules: Sequence[Rule], closure: Step | None) -> _Run:
        axioms = [rule for rule in rules if rule.kind == AXIOM]
        files = [rule for rule in rules if rule.kind != AXIOM]
        asking = rules if closure is not None else files
        copy = _stored(spoken_of(asking) if asking else b"")
        said = _lines(spoken_of(axioms)) if axioms and closure is None else []
        heads = {head_of(rule) for rule in files}
        triples = (quad.triple for head in heads for quad in copy.quads_for_pattern(None, ox.NamedNode(head), None))
        read = {reach.predicate for rule in files if rule.derivation for reach in rule.derivation.reach}
        if closure is not None:
            read.update(*(rule.names for rule in axioms))
        copied = frozenset(f"<{name}>" for name in read)
        return cls(copy, copied, said, set(_split(_text_of(triples))))

    def ask(self, rule: Rule) -> int:
        """Conclude what a rule file says; return how much of it is new."""
        try:
            answer = self.copy.query(rule.query)
        except SyntaxError as problem:
            raise BrokenLibrary(f"queries/rules/{rule.name}.rq: {problem}") from problem
        assert isinstance(answer, ox.QueryTriples)  # noqa: S101 - a rule file without CONSTRUCT was refused
        return self.take(answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b"")

    def take(self, found: bytes) -> int:
        """Know triples; return how many are new and about things with names."""
        fresh = {line for line in set(_split(found)) - self.heads - self.derived if _is_named(line)}
        self._know(fresh)
        return len(fresh)

    def close(self, axioms: Sequence[Rule]) -> dict[str, int]:
        """Conclude what axioms say; return how much each of them gave."""
        program = Program.of(axioms)
        if not program.relations:
            return {}
        closed = close(program, relations_of((*self.said, *self.derived), program))
        self._know(closed.lines())
        return closed.counts

    def _know(self, lines: Collection[str]) -> None:
        self.derived.update(lines)
        read = [line for line in lines if line.split(" ", 2)[1] in self.copied]
        if read:
            self.copy.bulk_load(_text(read), format=ox.RdfFormat.N_TRIPLES)


def _is_named(line: str) -> bool:
    return line[0] == "<" and line.split(" ", 2)[2][0] != "_"


def _stored(triples: bytes) -> ox.Store:
    store = ox.Store()
    store.bulk_load(triples, format=ox.RdfFormat.N_TRIPLES)
    return store


def _dump(store: ox.Store) -> bytes:
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b""


def _split(triples: bytes) -> list[str]:
    # Not splitlines: a literal may hold other characters that end a line, but none holds a new line.
    return triples.decode().split(" .\n")[:-1]


def _lines(triples: bytes) -> list[str]:
    """Return triples as lines without full stops, all spelled the one way in which the engine writes them."""
    *lines, rest = triples.decode().split(" .\n")
    if rest:
        return _split(_dump(_stored(triples)))
    # Other engines write blanks, literals and characters as they like; three IRIs without escapes have one spelling.
    other = [line for line in lines if line.count(" ") != 2 or '"' in line or "\\" in line]
    if not other:
        return lines
    plain = set(lines).difference(other)
    return [*plain, *_split(_dump(_stored(_text(other))))]


def _text(lines: Iterable[str]) -> bytes:
    return "".join([f"{line} .\n" for line in lines]).encode()


def _text_of(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    return iter(ox.parse(_text(lines), format=ox.RdfFormat.N_TRIPLES))


def _plain(triple: ox.Triple, graph: Iri) -> Quad:
    assert isinstance(triple.subject, ox.NamedNode)  # noqa: S101 - nameless ones were left out
    return Quad(Iri(triple.subject.value), Iri(triple.predicate.value), to_term(triple.object), graph)
