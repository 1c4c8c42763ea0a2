"""What persons decide shows where people look: calendar, calendar file, the entry's page, the paragraph's page."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from mandategraph.cli.ask import question_texts
from mandategraph.cli.orders import Clerk
from mandategraph.core.answers import answer
from mandategraph.core.orders import Order
from mandategraph.settings import Settings
from mandategraph.web.app import create_app
from mandategraph.wiring import memory_installation

ENTRY = "food-security-migration-climate-change"
DATED = "migration-and-health"


@pytest.fixture(scope="module")
def here():
    """The plan, in which one entry is cancelled, one postponed, one held, one has a day; a mandate with its record."""
    with memory_installation(Settings()) as installation:
        clerk = Clerk(installation, date(2026, 1, 1))
        told = [
            Order("status", "migration-and-gender", "cancelled"),
            Order("status", DATED, "postponed"),
            Order("held", "opening-meeting", "2016-10-20"),
            Order("status", ENTRY, "date-fixed", day="2017-01-19"),
            Order("category", "AG/RES. 2881, 33", "A"),
            Order("ends", "AG/RES. 2881, 33", "2018-06-30"),
            Order("responsible", "AG/RES. 2881, 33", "accept", actor="SEDI"),
        ]
        by = {"by": "Ana Pérez", "on": "2016-12-01", "reason": "Letter of the chair."}
        decisions, _ = clerk.of_list([Order(**{**vars(order), **by}) for order in told])
        assert len(decisions) == len(told)
        installation.decide(decisions)
        yield installation


@pytest.fixture(scope="module")
def visitor(here):
    with TestClient(create_app(here), headers={"Accept": "text/html"}) as made:
        yield made


def events(visitor, lang="en"):
    calendar = Calendar.from_ical(visitor.get(f"/calendar.ics?lang={lang}").content)
    return {str(one["uid"]).rpartition("/")[2].partition("@")[0]: one for one in calendar.walk("VEVENT")}


@pytest.mark.parametrize(
    ("entry", "status", "title", "note"),
    [
        ("migration-and-gender", "CANCELLED", "(cancelled)", "Decided: cancelled. Ana Pérez, 1 December 2016."),
        (DATED, "TENTATIVE", "(postponed)", "Decided: postponed. Ana Pérez, 1 December 2016."),
        ("opening-meeting", None, "", "Decided: held. Ana Pérez, 1 December 2016."),
        (ENTRY, None, "", "Fixed by Ana Pérez, 1 December 2016."),
    ],
)
def test_the_calendar_file_tells_what_was_decided(visitor, entry, status, title, note):
    event = events(visitor)[entry]
    assert event.get("status") == status
    assert str(event["summary"]).endswith(title)
    assert note in str(event["description"])


def test_what_nobody_decided_has_no_mark(visitor):
    others = {"migration-and-gender", DATED, "opening-meeting", ENTRY}
    left = [event for name, event in events(visitor).items() if name not in others]
    assert left
    assert not any("Decided" in str(event.get("description", "")) or "CANCELLED" in event for event in left)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Decided: cancelled."),
        ("es", "Decidido: cancelada."),
        ("fr", "Décidé : annulée."),
        ("pt", "Decidido: ca"),
    ],
)
def test_the_calendar_page_tells_it_too(visitor, lang, words):
    page = visitor.get(f"/calendar?lang={lang}").text
    [entry] = [part for part in page.split("<article")[1:] if "/activity/migration-and-gender?" in part]
    assert words in entry
    assert "Ana Pérez" in entry


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("migration-and-gender", ("Decided: cancelled. Ana Pérez, 1 December 2016.", "Letter of the chair.")),
        (DATED, ("Decided: postponed.", "3 November 2016")),
        ("opening-meeting", ("Decided: held.",)),
        (ENTRY, ("19 January 2017", "Fixed by Ana Pérez, 1 December 2016.", "Letter of the chair.")),
    ],
)
def test_the_page_of_an_entry_tells_it(visitor, entry, words):
    page = visitor.get(f"/doc/at/oas/cidi/cam/activity/{entry}").text
    for one in words:
        assert one in page


def test_what_is_over_is_not_ahead(visitor):
    ahead = visitor.get("/").text.partition('id="next"')[2].partition("</section>")[0]
    assert f"/activity/{DATED}" in ahead
    assert "/activity/opening-meeting" not in ahead


def test_the_page_of_a_paragraph_tells_who_decided_category_end_and_who_is_in_charge(visitor):
    page = visitor.get("/doc/oas/ag/res/2016/2881/op/33").text
    statement = page.partition('class="statement"')[2].partition("</section>")[0]
    for words in (">A</", "30 June 2018", "SEDI", "Decided by Ana Pérez, 1 December 2016.", "Letter of the chair."):
        assert words in statement, words
    assert "31 December 2017" not in statement
    unstated = statement.partition('class="unstated"')[2].partition("</dd>")[0]
    assert "priority" not in unstated
    assert "beginning" in unstated


@pytest.mark.parametrize(
    ("question", "values", "entry", "told"),
    [
        ("calendar", {}, ENTRY, ("fixedFor", "19 January 2017")),
        ("calendar", {}, "migration-and-gender", ("status", "cancelled")),
        ("due-between", {"from": "2017-01-15", "to": "2017-01-25"}, ENTRY, ("latest", "19 January 2017")),
        ("due-between", {"from": "2017-02-01", "to": "2017-02-28"}, "migration-and-gender", ("status", "cancelled")),
        ("scheduled-for", {"when": "2017-01-19"}, ENTRY, None),
        ("planned-and-held", {}, ENTRY, ("fixedFor", "19 January 2017")),
    ],
)
def test_questions_tell_it(here, question, values, entry, told):
    found = answer(here.store, here.graphs, question_texts(here.library), question, values)
    rows = [row for block in found.blocks for row in block.rows]
    mine = [row for row in rows if any((cell.iri or "").endswith(f"/{entry}") for cell in row.values())]
    assert mine
    assert told is None or told[1] in {row[told[0]].label for row in mine}


def test_an_entry_with_a_day_is_not_without_one(here):
    found = answer(here.store, here.graphs, question_texts(here.library), "dates-without-day", {})
    rows = [row["activity"].iri for block in found.blocks for row in block.rows]
    assert rows
    assert not any(iri.endswith(f"/{ENTRY}") for iri in rows)
