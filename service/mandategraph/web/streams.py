"""Blocking work in a bounded number of threads, its bytes handed over piece by piece."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mandategraph.web.problems import Problem

T = TypeVar("T")
# A client that takes no byte for this long is gone, or means to keep the thread.
_PATIENCE_SECONDS = 30.0
_AHEAD = 8
# What a reader process sends before its answer is whole is at least this long.
_SHORT = 1 << 16
_LOOK_SECONDS = 0.2


class _End:
    """Marks that all has been handed over."""


_Parts = tuple["bytes | type[_End] | Exception", ...]


class Pieces:
    """
    The bytes of an answer on their way: drawn by `async for`, once, and let go of by `aclose`.

    `whole` is all of it, where it is there already; it need not be drawn then.
    """

    def __init__(
        self,
        first: _Parts,
        handed: asyncio.Queue[_Parts],
        room: threading.Semaphore,
        left: threading.Event,
        end: Callable[[], None],
    ) -> None:
        self._first = first
        self._handed = handed
        self._room, self._left, self._end = room, left, end
        self._is_over = first[-1] is _End
        self._drawn = self._draw()

    @property
    def whole(self) -> bytes | None:
        """The whole answer, if no more is to come; None for one that is still being made."""
        if self._first[-1] is not _End:
            return None
        return b"".join(part for part in self._first if isinstance(part, bytes))

    def __aiter__(self) -> Pieces:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._drawn)

    async def aclose(self) -> None:
        """End the work."""
        await self._drawn.aclose()
        self._stop()

    def _stop(self) -> None:
        self._left.set()
        self._room.release()
        if not self._is_over:
            self._is_over = True
            self._end()

    async def _draw(self) -> AsyncGenerator[bytes, None]:
        try:
            parts = self._first
            while True:
                for part in parts:
                    if isinstance(part, Exception):
                        raise part
                    if not isinstance(part, bytes):
                        self._is_over = True
                        return
                    yield part
                self._room.release()
                parts = await self._handed.get()
        finally:
            self._stop()


class Sent(StreamingResponse):
    """Sends the bytes of an answer as they come, and ends the work where the client leaves."""

    def __init__(self, pieces: Closing, headers: Mapping[str, str]) -> None:
        super().__init__(pieces, headers=headers)
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._pieces.aclose()


class Closing(Protocol):
    """What is drawn piece by piece and let go of."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Draw it."""
        ...

    async def aclose(self) -> None:
        """Let go of it."""
        ...


def _nothing() -> None:
    """Do nothing."""


async def _never() -> bool:
    """Return that nobody has left."""
    return False


class Streams:
    """
    A few threads for queries, and a queue of bounded length before them.

    An iterator of the store is drawn in one thread from first to last: engines may not let it change threads.
    """

    def __init__(self, at_once: int = 4, waiting: int = 64) -> None:
        self._most = at_once + waiting
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="query")
        self._running = 0

    @property
    def running(self) -> int:
        """How many run or wait at this moment."""
        return self._running

    async def call(self, work: Callable[[], T]) -> T:
        """Return what `work` returns; a Problem 503 where too many wait already."""
        self._enter()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._running -= 1

    async def open(
        self,
        produce: Callable[[], Iterable[bytes]],
        end: Callable[[], None] = _nothing,
        has_left: Callable[[], Awaitable[bool]] = _never,
    ) -> Pieces:
        """
        Return the bytes of an answer once the first of them is there.

        What goes wrong before it is raised here, so that it can become a problem with a status of its own; what goes
        wrong later breaks the stream, which then looks broken. `end` is called when nobody draws any more, or when
        `has_left` says that nobody will; it must stop the work and do nothing where it is over.
        """
        self._enter()
        loop = asyncio.get_running_loop()
        handed: asyncio.Queue[_Parts] = asyncio.Queue()
        room = threading.Semaphore(_AHEAD)
        left = threading.Event()

        def hand_over(parts: _Parts) -> bool:
            if not room.acquire(timeout=_PATIENCE_SECONDS) or left.is_set():
                return False
            loop.call_soon_threadsafe(handed.put_nowait, parts)
            return True

        def work() -> None:
            # A short piece is most often the last: it waits for what follows, and both cross to the loop at once.
            waiting: _Parts = ()
            try:
                for piece in produce():
                    if not piece:
                        continue
                    waiting = (*waiting, piece)
                    if len(piece) >= _SHORT or len(waiting) > 1:
                        if not hand_over(waiting):
                            return
                        waiting = ()
            except Exception as error:
                hand_over((*waiting, error))
            else:
                hand_over((*waiting, _End))

        done = loop.run_in_executor(self._threads, work)
        done.add_done_callback(lambda _: self._leave())
        try:
            first = await self._first(handed, has_left)
        except BaseException:
            left.set()
            room.release()
            end()
            raise
        if isinstance(first[0], Exception):
            raise first[0]
        return Pieces(first, handed, room, left, end)

    @staticmethod
    async def _first(handed: asyncio.Queue[_Parts], has_left: Callable[[], Awaitable[bool]]) -> _Parts:
        getting = asyncio.ensure_future(handed.get())
        try:
            while not (await asyncio.wait({getting}, timeout=_LOOK_SECONDS))[0]:
                if await has_left():
                    raise Problem(400, "client-left", "The client left before there was an answer.")
            return getting.result()
        finally:
            getting.cancel()

    def _enter(self) -> None:
        if self._running >= self._most:
            raise Problem(
                503, "busy", "Too many queries are waiting. Try again in a moment.", headers={"Retry-After": "2"}
            )
        self._running += 1

    def _leave(self) -> None:
        self._running -= 1
