"""The checks as pages and as reports of every form."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from mandategraph.core.errors import UnknownName, WrongValue
from mandategraph.core.findings import Owner, Report, Severity
from mandategraph.web import negotiation as n
from mandategraph.web.negotiation import Offer, split_suffix
from mandategraph.web.pages.attention import Anchored, with_anchors
from mandategraph.web.pages.findings_over_time import findings_over_time
from mandategraph.web.rendering import render
from mandategraph.web.visit import Reader, Visit

PROFILES = ("draft", "plan", "report")
OFFERS = (
    Offer(n.HTML, ("html",)),
    Offer(n.JSON, ("json",)),
    Offer(n.TURTLE, ("ttl", "turtle")),
    Offer(n.CSV, ("csv",)),
    Offer("application/sarif+json", ("sarif",)),
    Offer("application/junit+xml", ("junit",)),
    Offer("text/plain", ("txt", "table")),
)
# What checks.formats calls each form.
_FORMATS = {
    n.JSON: "json",
    n.TURTLE: "turtle",
    n.CSV: "csv",
    "application/sarif+json": "sarif",
    "application/junit+xml": "junit",
    "text/plain": "table",
}
_SEVERITIES = tuple(severity.word for severity in sorted(Severity, reverse=True))

router = APIRouter(tags=["Checks"], default_response_class=Response)


@router.get("/checks", summary="The checks and what each profile finds")
def checks(visit: Reader) -> Response:
    """Count the findings of each profile."""
    offer = visit.choose(OFFERS[:1])
    return visit.answer(offer, lambda: render(visit, "checks.html", _counted(visit)))


@router.get("/checks/{profile}", summary="What one profile finds")
def check(
    visit: Reader,
    profile: str,
    on: Annotated[date | None, Query(description="The day to check as of; default: the plan's own date.")] = None,
    since: Annotated[
        str | None, Query(description="On the page: the day since which it tells what is new; default: the last kept.")
    ] = None,
) -> Response:
    """Report what a check of the plan finds, in the form asked for."""
    stem, suffix = split_suffix(profile, OFFERS)
    if stem not in PROFILES:
        raise UnknownName("profile", stem, PROFILES, f"The profiles are {', '.join(PROFILES)}.")
    offer = visit.choose(OFFERS, suffix)
    day = _day(since)
    return visit.answer(offer, lambda: _written(visit, stem, on, day, offer))


def _counted(visit: Visit) -> dict[str, Any]:
    reports = {profile: visit.service.report(profile, visit.language) for profile in PROFILES}
    return {"profiles": {name: _counts(report) for name, report in reports.items()}, "severities": _SEVERITIES}


def _counts(report: Report) -> dict[str, int]:
    return {word: report.count(Severity.read(word)) for word in _SEVERITIES}


def _day(text: str | None) -> date | None:
    # A form that was left empty sends an empty value.
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise WrongValue("since", text or "", "a day", "2026-11-01") from problem


def _written(visit: Visit, profile: str, on: date | None, since: date | None, offer: Offer) -> bytes:
    report = visit.service.report(profile, visit.language, on)
    if offer.media_type != n.HTML:
        from mandategraph.checks import formats

        return formats.write(report, _FORMATS[offer.media_type]).encode()
    by_owner: dict[str, list[Anchored]] = {}
    shown = with_anchors(report.headings)
    for owner in Owner:
        mine = [heading for heading in shown if heading.owner is owner]
        if mine:
            by_owner[owner.value] = mine
    over_time = None if on else findings_over_time(visit.service, report, since)
    context = {"report": report, "by_owner": by_owner, "counts": _counts(report), "over_time": over_time}
    return render(visit, "check.html", context, visit.forms(OFFERS, f"/checks/{profile}"))
