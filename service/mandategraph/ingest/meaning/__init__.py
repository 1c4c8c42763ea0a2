"""
What the words of paragraphs say: statements, addressees, citations, dates, participants, themes.

Everything is a pure function of the words and of the configuration handed in; places count from the first character of
the words.
"""

from __future__ import annotations

from mandategraph.ingest.meaning.found import (
    Citation,
    DateFound,
    Details,
    Known,
    Mention,
    Participant,
    Recurrence,
    SessionFound,
    Statement,
    ThemeFound,
    Words,
)
from mandategraph.ingest.meaning.meaning import Meaning

__all__ = [
    "Citation",
    "DateFound",
    "Details",
    "Known",
    "Meaning",
    "Mention",
    "Participant",
    "Recurrence",
    "SessionFound",
    "Statement",
    "ThemeFound",
    "Words",
]
