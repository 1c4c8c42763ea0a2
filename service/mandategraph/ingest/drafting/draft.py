"""A draft: its TriG, its source text, and what a summary tells of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Weight(IntEnum):
    """How much a note matters: the lower first."""

    WHOLE = 0
    """The document as such: no symbol, no operative paragraph."""
    NUMBERS = 1
    """A gap in the numbers, a number twice, a range that is not complete."""
    VERB = 2
    """A paragraph without a verb, a verb of unknown force, a state that is not known."""
    ACTOR = 3
    """Nobody named, a body that no register knows."""
    CITATION = 4
    """A document that was not recognised."""
    READING = 5
    """What the reader of the file repaired or left out."""


@dataclass
class Draft:
    """A draft of one file: TriG and source text, and what a summary tells."""

    name: str
    trig: str
    source_text: str
    sha256: str = ""
    language: str = "en"
    standing: str = "provisional"
    quoted: list[tuple[int, int]] = field(default_factory=list)
    """Where the text holds the words of another document."""
    documents: list[str] = field(default_factory=list)
    provisions: Counter[str] = field(default_factory=Counter)
    statements: int = 0
    mandates: int = 0
    citations: int = 0
    activities: int = 0
    proposals: int = 0
    unplaced: Counter[str] = field(default_factory=Counter)
    unplaced_characters: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    unaccounted: int = 0
    _noted: dict[str, list[int]] = field(default_factory=dict)

    def look(self, weight: Weight, sentence: str) -> None:
        """Put a sentence on the list of what needs a look; the same sentence again is counted."""
        held = self._noted.setdefault(sentence, [weight, len(self._noted), 0])
        held[2] += 1

    @property
    def notes(self) -> list[str]:
        """
        What needs a look, the weightiest first, then in the order of the text.

        >>> draft = Draft("a.txt", "", "")
        >>> draft.look(Weight.ACTOR, "No register knows “the Bureau”.")
        >>> draft.look(Weight.WHOLE, "No symbol was recognised.")
        >>> draft.look(Weight.ACTOR, "No register knows “the Bureau”.")
        >>> draft.notes
        ['No symbol was recognised.', 'No register knows “the Bureau”. (2 times)']
        """
        ordered = sorted(self._noted.items(), key=lambda item: item[1][:2])
        return [sentence if held[2] == 1 else f"{sentence} ({held[2]:,} times)" for sentence, held in ordered]

    def summary(self) -> dict[str, Any]:
        """Return the counts as plain values, for JSON and tables."""
        return {
            "file": self.name,
            "sha256": self.sha256,
            "documents": self.documents,
            "provisions": dict(sorted(self.provisions.items())),
            "statements": self.statements,
            "mandates": self.mandates,
            "citations": self.citations,
            "calendar entries": self.activities,
            "proposals": self.proposals,
            "unplaced": dict(sorted(self.unplaced.items())),
            "unplaced characters": dict(sorted(self.unplaced_characters.items())),
            "characters": self.characters,
            "unaccounted": self.unaccounted,
            "needs a look": self.notes,
        }
