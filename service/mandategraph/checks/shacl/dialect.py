"""What engines do differently, where it changes the cost of a check or what it may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mandategraph.core.namespaces import XSD


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    One engine's ways.

    `nests`: EXISTS around a join is quadratic, one around a single triple is a look-up, so joins are nested.
    `keeps_values`: numbers and days are kept as values, so that to ask for the value is quicker than for the words.
    `derived_integers`: the engine keeps `xsd:int` and its like apart from `xsd:integer`.
    `scans`: to go through a predicate costs much less than to look it up for each node.
    `stable_blanks`: a blank node has the same name in each answer, so answers can be put together by it.
    """

    name: str
    nests: bool = True
    derived_integers: bool = True
    stable_blanks: bool = False
    keeps_values: bool = False
    scans: bool = False


OXIGRAPH = Dialect("oxigraph", derived_integers=False, stable_blanks=True, keeps_values=True, scans=True)
FILES = Dialect("files", derived_integers=True, stable_blanks=True, keeps_values=True, scans=True)
"""Oxigraph in this process, filled by `literals.as_kept`."""
VIRTUOSO = Dialect("virtuoso", nests=False)
ANY = Dialect("any")
DIALECTS = {dialect.name: dialect for dialect in (OXIGRAPH, FILES, VIRTUOSO, ANY)}


def dialect_of(ask: Callable[[str], bool]) -> Dialect:
    """
    Return the dialect of an engine by what it answers to two questions that need no data.

    >>> dialect_of(lambda question: "DATATYPE" in question).name, dialect_of(lambda question: False).name
    ('oxigraph', 'any')
    """
    date = f"<{XSD}date>"
    takes_int_for_integer = ask(f'ASK {{ FILTER(DATATYPE("1"^^<{XSD}int>) = <{XSD}integer>) }}')
    compares_no_value = ask(f'ASK {{ FILTER(COALESCE(IF("x"^^{date} < "2000-01-01"^^{date}, true, true), false)) }}')
    return OXIGRAPH if takes_int_for_integer and not compares_no_value else ANY
