"""A body, a State, a collective: what is asked of it and how surely, where it is named, what it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mandategraph.core.namespaces import DCTERMS, MG, ORG, SKOS
from mandategraph.core.ports import Row
from mandategraph.core.terms import Iri, Term
from mandategraph.web.pages.thing import Thing
from mandategraph.web.visit import Visit

_FACTS = (
    ORG + "classification", MG + "bodyOf", ORG + "linkedTo", MG + "memberKind", MG + "asWritten",
    MG + "officialLanguage", ORG + "heldBy", SKOS + "scopeNote",
)  # fmt: skip
_MATCHES = (SKOS + "exactMatch", SKOS + "closeMatch", SKOS + "notation", DCTERMS + "identifier")


@dataclass(frozen=True)
class Asked:
    """One list of tasks: by name, as a member of a collective, or unclear; the tasks of each kind apart."""

    key: str
    title: str
    kinds: Mapping[Term, Sequence[Row]]

    @property
    def count(self) -> int:
        """Return how many tasks are in it."""
        return sum(len(rows) for rows in self.kinds.values())


def show(visit: Visit, thing: Thing) -> dict[str, Any]:
    """Return what the page of an actor shows."""
    service = visit.service
    is_state = Iri("https://w3id.org/mandategraph/kos/body-state") in thing.values(ORG + "classification")
    question, parameter = ("asked-of-state", "state") if is_state else ("asked-of-body", "body")
    asked = service.question(question, {parameter: [thing.iri]}, visit.language)
    blocks = []
    for block in asked.blocks:
        kinds: dict[Term, list[Row]] = {}
        for row in block.rows:
            kinds.setdefault(row["kind"], []).append(row)
        blocks.append(Asked(block.key, block.title, kinds))
    return {
        "thing": thing,
        "is_collective": thing.is_a("CollectiveActor"),
        "asked": blocks,
        "question": visit.links.page(f"/questions/{question}", **{parameter: thing.iri.value}),
        "people": service.rows("participations", {"of": [thing.iri]}),
        "mentioned": list(thing.into.get(MG + "mentions", ())),
        "issued": len(thing.into.get(MG + "issuer", ())),
        "names": service.rows("names-of", {"thing": [thing.iri]}),
        "memberships": service.rows("memberships", {"actor": [thing.iri]}),
        "parts": list(thing.into.get(MG + "bodyOf", ())),
        "facts": thing.pairs(_FACTS),
        "matches": thing.pairs(_MATCHES),
    }
