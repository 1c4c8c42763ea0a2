"""Dates to EDTF, never more exact than written; sessions by their number."""

from __future__ import annotations

import pytest

DATES = [
    ("en", "on 3 November 2016 and in April 2017", ["2016-11-03", "2017-04"]),
    ("en", "OCTOBER 20, 2016", ["2016-10-20"]),
    ("en", "from 2 to 6 November 2020", ["2020-11-02/2020-11-06"]),
    ("en", "from 30 May to 2 June 2021", ["2021-05-30/2021-06-02"]),
    ("en", "the 2014-2015 period, the biennium 2020–21", ["2014/2015", "2020/2021"]),
    ("en", "by 2030, in the year 2019", ["2030", "2019"]),
    ("en", "resolution 2242 (2015), paragraph 2016, 71/1", []),
    ("en", "31 April 2017", ["2017-04"]),
    ("es", "del 12 al 16 de noviembre de 2001; abril de 2017", ["2001-11-12/2001-11-16", "2017-04"]),
    ("es", "08/X/14, 28/04/2006", ["2014-10-08", "2006-04-28"]),
    ("fr", "le 1er juillet 2020 et du 2 au 6 mars 2021", ["2020-07-01", "2021-03-02/2021-03-06"]),
    ("pt", "3 a 5 de junho de 2014, em março de 2015", ["2014-06-03/2014-06-05", "2015-03"]),
]


@pytest.mark.parametrize(("language", "words", "edtf"), DATES, ids=[f"{one[0]} {one[1]}" for one in DATES])
def test_dates(language, words, edtf, readers):
    """Days, months, years and periods in four languages; a day that no month has is not a day."""
    assert [date.edtf for date in readers(language).dates(words)] == edtf


def test_bounds_of_a_month(readers):
    """A month is from its first to its last day, and its precision says so."""
    date = readers().dates("in February 2020")[0]
    assert (date.earliest, date.latest, date.precision) == ("2020-02-01", "2020-02-29", "month")


SESSIONS = [
    ("en", "its forty-fifth regular session", "45", "o"),
    ("en", "the seventy-second session", "72", ""),
    ("en", "its 54th special session", "54", "e"),
    ("es", "su cuadragésimo quinto período ordinario de sesiones", "45", "o"),
    ("es", "el trigésimo primer período extraordinario de sesiones", "31", "e"),
    ("fr", "sa soixante-quinzième session", "75", ""),
    ("fr", "la quatre-vingt-unième session ordinaire", "81", "o"),
    ("pt", "seu quadragésimo quinto período ordinário de sessões", "45", "o"),
]


@pytest.mark.parametrize(("language", "words", "number", "kind"), SESSIONS, ids=[one[1] for one in SESSIONS])
def test_sessions(language, words, number, kind, readers):
    """Ordinals in words and figures."""
    session = readers(language).sessions(words)[0]
    assert (session.number, session.kind, session.as_written) == (number, kind, words)
