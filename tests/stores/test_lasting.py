"""What is put into a store is there after a power cut: content first, then its name, then the name of its folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.conclusions import Conclusions
from mandategraph.stores.lasting import make_folder, put, swap, sync_names
from mandategraph.stores.tokens import Tokens

pytestmark = pytest.mark.skipif(os.name == "nt", reason="folders cannot be synced there")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was synced, in their order."""
    names: list[str] = []
    real = os.fsync

    def fsync(number: int) -> None:
        names.append(os.path.basename(os.readlink(f"/proc/self/fd/{number}")))
        real(number)

    if not Path("/proc/self/fd").exists():
        pytest.skip("nothing tells here which file a number is")
    monkeypatch.setattr(os, "fsync", fsync)
    return names


def test_a_file_is_on_the_disk_before_its_name(tmp_path: Path, synced: list[str]) -> None:
    put(tmp_path / "a", b"text")
    assert synced == [".a.new", tmp_path.name]
    assert (tmp_path / "a").read_bytes() == b"text"


def test_the_names_of_new_folders_are_on_the_disk(tmp_path: Path, synced: list[str]) -> None:
    make_folder(tmp_path / "a" / "b")
    assert sorted(synced) == sorted([tmp_path.name, "a"])
    make_folder(tmp_path / "a" / "b")
    assert len(synced) == 2


def test_two_folders_change_names_in_one_step(tmp_path: Path, synced: list[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "of").write_text(name)
    if not swap(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this disk has no such step")
    assert [(tmp_path / name / "of").read_text() for name in ("a", "b")] == ["b", "a"]
    assert synced == [tmp_path.name]
    with pytest.raises(FileNotFoundError):
        swap(tmp_path / "a", tmp_path / "c")


def test_forgotten_conclusions_stay_forgotten(tmp_path: Path, synced: list[str]) -> None:
    """Back after a power cut, they would vouch for facts that were changed meanwhile."""
    conclusions = Conclusions(tmp_path)
    conclusions.keep("rules")
    synced.clear()
    conclusions.forget()
    assert synced == [tmp_path.name]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_disk_that_does_not_take_a_name_is_told(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        Tokens(tmp_path).create(["write"])


def test_a_disk_that_cannot_sync_folders_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(_: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", unable)
    sync_names(tmp_path)
