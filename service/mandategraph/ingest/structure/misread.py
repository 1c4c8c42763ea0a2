"""Numbers of paragraphs that a scan misread: “l.” for 1., “1O.” for 10., “2,” for 2.; the count around them tells."""

from __future__ import annotations

import re
from dataclasses import replace

from mandategraph.ingest.reading import Block, Kind, Number, Reading
from mandategraph.ingest.structure.marks import Style, read_mark

_CANDIDATE = re.compile(r"(?P<figures>[0-9lIi|OoSBZz]{1,3})(?P<stop>[.,])\s+(?=[“\"]?[A-ZÀ-Ý])")
_FIGURES = str.maketrans("lIi|OoSBZz", "1111005822")
_FAR = 12


def misread_numbers(reading: Reading) -> Reading:
    """
    Return the reading with misread numbers as the figures they are; a letter that counts nothing stays a letter.

    >>> text = "l. Requests a report;\\n2. Invites member States;\\n"
    >>> blocks = (Block(3, 21, number=Number(0, 2, "l.")), Block(25, 47, number=Number(22, 24, "2.")))
    >>> [block.number.printed for block in misread_numbers(Reading("a", "text", "", text, blocks)).blocks]
    ['1.', '2.']
    """
    blocks = list(reading.blocks)
    read: list[str] = []
    last = 0
    lettered = False
    for place, block in enumerate(blocks):
        value = _figure(block)
        if value is not None:
            last, lettered = value, False
            continue
        guess = None if lettered else _guess(reading, block)
        if guess is not None and _counts(guess[0], last, reading, blocks, place):
            value, number, start = guess
            read.append(reading.text[number.start : number.end])
            blocks[place] = replace(block, start=start, number=number)
            last = value
        elif block.number is not None:
            mark = read_mark(block.number.printed + " X")
            lettered = mark is not None and mark.style is Style.LETTER and mark.value > 8
    if not read:
        return reading
    told = ", ".join(f"“{written}”" for written in dict.fromkeys(read))
    note = f"Numbers that a scan had misread ({told}) were read as figures, as the count around them says."
    return replace(reading, blocks=tuple(blocks), notes=(*reading.notes, note))


def _counts(value: int, last: int, reading: Reading, blocks: list[Block], place: int) -> bool:
    """Whether a number goes on with the count, or begins one that goes on."""
    return (last > 0 and value == last + 1) or (value == 1 and _next(reading, blocks, place) == 2)


def _figure(block: Block) -> int | None:
    mark = read_mark(block.number.printed + " X") if block.number is not None else None
    return mark.value if mark is not None and mark.style is Style.ARABIC else None


def _guess(reading: Reading, block: Block) -> tuple[int, Number, int] | None:
    if block.kind is not Kind.PARAGRAPH or (block.number is not None and block.number.computed):
        return None
    at = block.number.start if block.number is not None else block.start
    found = _CANDIDATE.match(reading.text, at, block.end)
    if found is None or (found["figures"].isdigit() and found["stop"] == "."):
        return None
    value = int(found["figures"].translate(_FIGURES))
    return value, Number(at, found.end("stop"), f"{value}."), found.end()


def _next(reading: Reading, blocks: list[Block], place: int) -> int | None:
    """The number of the next paragraph that has one."""
    for block in blocks[place + 1 : place + _FAR]:
        value = _figure(block)
        if value is not None:
            return value
        guess = _guess(reading, block)
        if guess is not None:
            return guess[0]
    return None
