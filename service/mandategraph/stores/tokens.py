"""
Who may do what over HTTP: tokens, of which only the SHA-256 is kept.

A token is 256 random bits, so that a plain digest is as good as a slow one: nobody finds it by trying.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from mandategraph.core.errors import StoreUnavailable, UnknownName
from mandategraph.core.scopes import granted
from mandategraph.stores.lasting import make_folder, put

FILE = "tokens.json"
FORMAT = 1
PREFIX = "mgt_"
"""What every token begins with: a leak is found by searching for it."""
_RANDOM_BYTES = 32
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: never the token itself. Times are UTC, `expires` empty where it does not."""

    id: str
    name: str
    sha256: str
    scopes: tuple[str, ...]
    created: str
    expires: str = ""

    @property
    def granted(self) -> frozenset[str]:
        """Every scope that it comes with."""
        return granted(self.scopes)

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return bool(self.expires) and datetime.fromisoformat(self.expires) <= now


class Tokens:
    """
    The tokens of an installation, in one file of a folder that only its owner may read; without a folder, in memory.

    Another process may add or revoke one at any time: it holds for the next request.

    >>> tokens = Tokens(None)
    >>> secret, token = tokens.create(["review"], "reviewers of the plan")
    >>> tokens.find(secret) == token, tokens.find(secret + "x") is None
    (True, True)
    >>> tokens.revoke(token.id).name, tokens.find(secret) is None
    ('reviewers of the plan', True)
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / FILE
        self._held: tuple[Token, ...] = ()
        self._stamp: tuple[int, ...] = ()

    def create(self, scopes: Iterable[str], name: str = "", expires: datetime | None = None) -> tuple[str, Token]:
        """Return a new token, which nobody can be told again, and what is kept of it."""
        chosen = tuple(dict.fromkeys(scopes))
        granted(chosen)
        secret = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        now = datetime.now(UTC)
        ends = expires.astimezone(UTC).isoformat(timespec="seconds") if expires else ""
        made = Token(secrets.token_hex(4), name, _digest(secret), chosen, now.isoformat(timespec="seconds"), ends)
        with self.changing():
            self._keep((*self.all(), made))
        return secret, made

    def revoke(self, name: str) -> Token:
        """Take a token back, by its id or its name where only one has it; UnknownName where there is none."""
        with self.changing():
            there = self.all()
            meant = [one for one in there if one.id == name] or [one for one in there if one.name == name]
            if len(meant) != 1:
                hint = (
                    f"{len(meant)} have this name; say the id." if meant else "List them with: mandategraph token list"
                )
                raise UnknownName("token", name, [one.id for one in there], hint)
            self._keep(tuple(one for one in there if one is not meant[0]))
        return meant[0]

    def all(self) -> tuple[Token, ...]:
        """Return what is kept of each token, the oldest first; StoreUnavailable where it cannot be read."""
        if self._path is not None:
            self._refresh(self._path)
        return self._held

    def find(self, secret: str, now: datetime | None = None) -> Token | None:
        """Return what is kept of a token that holds; None for one that was never made, is revoked or has expired."""
        digest = _digest(secret[: _MOST_CHARACTERS + 1])
        found = None
        # Every one is compared, and each as slowly as the next: how long it takes tells nothing.
        for token in self.all():
            if hmac.compare_digest(token.sha256, digest):
                found = token
        return None if found is None or found.is_expired(now or datetime.now(UTC)) else found

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Let nobody else make or revoke a token meanwhile; StoreUnavailable where that cannot be had."""
        if self._path is None:
            yield
            return
        try:
            make_folder(self._path.parent)
            lock = os.open(self._path.with_name(f".{FILE}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise self._unwritable(problem) from problem
        try:
            with _locked(lock):
                yield
        finally:
            os.close(lock)

    def _keep(self, tokens: tuple[Token, ...]) -> None:
        if self._path is None:
            self._held = tokens
            return
        text = json.dumps({"format": FORMAT, "tokens": [asdict(token) for token in tokens]}, indent=1) + "\n"
        try:
            put(self._path, text.encode(), 0o600)
        except OSError as problem:
            raise self._unwritable(problem) from problem

    def _refresh(self, path: Path) -> None:
        try:
            told = path.stat()
            stamp = (told.st_ino, told.st_mtime_ns, told.st_size)
            if stamp == self._stamp:
                return
            document = json.loads(path.read_text(encoding="utf-8"))
            if document["format"] != FORMAT:
                raise StoreUnavailable(f"{path} was written by another version of Mandate Graph.")
            self._held = tuple(Token(**{**one, "scopes": tuple(one["scopes"])}) for one in document["tokens"])
            self._stamp = stamp
        except FileNotFoundError:
            self._held, self._stamp = (), ()
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise StoreUnavailable(f"The tokens in {path} cannot be read, so that none is taken.") from problem

    def _unwritable(self, problem: OSError) -> StoreUnavailable:
        return StoreUnavailable(f"{self._path} cannot be written: {problem.strerror or problem}.")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def _locked(number: int) -> Iterator[None]:
    """Wait until no other process of ours has this file."""
    try:
        import fcntl
    except ImportError:  # Windows: two who make tokens in the same instant are not kept apart
        yield
        return
    fcntl.flock(number, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(number, fcntl.LOCK_UN)
