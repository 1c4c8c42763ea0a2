"""For those who run the service: whether it lives, whether it can answer, and what it counts."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from mandategraph.core.errors import MandateGraphError
from mandategraph.web.metrics import MEDIA_TYPE, Metrics
from mandategraph.web.service import Service

_ANYTHING = "ASK { ?s ?p ?o }"
_RESULTS_JSON = "application/sparql-results+json"
# Whoever asks in turn whether we are ready has given up by then.
_PATIENCE_SECONDS = 3.0
_NOT_KEPT = {"Cache-Control": "no-store"}

router = APIRouter(tags=["Operation"], default_response_class=Response)


@router.get("/healthz", summary="Whether the process answers")
def alive() -> Response:
    """Answer, and look at nothing."""
    return JSONResponse({"status": "alive"}, headers=_NOT_KEPT)


@router.get("/readyz", summary="Whether queries are answered")
def ready(request: Request) -> Response:
    """Put a query as a client would: ready is who has an answer to it, from a store that holds something."""
    service: Service = request.app.state.service
    try:
        state = "ready" if _answers(service) else "empty"
    except MandateGraphError as problem:
        told = {"status": "unready", "why": problem.message}
        return JSONResponse(told, 503, {**_NOT_KEPT, "Retry-After": "2"})
    return JSONResponse({"status": state, "snapshot": service.snapshot}, 200 if state == "ready" else 503, _NOT_KEPT)


@router.get("/metrics", summary="Counts, for Prometheus")
def metrics(request: Request) -> Response:
    """Give what is counted since the start, and the present state, in the text format of Prometheus."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(request.app.state.service), headers={"Content-Type": MEDIA_TYPE, **_NOT_KEPT})


def _answers(service: Service) -> bool:
    if service.readers is None:
        return service.store.ask(_ANYTHING, service.public)
    work = service.readers.query(_ANYTHING, service.public, _RESULTS_JSON, _PATIENCE_SECONDS)
    return b"true" in b"".join(work.pieces())
