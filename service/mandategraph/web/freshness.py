"""Every read sees every write that was acknowledged before it, unless its client asks for less."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mandategraph.core.errors import MandateGraphError
from mandategraph.web.problems import problem_of, respond

if TYPE_CHECKING:
    from mandategraph.web.service import Service

# RFC 9111, 5.2.1.2: the client takes what is older, by as much as it says or by any time.
_MAX_STALE = re.compile(r"(?:^|[,\s])max-stale\b", re.IGNORECASE)
_WRITES = frozenset({"PUT", "DELETE", "PATCH", "OPTIONS"})
_NO_DATA = re.compile(r"/(healthz|metrics|robots\.txt|static/.*|update)\Z")


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
            except MandateGraphError as problem:
                await respond(Request(scope), problem_of(problem))(scope, receive, send)
                return
        await self._app(scope, receive, send)

    @staticmethod
    def _reads(scope: Scope) -> bool:
        writes = scope["method"] in _WRITES or (scope["method"] == "POST" and scope["path"].startswith("/graphs"))
        if writes or _NO_DATA.match(scope["path"]):
            return False
        return not _MAX_STALE.search(Request(scope).headers.get("cache-control", ""))
