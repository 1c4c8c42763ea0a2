"""
Values looked at before the nodes that have them.

To go through all triples of one predicate costs an engine a small part of what it costs to look them up node by node.
So where a predicate is used mostly by nodes that a shape looks at, its values are tested first, and of the few that
fail it is asked whether their nodes are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mandategraph.checks.shacl.conformance import Conformance, NotInline, any_of, negated, triple
from mandategraph.checks.shacl.focus import Focus
from mandategraph.checks.shacl.model import Constraint, Logic, Shape, Test
from mandategraph.core.ports import Row

_LIMITS = [f"{side}{kind}" for side in ("min", "max") for kind in ("Exclusive", "Inclusive", "Length")]
_OF_VALUES = frozenset(["class", "datatype", "nodeKind", "pattern", "languageIn", "in", *_LIMITS])
_WORTH_IT = 500
_SAMPLE = 200
# A look-up costs about six times a step of a scan.
_TIMES = 5


class Scans:
    """Knows which shapes look at many nodes and which predicates are used mostly by them, each looked up once."""

    def __init__(self, select: Callable[[str], Sequence[Row]]) -> None:
        self._select = select
        self._are_many: dict[str, bool] = {}
        self._is_cheap: dict[tuple[str, str], bool] = {}

    def query(self, constraint: Constraint, shape: Shape, focus: Focus, by: Conformance) -> str:
        """Return the SELECT of the violations of a constraint by way of its values; empty where that does not pay."""
        found = self.condition(constraint, shape, focus, by)
        return (
            f"SELECT DISTINCT ?this ?value WHERE {{ {found[0]} FILTER({_guarded(found[1], focus)}) }}" if found else ""
        )

    def together(self, found: Sequence[tuple[str, str]], focus: Focus, most: int) -> str:
        """Return the SELECT of the nodes that fail any of some conditions on the values of one step."""
        fails = any_of(f"COALESCE({one}, true)" for _, one in found)
        return f"SELECT DISTINCT ?this WHERE {{ {found[0][0]} FILTER({_guarded(fails, focus)}) }} LIMIT {most}"

    def condition(self, constraint: Constraint, shape: Shape, focus: Focus, by: Conformance) -> tuple[str, str] | None:
        """Return the step to the values and the expression that one fails; None where this way does not pay."""
        path = shape.path
        is_of_values = constraint.name in _OF_VALUES if isinstance(constraint, Test) else isinstance(constraint, Logic)
        if not is_of_values or path is None or not path.is_simple or focus.contains is None:
            return None
        step = triple("?this", path, "?value")
        if not self._is_worth_it(step, focus):
            return None
        try:
            if isinstance(constraint, Test) and constraint.name in _OF_VALUES:
                return step, negated(by.passes(constraint, "?value"))
            if isinstance(constraint, Logic) and constraint.name != "property":
                return step, by.breaks(constraint, "?value")
        except NotInline:
            pass
        return None

    def _is_worth_it(self, step: str, focus: Focus) -> bool:
        pattern = focus.write("?this")
        if pattern not in self._are_many:
            rows = self._select(f"SELECT ?this WHERE {{ {pattern} }} LIMIT {_WORTH_IT}")
            self._are_many[pattern] = len(rows) >= _WORTH_IT
        if not self._are_many[pattern] or focus.contains is None:
            return False
        key = (pattern, step)
        if key not in self._is_cheap:
            # An engine goes through a predicate in an order that has nothing to do with the nodes: a fair sample.
            some = f"{{ SELECT ?this WHERE {{ {step} }} LIMIT {_SAMPLE} }}"
            rows = self._select(f"SELECT ?is WHERE {{ {some} BIND({focus.contains('?this')} AS ?is) }}")
            mine = sum(str(row.get("is")) == "true" for row in rows)
            self._is_cheap[key] = mine * _TIMES >= len(rows)
        return self._is_cheap[key]


def _guarded(fails: str, focus: Focus) -> str:
    assert focus.contains is not None  # noqa: S101  a condition is given only where it is told
    # IF, because engines take the parts of a condition in an order of their own, and the first is the cheap one.
    return f"IF(COALESCE({fails}, true), {focus.contains('?this')}, false)"
