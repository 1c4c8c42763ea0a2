"""
What is about to be written, noted on the disk before it is: what no kill takes out of the record of writes.

    .begun-1f0c…   the changes that one process has begun and not yet recorded; locked for as long as it lives

A line announces a change, another crosses it off once it is recorded or was refused. What a process that is gone left
here is settled by the next that opens the store: it is recorded then, unless nothing came of it.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandategraph.core.errors import OutOfSpace, StoreUnavailable
from mandategraph.stores.lasting import is_full, make_folder, sync_names
from mandategraph.stores.locks import is_taken_alone
from mandategraph.stores.together import Together

PREFIX = ".begun-"
_LARGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Announced:
    """A change that was announced: its name, and what there is to say of it."""

    id: str
    told: dict[str, Any]


class Announcements:
    """
    The changes that this process has begun in a folder.

    OutOfSpace where the disk has no room for them, StoreUnavailable where it does not take them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = -1
        self._path = folder
        self._size = 0
        self._pending: dict[str, bytes] = {}
        self._changing = threading.Lock()
        self._together: Together[Announced] = Together(self._add)

    def add(self, told: dict[str, Any]) -> Announced:
        """Return once a change is announced on the disk; many at once with one sync."""
        announced = Announced(secrets.token_hex(8), told)
        self._together.do(announced)
        return announced

    def cross_off(self, announced: Announced) -> None:
        """Note that a change is recorded, or that nothing came of it; without a sync: it is only looked at again."""
        with self._changing:
            if self._pending.pop(announced.id, None) is None:
                return
            with suppress(OSError):
                if self._pending:
                    self._size += os.write(self._file, _line({"over": announced.id}))
                else:
                    os.ftruncate(self._file, 0)
                    self._size = 0

    def close(self) -> None:
        """Let go of the file; what is not crossed off is settled by the next that opens the store."""
        with self._changing:
            if self._file < 0:
                return
            if not self._pending:
                self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = -1

    def _add(self, gathered: Sequence[Announced]) -> None:
        lines = {one.id: _line({"id": one.id, **one.told}) for one in gathered}
        try:
            with self._changing:
                is_new = self._file < 0 or self._size > _LARGE
                if is_new:
                    self._begin_file()
                self._pending |= lines
                self._size += _written(self._file, b"".join(lines.values()))
            os.fsync(self._file)
            if is_new:
                sync_names(self._folder)
        except OSError as problem:
            with self._changing:
                for name in lines:
                    self._pending.pop(name, None)
            told = f"Nothing was written: {self._folder} does not take the record of it: {problem.strerror or problem}."
            raise (OutOfSpace if is_full(problem) else StoreUnavailable)(told) from problem

    def _begin_file(self) -> None:
        """Begin a file with what is under way, and remove the one before."""
        make_folder(self._folder)
        before, path_before = self._file, self._path
        while True:
            path = self._folder / f"{PREFIX}{secrets.token_hex(4)}"
            number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            # One that settles may have taken it for a file of somebody who is gone.
            if is_taken_alone(number) and _is_at(path, number):
                break
            os.close(number)
        self._size = _written(number, b"".join(self._pending.values()))
        self._file, self._path = number, path
        if before >= 0:
            os.fsync(number)
            path_before.unlink(missing_ok=True)
            os.close(before)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What a process that is gone had announced and not crossed off."""

    announced: tuple[Announced, ...]
    path: Path

    def forget(self) -> None:
        """Remove it: each is recorded, or nothing came of it."""
        self.path.unlink(missing_ok=True)


def left_behind(folder: Path) -> Iterator[LeftBehind]:
    """Yield what lies in a folder of processes that are gone, each while nobody else can settle it."""
    for path in sorted(folder.glob(f"{PREFIX}*")):
        try:
            number = os.open(path, os.O_RDWR)
        except OSError:
            continue
        try:
            if is_taken_alone(number) and _is_at(path, number):
                yield LeftBehind(tuple(_read(path)), path)
        finally:
            os.close(number)


def _read(path: Path) -> list[Announced]:
    found: dict[str, Announced] = {}
    for line in path.read_bytes().split(b"\n")[:-1]:
        # A line that is torn was not synced, and nothing was begun.
        with suppress(ValueError, KeyError, TypeError):
            told = json.loads(line)
            if "over" in told:
                found.pop(told["over"], None)
            else:
                name = told.pop("id")
                found[name] = Announced(name, told)
    return list(found.values())


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _written(number: int, data: bytes) -> int:
    left = memoryview(data)
    while left:
        left = left[os.write(number, left) :]
    return len(data)


def _is_at(path: Path, number: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(number).st_ino
    except OSError:
        return False
