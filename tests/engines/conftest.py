"""Engines of others, started on loopback for these tests, with the shipped plan loaded into them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mandategraph.settings import Settings, resolve
from mandategraph.stores.remote import RemoteStore
from mandategraph.wiring import Installation, load_plan, memory_installation, open_installation

VIRTUOSO_SETTINGS = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 8000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
CaseMode = 2
MaxSortedTopRows = 1000000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not answers(address):
        assert process.poll() is None, f"the engine ended with {process.returncode}"
        assert time.monotonic() < until, "the engine does not answer"
        time.sleep(0.1)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5) as answered:  # noqa: S310  on loopback
            return bool(answered.read())
    except OSError:
        return False


def missing(what: str) -> None:
    """Skip, but not on a build server: there the engines must be."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def oxigraph(folder: Path, rows: int = 0) -> Iterator[str]:
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        missing("there is no oxigraph server here: make test installs it")
    port = free_port()
    process = subprocess.Popen(
        [program, "serve", "--location", folder / "data", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/query", process)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.kill()
        process.wait()


@contextmanager
def virtuoso(folder: Path, rows: int = 1_000_000) -> Iterator[str]:
    program, sql_program = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or sql_program is None:
        missing("there is no Virtuoso here: make test installs it where it may")
    assert program is not None
    assert sql_program is not None
    ports = {"sql": free_port(), "http": free_port()}
    (folder / "virtuoso.ini").write_text(VIRTUOSO_SETTINGS.format(rows=rows, **ports))
    process = subprocess.Popen(
        [program, "+configfile", "virtuoso.ini", "+foreground"], cwd=folder, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{ports['http']}/sparql", process)
        subprocess.run(
            [sql_program, f"127.0.0.1:{ports['sql']}", "dba", "dba", 'exec=GRANT SPARQL_UPDATE TO "SPARQL";'],
            check=True,
            capture_output=True,
            timeout=60,
        )
        yield f"http://127.0.0.1:{ports['http']}/sparql"
    finally:
        process.kill()
        process.wait()


STARTERS: dict[str, Callable[[Path], Iterator[str]]] = {"oxigraph": oxigraph, "virtuoso": virtuoso}  # type: ignore[dict-item]


@pytest.fixture(scope="session", params=list(STARTERS))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an engine that holds nothing but the shipped plan."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch, STARTERS[request.param](folder) as address:  # type: ignore[attr-defined]
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        changed = load_plan(settings_of(address), "cam")
        assert changed.compared > 300
        yield address


@pytest.fixture(scope="session")
def there(engine: str) -> Iterator[Installation]:
    """The installation in that engine; nobody else writes to it, so that one state of it is all there is."""
    with pytest.MonkeyPatch.context() as patch, open_installation(settings_of(engine)) as opened:
        patch.setattr(RemoteStore, "revision", "1")
        yield opened


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """The same plan here, of which nobody has asked anything: what was labelled once is remembered."""
    with memory_installation() as opened:
        yield opened


def settings_of(address: str) -> Settings:
    return resolve({"store": f"sparql+{address}", "timeout_seconds": "120"}, {})
