"""The door of a service: commands beside it change the store through it, one at a time, and readers miss nothing."""

import os
import socket
import stat
import threading
from contextlib import suppress

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import BadData, StoreUnavailable
from mandategraph.core.graphs import Dataset
from mandategraph.stores.beside_service import BesideService
from mandategraph.stores.folder import Writer, create, may_be_ahead, newest_name
from mandategraph.stores.snapshot import SnapshotReader
from mandategraph.stores.write_requests import Part, Request
from mandategraph.stores.writing import WriteLimits, Writing
from mandategraph.stores.writing_socket import NAME, Door, is_served, visit

UNNAMED = Dataset((None,))


def quad(number, graph="urn:facts"):
    """A quad to write."""
    return ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(number), ox.NamedNode(graph))


def insert(number):
    """An update of a client."""
    text = f"INSERT DATA {{ <urn:s> <urn:p> {number} }}"
    return Request("update", ("",), {"text": text, "original": text, "base": ""})


@pytest.fixture(params=["short", "x" * 120])
def served(tmp_path, request):
    """A store with a writer and a door, also where the path is longer than the address of a socket may be."""
    folder = tmp_path / request.param / "store"
    create(folder)
    writing = Writing(folder, WriteLimits(free_megabytes=1))
    door = Door(writing)
    yield writing
    door.close()
    writing.close()


def beside(folder):
    """The store as a command has it that found the door."""
    visitor = visit(folder)
    assert visitor is not None
    return BesideService(folder, visitor)


def test_a_command_sees_everything_and_writes_through_the_service(served):
    """A change is tried on a copy and then written whole; both sides read it at once."""
    served.write(insert(1))
    here = beside(served.folder)
    assert here.store.ask("ASK { <urn:s> <urn:p> 1 }", UNNAMED)
    with here.staging() as stage:
        stage.put([quad(2), quad(3)], [])
        stage.put([], [quad(3)])
        assert not here.store.ask("ASK { ?s ?p 2 }", Dataset(("urn:facts",)))
        here.apply(stage.added, stage.removed)
    assert here.store.ask("ASK { ?s ?p 2 }", Dataset(("urn:facts",)))
    assert SnapshotReader(served.folder).ask("ASK { ?s ?p 2 }", Dataset(("urn:facts",)))
    with here.staging() as stage:
        stage.put([], [quad(2)])
        here.apply(stage.added, stage.removed)
    assert here.store.graph_names() == ()
    here.close()
    assert not list(served.folder.glob(".staging-*"))


def test_only_the_owner_may_come_in(served):
    """The socket is theirs alone, and away when the service has gone."""
    assert stat.S_IMODE((served.folder / NAME).stat().st_mode) == 0o600
    assert is_served(served.folder)


def test_commands_have_their_turn_one_after_the_other(served):
    """What one has worked out is not written over what another did meanwhile."""
    first = beside(served.folder)
    order = []

    def second():
        with_turn = beside(served.folder)
        order.append("second")
        assert with_turn.store.ask("ASK { ?s ?p 1 }", Dataset(("urn:facts",)))
        with_turn.close()

    waiting = threading.Thread(target=second)
    waiting.start()
    served.write(insert(7))  # clients go on
    order.append("first")
    first.apply([quad(1)], [])
    first.close()
    waiting.join(30)
    assert order == ["first", "second"]


def test_a_refusal_of_the_writer_reaches_the_command(served):
    """As the error that it is, and the line stays open."""
    visitor = visit(served.folder)
    broken = Request("put", ("urn:g",), {"graph": "urn:g", "base": ""}, (Part(b"<urn:a>", "text/turtle"),))
    with pytest.raises(BadData, match="line 1"):
        visitor.write(broken)
    visitor.freshen()
    visitor.close()


def test_noise_at_the_door_harms_nobody(served):
    """What makes no sense is hung up on."""
    for noise in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\2\0\0\0\0\0\0\0\0{}", b"\xff" * 64):
        line = visit(served.folder)._line
        line.sendall(noise)
        with suppress(ConnectionError):
            line.shutdown(socket.SHUT_WR)
            assert line.recv(10) == b""
        line.close()
    visitor = visit(served.folder)
    visitor.freshen()
    visitor.close()


def test_a_command_hears_that_the_service_stopped(tmp_path):
    """One sentence, and nothing was written."""
    create(tmp_path / "store")
    writing = Writing(tmp_path / "store", WriteLimits(free_megabytes=1))
    door = Door(writing)
    here = beside(writing.folder)
    writing.close()
    with pytest.raises(Exception, match="stopp"):
        here.apply([quad(1)], [])
    door.close()
    here.close()
    assert visit(writing.folder) is None
    with Writer(writing.folder) as writer:
        assert len(writer.store) == 0


def test_a_service_takes_the_place_of_one_that_was_killed(tmp_path):
    """Its socket is still there, and nobody is behind it."""
    create(tmp_path / "store")
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(tmp_path / "store" / NAME))
    left.close()
    assert not is_served(tmp_path / "store")
    writing = Writing(tmp_path / "store", WriteLimits(free_megabytes=1))
    door, second = Door(writing), Door(writing)
    assert is_served(tmp_path / "store")
    second.close()  # it was no door: there was one already
    assert is_served(tmp_path / "store")
    door.close()
    assert not is_served(tmp_path / "store")
    assert NAME not in os.listdir(tmp_path / "store")
    writing.close()


def test_a_reader_sees_what_one_who_was_killed_had_written(tmp_path):
    """It opens the store once and makes a snapshot, where nobody else is at work."""
    create(tmp_path / "store")
    writer = Writer(tmp_path / "store")
    writer.store.put([quad(1, "urn:g")], [])
    before = newest_name(tmp_path / "store")
    # Another is at work: the newest snapshot is what there is.
    assert SnapshotReader(tmp_path / "store").graph_names() == ()
    writer.store.close()  # as if killed: no snapshot
    writer.journal.close()
    assert may_be_ahead(tmp_path / "store")
    assert SnapshotReader(tmp_path / "store").graph_names() == ("urn:g",)
    assert newest_name(tmp_path / "store") > before
    assert not may_be_ahead(tmp_path / "store")


def test_no_door_is_no_fault(tmp_path):
    """A folder in which no socket can be made is served all the same, by its own writer."""
    create(tmp_path / "store")
    assert visit(tmp_path / "store") is None
    assert visit(tmp_path / "nowhere") is None
    (tmp_path / "store" / NAME).mkdir()
    writing = Writing(tmp_path / "store", WriteLimits(free_megabytes=1))
    door = Door(writing)
    writing.write(insert(1))
    door.close()
    writing.close()
    with pytest.raises(StoreUnavailable):
        SnapshotReader(tmp_path / "nowhere")
