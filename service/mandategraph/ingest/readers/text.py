"""Plain text: hard line ends mended, running heads and page numbers set apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from mandategraph.ingest.readers.encodings import decoded
from mandategraph.ingest.readers.invisible import Visible
from mandategraph.ingest.readers.pipes import cells_of, rows_of
from mandategraph.ingest.readers.sides import columns_of
from mandategraph.ingest.readers.wraps import (
    Joiner,
    SourceLine,
    mark_furniture,
    paragraphs_of,
    source_lines,
    width_of,
)
from mandategraph.ingest.reading import Block, Kind, Number, Reading, Stitch, plainly
from mandategraph.ingest.structure.marks import Style, read_mark

_BLANKS = " \t\u00a0\u200e\u200f\u2003\u2002"


def read_text(name: str, data: bytes) -> Reading:
    """
    Return the reading of a plain text file.

    The text is the file's own where its lines are whole paragraphs; where they were broken at a width, paragraphs are
    joined again and `stitches` lead back to the file, one for each of its lines.

    >>> reading = read_text("a.txt", b"The Board,\\n\\n1. Requests a report;")
    >>> [(block.number.printed if block.number else "", reading.words(block)) for block in reading.blocks]
    [('', 'The Board,'), ('1.', 'Requests a report;')]
    """
    whole, notes = decoded(data)
    visible = Visible(whole)
    if visible.dropped > whole.startswith("\ufeff"):
        notes.append(f"{visible.dropped} invisible characters (soft hyphens, zero-width blanks) were left out.")
    text = visible.text
    lines = source_lines(text)
    rows = rows_of(lines)
    mark_furniture(lines)
    sides = None if rows else columns_of(lines)
    of_rows = {place for first, end in rows for place in range(first, end)}
    if sides is not None:
        lines = sides
        width = max(len(line.words) for line in lines if not line.furniture)
        notes.append("Two languages stood side by side; one column was read after the other.")
    else:
        width = width_of([line for place, line in enumerate(lines) if place not in of_rows])
    digest = hashlib.sha256(data).hexdigest()
    if not width:
        moved = [Stitch(start, "", before) for start, before in visible.shifts]
        if moved and moved[0].start:
            moved.insert(0, Stitch(0, "", 0))
        cells = list(cells_of(text, lines, rows))
        blocks = list(_blocks([line for place, line in enumerate(lines) if place not in of_rows]))
        blocks = sorted(blocks + cells, key=lambda block: block.start) if cells else blocks
        return Reading(name, "text", digest, text, tuple(blocks), tuple(notes), tuple(moved))
    notes.append(f"The lines were broken at about {width} characters; paragraphs were joined again.")
    mended, blocks, stitches = _mended(lines, width)
    stitches = [Stitch(stitch.start, stitch.place, visible.before(stitch.offset)) for stitch in stitches]
    return Reading(name, "text", digest, mended, tuple(blocks), tuple(notes), tuple(stitches), joined=True)


def _mended(lines: Sequence[SourceLine], width: int) -> tuple[str, list[Block], list[Stitch]]:
    joiner = Joiner(lines)
    pieces: list[str] = []
    blocks: list[Block] = []
    stitches: list[Stitch] = []
    length = 0
    waiting: tuple[Number, SourceLine] | None = None
    for held in paragraphs_of(lines, width):
        start = length
        words = ""
        for line in held:
            if words:
                drop, between = joiner.between(words, line.words)
                words = words[: len(words) - drop] + between
            stitches.append(Stitch(start + len(words), "", line.start))
            words += line.words
        pieces.append(words + "\n")
        length = start + len(words) + 1
        waiting = _add(blocks, words, start, held[0], waiting)
    if waiting is not None:
        blocks.append(_alone(*waiting))
    for line in lines:
        if line.furniture:
            stitches.append(Stitch(length, "", line.start))
            blocks.append(
                Block(length, length + len(line.words), Kind.FURNITURE, page=line.page, place=f"line {line.number}")
            )
            pieces.append(line.words + "\n")
            length += len(line.words) + 1
    return "".join(pieces), blocks, stitches


def _blocks(lines: Sequence[SourceLine]) -> Iterator[Block]:
    """Each line a block."""
    blocks: list[Block] = []
    waiting: tuple[Number, SourceLine] | None = None
    for line in lines:
        if not line.words:
            continue
        if line.furniture:
            blocks.append(Block(line.start, line.end, Kind.FURNITURE, page=line.page, place=f"line {line.number}"))
            continue
        waiting = _add(blocks, line.words, line.start, line, waiting)
    if waiting is not None:
        blocks.append(_alone(*waiting))
    # A number that numbers nothing is told late, after the foot and head of a page.
    yield from sorted(blocks, key=lambda block: block.start)


def _alone(number: Number, line: SourceLine) -> Block:
    return Block(number.start, number.end, page=line.page, place=f"line {line.number}")


def _add(
    blocks: list[Block], words: str, start: int, line: SourceLine, waiting: tuple[Number, SourceLine] | None
) -> tuple[Number, SourceLine] | None:
    """Add a paragraph; a number alone on its line is the number of the next one, if that has none of its own."""
    mark = read_mark(plainly(words[:32] if len(words) > 32 else words + " x"))
    # A dash alone is a rule of the printer; a bullet alone begins the item on the next line.
    if (
        mark is not None
        and len(mark.printed) == len(words)
        and (mark.style is not Style.BULLET or words in "•∙●♦◆▪■◦○➢")
    ):
        if waiting is not None:
            blocks.append(_alone(*waiting))
        return Number(start, start + len(words), words), line
    number, begin, end = None, start, start + len(words)
    if mark is not None and len(mark.printed) != len(words):
        number = Number(start, start + len(mark.printed), words[: len(mark.printed)])
        rest = words[len(mark.printed) :]
        begin += len(words) - len(rest.lstrip(_BLANKS))
    if waiting is not None and number is None:
        number = waiting[0]
    elif waiting is not None:
        blocks.append(_alone(*waiting))
    blocks.append(Block(begin, end, Kind.PARAGRAPH, number, page=line.page, place=f"line {line.number}"))
    return None
