"""Shapes as plain values: what they look at, and what they demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mandategraph.checks.shacl.graph import Node, ShapesGraph
from mandategraph.checks.shacl.paths import Path
from mandategraph.core.namespaces import SH
from mandategraph.core.terms import Iri, Literal, Term

VIOLATION = Iri(SH + "Violation")


@dataclass(frozen=True, slots=True)
class Target:
    """Which nodes a shape looks at: `kind` is the local name of the SHACL property, `of` its value."""

    kind: str
    of: Term


@dataclass(frozen=True, slots=True)
class Test:
    """A demand of SHACL Core that needs no other shape: `name` is its parameter, `terms` what the parameter says."""

    component: Iri
    name: str
    terms: tuple[Term, ...]

    @property
    def number(self) -> int:
        """The number of a count or a length."""
        return int(str(self.terms[0]))


@dataclass(frozen=True, slots=True)
class Logic:
    """A demand made of other shapes: `name` is node, property, not, and, or, xone."""

    component: Iri
    name: str
    shapes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Qualified:
    """How many values must (`name` qualifiedMinCount) or may (qualifiedMaxCount) conform to a shape and no sibling."""

    component: Iri
    name: str
    number: int
    shape: Node
    siblings: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """That a node has no property but these."""

    component: Iri
    name: str
    allowed: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """
    A demand written in SPARQL: a SELECT that finds what fails, or an ASK that holds for a value that passes.

    `bound` are the parameters of a component of somebody's own, `absent` its optional ones that are not given; `source`
    is the constraint node of `sh:sparql`, None for a component.
    """

    component: Iri
    name: str
    form: str
    text: str
    prefixes: tuple[tuple[str, str], ...]
    messages: tuple[Literal, ...] = ()
    source: Node | None = None
    bound: tuple[tuple[str, Term], ...] = ()
    absent: tuple[str, ...] = ()


Constraint = Test | Logic | Qualified | Closed | Query


@dataclass(frozen=True, slots=True)
class Shape:
    """
    One shape: a property shape has a path.

    `beyond` says why this engine cannot take the shape, which another must then; empty where it can. A target of
    another kind than SHACL Core has is such a reason.
    """

    node: Node
    path: Path | None = None
    targets: tuple[Target, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    severity: Iri = VIOLATION
    deactivated: bool = False
    messages: tuple[Literal, ...] = ()
    beyond: str = ""
    has_other_target: bool = False

    def refers_to(self) -> Iterator[tuple[str, Node]]:
        """Yield the shapes this one is made of, each with the parameter that names it."""
        for constraint in self.constraints:
            if isinstance(constraint, Logic):
                for one in constraint.shapes:
                    yield constraint.name, one
            elif isinstance(constraint, Qualified):
                yield "qualifiedValueShape", constraint.shape
                for one in constraint.siblings:
                    yield "qualifiedValueShape", one


@dataclass(frozen=True, slots=True)
class Shapes:
    """Every shape of a graph by its node, the graph they were read from, and what was left aside on reading."""

    by_node: Mapping[Node, Shape]
    graph: ShapesGraph
    notes: tuple[str, ...] = field(default=())

    def with_targets(self) -> tuple[Shape, ...]:
        """Return the shapes that look at something by themselves, in the order of the file."""
        active = (shape for shape in self.by_node.values() if not shape.deactivated)
        return tuple(shape for shape in active if shape.targets or shape.has_other_target)

    def name(self, node: Term) -> str:
        """Return how to call a shape in a message."""
        return self.graph.name(node)
