"""What a question is put to where it names nothing itself: the newest work plan, or else every document entered."""

from __future__ import annotations

from dataclasses import dataclass

from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri

MOST_DOCUMENTS = 2000
"""How many documents stand in for a plan; with more, the ones that come first by their address."""
WITHOUT_PLAN = {
    "en": "No work plan is entered; this is asked of the documents that are ({n}).",
    "es": "No se ha introducido ningún plan de trabajo; la pregunta se refiere a los documentos introducidos ({n}).",
    "fr": "Aucun plan de travail n'est saisi ; la question porte sur les documents qui le sont ({n}).",
    "pt": "Nenhum plano de trabalho foi inserido; a pergunta refere-se aos documentos inseridos ({n}).",
}

_PLANS = f"SELECT ?plan ?day WHERE {{ ?plan a <{MG}WorkPlan> . OPTIONAL {{ ?plan <{MG}referenceDate> ?day }} }}"
_DOCUMENTS = (
    f"SELECT DISTINCT ?document WHERE {{ ?text <{MG}textOf> ?document }} ORDER BY ?document LIMIT {MOST_DOCUMENTS}"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """
    A plan with its reference date, "" for a date it does not state; without a plan, the documents entered.

    `things` is what a query's `?plan` stands for: a document is reached from itself as it is from a plan that lists it.
    """

    plan: str = ""
    as_of: str = ""
    documents: tuple[str, ...] = ()

    @property
    def things(self) -> tuple[Iri, ...]:
        """The plan, or the documents that stand in for it."""
        return tuple(Iri(iri) for iri in ([self.plan] if self.plan else self.documents))


def scope_of(store: GraphStore, dataset: Dataset, preferred: str = "") -> Scope:
    """Return the preferred plan if it is entered, else the one with the latest reference date, else the documents."""
    found = sorted((str(row.get("day", "")), str(row["plan"])) for row in store.select(_PLANS, dataset).rows)
    chosen = [one for one in found if one[1] == preferred] or found[-1:]
    if chosen:
        return Scope(plan=chosen[0][1], as_of=chosen[0][0])
    rows = store.select(_DOCUMENTS, dataset).rows
    return Scope(documents=tuple(str(row["document"]) for row in rows))


def reference_date(store: GraphStore, dataset: Dataset, plan: str) -> str:
    """Return the day a plan speaks of itself, "" where it states none."""
    rows = store.select(f"SELECT ?day WHERE {{ {Iri(plan).sparql()} <{MG}referenceDate> ?day }}", dataset).rows
    return min((str(row["day"]) for row in rows), default="")
