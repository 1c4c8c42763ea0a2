"""Where an installation keeps things: its folder, an endpoint, a backup."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mandategraph.core.errors import StoreUnavailable, WrongUse
from mandategraph.core.graphs import Graphs
from mandategraph.settings import Settings
from mandategraph.wiring.recorded import user

if TYPE_CHECKING:
    from mandategraph.stores.backends import Backend
    from mandategraph.stores.backup import Backup
    from mandategraph.stores.limits import Limits
    from mandategraph.stores.writing import WriteLimits


def limits(settings: Settings) -> Limits:
    """Return what the settings allow a query from outside."""
    from mandategraph.stores.limits import Limits

    return Limits(
        seconds=settings.query_seconds,
        megabytes=settings.query_megabytes,
        rows=settings.query_rows,
        answer_megabytes=settings.answer_megabytes,
        most=settings.readers,
    )


def write_limits(settings: Settings) -> WriteLimits:
    """Return what the settings allow a change from outside."""
    from mandategraph.stores.writing import WriteLimits

    return WriteLimits(
        seconds=settings.write_seconds,
        megabytes=settings.write_megabytes,
        free_megabytes=settings.free_megabytes,
        waiting_megabytes=max(256, 4 * settings.upload_megabytes),
    )


def back_up(settings: Settings, target: Path) -> Backup:
    """Copy the store that the settings name into a folder; it may be in use."""
    from mandategraph.stores import backup

    return backup.back_up(_own_folder(settings), target)


def restore(settings: Settings, source: Path, replace: bool = False) -> tuple[Backup, Path | None]:
    """Make the store that the settings name of a backup; return too where the one went that was there."""
    from mandategraph.stores import backup
    from mandategraph.stores.audit import AuditLog, Write
    from mandategraph.stores.writing_socket import is_served

    folder = _own_folder(settings)
    if is_served(folder):
        told = f"A service has the store {folder} open, and would go on with what it was."
        raise StoreUnavailable(f"{told} Stop it, restore, and start it again.")

    def note(made: Path, of: Backup) -> None:
        AuditLog(made).record(Write("restore", user(), ("*",), of.triples, None, f"the backup of {of.made}"))

    return backup.restore(source, folder, replace, note)


def _own_folder(settings: Settings) -> Path:
    if settings.store_address:
        raise WrongUse("An endpoint is backed up where it runs. Its content: mandategraph export --scope all")
    return settings.store_folder


def remote(settings: Settings) -> Backend:
    """Return the endpoint that the settings name; what is kept beside it lies with the user."""
    from mandategraph.stores.audit import AuditLog
    from mandategraph.stores.backends import Remote
    from mandategraph.stores.credentials import read_credentials
    from mandategraph.stores.remote import RemoteStore
    from mandategraph.stores.remote_graphs import OurGraphs
    from mandategraph.stores.shipments import Shipments
    from mandategraph.stores.texts import Texts

    told = os.environ.get("XDG_STATE_HOME", "")
    state = Path(told) if told and Path(told).is_absolute() else Path.home() / ".local/state"
    # The endpoint has no place of ours for what a plan put there last: it is kept here, by address.
    key = hashlib.sha256(settings.store_address.encode()).hexdigest()[:16]
    credentials = read_credentials(settings.store_user, settings.store_secret_file)
    beside = state / "mandategraph" / "remote" / key
    ours = OurGraphs(Graphs(settings.base), beside)
    store = RemoteStore(settings.store_address, settings.store_update, settings.timeout_seconds, credentials, ours)
    return Remote(store, ours, Shipments(beside), Texts(beside / "texts"), AuditLog(beside))
