"""SPARQL 1.1 Protocol for updates: one address, by POST alone, for those whose token may write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import Response

from mandategraph.core.errors import MalformedQuery
from mandategraph.core.scopes import WRITE
from mandategraph.core.update_gate import EVERY_GRAPH, Reach, admit_update
from mandategraph.stores.write_requests import Request as Change
from mandategraph.web.access import readable, require
from mandategraph.web.bodies import body_of
from mandategraph.web.changes import change, writer_of
from mandategraph.web.problems import Problem
from mandategraph.web.visit import address_of

_FORM_DATA = "application/x-www-form-urlencoded"
_UPDATE_TYPE = "application/sparql-update"
_MOST_BYTES = 6_000_000
_GRAPHS = ("using-graph-uri", "using-named-graph-uri")

router = APIRouter(tags=["SPARQL"], default_response_class=Response)


@dataclass(frozen=True)
class Asked:
    """What a request of the protocol asks: the update, and the graphs that each WHERE reads."""

    update: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


@router.post("/update", summary="Update by POST, as a form or as itself", status_code=204)
async def post_update(request: Request) -> Response:
    """
    Carry out an update, whole or not at all; answered once it is on the disk.

    It needs a token with the scope write. The five graphs of the installation are not changed by it, and of them it
    reads what the token may read.
    """
    writer_of(request.app.state.service)
    require(request, WRITE)
    asked = await _asked(request)
    base = address_of(request, "/update")

    def make(reach: Reach, only_plain: tuple[str, ...]) -> Change:
        admitted = admit_update(asked.update, reach, base, asked.using, asked.using_named)
        details: dict[str, Any] = {"text": admitted.text, "original": admitted.told_in, "base": base}
        if request.app.state.service.readers is None:
            # At another engine it is worked out on a copy of what it reads.
            reads = {*admitted.read, *asked.using, *asked.using_named} - {EVERY_GRAPH}
            every = readable(request).named if EVERY_GRAPH in admitted.read else ()
            details |= {"reads": sorted(reads.union(every)), "data": admitted.data}
        return Change("update", admitted.touched, details, only_plain=only_plain)

    await change(request, "update", make)
    return Response(status_code=204)


async def _asked(request: Request) -> Asked:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in (_FORM_DATA, _UPDATE_TYPE):
        detail = f"An update comes as {_UPDATE_TYPE} or {_FORM_DATA}, not as “{kind or 'nothing said'}”."
        raise Problem(415, "unsupported-media-type", detail, headers={"Accept-Post": f"{_UPDATE_TYPE}, {_FORM_DATA}"})
    body = await body_of(request, _MOST_BYTES, "An update")
    try:
        text = body.decode()
    except UnicodeDecodeError as problem:
        raise MalformedQuery(f"The update is not UTF-8: byte {problem.start} is wrong.") from problem
    in_address = request.query_params.multi_items()
    if kind == _UPDATE_TYPE:
        return _read([("update", text), *((name, value) for name, value in in_address if name in _GRAPHS)])
    try:
        fields = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=1_000
        )
    except (ValueError, UnicodeDecodeError) as problem:
        raise MalformedQuery(f"The form cannot be read: {problem}.") from problem
    return _read([*in_address, *fields])


def _read(parameters: Iterable[tuple[str, str]]) -> Asked:
    listed = list(parameters)
    updates = [value for name, value in listed if name == "update"]
    if any(name == "query" for name, _ in listed):
        raise MalformedQuery("This address takes updates; queries go to /sparql.")
    if len(updates) != 1:
        told = "" if updates else " This has none."
        raise MalformedQuery(f"A request carries exactly one parameter “update”.{told}")
    using, using_named = (tuple(value for name, value in listed if name == wanted) for wanted in _GRAPHS)
    return Asked(updates[0], using, using_named)
