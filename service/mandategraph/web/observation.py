"""Every request seen from outside: its name, how long it took, what came of it; for the log and the counts."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mandategraph.web.logs import bound
from mandategraph.web.metrics import Metrics, class_of
from mandategraph.web.told import told

log = logging.getLogger("mandategraph.requests")

_SEEN = "mandategraph.seen"
# What may stand in a log without a thought, and is long enough to be one's own.
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
_MOST_OF_A_PATH = 300


class Observation:
    """
    Names each request and tells of it once it is over: one line of the log, and the counts.

    The name is the client's X-Request-Id where that is sane, else made; every answer carries it. Of what was asked the
    log has the path and never the parameters: they hold queries.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = told(scope, b"x-request-id")
        name = given if _SANE.match(given) else secrets.token_hex(8)
        seen: dict[str, Any] = {"status": 0, "bytes": 0, "problem": "", "token": "", "is_whole": False}
        kind, began = class_of(scope["path"]), time.monotonic()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", name.encode())]
            elif message["type"] == "http.response.body":
                seen["bytes"] += len(message.get("body", b""))
                seen["is_whole"] = not message.get("more_body", False)
            await send(message)

        self._metrics.at_work += 1
        with bound(request_id=name):
            try:
                await self._app({**scope, _SEEN: seen}, receive, sending)
            finally:
                self._metrics.at_work -= 1
                self._tell(scope, seen, kind, time.monotonic() - began)

    def _tell(self, scope: Scope, seen: dict[str, Any], kind: str, seconds: float) -> None:
        self._metrics.answered(kind, scope["method"], seen["status"] or 500, seconds, seen["problem"])
        if seen["status"] and not seen["is_whole"]:
            self._metrics.broke_off(kind)
        level = logging.WARNING if seen["status"] >= 500 or not seen["is_whole"] else logging.INFO
        if not log.isEnabledFor(level):
            return
        more = {name: seen[name] for name in ("problem", "token") if seen[name]}
        log.log(
            level,
            "request",
            extra={
                "method": scope["method"],
                "path": scope["path"][:_MOST_OF_A_PATH],
                "status": seen["status"],
                "whole": seen["is_whole"],
                "bytes": seen["bytes"],
                "seconds": round(seconds, 4),
                **more,
            },
        )


def note(scope: Scope, **seen: str) -> None:
    """Add to what is told of a request: the code of a `problem`, the id of a `token`."""
    if _SEEN in scope:
        scope[_SEEN].update(seen)
