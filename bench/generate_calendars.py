"""Plans and their calendars: sections, dates, entries, what was held. Whole and clean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from generate_parts import Parts
from generate_texts import ACTS, theme
from generate_writing import TRUE, Source, day, local, node, number, shared, text

TODAY = date(2027, 6, 1)
"""The day for which the plan is checked."""
FIRST, LAST = date(2026, 1, 1), date(2029, 12, 31)


@dataclass(slots=True)
class Plan:
    """A plan of a committee, with the days of its calendar that are still free."""

    iri: str
    path: str
    body: str
    source: Source
    anchor: str = ""
    entries: list[str] = field(default_factory=list)
    order: int = 0
    sections: int = 0


class Calendars(Parts):
    """Writes plans and entries besides."""

    def plan(self, path: str, body: str, period: tuple[date, date] = (FIRST, LAST)) -> Plan:
        """Write a plan without entries."""
        iri = shared(path)
        source = Source(self.writer, iri, path)
        plan = Plan(iri, path, body, source)
        self.writer.add(
            iri,
            ("a", node("mg:WorkPlan")),
            ("mg:documentType", node("k:type-plan")),
            ("dcterms:identifier", text(path)),
            ("mg:entered", node("k:entered-full")),
            ("dcterms:title", text(f"Work plan {path}", "en")),
            ("mg:preparedBy", body),
            ("mg:referenceDate", day(TODAY.isoformat())),
            ("mg:plannedPeriod", self.date(source, period[0], period[1])),
        )
        return plan

    def section(self, plan: Plan, more: Sequence[tuple[str, str]] = ()) -> str:
        """Write a section of a plan."""
        plan.sections += 1
        path = f"{plan.path}/sec/{plan.sections}"
        name = str(plan.sections)
        section = self.provision(
            plan.iri, path, "section", name, plan.source, f"Section {name} of the plan", "en", "provisional"
        )
        return self.writer.add(section, *more) if more else section

    def date(self, source: Source, first: date, last: date, more: Sequence[tuple[str, str]] = ()) -> str:
        """Write a date: a day, a month or a span of time."""
        if first == last:
            words, edtf, precision = f"{first.day} {first:%B} {first.year}", first.isoformat(), "day"
        elif first.month == last.month and first.year == last.year:
            words, edtf, precision = f"{first:%B} {first.year}", f"{first:%Y-%m}", "month"
        else:
            words, edtf, precision = f"{first.year} to {last.year}", f"{first.isoformat()}/{last.isoformat()}", "period"
        return self.writer.add(
            shared(f"date/{source.key}/{self.key()}"),
            ("a", node("mg:DateExpression")),
            ("mg:asWritten", text(words, "en")),
            ("mg:edtf", f'"{edtf}"^^<http://id.loc.gov/datatypes/edtf/EDTF>'),
            ("mg:earliest", day(first.isoformat())),
            ("mg:latest", day(last.isoformat())),
            ("mg:precision", node(f"k:precision-{precision}")),
            ("mg:textSpan", source.span(words)),
            *more,
        )

    def entry(
        self,
        plan: Plan,
        first: date | None,
        last: date | None = None,
        title: str = "",
        without: Iterable[str] = (),
        more: Sequence[tuple[str, str]] = (),
        announced: bool = False,
        form: str = "meeting",
    ) -> str:
        """Write an entry of a calendar, clean but for what it is to be without; a past one was held with a result."""
        omit = set(without)
        plan.order += 1
        n = self.key()
        entry = local(f"{plan.path}/activity/{n}")
        # Distinct from its first words on: two entries that begin alike may be taken for one.
        words = title or f"Meeting {n} to {ACTS['en'][n % 5]} {theme(n // 5, 'en')}"
        said = [
            ("dcterms:title", text(words, "en")),
            ("mg:scheduledIn", plan.iri),
            ("mg:order", number(plan.order)),
            ("mg:form", node(f"k:form-{form}")),
            ("mg:expectedResult", text("A summary of what was said", "en")),
            ("mg:textSpan", plan.source.span(words)),
        ]
        if first is not None:
            flag = [("mg:dayAnnounced", TRUE)] if announced else []
            said.append(("mg:plannedTime", self.date(plan.source, first, last or first, flag)))
        self.writer.add(
            entry, ("a", node("mg:ScheduledActivity")), *(pair for pair in said if pair[0] not in omit), *more
        )
        if "responsible" not in omit:
            self.participation(entry, plan.source, "responsible", plan.body)
        if "basis" not in omit:
            self.link("cites", entry, plan.anchor, span=plan.source.span("the mandate of the committee"))
        if first is not None and (last or first) < TODAY and "record" not in omit:
            self.held(entry, last or first, produced="outcome" not in omit)
        return entry

    def held(self, entry: str, on: date, produced: bool = True) -> str:
        """Write that an entry was held, with what came of it."""
        held = local(f"{self.org}/held/{self.key()}")
        self.writer.add(
            held, ("a", node("mg:HeldActivity")), ("mg:executes", entry), ("mg:heldOn", day(on.isoformat()))
        )
        if produced:
            outcome = local(f"{self.org}/outcome/{self._counter}")
            self.writer.add(outcome, ("a", node("mg:Outcome")), ("dcterms:title", text("Summary of the chair", "en")))
            self.writer.add(held, ("mg:produced", outcome))
        return held

    def answer(self, plan: Plan, *things: str) -> None:
        """Write that entries of a plan contribute to things, as a person has confirmed."""
        for thing in things:
            entry = plan.entries[self.random.randrange(len(plan.entries))]
            self.link("contributes", entry, thing, "confirmed")


def days_after(first: date, step: int) -> Iterable[date]:
    """Yield days at equal distances, from a first one on."""
    while True:
        yield first
        first += timedelta(days=step)
