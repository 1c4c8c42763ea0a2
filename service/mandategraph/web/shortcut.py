"""Addresses that are answered before any routing, because they are asked for far more often than all others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mandategraph.web.problems import TOLD, answer_to
from mandategraph.web.visit import Visit

Answer = Callable[[Visit], Awaitable[Response]]


class Shortcut:
    """
    Hands a visit straight to what answers it, by method and path.

    The routes of these addresses hand theirs to the same: they describe them, and answer nothing otherwise. Finding a
    route and reading its parameters would take longer than a short query does.
    """

    def __init__(self, app: ASGIApp, answers: Mapping[tuple[str, str], Answer]) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        answer = self._answers.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if answer is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            given = request.query_params
            response = await answer(Visit(request, given.get("lang"), given.get("format")))
        except TOLD as error:
            response = answer_to(request, error)
        await response(scope, receive, send)
