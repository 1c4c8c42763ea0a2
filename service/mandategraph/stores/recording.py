"""A store on which a change is tried, and which remembers what it came to."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from mandategraph.stores.embedded import EmbeddedStore


class RecordingStore(EmbeddedStore):
    """
    An embedded store that keeps the net difference of everything written to it.

    >>> store = RecordingStore(ox.Store())
    >>> quad = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))
    >>> store.put([quad], [])
    >>> store.put([], [quad])
    >>> store.added, store.removed
    (set(), set())
    """

    def __init__(self, engine: ox.Store, where: str = "the copy on which the change is tried") -> None:
        super().__init__(engine, where)
        self.added: set[ox.Quad] = set()
        self.removed: set[ox.Quad] = set()

    def put(self, additions: Iterable[ox.Quad], removals: Iterable[ox.Quad]) -> None:
        """Write the engine's own quads, and remember those that change anything."""
        engine = self.engine
        self._writes += 1
        gone = [quad for quad in dict.fromkeys(removals) if quad in engine]
        for quad in gone:
            engine.remove(quad)
            self._note(quad, self.removed, self.added)
        new = [quad for quad in dict.fromkeys(additions) if quad not in engine]
        engine.extend(new)
        for quad in new:
            self._note(quad, self.added, self.removed)

    @staticmethod
    def _note(quad: ox.Quad, here: set[ox.Quad], there: set[ox.Quad]) -> None:
        if quad in there:
            there.discard(quad)
        else:
            here.add(quad)
