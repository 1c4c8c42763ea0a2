"""
A way into a running service for commands on the same machine: a socket in the store folder that only its owner may use.

A command asks for a snapshot that holds everything, or for the right to change the graphs of the installation, which
one command has at a time and gives back when it leaves, and then sends the difference that it came to.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mandategraph.core.errors import Busy, MandateGraphError, StoreUnavailable
from mandategraph.stores.audit import AuditLog
from mandategraph.stores.journal import is_over, verdict_of
from mandategraph.stores.write_requests import FACTS_OF_CLIENTS, Request, request_of
from mandategraph.stores.writing import Writing, error_of

NAME = "writer.sock"
_TURN_SECONDS = 60.0
_ANSWER_SECONDS = 1200.0
_MOST_BYTES = 1 << 32
# What the system takes as the address of a socket.
_MOST_PATH = 100


class Door:
    """Takes what commands ask of a service, each in a thread of its own, for as long as it is open."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._path = writing.folder / NAME
        self._turn = threading.Lock()
        self._listener: socket.socket | None = None
        with suppress(OSError):
            self._listener = self._listening()
        if self._listener is not None:
            threading.Thread(target=self._answer_all, args=(self._listener,), name="door", daemon=True).start()

    def close(self) -> None:
        """Take no more; who is at it hears of it by the end of the line."""
        if self._listener is not None:
            # Whoever has put another in its place keeps it.
            with suppress(OSError):
                self._path.unlink()
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _listening(self) -> socket.socket | None:
        if not hasattr(socket, "AF_UNIX") or is_served(self._writing.folder):
            return None
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        new = self._path.with_name(f".{NAME}.{os.getpid()}")
        new.unlink(missing_ok=True)
        with _address(new) as address:
            listener.bind(address)
        new.chmod(0o600)
        listener.listen(16)
        os.replace(new, self._path)
        return listener

    def _answer_all(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), name="door-guest", daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        has_turn = False
        with line, suppress(OSError, ValueError, KeyError):
            if not _is_ours(line):
                return
            while asked := _received(line):
                head, body = asked
                try:
                    match head["kind"]:
                        case "begin":
                            has_turn = has_turn or self._turn.acquire(timeout=_TURN_SECONDS)
                            if not has_turn:
                                raise Busy("Another command is changing this store. Try again when it has ended.")
                            # Taken first: the snapshot holds no less.
                            told: dict[str, Any] = {"as_of": self._writing.version(FACTS_OF_CLIENTS)}
                            self._writing.freshen()
                        case "snapshot":
                            self._writing.freshen()
                            told = {}
                        case _:
                            told = self._writing.write(request_of(head, body))
                            self._writing.freshen()
                except MandateGraphError as problem:
                    told = {"error": type(problem).__name__, "message": problem.message}
                _sent(line, told)
        if has_turn:
            self._turn.release()
        # Whoever was killed before it had recorded its change is gone now.
        folder = self._writing.folder
        with suppress(MandateGraphError, OSError):
            AuditLog(folder).settle(verdict_of(folder), is_over(folder))


class Visitor:
    """A command that has found the door of a service; `close` gives back what it was given."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def begin(self) -> str:
        """
        Return when nobody else may change the graphs of the installation, and the newest snapshot holds all.

        What is returned names the state of the facts that clients may change, as that snapshot holds it or an earlier.
        """
        return str(self._asked({"kind": "begin", "parts": []}).get("as_of", ""))

    def freshen(self) -> None:
        """Return when the newest snapshot holds all that was acknowledged."""
        self._asked({"kind": "snapshot", "parts": []})

    def write(self, request: Request) -> dict[str, Any]:
        """Return what came of a change, once it is on the disk and in the newest snapshot."""
        return self._asked(request.head(), [part.data for part in request.parts])

    def close(self) -> None:
        """Leave."""
        self._line.close()

    def _asked(self, head: dict[str, Any], bodies: Sequence[bytes] = ()) -> dict[str, Any]:
        try:
            _sent(self._line, head, bodies)
            answered = _received(self._line)
        except OSError as problem:
            raise StoreUnavailable("The service that has the store open does not answer. Try again.") from problem
        if answered is None:
            raise StoreUnavailable("The service that has the store open has just stopped. Try again.")
        told = answered[0]
        if "error" in told:
            raise error_of(told)
        return told


def visit(folder: Path) -> Visitor | None:
    """Return a visitor at the door of the service that has a store open; None where there is none."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(_ANSWER_SECONDS)
    try:
        with _address(folder / NAME) as address:
            line.connect(address)
    except OSError:
        line.close()
        return None
    return Visitor(line)


def is_served(folder: Path) -> bool:
    """Return whether a service on this machine has a store open for writing."""
    visitor = visit(folder)
    if visitor is not None:
        visitor.close()
    return visitor is not None


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """Give the address of a socket, a shorter one where its path is longer than the system takes."""
    if len(os.fsencode(path)) <= _MOST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _is_ours(line: socket.socket) -> bool:
    """Return whether who has come is the user that we are, or root, where the system tells."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    told = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", told)[1] in {os.getuid(), 0}


def _sent(line: socket.socket, head: dict[str, Any], bodies: Sequence[bytes] = ()) -> None:
    written = json.dumps(head).encode()
    line.sendall(struct.pack(">IQ", len(written), sum(map(len, bodies))) + written)
    for body in bodies:
        line.sendall(body)


def _received(line: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    sizes = _exactly(line, 12)
    if sizes is None:
        return None
    of_head, of_body = struct.unpack(">IQ", sizes)
    if of_body > _MOST_BYTES:
        raise ValueError("too long")
    head, body = _exactly(line, of_head), _exactly(line, of_body)
    return None if head is None or body is None else (json.loads(head), body)


def _exactly(line: socket.socket, number: int) -> bytes | None:
    gathered = bytearray()
    while len(gathered) < number:
        piece = line.recv(min(number - len(gathered), 1 << 20))
        if not piece:
            return None
        gathered += piece
    return bytes(gathered)
