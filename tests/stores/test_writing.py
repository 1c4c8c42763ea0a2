"""The writer: nothing acknowledged is lost, nothing is written by halves, and no request takes another with it."""

import os
import resource
import signal
import threading
import time

import pytest

from mandategraph.core.errors import (
    BadData,
    Busy,
    ConditionFailed,
    MalformedQuery,
    MissingGraph,
    NotWritten,
    OutOfSpace,
    StoreUnavailable,
)
from mandategraph.core.graphs import Dataset
from mandategraph.stores.folder import Writer, create, may_be_ahead, open_snapshot, release
from mandategraph.stores.snapshot import SnapshotReader
from mandategraph.stores.write_requests import NoLongerPlain, Part, Request
from mandategraph.stores.writer_process import WriterGone
from mandategraph.stores.writing import WriteLimits, Writing

UNNAMED = Dataset((None,))
# Never ends by itself: some 10^12 rows.
ENDLESS = (
    "INSERT { <urn:n> <urn:q> ?a } WHERE { " + " ".join(f"?a{n} <urn:p> ?b{n} ." for n in range(6)) + " ?a <urn:p> 1 }"
)


@pytest.fixture
def folder(tmp_path):
    """An empty store."""
    create(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def writing(folder):
    """Its writer."""
    made = Writing(folder, WriteLimits(seconds=30, free_megabytes=1))
    yield made
    made.close()


def kill(pid):
    """End the process that writes as the system would."""
    assert pid > 1, "there is no process to kill"
    os.kill(pid, signal.SIGKILL)


def update(text, **told):
    """An update, as if it had passed the gate."""
    return Request("update", ("*",), {"text": text, "original": text, "base": ""}, **told)


def insert(*objects, subject="urn:s"):
    """An update that adds some triples."""
    return update("INSERT DATA { " + " . ".join(f"<{subject}> <urn:p> {thing}" for thing in objects) + " }")


def graph(kind, *texts, name="urn:g", **told):
    """A change of one graph."""
    parts = tuple(Part(text.encode(), "text/turtle") for text in texts)
    return Request(kind, (name or "",), {"graph": name, "base": name or ""}, parts, **told)


def numbers(folder, where="?s <urn:p> ?o"):
    """What a reader finds in the newest snapshot."""
    _, store, lock = open_snapshot(folder)
    found = [int(row["o"].value) for row in store.select(f"SELECT ?o {{ {where} }}", UNNAMED).rows]
    store.close()
    release(lock)
    return sorted(found)


def test_readers_see_what_was_acknowledged(folder, writing):
    """A snapshot that holds it is made when somebody wants to read, and once for many writes."""
    reader = SnapshotReader(folder)
    before = reader.revision
    for number in range(20):
        writing.write(insert(number))
    writing.freshen()
    assert numbers(folder) == list(range(20))
    assert reader.ask("ASK { <urn:s> <urn:p> 19 }", UNNAMED)
    after = reader.revision
    assert after != before
    writing.freshen()
    assert reader.revision == after


def test_many_write_at_once_and_nothing_is_lost(folder, writing):
    """Four writers, each of whom reads what he wrote."""
    problems = []

    def work(who):
        for number in range(25):
            writing.write(insert(number, subject=f"urn:{who}"))
        writing.freshen()
        found = numbers(folder, f"<urn:{who}> <urn:p> ?o")
        if found != list(range(25)):
            problems.append(found)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_an_update_is_whole_or_nothing(folder, writing):
    """Of several operations none stays where one fails."""
    with pytest.raises(MissingGraph, match=r"does not exist\. Nothing was written"):
        writing.write(update("INSERT DATA { <urn:s> <urn:p> 1 } ; DROP GRAPH <urn:nowhere>"))
    with pytest.raises(MalformedQuery, match="Line 1, column"):
        writing.write(update("INSERT DATA { <urn:s> <urn:p> 2 } ; INSERT DATA { <urn:s> <urn:p> ?x }"))
    writing.write(insert(3))
    writing.freshen()
    assert numbers(folder) == [3]


def test_a_request_at_its_deadline_takes_no_other_with_it(folder):
    """It is ended and nothing of it is written; those behind it are done, those before it stay; reading goes on."""
    writing = Writing(folder, WriteLimits(seconds=1.5, free_megabytes=1))
    try:
        writing.write(insert(*range(200)))
        endless = writing.submit(update(ENDLESS))
        behind = [writing.submit(insert(number)) for number in (1000, 1001)]
        writing.freshen()
        assert len(numbers(folder)) == 200
        with pytest.raises(NotWritten, match=r"deadline of 1\.5 seconds and was ended; nothing of it was written"):
            endless.result(60)
        for one in behind:
            one.result(60)
        writing.freshen()
        assert numbers(folder) == [*range(200), 1000, 1001]
    finally:
        writing.close()


def test_a_writer_that_is_killed_is_replaced(folder, writing):
    """What it had not begun is asked of the next one."""
    writing.write(insert(1))
    for number in range(2, 5):
        first = writing.pid
        kill(first)
        # What was handed to the dead one may be told as cut off; it is not there then.
        try:
            writing.write(insert(number))
        except NotWritten:
            writing.write(insert(number))
        assert writing.pid != first
    writing.freshen()
    assert numbers(folder) == [1, 2, 3, 4]


def test_too_much_memory_ends_the_request_and_no_other(folder):
    """The engine aborts; the sentence says how much there is."""
    writing = Writing(folder, WriteLimits(seconds=60, megabytes=80, free_megabytes=1))
    try:
        writing.write(insert(*range(1500)))
        big = "INSERT { ?a <urn:q> ?y } WHERE { ?a <urn:p> ?x . ?b <urn:p> ?y . ?c <urn:p> ?z } ORDER BY ?x ?y ?z"
        nested = f"INSERT {{ ?a <urn:q> ?y }} WHERE {{ SELECT * {{ {big.split('{', 2)[2]} }}"
        with pytest.raises(NotWritten, match="80 MB"):
            writing.write(update(nested))
        writing.write(insert(2000))
    finally:
        writing.close()
    assert len(numbers(folder)) == 1501


def test_graphs_are_put_added_to_and_removed(writing):
    """What is put replaces, what is posted is added, and each tells whether the graph was there."""
    assert writing.write(graph("put", "<urn:a> <urn:p> 1, 2 ."))["was_there"] is False
    assert writing.write(graph("put", "<urn:a> <urn:p> 2, 3 ."))["was_there"] is True
    assert writing.write(graph("post", "<b> <urn:p> _:x . _:x <urn:p> _:x ."))["was_there"] is True
    assert writing.write(graph("post", "_:x <urn:p> _:x .", "_:x <urn:p> 4 ."))["was_there"] is True
    writing.freshen()
    reader = SnapshotReader(writing.folder)
    in_graph = Dataset(("urn:g",))
    told = reader.select("SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) { ?s <urn:p> ?o }", in_graph).rows[0]
    # 2 and 3; <b> and its node; two more, because a node of one text is none of another.
    assert (told["n"].value, told["m"].value) == ("6", "5")
    # Nodes without a name go too.
    writing.write(graph("put", "<urn:a> <urn:p> 9 ."))
    writing.freshen()
    assert [row["o"].value for row in reader.select("SELECT ?o { ?s ?p ?o }", in_graph).rows] == ["9"]
    assert writing.write(graph("delete"))["was_there"] is True
    assert writing.write(graph("delete"))["was_there"] is False
    assert writing.write(graph("put", ""))["was_there"] is False
    assert writing.write(graph("put", ""))["was_there"] is True
    assert writing.write(graph("put", "<urn:a> <urn:p> 1 .", name=None))["was_there"] is True


def test_data_that_does_not_parse_changes_nothing(folder, writing):
    """Also not the part of it that does, nor the part before it."""
    with pytest.raises(BadData, match="line 2"):
        writing.write(graph("put", "<urn:a> <urn:p> 1 .", "<urn:a> <urn:p> 2 .\n<urn:a>"))
    named = Part(b"<urn:a> <urn:p> <urn:b> <urn:h> .", "application/n-quads")
    with pytest.raises(BadData, match="graphs of its own"):
        writing.write(Request("put", ("urn:g",), {"graph": "urn:g", "base": ""}, (named,)))
    writing.freshen()
    assert SnapshotReader(folder).graph_names() == ()


def test_a_change_may_depend_on_what_the_graph_is(writing):
    """Any change of the graph counts, also one that may have touched it only."""
    writing.write(graph("put", "<urn:a> <urn:p> 1 ."))
    read = writing.version("urn:g")
    writing.write(graph("put", "<urn:a> <urn:p> 1 .", name="urn:h"))
    assert writing.version("urn:g") == read
    writing.write(graph("put", "<urn:a> <urn:p> 2 .", if_match=("other", read)))
    for condition in (read, "other"):
        with pytest.raises(ConditionFailed, match="no longer as it was"):
            writing.write(graph("post", "<urn:a> <urn:p> 3 .", if_match=(condition,)))
    read = writing.version("urn:g")
    writing.write(update("INSERT DATA { <urn:a> <urn:p> 1 }"))
    with pytest.raises(ConditionFailed):
        writing.write(graph("delete", if_match=(read,)))
    with pytest.raises(ConditionFailed, match="there already"):
        writing.write(graph("put", "<urn:a> <urn:p> 3 .", if_none_match=("*",)))
    with pytest.raises(ConditionFailed):
        writing.write(graph("put", "<urn:a> <urn:p> 3 .", name="urn:new", if_match=("*",)))
    writing.write(graph("put", "<urn:a> <urn:p> 3 .", name="urn:new", if_none_match=("*",)))
    writing.write(graph("delete", if_match=("*",)))


def test_a_version_is_never_given_twice(folder):
    """Not by the next writer of the store either, whatever became of the one before."""
    seen = []
    for is_killed in (False, True, False):
        writing = Writing(folder, WriteLimits(free_megabytes=1))
        seen.append(writing.version("urn:g"))
        for _ in range(2):
            writing.write(graph("post", "<urn:a> <urn:p> 1 ."))
            seen.append(writing.version("urn:g"))
        if is_killed:
            kill(writing.pid)
        writing.close()
    assert len(set(seen)) == len(seen)


def test_what_was_admitted_for_a_plain_store_is_not_done_in_another(writing):
    """Between the gate and the writer somebody may have loaded a plan."""
    writing.write(graph("put", "<urn:a> <urn:p> 1 .", name="urn:facts"))
    with pytest.raises(NoLongerPlain):
        writing.write(update("DROP ALL", only_plain=("urn:facts",)))
    writing.write(update("DROP ALL", only_plain=("urn:other",)))


def test_little_room_on_the_disk_stops_writing_and_not_reading(folder):
    """The sentence says how much there is and how much is kept."""
    writing = Writing(folder, WriteLimits(free_megabytes=10**9))
    try:
        with pytest.raises(OutOfSpace, match="kept free, so nothing is written"):
            writing.write(insert(1))
    finally:
        writing.close()
    assert numbers(folder) == []


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="a process is given less room as Linux does it")
@pytest.mark.parametrize("room", [0, 300])
def test_after_a_disk_that_took_no_more_writing_goes_on(folder, writing, room):
    """The engine takes nothing any more after such a fault, so that it is opened anew; no write is lost or torn."""
    made = [1]
    writing.write(insert(1))
    pid = writing.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    # Each file may grow so much more: in the end neither the log nor a table of the snapshot can be written.
    log = max((folder / "live").glob("*.log"))
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (log.stat().st_size + room, hard))
    refusals = []
    until = time.monotonic() + 60
    while writing.pid == pid:
        assert time.monotonic() < until, "the one that can write no more is still there"
        try:
            made.append(made[-1] + 1)
            writing.write(insert(made[-1]))
        except (StoreUnavailable, NotWritten) as refused:
            refusals.append(refused)
            made.pop()
    assert all("nothing of it was written" in refused.message for refused in refusals)
    while True:
        assert time.monotonic() < until, "it did not go on"
        try:
            writing.write(insert(1000))
            break
        except (StoreUnavailable, NotWritten):
            time.sleep(0.1)
    writing.freshen()
    assert numbers(folder) == [*made, 1000]


def test_a_store_that_cannot_be_opened_for_want_of_room_is_told_as_that(folder, monkeypatch):
    """507 and not 503; reading the newest state is told apart."""
    told = {"message": f"There is no space left for the store {folder}."}
    monkeypatch.setattr(Writing, "_is_needed", lambda _writing: False)
    writing = Writing(folder, WriteLimits())
    asked = writing.submit(insert(1))
    writing._hear(b"G", told)
    writing._after_death(WriterGone(0), None)
    assert isinstance(asked.exception(60), OutOfSpace)
    assert "Nothing was written" in asked.exception().message
    writing.close()


def test_the_line_has_an_end(folder):
    """Whoever comes too late is told to come again, and nobody's request is dropped."""
    writing = Writing(folder, WriteLimits(seconds=2, waiting=3, free_megabytes=1))
    try:
        writing.write(insert(*range(200)))
        begun = [writing.submit(update(ENDLESS)), *(writing.submit(insert(n)) for n in (1000, 1001))]
        with pytest.raises(Busy, match="Too many"):
            writing.submit(insert(2000))
        kill(writing.pid)
        for one in begun[1:]:
            one.result(60)
        assert isinstance(begun[0].exception(60), NotWritten)
    finally:
        writing.close()


def test_a_store_that_cannot_be_written_says_so(folder):
    """Each request hears why, and another one may try again."""
    with Writer(folder):
        writing = Writing(folder, WriteLimits(free_megabytes=1))
        with pytest.raises(StoreUnavailable, match="another process"):
            writing.submit(insert(1)).result(60)
    until = time.monotonic() + 60
    while True:
        try:
            writing.write(insert(2))
            break
        except StoreUnavailable:
            assert time.monotonic() < until
    writing.close()
    assert numbers(folder) == [2]


def test_a_writer_leaves_the_store_settled(folder, writing):
    """Closed in peace, everything is in the newest snapshot, and nobody needs to look for more."""
    writing.write(insert(1))
    assert may_be_ahead(folder)
    writing.close()
    assert not may_be_ahead(folder)
    assert numbers(folder) == [1]
    with pytest.raises(Busy):
        writing.submit(insert(2))


def test_after_a_killed_writer_the_next_shows_what_it_had_written(folder):
    """Whatever was acknowledged, also where no reader had asked for it."""
    writing = Writing(folder, WriteLimits(free_megabytes=1))
    for number in range(10):
        writing.write(insert(number))
    writing._is_closed = True
    kill(writing.pid)
    writing.close()
    assert may_be_ahead(folder)
    again = Writing(folder, WriteLimits(free_megabytes=1))
    again.freshen()
    assert numbers(folder) == list(range(10))
    again.close()
    assert not may_be_ahead(folder)
