"""What the record of writes says of a change that a command made."""

from __future__ import annotations

import getpass
import os
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyoxigraph as ox

    from mandategraph.stores.audit import AuditLog

What = tuple[str, str]
"""The verb, and what it was about."""


def record(log: AuditLog, what: What, added: Collection[ox.Quad], removed: Collection[ox.Quad]) -> None:
    """Record a change that is on the disk: by whom, of which graphs, how much came and went."""
    from mandategraph.stores.audit import Write

    graphs = sorted({getattr(quad.graph_name, "value", "") for quad in (*added, *removed)})
    log.record(Write(what[0], user(), tuple(graphs), len(added), len(removed), what[1]))


def user() -> str:
    """Return who runs this program, as the system knows them: `user root`, or `uid 1000` where it knows no name."""
    try:
        return f"user {getpass.getuser()}"
    except (OSError, KeyError, ImportError):  # a container may have no name for the one it runs as
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "somebody"
