"""The messages of a result: what the shape says, with the values of the query written in."""

from __future__ import annotations

import re

from mandategraph.checks.shacl.model import Constraint, Query, Shape
from mandategraph.checks.shacl.wording import sentences
from mandategraph.core.ports import Row
from mandategraph.core.terms import Literal, Term

_PLACEHOLDER = re.compile(r"\{[?$]([A-Za-z_][A-Za-z0-9_]*)\}")


def messages_of(constraint: Constraint, shape: Shape, row: Row) -> tuple[Literal, ...]:
    """Return the messages of a result in every language they were written in."""
    if not isinstance(constraint, Query):
        return shape.messages or sentences(constraint)
    said = row.get("message")
    if isinstance(said, Literal):
        return (said,)
    terms: dict[str, Term] = {**dict(constraint.bound), **row}
    return tuple(_filled(message, terms) for message in constraint.messages or shape.messages)


def _filled(message: Literal, terms: dict[str, Term]) -> Literal:
    text = _PLACEHOLDER.sub(lambda found: str(terms.get(found[1], found[0])), message.value)
    return Literal(text, message.datatype, message.language) if text != message.value else message
