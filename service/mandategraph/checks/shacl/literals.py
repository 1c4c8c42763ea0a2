"""Literals whose words an engine would not keep: how they are put into a store and asked for there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph as ox

from mandategraph.checks.shacl.datatypes import RANGES
from mandategraph.core.namespaces import XSD
from mandategraph.core.terms import BlankNode, Literal, Term

AS_WRITTEN = "urn:mandategraph:as-written:"
"""Before the datatype of a literal that the engine would rewrite (`"01"^^xsd:integer` to `"1"`)."""
ILL = "urn:mandategraph:ill-formed:"
"""Before the datatype of a literal that the engine would take for a value, and that is none."""

_TYPES = """
boolean float double decimal integer nonPositiveInteger negativeInteger long int short byte
nonNegativeInteger unsignedLong unsignedInt unsignedShort unsignedByte positiveInteger dateTime
dateTimeStamp date time gYearMonth gYear gMonthDay gDay gMonth duration yearMonthDuration
dayTimeDuration
"""
_REWRITTEN = frozenset(XSD + name for name in _TYPES.split())
_KEPT = {
    XSD + "integer": re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z"),
    XSD + "date": re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])\Z"),
    XSD + "decimal": re.compile(r"(?:0|-?[1-9][0-9]{0,9})(?:\.[0-9]{0,6}[1-9])?\Z"),
    XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}


def is_kept(value: str, datatype: str) -> bool:
    """
    Whether Oxigraph gives a literal back as it was written.

    >>> is_kept("1", XSD + "integer"), is_kept("01", XSD + "integer"), is_kept("1", XSD + "byte")
    (True, False, False)
    """
    if datatype not in _REWRITTEN:
        return True
    plain = _KEPT.get(datatype)
    return bool(plain and plain.match(value)) or _comes_back(value, datatype)


def marked(value: str, datatype: str) -> str:
    """
    Return the datatype under which a literal is put into the engine so that it comes back as written.

    >>> marked("01", XSD + "integer") == AS_WRITTEN + XSD + "integer", marked("300", XSD + "byte") == ILL + XSD + "byte"
    (True, True)
    """
    return datatype if is_kept(value, datatype) else _mark(value, datatype) + datatype


def _mark(value: str, datatype: str) -> str:
    # To the engine "300"^^xsd:byte is the number 300; to XML Schema it is no value, so nothing can be compared with it.
    least, most = RANGES.get(datatype.removeprefix(XSD), (None, None))
    try:
        number = int(value)
    except ValueError:
        return AS_WRITTEN
    is_within = (least is None or number >= least) and (most is None or number <= most)
    return AS_WRITTEN if is_within else ILL


@lru_cache(maxsize=65_536)
def as_engine_has_it(literal: Literal) -> Literal:
    """
    Return what Oxigraph makes of a literal.

    >>> as_engine_has_it(Literal("01", XSD + "integer")).value
    '1'
    """
    node = ox.NamedNode(AS_WRITTEN)
    store = ox.Store()
    store.add(ox.Quad(node, node, ox.Literal(literal.value, datatype=ox.NamedNode(literal.datatype))))
    found = next(store.quads_for_pattern(None, None, None)).object
    assert isinstance(found, ox.Literal)  # noqa: S101  a literal went in
    return Literal(found.value, found.datatype.value)


def _comes_back(value: str, datatype: str) -> bool:
    literal = Literal(value, datatype)
    return as_engine_has_it(literal) == literal


def as_kept(quad: ox.Quad) -> ox.Quad:
    """Return a quad in whose place the engine keeps every word of the literal."""
    value = quad.object
    if not isinstance(value, ox.Literal) or value.language or is_kept(value.value, value.datatype.value):
        return quad
    kept = ox.Literal(value.value, datatype=ox.NamedNode(marked(value.value, value.datatype.value)))
    return ox.Quad(quad.subject, quad.predicate, kept, quad.graph_name)


class Literals:
    """
    How literals are written into queries and read from answers.

    `exact` is true where the store was filled by `as_kept`: terms then differ by every word, as RDF has it. A store
    filled otherwise has made of them what it wanted, and so it will of those in a query. `rewritten` are the literals
    that the engine would not keep; asking for them costs, so it is done only where there are any.
    """

    def __init__(self, *, exact: bool = False, rewritten: Iterable[Literal] = ()) -> None:
        self.exact = exact
        self._spellings: dict[Term, list[Literal]] = {}
        for literal in sorted(rewritten):
            kept = Literal(literal.value, marked(literal.value, literal.datatype))
            self._spellings.setdefault(as_engine_has_it(literal), []).append(kept)
        self.has_marked = bool(self._spellings)

    def sparql(self, term: Term) -> str:
        """Return a constant as a query writes it so that it is the same term as in the store."""
        if isinstance(term, BlankNode):
            raise ValueError("a blank node has no name in a query")
        if self.exact and isinstance(term, Literal) and not term.language:
            return Literal(term.value, marked(term.value, term.datatype)).sparql()
        return term.sparql()

    def spellings(self, term: Term) -> tuple[Term, ...]:
        """Return the terms of the data that the engine takes for one value; the term itself may or may not be there."""
        return (term, *self._spellings.get(term, ()))

    def compared(self, variable: str, sign: str, other: str) -> str:
        """Return an expression, never in error, that the value of a variable compares so with another or a constant."""
        if not self.has_marked:
            return f"COALESCE({variable} {sign} {other}, false)"
        values = [_value(one) if one.startswith("?") else one for one in (variable, other)]
        # Most literals are not marked, and the first comparison is the cheap one.
        return f"COALESCE({variable} {sign} {other}, {values[0]} {sign} {values[1]}, false)"

    def has_datatype(self, variable: str, datatypes: tuple[str, ...]) -> str:
        """Return an expression that a literal has one of some datatypes, and words that are not out of its range."""
        if self.has_marked:
            datatypes += tuple(AS_WRITTEN + one for one in datatypes)
        if len(datatypes) == 1:
            return f"DATATYPE({variable}) = <{datatypes[0]}>"
        return f"DATATYPE({variable}) IN ({', '.join(f'<{one}>' for one in datatypes)})"


def _value(variable: str) -> str:
    kind = f"STR(DATATYPE({variable}))"
    cast = f'STRDT(STR({variable}), IRI(STRAFTER({kind}, "{AS_WRITTEN}")))'
    return f'IF(isLiteral({variable}) && STRSTARTS({kind}, "{AS_WRITTEN}"), {cast}, {variable})'


def as_written(term: Term) -> Term:
    """
    Return a term of a store as it was in the file.

    >>> as_written(Literal("01", AS_WRITTEN + XSD + "integer"))
    Literal(value='01', datatype='http://www.w3.org/2001/XMLSchema#integer', language='')
    """
    for mark in (AS_WRITTEN, ILL):
        if isinstance(term, Literal) and term.datatype.startswith(mark):
            return Literal(term.value, term.datatype[len(mark) :])
    return term
