"""The reference engine: pySHACL on a copy in memory of what the shapes read, so that no proposal is ever counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mandategraph.checks.results import Outcome, Result, Run, gathered
from mandategraph.checks.shapes import Core, Shape
from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import SH
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term
from mandategraph.engine.terms import from_term, from_triple, to_term

if TYPE_CHECKING:
    import rdflib


class ReferenceEngine:
    """
    Runs shapes with pySHACL.

    `texts` are the Turtle files of the shapes; `dataset_of` says which graphs a shape reads, by its code. pySHACL
    reads a store as the union of its graphs, so each set of graphs is copied into one graph of its own.
    """

    def __init__(self, store: GraphStore, dataset_of: Callable[[str], Dataset], texts: Mapping[str, str]) -> None:
        self._store, self._dataset_of, self._texts = store, dataset_of, texts

    def __call__(self, shapes: Sequence[Shape], run: Run) -> Outcome:
        """Return what the shapes find."""
        by_graphs: dict[Dataset, list[Shape]] = {}
        for shape in shapes:
            by_graphs.setdefault(self._dataset_of(shape.code), []).append(shape)
        results: list[Result] = []
        looked_at: dict[str, int] = {}
        for dataset, some in by_graphs.items():
            copy = copied(self._store, dataset, run)
            looked_at |= {shape.code: _nodes(copy, shape) for shape in some}
            results += validated(copy, some, self._texts)
        return Outcome(tuple(results), looked_at, {shape.code: "reference" for shape in shapes})


def copied(store: GraphStore, dataset: Dataset, run: Run) -> ox.Store:
    """Return a store in memory whose one graph holds the default graphs of the dataset, and the run."""
    copy = ox.Store()
    for graph in dataset.default:
        copy.bulk_extend(ox.Quad(*from_triple(quad)) for quad in store.quads(graph))
    for subject, predicate, value in run.triples():
        copy.add(ox.Quad(*from_triple(Quad(subject, predicate, value, None))))
    return copy


def validated(copy: ox.Store, shapes: Sequence[Shape], texts: Mapping[str, str]) -> list[Result]:
    """Return what pySHACL finds in the copy, with the rows of each SELECT bound again."""
    import pyshacl
    import rdflib

    wanted = {shape.iri.value: shape for shape in shapes}
    graph = rdflib.Graph()
    for name in sorted(texts):
        graph.parse(data=texts[name], format="turtle")
    _listed_strings_typed(graph)
    # Its annotations do not know yet that it takes a store.
    data: Any = copy
    with literals_as_written():
        _, report, words = pyshacl.validate(data, shacl_graph=graph, use_shapes=sorted(wanted), advanced=False)
    if not isinstance(report, rdflib.Graph):
        raise BrokenLibrary(f"pySHACL could not use the shapes: {words}")
    found: dict[str, list[tuple[Iri | BlankNode, Term | None, Mapping[str, Term]]]] = {}
    sh = rdflib.Namespace(SH)
    for node in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        shape = wanted.get(str(report.value(node, sh.sourceShape)))
        focus = _from_rdflib(report.value(node, sh.focusNode))
        if shape is None or not isinstance(focus, Iri | BlankNode):
            raise BrokenLibrary(f"pySHACL reports a result of no shape of ours: {report.value(node, sh.sourceShape)}")
        value = report.value(node, sh.value)
        found.setdefault(shape.code, []).append((focus, None if value is None else _from_rdflib(value), {}))
    results = []
    for shape in shapes:
        for result in gathered(shape.code, found.get(shape.code, ())):
            results.append(Result(result.code, result.focus, result.value, tuple(_rows(copy, shape, result))))
    return results


def _listed_strings_typed(graph: rdflib.Graph) -> None:
    # From a store pySHACL gets "1"^^xsd:string, from Turtle "1" without a type, and takes them for two things in sh:in.
    import rdflib

    for node, _, item in list(graph.triples((None, rdflib.RDF.first, None))):
        if isinstance(item, rdflib.Literal) and item.datatype is None and not item.language:
            graph.set((node, rdflib.RDF.first, rdflib.Literal(str(item), datatype=rdflib.XSD.string)))


def _rows(copy: ox.Store, shape: Shape, result: Result) -> Iterator[Mapping[str, Term]]:
    this = from_term(result.focus)
    for constraint in shape.constraints:
        if isinstance(constraint, Core):
            yield {"this": result.focus} | ({} if result.value is None else {"value": result.value})
            continue
        prologue = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in constraint.prefixes)
        solutions = copy.query(prologue + constraint.select, substitutions={ox.Variable("this"): this})
        if not isinstance(solutions, ox.QuerySolutions):
            continue
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            row = {name: to_term(term) for name in names if (term := solution[name]) is not None}
            row["this"] = result.focus
            if row.get("value", result.focus) == result.value:
                yield row


def _nodes(copy: ox.Store, shape: Shape) -> int:
    found: set[object] = set()
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for target in shape.targets:
        of = ox.NamedNode(target.of.value)
        if target.kind == "targetNode":
            found.add(of)
        elif target.kind == "targetSubjectsOf":
            found |= {quad.subject for quad in copy.quads_for_pattern(None, of, None)}
        elif target.kind == "targetObjectsOf":
            found |= {quad.object for quad in copy.quads_for_pattern(None, of, None)}
        else:
            for one in _subclasses(copy, of):
                found |= {quad.subject for quad in copy.quads_for_pattern(None, kind, one)}
    return len(found)


def _subclasses(copy: ox.Store, of: ox.NamedNode) -> set[ox.NamedNode]:
    sub_class_of = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    found, waiting = {of}, [of]
    while waiting:
        for quad in copy.quads_for_pattern(None, sub_class_of, waiting.pop()):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject not in found:
                found.add(quad.subject)
                waiting.append(quad.subject)
    return found


@contextmanager
def literals_as_written() -> Iterator[None]:
    """Keep rdflib from rewriting literals while it reads and validates."""
    # rdflib rewrites the words of a literal ("01" to "1") unless told otherwise, and would name a value nobody wrote.
    import rdflib

    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _from_rdflib(term: rdflib.term.Node | None) -> Term:
    import rdflib

    if isinstance(term, rdflib.Literal):
        return _literal(str(term), str(term.datatype or ""), term.language or "")
    if isinstance(term, rdflib.URIRef):
        return Iri(str(term))
    return BlankNode(str(term))


def _literal(value: str, datatype: str, language: str) -> Literal:
    if language:
        return Literal(value, language=language)
    return Literal(value, datatype=datatype) if datatype else Literal(value)
