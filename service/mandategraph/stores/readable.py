"""What readers read, how a query is put to them, and what their refusals mean."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import IO, Protocol

import pyoxigraph as ox

from mandategraph.core.errors import MandateGraphError, QueryLimit
from mandategraph.core.formats import format_of_media_type
from mandategraph.core.graphs import Dataset
from mandategraph.stores.embedded import OX_FORMATS, RESULT_FORMATS, EmbeddedStore, failed, malformed
from mandategraph.stores.folder import newest_snapshot, newest_stamp
from mandategraph.stores.limits import Limits
from mandategraph.stores.process import ReaderProcess


class Source(Protocol):
    """Data that other processes can open."""

    def place(self) -> str:
        """Return where the newest state lies."""
        ...

    def place_at_once(self) -> str:
        """Return the same where it is known without waiting; empty otherwise."""
        ...

    def started(self, megabytes: int) -> ReaderProcess:
        """Return a new reader that can reach it."""
        ...

    def is_reachable(self, reader: ReaderProcess, place: str) -> bool:
        """Return whether a reader that was started earlier can open what lies there."""
        ...

    def close(self) -> None:
        """Let go of what is held for readers."""
        ...


class FolderSource:
    """The snapshots of a store folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = ((0, 0), "")

    def place(self) -> str:
        """Return the folder of the newest snapshot; costs one look at the disk where that is the one of last time."""
        # In this order: the name may be newer than its stamp, and is then read once more.
        stamp = newest_stamp(self._folder) if self._known[1] else (0, 0)
        known, place = self._known
        if not place or known != stamp:
            stamp = newest_stamp(self._folder)
            place = str(newest_snapshot(self._folder).absolute())
            self._known = (stamp, place)
        return place

    def place_at_once(self) -> str:
        """Return the same: a look at the disk is no wait."""
        return self.place()

    def started(self, megabytes: int) -> ReaderProcess:
        """Return a new reader."""
        return ReaderProcess(megabytes)

    def is_reachable(self, reader: ReaderProcess, place: str) -> bool:  # noqa: ARG002
        """Any reader opens any snapshot."""
        return True

    def close(self) -> None:
        """Nothing is held."""


class MemorySource:
    """A store in the memory of this process; readers get a copy of it, in a file that has no name."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._making = threading.RLock()
        self._revision = ""
        self._file: IO[bytes] | None = None

    def place(self) -> str:
        """Return the copy of the present state, made where there is none yet."""
        with self._making:
            if self._file is None or self._revision != self._store.revision:
                revision, file = self._store.revision, _nameless_file()
                self._store.engine.dump(file, ox.RdfFormat.N_QUADS)
                file.flush()
                if self._file is not None:
                    self._file.close()
                self._revision, self._file = revision, file
            return f"fd:{self._file.fileno()}:{self._revision}"

    def place_at_once(self) -> str:
        """Return the same where no copy has to be made."""
        if not self._making.acquire(blocking=False):
            return ""
        try:
            return self.place() if self._file is not None and self._revision == self._store.revision else ""
        finally:
            self._making.release()

    def started(self, megabytes: int) -> ReaderProcess:
        """Return a new reader that has the present copy."""
        with self._making:
            place = self.place()
            reader = ReaderProcess(megabytes, (int(place.split(":")[1]),))
        reader.place = place
        return reader

    def is_reachable(self, reader: ReaderProcess, place: str) -> bool:
        """A reader knows the copy that was there when it was started."""
        return reader.place == place

    def close(self) -> None:
        """Let go of the copy."""
        with self._making:
            if self._file is not None:
                self._file.close()
            self._file = None


@lru_cache(maxsize=256)
def way_of(place: str, dataset: Dataset, media_type: str, base: str, limits: Limits) -> bytes:
    """Return how a reader is told to answer: with which data, in which format, within which limits."""
    bare = media_type.partition(";")[0].strip().lower()
    results = RESULT_FORMATS.get(bare)
    chosen = results if results is not None else OX_FORMATS[format_of_media_type(bare).name]
    families = (ox.QueryResultsFormat, ox.RdfFormat)
    names = {getattr(family, name): name for family in families for name in dir(family) if name.isupper()}
    return json.dumps(
        {
            "place": place,
            "default": list(dataset.default),
            "named": list(dataset.named),
            "base": base,
            "engine_format": names[chosen],
            "format": names[chosen].lower() if results is not None else "",
            "rows": limits.rows,
            "bytes": limits.answer_megabytes * 1_000_000,
        }
    ).encode()


def error_of(query: str, payload: bytes, limits: Limits) -> MandateGraphError:
    """Return what a reader's refusal means."""
    told = json.loads(payload)
    match told["kind"]:
        case "syntax":
            return malformed(query, told["message"])
        case "rows":
            return QueryLimit(f"The answer has more than {limits.rows:,} rows; ask for fewer with LIMIT and OFFSET.")
        case "bytes":
            return QueryLimit(
                f"The answer is longer than {limits.answer_megabytes:,} MB; ask for fewer rows with LIMIT and OFFSET."
            )
        case _:
            return failed(told["message"])


def _nameless_file() -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("mandategraph"), "wb+")
    return tempfile.TemporaryFile()
