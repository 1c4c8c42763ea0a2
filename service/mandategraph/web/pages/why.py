"""Why a conclusion holds: the chain of rules down to what is stated, its words and who decided it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mandategraph.core.namespaces import MG
from mandategraph.core.terms import Iri, Literal, Term, values_block
from mandategraph.web.problems import not_found
from mandategraph.web.service import Service

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mandategraph.library import Library
    from mandategraph.reason.rules import Rule

Concluded = list[tuple[Iri, Term]]
# So many reasons of the conclusion are told; of what they rest on, one.
_MOST_WAYS = 3


def concluded(service: Service, thing: Iri) -> Concluded:
    """Return the properties and values of a thing that nobody states: they follow by rule."""
    graphs, said = service.graphs, f"{thing.sparql()} ?property ?value"
    rows = service.store.select(
        f"SELECT ?property ?value WHERE {{ GRAPH <{graphs.inferred}> {{ {said} }} "
        f"FILTER NOT EXISTS {{ GRAPH <{graphs.facts}> {{ {said} }} }} }} ORDER BY ?property ?value",
        service.public,
    ).rows
    return [(row["property"], row["value"]) for row in rows if isinstance(row["property"], Iri)]


def show(service: Service, thing: Iri, name: Iri, written: str) -> dict[str, Any]:
    """
    Return what the page of a reason shows; `written` is the value as SPARQL writes it.

    A Problem 404 where that does not follow of the thing.
    """
    from mandategraph.reason.explanation import Triple, explain

    value = next(
        (
            one
            for known, one in concluded(service, thing)
            if known == name and isinstance(one, Iri | Literal) and one.sparql() == written
        ),
        None,
    )
    if value is None:
        raise not_found("Nothing of the kind follows by rule; it may be stated, or not hold any more.")
    explained = explain(service.store, _rules(service.library), service.graphs, Triple(thing, name, value), _MOST_WAYS)
    grounds = list(explained.grounds())
    ends = {term for triple in grounds for term in (triple.subject, triple.object) if isinstance(term, Iri)}
    return {
        "explained": explained,
        "words": _words(service, ends),
        "decided": _decided(service, sorted({triple.subject for triple in grounds})),
    }


def _words(service: Service, things: Collection[Iri]) -> dict[Term, Any]:
    from mandategraph.checks.places import places

    found = places(service.store, service.public, [thing.value for thing in things])
    return {Iri(thing): place for thing, place in found.items()}


def _decided(service: Service, things: Sequence[Iri]) -> dict[Term, tuple[Term, Term | None]]:
    if not things:
        return {}
    rows = service.store.select(
        f"SELECT ?thing ?who ?day WHERE {{ {values_block(['thing'], [(one,) for one in things])} "
        f"?thing <{MG}decidedBy> ?who OPTIONAL {{ ?thing <{MG}decidedOn> ?day }} }} ORDER BY ?thing ?day",
        service.public,
    ).rows
    return {row["thing"]: (row["who"], row.get("day")) for row in rows}


@lru_cache(maxsize=2)
def _rules(library: Library) -> list[Rule]:
    from mandategraph.reason.rules import read_rules

    return list(read_rules(library.rules(), library.ontology()))
