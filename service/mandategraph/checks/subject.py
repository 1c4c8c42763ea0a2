"""What a run of the checks is about: which plan, whose, and as of which day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mandategraph.checks.results import Run
from mandategraph.core.errors import UnknownName
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, Literal, Term, values_block


@dataclass(frozen=True, slots=True)
class Subject:
    """The plan that is checked, the body that made it, the day it speaks of and why that day."""

    plan: Iri | None = None
    body: Iri | None = None
    on: date | None = None
    basis: Sequence[Literal] = ()

    def run(self, on: date | None, today: date | None) -> Run:
        """Return the run about it: of the day asked for, else the plan's own, else today."""
        return Run(on or self.on or today, self.plan)

    def names(self, on: date | None) -> dict[str, tuple[Term, ...]]:
        """What `{plan}`, `{body}` and `{date_today}` stand for."""
        told: dict[str, tuple[Term, ...]] = {}
        if self.plan is not None:
            told["plan"] = (self.plan,)
        if self.body is not None:
            told["body"] = (self.body,)
        if on is not None:
            told["date_today"] = (Literal(on.isoformat(), datatype="http://www.w3.org/2001/XMLSchema#date"),)
        return told


def subject_of(store: GraphStore, graphs: Graphs, plan: str | None) -> Subject:
    """Return the plan that is named, else the newest there is; UnknownName where the named one is not there."""
    block = values_block(["plan"], [(Iri(plan),)]) if plan else ""
    rows = store.select(
        f"""
SELECT ?plan ?on ?body ?basis WHERE {{
  {block}
  ?plan a <{MG}WorkPlan> .
  OPTIONAL {{ ?plan <{MG}referenceDate> ?on }}
  OPTIONAL {{ ?plan <{MG}preparedBy> ?body }}
  OPTIONAL {{ ?plan <{MG}referenceDateBasis> ?basis }}
}}""",
        graphs.public(),
    ).rows
    plans = sorted({(str(row.get("on", "")), str(row["plan"])) for row in rows})
    if not plans:
        if plan:
            raise UnknownName("plan", plan, _plans(store, graphs))
        return Subject()
    newest = plans[-1][1]
    mine = [row for row in rows if str(row["plan"]) == newest]
    bodies = sorted({str(row["body"]) for row in mine if "body" in row})
    return Subject(
        plan=Iri(newest),
        body=Iri(bodies[0]) if bodies else None,
        on=date.fromisoformat(plans[-1][0][:10]) if plans[-1][0] else None,
        basis=tuple(_literals(row.get("basis") for row in mine)),
    )


def _plans(store: GraphStore, graphs: Graphs) -> list[str]:
    return [
        str(row["plan"]) for row in store.select(f"SELECT ?plan {{ ?plan a <{MG}WorkPlan> }}", graphs.public()).rows
    ]


def _literals(terms: Iterable[Term | None]) -> Iterable[Literal]:
    return dict.fromkeys(term for term in terms if isinstance(term, Literal))
