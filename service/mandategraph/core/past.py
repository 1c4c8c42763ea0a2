"""Decisions as they stood on a past day: what to add to a store and to take from it, the facts left as they are."""

from __future__ import annotations

from datetime import date

from mandategraph.core.claims import Claim, Claims
from mandategraph.core.dates import write_date
from mandategraph.core.graphs import Graphs
from mandategraph.core.terms import Iri, Quad

_NOTE = {
    "en": "Decisions as they stood on {day}; everything else is as it is now.",
    "es": "Decisiones tal como estaban el {day}; todo lo demás es como está ahora.",
    "fr": "Décisions telles qu’elles étaient le {day} ; tout le reste est dans son état actuel.",
    "pt": "Decisões tal como estavam em {day}; tudo o mais é como está agora.",
}


def undone(claims: Claims, graphs: Graphs, day: date) -> tuple[list[Quad], list[Quad]]:
    """
    Return what to add and to take away so that a store holds the decisions of a day, that day included.

    Later decisions go, and what they displaced is back. What persons decided before and what a change of the texts has
    set aside since stays aside: the facts are those of now.
    """
    added: list[Quad] = []
    removed: list[Quad] = []
    for claim in claims.all:
        if claim.is_decided and claim.day > day.isoformat():
            removed += claim.quads()
        elif claim.graph == graphs.review and claim.is_decided and _held(claims, graphs, claim, day):
            removed += claim.quads()
            added += [Quad(one.subject, one.predicate, one.object, Iri(graphs.facts)) for one in claim.quads()]
    return added, removed


def note_of(day: date, language: str) -> str:
    """Return the sentence that says on which day's decisions an answer rests."""
    return _NOTE[language].format(day=write_date(day.isoformat(), language))


def _held(claims: Claims, graphs: Graphs, claim: Claim, day: date) -> bool:
    """Whether a decision that lies under review now lay among the facts on a day: only later ones have displaced it."""
    later = claims.derived_from(claim.iri)
    if not later or any(one.day <= day.isoformat() for one in later):
        return False
    if claim.status == "confirmed":
        return True
    # Only the rejection of what a text states lies among the facts.
    origins = [claims.get(iri) for iri in claim.origins]
    return any(one is not None and not one.is_decided and one.graph == graphs.facts for one in origins)
