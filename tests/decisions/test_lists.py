"""A list of decisions is decided as it stands, or refused row by row; a check's name stands for all that it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from mandategraph.checks import Catalogue, check
from mandategraph.cli.orders import Clerk
from mandategraph.core.errors import WrongUse
from mandategraph.core.orders import Order
from mandategraph.publish.decision_lists import as_list
from mandategraph.wiring import Installation, memory_installation

Run = Callable[..., Any]
TODAY = date(2026, 1, 1)
HEAD = "kind,thing,verdict,on,by,reason,actor,type,day,code,until\n"
ROWS = (
    "link,health-2881-33-a,accept,2016-11-04,Ana Pérez,Agreed.,,,,,\n"
    "responsible,ActivityWithoutResponsible,accept,2016-10-20,Ana Pérez,Custom.,CAM,,,,\n"
    "link,cam -> AG/DEC. 88,accept,2016-10-20,Ana Pérez,Added.,,lists,,,\n"
    "status,working-group-meeting,date-fixed,2016-10-21,Ana Pérez,Letter.,,,2016-10-27,,\n"
    "gap,migration-and-gender,accept,2016-11-04,Ana Pérez,Later.,,,,CitationOfWholeText,2017-06-30\n"
)


@pytest.fixture
def here() -> Iterator[Installation]:
    with memory_installation() as installation:
        yield installation


def codes(here: Installation) -> set[str]:
    catalogue = Catalogue.read(here.library.shapes_folder)
    return {finding.code for finding in check(here.store, here.graphs, catalogue, here.labels).findings}


def orders(path: Path, text: str) -> list[Order]:
    path.write_text(text)
    found = as_list(path)
    assert found is not None
    return found


def decide(here: Installation, *told: Order) -> list[str]:
    decisions, _ = Clerk(here, TODAY).of_list(told)
    here.decide(decisions)
    return [decision.kind for decision, _ in decisions]


def test_a_list_is_decided_and_told_in_the_minutes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "year.csv").write_text("# A remark, with a comma.\n" + HEAD + ROWS)
    told = run("decide", "year.csv")
    assert told.status == 0, told.err
    # Eleven entries, a link, a text for the list, a day; the entry cites two whole texts.
    assert len(told.out.splitlines()) == 11 + 1 + 1 + 1 + 2
    assert "is set for 27 October 2016" in told.out
    assert "Decisions of Ana Pérez, 20 October 2016 to 4 November 2016: 16." in told.err
    # One body, one day, one reason: one sentence.
    log = run("log").out
    assert len(log.splitlines()) == 5
    assert "; 8 more" in log


def test_headings_lists_and_days_settle_what_the_checks_found(here: Installation, tmp_path: Path) -> None:
    settled = {"ActivityWithoutResponsible", "BasisNotListed", "DateStillToBeDetermined"}
    assert settled <= codes(here)
    decide(here, *orders(tmp_path / "year.csv", HEAD + ROWS))
    assert not settled & codes(here)
    with pytest.raises(WrongUse, match="The check ActivityWithoutResponsible finds nothing now"):
        decide(here, *orders(tmp_path / "year.csv", HEAD + ROWS))


def test_a_text_taken_off_the_list_again_is_missing_again(here: Installation) -> None:
    order = Order("link", "cam -> AG/DEC. 88", "accept", by="Ana", on="2016-11-01", reason="Agreed.", type="lists")
    decide(here, order)
    assert "BasisNotListed" not in codes(here)
    decide(here, Order(**{**vars(order), "verdict": "withdraw"}))
    assert "BasisNotListed" in codes(here)


def test_a_list_may_be_a_spreadsheet(here: Installation, tmp_path: Path) -> None:
    with Workbook(tmp_path / "year.xlsx") as book:
        page = book.add_worksheet("Decisions")
        for number, line in enumerate((HEAD + ROWS.splitlines()[0]).splitlines()):
            page.write_row(number, 0, line.split(","))
    found = as_list(tmp_path / "year.xlsx")
    assert found
    assert decide(here, *found) == ["link"]


def test_two_people_who_disagree_are_shown_side_by_side(here: Installation, tmp_path: Path) -> None:
    ana = orders(tmp_path / "ana.csv", HEAD + "link,health-2881-33-a,accept,2016-11-04,Ana Pérez,Agreed.,,,,,\n")
    juan = orders(tmp_path / "juan.csv", HEAD + "link,health-2881-33-a,reject,2016-11-05,Juan Gómez,Too far.,,,,,\n")
    with pytest.raises(WrongUse) as told:
        decide(here, *ana, *juan)
    assert "juan.csv, row 2: says “reject, Juan Gómez" in told.value.message
    assert "but ana.csv, row 2 says “accept, Ana Pérez" in told.value.message
    assert decide(here, *ana, *ana) == ["link"]


def test_who_decides_otherwise_than_another_is_told_so(run: Run) -> None:
    run("decide", "link", "health-2881-33-a", "accept", "--by", "Ana", "--on", "2016-11-04", "--reason", "Agreed.")
    told = run("decide", "link", "health-2881-33-a", "reject", "--by", "Juan", "--on", "2016-11-05", "--reason", "No.")
    assert told.status == 0
    assert "This takes the place of: 4 November 2016, Ana confirmed that “3 November 2016" in told.err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD, "year.csv holds no decision."),
        (HEAD + "link,,accept,,,,,,,,\n", "year.csv, row 2: thing missing."),
        (HEAD + "lnk,a,accept,,,,,,,,\n", "Nearest: link."),
        (HEAD.replace("reason", "raeson") + ROWS, "There is no column in year.csv: “raeson”. Nearest: reason."),
        (HEAD + ROWS.replace("Ana Pérez,Agreed.", ",Agreed."), "year.csv, row 2: Who decides?"),
        (HEAD + ROWS.replace("Agreed.", ""), "year.csv, row 2: Why?"),
        (HEAD + ROWS.replace("Ana Pérez", "mandategraph-suggester"), "a program never decides"),
        (HEAD + ROWS.replace("2016-10-27", ""), "year.csv, row 5: For which day is it fixed?"),
        (HEAD + ROWS.replace("2016-10-27", "10-27"), "is not a day"),
    ],
)
def test_a_list_with_a_wrong_row_is_refused_whole(
    installation: Installation, tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(WrongUse) as told:
        Clerk(installation, TODAY).of_list(orders(tmp_path / "year.csv", text))
    assert sentence in told.value.message
