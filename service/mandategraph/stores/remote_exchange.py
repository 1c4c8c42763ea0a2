"""One request to an endpoint and its answer; what goes wrong is told in our words."""

from __future__ import annotations

import re
import urllib.error
from http.client import HTTPException
from typing import Any

from mandategraph.core.errors import MalformedQuery, StoreUnavailable
from mandategraph.stores.credentials import Credentials


class GaveUp(StoreUnavailable):
    """The engine there could not answer a query that is right."""


class NotReached(StoreUnavailable):
    """The engine was not reached: it has heard nothing of what it was asked."""


class Refused(StoreUnavailable):
    """The engine told that it did not do what it was asked."""


class Exchange:
    """
    Requests to one endpoint; StoreUnavailable and MalformedQuery tell what was wrong, without the secret.

    `failures` is what the engine says where it could not answer a query that is right.
    """

    def __init__(self, address: str, update_address: str, credentials: Credentials, timeout_seconds: float) -> None:
        self.address, self.failures = address, r"(?!)"
        self._update_address, self._credentials, self._timeout_seconds = update_address, credentials, timeout_seconds

    def client(self, query: str, form: str) -> Any:
        """Return a request that asks this, a query of this form or an update."""
        from mandategraph.stores.remote_client import Client

        client = Client(self.address, self._update_address, self._credentials, self._timeout_seconds)
        client.setQuery(query)
        # It guesses the form from the text, and words in comments mislead it: a query was sent as an update.
        client.queryType = form.upper()
        return client

    def sent(self, client: Any, query: str) -> bytes:
        """Return the whole answer to a request."""
        answered = self.opened(client)
        try:
            written = answered.read()
        except TimeoutError as problem:
            raise self._too_late() from problem
        except (OSError, HTTPException) as problem:
            raise StoreUnavailable(f"{self.address} broke off its answer.") from problem
        if not isinstance(written, bytes):
            raise StoreUnavailable(f"{self.address} gave no answer to a request of {len(query)} characters.")
        if answered.headers.get("X-SPARQL-MaxRows"):
            most = answered.headers["X-SPARQL-MaxRows"]
            raise StoreUnavailable(f"{self.address} cut its answer off after {most} rows. Raise that limit there.")
        return written

    def opened(self, client: Any) -> Any:
        """Return the answer to a request, not yet read."""
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException, Unauthorized

        try:
            return client.query().response
        except Unauthorized as problem:
            raise self._not_let_in() from problem
        except QueryBadFormed as problem:
            self._look_for_surrender(str(problem))
            told = self._credentials.hidden_in(_first_line(problem))
            raise MalformedQuery(f"{self.address} does not understand the query: {told}") from problem
        except SPARQLWrapperException as problem:
            self._look_for_surrender(str(problem))
            told = self._credentials.hidden_in(_first_line(problem))
            raise Refused(f"{self.address} could not answer: {told}") from problem
        except TimeoutError as problem:
            raise self._too_late() from problem
        except urllib.error.HTTPError as problem:
            detail = " ".join(problem.read(2_000).decode("utf-8", "replace").split())[:200]
            told = self._credentials.hidden_in(f"{problem.code} {problem.reason}. {detail}")
            raise Refused(f"{self.address} refuses: {told}") from problem
        except urllib.error.URLError as problem:
            if isinstance(problem.reason, TimeoutError):
                raise self._too_late() from problem
            # What breaks off while it is sent may have been heard.
            is_begun = isinstance(problem.reason, ConnectionResetError | BrokenPipeError)
            kind = StoreUnavailable if is_begun else NotReached
            raise kind(f"{self.address} cannot be reached: {problem.reason}.") from problem
        except (OSError, ValueError) as problem:
            raise StoreUnavailable(f"{self.address} cannot be reached: {problem}.") from problem

    def _look_for_surrender(self, message: str) -> None:
        if re.search(self.failures, message):
            raise GaveUp(f"{self.address} could not answer: {_first_line(message)}")

    def _not_let_in(self) -> StoreUnavailable:
        told = "these are not taken" if self._credentials.secret else "none are set"
        return Refused(
            f"{self.address} asks for a name and a password or a token, and {told}: store_user, store_secret_file."
        )

    def _too_late(self) -> StoreUnavailable:
        return StoreUnavailable(f"{self.address} gave no answer within {self._timeout_seconds:g} seconds.")


def _first_line(problem: Exception | str) -> str:
    text = str(problem).replace("\\n", "\n")
    lines = [line.strip(" b'\"") for line in text.splitlines() if line.strip(" b'\"")]
    told = next((line for line in lines if re.search(r"[Ee]rror (?:\w+:|at \d)", line)), "")
    return (told or next(reversed(lines), type(problem).__name__))[:300]
