"""The SELECT that finds every node that violates a constraint, with the value it fails by."""

from __future__ import annotations

from mandategraph.checks.shacl.conformance import Conformance, any_of, negated
from mandategraph.checks.shacl.focus import Focus, values_of
from mandategraph.checks.shacl.model import Closed, Logic, Qualified, Shape, Test
from mandategraph.core.terms import Iri


def violations(constraint: Test | Logic | Qualified | Closed, shape: Shape, focus: Focus, by: Conformance) -> str:
    """
    Return the SELECT of one constraint: `?this`, and `?value` where the result names a value.

    Empty where nothing can violate it. Raises NotInline where a shape in it is no expression.
    """
    if isinstance(constraint, Closed):
        allowed = ", ".join(one.sparql() for one in constraint.allowed)
        only = f" FILTER(?path NOT IN ({allowed}))" if allowed else ""
        return f"SELECT DISTINCT ?this ?path ?value WHERE {{ {focus.write('?this')} ?this ?path ?value .{only} }}"
    if isinstance(constraint, Logic):
        return _pairs(shape, focus, by.breaks(constraint, "?value"))
    if isinstance(constraint, Qualified):
        return _qualified(constraint, shape, focus, by)
    return _test(constraint, shape, focus, by)


def _pairs(shape: Shape, focus: Focus, condition: str, more: str = "", also: str = "") -> str:
    if condition == "false":
        return ""
    only = "" if condition == "true" else f" FILTER({condition})"
    pairs = values_of(focus, shape.path)
    if shape.path is not None and shape.path.split[0]:
        pairs = f"{{ {pairs} }}"
    return f"SELECT DISTINCT ?this ?value{also} WHERE {{ {pairs} {more}{only} }}"


def _nodes(focus: Focus, condition: str) -> str:
    if condition == "false":
        return ""
    only = "" if condition == "true" else f" FILTER({condition})"
    return f"SELECT DISTINCT ?this WHERE {{ {focus.write('?this')}{only} }}"


def _counted(shape: Shape, focus: Focus, having: str, only: str = "") -> str:
    # Nodes without a value count too, so the step is optional.
    filtered = f" FILTER({only})" if only and only != "true" else ""
    inner = values_of(Focus(lambda _: ""), shape.path).strip()
    if shape.path is not None and shape.path.split[0]:
        inner = values_of(focus, shape.path)
        body = f"{focus.write('?this')} OPTIONAL {{ {{ {inner} }}{filtered} }}"
    elif shape.path is None:
        body = f"{focus.write('?this')} OPTIONAL {{ {focus.write('?this')} BIND(?this AS ?value){filtered} }}"
    else:
        body = f"{focus.write('?this')} OPTIONAL {{ {inner}{filtered} }}"
    return f"SELECT ?this WHERE {{ {body} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) {having})"


def _qualified(constraint: Qualified, shape: Shape, focus: Focus, by: Conformance) -> str:
    least = constraint.name == "qualifiedMinCount"
    if least and constraint.number == 0:
        return ""
    if constraint.number <= (1 if least else 0):
        return _nodes(focus, by.violates(constraint, shape, "?this"))
    sign = f"< {constraint.number}" if least else f"> {constraint.number}"
    return _counted(shape, focus, sign, by.qualifies(constraint, "?value"))


def _test(test: Test, shape: Shape, focus: Focus, by: Conformance) -> str:
    name, path = test.name, shape.path
    if name == "minCount":
        if test.number == 0:
            return ""
        if test.number == 1:
            return _nodes(focus, negated(by.some("?this", path, lambda _: "true")))
        return _counted(shape, focus, f"< {test.number}")
    if name == "maxCount":
        if test.number == 0:
            return _nodes(focus, by.some("?this", path, lambda _: "true"))
        pairs = values_of(focus, path)
        return f"SELECT ?this WHERE {{ {pairs} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) > {test.number})"
    if name == "hasValue":
        return _nodes(focus, negated(by.has_value(test, path, "?this")))
    if name == "uniqueLang":
        pairs = f'{{ {values_of(focus, path)} }} FILTER(isLiteral(?value) && LANG(?value) != "")'
        grouped = "GROUP BY ?this (LCASE(LANG(?value)) AS ?language) HAVING (COUNT(DISTINCT ?value) > 1)"
        return f"SELECT ?this ?language WHERE {{ {pairs} }} {grouped}"
    if name in ("equals", "disjoint", "lessThan", "lessThanOrEquals") and isinstance(test.terms[0], Iri):
        return _pair(test, test.terms[0].sparql(), shape, focus, by)
    return _pairs(shape, focus, negated(by.passes(test, "?value")))


def _pair(test: Test, other: str, shape: Shape, focus: Focus, by: Conformance) -> str:
    shared = f"EXISTS {{ ?this {other} ?value }}"
    if test.name == "disjoint":
        return _pairs(shape, focus, shared)
    if test.name == "equals":
        missing = f"{{ {values_of(focus, shape.path)} }} FILTER({negated(shared)})"
        is_value = by.some("?this", shape.path, lambda value: f"sameTerm({value}, ?value)")
        surplus = f"{focus.write('?this')} ?this {other} ?value . FILTER({negated(is_value)})"
        return f"SELECT DISTINCT ?this ?value WHERE {{ {{ {missing} }} UNION {{ {surplus} }} }}"
    condition = any_of([by.not_less(test, "?value", "?other")])
    return _pairs(shape, focus, condition, f"?this {other} ?other .", " ?other")
