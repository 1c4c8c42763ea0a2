"""
The reference reasoner: owlrl's OWL 2 RL closure of data and axioms, cut down to what our rules claim to conclude.

It takes seconds where the rules take milliseconds; it is there to hold the rules to the axioms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import process_time
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from rdflib import Graph

from mandategraph.reason.conclude import Step

LITERAL_SUBJECT = "literal subject"
TRIVIAL = "trivial"
VOCABULARY = "about the vocabulary"
OTHER = "in terms that are not ours"


@dataclass(frozen=True, slots=True)
class Closure:
    """
    What owlrl adds to data and axioms.

    `triples` are those between things in terms of the axioms; `left_out` counts the rest by reason;
    `merged` are pairs said to be the same, which our axioms must never give; `faults` are inconsistencies, in words;
    `seconds` is the processor time that owlrl took, without reading and sorting out.
    """

    triples: frozenset[ox.Triple]
    left_out: Mapping[str, int]
    merged: frozenset[tuple[str, str]]
    faults: tuple[str, ...]
    seconds: float


def close(data: bytes, axioms: bytes) -> Closure:
    """
    Return the closure of data under axioms, both in Turtle or N-Triples.

    >>> mg = b"PREFIX mg: <https://w3id.org/mandategraph/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    >>> closure = close(mg + b"<urn:a> mg:partOf <urn:b> .", mg + b"mg:partOf rdfs:subPropertyOf mg:within .")
    >>> [str(triple) for triple in closure.triples]
    ['<urn:a> <https://w3id.org/mandategraph/ns#within> <urn:b>']
    """
    from owlrl.OWLRL import OWLRL_Semantics
    from rdflib import OWL, Graph, URIRef
    from rdflib import Literal as RdfLiteral

    rules = Graph().parse(data=axioms, format="turtle")
    ours = _terms(rules)
    graph = Graph().parse(data=data, format="turtle")
    given = set(graph)
    graph += rules
    before = set(graph)
    semantics = OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    start = process_time()
    semantics.closure()
    seconds = process_time() - start
    faults = tuple(sorted(str(message) for message in semantics.error_messages))
    triples, merged = set(), set()
    left_out = dict.fromkeys((LITERAL_SUBJECT, TRIVIAL, VOCABULARY, OTHER), 0)
    for triple in set(graph) - before:
        subject, predicate, object_ = triple
        reason = _reason_to_leave_out(triple, ours)
        if predicate == OWL.sameAs and subject != object_ and not isinstance(subject, RdfLiteral):
            merged.add((str(subject), str(object_)))
        if reason:
            left_out[reason] += 1
        elif triple not in given and isinstance(subject, URIRef) and isinstance(object_, URIRef | RdfLiteral):
            triples.add(ox.Triple(ox.NamedNode(subject), ox.NamedNode(str(predicate)), _term(object_)))
    return Closure(frozenset(triples), left_out, frozenset(merged), faults, seconds)


def closure_step(axioms: bytes) -> Step:
    """Return a step for `rules.infer` that asks owlrl where the axioms' own rules would run."""

    def run(known: ox.Store) -> Iterator[ox.Triple]:
        data = known.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        return iter(close(data or b"", axioms).triples)

    return run


def _terms(axioms: Graph) -> frozenset[Any]:
    from rdflib import OWL, RDF, RDFS

    terms: set[Any] = set()
    pairs = (RDFS.subPropertyOf, RDFS.subClassOf, OWL.equivalentClass, OWL.equivalentProperty, OWL.inverseOf)
    for predicate in pairs:
        for subject, _, object_ in axioms.triples((None, predicate, None)):
            terms.update((subject, object_))
    terms.update(axioms.subjects(OWL.propertyChainAxiom))
    for kind in (OWL.TransitiveProperty, OWL.SymmetricProperty):
        terms.update(axioms.subjects(RDF.type, kind))
    return frozenset(terms)


def _term(term: Any) -> ox.NamedNode | ox.Literal:
    from rdflib import Literal as RdfLiteral

    if not isinstance(term, RdfLiteral):
        return ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))


def _reason_to_leave_out(triple: tuple[Any, Any, Any], ours: frozenset[Any]) -> str:
    from rdflib import OWL, RDF, RDFS
    from rdflib import Literal as RdfLiteral

    subject, predicate, object_ = triple
    if isinstance(subject, RdfLiteral):
        return LITERAL_SUBJECT
    if (predicate == OWL.sameAs and subject == object_) or object_ in (OWL.Thing, RDFS.Resource):
        return TRIVIAL
    if subject in ours or str(predicate).startswith((str(RDFS), str(OWL))):
        return VOCABULARY
    if predicate in ours or (predicate == RDF.type and object_ in ours):
        return ""
    return OTHER
