"""A table that another engine gave, in the words of the standard."""

from __future__ import annotations

import pyoxigraph as ox

from mandategraph.core.ports import Table
from mandategraph.core.terms import BlankNode, Iri, Literal, Term, values_block
from mandategraph.stores.embedded import RESULT_FORMATS


def _value(term: Term | None) -> Iri | Literal | None:
    if isinstance(term, BlankNode):
        raise ValueError("a blank node has no name that a query could hold")
    return term


def written_table(found: Table | bool, media_type: str) -> bytes:
    r"""
    Return a table or a truth in one of the result formats; ValueError where the table holds a blank node.

    >>> written_table(Table(("x", "y"), ({"x": Iri("urn:a")},)), "text/csv")
    b'x,y\r\nurn:a,\r\n'
    """
    if isinstance(found, bool):
        query = f"ASK {{ FILTER({str(found).lower()}) }}"
    else:
        rows = [[_value(row.get(name)) for name in found.variables] for row in found.rows]
        names = " ".join(f"?{name}" for name in found.variables) or "*"
        query = f"SELECT {names} WHERE {{ {values_block(found.variables, rows)} }}"
    answered = ox.Store().query(query)
    assert isinstance(answered, ox.QuerySolutions | ox.QueryBoolean)  # noqa: S101  it is our own query
    return answered.serialize(format=RESULT_FORMATS[media_type]) or b""
