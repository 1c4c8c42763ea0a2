"""The name and the secret with which a remote store is asked: never shown, and never sent to another address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mandategraph.core.errors import StoreUnavailable

VARIABLE = "MANDATEGRAPH_STORE_SECRET"


@dataclass(frozen=True, slots=True)
class Credentials:
    """
    A password for a name (Basic or Digest, as the server asks for), or without a name a bearer token.

    >>> Credentials("clerk", "very secret")
    Credentials(user='clerk')
    >>> Credentials("clerk", "very secret").hidden_in("no very secret for you")
    'no … for you'
    """

    user: str = ""
    secret: str = field(default="", repr=False)

    @property
    def is_bearer(self) -> bool:
        """Whether the secret is a token that goes by itself."""
        return bool(self.secret) and not self.user

    def hidden_in(self, text: str) -> str:
        """Return a text without the secret, should somebody have put it there."""
        return text.replace(self.secret, "…") if self.secret else text


def read_credentials(user: str, file: str, environ: Mapping[str, str] | None = None) -> Credentials:
    """
    Return the credentials whose secret is in a file, or in the environment where no file is named.

    StoreUnavailable where there is a name and no secret, or the file cannot be read.

    >>> read_credentials("", "", {VARIABLE: "a token"}).is_bearer
    True
    """
    secret = (os.environ if environ is None else environ).get(VARIABLE, "")
    if file:
        try:
            secret = Path(file).expanduser().read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as problem:
            told = getattr(problem, "strerror", None) or "it is not UTF-8"
            raise StoreUnavailable(f"The secret of the remote store in {file} cannot be read: {told}.") from problem
    if user and not secret:
        told = f"There is a name for the remote store, {user}, and no password"
        raise StoreUnavailable(f"{told}: name a file with store_secret_file, or set {VARIABLE}.")
    if any(ord(character) < 32 for character in secret):
        raise StoreUnavailable("The secret of the remote store is to be one line.")
    return Credentials(user, secret)
