"""
A change too large for one transaction of the engine: laid down whole beside the live store, then carried into it.

    promised/   added-….nq, removed-….nq, or the text of a whole graph with graph.json that says which; and its name in
                the journal. Once this folder has its name, it counts as made

Whoever was cut off while carrying it over is followed by somebody who does it again from the beginning, before anything
else is read or written. Readers see their snapshot until the whole is in.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mandategraph.core.formats import format_of_media_type
from mandategraph.stores.changes import Changes
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.journal import Journal
from mandategraph.stores.lasting import put, sync_names

LARGE = 50_000
"""A change of more quads than this is promised first."""

PROMISED = "promised"
_BEGUN = ".promised.new"
_RECORD = "record"
_GRAPH = "graph.json"
_TEXT = "graph.text"
_AT_ONCE = 5_000


def promise(folder: Path, added: Changes, removed: Changes, record: str = "") -> None:
    """Lay down a change so that it will be made, whatever happens; OSError where there is no room, and nothing is."""
    with _beginning(folder, record) as begun:
        for path in (*added.in_pieces(begun), *removed.in_pieces(begun)):
            _sync(path)


def promise_graph(
    folder: Path, graph: str | None, text: bytes, media_type: str, base: str, is_replaced: bool, record: str = ""
) -> None:
    """
    Lay down the text of a graph, which must have been looked through, so that the graph will hold it.

    It holds nothing else where it `is_replaced`; where it is added to, the text may have no blank nodes: done again
    from the beginning, there would be more of them. OSError where there is no room, and nothing is changed.
    """
    with _beginning(folder, record) as begun:
        put(begun / _TEXT, text)
        told = {"graph": graph, "mediaType": media_type, "base": base, "isReplaced": is_replaced}
        put(begun / _GRAPH, json.dumps(told).encode())


@contextmanager
def _beginning(folder: Path, record: str) -> Iterator[Path]:
    begun = folder / _BEGUN
    shutil.rmtree(begun, ignore_errors=True)
    try:
        begun.mkdir()
        yield begun
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
    if (promised / _GRAPH).exists():
        _carry_over_graph(promised, store)
    store.engine.flush()
    journal.synced([(promised / _RECORD).read_text(encoding="ascii")])
    gone = folder / f".{PROMISED}.kept"
    shutil.rmtree(gone, ignore_errors=True)
    promised.rename(gone)
    sync_names(folder)
    shutil.rmtree(gone, ignore_errors=True)


def _carry_over_graph(promised: Path, store: EmbeddedStore) -> None:
    told: dict[str, Any] = json.loads((promised / _GRAPH).read_text(encoding="utf-8"))
    name = ox.DefaultGraph() if told["graph"] is None else ox.NamedNode(told["graph"])
    if told["isReplaced"]:
        for quad in store.engine.quads_for_pattern(None, None, None, name):
            store.engine.remove(quad)
    store.bulk_load_file(promised / _TEXT, format_of_media_type(told["mediaType"]), name, told["base"])


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
