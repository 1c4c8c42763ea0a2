"""A question put to the service with the decisions of a past day."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient

from mandategraph.cli.orders import Clerk
from mandategraph.core.orders import Order
from mandategraph.settings import Settings
from mandategraph.web import past
from mandategraph.web.app import create_app
from mandategraph.wiring import memory_installation

ASKED = "/questions/activities-for-paragraph.json?paragraph=AG/RES. 2881, 33.A"
NOTE = "Decisions as they stood on 3 November 2016; everything else is as it is now."


@pytest.fixture(scope="module")
def visitor(tokens):
    with memory_installation(Settings()) as here:
        clerk = Clerk(here, date(2026, 1, 1))
        order = Order("link", "health-2881-33-a", "accept", by="Ana", on="2016-11-04", reason="Agreed.")
        judge = clerk.judge(order)
        here.decide([(decision, judge) for decision in clerk.decided(order, judge)])
        with TestClient(create_app(here, tokens), headers={"Accept": "*/*"}) as made:
            yield made


def certain(answer):
    blocks = [block for block in answer.json()["blocks"] if not block["proposals"]]
    return sum(len(block["rows"]) for block in blocks)


def test_a_later_decision_does_not_count(visitor):
    now, before = visitor.get(ASKED), visitor.get(f"{ASKED}&decisions=2016-11-03")
    assert (now.status_code, before.status_code) == (200, 200)
    assert certain(now) > certain(before)
    assert certain(visitor.get(f"{ASKED}&decisions=2016-11-04")) == certain(now)
    assert (NOTE in before.text, NOTE in now.text) == (True, False)
    assert now.headers["etag"] != before.headers["etag"]


def test_the_page_says_so_and_keeps_the_day_in_its_form(visitor):
    page = visitor.get(f"{ASKED.replace('.json', '')}&decisions=2016-11-03", headers={"Accept": "text/html"})
    assert NOTE in page.text
    assert 'name="decisions" value="2016-11-03"' in page.text
    assert "33.A&amp;decisions=2016-11-03" in page.text.replace("%20", " "), "the other forms answer the same"


@pytest.mark.parametrize("day", ["3.11.2016", "2016-13-01", "tomorrow"])
def test_another_value_than_a_day_is_refused(visitor, day):
    refused = visitor.get(ASKED, params={"paragraph": "AG/RES. 2881, 33.A", "decisions": day})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "decisions")


def test_a_store_that_is_too_large_to_copy_is_told_so(visitor, monkeypatch):
    monkeypatch.setattr(past, "MOST", 100)
    refused = visitor.get(f"{ASKED}&decisions=2016-11-03")
    assert refused.status_code == 403
    assert "mandategraph ask … --as-of 2016-11-03" in refused.json()["detail"]
    assert visitor.get(ASKED).status_code == 200
