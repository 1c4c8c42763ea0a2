"""Graphs of another engine, held here for a moment: for queries that it cannot be trusted with."""

from __future__ import annotations

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

    def __init__(self, engine: str, count: Callable[[str], int], fetch: Callable[[str], Iterator[Quad]]) -> None:
        self._engine, self._count, self._fetch = engine, count, fetch
        self._store = EmbeddedStore.in_memory()
        self._until: dict[str, float] = {}

    def of(self, dataset: Dataset) -> EmbeddedStore:
        """Return a store that holds the graphs of a dataset; StoreUnavailable where they are too large for this."""
        wanted = {graph for graph in (*dataset.default, *dataset.named) if graph is not None}
        now = time.monotonic()
        if any(self._until.get(graph, 0.0) < now for graph in wanted):
            # All of them anew: a query must not see two states of the data.
            self.forget()
        missing = sorted(wanted.difference(self._until))
        size = len(self._store) + sum(map(self._count, missing))
        if size > MOST_TRIPLES:
            raise StoreUnavailable(
                f"{self._engine} answers such a query wrongly, and its graphs are too large to answer here "
                f"({size:,} triples, at most {MOST_TRIPLES:,}). Another engine can: docs/reference/engines.md"
            )
        for graph in missing:
            self._store.write(self._fetch(graph))
            self._until[graph] = time.monotonic() + _SECONDS
        return self._store

    def forget(self) -> None:
        """Fetch anew at the next query: something was written."""
        self._store = EmbeddedStore.in_memory()
        self._until.clear()
