"""Tables in plain text whose cells stand between upright strokes: “| AG/RES. 1 | Lamps | To light them |”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mandategraph.ingest.readers.wraps import SourceLine
from mandategraph.ingest.reading import Block, Cell, Kind

_STROKES, _FAR = 3, 60
_CELL = re.compile(r"[^|]+")
_RULE = re.compile(r"[\s:+=–—-]+\Z")


def rows_of(lines: Sequence[SourceLine]) -> list[tuple[int, int]]:
    """
    Return where rows of tables begin and end among the lines; the end is the first line that is no longer the row's.

    A row begins with a stroke and holds two cells at least; indented lines go on with a row that no stroke has closed.

    >>> from mandategraph.ingest.readers.wraps import source_lines
    >>> rows_of(source_lines("Lamps\\n| 1 | To light\\n  them | now |\\n| 2 | To mend | later |\\n\\nEnd"))
    [(1, 3), (3, 4)]
    """
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(lines):
        if not lines[place].words.startswith("|"):
            place += 1
            continue
        end = place + 1
        # It goes on, set in as far as it began, until a stroke closes it.
        indent = lines[place].indent
        while end < min(len(lines), place + _FAR) and not lines[end - 1].words.endswith("|"):
            line = lines[end]
            if not line.words or line.words.startswith("|") or line.indent < max(1, indent):
                break
            end += 1
        if sum(line.words.count("|") for line in lines[place:end]) >= _STROKES:
            found.append((place, end))
        place = end
    return found if len(found) > 1 else []


def cells_of(text: str, lines: Sequence[SourceLine], rows: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """Yield a block for each cell, its row and column counted from 0; rows that follow one another are one table."""
    table = row = 0
    before = -1
    for first, end in rows:
        if before >= 0 and first > before + 1:
            table, row = table + 1, 0
        before = end
        line = lines[first]
        start, stop = line.start, lines[end - 1].end
        drawn = True
        for column, found in enumerate(_CELL.finditer(text, start, stop)):
            words = found.group().strip()
            if words:
                at = found.start() + len(found.group()) - len(found.group().lstrip())
                rule = _RULE.match(words) is not None
                kind = Kind.FURNITURE if rule else Kind.CELL
                cell = None if rule else Cell(table, row, column)
                drawn = drawn and rule
                yield Block(at, at + len(words), kind, cell=cell, page=line.page, place=f"line {line.number}")
        row += not drawn
