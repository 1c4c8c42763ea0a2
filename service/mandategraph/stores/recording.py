"""A store on which a change is tried, and which remembers what it came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

from mandategraph.stores.changes import Changes
from mandategraph.stores.embedded import EmbeddedStore, failed

_PIECE = 50_000
# Below this, a bulk load costs more than a transaction.
_BULK = 5_000
_Node = ox.NamedNode | ox.BlankNode | ox.Triple


class RecordingStore(EmbeddedStore):
    """
    An embedded store that keeps the net difference of everything written to it.

    `before` is the store of which the engine is a copy, which must not change meanwhile, and `folder` a place for what
    the difference holds: with them a change may be as large as the disk. Without, the difference stays in memory.

    >>> store = RecordingStore(ox.Store())
    >>> quad = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))
    >>> store.put([quad], [])
    >>> len(store.added), store.holds(quad)
    (1, True)
    >>> store.put([], [quad])
    >>> list(store.added), list(store.removed)
    ([], [])
    """

    def __init__(
        self,
        engine: ox.Store,
        where: str = "the copy on which the change is tried",
        before: ox.Store | None = None,
        folder: Path | None = None,
    ) -> None:
        super().__init__(engine, where)
        self._before = before
        self._is_on_disk = before is not None and folder is not None
        folder = folder if self._is_on_disk else None
        self.added, self.removed = Changes(folder, "added"), Changes(folder, "removed")
        # What is written in many small steps goes into the engine in few large ones.
        self._waiting = ox.Store()
        self._number_waiting = 0

    @property
    def engine(self) -> ox.Store:
        """The engine's own store, with everything in it that was written; StoreUnavailable once closed."""
        if self._number_waiting:
            self._hand_on()
        return super().engine

    def close(self) -> None:
        """Let go of the copy, and of the store that it is a copy of."""
        self._number_waiting, self._waiting, self._before = 0, ox.Store(), None
        super().close()

    def holds(self, quad: ox.Quad) -> bool:
        """Return whether a quad is there; quick between small writes."""
        return quad in super().engine or (self._number_waiting > 0 and quad in self._waiting)

    def matching(
        self,
        subject: _Node | None,
        predicate: ox.NamedNode | None,
        thing: _Node | ox.Literal | None,
        graph: ox.NamedNode,
    ) -> Iterator[ox.Quad]:
        """Yield the quads of a pattern; quick between small writes, and not to be held on to over one."""
        found = super().engine.quads_for_pattern(subject, predicate, thing, graph)
        if not self._number_waiting:
            return found
        return chain(found, self._waiting.quads_for_pattern(subject, predicate, thing, graph))

    def put(self, additions: Iterable[ox.Quad], removals: Iterable[ox.Quad]) -> None:
        """Write the engine's own quads, and remember those that change anything; what is in both is there after."""
        self._writes += 1
        going = dict.fromkeys(removals)
        if going:
            additions = dict.fromkeys(additions)
            self._take([quad for quad in going if quad not in additions and self.holds(quad)])
        coming = iter(additions)
        while part := dict.fromkeys(islice(coming, _PIECE)):
            there, waiting = super().engine, self._waiting
            if self._number_waiting:
                self._give([quad for quad in part if quad not in waiting and quad not in there])
            else:
                self._give([quad for quad in part if quad not in there])

    def put_new(self, additions: Iterable[ox.Quad]) -> None:
        """Write quads of which it is known that none is there."""
        self._writes += 1
        coming = iter(additions)
        while part := list(islice(coming, _PIECE)):
            self._give(part)

    def _take(self, quads: list[ox.Quad]) -> None:
        engine = self.engine
        for quad in quads:
            engine.remove(quad)
        come_here = [quad for quad in quads if self._is_of(quad, self.added, False)]
        for quad in come_here:
            self.added.take_back(quad)
        known = set(come_here)
        self.removed.add(quad for quad in quads if quad not in known)

    def _give(self, quads: list[ox.Quad]) -> None:
        if not quads:
            return
        if self._is_on_disk and len(quads) < _BULK:
            self._waiting.extend(quads)
            self._number_waiting += len(quads)
            if self._number_waiting >= _PIECE:
                self._hand_on()
        else:
            _write(self.engine, quads, len(quads))
        gone_before = [quad for quad in quads if self._is_of(quad, self.removed, True)]
        for quad in gone_before:
            self.removed.take_back(quad)
        known = set(gone_before)
        self.added.add(quad for quad in quads if quad not in known)

    def _is_of(self, quad: ox.Quad, changes: Changes, was_there: bool) -> bool:
        """Whether a quad is among changes; that is looked up in the store as it was, where there is one."""
        if not changes:
            return False
        return quad in changes if self._before is None else (quad in self._before) == was_there

    def _hand_on(self) -> None:
        waiting, self._waiting, number = self._waiting, ox.Store(), self._number_waiting
        self._number_waiting = 0
        _write(super().engine, waiting, number)


def _write(engine: ox.Store, quads: Iterable[ox.Quad], number: int) -> None:
    try:
        if number < _BULK:
            engine.extend(quads)
        else:
            # Not whole or not at all: a copy is thrown away as a whole.
            engine.bulk_extend(quads)
    except (OSError, RuntimeError) as problem:
        raise failed(problem) from problem
