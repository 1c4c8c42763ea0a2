"""The calendar of a plan, as rows of a page and as entries of a calendar file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mandategraph.core.dates import write_date
from mandategraph.core.labels import Label
from mandategraph.core.ports import Row
from mandategraph.core.terms import Iri, Literal
from mandategraph.publish.calendar import Entry as CalendarEntry
from mandategraph.web.service import Service
from mandategraph.web.visit import Visit

_CANCELLED = "https://w3id.org/mandategraph/kos/progress-cancelled"


@dataclass(frozen=True)
class Fixed:
    """A day that a decision gave an entry: who decided, and when, as far as it is told."""

    day: date
    who: Iri | None = None
    on: Literal | None = None


@dataclass
class Entry:
    """
    One entry of a plan: its date as far as it is known, what it cites, who is named for it.

    Where a decision gave it a day, that is its date; `edtf` and `written` stay those of the plan.
    """

    activity: Iri
    title: Literal
    written: Literal | None = None
    edtf: Literal | None = None
    earliest: date | None = None
    latest: date | None = None
    open: bool = False
    progress: str = ""
    mandates: list[Iri] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    fixed: Fixed | None = None

    @property
    def is_day(self) -> bool:
        """Whether the day is known."""
        return self.earliest is not None and self.earliest == self.latest


def entries_of(service: Service, actor: Iri | None = None) -> list[Entry]:
    """Return the entries of the plan in its order; with an actor, only those that name it."""
    people = [row for row in service.rows("participations", {"of": [actor]} if actor else {}) if _is_named(row)]
    entries: dict[Iri, Entry] = {}
    for row in service.rows("calendar"):
        activity, title = row["activity"], row["title"]
        if not (isinstance(activity, Iri) and isinstance(title, Literal)):
            continue
        entry = entries.get(activity)
        if entry is None:
            entry = entries[activity] = _entry(activity, title, row)
        mandate = row.get("mandate")
        if isinstance(mandate, Iri) and mandate not in entry.mandates:
            entry.mandates.append(mandate)
    # The latest record of a day is the last one.
    for row in service.rows("fixed-days"):
        activity = row["activity"]
        if isinstance(activity, Iri) and activity in entries:
            _fix(entries[activity], row)
    for row in people:
        activity = row["activity"]
        if isinstance(activity, Iri) and activity in entries and not _is_shown(entries[activity].people, row):
            entries[activity].people.append(row)
    return [entry for entry in entries.values() if actor is None or entry.people]


def next_entries(entries: Iterable[Entry], after: date, most: int = 4) -> list[Entry]:
    """Return the entries that may still come on or after a day, the first ones."""
    return [entry for entry in entries if entry.latest is None or entry.latest >= after][:most]


def _is_named(row: Row) -> bool:
    # An inferred organizer is the heading of the table, not somebody named for the entry.
    return not str(row["status"]).endswith("status-inferred")


def _is_shown(people: Sequence[Row], row: Row) -> bool:
    return any(one["participation"] == row["participation"] for one in people)


def _entry(activity: Iri, title: Literal, row: Row) -> Entry:
    written, edtf = row.get("written"), row.get("edtf")
    return Entry(
        activity=activity,
        title=title,
        written=written if isinstance(written, Literal) else None,
        edtf=edtf if isinstance(edtf, Literal) else None,
        earliest=_day(row, "earliest"),
        latest=_day(row, "latest"),
        open=str(row.get("open")) == "true",
        progress=str(row.get("progress") or ""),
    )


def _fix(entry: Entry, row: Row) -> None:
    who, on, day = row.get("who"), row.get("on"), _day(row, "day")
    if day is not None:
        entry.fixed = Fixed(day, who if isinstance(who, Iri) else None, on if isinstance(on, Literal) else None)
        entry.earliest = entry.latest = day
        entry.open = False


def _day(row: Row, name: str) -> date | None:
    value = row.get(name)
    return date.fromisoformat(str(value)) if value is not None else None


def calendar_entries(visit: Visit, entries: Sequence[Entry]) -> list[CalendarEntry]:
    """Return entries as a calendar file has them, with labels in the reader's language."""
    wanted = {iri.value for entry in entries for iri in entry.mandates}
    for entry in entries:
        wanted |= {str(row[key]) for row in entry.people for key in ("actor", "role", "certainty") if key in row}
    wanted |= {entry.fixed.who.value for entry in entries if entry.fixed and entry.fixed.who}
    names = visit.service.labels(wanted, visit.language)
    made = []
    for entry in entries:
        notes = []
        if entry.fixed is not None:
            notes.append(_fixed_by(visit, entry.fixed, names))
        if entry.written is not None:
            notes.append(visit.phrases("calendar.written", words=entry.written.value))
        if entry.mandates:
            cited = ", ".join(names[iri.value].text for iri in entry.mandates)
            notes.append(visit.phrases("calendar.cites", what=cited))
        for row in entry.people:
            who = names[str(row["actor"])].text if "actor" in row else f"“{row.get('written', '')}”"
            told = [names[str(row[key])].text for key in ("role", "certainty") if key in row]
            notes.append(f"{who}: {', '.join(told)}")
        made.append(
            CalendarEntry(
                iri=entry.activity.value,
                title=entry.title.value,
                title_language=entry.title.language,
                earliest=entry.earliest,
                latest=entry.latest,
                edtf=entry.fixed.day.isoformat() if entry.fixed else str(entry.edtf or ""),
                to_be_determined=entry.open,
                notes=notes,
                address=visit.absolute(visit.links.to(entry.activity.value)),
                cancelled=entry.progress == _CANCELLED,
            )
        )
    return made


def _fixed_by(visit: Visit, fixed: Fixed, names: Mapping[str, Label]) -> str:
    if fixed.who is None or fixed.on is None:
        return visit.phrases("calendar.fixed")
    on = write_date(str(fixed.on)[:10], visit.language)
    return visit.phrases("calendar.fixed-by", who=names[fixed.who.value].text, on=on)
