"""`mandategraph token`, as an operator uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mandategraph.cli.main import run as run_here


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An empty store."""
    from mandategraph.stores.folder import create

    create(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def token(store: Path, capsys: pytest.CaptureFixture[str]):
    """Run the verb; return status, output and talk."""

    def command(*arguments: str) -> tuple[int, str, str]:
        status = run_here(["token", *arguments, "--store", str(store)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return command


def test_a_token_is_printed_once_and_listed_without_it(token) -> None:
    status, out, told = token("create", "--scope", "write", "--scope", "review", "--name", "clerk", "--expires", "30d")
    assert status == 0
    secret = out.strip()
    assert secret
    assert secret not in told
    _, listed, _ = token("list")
    assert "clerk" in listed
    assert "write, review" in listed
    assert secret not in listed


def test_as_json(token) -> None:
    made = json.loads(token("create", "--scope", "read", "--json")[1])
    assert made["token"].startswith("mgt_")
    listed = json.loads(token("list", "--json")[1])
    assert [one["id"] for one in listed] == [made["id"]]
    assert "token" not in listed[0]
    assert "sha256" not in listed[0]


def test_revoked_it_is_gone(token) -> None:
    made = json.loads(token("create", "--scope", "read", "--json")[1])
    assert token("revoke", made["id"])[0] == 0
    assert json.loads(token("list", "--json")[1]) == []
    status, _, told = token("revoke", made["id"])
    assert status == 2
    assert "token list" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["create"], "--scope"),
        (["create", "--scope", "everything"], "Scopes are: read, internal, review, write, admin"),
        (["create", "--scope", "read", "--expires", "yesterday"], "2027-06-30"),
        (["create", "--scope", "read", "--expires", "2001-01-01"], "a day to come"),
        (["create", "--scope", "read", "--name", "two\nlines"], "one line"),
        (["revoke"], "revoke ID"),
        (["list", "what"], "takes no id"),
        (["mint"], "create"),
    ],
)
def test_wrong_use_says_what_to_write(token, arguments: list[str], told: str) -> None:
    status, out, err = token(*arguments)
    assert (status, out) == (2, "")
    assert told in err


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_here(["token", "create", "--scope", "read", "--store", str(tmp_path / "none")]) == 3
    assert "mandategraph load cam" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
