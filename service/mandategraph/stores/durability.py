"""
What makes a write last: RocksDB's own log, synced by us, and room left on the disk.

Oxigraph hands each update to RocksDB, which appends it to the newest of its log files in one piece and leaves it to the
system when that reaches the disk. A write is acknowledged here after a sync of those files, and no sooner.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

Sync = Callable[[int], None]
"""Puts what was written to an open file, or the names in an open folder, on the disk."""

Place = tuple[int, int]
"""The number of a log, and how far into it."""

# RocksDB's log format: blocks of 32 kB; a record, or each part of one that goes on in the next block, has a head of
# checksum, length and kind. Files are used again under a new name: then the head tells the number of its file.
_BLOCK = 1 << 15
_HEAD = struct.Struct("<IHB")
_NUMBERED = struct.Struct("<IHBI")
_WHOLE_OR_LAST = frozenset({1, 4, 5, 8})


class LogSync:
    """
    Syncs the log files of a live store.

    A log that was removed meanwhile needs no sync: RocksDB removes it once its content lies in synced tables.
    """

    def __init__(self, live: Path, sync: Sync = os.fsync) -> None:
        self._live = live
        self._sync = sync
        self._newest = -1

    def sync(self) -> None:
        """Put every log on the disk that was written to since, with its name; OSError where the disk refuses."""
        numbers = [number for number in log_numbers(self._live) if number >= self._newest]
        for number in numbers:
            with suppress(FileNotFoundError):
                self._synced(_log(self._live, number))
        newest = max(numbers, default=self._newest)
        if newest != self._newest:
            self._synced(self._live)
            self._newest = newest

    def _synced(self, path: Path) -> None:
        number = os.open(path, os.O_RDONLY)
        try:
            self._sync(number)
        finally:
            os.close(number)


class LogEnd:
    """Finds the end of what is whole in the log, each time from where it was before."""

    def __init__(self, live: Path) -> None:
        self._live = live
        self._place: Place = (-1, 0)

    def place(self) -> Place:
        """Return where the log ends now."""
        newest = max(log_numbers(self._live), default=-1)
        number, start = self._place
        self._place = newest, _end_of_whole(_log(self._live, newest), newest, start if newest == number else 0)
        return self._place


def was_committed(live: Path, since: Place) -> bool | None:
    """
    Return whether a write that was cut off reached the log whole, so that RocksDB keeps it when it opens the store.

    `since` is where the log ended when that write began; nothing else was written after it. A record that is not whole
    is passed over by RocksDB. None where the log is gone and nobody kept it.
    """
    number, start = since
    logs = log_numbers(live)
    if any(_end_of_whole(_log(live, log), log, 0) > 0 for log in logs if log > number):
        return True
    found = [path for path in (_log(live, number), _kept(live, number)) if path.exists()]
    if any(_end_of_whole(path, number, start) > start for path in found):
        return True
    return False if found or number < 0 else None


def keep_newest_log(live: Path) -> None:
    """Keep the newest log in reach beside the store until the next call, although a flush may remove it."""
    forget_logs(live)
    newest = max(log_numbers(live), default=-1)
    if newest >= 0:
        with suppress(OSError):  # no hard links here, or flushed a moment ago
            os.link(_log(live, newest), _kept(live, newest))


def forget_logs(live: Path) -> None:
    """Let go of what was kept of the log."""
    for kept in live.parent.glob(".log-*"):
        kept.unlink(missing_ok=True)


def log_numbers(live: Path) -> list[int]:
    """Return the numbers of the log files of a live store, oldest first."""
    names = (entry.name for entry in os.scandir(live))
    return sorted(int(name.removesuffix(".log")) for name in names if name.endswith(".log") and name[:-4].isdigit())


def free_bytes(folder: Path) -> int:
    """Return how much room there is for us on the disk of a folder."""
    return shutil.disk_usage(folder).free


def _log(live: Path, number: int) -> Path:
    return live / f"{number:06d}.log"


def _kept(live: Path, number: int) -> Path:
    return live.parent / f".log-{number:06d}"


def _end_of_whole(path: Path, number: int, start: int) -> int:
    """Return where the last whole record of a log ends that begins at `start` or after it; `start` if there is none."""
    end = at = start
    try:
        log = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return end
    try:
        size = os.fstat(log).st_size
        while True:
            left = _BLOCK - at % _BLOCK
            head = os.pread(log, _NUMBERED.size, at)
            if len(head) < _HEAD.size:
                return end
            _, length, kind = _HEAD.unpack_from(head)
            if left < _HEAD.size or (left < _NUMBERED.size and kind == 0):
                at += left
                continue
            is_numbered = 5 <= kind <= 8
            if is_numbered and (len(head) < _NUMBERED.size or _NUMBERED.unpack(head)[3] != number & 0xFFFFFFFF):
                return end  # left of what the file was before
            at += (_NUMBERED.size if is_numbered else _HEAD.size) + length
            if not 1 <= kind <= 8 or at > size:
                return end
            if kind in _WHOLE_OR_LAST:
                end = at
    finally:
        os.close(log)
