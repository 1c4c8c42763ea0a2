"""
A change too large for one transaction of the engine: laid down whole beside the live store, then carried into it.

    promised/   added-….nq, removed-….nq, and its name in the journal; once this folder has its name, it counts as made

Whoever was cut off while carrying it over is followed by somebody who does it again from the beginning, before anything
else is read or written. Readers see their snapshot until the whole is in.
"""

from __future__ import annotations

import os
import shutil
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from mandategraph.stores.changes import Changes
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.journal import Journal
from mandategraph.stores.lasting import put, sync_names

LARGE = 50_000
"""A change of more quads than this is promised first."""

PROMISED = "promised"
_BEGUN = ".promised.new"
_RECORD = "record"
_AT_ONCE = 5_000


def promise(folder: Path, added: Changes, removed: Changes, record: str = "") -> None:
    """Lay down a change so that it will be made, whatever happens; OSError where there is no room, and nothing is."""
    begun = folder / _BEGUN
    shutil.rmtree(begun, ignore_errors=True)
    try:
        begun.mkdir()
        for path in (*added.in_pieces(begun), *removed.in_pieces(begun)):
            _sync(path)
        put(begun / _RECORD, record.encode("ascii"))
        begun.rename(folder / PROMISED)
    except OSError:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    sync_names(folder)


def keep_promise(folder: Path, store: EmbeddedStore, journal: Journal) -> None:
    """Carry a promised change into the live store, if there is one; OSError or StoreUnavailable where it cannot be."""
    promised = folder / PROMISED
    if not promised.is_dir():
        return
    for path in sorted(promised.glob("removed-*.nq")):
        quads = ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)
        while part := list(islice(quads, _AT_ONCE)):
            store.put((), part)
    for path in sorted(promised.glob("added-*.nq")):
        store.bulk_load(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
    store.engine.flush()
    journal.synced([(promised / _RECORD).read_text(encoding="ascii")])
    gone = folder / f".{PROMISED}.kept"
    shutil.rmtree(gone, ignore_errors=True)
    promised.rename(gone)
    sync_names(folder)
    shutil.rmtree(gone, ignore_errors=True)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
