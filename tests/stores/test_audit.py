"""The record of writes: it grows, it is whole, and a change of it is found."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.audit import FILE, HEAD, AuditLog, Write

LOAD = Write("load", "user clerk", ("urn:facts", "urn:review"), 12, 3, "cam")


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    made = AuditLog(tmp_path)
    for number in range(5):
        made.record(Write("put", f"token {number}", (f"urn:g{number}",), number, 0))
    return made


def lines(folder: Path) -> list[str]:
    return (folder / FILE).read_text().splitlines()


def test_who_when_what_graph_and_counts(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record(LOAD)
    (line,) = log.lines()
    assert line.write == LOAD
    assert line.number == 1
    assert line.when.endswith("+00:00")
    assert log.look().holds
    assert log.look().seal == line.seal


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other rights")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    AuditLog(tmp_path).record(LOAD)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_an_empty_record_holds(tmp_path: Path) -> None:
    assert AuditLog(tmp_path).look().holds
    assert AuditLog(tmp_path).look().lines == 0


def test_in_memory_it_holds_too() -> None:
    log = AuditLog(None)
    assert (log.look().lines, log.look().holds) == (0, True)
    log.record(LOAD)
    log.record(LOAD, LOAD)
    assert (log.look().lines, log.look().holds) == (3, True)


def changed(told: list[str]) -> list[str]:
    found = json.loads(told[2])
    found["who"] = "somebody else"
    return [*told[:2], json.dumps(found, separators=(",", ":")), *told[3:]]


def resealed(told: list[str]) -> list[str]:
    """As one who knows how seals are made would do it, for that line alone."""
    import hashlib

    found = json.loads(told[2])
    del found["seal"]
    found["who"] = "somebody else"
    seal = hashlib.sha256(json.dumps(found, separators=(",", ":")).encode()).hexdigest()
    return [*told[:2], json.dumps(found | {"seal": seal}, separators=(",", ":")), *told[3:]]


@pytest.mark.parametrize(
    ("spoil", "first"),
    [
        (changed, 3),
        (resealed, 4),
        (lambda told: told[:2] + told[3:], 3),
        (lambda told: [told[1], told[0], *told[2:]], 1),
        (lambda told: [*told[:4], told[3], told[4]], 5),
        (lambda told: told[:3], 4),
        (lambda told: [*told[:2], told[2].replace(",", ", ", 1), *told[3:]], 3),
        (lambda told: [*told[:1], "", *told[1:]], 2),
        (lambda told: [], 1),
    ],
)
def test_the_first_broken_line_is_named(log: AuditLog, tmp_path: Path, spoil, first: int) -> None:
    assert log.look().holds
    (tmp_path / FILE).write_text("".join(f"{line}\n" for line in spoil(lines(tmp_path))))
    looked = AuditLog(tmp_path).look()
    assert not looked.holds
    assert looked.broken_line == first
    assert looked.fault


def test_a_record_whose_file_is_gone_is_missed(log: AuditLog, tmp_path: Path) -> None:
    (tmp_path / FILE).unlink()
    assert AuditLog(tmp_path).look().broken_line == 1
    (tmp_path / HEAD).unlink()
    log.record(LOAD)
    (tmp_path / HEAD).unlink()
    assert HEAD in AuditLog(tmp_path).look().fault


def test_what_a_power_cut_left_of_a_line_is_cut_off_by_the_next(log: AuditLog, tmp_path: Path) -> None:
    """It was never acknowledged; the chain goes on from the last whole line."""
    with (tmp_path / FILE).open("a") as file:
        file.write('{"line":6,"when":"20')
    assert AuditLog(tmp_path).look().holds
    AuditLog(tmp_path).record(LOAD)
    assert len(lines(tmp_path)) == 6
    looked = AuditLog(tmp_path).look()
    assert (looked.holds, looked.lines) == (True, 6)


def test_a_cut_before_the_head_was_noted_is_no_fault(log: AuditLog, tmp_path: Path) -> None:
    before = (tmp_path / HEAD).read_text()
    log.record(LOAD)
    (tmp_path / HEAD).write_text(before)
    assert AuditLog(tmp_path).look().holds


def test_threads_and_processes_write_one_chain(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    threads = [threading.Thread(target=lambda: [log.record(LOAD) for _ in range(20)]) for _ in range(4)]
    program = (
        "import sys; from pathlib import Path; from mandategraph.stores.audit import AuditLog, Write\n"
        "log = AuditLog(Path(sys.argv[1]))\n"
        "for _ in range(20): log.record(Write('put', 'another process'))"
    )
    other = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)])
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.wait(60) == 0
    looked = log.look()
    assert (looked.holds, looked.lines) == (True, 100)


def test_what_comes_together_is_synced_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, synced, real = AuditLog(tmp_path), [], os.fsync
    log.record(LOAD)
    monkeypatch.setattr("mandategraph.stores.audit.os.fsync", lambda number: (synced.append(number), real(number)))
    with log._together._taking_turns:
        threads = [threading.Thread(target=log.record, args=(LOAD,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        while len(log._together._waiting) < 8:
            pass
    for thread in threads:
        thread.join()
    assert log.look().lines == 9
    assert len(synced) == 2, "the lines once, and what says how many there are"


def test_long_and_many_lined_texts_stay_one_line(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record(Write("decide", "two\nlines\u2028three", detail="x" * 100_000))
    log.record(LOAD)
    assert len(lines(tmp_path)) == 2
    assert log.look().holds


def test_a_disk_that_takes_no_record_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreUnavailable, match="The change was made"):
        AuditLog(tmp_path).record(LOAD)
