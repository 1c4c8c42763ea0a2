"""Which blocks of a work plan head its sections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mandategraph.ingest.reading import Block, Kind, Reading
from mandategraph.ingest.structure.marks import Mark, Style, read_mark

_LETTERS = re.compile(r"[^\W\d_]")
# A symbol or a date in capitals is no heading: “AG/DEC. 88”, “OCTOBER 2016”.
_NO_HEADING = re.compile(r"\d{4}|[A-Z]/|\d/\d")
_LONGEST = 90


def mark_of(block: Block) -> Mark | None:
    """Return the number of a block as a mark, None where it has none."""
    return read_mark(block.number.printed + " x") if block.number is not None else None


def is_outer(block: Block) -> bool:
    """Whether the block is numbered with a capital roman numeral, as the parts of a plan and its lists of texts are."""
    mark = mark_of(block)
    if mark is None or not mark.printed.isupper():
        return False
    return mark.style is Style.CAPITAL_ROMAN or mark.roman is not None


class Headings:
    """
    The headings of a plan: those of the file, or short lines in capitals that are neither date, symbol nor column.

    `words` is the configuration of work plans (`data/work-plans.toml`).
    """

    def __init__(self, reading: Reading, words: Mapping[str, Any]) -> None:
        self._reading = reading
        self._words = words
        self._columns = {name for names in words.get("columns", {}).values() for name in names}

    def kind(self, heading: str) -> str:
        """Return what a section with this heading is about, "" where no word of it tells."""
        folded = heading.casefold()
        for kind, names in self._words.get("sections", {}).items():
            if any(re.search(rf"\b{re.escape(name)}\b", folded) for name in names):
                return str(kind)
        return ""

    def blocks(self) -> list[Block]:
        """Return the headings in the order of the text."""
        blocks = [block for block in self._reading.blocks if block.kind is not Kind.FURNITURE]
        found = []
        for place, block in enumerate(blocks):
            beside = blocks[max(0, place - 1) : place] + blocks[place + 1 : place + 2]
            # Heads of columns stand side by side; one alone (“MANDATES:”) is the heading of a section.
            column = self._is_column(block) and any(self._is_column(other) for other in beside)
            if not column and self._is_heading(block):
                found.append(block)
        return found

    def _is_column(self, block: Block) -> bool:
        return self._reading.words(block).casefold().strip(" :.") in self._columns

    def _is_heading(self, block: Block) -> bool:
        if block.kind is Kind.HEADING:
            return True
        words = self._reading.words(block).strip()
        if block.cell is not None or len(words) > _LONGEST or words.upper() != words:
            return False
        return len(_LETTERS.findall(words)) >= 6 and (is_outer(block) or not _NO_HEADING.search(words))
