"""
Which focus nodes fail at all, asked once for everything that is demanded of them.

Most nodes fail nothing. One query that goes through them once and keeps those that fail anything costs less than one
query for each demand, and those that tell what fails then look at few nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from mandategraph.checks.shacl.conformance import Conformance, NotInline, any_of
from mandategraph.checks.shacl.focus import Focus
from mandategraph.checks.shacl.model import Closed, Constraint, Shape
from mandategraph.checks.shacl.paths import Path
from mandategraph.core.ports import Row
from mandategraph.core.terms import BlankNode, Iri, Literal

_LONGEST = 6_000
_MOST_FAILING = 2_000

Task = tuple[Constraint, Shape]


class Asks(Protocol):
    """What the screen needs of an engine."""

    def conformance(self) -> Conformance:
        """Return what writes the expressions of one query."""
        ...

    def scan(self, constraint: Constraint, shape: Shape, focus: Focus) -> str:
        """Return the SELECT that looks at values first, empty where that does not pay."""
        ...

    def scans_together(self, tasks: Sequence[Task], focus: Focus, most: int) -> str:
        """Return the SELECT of the nodes that fail any of some demands of which `scan` gives one for each."""
        ...

    def select(self, query: str) -> Sequence[Row]:
        """Return the solutions of a SELECT over the data."""
        ...


class Screen:
    """
    Narrows focus nodes to those that fail one of some demands.

    What cannot be written as an expression, and what stands alone, is asked of all nodes.
    """

    def __init__(self, engine: Asks, tasks: Sequence[Task], focus: Focus) -> None:
        self._engine, self._whole = engine, focus
        self._narrowed: dict[int, Focus | None] = {}
        alone: list[Task] = []
        scanned: dict[Path | None, list[Task]] = {}
        for task in tasks:
            if engine.scan(*task, focus):
                scanned.setdefault(task[1].path, []).append(task)
            else:
                alone.append(task)
        for part in _parts(engine, alone):
            if len(part) > 1 or (part and part[0][2]):
                narrowed = self._failing(any_of(expression for _, expression, _ in part))
                self._narrowed |= dict.fromkeys((at for at, _, _ in part), narrowed)
        for some in scanned.values():
            if len(some) > 1:
                narrowed = self._only(engine.select(engine.scans_together(some, focus, _MOST_FAILING + 1)))
                self._narrowed |= dict.fromkeys(map(_key, some), narrowed)

    def focus_of(self, constraint: Constraint, shape: Shape) -> Focus | None:
        """Return the nodes of which to ask one demand; None where there is none that fails it."""
        return self._narrowed.get(_key((constraint, shape)), self._whole)

    def _failing(self, expression: str) -> Focus | None:
        if expression == "false":
            return None
        # What cannot be told of a node is asked of it once more.
        where = f"{self._whole.write('?this')} FILTER(COALESCE({expression}, true))"
        return self._only(self._engine.select(f"SELECT DISTINCT ?this WHERE {{ {where} }} LIMIT {_MOST_FAILING + 1}"))

    def _only(self, rows: Sequence[Row]) -> Focus | None:
        nodes = [row["this"] for row in rows]
        if not nodes:
            return None
        if len(nodes) > _MOST_FAILING or any(isinstance(node, BlankNode) for node in nodes):
            return self._whole
        listed = " ".join(node.sparql() for node in nodes if isinstance(node, Iri | Literal))
        return Focus(lambda variable: f"VALUES {variable} {{ {listed} }}", is_once=True)


def _parts(engine: Asks, tasks: Sequence[Task]) -> Iterator[list[tuple[int, str, bool]]]:
    """
    Yield the demands that can be asked for together, in queries of a fair length.

    Each comes with its expression, and whether to ask for it so even where it stands alone.
    """
    by = engine.conformance()
    part: list[tuple[int, str, bool]] = []
    length = 0
    for constraint, shape in tasks:
        try:
            expression = by.violates(constraint, shape, "?this")
        except NotInline:
            continue
        if length + len(expression) > _LONGEST and part:
            yield part
            part, length = [], 0
        part.append((_key((constraint, shape)), expression, isinstance(constraint, Closed)))
        length += len(expression)
    yield part


def _key(task: Task) -> int:
    return id(task[0])
