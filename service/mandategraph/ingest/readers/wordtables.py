"""The cells of a Word table by row and column, merged ones with what they span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandategraph.ingest.readers.ooxml import W, child, integer, value_of
from mandategraph.ingest.readers.wordtext import Tally
from mandategraph.ingest.reading import Cell

if TYPE_CHECKING:
    from lxml.etree import _Element

_THROUGH = {W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_WIDEST = 1000


@dataclass(slots=True)
class _Held:
    element: _Element
    column: int
    columns: int
    goes_on: bool
    """Whether the cell belongs to the one above it."""
    rows: int = 1


def cells(table: _Element, number: int, tally: Tally) -> Iterator[tuple[_Element, Cell]]:
    """Yield the cells of a table in reading order; rows that were deleted while changes were tracked are gone."""
    above: dict[int, _Held] = {}
    rows: list[list[_Held]] = []
    for row in _members(table, "tr"):
        properties = child(row, "trPr")
        if properties is not None and child(properties, "del") is not None:
            tally.tracked += 1
            continue
        held = list(_row(row, properties, tally))
        for cell in held:
            started = above.get(cell.column)
            if cell.goes_on and started is not None and started.columns == cell.columns:
                started.rows += 1
            else:
                cell.goes_on = False
                above[cell.column] = cell
        rows.append(held)
    for place, held in enumerate(rows):
        for cell in held:
            if not cell.goes_on:
                yield cell.element, Cell(number, place, cell.column, cell.rows, cell.columns)


def _row(row: _Element, properties: _Element | None, tally: Tally) -> Iterator[_Held]:
    column = integer(value_of(properties, "gridBefore"), 0) if properties is not None else 0
    column = max(0, min(column, _WIDEST))
    before: _Held | None = None
    for element in _members(row, "tc"):
        held = child(element, "tcPr")
        columns = max(1, min(integer(value_of(held, "gridSpan"), 1) if held is not None else 1, _WIDEST))
        if held is not None and child(held, "cellDel") is not None:
            tally.tracked += 1
            column += columns
            continue
        sideways = child(held, "hMerge") if held is not None else None
        if sideways is not None and sideways.get(W + "val", "continue") == "continue" and before is not None:
            # The older way to merge cells of one row.
            before.columns += columns
            column += columns
            continue
        down = child(held, "vMerge") if held is not None else None
        goes_on = down is not None and down.get(W + "val", "continue") == "continue"
        cell = _Held(element, column, columns, goes_on)
        if before is not None:
            yield before
        before = cell
        column += columns
    if before is not None:
        yield before


def _members(parent: _Element, name: str) -> Iterator[_Element]:
    for element in parent:
        if element.tag == W + name:
            yield element
        elif element.tag in _THROUGH:
            yield from _members(element, name)
