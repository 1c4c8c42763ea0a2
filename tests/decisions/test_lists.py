"""A list of decisions is decided as it stands, or refused row by row; a check's name stands for all that it finds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

Run = Callable[..., Any]
HEAD = "kind,thing,verdict,on,by,reason,actor,type,day,code,until\n"
ROWS = (
    "link,health-2881-33-a,accept,2016-11-04,Ana Pérez,Agreed.,,,,,\n"
    "responsible,ActivityWithoutResponsible,accept,2016-10-20,Ana Pérez,Custom.,CAM,,,,\n"
    "link,cam -> AG/DEC. 88,accept,2016-10-20,Ana Pérez,Added.,,lists,,,\n"
    "status,working-group-meeting,date-fixed,2016-10-21,Ana Pérez,Letter.,,,2016-10-27,,\n"
    "gap,migration-and-gender,accept,2016-11-04,Ana Pérez,Later.,,,,CitationOfWholeText,2017-06-30\n"
)


def codes(run: Run) -> set[str]:
    return {row["code"] for row in json.loads(run("check", "--json").out)["headings"]}


def test_a_list_is_decided_with_headings_lists_and_days(run: Run, tmp_path: Path) -> None:
    (tmp_path / "year.csv").write_text("# A remark, with a comma.\n" + HEAD + ROWS)
    before = codes(run)
    told = run("decide", "year.csv")
    assert told.status == 0, told.err
    # Eleven entries, a link, a text for the list, a day; the entry cites two whole texts.
    assert len(told.out.splitlines()) == 11 + 1 + 1 + 1 + 2
    assert "is set for 27 October 2016" in told.out
    assert "Decisions of Ana Pérez, 20 October 2016 to 4 November 2016: 16." in told.err
    settled = {"ActivityWithoutResponsible", "BasisNotListed", "DateStillToBeDetermined"}
    assert settled <= before
    assert not settled & codes(run)
    assert "AG/DEC. 88" in run("ask", "mandates-of-plan").out
    # One body, one day, one reason: one sentence.
    assert len(run("log").out.splitlines()) == 5
    assert "; 8 more" in run("log").out
    again = run("decide", "year.csv")
    assert (again.status, again.out) == (2, "")  # the headings are settled: nothing is found there any more


def test_a_text_taken_off_the_list_again_is_missing_again(run: Run) -> None:
    who = ("--by", "Ana Pérez", "--reason", "Agreed.", "--on", "2016-11-01")
    run("decide", "link", "cam -> AG/DEC. 88", "accept", "--type", "lists", *who)
    assert "BasisNotListed" not in codes(run)
    told = run("decide", "link", "cam -> AG/DEC. 88", "withdraw", "--type", "lists", *who)
    assert told.status == 0, told.err
    assert "BasisNotListed" in codes(run)


def test_a_list_may_be_a_spreadsheet(run: Run, tmp_path: Path) -> None:
    with Workbook(tmp_path / "year.xlsx") as book:
        page = book.add_worksheet("Decisions")
        for number, line in enumerate((HEAD + ROWS.splitlines()[0]).splitlines()):
            page.write_row(number, 0, line.split(","))
    told = run("decide", "year.xlsx")
    assert told.status == 0, told.err
    assert "contributes to AG/RES. 2881" in run("log").out


def test_two_people_who_disagree_are_shown_side_by_side(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ana.csv").write_text(HEAD + "link,health-2881-33-a,accept,2016-11-04,Ana Pérez,Agreed.,,,,,\n")
    (tmp_path / "juan.csv").write_text(HEAD + "link,health-2881-33-a,reject,2016-11-05,Juan Gómez,Too far.,,,,,\n")
    told = run("decide", "ana.csv", "juan.csv")
    assert told.status == 2
    assert "juan.csv, row 2: says “reject, Juan Gómez" in told.err
    assert "but ana.csv, row 2 says “accept, Ana Pérez" in told.err
    assert run("log").out == ""


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
def test_a_list_with_a_wrong_row_is_told_and_nothing_is_written(
    run: Run, tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "year.csv").write_text(text)
    told = run("decide", "year.csv")
    assert (told.status, told.out) == (2, "")
    assert sentence in told.err
    assert run("log").out == ""
