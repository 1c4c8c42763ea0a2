"""The calendar of a plan as a file to subscribe to (RFC 5545, RFC 7986): a month stays a month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from mandategraph.core.dates import write_date

if TYPE_CHECKING:
    from icalendar import Component

_NO_DAY = {
    "en": "no day yet, only {when}",
    "es": "sin día todavía, solo {when}",
    "fr": "pas encore de jour, seulement {when}",
    "pt": "ainda sem dia, apenas {when}",
}
_TO_BE_DETERMINED = {
    "en": "The plan says “date to be determined”.",
    "es": "El plan dice «fecha por determinar».",
    "fr": "Le plan dit « date à déterminer ».",
    "pt": "O plano diz “data a determinar”.",
}
_WITHOUT_DATE = {
    "en": "Without a date: {titles}.",
    "es": "Sin fecha: {titles}.",
    "fr": "Sans date : {titles}.",
    "pt": "Sem data: {titles}.",
}
# RFC 5545, 3.1: no control characters but the tab in a content line; line ends are escaped by the library.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UID_UNSAFE = re.compile(r"[^A-Za-z0-9._~/-]")


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One thing in a calendar.

    `earliest` and `latest` bound the day (both included); they are equal where the day is known. Both None: no date at
    all, and the entry is only named in the description of the calendar. `edtf` is the date as far as it is known.
    `mark` is a word for the title, for those whose calendar shows no status.
    """

    iri: str
    title: str
    title_language: str = ""
    earliest: date | None = None
    latest: date | None = None
    edtf: str = ""
    to_be_determined: bool = False
    notes: Sequence[str] = ()
    address: str = ""
    categories: Sequence[str] = ()
    cancelled: bool = False
    postponed: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A calendar as a whole; `stamped` is a day of the data, not of the clock: same data, same bytes."""

    name: str
    stamped: date
    language: str = "en"
    description: str = ""
    address: str = ""


def write_calendar(sheet: Sheet, entries: Iterable[Entry]) -> bytes:
    """
    Return an iCalendar file.

    A known day is an all-day entry; anything less spans the days it may fall on, is TENTATIVE, and says in its title
    that there is no day yet. What is postponed is TENTATIVE too, what is cancelled CANCELLED.

    >>> month = Entry("urn:x", "Meeting", "en", date(2016, 10, 1), date(2016, 10, 31), "2016-10")
    >>> written = write_calendar(Sheet("Plan", date(2016, 10, 20)), [month]).decode()
    >>> [line for line in written.splitlines() if line.startswith(("DTEND", "STATUS", "SUMMARY"))]
    ['SUMMARY;LANGUAGE=en:Meeting (no day yet\\\\, only October 2016)', 'DTEND;VALUE=DATE:20161101', 'STATUS:TENTATIVE']
    """
    from icalendar import Calendar, vText

    listed = list(entries)
    calendar = Calendar()
    calendar.add("prodid", "-//Mandate Graph//mandategraph//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # The library takes these two for values that need no escaping; they are text.
    calendar.add("name", vText(_clean(sheet.name)))
    calendar.add("x-wr-calname", vText(_clean(sheet.name)))
    calendar.add("refresh-interval", timedelta(days=1), parameters={"value": "DURATION"})
    if sheet.address:
        calendar.add("url", sheet.address)
    undated = [entry.title for entry in listed if entry.earliest is None or entry.latest is None]
    described = [sheet.description] if sheet.description else []
    if undated:
        described.append(_WITHOUT_DATE[sheet.language].format(titles="; ".join(undated)))
    if described:
        calendar.add("description", _clean("\n".join(described)), parameters={"language": sheet.language})
    for entry in listed:
        if entry.earliest is not None and entry.latest is not None:
            calendar.add_component(_event(sheet, entry, entry.earliest, entry.latest))
    written: bytes = calendar.to_ical()
    return written


def uid(iri: str) -> str:
    """
    Return the identifier of an entry: the same for the same thing, wherever and whenever it is written.

    >>> uid("https://w3id.org/mandategraph/at/oas/cidi/cam/activity/migration-and-health")
    'mandategraph/at/oas/cidi/cam/activity/migration-and-health@w3id.org'
    """
    scheme, _, rest = iri.partition("://")
    host, _, path = rest.partition("/") if rest else ("mandategraph", "", scheme)
    escaped = _UID_UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), path)
    return f"{escaped}@{host}"


def _event(sheet: Sheet, entry: Entry, earliest: date, latest: date) -> Component:
    from icalendar import Event

    is_day = earliest == latest
    language = sheet.language
    title = _clean(entry.title)
    notes = [_clean(note) for note in entry.notes]
    if not is_day:
        when = write_date(entry.edtf, language) if entry.edtf else f"{earliest}–{latest}"
        title += f" ({_NO_DAY[language].format(when=when)})"
    if entry.mark:
        title += f" ({_clean(entry.mark)})"
    if entry.to_be_determined:
        notes.insert(0, _TO_BE_DETERMINED[language])
    event = Event()
    event.add("uid", uid(entry.iri))
    event.add("dtstamp", datetime(sheet.stamped.year, sheet.stamped.month, sheet.stamped.day, tzinfo=UTC))
    event.add("dtstart", earliest)
    event.add("dtend", latest + timedelta(days=1))
    event.add("summary", title, parameters={"language": entry.title_language or language})
    event.add("transp", "TRANSPARENT")
    if entry.cancelled:
        event.add("status", "CANCELLED")
    elif entry.postponed or not is_day:
        event.add("status", "TENTATIVE")
    if notes:
        event.add("description", "\n".join(notes), parameters={"language": language})
    if entry.address:
        event.add("url", entry.address)
    if entry.categories:
        event.add("categories", [_clean(category) for category in entry.categories])
    return event


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
