"""Our plain terms to those of the embedded engine, and back."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

from mandategraph.core.errors import WrongUse
from mandategraph.core.ports import Table
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term

OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal


@lru_cache(maxsize=65_536)
def _iri(value: str) -> Iri:
    return Iri(value)


def to_term(term: object) -> Term:
    """
    Return the engine's term as ours; WrongUse for a triple term, which RDF 1.1 does not have.

    >>> to_term(ox.Literal("oui", language="fr"))
    Literal(value='oui', datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#langString', language='fr')
    """
    if isinstance(term, ox.NamedNode):
        return _iri(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, language=term.language)
        return Literal(term.value, term.datatype.value)
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    raise WrongUse("The answer holds a triple as a term, which RDF 1.1 does not have.")


def read_tsv(data: bytes) -> Table:
    """
    Return a table that the engine wrote as TSV.

    >>> read_tsv(b"?a\\t?b\\n<urn:x>\\t\\n").rows
    ({'a': Iri(value='urn:x')},)
    """
    results = ox.parse_query_results(data, format=ox.QueryResultsFormat.TSV)
    assert isinstance(results, ox.QuerySolutions)  # noqa: S101  no other form has tables
    variables = tuple(variable.value for variable in results.variables)
    rows = []
    for solution in results:
        found = ((name, solution[name]) for name in variables)
        rows.append({name: to_term(term) for name, term in found if term is not None})
    return Table(variables, tuple(rows))


def from_term(term: Term) -> OxTerm:
    """
    Return our term as the engine's.

    >>> from_term(Iri("urn:a"))
    <NamedNode value=urn:a>
    """
    if not isinstance(term, Literal):
        return from_node(term)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))


def to_quad(quad: ox.Quad) -> Quad:
    """Return the engine's quad as ours."""
    graph = None if isinstance(quad.graph_name, ox.DefaultGraph) else to_term(quad.graph_name)
    return _quad(quad.subject, quad.predicate, quad.object, graph)


def to_triple(triple: ox.Triple) -> Quad:
    """Return the engine's triple as a quad of the unnamed graph."""
    return _quad(triple.subject, triple.predicate, triple.object, None)


def _quad(subject: object, predicate: object, thing: object, graph: Term | None) -> Quad:
    of, by = to_term(subject), to_term(predicate)
    if isinstance(of, Literal) or not isinstance(by, Iri) or not (graph is None or isinstance(graph, Iri)):
        raise WrongUse("A graph or a property without an IRI has no place in our graphs.")
    return Quad(of, by, to_term(thing), graph)


def from_node(node: Iri | BlankNode) -> ox.NamedNode | ox.BlankNode:
    """Return a node of ours, which may stand as a subject, as the engine's."""
    return ox.NamedNode(node.value) if isinstance(node, Iri) else ox.BlankNode(node.value)


def from_triple(quad: Quad) -> ox.Triple:
    """Return the triple of our quad as the engine's."""
    return ox.Triple(from_node(quad.subject), ox.NamedNode(quad.predicate.value), from_term(quad.object))


def from_quad(quad: Quad) -> ox.Quad:
    """Return our quad as the engine's."""
    graph = ox.DefaultGraph() if quad.graph is None else ox.NamedNode(quad.graph.value)
    return ox.Quad(from_node(quad.subject), ox.NamedNode(quad.predicate.value), from_term(quad.object), graph)
