"""Which characters of a source text some fact points at, and which none does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORDS = re.compile(r"\S(?:[^\S\n]*\S)*")


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
    left_out: list[Stretch] = []
    line, counted, placed = 1, 0, 0
    whole = len(text)
    for start, end in (*_joined(spans, whole), (whole, whole)):
        for found in _WORDS.finditer(text, placed, start):
            line += text.count("\n", counted, found.start())
            counted = found.start()
            before = left_out[-1] if left_out else None
            # A stretch goes on over blanks within a line, so that two words left out are one entry.
            if before is not None and before.line == line and not text[before.end : found.start()].strip():
                left_out[-1] = Stretch(before.start, found.end(), line, text[before.start : found.end()])
            else:
                left_out.append(Stretch(found.start(), found.end(), line, found[0]))
        placed = end
    meaningful = _meaningful(text)
    # What lies in no span is the smaller part by far.
    covered = meaningful - sum(_meaningful(stretch.words) for stretch in left_out)
    return Accounting(whole, meaningful, covered, tuple(left_out))


def _joined(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The spans in order, those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if not 0 <= start < end <= length:
            raise ValueError(f"the span {start}-{end} lies outside a text of {length} characters")
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _meaningful(text: str) -> int:
    return len("".join(text.split()))
