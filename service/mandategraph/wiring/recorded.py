"""What the record of writes says of a change that a command made."""

from __future__ import annotations

import getpass
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyoxigraph as ox

    from mandategraph.stores.audit import AuditLog, Write

What = tuple[str, str]
"""The verb, and what it was about."""


@contextmanager
def recorded(log: AuditLog, what: What, added: Collection[ox.Quad], removed: Collection[ox.Quad]) -> Iterator[str]:
    """
    Announce a change in the record of writes, and record it once it is on the disk; give the name it has there.

    Where it breaks off, it stays announced, and the next that opens the store finds out what became of it. What
    changes nothing is not recorded.
    """
    if not (added or removed):
        yield ""
        return
    announced = log.announce(write_of(what, added, removed))
    yield announced.id
    log.made(announced)


def write_of(what: What, added: Collection[ox.Quad], removed: Collection[ox.Quad]) -> Write:
    """Return what the record says of a change that a command makes: by whom, of which graphs, how much."""
    from mandategraph.stores.audit import Write

    graphs = sorted(_graphs_of(added) | _graphs_of(removed))
    return Write(what[0], user(), tuple(graphs), len(added), len(removed), what[1])


def _graphs_of(quads: Collection[ox.Quad]) -> set[str]:
    from mandategraph.stores.changes import Changes

    if isinstance(quads, Changes):
        return {name for name, number in quads.by_graph.items() if number}
    return {getattr(quad.graph_name, "value", "") for quad in quads}


def user() -> str:
    """Return who runs this program, as the system knows them: `user root`, or `uid 1000` where it knows no name."""
    try:
        return f"user {getpass.getuser()}"
    except (OSError, KeyError, ImportError):  # a container may have no name for the one it runs as
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "somebody"
