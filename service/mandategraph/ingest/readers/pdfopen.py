"""Tables of a PDF page that are ruled across only: columns told by the white between them, rows by lines or words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mandategraph.ingest.readers.pdfpage import Page, Rule, Run
from mandategraph.ingest.readers.pdftables import Field, Grid, joined

_SAME = 6.0
_SHORTEST = 120.0
_GUTTER = 9.0
_MOST_LINES = 25
"""A stretch between two rules that holds more lines is a page, not rows of a table."""
_MOST_RULES = 400


def open_grids(page: Page, closed: Sequence[Grid]) -> list[Grid]:
    """
    Return the tables that have rules across and none upright, top first; `closed` are those found by their frames.

    At least three rules of one length are needed, over the head, under it and under the table, and two columns.
    """
    rules = [
        rule
        for rule in joined(page.across)
        if rule.end - rule.start >= _SHORTEST and not any(_within(rule, grid) for grid in closed)
    ]
    if len(rules) > _MOST_RULES:
        return []
    found = [_grid(group, page.runs) for group in _alike(rules) if len(group) > 2]
    return sorted((grid for grid in found if grid is not None), key=lambda grid: -grid.top)


def _within(rule: Rule, grid: Grid) -> bool:
    return grid.bottom - _SAME <= rule.place <= grid.top + _SAME and rule.start < grid.right and rule.end > grid.left


def _alike(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that begin and end at the same places, from the top down."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda one: -one.place):
        for group in groups:
            if abs(group[0].start - rule.start) <= _SAME and abs(group[0].end - rule.end) <= _SAME:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return groups


def _grid(rules: Sequence[Rule], runs: Sequence[Run]) -> Grid | None:
    left, right, top, bottom = rules[0].start, rules[0].end, rules[0].place, rules[-1].place
    inside = [
        run for run in runs if bottom < run.middle < top and run.left >= left - _SAME and run.right <= right + _SAME
    ]
    columns = _columns(inside, left, right)
    if len(columns) < 3:
        return None
    bands = [
        (above.place, below.place, [run for run in inside if below.place < run.middle < above.place])
        for above, below in pairwise(rules)
    ]
    bands = [band for band in bands if band[2]]
    if len(bands) < 2 or any(len(_lines(held)) > _MOST_LINES for _, _, held in bands):
        return None
    rows: list[tuple[float, float]] = []
    for place, (above, below, held) in enumerate(bands):
        # One long stretch under the head: its rows begin where the first column has words.
        whole = place == 0 or len(bands) > 2
        rows += [(above, below)] if whole else _rows(above, below, held, columns[1])
    grid = Grid(left, bottom, right, top, tuple(columns), len(rows))
    for row, (above, below) in enumerate(rows):
        for column, (begin, end) in enumerate(pairwise(columns)):
            grid.fields.append(Field(begin, below, end, above, row, column))
    return grid


def _columns(runs: Sequence[Run], left: float, right: float) -> list[float]:
    """Where columns begin and end, told by stretches that no word covers; words across several do not count."""
    covered: list[list[float]] = []
    for run in sorted(runs, key=lambda one: one.left):
        if run.right - run.left > 0.6 * (right - left):
            continue
        if covered and run.left <= covered[-1][1] + _GUTTER:
            covered[-1][1] = max(covered[-1][1], run.right)
        else:
            covered.append([run.left, run.right])
    if len(covered) < 2:
        return []
    return [left, *((one[1] + other[0]) / 2 for one, other in pairwise(covered)), right]


def _lines(runs: Sequence[Run]) -> list[float]:
    found: list[float] = []
    for baseline in sorted((run.baseline for run in runs), reverse=True):
        if not found or found[-1] - baseline > 3:
            found.append(baseline)
    return found


def _rows(above: float, below: float, runs: Sequence[Run], first: float) -> list[tuple[float, float]]:
    begins = _lines([run for run in runs if run.left < first])
    tops = [above]
    for baseline in begins[1:]:
        higher = max(run.top for run in runs if abs(run.baseline - baseline) <= 3)
        tops.append(higher + 1)
    return list(pairwise([*tops, below]))
