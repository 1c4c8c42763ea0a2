"""A store folder as a reader sees it: always its newest snapshot, also while another process writes."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import Table
from mandategraph.core.terms import Quad
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.folder import may_be_ahead, newest_stamp, open_snapshot, release


class SnapshotReader:
    """
    A GraphStore that reads the newest snapshot of a store folder and refuses to write.

    Before each question it looks whether there is a newer one; that costs one look at the disk. Any number of threads
    may ask at once.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if may_be_ahead(folder):
            from mandategraph.stores.settling import settle

            settle(folder)
        self._changing = threading.Lock()
        self._stamp = newest_stamp(folder) if (folder / "current").exists() else (0, 0)
        self._name, self._store = self._opened()

    @property
    def revision(self) -> str:
        """The name of the state of the data that the next question sees."""
        self._newest()
        return self._name

    @property
    def identity(self) -> str:
        """What tells this state from one of the same name in another store, and in this one made anew."""
        self._newest()
        return str(self._stamp[1])

    @property
    def names(self) -> tuple[str, str]:
        """Both, by one look at the disk."""
        self._newest()
        return self._name, str(self._stamp[1])

    def select(self, query: str, dataset: Dataset) -> Table:
        """Return the solutions of a SELECT."""
        return self._newest().select(query, dataset)

    def ask(self, query: str, dataset: Dataset) -> bool:
        """Return the answer of an ASK."""
        return self._newest().ask(query, dataset)

    def construct(self, query: str, dataset: Dataset) -> Iterator[Quad]:
        """Yield the triples of a CONSTRUCT or DESCRIBE, as quads of the unnamed graph."""
        return self._newest().construct(query, dataset)

    def answer(self, query: str, dataset: Dataset, media_type: str) -> Iterator[bytes]:
        """Yield the answer of any query in a media type that suits its form."""
        return self._newest().answer(query, dataset, media_type)

    def quads(self, graph: str | None) -> Iterator[Quad]:
        """Yield what lies in one graph."""
        return self._newest().quads(graph)

    def graph_names(self) -> tuple[str, ...]:
        """Return the names of the named graphs that hold something, sorted."""
        return self._newest().graph_names()

    def has_graph(self, graph: str | None) -> bool:
        """Return whether a graph is there, with triples in it or none; the unnamed one always is."""
        return self._newest().has_graph(graph)

    def load(self, stream: BinaryIO, media_type: str, graph: str | None = None) -> int:  # noqa: ARG002
        """Refuse."""
        raise StoreUnavailable(f"The store {self.folder} is open for reading only.")

    def write(self, additions: Iterable[Quad], removals: Iterable[Quad] = ()) -> None:  # noqa: ARG002
        """Refuse."""
        raise StoreUnavailable(f"The store {self.folder} is open for reading only.")

    def close(self) -> None:
        """Let go of the snapshot."""
        self._store.close()

    def _newest(self) -> EmbeddedStore:
        stamp = newest_stamp(self.folder)
        if stamp != self._stamp:
            with self._changing:
                if stamp != self._stamp:
                    self._name, self._store = self._opened()
                    self._stamp = stamp
        return self._store

    def _opened(self) -> tuple[str, EmbeddedStore]:
        name, store, lock = open_snapshot(self.folder)
        # Questions still at work on the snapshot before hold it; its lock goes with the last of them.
        weakref.finalize(store, release, lock)
        return name, store
