"""SPARQLWrapper with credentials that stay at the address they are for, and without redirects."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, EndPointNotFound, QueryBadFormed, Unauthorized

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.credentials import Credentials

_FAULTS = {400: QueryBadFormed, 401: Unauthorized, 404: EndPointNotFound, 500: EndPointInternalError}


class Client(SPARQLWrapper):
    """One request to an endpoint; raises what SPARQLWrapper raises, and StoreUnavailable for a redirect."""

    def __init__(self, address: str, update_address: str, credentials: Credentials, timeout_seconds: float) -> None:
        super().__init__(address, updateEndpoint=update_address, agent="mandategraph")
        self.setTimeout(max(1, round(timeout_seconds)))
        self.setMethod(POST)
        handlers = _handlers(credentials, (address, update_address))
        self._opener = urllib.request.build_opener(_NoRedirect(address), *handlers)

    def _query(self) -> tuple[Any, Any]:
        try:
            return self._opener.open(self._createRequest(), timeout=self.timeout), self.returnFormat
        except urllib.error.HTTPError as problem:
            if problem.code in _FAULTS:
                raise _FAULTS[problem.code](problem.read()) from problem
            raise


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """
    Follows nothing.

    A query or an update that is sent on becomes a request without either, which is answered as if all were well; and
    what was meant for one address, a password among it, would go to another.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:  # noqa: ARG002
        """Refuse."""
        there = urlsplit(newurl)
        told = f"{self._address} sends on to {there.scheme}://{there.hostname}{there.path}, which is not followed"
        raise StoreUnavailable(f"{told}. Name the address that answers.")


class _Bearer(urllib.request.BaseHandler):
    """Sends a token with each request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        """Add it so that no other request is made of this one with it."""
        request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        return request

    https_request = http_request


def _handlers(credentials: Credentials, addresses: Sequence[str]) -> list[urllib.request.BaseHandler]:
    if not credentials.secret:
        return []
    if credentials.is_bearer:
        return [_Bearer(credentials.secret)]
    known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    for address in addresses:
        known.add_password(None, address, credentials.user, credentials.secret)
    return [urllib.request.HTTPDigestAuthHandler(known), urllib.request.HTTPBasicAuthHandler(known)]
