"""`mandategraph check --keep` and `--new-since`: findings over time, as a user meets them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest


@pytest.fixture
def store(run, tmp_path):
    """A store of its own with the shipped plan."""
    store = tmp_path / "store"
    assert run("load", "cam", "--store", store).status == 0
    return store


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_findings_are_kept_once_and_what_came_and_went_is_told(run, store):
    """The report is printed as ever; a second time makes no snapshot; a gap that is accepted is gone since before."""
    before = _today()
    plain = run("check", "--json", "--store", store)
    kept = run("check", "--keep", "--json", "--store", store)
    assert (kept.status, kept.out) == (plain.status, plain.out)
    assert "new and 0 gone" in kept.err
    snapshot = (store / "current").read_text(encoding="ascii").strip()
    again = run("check", "--keep", "--json", "--store", store)
    if _today() == before:
        assert "nothing was written" in again.err
        assert (store / "current").read_text(encoding="ascii").strip() == snapshot
    told = ("--by", "Ana Pérez", "--reason", "The bodies are named in May.", "--store", store)
    assert run("decide", "gap", "ActivityWithoutResponsible", "accept", *told).status == 0
    for since in (_today(), snapshot):
        found = run("check", "--new-since", since, "--json", "--store", store)
        assert found.status == 0
        difference = json.loads(found.out)
        assert difference["new"] == []
        assert {one["code"] for one in difference["gone"]} == {"ActivityWithoutResponsible"}
        assert all(one["message"] for one in difference["gone"])
    words = run("check", "--new-since", _today(), "--lang", "es", "--store", store)
    assert "Ya no aparece (11)" in words.out
    assert words.out.startswith("Desde el ")
    assert "11 gone" in run("check", "--keep", "--store", store).err
    assert run("decide", "gap", "ActivityWithoutResponsible", "withdraw", *told).status == 0
    newest = str(int((store / "current").read_text(encoding="ascii")) - 1)
    back = run("check", "--new-since", newest, "--json", "--store", store)
    assert back.status == 1
    assert len(json.loads(back.out)["new"]) == 11


REFUSED = (
    (("--new-since", "2026-01-01"), 3, "check --keep"),
    (("--new-since", "yesterday"), 2, "2026-11-01"),
    (("--new-since", "77"), 3, "no snapshot 000077"),
    (("--new-since", "2026-01-01", "--format", "html"), 2, "table and json"),
    (("--keep", "--watch"), 2, "--keep"),
    (("--keep", "--new-since", "2026-01-01"), 2, "--new-since"),
    (("--keep", "--data", "x.ttl"), 2, "--data"),
)


def test_what_cannot_be_told_is_refused(run, store):
    """One sentence, and what to do."""
    for arguments, status, words in REFUSED:
        found = run("check", *arguments, "--store", store)
        assert found.status == status, arguments
        assert words in found.err
        assert found.out == ""


def test_no_store_is_made_to_keep_nothing(run, tmp_path):
    """A name that was mistyped is told."""
    found = run("check", "--keep", "--store", tmp_path / "none")
    assert found.status == 3
    assert "load cam" in found.err
    assert not (tmp_path / "none").exists()
