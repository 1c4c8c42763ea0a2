"""Defects of the calendar that is checked: each in an entry of its own, on days that no other entry has."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from generate_calendars import TODAY
from generate_writing import REVIEW, day, node, shared, text

if TYPE_CHECKING:
    from generate import Setting


def month(year: int, number: int) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def plant_calendar(setting: Setting) -> None:
    """Plant one defect of each check of a calendar."""
    _days(setting)
    _bases(setting)
    _persons(setting)
    _neighbours(setting)
    _follow_up(setting)


def later(setting: Setting) -> date:
    """Return a day well after the day of the check that no entry has."""
    return next(one for one in setting.days if one > date(2028, 1, 31))


def _days(setting: Setting) -> None:
    parts, plant, plan = setting.parts, setting.plant, setting.plan
    plant("ActivityWithoutDay", parts.entry(plan, *month(2027, 12)))
    plant("ActivityWithoutDaySoon", parts.entry(plan, *month(2027, 7)))
    begun = parts.entry(plan, *month(2027, 5), announced=True, without=["record"])
    postponed = shared(f"gen/status-record/{parts.key()}")
    parts.writer.add(
        postponed,
        ("a", node("mg:StatusRecord")),
        ("mg:about", begun),
        ("mg:progress", node("k:progress-postponed")),
        ("mg:onDate", day("2027-05-20")),
        ("mg:assertionStatus", node("k:status-stated")),
    )
    plant("DateStillToBeDetermined", begun)
    plant("ActivityWithoutResponsible", parts.entry(plan, later(setting), without=["responsible"]))
    plant("ActivityWithoutMandate", parts.entry(plan, later(setting), without=["basis"]))
    plant("PastActivityWithoutRecord", parts.entry(plan, date(2027, 3, 2), without=["record"]))
    past = parts.entry(plan, date(2027, 3, 9), without=["record"])
    plant("HeldActivityWithoutOutcome", parts.held(past, date(2027, 3, 9), produced=False))
    plant("ActivityOutsidePeriod", parts.entry(plan, date(2031, 2, 3)))
    session = parts.writer.add(shared("gen/session/2031"), ("a", node("mg:Session")), ("mg:number", text("61")))
    parts.entry(plan, later(setting), more=[("mg:prepares", session)])
    plant("PreparedSessionNotInCalendar", session)


def _bases(setting: Setting) -> None:
    from generate_defects import listed, mandate, paragraph_of, unlisted

    parts, plant, plan, own = setting.parts, setting.plant, setting.plan, setting.own

    def resting_on(basis: str, when: date | None = None) -> str:
        entry = parts.entry(plan, when or later(setting), without=["basis"])
        return parts.link("cites", entry, basis, span=plan.source.span("as its basis"))

    other = unlisted(setting, "basis-not-listed", 0)
    task = mandate(setting, other, [own])
    parts.answer(plan, task)
    plant("BasisNotListed", resting_on(paragraph_of(task)))
    rules = unlisted(setting, "rules", 0, kind="rules")
    article = parts.provision(rules.iri, f"{rules.path}/art/1", "article", "1", rules.source, "Article one")
    plant("RulesNotListed", resting_on(article))
    plant("CitationOfTextNotEntered", resting_on(listed(setting, "no-paragraph", 0).iri))
    whole = listed(setting, "whole", 0)
    parts.answer(plan, mandate(setting, whole, [own]))
    plant("CitationOfWholeText", resting_on(whole.iri))
    ended = listed(setting, "ended", 0)
    statement = mandate(setting, ended, [own], verb="recognise", status="elapsed")
    plant("BasisEnded", resting_on(paragraph_of(statement)))
    young = listed(setting, "young", 0, "2028-11-01")
    task = mandate(setting, young, [own])
    parts.answer(plan, task)
    entry = parts.entry(plan, date(2027, 11, 3), without=["basis"])
    parts.link("cites", entry, paragraph_of(task), span=plan.source.span("as its basis"))
    plant("ActivityBeforeMandate", entry)
    subject = parts.writer.add(shared("gen/theme/closer"), ("a", node("skos:Concept")))
    near = listed(setting, "closer", 0)
    task = mandate(setting, near, [own])
    parts.answer(plan, task)
    parts.writer.add(paragraph_of(task), ("mg:theme", subject))
    entry = parts.entry(plan, later(setting), more=[("mg:theme", subject)])
    parts.link("contributes", entry, paragraph_of(task), "proposed", graph=REVIEW)
    plant("CloserBasis", entry)


def _persons(setting: Setting) -> None:
    parts, plant, plan, one = setting.parts, setting.plant, setting.plan, setting.agencies[0]
    entry = parts.entry(plan, later(setting))
    plant("ParticipantUnclear", parts.participation(entry, plan.source, "participant", written="the experts"))
    entry = parts.entry(plan, later(setting))
    parts.participation(entry, plan.source, "guest", one, certainty="possible")
    plant("GuestsOpen", entry)
    entry = parts.entry(plan, TODAY + timedelta(days=20))
    parts.participation(entry, plan.source, "guest", one, certainty="to-be-considered")
    plant("GuestsOpenSoon", entry)
    entry = parts.entry(plan, later(setting))
    person = [("mg:memberKind", node("k:body-person"))]
    plant(
        "PersonWithoutOffice",
        parts.participation(entry, plan.source, "guest", written="Luz Gil", certainty="planned", more=person),
    )


def _neighbours(setting: Setting) -> None:
    parts, plant, plan = setting.parts, setting.plant, setting.plan
    first = later(setting)
    after = parts.entry(plan, later(setting))
    plant("OrderBroken", parts.entry(plan, first, more=[("mg:notBefore", after)]))
    title = "Regional dialogue on the return and reintegration of migrants"
    plant("PossibleDuplicates", parts.entry(plan, later(setting), title=title))
    parts.entry(plan, later(setting), title=title)
    same = later(setting)
    plant("OrderUnclear", parts.entry(plan, same))
    parts.entry(plan, same)


def _follow_up(setting: Setting) -> None:
    parts, plant, plan = setting.parts, setting.plant, setting.plan
    one, *_, four, five = setting.agencies
    meeting = parts.entry(plan, later(setting), form="progress-report")
    for actor in (one, five):
        parts.participation(meeting, plan.source, "participant", actor)
    plant("ParticipantWithoutTask", five)
    for actor in (one, four):
        task = parts.task(
            parts.section(plan), "request", [actor], setting.own, f"hold a seminar {parts.key()}", plan.source,
            kind="SuggestedActivity",
        )  # fmt: skip
        parts.answer(plan, task)
    plant("ActorNotAtFollowUp", four)
