"""A theme: what it is called, what it matches elsewhere, what concerns it."""

from __future__ import annotations

from typing import Any

from mandategraph.core.namespaces import SKOS
from mandategraph.core.ports import Row
from mandategraph.core.terms import Term
from mandategraph.web.pages.thing import Thing
from mandategraph.web.visit import Visit

_RELATIONS = tuple(SKOS + name for name in ("broader", "narrower", "related", "scopeNote", "definition", "altLabel"))
_MATCHES = tuple(SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))


def show(visit: Visit, thing: Thing) -> dict[str, Any]:
    """Return what the page of a theme shows."""
    by_class: dict[Term, list[Row]] = {}
    for row in visit.service.rows("themed", {"theme": [thing.iri]}):
        by_class.setdefault(row["class"], []).append(row)
    return {
        "thing": thing,
        "facts": thing.pairs(_RELATIONS),
        "narrower": list(thing.into.get(SKOS + "broader", ())),
        "matches": thing.pairs(_MATCHES),
        "names": thing.values(SKOS + "prefLabel"),
        "themed": by_class,
    }
