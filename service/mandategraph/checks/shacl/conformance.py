"""
Whether a node fails a shape, as one SPARQL expression.

Every step along a path is an EXISTS around one triple, with what must hold at its end as a FILTER: a look-up for each
node, in every engine, where a join inside EXISTS costs some of them the square of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from mandategraph.checks.shacl.datatypes import RANGES, is_value, well_formed
from mandategraph.checks.shacl.dialect import Dialect
from mandategraph.checks.shacl.graph import Node
from mandategraph.checks.shacl.literals import Literals
from mandategraph.checks.shacl.model import Closed, Constraint, Logic, Qualified, Query, Shape, Test
from mandategraph.checks.shacl.paths import Path
from mandategraph.core.namespaces import SH, XSD
from mandategraph.core.terms import BlankNode, Iri, Literal, Term

_NODE_KINDS = {
    "IRI": "isIRI({0})",
    "Literal": "isLiteral({0})",
    "BlankNode": "isBlank({0})",
    "IRIOrLiteral": "(isIRI({0}) || isLiteral({0}))",
    "BlankNodeOrIRI": "(isBlank({0}) || isIRI({0}))",
    "BlankNodeOrLiteral": "(isBlank({0}) || isLiteral({0}))",
}
_COMPARISONS = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}
_MOST_TOGETHER = 3
_LONGEST = 12_000


class NotInline(Exception):
    """A shape that is no single expression; its failing nodes must be asked for apart."""


class Conformance:
    """
    Writes expressions over shapes.

    `classes` gives a class with its subclasses, as the data have them.
    """

    def __init__(
        self,
        shapes: Mapping[Node, Shape],
        classes: Callable[[Iri], Sequence[Iri]],
        literals: Literals,
        dialect: Dialect,
    ) -> None:
        self.shapes, self.classes, self.literals, self.dialect = shapes, classes, literals, dialect
        self._count = 0

    def variable(self) -> str:
        """Return a variable that nothing else uses."""
        self._count += 1
        return f"?n{self._count}"

    def fails(self, node: Node, at: str) -> str:
        """Return the expression that the node at a variable fails a shape; NotInline where there is none."""
        shape = self.shapes[node]
        if shape.beyond:
            raise NotInline
        if shape.deactivated:
            return "false"
        parts = [self.violates(constraint, shape, at) for constraint in shape.constraints]
        text = any_of(parts)
        if len(text) > _LONGEST:
            raise NotInline
        return text

    def violates(self, constraint: Constraint, shape: Shape, at: str) -> str:
        """Return the expression that a focus node violates one constraint of a shape."""
        if isinstance(constraint, Query):
            raise NotInline
        if isinstance(constraint, Closed):
            return self.has_other_property(constraint, at)
        if isinstance(constraint, Qualified):
            return self._qualified(constraint, shape, at)
        if isinstance(constraint, Logic):
            return self.some(at, shape.path, lambda value: self.breaks(constraint, value))
        return self._test(constraint, shape, at)

    def breaks(self, constraint: Logic, value: str) -> str:
        """Return the expression that a value breaks a demand made of other shapes."""
        fails = [self.fails(one, value) for one in constraint.shapes]
        if constraint.name == "not":
            return negated(fails[0])
        if constraint.name == "or":
            return all_of(fails)
        if constraint.name == "xone":
            count = " + ".join(f"IF({one}, 0, 1)" for one in fails) or "0"
            return f"({count} != 1)"
        return any_of(fails)

    def some(self, start: str, path: Path | None, then: Callable[[str], str]) -> str:
        """Return the expression that some value of a path has a property; of no path the value is the node itself."""
        if path is None:
            return then(start)
        nothing, rest = path.split
        ways = [self._step(start, rest, then)]
        return any_of(([then(start)] if nothing else []) + ways)

    def _step(self, start: str, path: Path, then: Callable[[str], str]) -> str:
        if path.kind == "sequence":
            if len(path.parts) == 1:
                return self._step(start, path.parts[0], then)
            rest = Path("sequence", path.parts[1:])
            return self._step(start, path.parts[0], lambda middle: self._step(middle, rest, then))
        if path.kind == "alternativePath" and any(part.kind == "sequence" for part in path.parts):
            return any_of([self._step(start, part, then) for part in path.parts])
        end = self.variable()
        return self.exists(start, path, end, then(end))

    def exists(self, start: str, path: Path, end: str, holds: str) -> str:
        """Return the expression that a step leads from one node to another of which something holds."""
        if holds == "false":
            return "false"
        return f"EXISTS {{ {triple(start, path, end)}{'' if holds == 'true' else f' FILTER({holds})'} }}"

    def passes(self, test: Test, at: str) -> str:
        """Return the expression, never in error, that one value passes a test of values."""
        name, terms = test.name, test.terms
        if name == "class" and isinstance(terms[0], Iri):
            return self._is_instance(at, self.classes(terms[0]))
        if name == "nodeKind":
            return _NODE_KINDS[str(terms[0]).removeprefix(SH)].format(at)
        if name == "datatype":
            return self._has_datatype(at, str(terms[0]))
        if name in _COMPARISONS:
            limit = terms[0].sparql() if isinstance(terms[0], Literal) else "0"
            return self.literals.compared(at, _COMPARISONS[name], limit)
        if name in ("minLength", "maxLength"):
            sign = ">=" if name == "minLength" else "<="
            return f"(!isBlank({at}) && STRLEN(STR({at})) {sign} {test.number})"
        if name == "pattern":
            arguments = ", ".join(term.sparql() for term in terms if isinstance(term, Literal))
            return f"(!isBlank({at}) && COALESCE(REGEX(STR({at}), {arguments}), false))"
        if name == "languageIn":
            fits = [f"LANGMATCHES(LANG({at}), {Literal(str(term)).sparql()})" for term in terms]
            return f"(isLiteral({at}) && {any_of(fits)})"
        return self._is_listed(at, terms)

    def _is_instance(self, at: str, classes: Sequence[Iri]) -> str:
        if len(classes) <= _MOST_TOGETHER:
            return any_of([f"EXISTS {{ {at} a {one.sparql()} }}" for one in classes])
        kind = self.variable()
        return f"EXISTS {{ {at} a {kind} FILTER({kind} IN ({', '.join(one.sparql() for one in classes)})) }}"

    def _has_datatype(self, at: str, datatype: str) -> str:
        datatypes: tuple[str, ...] = (datatype,)
        if not self.dialect.derived_integers and datatype.removeprefix(XSD) in RANGES:
            # The engine has made an xsd:integer of it: whether it was declared so nobody can tell any more.
            datatypes += (XSD + "integer",)
        right = f"isLiteral({at}) && {self.literals.has_datatype(at, datatypes)}"
        words = well_formed(datatype, f"STR({at})")
        quick = is_value(datatype, at) if self.dialect.keeps_values else ""
        if words and quick:
            words = f"({quick} || {words})"
        return f"({right} && {words})" if words else f"({right})"

    def _is_listed(self, at: str, terms: Iterable[Term]) -> str:
        # "=" is the same as sameTerm for addresses and plain texts only.
        plain: list[str] = []
        others: list[str] = []
        for term in terms:
            if isinstance(term, BlankNode):
                continue
            is_plain = isinstance(term, Iri) or (term.datatype == XSD + "string" and not term.language)
            (plain if is_plain else others).append(self.literals.sparql(term))
        parts = [f"COALESCE({at} IN ({', '.join(plain)}), false)"] if plain else []
        parts += [f"sameTerm({at}, {one})" for one in others]
        return any_of(parts)

    def has_other_property(self, constraint: Closed, at: str) -> str:
        """Return the expression that a node has a property it may not have."""
        predicate, value = self.variable(), self.variable()
        if self.dialect.scans and constraint.allowed:
            # A path of any other predicate is one step to the engine, which then need not bind the predicate.
            others = "|".join(one.sparql() for one in constraint.allowed)
            return f"EXISTS {{ {at} !({others}) {value} }}"
        allowed = ", ".join(one.sparql() for one in constraint.allowed)
        only = f" FILTER({predicate} NOT IN ({allowed}))" if allowed else ""
        return f"EXISTS {{ {at} {predicate} {value}{only} }}"

    def _qualified(self, constraint: Qualified, shape: Shape, at: str) -> str:
        def counts(value: str) -> str:
            return self.qualifies(constraint, value)

        if constraint.name == "qualifiedMinCount":
            return negated(self._at_least(constraint.number, at, shape.path, counts))
        return self._at_least(constraint.number + 1, at, shape.path, counts)

    def qualifies(self, constraint: Qualified, value: str) -> str:
        """Return the expression that a value counts: it conforms to the shape and to no sibling."""
        siblings = [self.fails(one, value) for one in constraint.siblings]
        return all_of([negated(self.fails(constraint.shape, value)), *siblings])

    def _at_least(self, number: int, at: str, path: Path | None, counts: Callable[[str], str]) -> str:
        if number == 0:
            return "true"
        if number > _MOST_TOGETHER:
            raise NotInline

        def another(value: str, others: tuple[str, ...]) -> str:
            differs = [f"!sameTerm({value}, {other})" for other in others]
            here = all_of([*differs, counts(value)])
            if len(others) + 1 == number:
                return here
            return all_of([here, self.some(at, path, lambda more: another(more, (*others, value)))])

        return self.some(at, path, lambda value: another(value, ()))

    def _test(self, test: Test, shape: Shape, at: str) -> str:
        path, name = shape.path, test.name
        if name == "minCount":
            return negated(self._at_least(test.number, at, path, lambda _: "true"))
        if name == "maxCount":
            return self._at_least(test.number + 1, at, path, lambda _: "true")
        if name == "hasValue":
            return negated(self.has_value(test, path, at))
        if name == "uniqueLang":
            return self.some(at, path, lambda one: self.some(at, path, lambda two: _same_language(one, two)))
        if name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
            return self._pair(test, path, at)
        return self.some(at, path, lambda value: negated(self.passes(test, value)))

    def has_value(self, test: Test, path: Path | None, at: str) -> str:
        """Return the expression that a term is among the values."""
        if isinstance(test.terms[0], BlankNode):
            return "false"
        wanted = self.literals.sparql(test.terms[0])
        if path is not None and path.is_simple:
            return f"EXISTS {{ {triple(at, path, wanted)} }}"
        return self.some(at, path, lambda value: f"sameTerm({value}, {wanted})")

    def _pair(self, test: Test, path: Path | None, at: str) -> str:
        other = test.terms[0].sparql() if isinstance(test.terms[0], Iri) else ""
        if test.name == "disjoint":
            return self.some(at, path, lambda value: f"EXISTS {{ {at} {other} {value} }}")
        more = self.variable()
        if test.name == "equals":
            missing = self.some(at, path, lambda value: f"!EXISTS {{ {at} {other} {value} }}")
            surplus = negated(self.some(at, path, lambda value: f"sameTerm({value}, {more})"))
            return any_of([missing, f"EXISTS {{ {at} {other} {more} FILTER({surplus}) }}"])
        return self.some(
            at, path, lambda value: f"EXISTS {{ {at} {other} {more} FILTER({self.not_less(test, value, more)}) }}"
        )

    def not_less(self, test: Test, value: str, other: str) -> str:
        """Return the expression that a value is not less than another, or cannot be compared with it."""
        sign = "<" if test.name == "lessThan" else "<="
        return negated(self.literals.compared(value, sign, other))


def triple(start: str, path: Path, end: str) -> str:
    """Return one step as a triple pattern; an inverse step is written the other way round."""
    if path.kind == "inversePath":
        return f"{end} {path.parts[0].sparql()} {start}"
    return f"{start} {path.sparql()} {end}"


def _same_language(one: str, two: str) -> str:
    return f'(!sameTerm({one}, {two}) && LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({two})))'


def any_of(parts: Iterable[str]) -> str:
    """Return the expression that one of some holds."""
    wanted = [part for part in dict.fromkeys(parts) if part != "false"]
    if "true" in wanted:
        return "true"
    return f"({' || '.join(wanted)})" if len(wanted) > 1 else (wanted or ["false"])[0]


def all_of(parts: Iterable[str]) -> str:
    """Return the expression that all of some hold."""
    wanted = [part for part in dict.fromkeys(parts) if part != "true"]
    if "false" in wanted:
        return "false"
    return f"({' && '.join(wanted)})" if len(wanted) > 1 else (wanted or ["true"])[0]


class _Not(str):
    """An expression that denies another, so that to deny it once more gives that other back."""

    __slots__ = ("denied",)
    denied: str


def negated(part: str) -> str:
    """
    Return the expression that another does not hold.

    >>> negated("EXISTS { ?a ?b ?c }"), negated(negated("EXISTS { ?a ?b ?c }"))
    ('(!EXISTS { ?a ?b ?c })', 'EXISTS { ?a ?b ?c }')
    """
    if isinstance(part, _Not):
        return part.denied
    if part in ("true", "false"):
        return "false" if part == "true" else "true"
    said = _Not(f"(!{part})")
    said.denied = part
    return said
