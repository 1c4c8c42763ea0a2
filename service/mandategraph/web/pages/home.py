"""The first page: what the plan is, what needs attention, what is covered, what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mandategraph.core.findings import Owner
from mandategraph.core.namespaces import MG
from mandategraph.core.terms import Iri, Literal, Term
from mandategraph.web.pages.attention import with_anchors
from mandategraph.web.pages.calendar import entries_of, next_entries
from mandategraph.web.service import Service
from mandategraph.web.visit import Visit

MOST_HEADINGS = 8
# Questions a secretary, a delegate and a partner ask first.
FIRST_QUESTIONS = (
    "activities-for-paragraph", "paragraphs-without-activity", "asked-of-body", "asked-of-state", "reports-due",
    "decisions-pending", "carry-forward", "due-between",
)  # fmt: skip


@dataclass
class Plan:
    """The plan a service is about; `iri` is None where none is entered."""

    iri: Iri | None
    bodies: list[Iri] = field(default_factory=list)
    documents: list[Iri] = field(default_factory=list)
    titles: dict[Iri, Literal] = field(default_factory=dict)
    reference_date: Literal | None = None
    basis: Literal | None = None


@dataclass(frozen=True)
class Covered:
    """One kind of task: paragraphs that call for action, those without an activity, and whose they are."""

    kind: Iri
    total: int
    without: int
    own: int
    others: int
    nobody: int


def read_plan(service: Service) -> Plan:
    """Return the plan with its bodies, its date and the documents it lists."""
    plan = Plan(service.plan)
    if plan.iri is None:
        return plan
    for row in service.rows("plan"):
        value, name = row["value"], str(row["property"]).removeprefix(MG)
        title = row.get("title")
        if name in ("preparedBy", "adoptedBy") and isinstance(value, Iri) and value not in plan.bodies:
            plan.bodies.append(value)
        elif name == "listsMandate" and isinstance(value, Iri) and value not in plan.documents:
            plan.documents.append(value)
            if isinstance(title, Literal):
                plan.titles[value] = title
        elif name == "referenceDate" and isinstance(value, Literal):
            plan.reference_date = value
        elif name == "referenceDateBasis" and isinstance(value, Literal):
            plan.basis = value
    return plan


def coverage(service: Service) -> list[Covered]:
    """
    Return, for each kind of task, how many paragraphs call for action and how many of those have no activity.

    A paragraph of which one task has an activity and its sibling none counts among those without.
    """
    calling: dict[str, set[Term]] = {}
    without: dict[str, dict[str, set[Term]]] = {}
    for row in service.rows("coverage"):
        kind = str(row["kind"])
        calling.setdefault(kind, set()).add(row["paragraph"])
        if "covered" not in row:
            without.setdefault(kind, {}).setdefault(str(row["owner"]), set()).add(row["paragraph"])
    covered = []
    for kind in (MG + "Mandate", MG + "Duty", MG + "SuggestedActivity"):
        owners = without.get(kind, {})
        counts = {owner.value: len(owners.get(owner.value, ())) for owner in Owner}
        every: set[Term] = set().union(*owners.values())
        covered.append(Covered(Iri(kind), len(calling.get(kind, ())), len(every), **counts))
    return covered


def show(visit: Visit) -> dict[str, Any]:
    """Return what the first page shows."""
    service = visit.service
    plan = read_plan(service)
    entries = entries_of(service)
    report = service.report("plan", visit.language)
    covered = coverage(service)
    after = date.fromisoformat(plan.reference_date.value) if plan.reference_date else date.min
    first = [name for name in FIRST_QUESTIONS if name in service.question_names()]
    return {
        "plan": plan,
        "entries": entries,
        "next": next_entries(entries, after),
        "coverage": {"rows": covered, "mandates": covered[0]},
        "headings": with_anchors(report.headings)[:MOST_HEADINGS],
        "findings": len(report.findings),
        "looked_at": len(report.looked_at),
        "questions": [service.named(name) for name in first],
        "entered": [] if plan.iri else service.rows("entered"),
    }
