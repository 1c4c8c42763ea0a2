"""Whatever is killed and when: what lies in the store is in the record of writes, once, and nothing else is."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.announcements import PREFIX
from mandategraph.stores.audit import LATER, NOT_KNOWN, AuditLog, Write
from mandategraph.stores.folder import Writer, create
from mandategraph.stores.journal import FILE as JOURNAL
from mandategraph.stores.snapshot import SnapshotReader

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")

# Writes as the service does, and dies where it is told to.
SERVICE = """
import os, signal, sys, threading
from dataclasses import replace
from pathlib import Path
from mandategraph.stores.announcements import Announcements
from mandategraph.stores.audit import AuditLog, Write
from mandategraph.stores.write_requests import Request
from mandategraph.stores.writing import WriteLimits, Writing
from mandategraph.stores.outcomes import record_outcome

folder, place, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
writing, audit = Writing(folder, WriteLimits(free_megabytes=1)), AuditLog(folder)

def die(*_, **__):
    if writing.pid and place != "recorded":
        os.kill(writing.pid, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)

def write(name):
    graph = f"urn:{name}"
    request = Request("update", (graph,), {"text": f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:s> <urn:p> 1 }} }}",
                                           "original": "", "base": ""})
    announced = audit.announce(Write("update", "token 1", (graph,)))
    if place == "announced" and name.endswith("-3"):
        die()
    done = writing.submit(replace(request, record=announced.id))
    done.exception()
    if place == "written" and name.endswith("-3"):
        die()
    record_outcome(audit, announced, done)

hear = writing._hear
def heard(kind, told):
    if {b"B": "begun", b"A": "carried out", b"S": "synced"}.get(kind) == place and writing._number >= 4:
        die()
    hear(kind, told)
writing._hear = heard
if place == "recorded":
    Announcements.cross_off = die

def work(who):
    number = 0
    while True:
        number += 1
        write(f"{os.getpid()}-{who}-{number}")
        print(flush=True)

for who in range(threads):
    threading.Thread(target=work, args=(who,)).start()
"""

# Changes the store as a command does, and dies where it is told to.
COMMAND = """
import os, signal, sys
from pathlib import Path
import pyoxigraph as ox
from mandategraph.stores.announcements import Announcements
from mandategraph.stores.audit import AuditLog
from mandategraph.stores.backends import InFolder
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.folder import Writer
from mandategraph.stores.journal import Journal
from mandategraph.wiring.recorded import recorded

folder, place = Path(sys.argv[1]), sys.argv[2]
backend = InFolder(Writer(folder))

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

of, name = {"begun": (EmbeddedStore, "put"), "applied": (Journal, "carried_out"), "carried out": (Writer, "checkpoint"),
            "seen": (Journal, "synced"), "written": (AuditLog, "made"), "recorded": (Announcements, "cross_off")}[place]
setattr(of, name, die)
added = [ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("1"), ox.NamedNode("urn:command"))]
with recorded(backend.audit, ("load", "a file"), added, []) as announced:
    backend.apply(added, [], announced)
"""


def killed(program, *arguments, after=None):
    """Run a program until it kills itself, or until so many lines came and a little while after them."""
    process = subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.PIPE)
    if after is not None:
        lines, seconds = after
        for _ in range(lines):
            assert process.stdout.readline()
        time.sleep(seconds)
        process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


def in_store(folder):
    until = time.monotonic() + 60
    while True:  # the writer that was killed may not be gone yet
        try:
            Writer(folder).close()
            break
        except StoreUnavailable:
            assert time.monotonic() < until
            time.sleep(0.02)
    reader = SnapshotReader(folder)
    try:
        return set(reader.graph_names())
    finally:
        reader.close()


def in_record(folder):
    log = AuditLog(folder)
    assert log.look().holds
    return Counter(graph for line in log.lines() for graph in line.write.graphs)


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "store")
    return tmp_path / "store"


@pytest.mark.parametrize(
    ("place", "made"),
    [("announced", 2), ("begun", None), ("carried out", 4), ("synced", 4), ("written", 3), ("recorded", 1)],
)
def test_a_service_is_killed_between_two_steps_of_a_write(folder, place, made):
    killed(SERVICE, folder, place, 1)
    there = in_store(folder)
    assert in_record(folder) == dict.fromkeys(there, 1)
    assert made is None or len(there) == made
    assert not list(folder.glob(f"{PREFIX}*"))
    later = [line for line in AuditLog(folder).lines() if LATER in line.write.detail]
    assert len(later) == (1 if place in {"carried out", "synced", "written"} else len(later))
    with Writer(folder):
        pass
    assert in_record(folder) == dict.fromkeys(there, 1), "once more changes nothing"


@pytest.mark.parametrize(
    ("place", "is_made"),
    [("begun", False), ("applied", True), ("carried out", True), ("seen", True), ("written", True), ("recorded", True)],
)
def test_a_command_is_killed_between_two_steps_of_a_write(folder, place, is_made):
    killed(COMMAND, folder, place)
    assert in_store(folder) == ({"urn:command"} if is_made else set())
    assert in_record(folder) == ({"urn:command": 1} if is_made else {})
    if is_made:
        (line,) = AuditLog(folder).lines()
        assert (line.write.what, line.write.added, line.write.removed) == ("load", 1, 0)
        assert line.write.detail == ("a file" if place == "recorded" else f"a file ({LATER})")


def test_kills_at_random(folder):
    """Four writers; the service is killed with its writer left to end by itself. More: MANDATEGRAPH_KILLS=1000."""
    kills = int(os.environ.get("MANDATEGRAPH_KILLS", "3"))
    chance = random.Random(7)  # noqa: S311
    for _ in range(kills):
        killed(SERVICE, folder, "nowhere", 4, after=(chance.randint(1, 12), chance.random() * 0.05))
        there = in_store(folder)
        assert in_record(folder) == dict.fromkeys(there, 1)
    assert len(there) >= kills


def test_after_a_power_cut_what_nobody_knows_is_said_to_be_unknown(folder):
    """What is not synced counts only until the machine is started again."""
    killed(SERVICE, folder, "carried out", 1)
    journal = folder / JOURNAL
    *before, last = journal.read_text().replace(journal.read_text().split()[1], "0-of-an-earlier-start").splitlines()
    # The writer may have come as far as the sync before it was killed.
    journal.write_text("\n".join([*before, *([] if last.startswith("S ") else [last]), ""]))
    there = in_store(folder)
    assert in_record(folder) == dict.fromkeys(there, 1)
    *known, last = AuditLog(folder).lines()
    assert known
    assert not any(NOT_KNOWN in line.write.detail for line in known)
    assert last.write.detail == f"({NOT_KNOWN})"


def test_what_a_live_process_is_at_is_left_to_it(folder):
    log = AuditLog(folder)
    announced = log.announce(Write("put", "token 1", ("urn:g",)))
    with Writer(folder):
        pass
    assert list(AuditLog(folder).lines()) == []
    log.made(announced, 3, 1)
    (line,) = log.lines()
    assert (line.write.added, line.write.removed, line.write.detail) == (3, 1, "")
    log.close()
    assert not list(folder.glob(f"{PREFIX}*"))


def test_what_was_refused_leaves_nothing(folder):
    log = AuditLog(folder)
    first, second = (log.announce(Write("put", "token 1", (f"urn:{number}",))) for number in range(2))
    log.not_made(first)
    log.close()
    AuditLog(folder).settle(lambda name: {second.id: True}[name])
    assert in_record(folder) == {"urn:1": 1}


def test_announcements_do_not_grow(folder, monkeypatch):
    """A file that has become long is written anew, with what is under way."""
    monkeypatch.setattr("mandategraph.stores.announcements._LARGE", 2_000)
    log = AuditLog(folder)
    standing = log.announce(Write("put", "token 1", ("urn:standing",)))
    for number in range(100):
        log.not_made(log.announce(Write("put", "token 1", (f"urn:{number}",))))
    (path,) = folder.glob(f"{PREFIX}*")
    assert path.stat().st_size < 3_000
    log.close()
    AuditLog(folder).settle(lambda name: {standing.id: None}[name])
    assert in_record(folder) == {"urn:standing": 1}


def test_a_disk_that_takes_no_announcement_lets_nothing_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="Nothing was written"):
        AuditLog(tmp_path / "file").announce(Write("put", "token 1"))
