"""
What follows from the facts: the files of queries/rules, run to a fixpoint, and the difference written to the store.

A rule is a CONSTRUCT over the default graph. Rules run in stages: a rule that looks for what is absent, or for the
latest of several, belongs to a later stage than the rules that could still add to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import RDF
from mandategraph.core.ports import GraphStore
from mandategraph.core.questions import header_of
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad

AXIOM, DERIVATION = "axiom", "derivation"
N_TRIPLES = "application/n-triples"

Step = Callable[[ox.Store], Iterable[ox.Triple]]
"""What looks at all that is known and yields what follows from it; it may yield what is known already."""

_COMMENT = re.compile(r"(?m)^\s*#.*$|(?<=\s)#[^\n>]*$")
_PREFIX = re.compile(r"(?im)^\s*PREFIX\s+([A-Za-z][\w-]*):\s*<([^>]*)>")
_IRI = re.compile(r"<([^<>\s]*)>")
_NAME = re.compile(r"(?<![\w:?$])([A-Za-z][\w-]*):([A-Za-z][\w-]*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One file of queries/rules: what it concludes, in words and as a query, and the names it speaks of."""

    name: str
    kind: str
    stage: int
    summary: Mapping[str, str]
    why: str
    query: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Inference:
    """What a run concluded: triples by rule and in all, and the difference that was written."""

    counts: Mapping[str, int]
    total: int
    added: int
    removed: int


def read_rule(name: str, text: str) -> Rule:
    r"""
    Return the rule that a file holds; BrokenLibrary, naming the file, where its header is not a rule's.

    >>> text = '''#+ id: within
    ... #+ kind: axiom
    ... #+ stage: 1
    ... #+ axiom: "mg:partOf rdfs:subPropertyOf mg:within"
    ... #+ summary: {en: A part is within the whole.}
    ... PREFIX mg: <https://w3id.org/mandategraph/ns#>
    ... CONSTRUCT { ?part mg:within ?whole } WHERE { ?part mg:partOf ?whole }'''
    >>> rule = read_rule("within", text)
    >>> rule.stage, sorted(rule.names)[0]
    (1, 'https://w3id.org/mandategraph/ns#partOf')
    """
    import yaml  # 20 ms that only this step needs

    file = f"queries/rules/{name}.rq"
    try:
        header = yaml.safe_load(header_of(text))
        kind, stage, summary = str(header["kind"]), int(header["stage"]), dict(header["summary"])
        why = str(header["axiom" if kind == AXIOM else "reason"])
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as problem:
        raise BrokenLibrary(f"{file}: the header lacks id, kind, stage, summary, or axiom or reason") from problem
    if header.get("id") != name or kind not in (AXIOM, DERIVATION) or stage < 1:
        raise BrokenLibrary(f"{file}: id must be the file's name, kind axiom or derivation, stage a number from 1")
    return Rule(name, kind, stage, summary, why, text, _names_in(text, file))


def read_rules(texts: Mapping[str, str]) -> tuple[Rule, ...]:
    """Return the rules of these files (name to text) in the order in which they run."""
    rules = [read_rule(name, text) for name, text in texts.items()]
    if not rules:
        raise BrokenLibrary("queries/rules holds no rule")
    return tuple(sorted(rules, key=lambda rule: (rule.stage, rule.kind == AXIOM, rule.name)))


def infer(
    store: GraphStore, rules: Sequence[Rule], graphs: Graphs | None = None, closure: Step | None = None
) -> Inference:
    """
    Bring the inferred graph up to date: conclude everything anew from the facts, write only what changed.

    `closure` stands in for the rules that are axioms, as the reference reasoner does.
    """
    graphs = graphs or Graphs()
    facts = b"".join(store.answer(_spoken_of(rules), Dataset((None, graphs.facts)), N_TRIPLES))
    everything = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    held = b"".join(store.answer(everything, Dataset((graphs.inferred,)), N_TRIPLES))
    derived, counts = derive(facts, rules, closure)
    # Read back through a store, so that both sides spell their literals alike.
    before = {quad.triple for quad in _stored(held)}
    graph = Iri(graphs.inferred)
    additions = [_plain(triple, graph) for triple in derived if triple not in before]
    removals = [_plain(triple, graph) for triple in before.difference(derived)]
    if additions or removals:
        store.write(sorted(additions, key=_order), sorted(removals, key=_order))
    return Inference(counts, len(derived), len(additions), len(removals))


def derive(
    facts: bytes, rules: Sequence[Rule], closure: Step | None = None
) -> tuple[frozenset[ox.Triple], dict[str, int]]:
    """
    Return all that the rules conclude from facts in N-Triples and the facts do not say, and how much each rule gave.

    A conclusion about a blank node is left out: it could not be found again in another graph.
    """
    known = _stored(facts)
    derived: dict[ox.Triple, str] = {}
    for stage in sorted({rule.stage for rule in rules}):
        steps: list[tuple[str, Step, frozenset[str] | None]] = [
            (rule.name, _step(rule), rule.names)
            for rule in rules
            if rule.stage == stage and (closure is None or rule.kind != AXIOM)
        ]
        if closure is not None and stage == 1:
            steps.append(("closure", closure, None))
        _to_fixpoint(known, steps, derived)
    counts = {rule.name: 0 for rule in rules if closure is None or rule.kind != AXIOM}
    for name in derived.values():
        counts[name] = counts.get(name, 0) + 1
    return frozenset(derived), counts


def _to_fixpoint(
    known: ox.Store, steps: Sequence[tuple[str, Step, frozenset[str] | None]], derived: dict[ox.Triple, str]
) -> None:
    waiting = {name for name, _, _ in steps}
    while waiting:
        for name, step, _ in steps:
            if name not in waiting:
                continue
            waiting.discard(name)
            fresh = [
                triple
                for triple in dict.fromkeys(step(known))
                if not _is_nameless(triple) and ox.Quad(*triple) not in known
            ]
            if not fresh:
                continue
            known.extend(ox.Quad(*triple) for triple in fresh)
            derived.update((triple, name) for triple in fresh)
            # Only a rule that speaks of what was added can conclude more; a step without names speaks of all.
            added = {triple.predicate.value for triple in fresh}
            waiting.update(other for other, _, spoken in steps if spoken is None or spoken & added)


def _step(rule: Rule) -> Step:
    def run(known: ox.Store) -> Iterator[ox.Triple]:
        try:
            answer = known.query(rule.query)
        except SyntaxError as problem:
            raise BrokenLibrary(f"queries/rules/{rule.name}.rq: {problem}") from problem
        if not isinstance(answer, ox.QueryTriples):
            raise BrokenLibrary(f"queries/rules/{rule.name}.rq is no CONSTRUCT")
        return answer

    return run


def _names_in(text: str, file: str) -> frozenset[str]:
    prefixes = dict(_PREFIX.findall(text))
    body = _COMMENT.sub("", _PREFIX.sub("", text))
    names = set(_IRI.findall(body))
    for prefix, local in _NAME.findall(_IRI.sub("", body)):
        if prefix not in prefixes:
            raise BrokenLibrary(f"{file}: the prefix {prefix}: is not declared")
        names.add(prefixes[prefix] + local)
    if re.search(r"[\s;(/|^]a[\s/|)]", body):
        names.add(RDF + "type")
    return frozenset(names)


def _spoken_of(rules: Sequence[Rule]) -> str:
    # Labels, spans and quotations are most of the facts, and no rule speaks of them.
    names = sorted(set().union(*(rule.names for rule in rules)))
    values = " ".join(Iri(name).sparql() for name in names)
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?p {{ {values} }} ?s ?p ?o }}"


def _stored(triples: bytes) -> ox.Store:
    store = ox.Store()
    store.load(triples, format=ox.RdfFormat.N_TRIPLES)
    return store


def _is_nameless(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _plain(triple: ox.Triple, graph: Iri) -> Quad:
    assert isinstance(triple.subject, ox.NamedNode)  # noqa: S101 - nameless ones were left out
    return Quad(Iri(triple.subject.value), Iri(triple.predicate.value), _plain_term(triple.object), graph)


def _plain_term(term: object) -> Iri | Literal | BlankNode:
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, language=term.language)
        return Literal(term.value, datatype=term.datatype.value)
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    raise TypeError(f"not a term of RDF 1.1: {term!r}")


def _order(quad: Quad) -> tuple[str, str, str]:
    return str(quad.subject), str(quad.predicate), str(quad.object)
