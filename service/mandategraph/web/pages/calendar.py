"""The calendar of a plan, as rows of a page and as entries of a calendar file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mandategraph.core.dates import write_date
from mandategraph.core.labels import Label
from mandategraph.core.namespaces import KOS
from mandategraph.core.ports import Row
from mandategraph.core.terms import Iri, Literal
from mandategraph.publish.calendar import Entry as CalendarEntry
from mandategraph.web.service import Service
from mandategraph.web.visit import Visit

_CANCELLED, _POSTPONED = Iri(f"{KOS}progress-cancelled"), Iri(f"{KOS}progress-postponed")
_HELD = Iri(f"{KOS}progress-held")
_OVER = (_CANCELLED, _HELD, Iri(f"{KOS}progress-reported"))


@dataclass(frozen=True)
class Fixed:
    """A day that a decision gave an entry: who decided, when and why, as far as it is told."""

    day: date
    who: Iri | None = None
    on: Literal | None = None
    note: Literal | None = None


@dataclass(frozen=True)
class Progress:
    """How far an entry has come, as of a day: who decided, when and why, as far as it is told."""

    stage: Iri
    since: Literal | None = None
    who: Iri | None = None
    on: Literal | None = None
    note: Literal | None = None

    @property
    def is_shown(self) -> bool:
        """Whether it says more than a day that is fixed, which is shown by itself."""
        return not self.stage.value.endswith(("progress-date-fixed", "progress-planned", "progress-date-open"))


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
    progress: Progress | None = None
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
    for activity, (progress, fixed) in decided_of(service).items():
        if activity in entries:
            entries[activity].progress = progress
            _fix(entries[activity], fixed)
    for row in people:
        activity = row["activity"]
        if isinstance(activity, Iri) and activity in entries and not _is_shown(entries[activity].people, row):
            entries[activity].people.append(row)
    return [entry for entry in entries.values() if actor is None or entry.people]


def next_entries(entries: Iterable[Entry], after: date, most: int = 4) -> list[Entry]:
    """Return the entries that may still come on or after a day, the first ones."""
    ahead = [entry for entry in entries if entry.progress is None or entry.progress.stage not in _OVER]
    return [entry for entry in ahead if entry.latest is None or entry.latest >= after][:most]


def decided_of(service: Service) -> dict[Iri, tuple[Progress | None, Fixed | None]]:
    """Return how far each entry has come and for which day it is set, where somebody has recorded it."""
    found: dict[Iri, tuple[Progress | None, Fixed | None]] = {}
    for row in service.rows("decided-of-entries"):
        activity, value = row["activity"], row["value"]
        if not isinstance(activity, Iri):
            continue
        who, on, note, since = row.get("who"), row.get("on"), row.get("note"), row.get("since")
        by = who if isinstance(who, Iri) else None
        told = [one if isinstance(one, Literal) else None for one in (on, note, since)]
        progress, fixed = found.get(activity, (None, None))
        # The record of the latest decision is the last one.
        if isinstance(value, Iri):
            progress = Progress(value, told[2], by, told[0], told[1])
        else:
            fixed = Fixed(date.fromisoformat(str(value)[:10]), by, told[0], told[1])
        found[activity] = progress, fixed
    return found


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
    )


def _fix(entry: Entry, fixed: Fixed | None) -> None:
    if fixed is not None:
        entry.fixed = fixed
        entry.earliest = entry.latest = fixed.day
        entry.open = False


def _day(row: Row, name: str) -> date | None:
    value = row.get(name)
    return date.fromisoformat(str(value)) if value is not None else None


def calendar_entries(visit: Visit, entries: Sequence[Entry]) -> list[CalendarEntry]:
    """Return entries as a calendar file has them, with labels in the reader's language."""
    wanted = {iri.value for entry in entries for iri in entry.mandates}
    for entry in entries:
        wanted |= {str(row[key]) for row in entry.people for key in ("actor", "role", "certainty") if key in row}
    for decided in (one for entry in entries for one in (entry.fixed, entry.progress) if one is not None):
        wanted |= {decided.who.value} if decided.who else set()
    wanted |= {entry.progress.stage.value for entry in entries if entry.progress}
    names = visit.service.labels(wanted, visit.language)
    made = []
    for entry in entries:
        notes = []
        progress = entry.progress if entry.progress and entry.progress.is_shown else None
        if progress is not None:
            notes.append(_come_to(visit, progress, names))
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
                cancelled=progress is not None and progress.stage == _CANCELLED,
                postponed=progress is not None and progress.stage == _POSTPONED,
                mark=names[progress.stage.value].text if progress and progress.stage != _HELD else "",
            )
        )
    return made


def _fixed_by(visit: Visit, fixed: Fixed, names: Mapping[str, Label]) -> str:
    if fixed.who is None or fixed.on is None:
        return visit.phrases("calendar.fixed")
    on = write_date(str(fixed.on)[:10], visit.language)
    return visit.phrases("calendar.fixed-by", who=names[fixed.who.value].text, on=on)


def _come_to(visit: Visit, progress: Progress, names: Mapping[str, Label]) -> str:
    stage = names[progress.stage.value].text
    if progress.who is None or progress.on is None:
        return visit.phrases("calendar.progress", stage=stage)
    on = write_date(str(progress.on)[:10], visit.language)
    return visit.phrases("calendar.progress-by", stage=stage, who=names[progress.who.value].text, on=on)
