"""A store folder that a service has open: a command reads its newest snapshot, and changes it through the service."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.ports import GraphStore
from mandategraph.stores.audit import AuditLog
from mandategraph.stores.conclusions import Conclusions, ConclusionsBesideService
from mandategraph.stores.folder import open_snapshot, release
from mandategraph.stores.readable import FolderSource, Source
from mandategraph.stores.recording import RecordingStore
from mandategraph.stores.shipments import Shipments
from mandategraph.stores.snapshot import SnapshotReader
from mandategraph.stores.texts import Texts
from mandategraph.stores.write_requests import N_QUADS, Part, Request
from mandategraph.stores.writing_socket import Visitor

if TYPE_CHECKING:
    from mandategraph.stores.writing import WriteLimits


class BesideService:
    """A store whose live part a service has open; one command at a time may change it."""

    def __init__(self, folder: Path, visitor: Visitor) -> None:
        self.folder = folder
        self._visitor = visitor
        self._as_of = visitor.begin()
        self._reader = SnapshotReader(folder)
        self.shipments = Shipments(folder / "shipped")
        self.texts = Texts(folder / "texts")
        self.audit = AuditLog(folder)
        self.conclusions: Conclusions = ConclusionsBesideService(folder, self._note)

    @property
    def store(self) -> GraphStore:
        """The newest snapshot, which holds all that was acknowledged."""
        return self._reader

    @contextmanager
    def staging(self) -> Iterator[RecordingStore]:
        """Give a copy of the newest snapshot that may be written to; it is gone afterwards."""
        with suppress(OSError):
            for left in self.folder.glob(".staging-*"):
                shutil.rmtree(left, ignore_errors=True)
        try:
            place = Path(tempfile.mkdtemp(prefix=".staging-", dir=self.folder))
            _, snapshot, lock = open_snapshot(self.folder)
        except OSError as problem:
            raise StoreUnavailable(f"The store {self.folder} cannot be copied: {problem}.") from problem
        stage: RecordingStore | None = None
        try:
            snapshot.engine.backup(str(place / "live"))
            stage = RecordingStore(ox.Store(str(place / "live")), before=snapshot.engine, folder=place)
            yield stage
        except OSError as problem:
            raise StoreUnavailable(f"The store {self.folder} cannot be copied: {problem}.") from problem
        finally:
            if stage is not None:
                stage.close()
            snapshot.close()
            release(lock)
            shutil.rmtree(place, ignore_errors=True)

    def apply(self, added: Collection[ox.Quad], removed: Collection[ox.Quad], record: str = "") -> None:
        """Have the difference written whole or not at all; readers see it when this returns."""
        if added or removed:
            touched = {getattr(quad.graph_name, "value", "") for quads in (added, removed) for quad in quads}
            parts = tuple(Part(_lines(quads), N_QUADS) for quads in (added, removed))
            self._visitor.write(Request("difference", tuple(sorted(touched)), {}, parts, record=record))

    def _note(self, rules: str) -> None:
        self._visitor.write(Request("concluded", (), {"rules": rules, "as_of": self._as_of}))

    def source(self) -> Source:
        """Give its snapshots."""
        return FolderSource(self.folder)

    def writing(self, limits: WriteLimits) -> None:  # noqa: ARG002
        """Give nothing: the service writes."""
        return

    def close(self) -> None:
        """Let the next command have its turn."""
        self.audit.close()
        self._visitor.close()
        self._reader.close()


def _lines(quads: Collection[ox.Quad]) -> bytes:
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
