"""Two languages side by side in plain text, parted by a stretch of blanks: read one column after the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mandategraph.ingest.readers.wraps import SourceLine
from mandategraph.ingest.structure.languages import language_of

_GAP = re.compile(r"\s{3,}(?=\S)")
_FEWEST = 6


def columns_of(lines: Sequence[SourceLine]) -> list[SourceLine] | None:
    """
    Return the lines of the left column and then those of the right one; None where there are not two languages.

    The right column begins at one place in most lines, and is in another language than the left one: a table of words
    in one language stays as it is.
    """
    held = [line for line in lines if line.words and not line.furniture]
    gaps = [(line, _GAP.search(line.words)) for line in held]
    begins = Counter(line.indent + gap.end() for line, gap in gaps if gap is not None)
    if not begins:
        return None
    place, often = begins.most_common(1)[0]
    if often < _FEWEST or often < 0.4 * len(held):
        return None
    left, right = [], []
    for line in lines:
        first, second = _parted(line, place)
        left.append(first)
        right.append(second)
    languages = [language_of(" ".join(line.words for line in side if line.words)) for side in (left, right)]
    if not all(languages) or languages[0] == languages[1]:
        return None
    return [*left, SourceLine("", 0, 0, 0, left[-1].page), *right]


def _parted(line: SourceLine, place: int) -> tuple[SourceLine, SourceLine]:
    """The two halves of a line; furniture, and a line that runs across, stay on the left."""
    cut = place - line.indent
    nothing = SourceLine("", line.start, 0, line.number, line.page)
    if line.furniture or not line.words or (cut > 0 and line.words[max(0, cut - 2) : cut].strip()):
        return line, nothing
    if cut <= 0:
        return nothing, SourceLine(line.words, line.start, line.indent - place, line.number, line.page)
    before, after = line.words[:cut].rstrip(), line.words[cut:]
    lead = len(after) - len(after.lstrip())
    first = SourceLine(before, line.start, line.indent, line.number, line.page)
    if not after.strip():
        return first, nothing
    return first, SourceLine(after.strip(), line.start + cut + lead, lead, line.number, line.page)
