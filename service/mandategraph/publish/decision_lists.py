"""A list of decisions as a CSV or XLSX file, read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mandategraph.core.errors import BadData
from mandategraph.core.orders import Order, is_list, orders_of
from mandategraph.core.worksheet import Cell, plain, worded
from mandategraph.publish.workbook import pages

_IN_WORDS = frozenset({"thing", "actor", "outcome", "reason", "by", "role"})


def as_list(path: Path) -> list[Order] | None:
    """
    Return the decisions of a list, None where the file is none; lines that begin with # are remarks.

    Raises BadData where it cannot be read, UnknownName and WrongUse where its columns or rows are no decisions.
    """
    found: list[Order] = []
    is_any = False
    for name, lines in pages(path):
        rows = [(number, [plain(cell) for cell in line]) for number, line in enumerate(lines, 1)]
        rows = [(number, line) for number, line in rows if any(line) and not line[0].startswith("#")]
        if rows and is_list(rows[0][1]):
            is_any = True
            place = path.name if path.is_file() and path.suffix.casefold() == ".csv" else f"{path.name}, sheet {name}"
            _worded(path, place, rows[0][1], lines)
            found += orders_of(place, rows)
    return found if is_any else None


def _worded(path: Path, place: str, head: Sequence[str], lines: Sequence[Sequence[Cell]]) -> None:
    columns = [(i, name) for i, name in enumerate(map(str.casefold, head)) if name in _IN_WORDS]
    for number, line in enumerate(lines, 1):
        for i, name in columns:
            try:
                worded(line[i] if i < len(line) else None, numbers=name != "reason")
            except ValueError as problem:
                raise BadData(f"{place}, row {number}, {name}: {problem}.", str(path)) from problem
