"""What is said of an act: recipients, beneficiaries, conditions, deadlines, recurrence, reporting, money."""

from __future__ import annotations

import pytest


def details(readers, words):
    """The details of the first statement."""
    return readers().statements(words)[0].details


def test_a_report_its_recipient_and_its_session(readers):
    """Reports to whom, and by when."""
    found = details(
        readers, "Requests the Board to submit a report to the General Assembly at its seventy-fifth session"
    )
    assert found.is_reporting
    assert [mention.key for mention in found.recipients] == ["oas/org/ag"]
    assert [session.number for session in found.deadlines] == ["75"]


def test_keeping_somebody_informed_is_reporting(readers):
    """No report is named, and yet it is a duty to tell."""
    found = details(readers, "Requests the Board to keep the Council informed of the plan")
    assert found.is_reporting
    assert [mention.as_written for mention in found.recipients] == ["Council"]


def test_an_act_without_report_is_none(readers):
    """Neither report nor money nor deadline where none stands."""
    found = details(readers, "Requests the Board to clean the river")
    assert not found.is_reporting
    assert not found.asks_for_money
    assert found.deadlines == found.conditions == found.recurrences == ()


CONDITIONS = {
    "Requests the Board to act, subject to the availability of funds": "subject to the availability of funds",
    "Requests the Board, within existing resources, to act": "within existing resources",
    "Requests the Board to act, within the resources allocated in the program-budget": (
        "within the resources allocated in the program-budget"
    ),
    "Urges States to act, their budget permitting": "their budget permitting",
    "Requests the Board to act through voluntary contributions": "through voluntary contributions",
    "Requests the Board to assist States, upon request": "upon request",
}


@pytest.mark.parametrize("words", CONDITIONS)
def test_conditions(words, readers):
    """Money and requests on which an act depends."""
    assert [one.as_written for one in details(readers, words).conditions] == [CONDITIONS[words]]


def test_as_appropriate_is_no_condition(readers):
    """It limits nothing that anybody could check."""
    assert details(readers, "Requests the Board to act, as appropriate").conditions == ()


DEADLINES = {
    "Requests the Board to report by 30 June 2020": "2020-06-30",
    "Requests the Board to report not later than March 2021": "2021-03",
    "Requests the Board to report before the end of 2022": "2022",
    "Requests the Board to report within 60 days": "",
}


@pytest.mark.parametrize("words", DEADLINES)
def test_deadlines(words, readers):
    """A day, a month, a year; a number of days has no date."""
    assert [date.edtf for date in details(readers, words).deadlines] == [DEADLINES[words]]


def test_a_period_is_no_deadline(readers):
    """“During the 2016-2017 period” says for when."""
    found = details(readers, "Requests the Board to work during the 2016-2017 period on rivers")
    assert [date.edtf for date in found.periods] == ["2016/2017"]
    assert found.deadlines == ()


RECURRENCES = {
    "Requests the Board to report annually": "FREQ=YEARLY",
    "Requests the Board to submit an annual report": "FREQ=YEARLY",
    "Requests the Board to meet every two years": "FREQ=YEARLY;INTERVAL=2",
    "Requests the Board to report on a biennial basis": "FREQ=YEARLY;INTERVAL=2",
    "Requests the Board to report every 90 days": "FREQ=MONTHLY;INTERVAL=3",
}


@pytest.mark.parametrize("words", RECURRENCES)
def test_recurrence(words, readers):
    """How often, as an iCalendar rule."""
    assert [one.rrule for one in details(readers, words).recurrences] == [RECURRENCES[words]]


def test_its_annual_report_is_not_asked_every_year(readers):
    """What stands in a report that exists recurs not by these words."""
    assert details(readers, "Requests the Board to describe the plan in its annual report").recurrences == ()


def test_money_consultation_support_and_beneficiaries(readers):
    """Contributions are asked; others are consulted, help and are helped."""
    found = details(readers, "Urges States to make voluntary contributions to the Trust Fund")
    assert found.asks_for_money
    found = details(
        readers,
        "Requests the Office, in consultation with Member States, to assist "
        "developing countries, with the support of the Bank",
    )
    assert [mention.as_written for mention in found.consulted] == ["Member States"]
    assert [mention.as_written for mention in found.beneficiaries] == ["developing countries"]
    assert [mention.as_written for mention in found.supporters] == ["Bank"]


def test_items_are_read_for_their_paragraph(readers):
    """“(a) To report to the General Assembly …” tells of the statement above it."""
    found = readers().details("To report to the General Assembly at its eightieth session")
    assert found.is_reporting
    assert [session.number for session in found.deadlines] == ["80"]


PARTICIPANTS = [
    (
        "en",
        "Thematic meeting: Migration and Health, with PAHO specialists",
        [("PAHO specialists", "participant", "planned")],
    ),
    (
        "en",
        "Note: Consider participation by the Rivers Institute, PAHO, and specialists from Norland",
        [
            ("the Rivers Institute", "guest", "to-be-considered"),
            ("PAHO", "guest", "to-be-considered"),
            ("specialists from Norland", "guest", "to-be-considered"),
        ],
    ),
    (
        "en",
        "Possible guests: Jane Roe, John Doe",
        [("Jane Roe", "guest", "possible"), ("John Doe", "guest", "possible")],
    ),
    ("en", "The Norland Bank will participate", [("The Norland Bank", "participant", "will-participate")]),
    ("en", "Organized by the General Secretariat", [("the General Secretariat", "organizer", "planned")]),
    ("es", "Considerar la participación de PAHO", [("PAHO", "guest", "to-be-considered")]),
    ("fr", "Envisager la participation de PAHO", [("PAHO", "guest", "to-be-considered")]),
    ("pt", "Considerar a participação da PAHO", [("PAHO", "guest", "to-be-considered")]),
]


@pytest.mark.parametrize(("language", "words", "expected"), PARTICIPANTS, ids=[one[1][:40] for one in PARTICIPANTS])
def test_participants_with_their_certainty(language, words, expected, readers):
    """Sure, planned, possible, to be considered: as the words say."""
    found = readers(language).participants(words)
    assert [(one.as_written, one.role, one.certainty) for one in found] == expected
    assert all(one.certainty_words is not None for one in found)


def test_those_who_come_from_a_body_point_to_it(readers):
    """“PAHO specialists” are PAHO's; “specialists from Norland, PAHO” leaves open whose the second are."""
    read = readers().participants
    assert read("with PAHO specialists")[0].key == "org/paho"
    assert [one.key for one in read("Consider participation by specialists from Norland, PAHO")] == [None, None]


def test_persons_are_marked(readers):
    """Guests with two names are persons; a known body is none."""
    assert [one.is_person for one in readers().participants("Possible guests: Jane Roe, PAHO")] == [True, False]


def test_themes_are_the_longest_labels(readers):
    """“Migration and health” is one theme, not two; each theme once."""
    found = readers().themes("Migration and health; health; migration AND HEALTH")
    assert [(one.key, one.as_written) for one in found] == [
        ("oas/theme/migration-health", "Migration and health"),
        ("oas/theme/health", "health"),
    ]
