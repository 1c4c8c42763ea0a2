"""`decide` and `log`, as a person at a terminal meets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
ANA = ("--by", "Ana Pérez", "--on", "2016-11-10")
REASON = ("--reason", "Agreed with the chair.")


def codes(report: dict[str, Any]) -> set[str]:
    return {row["code"] for row in report["headings"]}


def test_a_decision_is_said_written_and_told_in_the_minutes(run: Run) -> None:
    told = run("decide", "link", "health-2881-33-a", "accept", *ANA, *REASON, "--role", "Secretary")
    assert told.status == 0
    assert told.out.startswith(
        "To be confirmed: “3 November 2016: Thematic meeting: Migration and Health, with PAHO specialists” "
        "contributes to AG/RES. 2881 (XLVI-O/16), "
    )
    assert told.out.endswith("para. 33.A.\n")
    again = run("decide", "link", "health-2881-33-a", "accept", *ANA, *REASON)
    assert (again.status, again.out) == (0, "")
    withdrawn = run(
        "decide", "link", "health-2881-33-a", "withdraw", "--by", "Juan Gómez", "--on", "2016-11-12", *REASON
    )
    assert withdrawn.status == 0
    log = run("log", "AG/RES. 2881, 33.A", "--lang", "es")
    lines = log.out.splitlines()
    assert [line.split(" «")[0] for line in lines] == [
        "10 de noviembre de 2016, Ana Pérez (Secretary) confirmó que",
        "12 de noviembre de 2016, Juan Gómez retiró la decisión de que",
    ]
    records = json.loads(run("log", "--json").out)
    assert [(record["on"], record["status"]) for record in records] == [
        ("2016-11-10", "confirmed"),
        ("2016-11-12", "rejected"),
    ]
    assert records[1]["derivedFrom"] == [records[0]["id"]]


def test_a_dry_run_changes_nothing(run: Run) -> None:
    told = run("decide", "held", "migration-and-health", "2016-11-03", *ANA, *REASON, "--dry-run")
    assert told.status == 0
    assert "was held on 3 November 2016" in told.out
    assert run("log").out == ""


def test_a_heading_of_gaps_is_accepted_with_one_reason(run: Run) -> None:
    before = json.loads(run("check", "--json").out)
    told = run("decide", "gap", "ActivityWithoutResponsible", "accept", *ANA, *REASON)
    assert told.status == 0
    assert len(told.out.splitlines()) > 5
    after = run("check", "--json")
    assert "ActivityWithoutResponsible" in codes(before)
    assert "ActivityWithoutResponsible" not in codes(json.loads(after.out))
    assert codes(json.loads(after.out))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("link", "health-2881-33-b", "accept"), "There is no link “health-2881-33-b”. Nearest: proposal-health-2881-"),
        (("lnk", "health-2881-33-a", "accept"), "There is no kind of decision or file “lnk”. Nearest: link."),
        (("link", "health-2881-33-a"), "What is decided of it?"),
        (("link",), "What is decided?"),
        (("link", "health-2881-33-a", "acept"), "There is no verdict “acept”. Nearest: accept."),
        (("gap", "ActivityWithoutResponsable", "accept"), "Nearest: ActivityWithoutResponsible"),
        (("gap", "CitationUnlikePattern", "accept"), "cannot be excused"),
        (("gap", "AG/RES. 2881, 37", "accept"), "Several gaps are open there."),
        (("held", "migration-and-health", "2150-01-01"), "lies in the future"),
        (("held", "migration-and-health", "10-12"), "is not a day"),
        (("status", "AG/RES. 2881, 33", "fulfiled"), "Nearest: fulfilled."),
    ],
)
def test_wrong_use_is_told_with_the_nearest_names(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    told = run("decide", *arguments, *ANA, *REASON)
    assert (told.status, told.out) == (2, "")
    assert sentence in told.err
    assert run("log").out == ""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (REASON, "Who decides?"),
        (("--by", "Ana"), "Why?"),
        (("--by", "Ana", *REASON, "--on", "2150-01-01"), "lies in the future"),
        (("--by", "mandategraph-suggester", *REASON), "a program never decides"),
    ],
)
def test_who_and_why_are_needed(run: Run, options: tuple[str, ...], sentence: str) -> None:
    told = run("decide", "link", "health-2881-33-a", "accept", *options)
    assert told.status == 2
    assert sentence in told.err


def test_two_exports_are_told_apart_in_words(run: Run) -> None:
    run("export", "-o", "a.trig", "--scope", "all")
    run("decide", "link", "health-2881-33-a", "accept", *ANA, *REASON)
    run("export", "-o", "b.trig", "--scope", "all")
    told = run("diff", "a.trig", "b.trig")
    assert (told.status, told.out.splitlines()[0]) == (1, "Decisions only in b.trig (1)")
    assert told.out.splitlines()[1].startswith("- 10 November 2016, Ana Pérez confirmed that “")
    assert len(told.out.splitlines()) == 2
    back = json.loads(run("diff", "b.trig", "a.trig", "--json").out)
    assert [len(back[key]) for key in ("decisionsOnlyInA", "decisionsOnlyInB", "onlyInA", "onlyInB")] == [1, 0, 0, 0]
    same = run("diff", "a.trig", "a.trig", "--lang", "fr")
    assert (same.status, same.out, same.err) == (0, "", "Les deux disent la même chose.\n")
    assert run("diff", "a.trig", "nothing.trig").status == 3
