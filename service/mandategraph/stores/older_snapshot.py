"""A snapshot of a store folder that is not the newest one, for as long as it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.embedded import EmbeddedStore


@contextmanager
def older_snapshot(folder: Path, number: int) -> Iterator[EmbeddedStore]:
    """
    Give the store opened on one of the snapshots that are still there; StoreUnavailable where that one is not.

    A writer may remove it meanwhile: then a question of it fails with StoreUnavailable as well.
    """
    place = folder / "snapshots" / f"{number:06d}"
    if not place.is_dir():
        there = ", ".join(sorted(one.name for one in (folder / "snapshots").glob("[0-9]*")))
        raise StoreUnavailable(f"The store {folder} has no snapshot {place.name} any more; there are: {there}.")
    store = EmbeddedStore.from_folder(place, read_only=True)
    store.where = f"The store {folder}"
    try:
        yield store
    finally:
        store.close()
