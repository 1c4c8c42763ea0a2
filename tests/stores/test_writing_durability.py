"""What is acknowledged lasts: each write is synced first, and what a log holds of one that was cut off is known."""

import os
import re
import shutil
import subprocess
import threading

import pyoxigraph as ox
import pytest

from mandategraph.stores import writer_process
from mandategraph.stores.durability import LogEnd, LogSync, keep_newest_log, log_numbers, was_committed
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.folder import create
from mandategraph.stores.write_requests import Request
from mandategraph.stores.writing import WriteLimits, Writing


def insert(number, words=""):
    """An update that adds one triple."""
    return f"INSERT DATA {{ <urn:s> <urn:p{words}> {number} }}"


@pytest.fixture
def live(tmp_path):
    """An engine's own folder, and the store in it."""
    return tmp_path / "store" / "live", EmbeddedStore.from_folder(_made(tmp_path / "store") / "live")


def _made(folder):
    folder.mkdir()
    return folder


class Disk:
    """Remembers what was synced, and gives the folder as it is after a power cut."""

    def __init__(self, folder):
        self.folder = folder
        self.synced = {}

    def sync(self, number):
        """Note how long each file was when it was synced, by its inode."""
        told = os.fstat(number)
        self.synced[told.st_ino] = told.st_size

    def after_a_power_cut(self, target):
        """Copy the folder; of each log only what was synced is left."""
        shutil.copytree(self.folder, target)
        for log in self.folder.glob("*.log"):
            os.truncate(target / log.name, self.synced.get(log.stat().st_ino, 0))
        return EmbeddedStore.from_folder(target)


@pytest.mark.parametrize("is_synced", [True, False])
def test_a_power_cut_takes_no_write_whose_log_was_synced(live, tmp_path, is_synced):
    """And it does take one that was only handed to the system, or this test would show nothing."""
    folder, store = live
    disk = Disk(folder)
    logs = LogSync(folder, disk.sync)
    logs.sync()
    for number in range(30):
        store.update(insert(number))
        if number % 10 == 5:
            store.engine.flush()  # begins a new log
        if is_synced:
            logs.sync()
            left = disk.after_a_power_cut(tmp_path / f"cut{number}")
            assert len(left) == number + 1
            left.close()
    left = disk.after_a_power_cut(tmp_path / "cut")
    assert (len(left) == 30) is is_synced


def test_a_new_log_is_synced_with_its_name(live):
    """A file whose folder was not synced may be gone after a power cut."""
    folder, store = live
    disk = Disk(folder)
    logs = LogSync(folder, disk.sync)
    logs.sync()
    before = disk.synced.pop(folder.stat().st_ino)
    store.update(insert(1))
    logs.sync()
    assert folder.stat().st_ino not in disk.synced
    store.engine.flush()
    store.update(insert(2))
    logs.sync()
    assert before is not None
    assert folder.stat().st_ino in disk.synced


def _answers(trace):
    """Yield the syncs of logs and the frames of the writer in their order: sync, or kind and text."""
    for line in trace.splitlines():
        if re.search(r"(fsync|fdatasync)\(\d+<[^>]*\.log>", line):
            yield "sync", ""
        elif found := re.search(r'write\(\d+<pipe:[^>]*>, "([BASX])[^{]*(\{.*?\})', line):
            yield found[1], found[2].replace('\\"', '"')


def _may_trace():
    """Whether strace is here and may look at a process."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not _may_trace(), reason="strace is not on this machine, or may not trace")
def test_the_system_is_asked_to_sync_before_any_answer(tmp_path, monkeypatch):
    """Counted from outside: between carrying a write out and acknowledging it, its log is synced; once for several."""
    trace = tmp_path / "trace"
    started = subprocess.Popen

    def under_strace(command, **told):
        watched = ["strace", "-f", "-y", "-s", "2000", "-e", "trace=fsync,fdatasync,write", "-o", str(trace)]
        return started([*watched, *command], **told)

    monkeypatch.setattr(writer_process.subprocess, "Popen", under_strace)
    create(tmp_path / "store")
    writing = Writing(tmp_path / "store", WriteLimits(seconds=60, free_megabytes=1))

    def work(who):
        for number in range(10):
            text = insert(number, who)
            writing.write(Request("update", ("*",), {"text": text, "original": text, "base": ""}))

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writing.close()
    unsynced, acknowledged, syncs = set(), set(), 0
    for kind, told in _answers(trace.read_text()):
        if kind == "sync":
            unsynced.clear()
            syncs += 1
        elif kind == "A":
            unsynced.add(int(re.search(r'"id": (\d+)', told)[1]))
        elif kind == "S":
            ids = {int(number) for number in re.search(r"\[(.*)\]", told)[1].split(",")}
            assert not ids & unsynced
            acknowledged |= ids
    assert len(acknowledged) == 40
    assert 0 < syncs <= 41 + len(log_numbers(tmp_path / "store" / "live")) * 2


def test_a_write_is_found_in_the_log_or_not(live):
    """Small ones, ones over many blocks, after a flush with a log whose file was another before, and torn ones."""
    folder, store = live
    end = LogEnd(folder)
    for number in range(12):
        since = end.place()
        assert was_committed(folder, since) is False
        store.update(insert(number, "x" * (number * 20_000)))
        assert was_committed(folder, since) is True
        if number % 3 == 0:
            keep_newest_log(folder)
            since = end.place()
            store.engine.flush()
            assert was_committed(folder, since) is False
    since = end.place()
    store.update(insert(13, "y" * 100_000))
    log = folder / f"{log_numbers(folder)[-1]:06d}.log"
    os.truncate(log, log.stat().st_size - 10)
    assert was_committed(folder, since) is False


def test_a_write_that_a_flush_takes_out_of_the_log_is_found_all_the_same(live):
    """A snapshot that is made meanwhile flushes; the log is kept in reach."""
    folder, store = live
    store.update(insert(1))
    since = LogEnd(folder).place()
    keep_newest_log(folder)
    store.update(insert(2))
    store.engine.flush()
    assert was_committed(folder, since) is True


def test_nothing_is_said_of_a_log_that_is_gone(live):
    """Then nobody knows, and that is what the client hears."""
    folder, store = live
    store.update(insert(1))
    number, place = LogEnd(folder).place()
    assert was_committed(folder, (number - 1, place)) in (True, None)
    store.close()
    for log in folder.glob("*.log"):
        log.unlink()
    assert was_committed(folder, (number, place)) is None


def test_the_engine_appends_a_whole_update_at_once(live):
    """What all of this rests on: an update of several operations is one record of the log."""
    folder, store = live
    end = LogEnd(folder)
    start = end.place()
    store.update(" ; ".join(insert(number) for number in range(50)))
    log = (folder / f"{start[0]:06d}.log").read_bytes()
    # One batch: its head tells how many changes it has, and none begins after it.
    assert end.place()[1] > start[1]
    assert int.from_bytes(log[start[1] + 19 : start[1] + 23], "little") >= 50
    assert isinstance(store.engine, ox.Store)
