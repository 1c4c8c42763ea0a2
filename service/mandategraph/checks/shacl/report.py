"""The standard `sh:ValidationReport`, as triples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count

from mandategraph.checks.shacl.graph import TYPE
from mandategraph.checks.shacl.results import Result
from mandategraph.core.namespaces import SH, XSD
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term

REPORT = BlankNode("validation-report")
"""The node of the report."""


def report_triples(results: Iterable[Result]) -> Iterator[Quad]:
    """
    Yield the triples of a report, result by result, without its `ending`.

    Blank nodes of the report are named result-1, result-2 …; those of data and shapes keep their names.
    """
    numbers = count(1)

    def node() -> BlankNode:
        return BlankNode(f"result-{next(numbers)}")

    yield Quad(REPORT, Iri(TYPE), Iri(SH + "ValidationReport"))
    for result in results:
        me = node()
        yield Quad(REPORT, Iri(SH + "result"), me)
        yield from _result(result, me, node)


def ending(conforms: bool) -> Quad:
    """Return the triple that ends a report; one that broke off has none and passes for no report."""
    return Quad(REPORT, Iri(SH + "conforms"), Literal("true" if conforms else "false", XSD + "boolean"))


def _result(result: Result, me: BlankNode, node: Callable[[], BlankNode]) -> Iterator[Quad]:
    yield Quad(me, Iri(TYPE), Iri(SH + "ValidationResult"))
    said: list[tuple[str, Term | None]] = [
        ("focusNode", result.focus),
        ("value", result.value),
        ("resultSeverity", result.severity),
        ("sourceConstraintComponent", result.component),
        ("sourceShape", result.shape),
        ("sourceConstraint", result.constraint),
        *(("resultMessage", message) for message in result.messages),
    ]
    for name, term in said:
        if term is not None:
            yield Quad(me, Iri(SH + name), term)
    if result.path is not None:
        path, triples = result.path.triples(node)
        yield Quad(me, Iri(SH + "resultPath"), path)
        yield from triples
    for detail in result.details:
        below = node()
        yield Quad(me, Iri(SH + "detail"), below)
        yield from _result(detail, below, node)
