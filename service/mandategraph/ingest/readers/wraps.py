"""Lines that were broken at a width: which of them begin paragraphs, and how the words are joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mandategraph.ingest.structure.marks import Style, read_mark

_NUMBER_ALONE = re.compile(
    r"\s*(?:-\s*)?(?:page\s*|p\.\s*)?\d{1,4}(?:\s*(?:/|of|de|sur)\s*\d{1,4})?(?:\s*-)?\s*\Z", re.IGNORECASE
)
# Blanks, and marks of direction, which take no room.
_AROUND = " \t\r\v\x1c\x1d\x1e\x1f\x85\u00a0\u1680"
_AROUND += "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_AROUND += "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_FIRST = re.compile(r"\S+")
_ENDS = re.compile(r"[.;:!?…,][”\"’')\]]*\d*\Z")
# After a hyphen these keep their blank: “age-, disability- and gender-sensitive”.
_SUSPENDED = frozenset({"and", "or", "to", "y", "e", "o", "u", "et", "ou", "und", "nor", "but", "as"})


@dataclass(slots=True)
class SourceLine:
    """A line of the file: its words without blanks at the ends, where these stand, and what stands around them."""

    words: str
    start: int
    indent: int
    number: int
    page: int
    furniture: bool = False

    @property
    def end(self) -> int:
        """Where the words end."""
        return self.start + len(self.words)


def source_lines(text: str) -> list[SourceLine]:
    """
    Return the lines of a text, blank ones too.

    >>> [(line.words, line.page) for line in source_lines("one\\n\\f two")]
    [('one', 1), ('', 1), ('two', 2)]
    """
    lines: list[SourceLine] = []
    page, at = 1, 0
    for number, piece in enumerate(re.split(r"(\n|\f)", text)):
        if number % 2 == 0:
            words = piece.strip(_AROUND)
            indent = len(piece) - len(piece.lstrip(_AROUND))
            lines.append(SourceLine(words, at + (indent if words else 0), indent, number // 2 + 1, page))
        elif piece == "\f":
            page += 1
        at += len(piece)
    return lines


def mark_furniture(lines: Sequence[SourceLine]) -> None:
    """Running heads and feet: the first and last lines of pages that come back on other pages, their digits apart."""
    pages: dict[int, list[SourceLine]] = {}
    for line in lines:
        if line.words:
            pages.setdefault(line.page, []).append(line)
    if len(pages) < 2:
        _mark_lone_page([line for line in lines if line.words])
        return
    edges: Counter[str] = Counter()
    for held in pages.values():
        edges.update({_DIGITS.sub("9", line.words) for line in (*held[:2], *held[-2:])})
    for held in pages.values():
        for side in (held[:2], held[::-1][:2]):
            for line in side:
                often = edges[_DIGITS.sub("9", line.words)] > max(1, len(pages) // 2)
                if not (often and len(line.words) < 160) and not _NUMBER_ALONE.match(line.words):
                    break
                line.furniture = True


def _mark_lone_page(lines: Sequence[SourceLine]) -> None:
    """The number of the only page: the last line, or the first where it is set like a page number (“1/1”, “- 1 -”)."""
    if len(lines) < 4:
        return
    lines[-1].furniture = _NUMBER_ALONE.match(lines[-1].words) is not None
    lines[0].furniture = _NUMBER_ALONE.match(lines[0].words) is not None and not lines[0].words.isdigit()


def width_of(lines: Sequence[SourceLine]) -> int:
    """Return the width at which lines were broken, 0 where they are whole paragraphs."""
    lengths = sorted(line.indent + len(line.words) for line in lines if line.words and not line.furniture)
    if len(lengths) < 4:
        return 0
    if 40 <= lengths[-1] <= 140 and _filled(lines, lengths[-1]):
        return lengths[-1]
    if len(lengths) < 6:
        return 0
    # A title may stand unbroken among broken lines.
    widest = lengths[int((len(lengths) - 1) * 0.95)]
    if widest > 140 or widest < 40:
        return 0
    full = [line for line in lines if not line.furniture and line.indent + len(line.words) >= widest * 0.8]
    unended = sum(1 for line in full if not _ENDS.search(line.words))
    if (len(full) < 0.35 * len(lengths) or unended < 0.4 * len(full)) and not _broken(lines):
        return 0
    return max(length for length in lengths if length <= widest * 1.1 + 2)


def _filled(lines: Sequence[SourceLine], width: int) -> bool:
    """
    Whether blank lines part the paragraphs and each line of a paragraph was filled to the width before the next began.

    The first word of the next line would not have fitted on it: nobody but a program that breaks lines writes so.
    """
    pairs = filled = unended = 0
    for before, line in pairwise(lines):
        if before.words and line.words and not (before.furniture or line.furniture) and before.page == line.page:
            pairs += 1
            filled += before.indent + len(before.words) + 1 + len(line.words.split(None, 1)[0]) > width
            unended += _ENDS.search(before.words) is None or line.words[:1].islower()
    return unended > 0 and filled >= 0.9 * pairs


def _broken(lines: Sequence[SourceLine]) -> bool:
    """Whether sentences go on, in small letters, in lines after lines that no stop ends."""
    held = [line for line in lines if line.words and not line.furniture]
    broken = sum(
        1
        for before, line in pairwise(held)
        if len(before.words) > 40 and not _ENDS.search(before.words) and line.words[:1].islower()
    )
    return broken >= 3 and broken >= 0.15 * len(held)


def paragraphs_of(lines: Sequence[SourceLine], width: int) -> list[list[SourceLine]]:
    """Return the lines of each paragraph; furniture is left out."""
    found: list[list[SourceLine]] = []
    before: SourceLine | None = None
    blank = edge = False
    for line in lines:
        if line.furniture:
            edge = True
        elif not line.words:
            blank = True
        else:
            # A blank line ends a paragraph, unless it stands between the words of a page and its furniture.
            across = before is not None and (line.page != before.page or edge)
            parted = blank and not across
            if before is None or parted or _begins(line, before, width, across and blank):
                found.append([])
            found[-1].append(line)
            before, blank, edge = line, False, False
    return found


def _begins(line: SourceLine, before: SourceLine, width: int, across: bool) -> bool:
    opening = _FIRST.match(line.words)
    first = opening.group() if opening is not None else ""
    room = width - before.indent - len(before.words) - 1
    if line.indent > before.indent + 1:
        mark = read_mark(line.words)
        if (mark is not None and mark.style is not Style.BULLET) or _ENDS.search(before.words):
            return True
    if across and _ENDS.search(before.words) and not before.words.endswith(","):
        return read_mark(line.words) is not None or (
            first[:1].isupper() and room > 0 and len(before.words) < 0.75 * width
        )
    goes_on = line.words[:1].islower() or (line.words[:1].isdigit() and read_mark(line.words) is None)
    if goes_on and len(before.words) > 0.6 * width and not _ENDS.search(before.words):
        return False
    # The first word would have fitted on the line before: whoever broke the lines began anew here.
    return len(first) <= room


class Joiner:
    """
    Joins the lines of paragraphs.

    A hyphen at the end of a line is kept or dropped as the rest of the text writes the word.
    """

    def __init__(self, lines: Sequence[SourceLine]) -> None:
        self._known: Counter[str] = Counter()
        for line in lines:
            self._known.update(word.lower() for word in _WORD.findall(line.words))

    def between(self, before: str, after: str) -> tuple[int, str]:
        """
        Return how many characters to take off the end of the line before, and what to write between the lines.

        >>> joiner = Joiner(source_lines("The Secretary-General and the Government"))
        >>> joiner.between("the Secretary-", "General"), joiner.between("the Govern-", "ment")
        ((0, ''), (1, ''))
        """
        if len(before) < 2 or before[-1] not in "-‐" or not before[-2].isalnum() or not after[:1].isalnum():
            return (0, "") if before[-1:] in "—/" and before[-1:] else (0, " ")
        if before[-1] == "‐":
            return 1, ""
        found = _WORD.match(after)
        second = found.group() if found is not None else ""
        if second.lower() in _SUSPENDED:
            return 0, " "
        held = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*(?=-\Z)", before)
        first = held.group() if held is not None else ""
        if not first or not second or second[:1].isupper():
            return 0, ""
        whole, hyphened = (first + second).lower(), f"{first}-{second}".lower()
        if self._known[whole] and not self._known[hyphened]:
            return 1, ""
        if self._known[hyphened] or "-" in first or (self._known[first.lower()] and self._known[second.lower()] > 1):
            return 0, ""
        # “Govern-” is no word of this text: its hyphen was put in by whoever broke the line.
        return (0, "") if len(first) > 2 and self._known[first.lower()] else (1, "")
