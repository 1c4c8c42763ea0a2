"""What spreadsheets make of what people write: met where it can be undone, told by sheet and row where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

Run = Callable[..., Any]
Grid = dict[str, list[list[Any]]]
BY = ("--by", "Ana Pérez", "--on", "2016-11-20")
HEALTH = "https://w3id.org/mandategraph/at/oas/link/proposal-health-2881-33-a"
REPORT = "https://w3id.org/mandategraph/at/oas/link/proposal-cidi-progress-2883-2"
MEETING = "https://w3id.org/mandategraph/at/oas/cidi/cam/activity/migration-and-health"
TASK = "https://w3id.org/mandategraph/id/oas/ag/res/2014/2816/op/18/s1"
GAP = f"ActivityWithoutResponsible {MEETING}"
VISIBLE = 4


class Formula(str):
    """A formula; its value is what the spreadsheet last computed."""

    value: object = 0


def formula(text: str, value: object) -> Formula:
    made = Formula(text)
    made.value = value
    return made


def saved(grid: Grid, path: Path, merged: tuple[str, int, int, int] | None = None) -> Path:
    """Write a workbook as Excel would have it; `merged` is a sheet, two rows and a column."""
    with Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in grid.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, Formula):
                        page.write_formula(number, place, str(cell), None, cell.value)
                    elif isinstance(cell, date | time):
                        page.write_datetime(number, place, cell, day)
                    elif cell not in ("", None):
                        page.write(number, place, cell)
            if merged and merged[0] == name:
                _, first, last, column = merged
                page.merge_range(first, column, last, column, rows[first][column])
    return path


@pytest.fixture
def grid(run: Run, tmp_path: Path) -> Grid:
    told = run("worksheet", "cam", "-o", "cam.xlsx")
    assert told.status == 0, told.err
    with CalamineWorkbook.from_path(tmp_path / "cam.xlsx") as book:
        return {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names}


def at(grid: Grid, sheet: str, key: str) -> int:
    return next(number for number, row in enumerate(grid[sheet]) if row[0] == key)


def fill(grid: Grid, sheet: str, key: str, **values: Any) -> None:
    row = grid[sheet][at(grid, sheet, key)]
    for name, value in values.items():
        row[grid[sheet][0].index(name)] = value


def decided(run: Run, grid: Grid, tmp_path: Path) -> Any:
    saved(grid, tmp_path / "filled.xlsx")
    return run("decide", "filled.xlsx", *BY)


def test_truths_of_any_language_decide(run: Run, grid: Grid, tmp_path: Path) -> None:
    truths = ["VERDADERO", "VRAI", "VERDADEIRO", "TRUE", "Sí", "oui", "sim", True]
    untruths = [False, "FALSO", "FAUX", "FALSE", "não"]
    gaps, links = ([row[0] for row in grid[name][2:]] for name in ("Gaps", "Links"))
    untruths = untruths[: len(links)]
    for key, truth in zip(gaps, truths, strict=False):
        fill(grid, "Gaps", key, excused=truth, reason="Custom.")
    for key, untruth in zip(links, untruths, strict=False):
        fill(grid, "Links", key, decision=untruth, reason="Another subject.")
    told = decided(run, grid, tmp_path)
    assert told.status == 0, told.err
    assert len(gaps) > len(truths)
    assert f": {len(truths) + len(untruths)}." in told.err
    assert run("log").out.count("Ana Pérez rejected") == len(untruths) > 2


def test_what_cannot_be_undone_is_told_by_row(run: Run, grid: Grid, tmp_path: Path) -> None:
    links = [row[0] for row in grid["Links"][2:]]
    activities = [row[0] for row in grid["Activities"][2:]]
    mandates = [row[0] for row in grid["Mandates"][2:]]
    held = {"progress": "held", "reason": "x"}
    cases: list[tuple[str, str, dict[str, Any], str]] = [
        ("Links", links[0], {"decision": "accept", "reason": date(2026, 10, 12)}, "reason: the spreadsheet made a day"),
        (
            "Links",
            links[1],
            {"decision": "accept", "reason": 33.1},
            "reason: the spreadsheet made a number of it (33.1)",
        ),
        ("Links", links[2], {"decision": formula("=A1", 0), "reason": "x"}, "“0” is none of accept, reject, later."),
        ("Mandates", mandates[0], {"status": "fulfilled", "reason": True}, "the spreadsheet made a truth value of it"),
        ("Mandates", mandates[1], {"status": "open", "reason": formula("=1+1", 2)}, "made a number of it (2)"),
        (
            "Mandates",
            mandates[2],
            {"responsible": date(2026, 10, 12), "reason": "x"},
            "responsible: the spreadsheet made",
        ),
        (
            "Activities",
            activities[0],
            {**held, "day": date(2016, 11, 3), "outcome": 2881.1},
            "made a number of it (2881.1)",
        ),
        ("Activities", activities[1], {**held, "day": True}, "“yes” is not a day"),
    ]
    for sheet, key, values, _ in cases:
        fill(grid, sheet, key, **values)
    told = decided(run, grid, tmp_path)
    assert told.status == 2
    lines = told.err.splitlines()
    for sheet, key, _, sentence in cases:
        place = f"filled.xlsx, sheet {sheet}, row {at(grid, sheet, key) + 1}: "
        [line] = [one for one in lines if one.startswith(place)]
        assert sentence in line
    assert run("log").out == ""


def test_what_is_kept_as_text_stays_as_it_was_written(run: Run, grid: Grid, tmp_path: Path) -> None:
    """Numbers of paragraphs, leading zeros, what looks like a formula; a computed cell says what it was seen to say."""
    fill(grid, "Links", HEALTH, decision="accept", reason="33.A, and 10-12; 0010")
    fill(grid, "Links", REPORT, decision=formula('=IF(1,"accept","")', "accept"), reason="=SUM(A1:A9) says so")
    fill(grid, "Mandates", TASK, responsible="sedi", reason="Letter.")
    told = decided(run, grid, tmp_path)
    assert told.status == 0, told.err
    log = run("log").out
    for reason in ("33.A, and 10-12; 0010", "=SUM(A1:A9) says so"):
        assert f"Reason: {reason}" in log
    assert len(log.splitlines()) == 3


def test_rows_move_whole_or_are_refused(run: Run, grid: Grid, tmp_path: Path) -> None:
    fill(grid, "Links", HEALTH, decision="accept", reason="Agreed.")
    rows = grid["Links"][2:]
    assert len(rows) > 3
    first, second, *others = [row[:VISIBLE] for row in rows]
    apart = [[*hidden, *row[VISIBLE:]] for hidden, row in zip([second, *others, first], rows, strict=True)]
    told = decided(run, {**grid, "Links": [*grid["Links"][:2], *apart]}, tmp_path)
    assert told.status == 2
    assert "it shows another text than its hidden key was written with" in told.err
    assert run("log").out == ""
    kept = [row for row in reversed(rows) if row[0] == HEALTH or row is not rows[-1]]
    told = decided(run, {**grid, "Links": [*grid["Links"][:2], *kept]}, tmp_path)
    assert told.status == 0, told.err
    assert len(run("log").out.splitlines()) == 1


def test_the_filter_of_a_sheet_sorts_the_hidden_keys_along(run: Run, grid: Grid, tmp_path: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(tmp_path / "cam.xlsx") as file:
        pages = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/sheet")]
    filters = [page.partition('<autoFilter ref="')[2].partition('"')[0] for page in pages]
    assert sum(map(bool, filters)) == 5
    assert all(one.startswith("A2:") for one in filters if one)


def test_merged_cells_are_named(run: Run, grid: Grid, tmp_path: Path) -> None:
    fill(grid, "Links", HEALTH, decision="accept", reason="Agreed.")
    row = min(at(grid, "Links", HEALTH), len(grid["Links"]) - 2)
    column = grid["Links"][0].index("decision")
    saved(grid, tmp_path / "merged.xlsx", ("Links", row, row + 1, column))
    told = run("decide", "merged.xlsx", *BY)
    assert told.status != 0
    letter = chr(ord("A") + column)
    assert f"merged.xlsx, sheet Links: the cells {letter}{row + 1}:{letter}{row + 2} are merged." in told.err
    assert run("log").out == ""


def test_a_program_decides_nothing_on_a_worksheet(run: Run, grid: Grid, tmp_path: Path) -> None:
    fill(grid, "Gaps", GAP, excused=True, reason="Custom.", until="30 June 2017")
    saved(grid, tmp_path / "filled.xlsx")
    told = run("decide", "filled.xlsx", "--by", "mandategraph-suggester", "--on", "2016-11-20")
    assert told.status == 2
    assert "is a program, and a program never decides" in told.err
    assert run("log").out == ""


def test_a_list_of_decisions_is_looked_at_so_too(run: Run, tmp_path: Path) -> None:
    for column, cell, sentence in (
        ("thing", date(2016, 11, 3), "row 2, thing: the spreadsheet made a day or an hour of it (2016-11-03)"),
        ("thing", 33.1, "row 2, thing: the spreadsheet made a number of it (33.1)"),
        ("reason", 12, "row 2, reason: the spreadsheet made a number of it (12)"),
    ):
        row = {"kind": "link", "thing": "health-2881-33-a", "verdict": "accept", "reason": "Agreed.", column: cell}
        saved({"Autumn": [list(row), list(row.values())]}, tmp_path / "autumn.xlsx")
        told = run("decide", "autumn.xlsx", *BY)
        assert told.status != 0
        assert sentence in told.err
    assert run("log").out == ""
