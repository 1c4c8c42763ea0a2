"""A calendar file says what the plan says: a day where there is one, a month where there is only a month."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from mandategraph.publish.calendar import Entry, Sheet, uid, write_calendar

SHEET = Sheet("Plan", date(2016, 10, 20))
DAY = Entry("urn:day", "Meeting", "en", date(2016, 11, 3), date(2016, 11, 3), "2016-11-03")
MONTH = Entry("urn:month", "Event", "en", date(2017, 2, 1), date(2017, 2, 28), "2017-02")
OPEN = Entry("urn:open", "Group", "en", date(2016, 10, 1), date(2016, 10, 31), "2016-10", to_be_determined=True)


def events(*entries, sheet=SHEET):
    return list(Calendar.from_ical(write_calendar(sheet, entries)).walk("VEVENT"))


def test_a_known_day_is_one_whole_day():
    (event,) = events(DAY)
    assert event.decoded("dtstart") == date(2016, 11, 3)
    assert event.decoded("dtend") == date(2016, 11, 4), "the end of an all-day entry is the first day after it"
    assert "status" not in event


def test_a_month_spans_the_month_and_is_tentative():
    (event,) = events(MONTH)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2017, 2, 1), date(2017, 3, 1))
    assert str(event["status"]) == "TENTATIVE"
    assert str(event["summary"]) == "Event (no day yet, only February 2017)"


def test_a_date_to_be_determined_is_said():
    (event,) = events(OPEN)
    assert "date to be determined" in str(event["description"])


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "sin día todavía, solo febrero de 2017"), ("fr", "pas encore de jour, seulement février 2017")],
)
def test_the_language_is_the_readers(language, words):
    (event,) = events(MONTH, sheet=Sheet("Plan", date(2016, 10, 20), language))
    assert words in str(event["summary"])


def test_what_has_no_date_is_named_and_not_invented():
    written = write_calendar(SHEET, [Entry("urn:none", "Someday"), DAY])
    calendar = Calendar.from_ical(written)
    assert len(calendar.walk("VEVENT")) == 1
    assert "Someday" in str(calendar["description"])


def test_the_same_data_gives_the_same_bytes():
    assert write_calendar(SHEET, [DAY, MONTH]) == write_calendar(SHEET, [DAY, MONTH])
    (event,) = events(DAY)
    assert event.decoded("dtstamp").date() == SHEET.stamped


def test_a_cancelled_entry_says_so():
    (event,) = events(Entry("urn:c", "Off", "en", date(2017, 1, 1), date(2017, 1, 1), "2017-01-01", cancelled=True))
    assert str(event["status"]) == "CANCELLED"


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)


@given(title=TEXT, note=TEXT, name=TEXT)
def test_no_words_break_out_of_their_field(title, note, name):
    """Whatever stands in a title or note comes back, but for control characters, and adds no line of its own."""
    entry = Entry("urn:x", title, "en", date(2016, 11, 3), date(2016, 11, 3), "2016-11-03", notes=[note])
    written = write_calendar(Sheet(name, date(2016, 10, 20)), [entry])
    calendar = Calendar.from_ical(written)
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == cleaned(title)
    assert set(event) <= {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP", "DESCRIPTION"}
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60))
def test_identifiers_are_plain_and_differ(iri):
    assert uid(iri).isascii()
    assert uid(iri) == uid(iri)
    assert uid(f"https://example.org/{iri}") != uid(f"https://example.org/{iri}x")


def test_the_day_after_is_a_day_even_at_the_end_of_a_year():
    (event,) = events(Entry("urn:y", "New Year's Eve", "en", date(2016, 12, 31), date(2016, 12, 31), "2016-12-31"))
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
    assert not isinstance(event.decoded("dtstart"), datetime)


def cleaned(text):
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character for character in lines if character in "\n\t" or (ord(character) >= 32 and ord(character) != 127)
    )
