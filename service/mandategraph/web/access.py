"""Who asks, and what they may: tokens in the header Authorization, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mandategraph.core import scopes
from mandategraph.core.errors import MandateGraphError
from mandategraph.core.graphs import Dataset
from mandategraph.core.scopes import READ
from mandategraph.web.observation import note
from mandategraph.web.problems import Problem, problem_of, respond
from mandategraph.web.told import lines

if TYPE_CHECKING:
    from mandategraph.stores.tokens import Token, Tokens
    from mandategraph.web.service import Service

PUBLIC, CLOSED = "public", "closed"
_REALM = 'Bearer realm="mandategraph"'
# RFC 6750, 2.1; the scheme is told by case-insensitive name (RFC 9110, 11.1).
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{1,200}=*) *\Z", re.IGNORECASE)
_TOKEN = "mandategraph.token"  # noqa: S105  (where a request keeps it, not what it is)
# What a load balancer or a page about a refusal needs; nothing of the data is there.
_ALWAYS_OPEN = re.compile(r"/(healthz|readyz|robots\.txt|errors|static/.*)\Z")


class Access:
    """
    Looks at the token of every request before any route does.

    A token that does not hold is refused (401), whatever is asked: nobody shall take the public answer for the whole.
    Where reading is closed, a request without a token that may read gets no further.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, reading: str = PUBLIC) -> None:
        self._app = app
        self._tokens = tokens
        self._is_closed = reading == CLOSED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope[_TOKEN] = self._token(scope)
            if self._is_closed and not _ALWAYS_OPEN.match(scope["path"]):
                require(Request(scope), READ)
        except (Problem, MandateGraphError) as refusal:
            await respond(Request(scope), problem_of(refusal))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _token(self, scope: Scope) -> Token | None:
        told = lines(scope, b"authorization")
        if not told:
            return None
        read = _BEARER.match(told[0]) if len(told) == 1 else None
        if read is None:
            raise _unauthorised("Authorization is to be one line: Bearer, a blank, the token.", "invalid_request")
        found = self._tokens.find(read[1])
        if found is None:
            raise _unauthorised("This token is not known here: never made, revoked, or expired.", "invalid_token")
        note(scope, token=found.id)
        return found


def token_of(request: Request) -> Token | None:
    """Return what is kept of the token that a request brought; None where it brought none."""
    found: Token | None = request.scope.get(_TOKEN)
    return found


def scopes_of(request: Request) -> frozenset[str]:
    """Return all that the token of a request allows; nothing without one."""
    token = token_of(request)
    return scopes.NOBODY if token is None else token.granted


def require(request: Request, scope: str) -> Token:
    """
    Return the token of a request that may do what a scope allows.

    Raises a Problem: 401 without a token, 403 with one that does not have the scope. Only the header Authorization
    counts: no cookie, no parameter, so that no other page can make a browser write.
    """
    token = token_of(request)
    if token is None:
        raise _unauthorised(f"This needs a token with the scope {scope}, as Authorization: Bearer.")
    if scope not in token.granted:
        told = f'{_REALM}, error="insufficient_scope", scope="{scope}"'
        detail = f"This needs the scope {scope}; the token has {', '.join(token.scopes)}."
        raise Problem(403, "forbidden", detail, {"scope": scope}, {"WWW-Authenticate": told})
    return token


def readable(request: Request) -> Dataset:
    """
    Return what a request may read: what is public, and with the scopes internal and review those graphs by name.

    Graphs of clients are read by everybody who may read at all. It looks into the store after each write: call it
    where waiting harms nobody.
    """
    service: Service = request.app.state.service
    state, granted = service.state, scopes_of(request)
    found = state.readable(granted)
    if found is None:
        # Of an endpoint nobody says which of its graphs are whose: there, those count that clients wrote through us.
        state.look(getattr(service.store, "graphs_of_clients", service.store.graph_names)())
        found = readable(request) if (again := state.readable(granted)) is None else again
    return found


def _unauthorised(detail: str, error: str = "") -> Problem:
    told = f'{_REALM}, error="{error}"' if error else _REALM
    return Problem(401, "unauthorised", detail, headers={"WWW-Authenticate": told})
