"""Where an installation keeps its graphs, and how a change gets there once it has been tried on a copy."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.ports import GraphStore
from mandategraph.engine.terms import from_quad, to_quad
from mandategraph.stores.audit import AuditLog
from mandategraph.stores.changes import Changes
from mandategraph.stores.conclusions import Conclusions, NoConclusions
from mandategraph.stores.durability import LogEnd
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.folder import Writer
from mandategraph.stores.promised import LARGE
from mandategraph.stores.readable import FolderSource, MemorySource, Source
from mandategraph.stores.recording import RecordingStore
from mandategraph.stores.remote import RemoteStore
from mandategraph.stores.shipments import Shipments
from mandategraph.stores.snapshot import SnapshotReader
from mandategraph.stores.texts import Texts

if TYPE_CHECKING:
    from mandategraph.stores.remote_graphs import OurGraphs
    from mandategraph.stores.remote_writing import RemoteWriting
    from mandategraph.stores.writing import WriteLimits, Writing


class Backend(Protocol):
    """A store, a copy of it to try a change on, and the way in which the difference gets into it."""

    @property
    def store(self) -> GraphStore:
        """What is read."""
        ...

    @property
    def shipments(self) -> Shipments:
        """What the shipped plans put here."""
        ...

    @property
    def texts(self) -> Texts:
        """The source texts that came with drafts."""
        ...

    @property
    def audit(self) -> AuditLog:
        """The record of who wrote what."""
        ...

    @property
    def conclusions(self) -> Conclusions:
        """By which rules what is inferred was concluded."""
        ...

    def staging(self) -> AbstractContextManager[RecordingStore]:
        """Give a copy to try a change on."""
        ...

    def apply(self, added: Collection[ox.Quad], removed: Collection[ox.Quad], record: str = "") -> None:
        """Write a difference whole or not at all, and let readers see it; `record` is what it was announced as."""
        ...

    def source(self) -> Source | None:
        """Return what reader processes may open; None for a store that answers elsewhere."""
        ...

    def writing(self, limits: WriteLimits) -> Writing | RemoteWriting | None:
        """Return what takes changes from outside; None for a store in which this process writes itself."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


def empty_stage() -> RecordingStore:
    """Return an empty copy, for what is not there yet."""
    return RecordingStore(ox.Store())


class InMemory:
    """Graphs that are gone with this process."""

    def __init__(self) -> None:
        self._store = EmbeddedStore.in_memory()
        self.shipments = Shipments(None)
        self.texts = Texts(None)
        self.audit = AuditLog(None)
        self.conclusions = Conclusions(None)

    @property
    def store(self) -> GraphStore:
        """The store in memory."""
        return self._store

    @contextmanager
    def staging(self) -> Iterator[RecordingStore]:
        """Give a copy in memory."""
        engine = ox.Store()
        engine.extend(self._store.engine)
        yield RecordingStore(engine, before=self._store.engine)

    def apply(self, added: Collection[ox.Quad], removed: Collection[ox.Quad], record: str = "") -> None:  # noqa: ARG002
        """Write the difference."""
        self._store.put(added, removed)

    def source(self) -> Source:
        """Give copies of it."""
        return MemorySource(self._store)

    def writing(self, limits: WriteLimits) -> None:  # noqa: ARG002
        """Give nothing: what is in memory is gone with this process."""
        return

    def close(self) -> None:
        """Forget the store."""
        self._store.close()


class InFolder:
    """A store folder, open for writing."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.shipments = Shipments(writer.folder / "shipped")
        self.texts = Texts(writer.folder / "texts")
        self.audit = AuditLog(writer.folder)
        self.conclusions = Conclusions(writer.folder)

    @property
    def store(self) -> GraphStore:
        """The live store."""
        return self._writer.store

    @contextmanager
    def staging(self) -> Iterator[RecordingStore]:
        """Give a checkpoint that may be written to."""
        with self._writer.staging() as copy:
            stage = RecordingStore(copy.engine, before=self._writer.store.engine, folder=Path(copy.where).parent)
            try:
                yield stage
            finally:
                # Nobody holds the copy when its folder is removed.
                stage.close()

    def apply(self, added: Collection[ox.Quad], removed: Collection[ox.Quad], record: str = "") -> None:
        """Write the difference and make a snapshot."""
        journal = self._writer.journal
        if added or removed:
            journal.begun(record, LogEnd(self._writer.folder / "live").place())
            if isinstance(added, Changes) and isinstance(removed, Changes) and len(added) + len(removed) > LARGE:
                self._writer.put_large(added, removed, record)
            else:
                self._writer.store.put(added, removed)
            journal.carried_out(record)
        self._writer.checkpoint()
        journal.synced([record])

    def source(self) -> Source:
        """Give its snapshots."""
        return FolderSource(self._writer.folder)

    def writing(self, limits: WriteLimits) -> None:  # noqa: ARG002
        """Give nothing: this process writes itself."""
        return

    def close(self) -> None:
        """Let the next writer in."""
        self.audit.close()
        self._writer.close()


class ReadOnly:
    """A store that is open for reading."""

    def __init__(self, store: SnapshotReader) -> None:
        self._reader = store
        self.texts = Texts(store.folder / "texts")
        self.audit = AuditLog(store.folder)
        self.conclusions = Conclusions(store.folder)

    @property
    def store(self) -> GraphStore:
        """The newest snapshot."""
        return self._reader

    @property
    def shipments(self) -> Shipments:
        """Refuse."""
        raise self._refusal()

    def staging(self) -> AbstractContextManager[RecordingStore]:
        """Refuse."""
        raise self._refusal()

    def apply(self, added: Collection[ox.Quad], removed: Collection[ox.Quad], record: str = "") -> None:  # noqa: ARG002
        """Refuse."""
        raise self._refusal()

    def source(self) -> Source:
        """Give its snapshots."""
        return FolderSource(self._reader.folder)

    def writing(self, limits: WriteLimits) -> Writing:
        """Give a process of its own that writes."""
        from mandategraph.stores.writing import Writing

        return Writing(self._reader.folder, limits)

    def close(self) -> None:
        """Let go of the store."""
        self.audit.close()
        self._reader.close()

    @staticmethod
    def _refusal() -> StoreUnavailable:
        return StoreUnavailable("The store is open for reading only.")


class Remote:
    """A SPARQL endpoint; a change is tried on a copy of our five graphs in memory."""

    def __init__(
        self, store: RemoteStore, ours: OurGraphs, shipments: Shipments, texts: Texts, audit: AuditLog
    ) -> None:
        self.store = store
        self._ours = ours
        self.audit = audit
        self.conclusions: Conclusions = NoConclusions()
        self.shipments = shipments
        self.texts = texts

    @contextmanager
    def staging(self) -> Iterator[RecordingStore]:
        """Give a copy in memory."""
        self.audit.settle(self.store.was_made)
        stage = empty_stage()
        # What clients wrote without naming a graph is read with the facts.
        for graph in (None, *self._ours.installation.all):
            stage.engine.extend(map(from_quad, self.store.quads(graph)))
        yield stage

    def apply(self, added: Collection[ox.Quad], removed: Collection[ox.Quad], record: str = "") -> None:
        """Write the difference in one request, as far as the engine takes it so."""
        self.store.write(map(to_quad, added), map(to_quad, removed), record)

    def source(self) -> None:
        """Give nothing: the endpoint has limits of its own."""
        return

    def writing(self, limits: WriteLimits) -> RemoteWriting:
        """Give what works changes out here and sends them."""
        from mandategraph.stores.remote_writing import RemoteWriting

        self.audit.settle(self.store.was_made)
        return RemoteWriting(self.store, self._ours, limits.waiting, limits.waiting_megabytes)

    def close(self) -> None:
        """Let go of the record."""
        self.audit.close()
        self.store.close()
