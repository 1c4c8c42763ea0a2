"""`mandategraph doctor`: whether everything works, one line a thing, and what to do about what does not."""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import typer

from mandategraph import __version__
from mandategraph.cli.options import JsonFlag, StoreOption, settings_from
from mandategraph.cli.output import print_table, write_out
from mandategraph.core.errors import CannotLook, MandateGraphError
from mandategraph.core.graphs import Graphs
from mandategraph.library import Library
from mandategraph.settings import Settings, config_file


@dataclass(frozen=True)
class _Finding:
    """One thing that was looked at: whether it works, and what there is to say."""

    name: str
    works: bool
    told: str


def command(store: StoreOption = None, as_json: JsonFlag = False) -> None:
    """
    Look whether everything works: program, libraries, shipped files, settings, store, and what a service needs.

    Nothing is changed. Exit status 3 where something does not work.
    """
    found = [
        _tried("program", lambda: f"mandategraph {__version__}, Python {platform.python_version()}"),
        _tried("libraries", _libraries),
        _tried("shipped files", _library),
        _tried("settings", lambda: f"{_settings_file()}"),
    ]
    if found[-1].works:
        settings = settings_from(store=store)
        found += [_tried("store", lambda: _store(settings)), _tried("writing", lambda: _writing(settings))]
        found += [_tried("backup", lambda: _backup(settings)), _tried("record of writes", lambda: _record(settings))]
        found += [_tried("tokens", lambda: _tokens(settings)), _tried("room", lambda: _room(settings))]
        found += [_tried("queries", lambda: _queries(settings)), _tried("port", lambda: _port(settings))]
    if as_json:
        write_out(
            json.dumps([{"name": one.name, "works": one.works, "told": one.told} for one in found], indent=2) + "\n"
        )
    else:
        print_table(["what", "works", "told"], [[one.name, "yes" if one.works else "NO", one.told] for one in found])
    if not all(one.works for one in found):
        raise typer.Exit(3)


def _tried(name: str, look: Callable[[], str]) -> _Finding:
    try:
        return _Finding(name, True, look())
    except MandateGraphError as problem:
        return _Finding(name, False, problem.message)
    except (OSError, ImportError, ValueError) as problem:
        return _Finding(name, False, f"{type(problem).__name__}: {problem}")


def _libraries() -> str:
    wanted = [line.partition(";")[0] for line in requires("mandategraph") or []]
    wrong = []
    for line in wanted:
        name, _, pinned = line.partition("==")
        try:
            here = version(name.strip())
        except PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        if pinned and here != pinned.strip():
            wrong.append(f"{name} is {here}, {pinned} is wanted")
    if wrong:
        raise ValueError("; ".join(wrong) + ". Install the locked ones: make install")
    return f"{len(wanted)} as locked"


def _library() -> str:
    from mandategraph.checks import Catalogue
    from mandategraph.core.questions import read_question
    from mandategraph.reason.rules import read_rules

    library = Library.shipped()
    questions = [read_question(name, library.text(path)) for name, path in library.questions().items()]
    rules = read_rules(library.rules(), library.ontology())
    checks = Catalogue.read(library.shapes_folder).shapes
    for plan in library.plans().values():
        library.source_of(plan)
    return (
        f"{len(questions)} questions, {len(rules)} rules, {len(checks)} checks, "
        f"{len(library.plans())} plan with its source text, in {library.root}"
    )


def _settings_file() -> str:
    settings = settings_from()
    chosen = len(settings.origins)
    file = config_file()
    return f"{file} {'is read' if file.exists() else 'does not exist, which is fine'}; {chosen} set by somebody"


def _store(settings: Settings) -> str:
    graphs = Graphs(settings.base)
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    if settings.store_address:
        from mandategraph.stores.credentials import read_credentials
        from mandategraph.stores.remote import RemoteStore

        credentials = read_credentials(settings.store_user, settings.store_secret_file)
        remote = RemoteStore(settings.store_address, settings.store_update, settings.timeout_seconds, credentials)
        number = remote.select(count, graphs.public()).rows[0]["n"]
        return f"{settings.store_address} answers: {int(str(number)):,} triples of ours"
    from mandategraph.stores.folder import is_store
    from mandategraph.stores.snapshot import SnapshotReader

    if not is_store(settings.store_folder):
        return f"there is none in {settings.store_folder} yet; the first command makes it"
    reader = SnapshotReader(settings.store_folder)
    number = reader.select(count, graphs.public()).rows[0]["n"]
    return f"{settings.store_folder} answers: {int(str(number)):,} triples, snapshot {reader.revision}"


def _writing(settings: Settings) -> str:
    if settings.store_address:
        return "not tried on a remote store"
    from mandategraph.stores.folder import Writer, is_store
    from mandategraph.stores.writing_socket import is_served

    folder = settings.store_folder
    if is_store(folder):
        if is_served(folder):
            return "a service has the store open and takes changes"
        Writer(folder).close()
        return "the store can be opened for writing"
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    with tempfile.TemporaryDirectory(dir=Path(there)):
        return f"a store can be made below {there}"


def _backup(settings: Settings) -> str:
    """Say when the store was last copied; that it never was is no fault of the installation."""
    from mandategraph.stores.backup import last_backup

    if settings.store_address:
        return "an endpoint is backed up where it runs"
    last = last_backup(settings.store_folder)
    if last is None:
        return "none was made of this store yet; make one with: mandategraph backup DIR"
    made, where, snapshot = last
    there = "" if Path(where).is_dir() else ", which is not there any more"
    return f"the last was made {made} in {where}{there} (snapshot {snapshot})"


def _record(settings: Settings) -> str:
    from mandategraph.stores.audit import AuditLog

    looked = AuditLog(settings.own_folder).look()
    if not looked.holds:
        raise CannotLook(f"the record of writes is broken from line {looked.broken_line} on: {looked.fault}")
    return f"{looked.lines:,} writes recorded; the record holds"


def _tokens(settings: Settings) -> str:
    """Count the tokens, and look whether others on this machine may change them."""
    from mandategraph.stores.tokens import FILE, Tokens

    told = Tokens(settings.own_folder).all()
    now = datetime.now(UTC)
    path = settings.own_folder / FILE
    if os.name != "nt" and path.exists() and path.stat().st_mode & 0o077:
        raise CannotLook(f"others may read or write {path}; take that from them with: chmod 600 {path}")
    if not told:
        return "there is none: nobody writes over HTTP, and nobody reads drafts"
    expired = sum(token.is_expired(now) for token in told)
    return f"{len(told)} made, {expired} of them expired"


def _room(settings: Settings) -> str:
    there = next(parent for parent in (settings.own_folder, *settings.own_folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free // 1_000_000
    if free < settings.free_megabytes:
        raise CannotLook(
            f"{free:,} MB are free below {there}; {settings.free_megabytes:,} are kept free (free_megabytes), "
            "so nothing is written"
        )
    return f"{free:,} MB are free below {there}"


def _queries(settings: Settings) -> str:
    """Have a process answer a query, as a service does."""
    from mandategraph.stores.folder import is_store
    from mandategraph.stores.readable import FolderSource
    from mandategraph.stores.readers import Readers
    from mandategraph.wiring.places import limits

    if settings.store_address:
        return "an endpoint answers them itself"
    if not is_store(settings.store_folder):
        return "there is no store yet"
    readers = Readers(FolderSource(settings.store_folder), limits(settings))
    try:
        public = Graphs(settings.base).public()
        b"".join(readers.query("ASK {}", public, "application/sparql-results+json").pieces())
    finally:
        readers.close()
    allowed = readers.limits
    return f"a process answers; {allowed.readers} at once, {allowed.seconds:g} s and {allowed.megabytes:,} MB each"


def _port(settings: Settings) -> str:
    """Say whether a service may listen where the settings say; that one does already is no fault."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                return f"{settings.host}:{settings.port} is taken: a service runs there, or choose another port"
            raise CannotLook(
                f"{settings.host}:{settings.port} cannot be had: {problem.strerror or problem}"
            ) from problem
    return f"{settings.host}:{settings.port} is free"
