"""Blocking work in a bounded number of threads, its bytes handed over piece by piece."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from mandategraph.web.problems import Problem

T = TypeVar("T")
# A client that takes no byte for this long is gone, or means to keep the thread.
_PATIENCE_SECONDS = 30.0
_PIECES_AHEAD = 8
_LOOK_SECONDS = 0.2


class _End:
    """Marks that all has been handed over."""


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
    ) -> AsyncIterator[bytes]:
        """
        Return the bytes of an answer once the first of them is there.

        What goes wrong before it is raised here, so that it can become a problem with a status of its own; what goes
        wrong later breaks the stream, which then looks broken. `end` is called when nobody draws any more, or when
        `has_left` says that nobody will; it must stop the work and do nothing where it is over.
        """
        self._enter()
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[bytes | type[_End] | Exception] = asyncio.Queue(_PIECES_AHEAD)

        left = threading.Event()

        def hand_over(piece: bytes | type[_End] | Exception) -> bool:
            put = asyncio.run_coroutine_threadsafe(pieces.put(piece), loop)
            try:
                put.result(_PATIENCE_SECONDS)
            except TimeoutError:
                put.cancel()
                return False
            return not left.is_set()

        def work() -> None:
            try:
                for piece in produce():
                    if piece and not hand_over(piece):
                        return
            except Exception as error:
                hand_over(error)
            else:
                hand_over(_End)

        done = loop.run_in_executor(self._threads, work)
        done.add_done_callback(lambda _: self._leave())
        try:
            first = await self._first(pieces, has_left)
        except BaseException:
            left.set()
            end()
            raise
        if isinstance(first, Exception):
            raise first
        return self._rest(first, pieces, left, end)

    @staticmethod
    async def _first(
        pieces: asyncio.Queue[bytes | type[_End] | Exception], has_left: Callable[[], Awaitable[bool]]
    ) -> bytes | type[_End] | Exception:
        getting = asyncio.ensure_future(pieces.get())
        try:
            while not (await asyncio.wait({getting}, timeout=_LOOK_SECONDS))[0]:
                if await has_left():
                    raise Problem(400, "client-left", "The client left before there was an answer.")
            return getting.result()
        finally:
            getting.cancel()

    @staticmethod
    async def _rest(
        first: bytes | type[_End],
        pieces: asyncio.Queue[bytes | type[_End] | Exception],
        left: threading.Event,
        end: Callable[[], None],
    ) -> AsyncIterator[bytes]:
        try:
            piece: bytes | type[_End] | Exception = first
            while isinstance(piece, bytes):
                yield piece
                piece = await pieces.get()
            if isinstance(piece, Exception):
                raise piece
        finally:
            left.set()
            end()
            while not pieces.empty():
                pieces.get_nowait()

    def _enter(self) -> None:
        if self._running >= self._most:
            raise Problem(
                503, "busy", "Too many queries are waiting. Try again in a moment.", headers={"Retry-After": "2"}
            )
        self._running += 1

    def _leave(self) -> None:
        self._running -= 1
