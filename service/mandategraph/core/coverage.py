"""Which characters of a source text some fact points at, and which none does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of characters within one line: code points from `start` to before `end`; `line` counts from 1."""

    start: int
    end: int
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Accounting:
    """
    The account of a text: characters that are not blank, how many lie in a span, and every stretch that lies in none.

    >>> text = "To urge:\\n\\nA. Peace"
    >>> account = account_for(text, [(0, 7), (13, 18)])
    >>> account.meaningful, account.covered, [left.words for left in account.left_out]
    (14, 11, [':', 'A.'])
    >>> account.is_whole
    False
    """

    characters: int
    meaningful: int
    covered: int
    left_out: tuple[Stretch, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every character that is not blank lies in a span."""
        return not self.left_out


def account_for(text: str, spans: Iterable[tuple[int, int]]) -> Accounting:
    """
    Return the account of a text by spans in code points, end excluded.

    Blanks carry no meaning and are not counted. Raises ValueError for a span that lies outside the text.
    """
    in_a_span = bytearray(len(text))
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            raise ValueError(f"the span {start}-{end} lies outside a text of {len(text)} characters")
        in_a_span[start:end] = b"\x01" * (end - start)
    meaningful = covered = 0
    left_out: list[Stretch] = []
    line, opened = 1, -1
    for place, character in enumerate(text + "\n"):
        open_here = place < len(text) and not character.isspace() and not in_a_span[place]
        if place < len(text) and not character.isspace():
            meaningful += 1
            covered += in_a_span[place]
        # A stretch goes on over blanks within a line, so that two words left out are one entry.
        goes_on = open_here or (opened >= 0 and character != "\n" and character.isspace())
        if opened >= 0 and not goes_on:
            words = text[opened:place].rstrip()
            left_out.append(Stretch(opened, opened + len(words), line, words))
            opened = -1
        if open_here and opened < 0:
            opened = place
        if character == "\n":
            line += 1
    return Accounting(len(text), meaningful, covered, tuple(left_out))
