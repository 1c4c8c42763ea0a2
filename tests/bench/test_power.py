"""The disk that forgets what was not synced, and a store on it whose power is cut: `make bench-power`, in short."""

from __future__ import annotations

import importlib
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
FILE = 0o100600


@pytest.fixture(scope="module")
def bench() -> Iterator[dict[str, ModuleType]]:
    """The programs of the bench, by name."""
    sys.path.insert(0, str(BENCH))
    try:
        yield {
            name: importlib.import_module(name) for name in ("power", "power_commands", "power_disk", "power_supply")
        }
    finally:
        sys.path.remove(str(BENCH))


@pytest.fixture
def supply(bench: dict[str, ModuleType], tmp_path: Path) -> Iterator[Any]:
    """A disk whose power can be cut."""
    power = bench["power_supply"]
    try:
        with power.disk_at(tmp_path / "disk") as disk:
            yield disk
    except power.NoSuchDisk as problem:
        pytest.skip(f"no disk that forgets can be had: {problem}")


def left(bench: dict[str, ModuleType], disk: Any, how: str, seed: int = 1) -> dict[str, bytes]:
    found: dict[str, bytes] = disk.cut(bench["power_disk"].Survival[how], random.Random(seed)).files()  # noqa: S311
    return found


def test_a_name_lasts_by_its_folder_and_a_content_by_its_file(bench: dict[str, ModuleType]) -> None:
    disk = bench["power_disk"].Disk()
    file = disk.make(disk.root, "a", FILE)
    disk.write(file, 0, b"text")
    disk.sync(file)
    assert left(bench, disk, "NOTHING") == {}, "the folder was not synced"
    disk.sync(disk.root)
    disk.write(file, 0, b"TE")
    other = disk.make(disk.root, "b", FILE)
    disk.sync(disk.root)
    disk.write(other, 0, b"new")
    assert left(bench, disk, "NOTHING") == {"a": b"text", "b": b""}
    assert left(bench, disk, "EVERYTHING") == {"a": b"TExt", "b": b"new"}
    below = disk.make(disk.make(disk.root, "folder", 0o040700), "c", FILE)
    disk.sync(below)
    disk.sync(disk.root.names["folder"])
    assert "folder/c" not in left(bench, disk, "NOTHING"), "the folder around it was not synced"


def test_a_rename_comes_back_whole_or_not_at_all(bench: dict[str, ModuleType]) -> None:
    disk = bench["power_disk"].Disk()
    for name in ("old", "new"):
        file = disk.make(disk.root, name, FILE)
        disk.write(file, 0, name.encode())
        disk.sync(file)
    disk.sync(disk.root)
    disk.rename(disk.root, "new", disk.root, "old")
    before, after = {"old": b"old", "new": b"new"}, {"old": b"new"}
    for how in ("IN_ORDER", "EACH_UNTIL", "ANY"):
        seen = [left(bench, disk, how, seed) for seed in range(30)]
        assert before in seen
        assert after in seen
        assert all(one in (before, after) for one in seen)


def test_what_is_written_may_come_back_in_part(bench: dict[str, ModuleType]) -> None:
    disk = bench["power_disk"].Disk()
    file = disk.make(disk.root, "a", FILE)
    disk.sync(disk.root)
    disk.write(file, 0, b"1" * 1024)
    disk.write(file, 1024, b"2" * 1024)
    torn = {left(bench, disk, "EACH_UNTIL", seed)["a"] for seed in range(40)}
    whole = bytes(disk.root.names["a"].data)
    assert all(whole.startswith(one) for one in torn)
    assert len({len(one) for one in torn}) > 5
    holes = {left(bench, disk, "ANY", seed)["a"] for seed in range(40)}
    assert any(one.startswith(bytes(512)) and one.strip(b"\0") for one in holes), "a later write without the earlier"


@pytest.mark.slow
def test_programs_lose_there_what_they_did_not_sync(bench: dict[str, ModuleType], supply: Any) -> None:
    """Without this a store that syncs nothing would pass as well."""
    place = supply.place
    with (place / "synced").open("wb") as file:
        file.write(b"kept")
        file.flush()
        os.fsync(file.fileno())
        folder = os.open(place, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        file.write(b" and lost")
    (place / "nameless").write_bytes(b"lost")
    os.link(place / "synced", place / "link")
    assert sorted(path.name for path in place.iterdir()) == ["link", "nameless", "synced"]
    supply.cut(bench["power_disk"].Survival.NOTHING, 1)
    with pytest.raises(OSError, match="not connected"):
        (place / "synced").read_bytes()
    supply.on()
    assert {path.name: path.read_bytes() for path in place.iterdir()} == {"synced": b"kept"}


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_power_goes(bench: dict[str, ModuleType], supply: Any) -> None:
    survival = bench["power_disk"].Survival
    happened = bench["power"].cut_under_writers(
        supply,
        2,
        3,
        random.Random(11),  # noqa: S311
        (survival.NOTHING, survival.ANY),
    )
    assert happened["acknowledged"] > 0
    assert sum(number for name, number in happened.items() if name.startswith("cuts, ")) == 2


@pytest.mark.slow
def test_a_command_that_ended_well_lasts(bench: dict[str, ModuleType], supply: Any, tmp_path: Path) -> None:
    names, chance = ("load cam, into a new store",), random.Random(4)  # noqa: S311
    happened = bench["power_commands"].cut_commands(supply, tmp_path / "beside", 1, chance, names)
    assert happened["commands cut off"] == 1


def test_a_lost_write_and_a_torn_one_are_told(bench: dict[str, ModuleType]) -> None:
    power = bench["power"]
    for told, found in (({"urn:a": "acknowledged"}, {}), ({"urn:a": "unknown"}, {"urn:a": 3})):
        with pytest.raises(power.Broken):
            power.judge(told, found)
