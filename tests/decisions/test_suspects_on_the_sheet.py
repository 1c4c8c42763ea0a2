"""What was decided on words that have changed stands on the worksheet with both texts, and is decided again there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from mandategraph.cli.orders import Clerk
from mandategraph.cli.wording import sentences
from mandategraph.core.claims import Claims
from mandategraph.core.decisions import Judge
from mandategraph.core.errors import WrongUse
from mandategraph.core.filled import decisions_of
from mandategraph.core.namespaces import AT, ID
from mandategraph.core.orders import Order
from mandategraph.core.worksheet import Entry, Row
from mandategraph.core.worksheet_rows import rows_of, things_shown
from mandategraph.wiring import Installation, memory_installation

DAY, TODAY = date(2021, 1, 31), date(2026, 1, 1)
DOCUMENT = f"{ID}oas/ag/res/2020/2999"
TASK = f"{DOCUMENT}/op/1/s1"
WHOLE = """AG/RES. 2999 (L-O/20)

ON LIGHTHOUSES

THE GENERAL ASSEMBLY,

RESOLVES:

1. To instruct the CAM to count lighthouses in the region.

2. To request the General Secretariat to pay the keepers.
"""
OTHER_WORDS = WHOLE.replace("count lighthouses", "paint lighthouses")
OTHER_ADDRESSEE = WHOLE.replace("To instruct the CAM to count", "To instruct the CIM to count")
SHORTER = WHOLE.replace("1. To instruct the CAM to count lighthouses in the region.\n\n2. ", "2. ")
Draft = Callable[[str], Path]


@pytest.fixture
def here(draft: Draft) -> Iterator[Installation]:
    """The CAM plan and a resolution; a link, a status, a category, a body in charge and a gap decided on it."""
    with memory_installation() as installation:
        installation.drafts.accept([draft(WHOLE)], DAY)
        told = [
            Order("link", "migration-and-health -> AG/RES. 2999, 1", "accept"),
            Order("status", "AG/RES. 2999, 1", "answered"),
            Order("category", "AG/RES. 2999, 1", "A"),
            Order("responsible", "AG/RES. 2999, 1", "accept", actor="SEDI"),
        ]
        said = {"by": "Ana", "on": "2021-02-01", "reason": "Agreed."}
        decisions, _ = Clerk(installation, TODAY).of_list([Order(**{**vars(order), **said}) for order in told])
        assert len(decisions) == len(told)
        installation.decide(decisions)
        yield installation


def rows(here: Installation) -> dict[str, list[Row]]:
    claims = Claims.read(here.store, here.graphs)
    labels = {
        **here.labels(things_shown(here.store, here.graphs, claims), "en"), **sentences(here, claims.all, "en"),
    }  # fmt: skip
    return rows_of(here.store, here.graphs, claims, [], labels, "en")


def suspects(here: Installation) -> dict[str, list[Row]]:
    return {name: found for name, each in rows(here).items() if (found := [row for row in each if row.cells["then"]])}


def decide(here: Installation, sheet: str, row: Row, **given: str) -> int:
    entry = Entry("a.xlsx", sheet, 3, sheet, row.key, row.words, row.state, {**given, "reason": "Looked at again."})
    filled = decisions_of([entry], Clerk(here, TODAY).desk, Judge("Juan", date(2021, 3, 1), ""), {}, TODAY)
    here.decide(filled.decisions)
    return len(filled.decisions)


def contributes(here: Installation) -> bool:
    meeting = f"{AT}oas/cidi/cam/activity/migration-and-health"
    query = f"ASK {{ <{meeting}> <https://w3id.org/mandategraph/ns#contributesTo> <{DOCUMENT}/op/1> }}"
    return here.store.ask(query, here.graphs.public())


def test_nothing_is_suspect_while_the_words_are_the_same(here: Installation) -> None:
    assert suspects(here) == {}


def test_both_texts_stand_on_the_sheet_until_it_is_decided_again(here: Installation, draft: Draft) -> None:
    here.drafts.accept([draft(OTHER_WORDS)], DAY, replace=True)
    found = suspects(here)
    assert set(found) == {"links", "mandates"}
    [link], [mandate] = found["links"], found["mandates"]
    assert rows(here)["links"][0] == link, "what has to be looked at again comes first"
    for row in (link, mandate):
        assert "count lighthouses" in row.cells["then"]
        assert "paint lighthouses" in row.cells["quote"]
    assert (link.cells["now"], mandate.cells["categoryNow"]) == ("confirmed", "A")
    assert decide(here, "links", link, decision="accept") == 1
    assert contributes(here)
    assert set(suspects(here)) == {"mandates"}
    [mandate] = suspects(here)["mandates"]
    assert decide(here, "mandates", mandate, status="answered", category="A", responsible="SEDI") == 3
    assert suspects(here) == {}


def test_it_can_be_rejected_there(here: Installation, draft: Draft) -> None:
    here.drafts.accept([draft(OTHER_WORDS)], DAY, replace=True)
    assert contributes(here)
    assert decide(here, "links", suspects(here)["links"][0], decision="reject") == 1
    assert not contributes(here)
    assert "links" not in suspects(here)


def test_who_was_asked_and_who_is_asked_now_is_told(here: Installation, draft: Draft) -> None:
    here.drafts.accept([draft(OTHER_ADDRESSEE)], DAY, replace=True)
    [link] = suspects(here)["links"]
    assert "(CAM)]" in link.cells["then"]
    assert "(CIM)]" in link.cells["quote"]


def test_what_hangs_on_nothing_any_more_can_only_be_rejected(here: Installation, draft: Draft) -> None:
    here.drafts.accept([draft(SHORTER)], DAY, replace=True)
    [link] = suspects(here)["links"]
    assert "count lighthouses" in link.cells["then"]
    assert link.cells["quote"] == ""
    with pytest.raises(WrongUse, match="is not there any more"):
        decide(here, "links", link, decision="accept")
    assert decide(here, "links", link, decision="reject") == 1
    assert "links" not in suspects(here)
