"""Literals whose words an engine would not keep: how they are put into a store and asked for there."""

from __future__ import annotations

import re
from functools import lru_cache

import pyoxigraph as ox

from mandategraph.core.namespaces import XSD
from mandategraph.core.terms import Literal, Term

AS_WRITTEN = "urn:mandategraph:as-written:"
"""Before the datatype of a literal that the engine would rewrite (`"01"^^xsd:integer` to `"1"`)."""

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


@lru_cache(maxsize=65_536)
def _comes_back(value: str, datatype: str) -> bool:
    literal = ox.Literal(value, datatype=ox.NamedNode(datatype))
    node = ox.NamedNode(AS_WRITTEN)
    store = ox.Store()
    store.add(ox.Quad(node, node, literal))
    return next(store.quads_for_pattern(None, None, None)).object == literal


def as_kept(quad: ox.Quad) -> ox.Quad:
    """Return a quad in whose place the engine keeps every word of the literal."""
    value = quad.object
    if not isinstance(value, ox.Literal) or value.language or is_kept(value.value, value.datatype.value):
        return quad
    kept = ox.Literal(value.value, datatype=ox.NamedNode(AS_WRITTEN + value.datatype.value))
    return ox.Quad(quad.subject, quad.predicate, kept, quad.graph_name)


class Literals:
    """
    How literals are written into queries.

    `exact` is true where the store was filled by `as_kept`: terms then differ by every word, as RDF has it. A store
    filled otherwise has made of them what it wanted, and so it will of those in a query. `has_marked` says whether
    there is any such literal, since asking for them costs.
    """

    def __init__(self, *, exact: bool = False, has_marked: bool = False) -> None:
        self.exact, self.has_marked = exact, has_marked

    def sparql(self, term: Term) -> str:
        """Return a constant as a query writes it so that it is the same term as in the store."""
        if self.exact and isinstance(term, Literal) and not term.language and not is_kept(term.value, term.datatype):
            return Literal(term.value, AS_WRITTEN + term.datatype).sparql()
        if isinstance(term, Literal) or not str(term).startswith("_:"):
            return term.sparql()  # type: ignore[union-attr]
        raise ValueError("a blank node has no name in a query")

    def value(self, variable: str) -> str:
        """Return an expression for the value of a variable, to be compared."""
        if not self.has_marked:
            return variable
        kind = f"STR(DATATYPE({variable}))"
        cast = f'STRDT(STR({variable}), IRI(STRAFTER({kind}, "{AS_WRITTEN}")))'
        return f'IF(isLiteral({variable}) && STRSTARTS({kind}, "{AS_WRITTEN}"), {cast}, {variable})'

    def has_datatype(self, variable: str, datatypes: tuple[str, ...]) -> str:
        """Return an expression that a literal has one of some datatypes."""
        if self.has_marked:
            datatypes += tuple(AS_WRITTEN + one for one in datatypes)
        if len(datatypes) == 1:
            return f"DATATYPE({variable}) = <{datatypes[0]}>"
        return f"DATATYPE({variable}) IN ({', '.join(f'<{one}>' for one in datatypes)})"


def as_written(term: Term) -> Term:
    """
    Return a term of a store as it was in the file.

    >>> as_written(Literal("01", AS_WRITTEN + XSD + "integer"))
    Literal(value='01', datatype='http://www.w3.org/2001/XMLSchema#integer', language='')
    """
    if isinstance(term, Literal) and term.datatype.startswith(AS_WRITTEN):
        return Literal(term.value, term.datatype[len(AS_WRITTEN) :])
    return term
