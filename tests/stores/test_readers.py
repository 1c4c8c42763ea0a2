"""Queries from outside run in processes that may be killed: what they may take, and that nobody else is harmed."""

import io
import os
import signal
import threading
import time
from contextlib import suppress

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import Busy, MalformedQuery, QueryLimit
from mandategraph.core.graphs import Dataset
from mandategraph.stores import reader
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.folder import Writer, create
from mandategraph.stores.limits import Limits
from mandategraph.stores.readable import FolderSource, MemorySource
from mandategraph.stores.readers import Readers

JSON = "application/sparql-results+json"
PUBLIC = Dataset((None, "urn:g"), ("urn:g",))
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
PRODUCT = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SORTED = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
STREAM = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
TRIPLES = 1_500


def filled():
    store = EmbeddedStore.in_memory()
    lines = "".join(f'<urn:s{n}> <urn:p> "a \\"quoted\\" line\\n{{}},{{ {n}" .\n' for n in range(TRIPLES))
    store.load(io.BytesIO(lines.encode()), "text/turtle", "urn:g")
    return store


@pytest.fixture(scope="module")
def store():
    return filled()


@pytest.fixture
def pool(store):
    made = []

    def make(**limits):
        made.append(Readers(MemorySource(store), Limits(**{"warm": 1, "seconds": 8.0, **limits})))
        return made[-1]

    yield make
    for readers in made:
        readers.close()


def whole(work):
    return b"".join(work.pieces())


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(holds, seconds=60.0):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "media_type", [JSON, "text/csv", "text/tab-separated-values", "application/sparql-results+xml"]
)
def test_the_answer_is_the_one_of_the_store(pool, store, media_type):
    query = "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?s"
    assert whole(pool().query(query, PUBLIC, media_type)) == b"".join(store.answer(query, PUBLIC, media_type))


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_a_graph_is_the_one_of_the_store(pool, store, media_type):
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 20"
    answer = whole(pool().query(query, PUBLIC, media_type))
    assert answer == b"".join(store.answer(query, PUBLIC, media_type))
    assert answer


def test_what_xml_cannot_hold_is_replaced_wherever_it_stands(pool):
    """A control character, and one of three bytes that lies across the pieces of a long answer."""
    query = 'SELECT (CONCAT("a\\u0001", ?o, "\\uFFFE") AS ?x) WHERE { ?s ?p ?o }'
    answer = whole(pool().query(query, PUBLIC, "application/sparql-results+xml")).decode()
    assert answer.count("\N{REPLACEMENT CHARACTER}") == 2 * TRIPLES
    assert "\x01" not in answer


def test_only_the_graphs_that_were_named_are_read(pool):
    assert b'"0"' in whole(pool().query(COUNT, Dataset((None,)), JSON))
    assert f'"{TRIPLES}"'.encode() in whole(pool().query(COUNT, PUBLIC, JSON))


def test_a_malformed_query_is_told_with_its_place(pool):
    with pytest.raises(MalformedQuery) as told:
        whole(pool().query("SELECT ?s WHERE {\n ?s a }", PUBLIC, JSON))
    assert (told.value.line, told.value.column) == (2, 7)


@pytest.mark.parametrize("query", [PRODUCT, PRODUCT.replace("COUNT(*)", "COUNT(DISTINCT ?a)")])
def test_a_query_ends_at_its_deadline(pool, query):
    with pytest.raises(QueryLimit, match="deadline of 1 seconds"):
        whole(pool().query(query, PUBLIC, JSON, 1.0))


def test_a_deadline_is_asked_down_and_never_up(pool):
    with pytest.raises(QueryLimit, match="deadline of 1 seconds"):
        whole(pool(seconds=1.0).query(PRODUCT, PUBLIC, JSON, 60.0))


def test_a_query_that_fills_the_memory_ends_alone(pool):
    readers = pool(megabytes=100)
    with pytest.raises(QueryLimit, match="more memory than the 100 MB"):
        whole(readers.query(SORTED, PUBLIC, JSON))
    assert whole(readers.query(COUNT, PUBLIC, JSON))


def test_a_query_that_overflows_the_stack_ends_alone(pool):
    readers = pool()
    with pytest.raises(QueryLimit, match="stack"):
        whole(readers.query("SELECT * WHERE " + "{" * 20_000 + "}" * 20_000, PUBLIC, JSON))
    assert whole(readers.query(COUNT, PUBLIC, JSON))


@pytest.mark.parametrize(
    "media_type", [JSON, "text/csv", "text/tab-separated-values", "application/sparql-results+xml"]
)
def test_rows_are_counted_in_every_format(pool, media_type):
    readers = pool(rows=1_000)
    query = "SELECT ?s ?o WHERE { ?s ?p ?o } LIMIT "
    assert whole(readers.query(f"{query} 1000", PUBLIC, media_type))
    with pytest.raises(QueryLimit, match="1,000 rows"):
        whole(readers.query(f"{query} 1001", PUBLIC, media_type))


def test_rows_of_nothing_count_too(pool):
    readers = pool(rows=1_000)
    assert whole(readers.query("SELECT ?x WHERE { ?s ?p ?o } LIMIT 1000", PUBLIC, JSON))
    with pytest.raises(QueryLimit, match="1,000 rows"):
        whole(readers.query("SELECT ?x WHERE { ?s ?p ?o } LIMIT 1001", PUBLIC, JSON))


def test_an_answer_that_grows_too_long_breaks_off(pool):
    taken = 0
    pieces = pool(answer_megabytes=1).query(STREAM, PUBLIC, JSON).pieces()
    told = ""
    try:
        for piece in pieces:
            taken += len(piece)
    except QueryLimit as problem:
        told = problem.message
    assert "longer than 1 MB" in told
    assert 250_000 < taken <= 1_000_000


def test_the_work_ends_when_nobody_draws_any_more(pool):
    readers = pool()
    pieces = readers.query(STREAM, PUBLIC, JSON).pieces()
    next(pieces)
    (pid,) = [work.reader.pid for work in readers._works]
    pieces.close()
    wait_until(lambda: is_gone(pid))
    assert readers.running == 0


def test_the_work_ends_when_it_is_told_to(pool):
    """Had it run on to its deadline, it would have been told of that."""
    readers = pool(seconds=120.0, megabytes=200)
    work = readers.query(PRODUCT, PUBLIC, JSON)
    threading.Timer(0.5, work.end).start()
    with pytest.raises(Busy):
        whole(work)


def test_a_reader_that_was_killed_is_replaced_at_once(pool):
    readers = pool()
    assert whole(readers.query(COUNT, PUBLIC, JSON))
    killed = readers.processes
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert whole(readers.query(COUNT, PUBLIC, JSON))
    wait_until(lambda: readers.processes and not set(readers.processes) & set(killed))


def test_a_query_whose_reader_is_killed_is_asked_again(pool):
    """Nothing of its answer was sent yet: another reader answers."""
    readers = pool()
    found = []
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }"
    asking = threading.Thread(target=lambda: found.append(whole(readers.query(query, PUBLIC, JSON))))
    asking.start()
    wait_until(lambda: any(work.reader for work in readers._works))
    time.sleep(0.03)
    for work in list(readers._works):
        os.kill(work.reader.pid, signal.SIGKILL)
    asking.join(60)
    assert f'"{TRIPLES**2}"'.encode() in found[0]


def test_light_queries_do_not_wait_for_heavy_ones(pool):
    """Thirty are answered while all of the eight are still at work; `make bench-service` tells how quickly."""
    readers = pool(seconds=120.0, megabytes=200)

    def ask():
        with suppress(Busy, QueryLimit):
            whole(readers.query(PRODUCT, PUBLIC, JSON))

    heavy = [threading.Thread(target=ask) for _ in range(8)]
    for thread in heavy:
        thread.start()
    wait_until(lambda: readers.running == 8)
    for _ in range(30):
        assert whole(readers.query(COUNT, PUBLIC, JSON))
    assert all(thread.is_alive() for thread in heavy), "a heavy one had to end first"
    readers.close()
    for thread in heavy:
        thread.join(60)


def test_where_no_reader_is_free_the_longest_makes_room(pool):
    readers = pool(seconds=120.0, most=2, share_seconds=2.0)
    told = []

    def heavy():
        try:
            whole(readers.query(PRODUCT, PUBLIC, JSON))
        except (Busy, QueryLimit) as problem:
            told.append(problem)

    threads = [threading.Thread(target=heavy) for _ in range(2)]
    threads[0].start()
    wait_until(lambda: readers.running == 1)
    time.sleep(1.5)  # so that the other has not had its share when a new reader takes long to begin
    threads[1].start()
    wait_until(lambda: readers.running == 2)
    assert whole(readers.query(COUNT, PUBLIC, JSON))
    wait_until(lambda: told)  # the loser's own thread hears of it a moment later
    assert len(told) == 1
    assert "made room" in str(told[0])
    readers.close()
    for thread in threads:
        thread.join(60)


def test_a_line_that_is_too_long_is_refused_at_once(pool):
    readers = pool(most=2, waiting=1, share_seconds=60.0)
    results = []

    def ask():
        try:
            results.append(whole(readers.query(PRODUCT, PUBLIC, JSON)))
        except (Busy, QueryLimit) as problem:
            results.append(problem)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_until(lambda: readers.running == 2 and len(readers._line) == 1)
    with pytest.raises(Busy, match="Too many"):
        whole(readers.query(COUNT, PUBLIC, JSON))
    readers.close()
    for thread in threads:
        thread.join(60)
    assert len(results) == 3


def test_nothing_is_left_when_the_pool_is_closed(pool):
    readers = pool()
    assert whole(readers.query(COUNT, PUBLIC, JSON))
    left = readers.processes
    assert left
    readers.close()
    assert all(is_gone(pid) for pid in left)
    assert whole(readers.query(COUNT, PUBLIC, JSON)), "a pool may be used again"


def test_a_change_in_memory_is_seen_by_the_next_query():
    store = filled()
    readers = Readers(MemorySource(store), Limits(warm=1))
    try:
        assert f'"{TRIPLES}"'.encode() in whole(readers.query(COUNT, PUBLIC, JSON))
        store.load(io.BytesIO(b"<urn:new> <urn:p> 1 ."), "text/turtle", "urn:g")
        assert f'"{TRIPLES + 1}"'.encode() in whole(readers.query(COUNT, PUBLIC, JSON))
    finally:
        readers.close()


def test_a_change_on_disk_is_seen_by_the_next_query(tmp_path):
    """Every write that was done before a query is in its answer, whatever snapshot a reader had open."""
    folder = tmp_path / "store"
    create(folder)
    readers = Readers(FolderSource(folder), Limits(warm=2))
    try:
        for number in range(6):
            assert f'"{number}"'.encode() in whole(readers.query(COUNT, PUBLIC, JSON))
            with Writer(folder) as writer:
                writer.store.load(io.BytesIO(f"<urn:s{number}> <urn:p> 1 .".encode()), "text/turtle", "urn:g")
                writer.checkpoint()
    finally:
        readers.close()
    with Writer(folder) as writer:
        writer.checkpoint()
    assert len(list((folder / "snapshots").iterdir())) == 2, "a reader that is gone keeps no snapshot"


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 64, 100_000])
def test_rows_of_json_are_counted_by_its_bytes(piece):
    """Whatever the texts hold, and wherever an answer is cut into pieces."""
    store = ox.Store()
    texts = ['},{"x":{"type"', "},{", '"},{"', "\\", 'a\\"},{', "[{", "", "},\n{"]
    for number, text in enumerate(texts * 30):
        quad = ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode("urn:p"), ox.Literal(text))
        store.add(quad)
    for query, rows in (
        ("SELECT ?s ?o { ?s ?p ?o }", 240),
        ("SELECT ?x { ?s ?p ?o }", 240),
        ("SELECT * {} LIMIT 0", 0),
    ):
        answer = store.query(query).serialize(format=ox.QueryResultsFormat.JSON)
        counted = reader._Rows("json")
        for at in range(0, len(answer), piece):
            found = counted.count(answer[at : at + piece])
        assert found == rows
