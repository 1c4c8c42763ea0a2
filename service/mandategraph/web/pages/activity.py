"""An entry of a plan: its date as written, its agenda, the mandates it cites, who is named for it and how surely."""

from __future__ import annotations

from typing import Any

from mandategraph.core.namespaces import DCTERMS, MG
from mandategraph.core.terms import Iri
from mandategraph.web.pages.attention import findings_about
from mandategraph.web.pages.calendar import decided_of
from mandategraph.web.pages.thing import Thing
from mandategraph.web.visit import Visit

_FACTS = tuple(
    MG + name
    for name in (
        "scheduledIn", "form", "theme", "place", "expectedResult", "prepares", "notBefore", "introducedIn",
        "droppedIn", "mentions", "executes", "heldOn", "produced",
    )
)  # fmt: skip


def show(visit: Visit, thing: Thing) -> dict[str, Any]:
    """Return what the page of an activity shows."""
    service = visit.service
    plan = thing.iris(MG + "scheduledIn")
    named = {"activity": [thing.iri], **({"plan": plan} if plan else {})}
    agenda = service.rows("agenda", {"activity": [thing.iri]})
    links = service.rows("activity-links", {"activity": [thing.iri]}, proposals=True)
    people = service.rows("participations", named)
    own = {thing.iri.value, *(str(row["item"]) for row in agenda), *(str(row["participation"]) for row in people)}
    own |= {str(row["link"]) for row in links}
    progress, fixed = decided_of(service).get(thing.iri, (None, None))
    return {
        "thing": thing,
        "progress": progress,
        "fixed": fixed,
        "title": thing.text(visit.language, DCTERMS + "title"),
        "when": service.rows("dates", {"thing": [thing.iri]}),
        "words": service.rows("words", {"thing": [thing.iri]}),
        "agenda": agenda,
        "stated": [row for row in links if str(row["block"]) == "stated"],
        "proposed": [row for row in links if str(row["block"]) == "proposed"],
        "people": people,
        "has_responsible": any(str(row["role"]).endswith("role-responsible") for row in people),
        "facts": thing.pairs(_FACTS),
        "not_stated": thing.values(MG + "notStated"),
        "responsible": Iri("https://w3id.org/mandategraph/kos/role-responsible"),
        "findings": findings_about(service, own, visit.language),
    }
