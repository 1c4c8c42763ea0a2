"""What a person fills in on a worksheet is decided as it stands there, or refused by sheet and row."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from mandategraph.cli.orders import Clerk
from mandategraph.core.claims import Claims
from mandategraph.core.namespaces import KOS, MG
from mandategraph.core.orders import Order
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.core.worksheet_rows import rows_of, things_shown
from mandategraph.wiring import memory_installation

Run = Callable[..., Any]
BY = ("--by", "Ana Pérez", "--on", "2016-11-20")
HEALTH = "https://w3id.org/mandategraph/at/oas/link/proposal-health-2881-33-a"
GUEST = "https://w3id.org/mandategraph/at/oas/participation/food-security-migration-climate-change-iom"
MEETING = "https://w3id.org/mandategraph/at/oas/cidi/cam/activity/migration-and-health"
GAP = f"ActivityWithoutResponsible {MEETING}"
TASK = "https://w3id.org/mandategraph/id/oas/ag/res/2014/2816/op/18/s1"
Grid = dict[str, list[list[Any]]]


def opened(path: Path) -> Grid:
    with CalamineWorkbook.from_path(path) as book:
        return {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names}


def saved(grid: Grid, path: Path) -> Path:
    """Write a workbook as another program would: plain cells, days as days, truths as truths."""
    with Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in grid.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, place, cell, day)
                    elif cell not in ("", None):
                        sheet.write(number, place, cell)
    return path


def fill(grid: Grid, sheet: str, key: str, **values: Any) -> None:
    rows = grid[sheet]
    row = next(row for row in rows if row[0] == key)
    row += [""] * (len(rows[0]) - len(row))
    for name, value in values.items():
        row[rows[0].index(name)] = value


@pytest.fixture
def sheet(run: Run, tmp_path: Path) -> Path:
    told = run("worksheet", "cam", "-o", "cam.xlsx")
    assert told.status == 0, told.err
    return tmp_path / "cam.xlsx"


def filled(sheet: Path) -> Grid:
    grid = opened(sheet)
    fill(grid, "Links", HEALTH, decision="accept", reason="Agreed.")
    fill(grid, "Participation", GUEST, settled="will participate", reason="=1+1 is no reason, a letter is.")
    fill(grid, "Activities", MEETING, progress="held", day=date(2016, 11, 3), reason="Minutes.")
    fill(grid, "Gaps", GAP, excused=True, reason="The committee decides later.", until="30 June 2017")
    fill(grid, "Mandates", TASK, status="fulfilled", since="2016-11-01", responsible="SEDI", reason="Report.")
    return grid


def test_every_sheet_has_rows_and_its_own_hidden_keys(sheet: Path) -> None:
    grid = opened(sheet)
    assert list(grid) == ["Read me", "Mandates", "Links", "Activities", "Participation", "Gaps"]
    for name in list(grid)[1:]:
        assert len(grid[name]) > 5, name
        assert all(row[0] and row[1].startswith("h") and row[2].startswith("h") for row in grid[name][2:]), name


def test_the_same_plan_gives_the_same_bytes(run: Run, sheet: Path, tmp_path: Path) -> None:
    run("worksheet", "cam", "-o", "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == sheet.read_bytes()


def test_a_filled_sheet_is_decided(run: Run, sheet: Path, tmp_path: Path) -> None:
    saved(filled(sheet), tmp_path / "filled.xlsx")
    dry = run("decide", "filled.xlsx", *BY, "--dry-run")
    assert (dry.status, len(dry.out.splitlines())) == (0, 6), dry.err
    assert run("log").out == ""
    told = run("decide", "filled.xlsx", *BY, "--role", "Secretary")
    assert (told.status, told.out) == (0, dry.out), told.err
    log = run("log").out
    assert len(log.splitlines()) == 6
    assert "was held on 3 November 2016. Reason: Minutes." in log
    assert "=1+1 is no reason, a letter is." in log
    assert "accepted this gap until 30 June 2017" in log
    assert all("Ana Pérez (Secretary)" in line for line in log.splitlines())


def test_rows_may_be_sorted_and_deleted_and_languages_mixed(run: Run, tmp_path: Path) -> None:
    run("worksheet", "cam", "-o", "hoja.xlsx", "--lang", "es")
    grid = opened(tmp_path / "hoja.xlsx")
    fill(grid, "Vínculos", HEALTH, decision="Accepter", reason="Sí.")
    fill(grid, "Participación", GUEST, settled="declinó", reason="Carta.")
    for name in list(grid)[1:]:
        grid[name] = grid[name][:2] + grid[name][:1:-1]
    grid["Vínculos"] = [row for row in grid["Vínculos"] if not row[0].endswith("2883-2")]
    saved(grid, tmp_path / "hoja2.xlsx")
    told = run("decide", "hoja2.xlsx", *BY)
    assert (told.status, len(told.out.splitlines())) == (0, 2), told.err


def test_csv_with_semicolons_is_read_too(run: Run, tmp_path: Path) -> None:
    assert run("worksheet", "cam", "-o", "sheets").status == 0
    file = tmp_path / "sheets" / "links.csv"
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    row = next(row for row in rows if row[0] == HEALTH)
    row[rows[0].index("decision")], row[rows[0].index("reason")] = "reject", "Too far."
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    file.write_text(text.getvalue())
    told = run("decide", "sheets", *BY)
    assert (told.status, told.out.count("To be rejected")) == (0, 1), told.err


def test_the_register_stands_on_the_sheet_of_mandates() -> None:
    """Category, organ in charge, beginning and end: what General Standards, article 88a, asks a register for."""
    with memory_installation() as here:
        facts, task = Iri(here.graphs.facts), Iri(TASK)
        clerk = Clerk(here, date(2026, 1, 1))
        order = Order("responsible", TASK, "accept", by="Ana", on="2016-11-20", reason="Letter.", actor="SEDI")
        here.decide([(one, clerk.judge(order)) for one in clerk.decided(order, clerk.judge(order))])
        day = Literal("2014-06-05", datatype="http://www.w3.org/2001/XMLSchema#date")
        here.store.write(
            [
                Quad(task, Iri(MG + "begins"), day, facts),
                Quad(task, Iri(MG + "priority"), Iri(KOS + "priority-b"), facts),
            ]
        )
        claims = Claims.read(here.store, here.graphs)
        labels = here.labels(things_shown(here.store, here.graphs, claims), "es")
        rows = rows_of(here.store, here.graphs, claims, [], labels, "es")["mandates"]
    assert len({row.key for row in rows}) == len(rows) == 26, "a mandate has one row"
    told = next(row.cells for row in rows if row.key == TASK)
    assert (told["categoryNow"], told["beginsNow"], told["endsNow"]) == ("B", "5 de junio de 2014", "")
    assert "SEDI" in told["charge"]


def test_a_thousand_rows_at_once_are_asked_back(run: Run, tmp_path: Path) -> None:
    head = "kind,thing,verdict,on,by,reason\n"
    rows = "".join(
        f'status,"AG/RES. 2816, 18 s1",fulfilled,{date.fromordinal(735_000 + n)},Ana,Report {n}.\n' for n in range(1001)
    )
    (tmp_path / "many.csv").write_text(head + rows)
    told = run("decide", "many.csv")
    assert (told.status, "1,001 changes at once. If they are meant, say --yes" in told.err) == (2, True), told.err[
        -300:
    ]
    assert run("log").out == ""
    assert run("decide", "many.csv", "--yes").status == 0
    assert len(run("log").out.splitlines()) == 1001


@pytest.mark.slow
def test_a_sheet_that_libreoffice_saved_is_decided_without_loss(run: Run, sheet: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not here")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    # Opened and saved as it was written, filled in, and opened and saved again.
    for form, name in (("ods", "cam.xlsx"), ("xlsx", "filled.xlsx")):
        if name == "filled.xlsx":
            shutil.copy(tmp_path / "cam.ods", tmp_path / "opened.ods")
            saved(filled(tmp_path / "opened.ods"), tmp_path / "filled.xlsx")
        subprocess.run(
            [office, profile, "--headless", "--convert-to", form, "--outdir", str(tmp_path / form), name],
            cwd=tmp_path, check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        converted = (tmp_path / form / name).with_suffix(f".{form}")
        if form == "ods" and not converted.exists():
            pytest.skip("this LibreOffice has no spreadsheet program")
        shutil.copy(converted, tmp_path / converted.name)
    told = run("decide", "filled.xlsx", *BY)
    assert (told.status, len(told.out.splitlines())) == (0, 6), told.err


def broken(grid: Grid, how: str) -> None:
    if how == "key":
        fill(grid, "Links", HEALTH, decision="accept", reason="x")
        next(row for row in grid["Links"] if row[0] == HEALTH)[0] = HEALTH + "-x"
    elif how == "merged":
        fill(grid, "Links", HEALTH, decision="accept", reason="x")
        next(row for row in grid["Links"] if row[0] == HEALTH)[0] = ""
    elif how == "words":
        fill(grid, "Links", HEALTH, decision="accept", reason="x")
        next(row for row in grid["Links"] if row[0] == HEALTH)[1] = "h0123456789abcdef"
    elif how == "choice":
        fill(grid, "Links", HEALTH, decision="perhaps", reason="x")
    elif how == "reason":
        fill(grid, "Links", HEALTH, decision="accept")
    elif how == "day":
        fill(grid, "Activities", MEETING, progress="held", day="10-12", reason="x")
    elif how == "no day":
        fill(grid, "Activities", MEETING, progress="held", reason="x")
    elif how == "future":
        fill(grid, "Activities", MEETING, progress="held", day=date(2150, 1, 1), reason="x")
    elif how == "body":
        fill(grid, "Mandates", TASK, responsible="SEDDI", reason="x")
    elif how == "twice":
        fill(grid, "Links", HEALTH, decision="accept", reason="x")
        grid["Links"].append(list(next(row for row in grid["Links"] if row[0] == HEALTH)))
        grid["Links"][-1][grid["Links"][0].index("decision")] = "reject"


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("key", "its key is not known here"),
        ("merged", "its hidden key is missing"),
        ("words", "its words have changed since the sheet was written"),
        ("choice", "“perhaps” is none of accept, reject, later."),
        ("reason", "A decision needs its reason"),
        ("day", "“10-12” is not a day"),
        ("no day", "the day is missing"),
        ("future", "2150-01-01 lies in the future."),
        ("body", "Nearest: SEDI"),
        ("twice", "says “reject, x”, but broken.xlsx, sheet Links, row"),
    ],
)
def test_a_row_that_cannot_be_decided_is_told_and_nothing_is_written(
    run: Run, sheet: Path, tmp_path: Path, how: str, sentence: str
) -> None:
    grid = opened(sheet)
    fill(grid, "Participation", GUEST, settled="declined", reason="Letter.")
    broken(grid, how)
    saved(grid, tmp_path / "broken.xlsx")
    told = run("decide", "broken.xlsx", *BY)
    assert told.status == 2
    assert "broken.xlsx, sheet " in told.err
    assert sentence in told.err
    assert run("log").out == ""


def test_a_sheet_that_did_not_see_a_decision_does_not_overrule_it(run: Run, sheet: Path, tmp_path: Path) -> None:
    grid = opened(sheet)
    fill(grid, "Links", HEALTH, decision="reject", reason="No.")
    saved(grid, tmp_path / "late.xlsx")
    run("decide", "link", HEALTH, "accept", "--by", "Juan Gómez", "--on", "2016-11-12", "--reason", "Yes.")
    told = run("decide", "late.xlsx", *BY)
    assert told.status == 2
    assert "somebody has decided it since the sheet was written: 12 November 2016, juan-gomez confirmed" in told.err


@pytest.mark.parametrize("what", ["text", "other", "plan", "version", "missing"])
def test_what_is_no_worksheet_is_told(run: Run, sheet: Path, tmp_path: Path, what: str) -> None:
    file = tmp_path / "it.xlsx"
    grid = opened(sheet)
    if what == "text":
        file.write_text("no spreadsheet")
    elif what == "other":
        saved({"A": [["a", "b"], [1, 2]]}, file)
    elif what in ("plan", "version"):
        old, new = ("2016-2017", "2030-2031") if what == "plan" else ("worksheet-3", "worksheet-9")
        for rows in list(grid.values())[1:]:
            rows[0][0] = rows[0][0].replace(old, new)
        saved(grid, file)
    told = run("decide", "it.xlsx", *BY)
    words = {"text": "not a spreadsheet", "other": "is not a worksheet", "plan": "of another plan",
             "version": "of another version", "missing": "There is no file"}  # fmt: skip
    assert told.status in (2, 3)
    assert words[what] in told.err
    assert "Traceback" not in told.err


def test_a_worksheet_of_what_is_not_there_is_refused(run: Run) -> None:
    for arguments in (("worksheet", "camm"), ("worksheet", "cam", "-o", "cam.doc")):
        told = run(*arguments)
        assert told.status == 2
        assert told.err.strip()
