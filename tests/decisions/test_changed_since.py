"""What was added, changed or withdrawn since a day is listed, and nothing that nobody touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from mandategraph.cli.ask import question_texts
from mandategraph.cli.orders import Clerk
from mandategraph.core.answers import answer
from mandategraph.core.namespaces import ID
from mandategraph.core.orders import Order
from mandategraph.wiring import Installation, memory_installation

TODAY = date(2099, 1, 1)
TEXT = """AG/RES. 2999 (L-O/20)

ON LIGHTHOUSES

THE GENERAL ASSEMBLY,

RESOLVES:

1. To request the General Secretariat to pay the keepers.

2. To instruct the CAM to count lighthouses in the region.
"""
Draft = Callable[[str], Path]


@pytest.fixture
def here() -> Iterator[Installation]:
    with memory_installation() as installation:
        yield installation


def decide(here: Installation, on: str, kind: str, thing: str, verdict: str, **more: str) -> None:
    clerk = Clerk(here, TODAY)
    order = Order(kind, thing, verdict, by="Ana", on=on, reason="Agreed.", **more)
    judge = clerk.judge(order)
    decisions = clerk.decided(order, judge)
    assert decisions
    here.decide([(decision, judge) for decision in decisions])


def since(here: Installation, day: str) -> dict[str, list[str]]:
    """Return the rows of each block that has some, each as one text."""
    found = answer(here.store, here.graphs, question_texts(here.library), "changed-since", {"since": day})
    return {
        block.key: [" | ".join(cell.label for cell in row.values()) for row in block.rows]
        for block in found.blocks
        if block.rows
    }


def test_what_was_decided_is_listed_and_no_other_link(here: Installation) -> None:
    decide(here, "2090-01-02", "link", "health-2881-33-a", "accept")
    decide(here, "2090-01-02", "category", "AG/RES. 2881, 33", "A")
    decide(here, "2090-01-02", "gap", "migration-and-gender", "accept", code="ActivityWithoutResponsible")
    found = since(here, "2090-01-02")
    assert {key: len(rows) for key, rows in found.items()} == {"decisions": 1, "statuses": 1, "gaps": 1}
    assert "33.A" in found["decisions"][0]
    assert since(here, "2090-01-03") == {}


def test_a_meeting_counts_from_the_day_on_which_it_was_recorded(here: Installation) -> None:
    decide(here, "2090-01-02", "held", "migration-and-health", "2016-11-03")
    [row] = since(here, "2090-01-01")["held"]
    assert "3 November 2016" in row


def test_what_was_taken_back_stands_apart_from_what_was_rejected(here: Installation) -> None:
    decide(here, "2090-01-02", "link", "health-2881-33-a", "accept")
    decide(here, "2090-01-02", "held", "migration-and-health", "2016-11-03")
    decide(here, "2090-01-03", "link", "health-2881-33-a", "withdraw")
    decide(here, "2090-01-03", "held", "migration-and-health", "withdraw")
    decide(here, "2090-01-03", "link", "gender-2738-2-e", "reject")
    found = since(here, "2090-01-03")
    assert set(found) == {"takenBack", "rejections"}
    assert len(found["rejections"]) == 1
    assert "2.e" in found["rejections"][0]
    assert sum("33.A" in row for row in found["takenBack"]) == 1
    assert any("3 November 2016" in row for row in found["takenBack"])


def test_a_refresh_of_the_plan_changes_nothing(here: Installation) -> None:
    decide(here, "2090-01-02", "link", "health-2881-33-a", "accept")
    before = since(here, "2016-01-01")
    here.load_plan("cam")
    assert since(here, "2016-01-01") == before


def test_texts_that_came_or_went_are_listed(here: Installation, draft: Draft) -> None:
    here.drafts.accept([draft(TEXT)], date(2090, 1, 2))
    [row] = since(here, "2090-01-02")["entered"]
    assert "AG/RES. 2999" in row
    here.drafts.accept([draft(TEXT.partition("2. To")[0])], date(2090, 1, 5), replace=True)
    [row] = since(here, "2090-01-05")["entered"]
    assert "AG/RES. 2999" in row
    today = date.today().isoformat()
    assert any("2999/2" in row or "op/2" in row for row in since(here, today)["withdrawn"])
    here.drafts.withdraw(f"{ID}oas/ag/res/2020/2999")
    found = since(here, "2090-01-01")
    assert "entered" not in found
    assert len(since(here, today)["withdrawn"]) > 3
