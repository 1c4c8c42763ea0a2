"""Any shapes on any data, by pySHACL: for files that have nothing to do with mandates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mandategraph.checks.reference import literals_as_written
from mandategraph.core.errors import BadData, RefusedQuery
from mandategraph.core.namespaces import SH, XSD
from mandategraph.core.scanner import tokens
from mandategraph.core.terms import XSD_STRING, BlankNode, Literal, Quad, Term

if TYPE_CHECKING:
    import rdflib

# In a query of a shape these would make the validator open an address.
_REACHES_OUT = frozenset({"SERVICE", "FROM", "LOAD"})
_QUERIES = frozenset(SH + name for name in ("select", "ask", "construct", "update"))


@dataclass(frozen=True, slots=True)
class AnyReport:
    """What a validation says: whether the data conform, and the `sh:ValidationReport` in Turtle."""

    conforms: bool
    turtle: str


def validated(data: Iterable[Quad], shapes: Iterable[Quad]) -> AnyReport:
    """
    Return the report of some shapes on some data, graphs aside.

    Nothing is fetched: imports are not followed and a query that would reach out is refused (RefusedQuery). Shapes that
    the standard calls ill-formed raise BadData, so that nobody reads them as a clean bill of health.
    """
    import pyshacl
    import rdflib

    asked = list(shapes)
    for quad in asked:
        if quad.predicate.value in _QUERIES and isinstance(quad.object, Literal):
            _refuse_reaching_out(quad.object.value)
    with literals_as_written():
        # As text, because pySHACL reads the truths of shapes ("true", never "1") in a way of its own.
        text = _graph(asked).serialize(format="nt")
        options: dict[str, Any] = {"shacl_graph": text, "shacl_graph_format": "nt", "advanced": True}
        try:
            conforms, report, words = pyshacl.validate(_graph(data), **options)
        except Exception as problem:  # pySHACL raises errors of many kinds, all of them about the shapes
            raise BadData(f"These shapes cannot be used: {_first_line(problem)}") from problem
    if not isinstance(report, rdflib.Graph):
        raise BadData(f"These shapes cannot be used: {_first_line(words)}")
    return AnyReport(bool(conforms), _turtle(report.serialize(format="nt")))


def _turtle(ntriples: str) -> str:
    # rdflib writes "none"^^xsd:boolean as a bare word, which is no Turtle, and "300"^^xsd:byte as a number.
    dataset = ox.Dataset(ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES))
    # Blank nodes get names by their content, so that the same input gives the same bytes.
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    ordered = sorted(dataset, key=lambda quad: (str(quad.subject), str(quad.predicate), str(quad.object)))
    triples = [quad.triple for quad in ordered]
    prefixes = {"sh": SH, "xsd": XSD}
    return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def _first_line(problem: object) -> str:
    lines = str(problem).strip().splitlines()
    return lines[0] if lines else type(problem).__name__


def _refuse_reaching_out(query: str) -> None:
    for token in tokens(query):
        if token.keyword in _REACHES_OUT:
            raise RefusedQuery(f"A query of these shapes uses {token.keyword}; shapes may not open other addresses.")


def _graph(quads: Iterable[Quad]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    for quad in quads:
        graph.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    return graph


def _node(term: Term) -> rdflib.term.Node:
    import rdflib

    if isinstance(term, Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        if term.datatype == XSD_STRING:
            return rdflib.Literal(term.value)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype))
    return rdflib.BNode(term.value) if isinstance(term, BlankNode) else rdflib.URIRef(term.value)
