"""The terms, the code lists and the checks, defined: as pages to read and as RDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from mandategraph.core.namespaces import MG, OWL, RDF, SH
from mandategraph.core.ports import Row
from mandategraph.core.terms import Iri, Term
from mandategraph.web import negotiation as n
from mandategraph.web.discovery import RDF_OFFERS, written
from mandategraph.web.negotiation import Offer
from mandategraph.web.pages.thing import Thing
from mandategraph.web.rendering import render
from mandategraph.web.visit import Reader, Visit

OFFERS = (Offer(n.HTML, ("html",)), *RDF_OFFERS)

router = APIRouter(tags=["Vocabulary"], default_response_class=Response)


@dataclass
class Module:
    """One theme of the ontology: its classes, then its properties."""

    iri: Iri
    classes: list[Thing] = field(default_factory=list)
    properties: list[Thing] = field(default_factory=list)


@router.get("/ns", summary="The ontology")
@router.get("/ns.{suffix}", summary="The ontology in a form", include_in_schema=False)
def ontology(visit: Reader, suffix: str = "") -> Response:
    """Define every term, as a page or as RDF."""
    offer = _offer(visit, suffix)
    if offer.media_type != n.HTML:
        return visit.answer(offer, lambda: written(visit.service.triples("vocabulary", {}), offer))
    forms = visit.forms(RDF_OFFERS, "/ns")
    return visit.answer(offer, lambda: render(visit, "vocabulary.html", {"modules": _modules(visit)}, forms))


@router.get("/kos", summary="The code lists")
@router.get("/kos.{suffix}", include_in_schema=False)
def code_lists(visit: Reader, suffix: str = "") -> Response:
    """List every code list with its values."""
    offer = _offer(visit, suffix)
    if offer.media_type != n.HTML:
        return visit.answer(offer, lambda: written(visit.service.triples("code-lists", {}), offer))
    schemes: dict[Term, list[Row]] = {}
    for row in visit.service.rows("schemes"):
        schemes.setdefault(row["scheme"], []).append(row)
    forms = visit.forms(RDF_OFFERS, "/kos")
    return visit.answer(offer, lambda: render(visit, "schemes.html", {"schemes": schemes}, forms))


@router.get("/shapes", summary="The checks, as SHACL")
@router.get("/shapes.{suffix}", include_in_schema=False)
def shapes(visit: Reader, suffix: str = "") -> Response:
    """Give every check as SHACL that any validator can run."""
    offer = _offer(visit, suffix)
    if offer.media_type != n.HTML:
        return visit.answer(offer, lambda: written(visit.service.shape_triples(), offer))
    forms = visit.forms(RDF_OFFERS, "/shapes")
    return visit.answer(offer, lambda: render(visit, "shapes.html", {"shapes": _shapes(visit)}, forms))


def _offer(visit: Visit, suffix: str) -> Offer:
    named = n.by_name(suffix, OFFERS) if suffix else None
    if suffix and named is None:
        from mandategraph.web.problems import not_acceptable

        raise not_acceptable(OFFERS, f"“{suffix}”")
    return visit.choose(OFFERS, named)


def _modules(visit: Visit) -> list[Module]:
    together: dict[Iri, dict[Iri, dict[str, list[Term]]]] = {}
    for row in visit.service.rows("terms"):
        module, term = row["module"], row["term"]
        if isinstance(module, Iri) and isinstance(term, Iri) and term.value.startswith(MG):
            values = together.setdefault(module, {}).setdefault(term, {})
            values.setdefault(str(row["property"]), []).append(row["value"])
    return [_module(iri, terms) for iri, terms in together.items()]


def _module(iri: Iri, terms: Mapping[Iri, Mapping[str, Sequence[Term]]]) -> Module:
    module = Module(iri)
    for term, values in terms.items():
        thing = Thing(term, values, {})
        is_class = Iri(OWL + "Class") in thing.values(RDF + "type")
        (module.classes if is_class else module.properties).append(thing)
    return module


def _shapes(visit: Visit) -> list[dict[str, Any]]:
    """Return the checks by code, each with its sentence in the reader's language."""
    sentences: dict[str, list[Term]] = {}
    for quad in visit.service.shape_triples():
        if quad.predicate.value == SH + "message" and isinstance(quad.subject, Iri):
            sentences.setdefault(quad.subject.value, []).append(quad.object)
    listed = []
    for iri in sorted(sentences):
        thing = Thing(Iri(iri), {SH + "message": sentences[iri]}, {})
        code = iri.rpartition("#")[2]
        listed.append({"code": code, "sentence": thing.text(visit.language, SH + "message")})
    return listed
