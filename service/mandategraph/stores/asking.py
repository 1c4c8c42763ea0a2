"""One query on its way through the readers: put, answered piece by piece, asked again where its reader was lost."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from mandategraph.core.errors import Busy, MandateGraphError, QueryLimit
from mandategraph.core.graphs import Dataset
from mandategraph.core.mending import mended
from mandategraph.stores.process import ReaderDied, ReaderProcess
from mandategraph.stores.readable import error_of, way_of

if TYPE_CHECKING:
    from mandategraph.stores.readers import Readers

DEADLINE, DIED, LEFT, LENGTH, ROOM, STOPPED = "deadline", "died", "left", "length", "room", "stopped"
ENDS = (DEADLINE, DIED, LEFT, LENGTH, ROOM, STOPPED)
"""What ends a query early: its time, memory or stack, its client, too long an answer, others in line, the service."""
_TRIES = 4


class Waits(Protocol):
    """How to wait for a reader and for what it says: in a thread that may block, or in a loop that serves others."""

    async def reader(self, pool: Readers, work: Work) -> ReaderProcess:
        """Return a reader for this work, once there is one."""
        ...

    async def send(self, reader: ReaderProcess, way: bytes, query: bytes, seconds: float) -> None:
        """Give a reader the query."""
        ...

    async def more(self, reader: ReaderProcess) -> None:
        """Return once a reader says more, or ends."""
        ...


class Work:
    """
    One query: `pieces` draws its answer in one thread, `drawn` in a loop; `end` may be called from any other.

    Both raise before the first piece where nothing of the answer can be had; later, the answer is broken off.
    """

    def __init__(
        self, pool: Readers, query: str, dataset: Dataset, media_type: str, seconds: float, base: str = ""
    ) -> None:
        self.query, self.seconds = query, seconds
        self.until = time.monotonic() + seconds
        self.began = 0.0
        self.ended: MandateGraphError | None = None
        self.reader: ReaderProcess | None = None
        self.is_whole = False
        """Whether nothing follows the pieces that were drawn."""
        self._pool = pool
        self._asked = (dataset, media_type, base, pool.limits)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes of the answer."""
        # What never waits but in its own thread is over when it comes back: no loop is needed to carry it on.
        drawn = self.drawn(_InThread())
        try:
            while True:
                try:
                    drawn.__anext__().send(None)
                except StopIteration as piece:
                    yield piece.value
                except StopAsyncIteration:
                    return
        finally:
            with suppress(StopIteration):
                drawn.aclose().send(None)

    async def drawn(self, waits: Waits) -> AsyncGenerator[bytes, None]:
        """Yield the bytes of the answer."""
        for attempt in range(_TRIES):
            is_begun = is_usable = False
            reader: ReaderProcess | None = None
            try:
                reader = await waits.reader(self._pool, self)
                left = max(0.1, self.until - time.monotonic())
                await waits.send(reader, way_of(reader.place, *self._asked), mended(self.query).encode(), left)
                while True:
                    frame = reader.frame()
                    if frame is None:
                        await waits.more(reader)
                        continue
                    kind, payload = frame
                    if kind == b"D":
                        is_begun = True
                        yield payload
                        continue
                    is_usable = True
                    if kind == b"X":
                        raise self._refused(payload)
                    # Before the last bytes are handed on: the reader is free for others from now on.
                    self._pool.give_back(self, reader, is_usable)
                    reader, self.is_whole = None, True
                    if payload:
                        yield payload
                    return
            except ReaderDied as death:
                if self.ended is not None:
                    raise self.ended from death
                # Killed from outside, or its snapshot was removed before it was open: another takes its place.
                if not death.is_innocent or is_begun or attempt == _TRIES - 1:
                    self._pool.count(DIED)
                    raise death.told(self._pool.limits.megabytes) from death
            finally:
                if reader is not None:
                    self._pool.give_back(self, reader, is_usable)

    def end(self, why: MandateGraphError | None = None) -> None:
        """Stop the work, whatever it is at; nothing happens where it is over."""
        if not self.is_whole:
            self._pool.end(self, why or Busy("The query was ended, because nobody waits for it."))

    def _refused(self, payload: bytes) -> MandateGraphError:
        error = error_of(self.query, payload, self._pool.limits)
        if isinstance(error, QueryLimit):
            self._pool.count(LENGTH)
        return error


class _InThread:
    """Waits by keeping its thread."""

    async def reader(self, pool: Readers, work: Work) -> ReaderProcess:
        return pool.take(work)

    async def send(self, reader: ReaderProcess, way: bytes, query: bytes, seconds: float) -> None:
        reader.send(way, query, seconds)

    async def more(self, reader: ReaderProcess) -> None:
        reader.wait()
