"""Ruled tables of a PDF page: which lines belong together, and the cells that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mandategraph.ingest.readers.pdfpage import Box, Page, Rule

_NEAR = 3.0
_SAME = 5.0
_MOST_RULES = 4_000


@dataclass(slots=True)
class Field(Box):
    """A cell: its place on the page, and in the table."""

    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1


@dataclass(slots=True)
class Grid(Box):
    """A table."""

    columns: tuple[float, ...] = ()
    """Where its columns begin and end, from left to right."""
    rows: int = 0
    fields: list[Field] = field(default_factory=list)

    def field_at(self, x: float, y: float) -> Field | None:
        """Return the cell at a point."""
        for one in self.fields:
            if one.left <= x <= one.right and one.bottom <= y <= one.top:
                return one
        return None


def grids(page: Page) -> list[Grid]:
    """Return the tables of a page, top first; a frame around some words is none."""
    across, upright = joined(page.across), joined(page.upright)
    if not across or not upright or len(across) + len(upright) > _MOST_RULES:
        return []
    found = [_grid(*cluster) for cluster in _clusters(across, upright)]
    return sorted((grid for grid in found if grid is not None), key=lambda grid: -grid.top)


def joined(rules: Iterable[Rule]) -> list[Rule]:
    """Return lines drawn in pieces, cell by cell, made whole."""
    whole: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.place / _NEAR), rule.start)):
        last = whole[-1] if whole else None
        if last is not None and abs(last.place - rule.place) <= _NEAR and rule.start <= last.end + _NEAR:
            last.end = max(last.end, rule.end)
        else:
            whole.append(Rule(rule.place, rule.start, rule.end))
    return whole


def _clusters(across: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The lines that cross or touch, directly or through others."""
    owner = list(range(len(across) + len(upright)))

    def find(place: int) -> int:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    for first, one in enumerate(across):
        for second, other in enumerate(upright, len(across)):
            if (
                other.start - _NEAR <= one.place <= other.end + _NEAR
                and one.start - _NEAR <= other.place <= one.end + _NEAR
            ):
                owner[find(first)] = find(second)
    held: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for first, one in enumerate(across):
        held.setdefault(find(first), ([], []))[0].append(one)
    for second, other in enumerate(upright, len(across)):
        held.setdefault(find(second), ([], []))[1].append(other)
    return [cluster for cluster in held.values() if cluster[0] and cluster[1]]


def _grid(across: list[Rule], upright: list[Rule]) -> Grid | None:
    # Outer lines are often left out: the others reach as far as the table does.
    columns = _places([rule.place for rule in upright], [end for rule in across for end in (rule.start, rule.end)])
    rows = _places([rule.place for rule in across], [end for rule in upright for end in (rule.start, rule.end)])
    if len(columns) < 3 or len(rows) < 2 or (len(columns) - 1) * (len(rows) - 1) < 3:
        return None
    rows = rows[::-1]
    grid = Grid(columns[0], rows[-1], columns[-1], rows[0], tuple(columns), len(rows) - 1)
    taken: set[tuple[int, int]] = set()
    for row in range(len(rows) - 1):
        for column in range(len(columns) - 1):
            if (row, column) not in taken:
                grid.fields.append(_field(row, column, rows, columns, across, upright, taken))
    return grid


def _field(
    row: int,
    column: int,
    rows: list[float],
    columns: list[float],
    across: list[Rule],
    upright: list[Rule],
    taken: set[tuple[int, int]],
) -> Field:
    right, below = column + 1, row + 1
    while right < len(columns) - 1 and (row, right) not in taken:
        if _is_ruled(upright, columns[right], rows[row + 1], rows[row]):
            break
        right += 1
    while below < len(rows) - 1:
        if any(_is_ruled(across, rows[below], columns[at], columns[at + 1]) for at in range(column, right)):
            break
        if any(_is_ruled(upright, columns[at], rows[below + 1], rows[below]) for at in range(column + 1, right)):
            break
        below += 1
    taken |= {(down, beside) for down in range(row, below) for beside in range(column, right)}
    return Field(columns[column], rows[below], columns[right], rows[row], row, column, below - row, right - column)


def _is_ruled(rules: list[Rule], place: float, start: float, end: float) -> bool:
    covered = sum(
        max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in rules if abs(rule.place - place) <= _SAME
    )
    return covered >= 0.6 * (end - start)


def _places(inner: list[float], outer: list[float]) -> list[float]:
    """The distinct places of lines, with the farthest ends of those that cross them."""
    found: list[float] = []
    for place in sorted([*inner, min(outer), max(outer)]):
        if not found or place - found[-1] > _SAME:
            found.append(place)
    return found
