"""Every read sees every write that was acknowledged before it, unless its client asks for less."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mandategraph.core.errors import MandateGraphError, StoreUnavailable
from mandategraph.web.problems import problem_of, respond
from mandategraph.web.told import told

if TYPE_CHECKING:
    from mandategraph.web.service import Service

# RFC 9111, 5.2.1.2: the client takes what is older, by as much as it says or by any time.
_MAX_STALE = re.compile(r"(?:^|[,\s])max-stale\b", re.IGNORECASE)
_WRITES = frozenset({"PUT", "DELETE", "PATCH", "OPTIONS"})
_NO_DATA = re.compile(r"/(healthz|metrics|robots\.txt|static/.*|update)\Z")


log = logging.getLogger(__name__)


class Freshness:
    """Has a snapshot made before a request is answered, where something was written since the newest."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        writing = self._service.writing
        if writing is not None and scope["type"] == "http" and not writing.is_fresh and self._reads(scope):
            try:
                await run_in_threadpool(writing.freshen)
            except StoreUnavailable as problem:
                # Reading goes on with what there is, and says so.
                log.error("the newest writes cannot be read: %s", problem.message)
                send = _marked(send)
            except MandateGraphError as problem:
                await respond(Request(scope), problem_of(problem))(scope, receive, send)
                return
        await self._app(scope, receive, send)

    @staticmethod
    def _reads(scope: Scope) -> bool:
        writes = scope["method"] in _WRITES or (scope["method"] == "POST" and scope["path"].startswith("/graphs"))
        if writes or _NO_DATA.match(scope["path"]):
            return False
        return not _MAX_STALE.search(told(scope, b"cache-control"))


def _marked(send: Send) -> Send:
    """Mark an answer as one that may be older than it should be."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Warning"] = '110 mandategraph "Response is Stale"'
            headers["Cache-Control"] = "no-store"
        await send(message)

    return sending
