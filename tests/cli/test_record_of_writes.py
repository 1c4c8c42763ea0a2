"""Every command that writes is recorded, and `mandategraph status` finds out whether the record was touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mandategraph.cli.main import run as run_here
from mandategraph.stores.audit import FILE, AuditLog
from mandategraph.stores.tokens import Tokens

PROPOSAL = "https://w3id.org/mandategraph/at/oas/link/"
GRAPH = "https://w3id.org/mandategraph/at/graph/"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit") / "store"
    assert run_here(["load", "cam", "--store", str(folder)]) == 0
    return folder


def recorded(folder: Path) -> list[str]:
    return [line.write.what for line in AuditLog(folder).lines()]


def test_what_commands_write_is_recorded_with_who_and_how_much(filled: Path, tmp_path: Path) -> None:
    (first,) = AuditLog(filled).lines()
    assert first.write.what == "load"
    assert first.write.who.startswith(("user ", "uid "))
    assert (first.write.added or 0) > 10_000
    assert set(first.write.graphs) == {GRAPH + name for name in ("facts", "inferred", "review")}
    (tmp_path / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    assert run_here(["load", str(tmp_path / "more.ttl"), "--store", str(filled)]) == 0
    second = list(AuditLog(filled).lines())[1].write
    assert (second.what, second.detail, second.added, second.removed) == ("load", "more.ttl", 1, 0)
    assert second.graphs == (GRAPH + "facts",)


def test_what_changes_nothing_is_not_recorded(filled: Path) -> None:
    before = recorded(filled)
    assert run_here(["load", "cam", "--store", str(filled)]) == 0
    assert run_here(["infer", "--store", str(filled)]) == 0
    assert recorded(filled) == before


def test_status_names_the_first_broken_line(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_here(["status", "--json", "--store", str(filled)]) == 0
    told = json.loads(capsys.readouterr().out)["writes"]
    assert told["holds"] is True
    assert told["lines"] == len(recorded(filled)) > 0
    record = filled / FILE
    before = record.read_text()
    record.write_text(before.replace('"what":"load"', '"what":"held"', 1))
    try:
        assert run_here(["status", "--store", str(filled)]) == 1
        assert "broken from line 1 on" in capsys.readouterr().out
    finally:
        record.write_text(before)


def test_after_a_restore_tokens_and_record_go_on(filled: Path, tmp_path: Path) -> None:
    """A token that was revoked after the backup stays revoked; the record tells of the restore."""
    tokens = Tokens(filled)
    revoked, kept = tokens.create(["write"])
    assert run_here(["backup", str(tmp_path / "copy"), "--store", str(filled)]) == 0
    tokens.revoke(kept.id)
    later, _ = tokens.create(["read"])
    before = recorded(filled)
    assert run_here(["restore", str(tmp_path / "copy"), "--store", str(filled), "--replace"]) == 0
    assert Tokens(filled).find(revoked) is None
    assert Tokens(filled).find(later) is not None
    assert recorded(filled) == [*before, "restore"]
    assert AuditLog(filled).look().holds
