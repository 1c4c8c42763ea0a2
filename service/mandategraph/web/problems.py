"""What went wrong, told in HTTP: a problem (RFC 9457) for programs, a readable page for people."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from mandategraph.core.errors import (
    AmbiguousName,
    Busy,
    ConditionFailed,
    MalformedQuery,
    MandateGraphError,
    MissingGraph,
    NotWritten,
    OutOfSpace,
    QueryLimit,
    RefusedQuery,
    StoreUnavailable,
    UnknownName,
    WrongUse,
    WrongValue,
)
from mandategraph.web.negotiation import HTML, Offer, choose, names_of
from mandategraph.web.observation import note

PROBLEM_JSON = "application/problem+json"
_OFFERS = (Offer(PROBLEM_JSON), Offer("application/json", (), PROBLEM_JSON), Offer(HTML))

log = logging.getLogger(__name__)


class Problem(Exception):
    """
    A refusal with its HTTP status; `code` heads its explanation at /errors, `members` is for programs.

    >>> Problem(406, "not-acceptable", "There is no such form.").title
    'Not Acceptable'
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.members = members or {}
        self.headers = headers or {}

    @property
    def title(self) -> str:
        """Return the name of the status, as HTTP gives it."""
        return HTTPStatus(self.status).phrase

    def body(self) -> bytes:
        """Return the problem as RFC 9457 writes it."""
        document = {
            "type": f"/errors#{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


_MOST_TOLD = 200
"""So many characters of what a client sent are repeated to it."""

TOLD = (Problem, MandateGraphError, RequestValidationError, HTTPException)
"""The errors that are told to who asked; any other is a fault of ours."""


def not_acceptable(offers: Sequence[Offer], asked: str) -> Problem:
    """Return the refusal of a form we do not have, with the list of those we do."""
    told = asked if len(asked) <= _MOST_TOLD else asked[:_MOST_TOLD] + "…"
    detail = f"This cannot be had as {told}. It can be had as {names_of(offers)}."
    return Problem(406, "not-acceptable", detail, {"available": sorted({offer.media_type for offer in offers})})


def not_found(detail: str, nearest: Sequence[str] = ()) -> Problem:
    """Return the answer where nothing is, with what resembles it."""
    return Problem(404, "not-found", detail, {"nearest": list(nearest)} if nearest else {})


def gone(
    detail: str, language: str, successors: Sequence[tuple[str, str]], within: Sequence[tuple[str, str]]
) -> Problem:
    """Return the answer where something was and is no more; each thing is an address here and what it is called."""
    return Problem(
        410,
        "withdrawn",
        detail,
        {
            "language": language,
            "successors": [{"address": address, "label": label} for address, label in successors],
            "within": [{"address": address, "label": label} for address, label in within],
        },
    )


def problem_of(error: Exception) -> Problem:
    """
    Return the problem that tells of an error; nothing of an unforeseen one reaches the client but that it happened.

    >>> problem_of(MalformedQuery("There is a brace too many.", 2, 7)).members
    {'line': 2, 'column': 7}
    """
    match error:
        case Problem():
            return error
        case AmbiguousName():
            return Problem(400, error.code, error.message, {"given": error.given, "candidates": list(error.candidates)})
        case UnknownName():
            return Problem(404, error.code, error.message, {"given": error.given, "nearest": error.nearest})
        case WrongValue():
            members = {"parameter": error.name, "expected": error.expected, "example": error.example}
            return Problem(400, error.code, error.message, members)
        case MalformedQuery():
            place = {"line": error.line, "column": error.column} if error.line else {}
            return Problem(400, error.code, error.message, place)
        case RefusedQuery():
            return Problem(403, error.code, error.message)
        case ConditionFailed():
            return Problem(412, error.code, error.message)
        case MissingGraph():
            return Problem(404, error.code, error.message)
        case WrongUse():
            return Problem(400, error.code, error.message)
        case OutOfSpace():
            return Problem(507, error.code, error.message)
        case QueryLimit():
            return Problem(503, error.code, error.message, headers={"Retry-After": "30"})
        case Busy() | NotWritten():
            return Problem(503, error.code, error.message, headers={"Retry-After": "2"})
        case StoreUnavailable():
            return Problem(503, error.code, error.message, headers={"Retry-After": "5"})
        case MandateGraphError():
            return Problem(500, error.code, error.message)
        case RequestValidationError():
            faults = [{"where": ".".join(map(str, f["loc"])), "what": f["msg"]} for f in error.errors()]
            detail = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults)
            return Problem(400, "wrong-value", detail, {"faults": faults})
        case HTTPException(status_code=404):
            return Problem(404, "not-found", "There is nothing at this address.")
        case HTTPException(status_code=405):
            return Problem(
                405, "method-not-allowed", "This address does not answer that method.", headers=error.headers or {}
            )
        case HTTPException():
            return Problem(error.status_code, "refused", str(error.detail), headers=error.headers or {})
        case _:
            return Problem(500, "internal", "Something failed on our side. The log of the service has the details.")


def install(app: FastAPI) -> None:
    """Make every error of the application a problem, for programs or for people as they ask."""

    async def answer(request: Request, error: Exception) -> Response:
        return answer_to(request, error)

    for kind in TOLD:
        app.add_exception_handler(kind, answer)


def answer_to(request: Request, error: Exception) -> Response:
    """Return the answer that tells of an error, one of TOLD; the log has what is our own fault."""
    problem = problem_of(error)
    if problem.status >= 500 and not isinstance(error, QueryLimit | Busy | NotWritten | OutOfSpace | Problem):
        log.error("%s %s: %s", request.method, request.url.path, problem.detail, exc_info=error)
    return respond(request, problem)


def respond(request: Request, problem: Problem) -> Response:
    """Return the answer that tells of a problem."""
    note(request.scope, problem=problem.code)
    headers = {**problem.headers, "Vary": "Accept, Accept-Language, Authorization", "Cache-Control": "no-store"}
    offer = choose(request.headers.get("accept"), _OFFERS)
    # Whoever asks for nothing we could say here still gets the problem, in its own form.
    if offer is None or offer.media_type != HTML:
        return Response(problem.body(), problem.status, headers, PROBLEM_JSON)
    from mandategraph.web.rendering import render_problem

    return HTMLResponse(render_problem(request, problem), problem.status, headers)
