"""What every answer carries, and the methods that mean the same everywhere: HEAD and OPTIONS."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mandategraph.web import problems

log = logging.getLogger(__name__)

SECURITY = {
    # No script of any origin: the pages work without. Forms post to ourselves only.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Query, Content-Language, ETag, Link, Retry-After, X-Request-Id",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-Match, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
# Pages of other sites may read here what anybody may read; no token goes with it, and nothing is written so.
_READS = frozenset({"GET", "HEAD", "QUERY"})
_TWO_LENGTHS = "A request has a Content-Length or a Transfer-Encoding, and not both."
_ONLY_CHUNKS = "The body of a request comes as it is or in chunks; no other coding is taken off here."
_ONE_HOST = "A request names one Host."
_READ_BY_POST = frozenset({"/sparql"})


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


_OF_ALL = _raw(SECURITY)
_OF_READING = _raw({**SECURITY, **CORS})


class PlainHttp:
    """
    Answers HEAD as GET without the body, OPTIONS with the methods of the address, and adds the headers of the house.

    A route may look at `is_head` in the scope and spare itself the body.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ambiguous = _ambiguity(scope)
        if ambiguous is not None:
            await problems.respond(Request(scope), ambiguous)(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            methods = self._methods(scope)
            if methods:
                reads = [method for method in methods if _reads(method, scope["path"])]
                await _answer_options(methods, reads, send)
                return
        is_head = scope["method"] == "HEAD"
        started = False
        if is_head:
            scope = {**scope, "method": "GET", "is_head": True}

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own = {name for name, _ in message["headers"]}
                ours = _OF_READING if _reads(scope["method"], scope["path"]) else _OF_ALL
                message["headers"] = [*message["headers"], *(header for header in ours if header[0] not in own)]
                if message["status"] == 405:
                    MutableHeaders(scope=message)["Allow"] = ", ".join(self._methods(scope))
            if is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            # A body that broke off must look broken: only an answer not yet begun becomes a page about the failure.
            if started:
                raise
            log.exception("%s %s failed", scope["method"], scope["path"])
            answer = problems.respond(Request(scope), problems.problem_of(error))
            await answer(scope, receive, sending)

    def _methods(self, scope: Scope) -> list[str]:
        methods: set[str] = set()
        for route in self._routes:
            match, _ = route.matches({**scope, "method": "GET"})
            if match is not Match.NONE:
                methods |= set(getattr(route, "methods", None) or {"GET"})
        if "GET" in methods:
            methods.add("HEAD")
        return sorted(methods | {"OPTIONS"}) if methods else []


def _ambiguity(scope: Scope) -> problems.Problem | None:
    """
    Return what a proxy may read in one way and we in another, so that a request could hide in it; None otherwise.

    RFC 9112, 3.2 (one Host) and 6.1 (one length, and no coding of the whole but chunks).
    """
    hosts, length, coding = 0, False, b""
    for name, value in scope["headers"]:
        if name == b"host":
            hosts += 1
        elif name == b"content-length":
            length = True
        elif name == b"transfer-encoding":
            coding += value
    close = {"Connection": "close"}
    if coding and length:
        return problems.Problem(400, "ambiguous-length", _TWO_LENGTHS, headers=close)
    if coding and coding.strip().lower() != b"chunked":
        return problems.Problem(400, "ambiguous-length", _ONLY_CHUNKS, headers=close)
    if hosts != 1 and scope["http_version"] != "1.0":
        return problems.Problem(400, "ambiguous-host", _ONE_HOST, headers=close)
    return None


def _reads(method: str, path: str) -> bool:
    return method in _READS or (method == "POST" and path in _READ_BY_POST)


async def _answer_options(methods: list[str], reads: list[str], send: Send) -> None:
    named = {"Allow": ", ".join(methods), **SECURITY}
    if reads:
        named |= {"Access-Control-Allow-Methods": ", ".join(reads), **CORS, **PREFLIGHT}
    await send({"type": "http.response.start", "status": 204, "headers": _raw(named)})
    await send({"type": "http.response.body", "body": b""})
