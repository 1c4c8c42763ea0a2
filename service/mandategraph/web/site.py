"""The pages of the site itself: overview, lists, calendar, data and rights, problems explained."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from mandategraph.core import errors
from mandategraph.core.terms import Iri
from mandategraph.publish.calendar import Sheet, write_calendar
from mandategraph.web import negotiation as n
from mandategraph.web.negotiation import Offer
from mandategraph.web.pages import calendar, home, lists
from mandategraph.web.rendering import render
from mandategraph.web.visit import Form, Reader, Visit

PAGE = (Offer(n.HTML, ("html",)),)
# Whoever asks for the file by its suffix gets it, whatever else is said.
CALENDAR = Offer(n.CALENDAR, ("ics",))
# Problems that HTTP knows and the tree of errors does not.
_OF_HTTP = {
    "unauthorised": "A token is needed, or the one that was sent does not hold; it goes into the header Authorization.",
    "forbidden": "The token that was sent does not allow this; the problem names the scope that would.",
    "not-found": "Nothing is at this address; the nearest are named where there are any.",
    "withdrawn": "What was here was withdrawn; what has its words now is named where that is known.",
    "not-acceptable": "The answer cannot be had in the form asked for; those it can be had in are listed.",
    "method-not-allowed": "The address does not answer this method; the header Allow lists those it does.",
    "unsupported-media-type": "What was sent comes in a form that is not taken; the problem names those that are.",
    "read-only": "This service only reads; its store is changed by the commands, or served without --read-only.",
    "ambiguous-host": "The request names no Host, or several, so that two programs may take it for two addresses.",
    "ambiguous-length": "How long the request is may be read in two ways: it is said twice, or in a coding of its own.",
    "too-large": "The request is larger than this service takes.",
    "busy": "Too many queries are waiting; Retry-After says when to try again.",
    "internal": "Something failed on our side; the log of the service has the details.",
}

router = APIRouter(tags=["Pages"], default_response_class=Response)


@router.get("/", summary="Overview of the plan")
def overview(visit: Reader) -> Response:
    """Show what needs attention, what is covered and what comes next."""
    plan = visit.service.plan
    whole = visit.links.to(plan.value).partition("?")[0] if plan else ""
    forms = [Form(f"{visit.links.page(whole + '.ttl')}", n.TURTLE, "ttl")] if plan else []
    return _page(visit, "home.html", lambda: home.show(visit), forms)


@router.get("/find", summary="Go to a thing by its name")
def find(
    visit: Reader,
    q: Annotated[str, Query(description="A symbol, a paragraph, an actor, an address.", examples=["2881/33.A"])],
) -> Response:
    """Send a reader to the page of what a name, a symbol, a paragraph or an address means."""
    found = visit.service.references.resolve("iri", q, "q", "AG/RES. 2881, 33")
    return visit.see_other(visit.links.document(str(found)))


@router.get("/documents", summary="Every document known")
def documents(visit: Reader) -> Response:
    """List the documents by type, with how much of each is entered."""
    return _page(visit, "documents.html", lambda: lists.documents(visit))


@router.get("/actors", summary="Every actor known")
def actors(visit: Reader) -> Response:
    """List the actors by kind, with how much is asked of each."""
    return _page(visit, "actors.html", lambda: lists.actors(visit))


@router.get("/themes", summary="The themes")
def themes(visit: Reader) -> Response:
    """List the themes from general to specific."""
    return _page(visit, "themes.html", lambda: lists.themes(visit))


@router.get("/calendar", summary="The calendar as a page")
def calendar_page(visit: Reader) -> Response:
    """List the entries of the plan, each with its date as far as it is known."""
    context = {"plan": visit.service.plan}
    forms = [Form(visit.links.page("/calendar.ics"), n.CALENDAR, "ics")]
    return _page(visit, "calendar.html", lambda: {**context, "entries": calendar.entries_of(visit.service)}, forms)


@router.get("/calendar.ics", summary="The calendar to subscribe to")
def calendar_file(
    visit: Reader,
    actor: Annotated[str | None, Query(description="Only entries that name this actor.", examples=["PAHO"])] = None,
) -> Response:
    """Give the calendar as a file to subscribe to; dates are never more exact than the plan's."""
    chosen = visit.service.actor(actor) if actor else None
    return visit.answer(CALENDAR, lambda: _calendar(visit, chosen))


@router.get("/data", summary="Data, licence and rights")
def data(visit: Reader) -> Response:
    """Say where everything can be had as data, and under which licence."""
    return _page(visit, "data.html", lambda: _data(visit))


@router.get("/errors", summary="The problems this service tells of")
def problems(visit: Reader) -> Response:
    """Explain every code of a problem."""
    return _page(visit, "errors.html", lambda: {"codes": dict(sorted({**dict(_codes()), **_OF_HTTP}.items()))})


@router.get("/api", summary="The addresses of this service as a page")
def api(visit: Reader) -> Response:
    """List every address with its parameters; the same as OpenAPI is at /api/openapi.json."""
    forms = [Form("/api/openapi.json", n.JSON, "json")]
    return _page(visit, "api.html", lambda: {"operations": list(_operations(visit))}, forms)


def _page(visit: Visit, template: str, context: Any, forms: list[Form] | None = None) -> Response:
    return visit.answer(visit.choose(PAGE), lambda: render(visit, template, context(), forms or ()))


def _calendar(visit: Visit, actor: Iri | None) -> bytes:
    service, plan = visit.service, home.read_plan(visit.service)
    named = [one for one in (plan.iri, actor) if one]
    names = service.labels([one.value for one in named], visit.language)
    title = names[plan.iri.value].text if plan.iri else visit.phrases("calendar.title")
    if actor:
        title = visit.phrases("calendar.of-actor", plan=title, actor=names[actor.value].text)
    stamped = date.fromisoformat(plan.reference_date.value) if plan.reference_date else date(1970, 1, 1)
    sheet = Sheet(title, stamped, visit.language, visit.phrases("calendar.note"), visit.absolute(visit.here()))
    return write_calendar(sheet, calendar.calendar_entries(visit, calendar.entries_of(service, actor)))


def _data(visit: Visit) -> dict[str, Any]:
    settings = visit.service.installation.settings
    return {
        "triples": visit.service.triple_count,
        "as_of": visit.service.as_of,
        "licence": settings.licence,
        "holder": settings.rights_holder,
        "endpoint": visit.absolute("/sparql"),
        "example": visit.absolute("/doc/oas/ag/res/2016/2881.ttl"),
        "plan": visit.service.plan,
    }


def _codes() -> Iterator[tuple[str, str]]:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.MandateGraphError) and kind.__doc__:
            yield kind.code, inspect.cleandoc(kind.__doc__).partition("\n")[0]


def _operations(visit: Visit) -> Iterator[dict[str, Any]]:
    for path, methods in visit.request.app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield {
                "path": path,
                "method": method.upper(),
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": [_parameter(p) for p in operation.get("parameters", ())],
            }


def _parameter(told: dict[str, Any]) -> dict[str, str]:
    examples = [*told.get("schema", {}).get("examples", ()), *told.get("examples", ())]
    example = str(examples[0]) if examples else ""
    return {"name": told["name"], "description": told.get("description", ""), "example": example}
