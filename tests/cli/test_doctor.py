"""`mandategraph doctor` tells a new operator what is wrong, and what to do about it."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from mandategraph.cli.main import run as run_here
from mandategraph.stores.audit import FILE, AuditLog, Write
from mandategraph.stores.folder import create
from mandategraph.stores.tokens import FILE as TOKENS
from mandategraph.stores.tokens import Tokens


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An empty store."""
    create(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def told(store: Path, capsys: pytest.CaptureFixture[str]):
    """Run the verb; return its status and what it says of each thing."""

    def look() -> tuple[int, dict[str, dict[str, object]]]:
        status = run_here(["doctor", "--json", "--store", str(store)])
        return status, {one["name"]: one for one in json.loads(capsys.readouterr().out)}

    return look


def test_it_looks_at_what_a_service_needs(told) -> None:
    _, found = told()
    for name in ("record of writes", "tokens", "room", "queries", "port"):
        assert found[name]["works"], found[name]
    assert "a process answers" in found["queries"]["told"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other rights")
def test_tokens_that_others_may_read_are_a_fault(store: Path, told) -> None:
    Tokens(store).create(["write"])
    assert told()[1]["tokens"]["works"]
    (store / TOKENS).chmod(0o644)
    status, found = told()
    assert status == 3
    assert "chmod 600" in found["tokens"]["told"]


def test_a_record_that_was_changed_is_a_fault(store: Path, told) -> None:
    AuditLog(store).record(Write("put", "token 1"))
    (store / FILE).write_text((store / FILE).read_text().replace("token 1", "token 2"))
    status, found = told()
    assert status == 3
    assert "line 1" in found["record of writes"]["told"]


def test_too_little_room_is_a_fault(told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANDATEGRAPH_FREE_MEGABYTES", "999999999")
    status, found = told()
    assert status == 3
    assert "free_megabytes" in found["room"]["told"]


def test_a_port_that_is_taken_is_told(told, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("MANDATEGRAPH_PORT", str(other.getsockname()[1]))
        assert "is taken" in told()[1]["port"]["told"]
