"""Any document: its paragraphs as a legal text, what it cites, what cites it, how much of it is entered."""

from __future__ import annotations

from typing import Any

from mandategraph.core.namespaces import DCTERMS, MG, RDF
from mandategraph.core.terms import Literal
from mandategraph.web.pages.attention import findings_about
from mandategraph.web.pages.outline import in_order_of_the_text, outline
from mandategraph.web.pages.thing import Thing
from mandategraph.web.visit import Visit

_FACTS = (
    MG + "documentType", MG + "adoptedBy", MG + "adoptedAt", MG + "preparedBy", DCTERMS + "issued",
    MG + "referenceDate", MG + "referenceDateBasis", MG + "plannedPeriod", MG + "entered", MG + "enteredPart",
    MG + "officialText", MG + "versionOf", MG + "previousVersion", MG + "theme", MG + "claimsMandatesOf",
    MG + "columnMissing", MG + "notStated",
)  # fmt: skip


def show(visit: Visit, thing: Thing) -> dict[str, Any]:
    """Return what the page of a document shows."""
    service = visit.service
    rows = service.rows("provisions", {"whole": [thing.iri]})
    parts = in_order_of_the_text(outline(rows, thing.iri))
    within = {thing.iri.value, *(str(row["provision"]) for row in rows)}
    title = thing.text(visit.language, DCTERMS + "title")
    symbol = thing.one(MG + "symbol")
    standings = {row["standing"] for row in service.rows("standings", {"document": [thing.iri]})}
    return {
        "thing": thing,
        "title": title,
        "symbol": symbol if isinstance(symbol, Literal) else None,
        "facts": thing.pairs(_FACTS),
        "is_plan": thing.is_a("WorkPlan"),
        "mandates": thing.iris(MG + "listsMandate"),
        "parts": parts,
        "standings": sorted(standings, key=str),
        "texts": list(thing.into.get(MG + "textOf", ())),
        "versions": list(thing.into.get(MG + "versionOf", ())),
        "citations": service.rows("citations", {"document": [thing.iri]}),
        "relations": service.rows("relations", {"thing": [thing.iri]}),
        "activities": service.rows("citing-activities", {"document": [thing.iri]}),
        "findings": findings_about(service, within, visit.language),
        "types": thing.iris(RDF + "type"),
    }
