"""What a document tells of itself before and after its text: its symbol, its title, its day, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass

from mandategraph.core.symbols import Symbol, Symbols
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.structure.outline import Document, Part, Unit

Place = tuple[int, int]

_HEAD = 40
# The symbol of the document itself stands first in its line; those further in are of others.
_NEAR = 12
_SHORT = 12
# “71/254. Framework for …”, “2143 (2014). Children and …”: the number is no part of the title.
_NUMBER = re.compile(r"\s*[\w/().-]*\d[\w/()-]*(?:\s*\([\w-]+\))?\.\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Head:
    """Symbol, title and day of adoption as far as they are told; the day is an ISO date, "" where none is."""

    symbol: Symbol | None = None
    symbol_at: Place | None = None
    title_at: Place | None = None
    adopted: str = ""
    adopted_at: Place | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Where its words stand, in the order of the text."""
        return tuple(sorted(place for place in (self.symbol_at, self.title_at, self.adopted_at) if place is not None))


def read_head(
    document: Document,
    words: Callable[[Unit], str],
    symbols: Symbols,
    meaning: Meaning | None,
    named: Symbol | None = None,
    taken: Container[str] = (),
) -> Head:
    """
    Return what a document tells of itself.

    `named` is the symbol that is its file's name, which goes before any in its words; `taken` are the addresses of the
    documents before it in the same file.
    """
    symbol, symbol_at = _symbol(document, words, symbols, named, taken)
    adopted, adopted_at = _adopted(document, words, meaning)
    return Head(symbol, symbol_at, _title(document, words), adopted, adopted_at)


def around(start: int, end: int, places: Iterable[Place]) -> Iterator[Place]:
    """
    Yield what is left of a stretch outside some places, which are in the order of the text.

    >>> list(around(0, 30, [(3, 9), (20, 30), (40, 50)]))
    [(0, 3), (9, 20)]
    """
    for first, last in places:
        if first < end and last > start:
            if first > start:
                yield start, first
            start = last
    if start < end:
        yield start, end


def _symbol(
    document: Document, words: Callable[[Unit], str], symbols: Symbols, named: Symbol | None, taken: Container[str]
) -> tuple[Symbol | None, Place | None]:
    """The symbol that the head of the text prints, and where; that of the file's name if it is one."""
    for unit in document.units[:_HEAD]:
        if unit.part in (Part.FRONT, Part.TITLE, Part.FURNITURE, Part.HEADING):
            for found in symbols.find(words(unit)):
                is_own = found.path == named.path if named is not None else found.path not in taken
                if found.path and is_own and found.start < _NEAR:
                    return named or found, (unit.block.start + found.start, unit.block.start + found.end)
    return named, None


def _title(document: Document, words: Callable[[Unit], str]) -> Place | None:
    """Where the title stands: the line that is one, else the last longer line before the text."""
    titles = [unit for unit in document.units if unit.part is Part.TITLE] or [
        unit for unit in document.units if unit.part is Part.FRONT and len(words(unit)) > _SHORT
    ]
    if not titles:
        return None
    told, start = words(titles[-1]), titles[-1].block.start
    number = _NUMBER.match(told)
    first = number.end() if number is not None else len(told) - len(told.lstrip())
    return (start + first, start + len(told.rstrip())) if told.strip() else None


def _adopted(document: Document, words: Callable[[Unit], str], meaning: Meaning | None) -> tuple[str, Place | None]:
    """The day of adoption: the first whole day in the closing lines, else the last one before the text."""
    if meaning is None:
        return "", None
    for part, which in ((Part.BACK, 0), (Part.FRONT, -1)):
        units = [unit for unit in document.units if unit.part is part][:_HEAD]
        days = [
            (date.edtf, (unit.block.start + date.start, unit.block.start + date.end))
            for unit in units
            for date in meaning.dates(words(unit))
            if date.precision == "day"
        ]
        if days:
            return days[which]
    return "", None
