"""pySHACL, for the shapes our own engine cannot take and as the reference beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from mandategraph.checks.reference import literals_as_written
from mandategraph.checks.shacl.graph import TYPE, Node, ShapesGraph
from mandategraph.core.errors import BadData
from mandategraph.core.namespaces import OWL, RDFS, SH
from mandategraph.core.terms import XSD_STRING, BlankNode, Iri, Literal, Quad, Term

if TYPE_CHECKING:
    import rdflib

_TARGETS = {SH + name for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")}
_CLASSES = {Iri(RDFS + "Class"), Iri(OWL + "Class")}


def by_pyshacl(data: Iterable[Quad], shapes: ShapesGraph, only: Collection[Node] | None = None) -> list[Quad]:
    """
    Return the triples of a report by pySHACL, with `only` these shapes looking at something by themselves.

    Nothing is fetched. Raises BadData where pySHACL cannot use the shapes.
    """
    import pyshacl
    import rdflib

    asked = shapes.triples() if only is None else _without_targets(shapes, only)
    with literals_as_written():
        # As text, because pySHACL reads the truths of shapes ("true", never "1") in a way of its own.
        text = _graph(asked).serialize(format="nt")
        options: dict[str, Any] = {"shacl_graph": text, "shacl_graph_format": "nt", "advanced": True}
        try:
            _, report, words = pyshacl.validate(_graph(data), **options)
        except Exception as problem:  # pySHACL raises errors of many kinds, all of them about the shapes
            raise BadData(_refusal(only, problem)) from problem
    if not isinstance(report, rdflib.Graph):
        raise BadData(_refusal(only, words))
    return [quad for triple in report if (quad := _quad(*triple)) is not None]


def results_in(report: Iterable[Quad], into: BlankNode) -> Iterator[Quad]:
    """Yield the results of a report as results of another report, with all that hangs on them."""
    said: dict[Term, list[Quad]] = {}
    for quad in report:
        said.setdefault(quad.subject, []).append(quad)
    waiting = [
        quad.object for quads in said.values() for quad in quads if quad.predicate.value == SH + "result"
    ]  # fmt: skip
    for result in waiting:
        yield Quad(into, Iri(SH + "result"), result)
    seen: set[Term] = set(waiting)
    while waiting:
        for quad in said.get(waiting.pop(), ()):
            yield quad
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)


def _without_targets(shapes: ShapesGraph, only: Collection[Node]) -> Iterator[Quad]:
    for quad in shapes.triples():
        is_target = quad.predicate.value in _TARGETS or (quad.predicate.value == TYPE and quad.object in _CLASSES)
        if quad.subject in only or not is_target:
            yield quad


def _refusal(only: Collection[Node] | None, problem: object) -> str:
    lines = str(problem).strip().splitlines()
    reason = lines[0] if lines else f"it gave up without a reason ({type(problem).__name__})"
    if not only:
        return f"These shapes cannot be used: {reason}"
    names = sorted(node.value for node in only if isinstance(node, Iri))
    which = ", ".join(names[:3]) + (f" and {len(only) - 3} more" if len(only) > 3 else "") if names else "A shape"
    return f"{which}: cannot be used, neither by our engine nor by pySHACL: {reason}. Mend it or leave it out."


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


def _quad(subject: object, predicate: object, thing: object) -> Quad | None:
    of, by, what = _term(subject), _term(predicate), _term(thing)
    if isinstance(of, Literal) or not isinstance(by, Iri):
        return None
    return Quad(of, by, what)


def _term(node: Any) -> Term:
    import rdflib

    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), str(node.datatype)) if node.datatype else Literal(str(node))
    return Iri(str(node)) if isinstance(node, rdflib.URIRef) else BlankNode(str(node))
