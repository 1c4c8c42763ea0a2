"""Answers come piece by piece; one that breaks off looks broken; too many at once are told to wait."""

import asyncio
import threading

import pytest

from mandategraph.web.problems import Problem
from mandategraph.web.streams import Streams


async def gathered(stream):
    return b"".join([piece async for piece in stream])


def test_pieces_arrive_in_order():
    async def run():
        streams = Streams()
        return await gathered(await streams.open(lambda: iter([b"a", b"", b"b", b"c"])))

    assert asyncio.run(run()) == b"abc"


def test_nothing_is_an_answer_too():
    async def run():
        return await gathered(await Streams().open(lambda: iter([])))

    assert asyncio.run(run()) == b""


def test_an_iterator_is_drawn_in_one_thread():
    seen = set()

    def produce():
        for _ in range(50):
            seen.add(threading.get_ident())
            yield b"x"

    async def run():
        return await gathered(await Streams().open(produce))

    assert asyncio.run(run()) == b"x" * 50
    assert len(seen) == 1
    assert seen != {threading.get_ident()}


def test_what_goes_wrong_at_once_is_raised_at_once():
    def produce():
        raise ValueError("malformed")
        yield b""

    async def run():
        await Streams().open(produce)

    with pytest.raises(ValueError, match="malformed"):
        asyncio.run(run())


def test_what_goes_wrong_later_breaks_the_stream():
    taken = []

    def produce():
        yield b"half"
        raise OSError("the disk is gone")

    async def run():
        async for piece in await Streams().open(produce):
            taken.append(piece)

    with pytest.raises(OSError, match="disk"):
        asyncio.run(run())
    assert taken == [b"half"]


def test_the_work_ends_when_the_client_leaves():
    drawn = []

    def produce():
        for number in range(100_000):
            drawn.append(number)
            yield b"x" * 10

    async def run():
        streams = Streams()
        stream = await streams.open(produce)
        async for _ in stream:
            break
        await stream.aclose()
        for _ in range(200):
            if streams.running == 0:
                break
            await asyncio.sleep(0.01)
        return streams.running

    assert asyncio.run(run()) == 0
    assert len(drawn) < 1000


def test_too_many_at_once_are_told_to_wait():
    release = threading.Event()

    async def run():
        streams = Streams(at_once=1, waiting=1)
        calls = [asyncio.ensure_future(streams.call(release.wait)) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(Problem) as refused:
            await streams.call(lambda: None)
        release.set()
        await asyncio.gather(*calls)
        assert await streams.call(lambda: "again") == "again"
        return refused.value

    problem = asyncio.run(run())
    assert problem.status == 503
    assert int(problem.headers["Retry-After"]) > 0


def test_a_short_answer_is_there_at_once():
    """It can be sent with its length; a long one is drawn as it comes."""

    async def run():
        short = await Streams().open(lambda: iter([b"a"]))
        long = await Streams().open(lambda: iter([b"x" * 100_000, b"b"]))
        return short.whole, long.whole, await gathered(short), await gathered(long)

    assert asyncio.run(run()) == (b"a", None, b"a", b"x" * 100_000 + b"b")
