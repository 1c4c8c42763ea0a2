"""The SPARQL 1.1 Protocol for queries, the service description, and an editor for people; one address for all three."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from mandategraph.core.errors import MalformedQuery, RefusedQuery, WrongValue
from mandategraph.core.gate import admit, narrow, without_from
from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import GraphStore, Table
from mandategraph.core.questions import Question
from mandategraph.engine.terms import read_tsv
from mandategraph.web import negotiation as n
from mandategraph.web.access import readable, scopes_of
from mandategraph.web.bodies import body_of
from mandategraph.web.discovery import service_description
from mandategraph.web.drawing import Drawn
from mandategraph.web.negotiation import Offer
from mandategraph.web.problems import Problem
from mandategraph.web.rendering import render
from mandategraph.web.streams import Pieces, Sent
from mandategraph.web.visit import VARY, Reader, Visit

MOST_ROWS_ON_A_PAGE = 1_000
_MOST_BYTES_ON_A_PAGE = 8_000_000
_FORM_DATA = "application/x-www-form-urlencoded"
_QUERY_TYPE = "application/sparql-query"
_MOST_BYTES = 1_000_000
_MOST_LOGGED = 4_000
_READ_AT_ONCE = 8_000
_OF_A_QUERY = frozenset({"query", "update", "default-graph-uri", "named-graph-uri"})
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+/[A-Za-z0-9./_~-]*")

# The first offer is what a client gets who asks for nothing; HTML stands last, for those who ask for it by name.
TABLES = (
    Offer(n.RESULTS_JSON, ("json", "srj")),
    Offer(n.RESULTS_XML, ("xml", "srx")),
    Offer(n.CSV, ("csv",)),
    Offer(n.TSV, ("tsv",)),
    Offer(n.JSON, (), n.RESULTS_JSON),
    Offer("application/xml", (), n.RESULTS_XML),
    Offer("text/xml", (), n.RESULTS_XML),
    Offer(n.HTML, ("html",)),
)
TRUTHS = (TABLES[0], TABLES[1], *TABLES[4:])
GRAPHS = (
    # SPARQLWrapper says format=n3, rdf+xml, xml and json-ld beside its Accept.
    Offer(n.TURTLE, ("ttl", "turtle", "n3")),
    Offer(n.N_TRIPLES, ("nt",)),
    Offer(n.RDF_XML, ("rdf", "rdfxml", "rdf+xml", "xml")),
    Offer(n.JSON_LD, ("jsonld", "json-ld", "json")),
    Offer(n.JSON, (), n.JSON_LD),
    Offer("application/xml", (), n.RDF_XML),
    Offer("text/plain", (), n.N_TRIPLES),
    Offer(n.HTML, ("html",)),
)
DESCRIPTION = (Offer(n.TURTLE, ("ttl", "turtle")), *GRAPHS[1:4], Offer(n.HTML, ("html",)))
# What a page shows is read again from one of these.
_ON_PAGES = {"select": n.TSV, "ask": n.RESULTS_JSON, "construct": n.TURTLE, "describe": n.TURTLE}
_OFFERS = {"select": TABLES, "ask": TRUTHS, "construct": GRAPHS, "describe": GRAPHS}

_FIRST_EXAMPLE = """# The paragraphs that call for action, with their words
PREFIX mg: <https://w3id.org/mandategraph/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT ?paragraph ?words WHERE {
  ?mandate a mg:Mandate ; mg:expressedIn ?paragraph ; mg:mandateStatus/mg:callsForActivity true .
  ?paragraph mg:textSpan/oa:hasSelector/oa:exact ?words
}
ORDER BY ?paragraph
"""

log = logging.getLogger(__name__)
router = APIRouter(tags=["SPARQL"], default_response_class=Response)


@dataclass(frozen=True)
class Asked:
    """What a request of the protocol asks: the query, and the graphs it wants by name."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    seconds: float | None = None


@router.get("/sparql", summary="Query, service description, editor")
async def get_sparql(
    visit: Reader,
    query: Annotated[str | None, Query(description="A SPARQL query.", examples=["ASK { ?s ?p ?o }"])] = None,  # noqa: ARG001
    timeout: Annotated[str | None, Query(description="Seconds after which to give up; never above ours.")] = None,  # noqa: ARG001
) -> Response:
    """Answer a query; without one, describe the service to programs and offer the editor to people."""
    return await by_address(visit)


@router.post("/sparql", summary="Query by POST, as a form or as itself")
async def post_sparql(visit: Reader) -> Response:
    """Answer a query that came as `application/sparql-query` or as a form."""
    return await by_body(visit)


@router.api_route("/sparql", methods=["QUERY"], include_in_schema=False)
async def query_sparql(visit: Reader) -> Response:
    """Answer the HTTP method QUERY (RFC 10008): a query in the body, safe to repeat."""
    return await by_body(visit)


async def by_address(visit: Visit) -> Response:
    """Answer the query in an address; where there is none, say what this service is."""
    parameters = visit.request.query_params.multi_items()
    if not any(name in _OF_A_QUERY for name, _ in parameters):
        return _without_query(visit)
    return await _answer(visit, _asked(parameters))


async def by_body(visit: Visit) -> Response:
    """Answer the query in a body."""
    return await _answer(visit, await _asked_by_body(visit.request))


ANSWERS = {("GET", "/sparql"): by_address, ("POST", "/sparql"): by_body, ("QUERY", "/sparql"): by_body}
"""By method and path, what the routes of this address hand a visit to."""


def _asked(parameters: Iterable[tuple[str, str]]) -> Asked:
    listed = list(parameters)
    queries = [value for name, value in listed if name == "query"]
    if any(name == "update" for name, _ in listed):
        raise RefusedQuery("This address answers queries; it does not take updates.")
    if len(queries) != 1:
        raise MalformedQuery(
            "A request carries exactly one parameter “query”." + (" This has none." if not queries else "")
        )
    default = tuple(value for name, value in listed if name == "default-graph-uri")
    named = tuple(value for name, value in listed if name == "named-graph-uri")
    seconds = [_seconds(value) for name, value in listed if name == "timeout"]
    query = without_from(queries[0]) if default or named else queries[0]
    return Asked(query, default, named, min(seconds, default=None))


def _seconds(told: str) -> float:
    try:
        seconds = float(told)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise WrongValue("timeout", told, "a number of seconds above zero", "2.5")
    return seconds


async def _asked_by_body(request: Request) -> Asked:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in (_FORM_DATA, _QUERY_TYPE):
        detail = f"A query comes as {_QUERY_TYPE} or {_FORM_DATA}, not as “{kind or 'nothing said'}”."
        raise Problem(415, "unsupported-media-type", detail, headers={"Accept-Query": _QUERY_TYPE})
    body = await _body(request)
    in_address = request.query_params.multi_items()
    if kind == _QUERY_TYPE:
        graphs = [(name, value) for name, value in in_address if name != "query"]
        return _asked([("query", body), *graphs])
    try:
        fields = parse_qsl(
            body, keep_blank_values=True, strict_parsing=bool(body), errors="strict", max_num_fields=1_000
        )
    except (ValueError, UnicodeDecodeError) as problem:
        raise MalformedQuery(f"The form cannot be read: {problem}.") from problem
    return _asked([*in_address, *fields])


async def _body(request: Request) -> str:
    try:
        return (await body_of(request, _MOST_BYTES, "A query")).decode()
    except UnicodeDecodeError as problem:
        raise MalformedQuery(f"The query is not UTF-8: byte {problem.start} is wrong.") from problem


async def _answer(visit: Visit, asked: Asked) -> Response:
    dataset = narrow(await _readable(visit, asked), asked.default_graphs, asked.named_graphs)
    # SPARQL 1.1, 4.1.1.2: without BASE, an IRI is relative to the address under which the query is answered.
    base = _base(visit)
    log.debug("query", extra={"query": asked.query[:_MOST_LOGGED]})
    if len(asked.query) <= _READ_AT_ONCE:
        admitted = admit(asked.query, dataset, base)
    else:
        # A megabyte of brackets takes a second to be refused: others are served meanwhile.
        admitted = await visit.service.streams.call(lambda: admit(asked.query, dataset, base))
    dataset, form = admitted.dataset, admitted.form
    offer = visit.choose(_OFFERS[form])
    headers = {"Vary": VARY, "Accept-Query": _QUERY_TYPE, "Cache-Control": "no-cache"}
    # POST may mean anything to what stands between us and the client; GET and QUERY are safe.
    if visit.request.method in ("GET", "QUERY"):
        headers["ETag"] = visit.tag(offer.media_type, asked.query, *asked.default_graphs, "", *asked.named_graphs)
        if visit.is_unchanged(headers["ETag"]):
            return Response(status_code=304, headers=headers)
    streams = visit.service.streams
    is_page = offer.media_type == n.HTML
    if is_page and visit.service.readers is None:
        page = await streams.call(
            lambda: _editor(visit, asked.query, _shown_by(visit.service.store, asked, dataset, form))
        )
        return Response(page, headers=headers, media_type=n.HTML)
    written_as = _ON_PAGES[form] if is_page else offer.written_as
    left = visit.request.is_disconnected
    pieces = await visit.service.begin(asked.query, dataset, written_as, asked.seconds, base, left)
    if is_page:
        shown = await _shown(pieces, form)
        page = await streams.call(lambda: _editor(visit, asked.query, shown))
        return Response(page, headers=headers, media_type=n.HTML)
    headers["Content-Type"] = visit.content_type(offer.media_type)
    if visit.is_head:
        await _closed(pieces)
        return Response(headers=headers)
    if pieces.whole is not None:
        return Response(pieces.whole, headers=headers)
    if visit.request.scope["http_version"] == "1.0":
        # It has no chunks: where the connection ends, the answer does, broken off or not. So its length is told.
        whole = await _spooled(pieces)
        headers["Content-Length"] = str(whole.tell())
        return StreamingResponse(_drawn(whole), headers=headers)
    return Sent(pieces, headers)


async def _spooled(pieces: AsyncIterator[bytes]) -> IO[bytes]:
    """Return a whole answer, on disk where it is long; what goes wrong meanwhile is raised."""
    file = tempfile.SpooledTemporaryFile(_MOST_BYTES)  # noqa: SIM115  (whoever draws it closes it)
    try:
        async for piece in pieces:
            file.write(piece)
    except BaseException:
        file.close()
        raise
    return file


def _drawn(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_MOST_BYTES):
            yield piece


def _base(visit: Visit) -> str:
    """Return the address of this service where it is one; a client may call us anything."""
    address = visit.absolute("/sparql")
    return address if visit.service.readers is not None and _ADDRESS.fullmatch(address) else ""


async def _readable(visit: Visit, asked: Asked) -> Dataset:
    """Return what may be read, and with it the graphs that the request names and that are nowhere: they are empty."""
    service = visit.service
    dataset = visit.state.readable(scopes_of(visit.request))
    if dataset is None:
        dataset = await service.streams.call(lambda: readable(visit.request))
    if not asked.default_graphs and not asked.named_graphs:
        return dataset
    others = {*asked.default_graphs, *asked.named_graphs} - {*dataset.named, *service.graphs.all}
    if not others:
        return dataset
    nowhere = others.difference(await service.streams.call(service.store.graph_names))
    return Dataset(dataset.default, (*dataset.named, *sorted(nowhere)))


async def _closed(pieces: Pieces | Drawn) -> None:
    """Draw the first piece and leave: the headers of HEAD need no more."""
    async for _ in pieces:
        break
    await pieces.aclose()


def _without_query(visit: Visit) -> Response:
    offer = visit.choose(DESCRIPTION)
    if offer.media_type == n.HTML:
        return visit.answer(offer, lambda: _editor(visit, "", {}), **{"Accept-Query": _QUERY_TYPE})
    description = service_description(visit)
    from mandategraph.publish.rdf import serialise

    return visit.answer(offer, lambda: serialise(description, offer.written_as), **{"Accept-Query": _QUERY_TYPE})


async def _shown(pieces: AsyncIterator[bytes], form: str) -> Mapping[str, Any]:
    """Return what a page shows of an answer: of a long one the beginning, and how long it is."""
    beginning = bytearray()
    lines = 0
    async for piece in pieces:
        if form != "select" or lines <= MOST_ROWS_ON_A_PAGE:
            beginning += piece
        lines += piece.count(b"\n")
        if len(beginning) > _MOST_BYTES_ON_A_PAGE:
            raise Problem(413, "too-large", "This is too long for a page. Ask for fewer rows, or take it as data.")
    if form == "ask":
        return {"form": form, "truth": json.loads(beginning)["boolean"]}
    if form != "select":
        return {"form": form, "turtle": beginning.decode()}
    whole = beginning.split(b"\n")[:-1][: MOST_ROWS_ON_A_PAGE + 1]
    return _table(read_tsv(b"".join(line + b"\n" for line in whole)), lines - 1)


def _shown_by(store: GraphStore, asked: Asked, dataset: Dataset, form: str) -> Mapping[str, Any]:
    """Return the same of an endpoint's answer: not every engine writes the tables that we read."""
    if form == "select":
        table = store.select(asked.query, dataset)
        return _table(table, len(table.rows))
    if form == "ask":
        return {"form": form, "truth": store.ask(asked.query, dataset)}
    return {"form": form, "turtle": b"".join(store.answer(asked.query, dataset, n.TURTLE)).decode()}


def _table(table: Table, count: int) -> Mapping[str, Any]:
    rows = table.rows[:MOST_ROWS_ON_A_PAGE]
    return {"form": "select", "variables": table.variables, "rows": rows, "count": count, "most": MOST_ROWS_ON_A_PAGE}


def _example(question: Question, language: str) -> str:
    """Return a named question's query without its header, its summary as a comment."""
    lines = [line for line in question.text.splitlines() if not line.startswith("#+")]
    return "\n".join([f"# {question.summary[language]}", *lines]).rstrip() + "\n"


def _editor(visit: Visit, query: str, result: Mapping[str, Any]) -> bytes:
    examples = [visit.service.named(name) for name in visit.service.question_names()]
    wanted = visit.request.query_params.get("example", "")
    chosen = next((one for one in examples if one.name == wanted), None)
    text = query or (_example(chosen, visit.language) if chosen else _FIRST_EXAMPLE)
    context = {"query": text, "examples": examples, "result": result, "wanted": wanted}
    forms = visit.forms(_OFFERS[result["form"]]) if query and visit.request.method == "GET" else []
    return render(visit, "sparql.html", context, forms)
