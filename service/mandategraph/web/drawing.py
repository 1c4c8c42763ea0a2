"""The answer of a reader process drawn in the loop that serves everybody, without a thread for each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from mandategraph.stores.asking import Work
from mandategraph.stores.process import ReaderProcess
from mandategraph.web.problems import Problem
from mandategraph.web.streams import Streams

if TYPE_CHECKING:
    from mandategraph.stores.readers import Readers

T = TypeVar("T")
HasLeft = Callable[[], Awaitable[bool]]
# What is shorter goes into the pipe of a reader at once, which has read all that came before it.
_SENT_AT_ONCE = 16_000
_LOOK_SECONDS = 0.2


class Drawn:
    """
    The bytes of an answer on their way: drawn by `async for`, once, and let go of by `aclose`.

    `whole` is all of it, where it is there already; it need not be drawn then.
    """

    def __init__(self, work: Work, first: bytes, rest: AsyncGenerator[bytes, None]) -> None:
        self.whole = first if work.is_whole else None
        self._work, self._first, self._rest = work, first, rest

    def __aiter__(self) -> Drawn:
        return self

    async def __anext__(self) -> bytes:
        first, self._first = self._first, b""
        return first or await anext(self._rest)

    async def aclose(self) -> None:
        """End the work."""
        self._work.end()
        await self._rest.aclose()


async def drawn(work: Work, threads: Streams, has_left: HasLeft) -> Drawn:
    """
    Return the answer to a query once the first of it is there.

    What goes wrong before it is raised here, so that it can become a problem with a status of its own; what goes wrong
    later breaks the answer, which then looks broken. The work ends where `has_left` says that nobody waits for it.
    """
    waits = _InLoop(work, threads, has_left)
    pieces = work.drawn(waits)
    try:
        first = await anext(pieces, b"")
    except BaseException:
        work.end()
        raise
    # Whoever sends the pieces sees by itself when nobody takes them.
    waits.has_left = None
    if work.is_whole:
        await pieces.aclose()
    return Drawn(work, first, pieces)


class _InLoop:
    """Waits by letting the loop serve others; in a thread only where a reader is not there at once."""

    def __init__(self, work: Work, threads: Streams, has_left: HasLeft) -> None:
        self._work, self._threads = work, threads
        self.has_left: HasLeft | None = has_left

    async def reader(self, pool: Readers, work: Work) -> ReaderProcess:
        reader = pool.take_at_once(work)
        if reader is None:
            # Nobody can call back who waits there: what is taken for nobody goes back unused.
            return await self._in_thread(lambda: pool.take(work), lambda taken: pool.give_back(work, taken, False))
        return reader

    async def send(self, reader: ReaderProcess, way: bytes, query: bytes, seconds: float) -> None:
        if len(way) + len(query) <= _SENT_AT_ONCE:
            reader.send(way, query, seconds)
        else:
            await self._threads.call(lambda: reader.send(way, query, seconds))

    async def more(self, reader: ReaderProcess) -> None:
        if not reader.is_watched:
            await self._in_thread(reader.wait)
            return
        loop = asyncio.get_running_loop()
        try:
            while True:
                says: asyncio.Future[bool] = loop.create_future()
                loop.add_reader(reader.stdout, _wake, says, True)
                look = loop.call_later(_LOOK_SECONDS, _wake, says, False)
                try:
                    if await says:
                        return
                finally:
                    look.cancel()
                    loop.remove_reader(reader.stdout)
                await self._stay()
        except BaseException:
            self._work.end()
            raise

    async def _in_thread(self, wait: Callable[[], T], undo: Callable[[T], None] | None = None) -> T:
        """Return what a thread waits for; where nobody does any more, the work ends and the result is undone."""
        waiting = asyncio.ensure_future(self._threads.call(wait))
        try:
            while not (await asyncio.wait({waiting}, timeout=_LOOK_SECONDS))[0]:
                await self._stay()
        except BaseException:
            self._work.end()
            waiting.add_done_callback(lambda done: _undone(done, undo))
            raise
        return waiting.result()

    async def _stay(self) -> None:
        if self._work.ended is not None:
            # A process that was killed may take a while to be gone, where others have the processors.
            raise self._work.ended
        if self.has_left is not None and await self.has_left():
            raise Problem(400, "client-left", "The client left before there was an answer.")


def _wake(waiting: asyncio.Future[bool], says: bool) -> None:
    if not waiting.done():
        waiting.set_result(says)


def _undone(done: asyncio.Future[T], undo: Callable[[T], None] | None) -> None:
    if not done.cancelled() and done.exception() is None and undo is not None:
        undo(done.result())
