"""A store folder as it was when somebody last moved on, and what differs in it since."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mandategraph.core.terms import Quad
from mandategraph.engine.terms import to_quad
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.folder import newest_stamp
from mandategraph.stores.snapshot import SnapshotReader

# Two states are compared by their text, which takes time and memory by their size on the disk.
LARGEST_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """What came and what went between two states, nothing in it that was in both."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]

    def __len__(self) -> int:
        return len(self.added) + len(self.removed)


class PinnedSnapshot(SnapshotReader):
    """
    A GraphStore that reads one snapshot until `move` is called.

    To be used by one thread at a time.
    """

    def __init__(self, folder: Path, largest: int = LARGEST_BYTES) -> None:
        super().__init__(folder)
        self._largest = largest
        self._lines = self._written()

    @property
    def is_newest(self) -> bool:
        """Whether there is no newer snapshot; costs one look at the disk."""
        return newest_stamp(self.folder) == self._stamp

    def move(self) -> Difference | None:
        """Go to the newest snapshot and return what differs there; None where the store is too large to tell."""
        # Taken first: what is opened may be newer than its stamp, never older.
        stamp = newest_stamp(self.folder)
        before = self._lines
        self._name, self._store = self._opened()
        self._stamp = stamp
        self._lines = self._written()
        if before is None or self._lines is None:
            return None
        return Difference(_read(self._lines - before), _read(before - self._lines))

    def _newest(self) -> EmbeddedStore:
        return self._store

    def _written(self) -> frozenset[bytes] | None:
        if _size(self.folder / "snapshots" / self._name) > self._largest:
            return None
        dumped = self._store.engine.dump(format=ox.RdfFormat.N_QUADS) or b""
        return frozenset(dumped.split(b"\n"))


def _read(lines: frozenset[bytes]) -> tuple[Quad, ...]:
    # The engine writes each line in one way only, and a snapshot calls its blank nodes as the one before.
    return tuple(to_quad(quad) for quad in ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_QUADS))


def _size(place: Path) -> int:
    try:
        return sum(entry.stat().st_size for entry in os.scandir(place))
    except OSError:  # a writer has removed its name meanwhile; then nobody can tell
        return LARGEST_BYTES + 1
