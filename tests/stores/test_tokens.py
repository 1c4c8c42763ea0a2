"""Tokens: made once, kept as a digest, taken back at once."""

from __future__ import annotations

import json
import os
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mandategraph.core.errors import StoreUnavailable, UnknownName
from mandategraph.stores.tokens import FILE, PREFIX, Tokens


def test_a_token_is_long_random_and_kept_as_a_digest_only(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    secrets = {tokens.create(["write"], "clerk")[0] for _ in range(20)}
    assert len(secrets) == 20
    assert all(secret.startswith(PREFIX) and len(secret) >= 43 + len(PREFIX) for secret in secrets)
    kept = (tmp_path / FILE).read_text()
    assert kept.count("sha256") == 20
    assert not any(secret in kept or secret.removeprefix(PREFIX) in kept for secret in secrets)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other rights")
def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Tokens(tmp_path).create(["read"])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_what_another_process_makes_or_revokes_holds_at_once(tmp_path: Path) -> None:
    serving, commanding = Tokens(tmp_path), Tokens(tmp_path)
    assert serving.all() == ()
    secret, made = commanding.create(["review"])
    assert serving.find(secret) == made
    commanding.revoke(made.id)
    assert serving.find(secret) is None


def test_an_expired_token_does_not_hold() -> None:
    tokens, now = Tokens(None), datetime.now(UTC)
    secret, _ = tokens.create(["read"], expires=now + timedelta(seconds=60))
    assert tokens.find(secret, now) is not None
    assert tokens.find(secret, now + timedelta(seconds=61)) is None


def test_every_token_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the first that fits ends the search, so that time tells nothing of how many there are or which it is."""
    tokens = Tokens(None)
    secrets = [tokens.create(["read"])[0] for _ in range(5)]
    compared: list[str] = []

    def counting(kept: str, told: str) -> bool:
        compared.append(kept)
        return kept == told

    monkeypatch.setattr("mandategraph.stores.tokens.hmac.compare_digest", counting)
    assert tokens.find(secrets[0]) is not None
    assert len(compared) == 5


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 9, "tokens": []}', '{"format": 1, "tokens": [{}]}'])
def test_tokens_that_cannot_be_read_let_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(StoreUnavailable, match=r"tokens\.json"):
        Tokens(tmp_path).find("mgt_anything")


def test_a_name_that_two_have_revokes_neither() -> None:
    tokens = Tokens(None)
    tokens.create(["read"], "office")
    tokens.create(["write"], "office")
    with pytest.raises(UnknownName, match="2 have this name"):
        tokens.revoke("office")
    assert len(tokens.all()) == 2


def test_many_at_once_lose_none(tmp_path: Path) -> None:
    makers = [threading.Thread(target=lambda: Tokens(tmp_path).create(["read"])) for _ in range(12)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(json.loads((tmp_path / FILE).read_text())["tokens"]) == 12


def test_a_scope_that_there_is_not_makes_no_token() -> None:
    tokens = Tokens(None)
    with pytest.raises(UnknownName, match="Nearest: review"):
        tokens.create(["reviw"])
    assert tokens.all() == ()
