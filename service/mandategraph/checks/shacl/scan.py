"""
Values looked at before the nodes that have them.

To go through all triples of one predicate costs an engine a small part of what it costs to look them up node by node.
So where a predicate is used by hardly more nodes than a shape looks at, its values are tested first, and of the few
that fail it is asked whether their nodes are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mandategraph.checks.shacl.conformance import Conformance, NotInline, negated, triple
from mandategraph.checks.shacl.focus import Focus
from mandategraph.checks.shacl.model import Constraint, Logic, Shape, Test
from mandategraph.core.ports import Row

_LIMITS = [f"{side}{kind}" for side in ("min", "max") for kind in ("Exclusive", "Inclusive", "Length")]
_OF_VALUES = frozenset(["class", "datatype", "nodeKind", "pattern", "languageIn", "in", *_LIMITS])
_WORTH_IT = 500
# A look-up costs about six times a step of a scan.
_TIMES = 5


class Scans:
    """Knows how many nodes shapes look at and how often predicates are used, each counted once."""

    def __init__(self, select: Callable[[str], Sequence[Row]]) -> None:
        self._select = select
        self._nodes: dict[str, int] = {}
        self._uses: dict[str, tuple[int, int]] = {}

    def query(self, constraint: Constraint, shape: Shape, focus: Focus, by: Conformance) -> str:
        """Return the SELECT of the violations of a constraint by way of its values; empty where that does not pay."""
        path = shape.path
        is_of_values = constraint.name in _OF_VALUES if isinstance(constraint, Test) else isinstance(constraint, Logic)
        if not is_of_values or path is None or not path.is_simple or focus.contains is None:
            return ""
        if not self._is_worth_it(shape, focus):
            return ""
        try:
            if isinstance(constraint, Test) and constraint.name in _OF_VALUES:
                fails = negated(by.passes(constraint, "?value"))
            elif isinstance(constraint, Logic) and constraint.name != "property":
                fails = by.breaks(constraint, "?value")
            else:
                return ""
        except NotInline:
            return ""
        step = triple("?this", path, "?value")
        # IF, because engines take the parts of a condition in an order of their own, and the first is the cheap one.
        holds = f"IF(COALESCE({fails}, true), {focus.contains('?this')}, false)"
        return f"SELECT DISTINCT ?this ?value WHERE {{ {step} FILTER({holds}) }}"

    def _is_worth_it(self, shape: Shape, focus: Focus) -> bool:
        pattern = focus.write("?this")
        if pattern not in self._nodes:
            self._nodes[pattern] = self._count(pattern)
        most = _TIMES * self._nodes[pattern]
        if most < _TIMES * _WORTH_IT or shape.path is None:
            return False
        step = triple("?this", shape.path, "?value")
        counted, up_to = self._uses.get(step, (0, 0))
        if counted >= up_to < most:
            counted = self._count(f"SELECT ?this WHERE {{ {step} }} LIMIT {most + 1}")
            self._uses[step] = counted, most + 1
        return counted <= most

    def _count(self, pattern: str) -> int:
        rows = self._select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {pattern} }} }}")
        return int(str(rows[0]["n"]))
