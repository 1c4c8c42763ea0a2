"""
SPARQL 1.1 Graph Store HTTP Protocol: a graph read, replaced, added to and removed as one thing.

A graph is named by `?graph=` or `?default`, or is the address itself below `/graphs/`.
"""

from __future__ import annotations

import re
import uuid
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mandategraph.core.errors import RefusedQuery, UnknownName, WrongUse
from mandategraph.core.formats import format_of_media_type
from mandategraph.core.graphs import Dataset
from mandategraph.core.scopes import WRITE
from mandategraph.core.terms import Iri
from mandategraph.core.update_gate import UNNAMED, Reach
from mandategraph.stores.write_requests import Part
from mandategraph.stores.write_requests import Request as Change
from mandategraph.web import negotiation as n
from mandategraph.web.access import readable, require
from mandategraph.web.bodies import body_of
from mandategraph.web.changes import change, writer_of
from mandategraph.web.negotiation import Offer
from mandategraph.web.problems import Problem, not_found
from mandategraph.web.streams import Sent
from mandategraph.web.uploads import parts_of
from mandategraph.web.visit import VARY, Reader, Visit, address_of

_OFFERS = (
    Offer(n.TURTLE, ("ttl", "turtle")),
    Offer(n.N_TRIPLES, ("nt",)),
    Offer(n.RDF_XML, ("rdf", "rdfxml")),
    Offer(n.JSON_LD, ("jsonld",)),
    Offer(n.JSON, (), n.JSON_LD),
    Offer("application/xml", (), n.RDF_XML),
    Offer("text/plain", (), n.N_TRIPLES),
)
_TAKEN = ("turtle", "ntriples", "rdfxml", "jsonld")
_ACCEPT_POST = ", ".join((n.TURTLE, n.N_TRIPLES, n.RDF_XML, n.JSON_LD, "multipart/form-data"))
_WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.")

GraphParameter = Annotated[str | None, Query(description="The IRI of a graph.", examples=["urn:example:notes"])]
DefaultParameter = Annotated[str | None, Query(description="The graph without a name; takes no value.")]

router = APIRouter(tags=["Graph store"], default_response_class=Response)


@router.get("/graphs", summary="A graph as RDF")
async def get_graph(visit: Reader, graph: GraphParameter = None, default: DefaultParameter = None) -> Response:  # noqa: ARG001
    """Return a whole graph, in the form that the client likes best; 404 where there is none of that name."""
    return await _read(visit, _named(visit.request))


@router.get("/graphs/{path:path}", summary="A graph as RDF, by its own address")
async def get_graph_here(visit: Reader, path: str) -> Response:  # noqa: ARG001
    """Return the graph whose IRI is this address."""
    return await _read(visit, _named(visit.request))


@router.put("/graphs", summary="Replace a graph", status_code=204)
async def put_graph(request: Request, graph: GraphParameter = None, default: DefaultParameter = None) -> Response:  # noqa: ARG001
    """Make a graph hold what is sent and nothing else: 201 where it was not there, 204 where it was."""
    return await _write(request, "put", _named(request))


@router.put("/graphs/{path:path}", summary="Replace a graph, by its own address", status_code=204)
async def put_graph_here(request: Request, path: str) -> Response:  # noqa: ARG001
    """Make the graph whose IRI is this address hold what is sent and nothing else."""
    return await _write(request, "put", _named(request))


@router.post("/graphs", summary="Add to a graph, or make a new one", status_code=204)
async def post_graph(request: Request, graph: GraphParameter = None, default: DefaultParameter = None) -> Response:  # noqa: ARG001
    """Add what is sent to a graph; without the name of one, make a new one and tell its address (201)."""
    if not {"graph", "default"} & set(request.query_params):
        return await _write(request, "post", address_of(request, f"/graphs/{uuid.uuid4()}"))
    return await _write(request, "post", _named(request))


@router.post("/graphs/{path:path}", summary="Add to a graph, by its own address", status_code=204)
async def post_graph_here(request: Request, path: str) -> Response:
    """Add what is sent to the graph whose IRI is this address; at the end of `/graphs/` a new one is made."""
    return await _write(request, "post", _named(request) if path else address_of(request, f"/graphs/{uuid.uuid4()}"))


@router.delete("/graphs", summary="Remove a graph", status_code=204)
async def delete_graph(request: Request, graph: GraphParameter = None, default: DefaultParameter = None) -> Response:  # noqa: ARG001
    """Remove a graph with all it holds; 404 where there is none of that name."""
    return await _write(request, "delete", _named(request))


@router.delete("/graphs/{path:path}", summary="Remove a graph, by its own address", status_code=204)
async def delete_graph_here(request: Request, path: str) -> Response:  # noqa: ARG001
    """Remove the graph whose IRI is this address."""
    return await _write(request, "delete", _named(request))


def _named(request: Request) -> str | None:
    """Return the graph that a request is about, None for the one without a name; 400 where it is not said once."""
    raw = request.scope.get("raw_path", b"").decode("ascii", "replace") or request.url.path
    if raw.startswith("/graphs/"):
        return address_of(request, raw)
    told = request.query_params.getlist("graph")
    is_default = "default" in request.query_params
    if len(told) + is_default != 1:
        raise WrongUse("Say which graph: ?graph= with the IRI of one, or ?default for the one without a name.")
    if is_default:
        return None
    graph = told[0]
    try:
        Iri(graph)
    except ValueError as problem:
        raise WrongUse(f"“{graph}” is not an IRI.") from problem
    if not _ABSOLUTE.match(graph):
        raise WrongUse(f"“{graph}” is not absolute; a graph is named in full.")
    return graph


async def _read(visit: Visit, graph: str | None) -> Response:
    service, streams = visit.service, visit.service.streams
    dataset = await streams.call(lambda: readable(visit.request))
    if graph in service.graphs.all and graph not in dataset.named:
        raise RefusedQuery(f"The graph <{graph}> may not be read here.")
    headers = {"Vary": VARY, "Cache-Control": "no-cache"}
    offer = visit.choose(_OFFERS)
    version = await streams.call(lambda: service.version_of(graph))
    if not await streams.call(lambda: service.store.has_graph(graph)):
        raise not_found(f"There is no graph <{graph}>.")
    headers["ETag"] = f'"{version}:{offer.media_type}"' if version else visit.tag(offer.media_type)
    if visit.is_unchanged(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = visit.content_type(offer.media_type)
    if visit.is_head:
        return Response(headers=headers)
    left = visit.request.is_disconnected
    return Sent(await service.begin(_WHOLE, Dataset((graph,)), offer.written_as, None, "", left), headers)


async def _write(request: Request, kind: str, graph: str | None) -> Response:
    service = request.app.state.service
    writer_of(service)
    require(request, WRITE)
    parts = () if kind == "delete" else await _sent(request)
    conditions: dict[str, Any] = {
        "if_match": _versions(request.headers.getlist("if-match")),
        "if_none_match": _versions(request.headers.getlist("if-none-match")),
    }

    def make(reach: Reach, only_plain: tuple[str, ...]) -> Change:
        if graph in reach.protected:
            raise RefusedQuery(f"The graph <{graph}> belongs to the installation; only its commands change it.")
        details = {"graph": graph, "base": graph or address_of(request, "/graphs")}
        plain = only_plain if graph in service.graphs.all else ()
        return Change(kind, (graph or UNNAMED,), details, parts, plain, **conditions)

    outcome = await change(request, f"graph {kind}", make)
    # One that was cut off and found whole in the log does not tell whether the graph was there.
    if kind == "delete":
        if not outcome.get("was_there", True):
            raise not_found(f"There is no graph <{graph}>.")
        return Response(status_code=204)
    if outcome.get("was_there", True):
        return Response(status_code=204)
    return Response(status_code=201, headers={"Location": _address(request, graph)})


def _address(request: Request, graph: str | None) -> str:
    store = address_of(request, "/graphs")
    if graph is None or graph.startswith(f"{store}/"):
        return graph or f"{store}?default"
    return f"{store}?graph={quote(graph, safe='')}"


async def _sent(request: Request) -> tuple[Part, ...]:
    most = round(request.app.state.service.installation.settings.upload_megabytes * 1_000_000)
    kind = request.headers.get("content-type", "")
    if kind.split(";")[0].strip().lower() == "multipart/form-data":
        sent = await parts_of(request, most)
    else:
        sent = [(await body_of(request, most, "A graph"), kind, "the data")]
    return tuple(Part(data, _taken(media_type, name), name) for data, media_type, name in sent)


def _taken(media_type: str, name: str) -> str:
    try:
        found = format_of_media_type(media_type)
    except UnknownName:
        found = None
    if found is None or found.name not in _TAKEN:
        detail = f"A graph comes as {_ACCEPT_POST}; {name} is “{media_type or 'nothing said'}”."
        raise Problem(415, "unsupported-media-type", detail, headers={"Accept-Post": _ACCEPT_POST})
    return found.media_type


def _versions(told: list[str]) -> tuple[str, ...] | None:
    """Return the states of a graph that the tags of a condition name; `*` is any."""
    if not told:
        return None
    tags = [tag.strip() for line in told for tag in line.split(",") if tag.strip()]
    return tuple("*" if tag == "*" else tag.strip('"').partition(":")[0] for tag in tags if not tag.startswith("W/"))
