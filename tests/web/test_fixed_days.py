"""A day that a decision gave an entry is its day in the calendar, with who decided; the words of the plan stay."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from mandategraph.cli.orders import Clerk
from mandategraph.core.orders import Order
from mandategraph.settings import Settings
from mandategraph.web.app import create_app
from mandategraph.wiring import memory_installation

ENTRY = "food-security-migration-climate-change"


@pytest.fixture
def here():
    with memory_installation(Settings()) as installation:
        yield installation


@pytest.fixture
def visitor(here, tokens):
    with TestClient(create_app(here, tokens), headers={"Accept": "text/html"}) as made:
        yield made


def decide(here, verdict, **said):
    clerk = Clerk(here, date(2026, 1, 1))
    order = Order("status", ENTRY, verdict, by="Ana Pérez", reason="Agreed.", **said)
    judge = clerk.judge(order)
    here.decide([(decision, judge) for decision in clerk.decided(order, judge)])


def event(visitor, lang="en"):
    calendar = Calendar.from_ical(visitor.get(f"/calendar.ics?lang={lang}").content)
    [found] = [one for one in calendar.walk("VEVENT") if ENTRY in str(one["uid"])]
    return found


def entry(visitor, lang="en"):
    page = visitor.get(f"/calendar?lang={lang}")
    [found] = [part for part in page.text.split("<article")[1:] if f"/activity/{ENTRY}?" in part]
    return found


def test_a_fixed_day_is_shown_with_who_fixed_it(here, visitor):
    assert str(event(visitor)["status"]) == "TENTATIVE"
    assert "no day yet" in entry(visitor)
    decide(here, "date-fixed", day="2017-01-19", on="2016-12-01", since="2016-12-01")
    told = event(visitor)
    assert (told.decoded("dtstart"), told.decoded("dtend")) == (date(2017, 1, 19), date(2017, 1, 20))
    assert "status" not in told
    assert "no day yet" not in str(told["summary"])
    assert "Fixed by Ana Pérez, 1 December 2016." in str(told["description"])
    assert "In the plan: “" in str(told["description"])
    shown = entry(visitor)
    assert "19 January 2017" in shown
    assert "Fixed by Ana Pérez, 1 December 2016." in shown
    assert "In the plan: “" in shown
    assert "no day yet" not in shown


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "Fijada por Ana Pérez, 1 de diciembre de 2016."),
        ("fr", "Fixée par Ana Pérez, 1er décembre 2016."),
        ("pt", "Fixada por Ana Pérez, 1 de dezembro de 2016."),
    ],
)
def test_it_is_said_in_the_language_of_the_reader(here, visitor, lang, words):
    decide(here, "date-fixed", day="2017-01-19", on="2016-12-01", since="2016-12-01")
    assert words in str(event(visitor, lang)["description"])
    assert words in entry(visitor, lang)


def test_the_later_of_two_days_holds_until_it_is_postponed(here, visitor):
    decide(here, "date-fixed", day="2017-02-27", on="2016-12-01", since="2016-12-01")
    decide(here, "date-fixed", day="2017-01-19", on="2016-12-05", since="2016-12-05")
    assert event(visitor).decoded("dtstart") == date(2017, 1, 19)
    decide(here, "postponed", on="2016-12-09", since="2016-12-09")
    assert str(event(visitor)["status"]) == "TENTATIVE"
    assert "no day yet" in entry(visitor)
