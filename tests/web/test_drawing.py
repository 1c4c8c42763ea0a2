"""Answers of readers are drawn in the loop: it serves others meanwhile, and readers come back whatever happens."""

import asyncio
import io

import pytest

from mandategraph.core.errors import QueryLimit
from mandategraph.core.graphs import Dataset
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.limits import Limits
from mandategraph.stores.readable import MemorySource
from mandategraph.stores.readers import Readers
from mandategraph.web.drawing import drawn
from mandategraph.web.problems import Problem
from mandategraph.web.streams import Streams

TSV = "text/tab-separated-values"
PUBLIC = Dataset(("urn:g",))
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
PRODUCT = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TRIPLES = 1_500


@pytest.fixture(scope="module")
def store():
    made = EmbeddedStore.in_memory()
    made.load(
        io.BytesIO(b"".join(b"<urn:s%d> <urn:p> %d .\n" % (n, n) for n in range(TRIPLES))), "text/turtle", "urn:g"
    )
    return made


@pytest.fixture(params=[True, False], ids=["watched", "waited for"])
def pool(store, request, monkeypatch):
    """Readers where the system tells that they say something, and where a thread has to wait for it."""
    monkeypatch.setattr("mandategraph.stores.process._IS_WATCHED", request.param)
    made = []

    def make(**limits):
        made.append(Readers(MemorySource(store), Limits(**{"warm": 1, "seconds": 60.0, **limits})))
        return made[-1]

    yield make
    for readers in made:
        readers.close()


async def nobody():
    return False


async def come_about(holds):
    for _ in range(3_000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about")


def ask(readers, query, threads=None, has_left=nobody, **more):
    return drawn(readers.query(query, PUBLIC, TSV, **more), threads or Streams(), has_left)


def test_many_are_answered_at_once_each_with_its_own(pool):
    readers = pool()

    async def one(number):
        return (await ask(readers, f"SELECT ?o WHERE {{ <urn:s{number}> ?p ?o }}")).whole

    async def run():
        return await asyncio.gather(*(one(number) for number in range(40)))

    assert asyncio.run(run()) == [f"?o\n{number}\n".encode() for number in range(40)]
    assert readers.running == 0


def test_the_loop_serves_others_while_a_query_works_and_who_is_called_off_leaves_nothing(pool):
    readers = pool()

    async def run():
        heavy = asyncio.ensure_future(ask(readers, PRODUCT))
        await come_about(lambda: readers.running == 1)
        assert (await ask(readers, COUNT)).whole == f"?n\n{TRIPLES}\n".encode()
        assert not heavy.done()
        heavy.cancel()
        with pytest.raises(asyncio.CancelledError):
            await heavy
        return readers.running

    assert asyncio.run(run()) == 0
    assert readers.ended["left"] == 1


def test_a_long_answer_comes_in_pieces_and_is_whole(pool):
    readers = pool()
    query = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"

    async def run():
        answer = await ask(readers, query)
        assert answer.whole is None
        return [piece async for piece in answer]

    pieces = asyncio.run(run())
    assert len(pieces) > 3
    first, *rows, last = b"".join(pieces).split(b"\n")
    assert (first, last) == (b"?a\t?b\t?c\t?d\t?e\t?f", b"")
    assert len(set(rows)) == 60_000
    assert readers.running == 0


def test_who_lets_go_of_an_answer_ends_the_work(pool):
    readers = pool()

    async def run():
        answer = await ask(readers, "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }")
        assert await anext(answer)
        await answer.aclose()
        return readers.running

    assert asyncio.run(run()) == 0


def test_what_goes_wrong_before_the_answer_is_raised_at_once(pool):
    readers = pool()

    async def run():
        await ask(readers, PRODUCT, seconds=0.3)

    with pytest.raises(QueryLimit, match="deadline"):
        asyncio.run(run())


def test_a_text_longer_than_a_pipe_is_put_too(pool):
    readers = pool()

    async def run():
        return (await ask(readers, f"{COUNT} # {'x' * 300_000}")).whole

    assert asyncio.run(run()) == f"?n\n{TRIPLES}\n".encode()


@pytest.mark.parametrize("goes", ["leaves", "called off"])
def test_who_goes_while_he_waits_in_line_takes_no_reader(pool, goes):
    readers = pool(most=2, share_seconds=60.0)
    left = []

    async def has_left():
        return bool(left)

    async def run():
        threads = Streams()
        heavy = [asyncio.ensure_future(ask(readers, PRODUCT, threads)) for _ in range(2)]
        await come_about(lambda: readers.running == 2)
        third = asyncio.ensure_future(ask(readers, COUNT, threads, has_left))
        await come_about(lambda: readers.waiting == 1)
        if goes == "leaves":
            left.append(True)
        else:
            third.cancel()
        with pytest.raises((Problem, asyncio.CancelledError)):
            await third
        await come_about(lambda: readers.waiting == 0)
        running = readers.running
        for one in heavy:
            one.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)
        return running

    assert asyncio.run(run()) == 2
    assert readers.running == 0
