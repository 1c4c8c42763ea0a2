"""A large graph is laid down and then carried over: what is seen is the one before or the whole of the new one."""

import os
import signal
import subprocess
import sys

import pytest

from mandategraph.core.errors import BadData, OutOfSpace
from mandategraph.stores import promised, write_requests
from mandategraph.stores.audit import AuditLog, Write
from mandategraph.stores.folder import Writer, create
from mandategraph.stores.promised import PROMISED, promise_graph
from mandategraph.stores.snapshot import SnapshotReader
from mandategraph.stores.write_requests import Part, Request
from mandategraph.stores.writing import WriteLimits, Writing

N = 1_500


def text(tag, count=N, ending=""):
    """A text that is long enough, of few triples."""
    words = "words and more words " * 150
    return "".join(f'<urn:{tag}:{n}> <urn:p> "{words}"@en .\n' for n in range(count)).encode() + ending.encode()


def change(kind, data, graph="urn:g", record=""):
    details = {"graph": graph, "base": "urn:base/"}
    return Request(kind, (graph or "",), details, (Part(data, "text/turtle", "d.ttl"),), record=record)


def held(folder, graph="urn:g"):
    reader = SnapshotReader(folder)
    try:
        return {quad.subject.value.rpartition(":")[0] for quad in reader.quads(graph)}, sum(
            1 for _ in reader.quads(graph)
        )
    finally:
        reader.close()


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def writing(folder):
    opened = Writing(folder, WriteLimits(seconds=120, free_megabytes=1))
    yield opened
    opened.close()


def test_a_large_graph_is_replaced_added_to_and_emptied(folder, writing):
    """Named or not; other graphs stay; a fault at the very end leaves all as it was."""
    assert len(text("a")) > write_requests._LARGE
    writing.write(change("put", b"<urn:x> <urn:p> [] .", "urn:other"))
    for graph in ("urn:g", None):
        assert writing.write(change("put", text("a"), graph))["was_there"] is (graph is None)
        writing.write(change("put", text("b"), graph))
        with pytest.raises(BadData):
            writing.write(change("put", text("c", ending="<urn:a>"), graph))
        writing.freshen()
        assert held(folder, graph) == ({"urn:b"}, N)
        writing.write(change("post", text("d"), graph))
        writing.write(change("post", text("d", ending="_:x <urn:p> 1 ."), graph))
        writing.freshen()
        assert held(folder, graph)[1] == 2 * N + 1
        assert writing.write(change("put", b"# nothing\n" * 500_000, graph))["was_there"] is True
        writing.freshen()
        assert held(folder, graph) == (set(), 0)
    assert held(folder, "urn:other")[1] == 1
    assert not (folder / PROMISED).exists()


def test_it_has_no_deadline_once_it_is_laid_down_and_is_gone_on_with_after_a_kill(folder, writing):
    """The writer is killed in the midst, again and again; readers see the graph before or the whole new one."""
    writing.write(change("put", text("a")))
    writing.freshen()
    hear, seen, kills = writing._hear, [], []

    def heard(kind, told):
        hear(kind, told)
        if kind == b"A" and not kills:
            # It is laid down, and about to be carried over.
            seen.append(held(folder))
            kills.append(os.kill(writing.pid, signal.SIGKILL))

    writing._hear = heard
    writing.write(change("put", text("b")))
    writing.freshen()
    assert len(kills) == 1
    assert seen == [({"urn:a"}, N)]
    assert held(folder) == ({"urn:b"}, N)


PROGRAM = """
import os, signal, sys
from pathlib import Path
import pyoxigraph as ox
from mandategraph.stores.folder import Writer
from mandategraph.stores.promised import promise_graph

folder, place = Path(sys.argv[1]), sys.argv[2]
writer = Writer(folder)
store = writer.store

class Dying:
    def __init__(self, engine):
        self._engine = engine
        self._removed = 0

    def __getattr__(self, name):
        if name == place:
            os.kill(os.getpid(), signal.SIGKILL)
        return getattr(self._engine, name)

    def remove(self, quad):
        self._removed += 1
        if place == "remove" and self._removed == 30:
            os.kill(os.getpid(), signal.SIGKILL)
        self._engine.remove(quad)

store._engine = Dying(store._engine)
writer.journal.begun("0123456789abcdef", (-1, 0))
promise_graph(folder, "urn:g", b"<urn:new:1> <urn:p> 1, 2 .", "text/turtle", "", True, "0123456789abcdef")
writer.keep_promise()
"""


@pytest.mark.parametrize("place", ["quads_for_pattern", "remove", "bulk_load", "add_graph", "flush"])
def test_a_kill_at_any_step_is_gone_on_with(folder, place):
    with Writer(folder) as writer:
        promise_graph(folder, "urn:g", text("old", 100), "text/turtle", "", True)
        writer.keep_promise()
        writer.checkpoint()
    process = subprocess.run([sys.executable, "-c", PROGRAM, folder, place], check=False)
    assert process.returncode == -signal.SIGKILL
    assert (folder / PROMISED).is_dir()
    assert held(folder) == ({"urn:new"}, 2)
    assert not (folder / PROMISED).exists()


def test_it_is_recorded_once(folder, writing):
    log = AuditLog(folder)
    announced = log.announce(Write("graph put", "token 1", ("urn:g",)))
    writing.write(change("put", text("a"), record=announced.id))
    log.close()  # as if killed before it was recorded
    writing.close()
    Writer(folder).close()
    assert [line.write.graphs for line in AuditLog(folder).lines()] == [("urn:g",)]


def test_where_there_is_no_room_nothing_is_laid_down(folder, monkeypatch):
    """The room that the graph itself will take counts."""
    from mandategraph.stores import writer as program

    monkeypatch.setattr(program, "_limit_memory", lambda _: None)
    frames = type("Frames", (), {"send": lambda *_: None})()
    work = program._Work(folder, 100_000, 1, frames)
    monkeypatch.setattr("mandategraph.stores.durability.free_bytes", lambda _: 2_000_000)
    with pytest.raises(OutOfSpace, match="Nothing was written"):
        work._lay_down("urn:g", text("a"), "text/turtle", "", True, "")
    monkeypatch.setattr("mandategraph.stores.durability.free_bytes", lambda _: 10**12)
    monkeypatch.setattr(promised, "put", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OutOfSpace, match="No space left"):
        work._lay_down("urn:g", text("a"), "text/turtle", "", True, "")
    assert not (folder / PROMISED).exists()
    work.writer.close()
