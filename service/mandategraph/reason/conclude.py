"""
What follows from the facts, concluded from nothing, and the difference written to the store.

The facts that rules speak of are read once; the axioms close them in memory, the other rules are queries on a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad
from mandategraph.reason.horn import Program, close, facts_of, line_of
from mandategraph.reason.rules import AXIOM, Rule

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
    facts = b"".join(store.answer(spoken_of(rules), Dataset((None, graphs.facts)), N_TRIPLES))
    everything = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    held = b"".join(store.answer(everything, Dataset((graphs.inferred,)), N_TRIPLES))
    derived, counts = _concluded(facts, rules, closure)
    before = set(_lines(held))
    added, removed = derived.keys() - before, before - derived.keys()
    if added or removed:
        store.write(quads_of(added, graphs.inferred), quads_of(removed, graphs.inferred))
    return Inference(counts, len(derived), len(added), len(removed))


def derive(
    facts: bytes, rules: Sequence[Rule], closure: Step | None = None
) -> tuple[frozenset[ox.Triple], dict[str, int]]:
    """
    Return all that the rules conclude from facts in N-Triples and the facts do not say, and how much each rule gave.

    A conclusion about a blank node is left out: it could not be found again in another graph.
    """
    derived, counts = _concluded(facts, rules, closure)
    return frozenset(quad.triple for quad in _parsed(derived)), counts


def spoken_of(rules: Sequence[Rule]) -> str:
    """Return the query for the facts that rules speak of: labels and quotations are most of the rest."""
    names = sorted(set().union(*(rule.names for rule in rules)))
    values = " ".join(Iri(name).sparql() for name in names)
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?p {{ {values} }} ?s ?p ?o }}"


def quads_of(lines: Iterable[str], graph: str) -> list[Quad]:
    """Return triples in N-Triples, each without its full stop, as quads of a graph, sorted."""
    return [_plain(quad.triple, Iri(graph)) for quad in _parsed(sorted(lines))]


def _concluded(facts: bytes, rules: Sequence[Rule], closure: Step | None) -> tuple[dict[str, str], dict[str, int]]:
    known = _stored(facts)
    used = [rule for rule in rules if closure is None or rule.kind != AXIOM]
    derived: dict[str, str] = {}
    for stage in sorted({rule.stage for rule in rules}):
        here = [rule for rule in used if rule.stage == stage]
        derivations = [rule for rule in here if rule.kind != AXIOM]
        program = Program.of(here)
        reference = closure if stage == 1 else None
        _run_stage(known, derivations, program, reference, derived)
    counts = {rule.name: 0 for rule in used}
    for name in derived.values():
        counts[name] = counts.get(name, 0) + 1
    return derived, counts


def _run_stage(
    known: ox.Store, derivations: Sequence[Rule], program: Program, reference: Step | None, derived: dict[str, str]
) -> None:
    # Once each: no rule file reads what its own stage concludes, and what files conclude the axioms see.
    for rule in derivations:
        derived.update((f"{triple}", rule.name) for triple in _fresh(known, _construct(known, rule)))
    if reference is not None:
        derived.update((f"{triple}", "closure") for triple in _fresh(known, reference(known)))
    elif program.relations:
        _closed(known, program, derived)


def _closed(known: ox.Store, program: Program, derived: dict[str, str]) -> None:
    found, _ = close(program, facts_of(_dumped(known), program))
    new = {line_of(fact): rule for fact, rule in found.items()}
    known.bulk_load("".join(f"{line} .\n" for line in new).encode(), format=ox.RdfFormat.N_TRIPLES)
    derived.update(new)


def _fresh(known: ox.Store, found: Iterable[ox.Triple]) -> list[ox.Triple]:
    fresh = [t for t in dict.fromkeys(found) if not _is_nameless(t) and ox.Quad(*t) not in known]
    known.extend(ox.Quad(*triple) for triple in fresh)
    return fresh


def _construct(known: ox.Store, rule: Rule) -> Iterator[ox.Triple]:
    try:
        answer = known.query(rule.query)
    except SyntaxError as problem:
        raise BrokenLibrary(f"queries/rules/{rule.name}.rq: {problem}") from problem
    assert isinstance(answer, ox.QueryTriples)  # noqa: S101 - a rule file without CONSTRUCT was refused
    return answer


def _stored(triples: bytes) -> ox.Store:
    store = ox.Store()
    store.bulk_load(triples, format=ox.RdfFormat.N_TRIPLES)
    return store


def _dumped(store: ox.Store) -> list[str]:
    text = (store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b"").decode()
    # Not splitlines: a literal may hold other characters that end a line.
    return text.split("\n")[:-1]


def _lines(triples: bytes) -> Iterator[str]:
    # Read back through a store, so that both sides spell their literals alike.
    return (line[:-2] for line in _dumped(_stored(triples)))


def _parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    text = "".join(f"{line} .\n" for line in lines)
    return iter(ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES))


def _is_nameless(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _plain(triple: ox.Triple, graph: Iri) -> Quad:
    assert isinstance(triple.subject, ox.NamedNode)  # noqa: S101 - nameless ones were left out
    return Quad(Iri(triple.subject.value), Iri(triple.predicate.value), plain_term(triple.object), graph)


def plain_term(term: object) -> Iri | Literal | BlankNode:
    """Return a term of the engine as a term of ours; TypeError for what RDF 1.1 does not have."""
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, language=term.language)
        return Literal(term.value, datatype=term.datatype.value)
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    raise TypeError(f"not a term of RDF 1.1: {term!r}")
