"""Numbers that somebody typed at the beginning of a paragraph, in formats whose file tells paragraphs apart."""

from __future__ import annotations

from collections.abc import Iterator

from mandategraph.ingest.reading import Cell, Composer, Kind
from mandategraph.ingest.structure.marks import read_mark

_BLANKS = " \t\u00a0\u2002\u2003\u2007\u2009\u200e\u200f\u202f\u3000"


def add_typed(
    composer: Composer,
    words: str,
    *,
    printed: str = "",
    computed: bool = True,
    level: int | None = None,
    kind: Kind = Kind.PARAGRAPH,
    depth: int | None = None,
    emphasis: str = "",
    cell: Cell | None = None,
    page: int | None = None,
    place: str = "",
) -> None:
    """
    Add a paragraph: with the number that was counted for it, or else with the one that was typed into it.

    A line inside the paragraph that opens with a number of its own becomes a block of its own.

    >>> composer = Composer()
    >>> add_typed(composer, "1. Election of the Chair", printed="1.")
    >>> add_typed(composer, "2. Report\\n3. Other business")
    >>> composer.text
    '1.\\t1. Election of the Chair\\n2. Report\\n3. Other business\\n'
    >>> [(block.number.printed, block.number.computed) for block in composer.blocks]
    [('1.', True), ('2.', False), ('3.', False)]
    """
    for line in _lines(words):
        if printed or kind is Kind.FURNITURE:
            typed, between = "", "\t"
        else:
            typed, between, line = _parted(line)
        composer.add(
            line,
            printed=printed or typed,
            computed=bool(printed) and computed,
            level=level if printed else None,
            kind=kind,
            depth=depth,
            emphasis=emphasis,
            cell=cell,
            page=page,
            place=place,
            separator=between,
        )
        printed = ""


def _lines(words: str) -> Iterator[str]:
    words = words.strip()
    if "\n" not in words:
        yield words
        return
    held = ""
    for line in words.split("\n"):
        line = line.strip(_BLANKS)
        if held and line and read_mark(line) is not None:
            yield held
            held = line
        else:
            held = f"{held}\n{line}" if held else line
    yield held


def _parted(line: str) -> tuple[str, str, str]:
    """The number, the blanks after it, and the words; no number where there are no words after it."""
    mark = read_mark(line)
    if mark is None:
        return "", "", line
    rest = line[len(mark.printed) :]
    words = rest.lstrip(_BLANKS)
    if not words:
        return "", "", line
    return mark.printed, rest[: len(rest) - len(words)], words
