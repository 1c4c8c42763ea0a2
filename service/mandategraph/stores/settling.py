"""Before a store is read: its newest snapshot is to hold all that was acknowledged, whoever wrote it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from mandategraph.core.errors import MandateGraphError
from mandategraph.stores.folder import Writer
from mandategraph.stores.writing_socket import visit


def settle(folder: Path) -> None:
    """
    Have a snapshot made by the service that writes, or after one that was killed.

    Where neither can be, because another command is at work or this user may not write, the newest snapshot is what
    there is to read.
    """
    visitor = visit(folder)
    with suppress(MandateGraphError):
        if visitor is None:
            with Writer(folder) as writer:
                if writer.is_ahead:
                    writer.checkpoint()
            return
        try:
            visitor.freshen()
        finally:
            visitor.close()
