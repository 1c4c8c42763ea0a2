"""Things and the pages about them: /id and /at send on with 303 to /doc, which answers as page or as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from mandategraph.core.errors import nearest
from mandategraph.core.namespaces import ID, KOS, MG, SHAPES
from mandategraph.core.terms import Iri
from mandategraph.core.withdrawn import withdrawn
from mandategraph.web import negotiation as n
from mandategraph.web.discovery import RDF_OFFERS, written
from mandategraph.web.negotiation import Offer, split_suffix
from mandategraph.web.pages import activity, actor, document, provision, source, theme, thing
from mandategraph.web.pages import why as reasons
from mandategraph.web.pages.thing import Thing, read_thing
from mandategraph.web.pages.why import concluded
from mandategraph.web.problems import Problem, gone, not_found
from mandategraph.web.rendering import render
from mandategraph.web.visit import Reader, Visit

OFFERS = (Offer(n.HTML, ("html",)), *RDF_OFFERS)
Show = Callable[[Visit, Thing], dict[str, Any]]
_PAGES: tuple[tuple[tuple[str, ...], str, Show], ...] = (
    (("Document", "WorkPlan", "Report"), "document.html", document.show),
    (("Provision",), "provision.html", provision.show),
    (("ScheduledActivity", "HeldActivity"), "activity.html", activity.show),
    (("Body", "CollectiveActor", "Post", "Person"), "actor.html", actor.show),
    (("SourceText",), "source.html", source.show),
)

router = APIRouter(tags=["Things"], default_response_class=Response)


@router.get("/id/{path:path}", summary="A shared thing: 303 to the page about it")
def shared(visit: Reader, path: str) -> Response:
    """Send a reader from a thing to the page about it; 410 where it was withdrawn, with what came in its place."""
    _still_there(visit, _iri(visit.links.iri_of(path)))
    return visit.see_other(visit.links.page(f"/doc/{path}"))


@router.get("/at/{path:path}", summary="A thing of this installation: 303 to the page about it")
def local(visit: Reader, path: str) -> Response:
    """Send a reader from a thing of this installation to the page about it; 410 where it was withdrawn."""
    _still_there(visit, _iri(visit.links.iri_of(f"at/{path}")))
    return visit.see_other(visit.links.page(f"/doc/at/{path}"))


@router.get("/doc", summary="About any IRI")
def by_iri(
    visit: Reader, iri: Annotated[str, Query(examples=["https://w3id.org/mandategraph/id/oas/org/cam"])]
) -> Response:
    """Tell what is known of an IRI; one of ours is sent on to its own page."""
    asked = _iri(iri)
    address = visit.links.to(asked.value)
    if address.startswith("/"):
        return visit.see_other(address)
    return _about(visit, asked, None)


@router.get("/doc/{path:path}", summary="About a thing, as page or as data")
def about(visit: Reader, path: str) -> Response:
    """Tell what is known of a thing, in the form asked for by suffix, `format=` or Accept."""
    stem, suffix = split_suffix(path, OFFERS)
    return _about(visit, _iri(visit.links.iri_of(stem)), suffix, f"/doc/{stem}")


@router.get("/why", summary="Why a conclusion holds")
def why(
    visit: Reader,
    subject: Annotated[str, Query(description="What it is concluded of, an IRI.")],
    name: Annotated[str, Query(alias="property", description="The property, an IRI.")],
    value: Annotated[str, Query(description="The value, as SPARQL writes it.")],
) -> Response:
    """Tell which rule gave a conclusion, from what, down to the words of a text or the decision of a person."""
    offer = visit.choose(OFFERS[:1])
    asked = _iri(subject), _iri(name), value
    return visit.answer(offer, lambda: render(visit, "why.html", reasons.show(visit.service, *asked)))


@router.get("/kos/{path:path}", summary="A code list or one of its values")
def code(visit: Reader, path: str) -> Response:
    """Tell what a code list or one of its values means."""
    stem, suffix = split_suffix(path, OFFERS)
    return _about(visit, _iri(KOS + stem), suffix, f"/kos/{stem}")


def _iri(text: str) -> Iri:
    try:
        return Iri(text)
    except ValueError as problem:
        raise Problem(400, "wrong-value", f"“{text}” is not an IRI.") from problem


def _about(visit: Visit, iri: Iri, suffix: Offer | None, path: str = "") -> Response:
    offer = visit.choose(OFFERS, suffix)
    if offer.media_type == n.JSON:
        # Who asks for plain JSON is told of a withdrawal in plain JSON: the problem, with what came in its place.
        _still_there(visit, iri)
    if offer.media_type != n.HTML:
        response = visit.answer(offer, lambda: _description(visit, iri, offer))
        if response.status_code == 200 and _is_withdrawn(visit, iri):
            response.status_code = 410
        return response
    found = read_thing(visit.service, iri)
    if MG + "withdrawnOn" in found.out:
        _still_there(visit, iri)
    if not found.exists:
        raise _nothing(visit, iri)
    elsewhere = _shown_elsewhere(visit, found)
    if elsewhere:
        return visit.see_other(elsewhere)
    template, show = _page_of(visit, found)
    forms = visit.forms(RDF_OFFERS, path)

    def page() -> bytes:
        of_rules = {"concluded_of": iri, "concluded": concluded(visit.service, iri)}
        return render(visit, template, show(visit, found) | of_rules, forms)

    return visit.answer(offer, page)


def _description(visit: Visit, iri: Iri, offer: Offer) -> bytes:
    triples = visit.service.triples("description", {"thing": [iri]})
    if not triples:
        raise _nothing(visit, iri)
    return written(triples, offer)


def _page_of(visit: Visit, found: Thing) -> tuple[str, Show]:
    for names, template, show in _PAGES:
        if found.is_a(*names):
            return template, show
    if found.iri in visit.service.themes:
        return "theme.html", theme.show
    return "thing.html", thing.show


def _shown_elsewhere(visit: Visit, found: Thing) -> str:
    """Return the address of the page that shows a thing which is a part of another page; "" where it has its own."""
    links, address = visit.links, visit.links.to(found.iri.value)
    if "/doc/text/" in address and "/span/" in found.iri.value:
        return address
    for whole in found.iris(MG + "expressedIn"):
        return f"{links.to(whole.value)}#{found.iri.value.rpartition('/')[2]}"
    for whole in found.iris(MG + "agendaOf"):
        return f"{links.to(whole.value)}#{found.iri.value.rpartition('/')[2]}"
    return ""


def _is_withdrawn(visit: Visit, iri: Iri) -> bool:
    return bool(withdrawn(visit.service.store, visit.service.public, [iri.value]))


def _still_there(visit: Visit, iri: Iri) -> None:
    """Raise the Problem 410 where a thing was withdrawn; it names what has its words now, as far as that is known."""
    service = visit.service
    found = withdrawn(service.store, service.public, [iri.value]).get(iri.value)
    if found is None:
        return
    # What is gone has no name any more but its address.
    names = {one: label.text for one, label in service.labels(found.named, visit.language).items()}
    names[iri.value] = iri.value.removeprefix(ID)
    within = (found.within,) if found.within else ()
    successors, whole = ([(visit.links.to(one), names[one]) for one in told] for told in (found.heirs, within))
    raise gone(found.sentence(visit.language, names), visit.language, successors, whole)


def _nothing(visit: Visit, iri: Iri) -> Problem:
    ours = (ID, visit.links.base, KOS, MG, SHAPES)
    detail = f"Nothing is known here of <{iri}>."
    if not iri.value.startswith(ours):
        return not_found(detail)
    near = nearest(iri.value, visit.service.known_iris())
    return not_found(detail, near)
