"""Graphs of another engine, held here for a moment: for queries that it cannot be trusted with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.graphs import Dataset
from mandategraph.core.terms import Quad
from mandategraph.stores.embedded import EmbeddedStore

MOST_TRIPLES = 2_000_000
_SECONDS = 5.0


class Copies:
    """
    The graphs of a dataset in the memory of this process, fetched where there is no copy younger than some seconds.

    `count` and `fetch` tell how many triples a graph has and which.
    """

    def __init__(self, engine: str, count: Callable[[str], int], fetch: Callable[[str | None], Iterator[Quad]]) -> None:
        self._engine, self._count, self._fetch = engine, count, fetch
        self._fetching = threading.Lock()
        self._store = EmbeddedStore.in_memory()
        self._state = ""
        self._until: dict[str | None, float] = {}

    def of(self, dataset: Dataset, state: str) -> EmbeddedStore:
        """
        Return a store that holds the graphs of a dataset; StoreUnavailable where they are too large for this.

        `state` is another after each write of ours: what was fetched before it is not used any more.
        """
        with self._fetching:
            wanted = {*dataset.default, *dataset.named}
            now = time.monotonic()
            if state != self._state or any(self._until.get(graph, 0.0) < now for graph in wanted):
                # All of them anew: a query must not see two states of the data.
                self._store, self._until, self._state = EmbeddedStore.in_memory(), {}, state
            missing = wanted.difference(self._until)
            size = len(self._store) + sum(self._count(graph) for graph in missing if graph is not None)
            if size > MOST_TRIPLES:
                raise StoreUnavailable(
                    f"{self._engine} answers such a query wrongly, and its graphs are too large to answer here "
                    f"({size:,} triples, at most {MOST_TRIPLES:,}). Another engine can: docs/reference/engines.md"
                )
            for graph in sorted(missing, key=str):
                self._store.write(self._fetch(graph))
                self._until[graph] = time.monotonic() + _SECONDS
            return self._store
