"""Anything at all: what is stated about it and what points at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mandategraph.core.namespaces import DCTERMS, MG, OA, RDF, SKOS
from mandategraph.core.terms import Iri, Literal, Term
from mandategraph.web.service import Service
from mandategraph.web.visit import Visit

Pairs = list[tuple[Iri, list[Term]]]
# Where a thing was read and how it is kept concerns programs; the page shows the words themselves.
_HOUSEKEEPING = frozenset(
    {MG + "readFrom", MG + "order", MG + "textSpan", MG + "numberSpan", RDF + "type", MG + "within"}
)


@dataclass(frozen=True)
class Thing:
    """A node: its properties, and the nodes that point at it by property."""

    iri: Iri
    out: Mapping[str, Sequence[Term]]
    into: Mapping[str, Sequence[Term]]

    @property
    def exists(self) -> bool:
        """Whether anything at all is stated about it."""
        return bool(self.out) or bool(self.into)

    def values(self, *properties: str) -> list[Term]:
        """Return the values of some properties, in their order."""
        return [value for name in properties for value in self.out.get(name, ())]

    def iris(self, *properties: str) -> list[Iri]:
        """Return those values that are IRIs."""
        return [value for value in self.values(*properties) if isinstance(value, Iri)]

    def one(self, *properties: str) -> Term | None:
        """Return the first value of the first of these properties that has one."""
        return next(iter(self.values(*properties)), None)

    def text(self, language: str, *properties: str) -> Literal | None:
        """Return a text in the language asked for, else in English, else without language, else any."""
        texts = [value for value in self.values(*properties) if isinstance(value, Literal)]
        order = {language: 0, "en": 1, "": 2}
        return min(texts, key=lambda one: order.get(one.language, 3), default=None)

    def is_a(self, *names: str) -> bool:
        """Whether it is of one of these classes of ours."""
        types = {str(value) for value in self.values(RDF + "type")}
        return any(MG + name in types for name in names)

    def pairs(self, properties: Iterable[str]) -> Pairs:
        """Return these properties with their values, leaving out those that have none."""
        return [(Iri(name), list(self.out[name])) for name in properties if self.out.get(name)]

    def others(self, *shown: str) -> Pairs:
        """Return every property that a page has not shown, by name, without those that only programs need."""
        return self.pairs(name for name in self.out if name not in shown and name not in _HOUSEKEEPING)


def read_thing(service: Service, iri: Iri) -> Thing:
    """Return a node with all that is public about it; of what points at it, at most 500 statements."""
    sides: dict[str, dict[str, list[Term]]] = {"out": {}, "in": {}}
    for row in service.rows("thing", {"thing": [iri]}):
        sides[str(row["direction"])].setdefault(str(row["property"]), []).append(row["value"])
    return Thing(iri, sides["out"], sides["in"])


def show(visit: Visit, thing: Thing) -> dict[str, Any]:
    """Return what the plain page of a thing shows."""
    titles = (SKOS + "prefLabel", DCTERMS + "title")
    words = visit.service.rows("words", {"thing": [thing.iri]})
    into = [(Iri(name), values) for name, values in thing.into.items() if name not in (MG + "within", MG + "readFrom")]
    return {
        "thing": thing,
        "types": thing.iris(RDF + "type"),
        "pairs": thing.others(*titles, SKOS + "definition", SKOS + "scopeNote", OA + "hasSelector"),
        "names": thing.pairs(titles),
        "definition": thing.text(visit.language, SKOS + "definition"),
        "notes": thing.values(SKOS + "scopeNote"),
        "words": words,
        "into": into,
    }
