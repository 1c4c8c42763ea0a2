"""
A pool of reader processes that answer queries from outside, each of which may be killed at any moment.

The engine cannot stop a query it has begun, and a query may fill the memory or overflow the stack. So each runs in a
process of its own: killed at its deadline, when its client leaves and when it takes too much, it harms nobody else.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from mandategraph.core.errors import Busy, MandateGraphError, QueryLimit
from mandategraph.core.graphs import Dataset
from mandategraph.stores.asking import DEADLINE, ENDS, LEFT, ROOM, STOPPED, Work
from mandategraph.stores.limits import Limits
from mandategraph.stores.process import ReaderDied, ReaderProcess
from mandategraph.stores.readable import Source

# A query at work for longer gives way to shorter ones on the processor, and its process is not used again.
_YOUNG_SECONDS = 0.5
_LOOK_SECONDS = 0.1
_IDLE_SECONDS = 30.0
_PATIENCE_SECONDS = 0.25


class Readers:
    """
    The pool. Its processes start when they are needed, or with `warm`; `close` ends all of them.

    Everything here may be called from several threads at once. A pool that was closed starts anew at the next query.
    """

    def __init__(self, source: Source, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._most = self.limits.readers
        self._source = source
        self._changing = threading.Condition()
        self._idle: list[ReaderProcess] = []
        self._killed: list[ReaderProcess] = []
        self._works: list[Work] = []
        self._starting = 0  # to be warm
        self._taking = 0  # for a query that has none
        self._line: list[Work] = []
        self._ended: Counter[str] = Counter(dict.fromkeys(ENDS, 0))
        self._watch: threading.Thread | None = None
        self._dozes = False

    def query(
        self, query: str, dataset: Dataset, media_type: str, seconds: float | None = None, base: str = ""
    ) -> Work:
        """
        Return the work that answers a query, which must have passed the gate, in a media type that suits its form.

        `seconds` asks for a shorter deadline than the pool's own; it counts from now, waiting included. IRIs
        may be relative to `base`.
        """
        return Work(self, query, dataset, media_type, self.limits.seconds_for(seconds), base)

    @property
    def processes(self) -> tuple[int, ...]:
        """The numbers of the processes that are there."""
        with self._changing:
            at_work = [work.reader for work in self._works if work.reader is not None]
            return tuple(reader.pid for reader in (*self._idle, *at_work))

    @property
    def running(self) -> int:
        """How many queries are at work."""
        return len(self._works)

    @property
    def waiting(self) -> int:
        """How many queries wait for a reader."""
        return len(self._line)

    @property
    def ended(self) -> Mapping[str, int]:
        """How many queries were ended before they were done, by what ended them: the words of ENDS."""
        with self._changing:
            return dict(self._ended)

    def count(self, end: str) -> None:
        """Count a query that was ended."""
        with self._changing:
            self._ended[end] += 1

    def warm(self) -> None:
        """Start readers, so that the first query finds one that has the data open."""
        with self._changing:
            self._look_after()
            self._changing.notify_all()

    def close(self) -> None:
        """End every process and every query."""
        with self._changing:
            watch, self._watch = self._watch, None
            for work in (*self._line, *self._works):
                self._end(work, Busy("The service is stopping."), STOPPED)
            idle, self._idle = self._idle, []
            killed, self._killed = self._killed, []
            self._changing.notify_all()
        for reader in (*idle, *killed):
            reader.kill()
            reader.bury()
        if watch is not None:
            watch.join(5)
        self._source.close()

    def take_at_once(self, work: Work) -> ReaderProcess | None:
        """Return what `take` would, where nobody has to wait for it; None otherwise."""
        with self._changing:
            if work.ended is not None:
                raise work.ended
            self._look_after()
            place = self._source.place_at_once()
            if not place or self._line or len(self._works) + self._taking >= self._most:
                return None
            reader = self._alive(place)
            if reader is None:
                return None
            reader.place = place
            self._begin(work, reader)
            return reader

    def take(self, work: Work) -> ReaderProcess:
        """Return a reader that has the newest data before it, for this work alone."""
        with self._changing:
            self._look_after()
            if len(self._line) >= self.limits.waiting:
                raise Busy("Too many queries are waiting. Try again in a moment.")
            self._line.append(work)
            try:
                reader = self._free_or_room(work)
            finally:
                self._line.remove(work)
            if reader is not None:
                self._begin(work, reader)
        if reader is None:
            reader = self._started(work)
        try:
            # Looked up as late as can be: a query sees every write that was done before it ran.
            place = self._source.place()
            if not self._source.is_reachable(reader, place):
                raise ReaderDied(0, is_innocent=True)
        except BaseException:
            self.give_back(work, reader, False)
            raise
        reader.place = place
        return reader

    def give_back(self, work: Work, reader: ReaderProcess, is_usable: bool) -> None:
        """Take a reader back; one that has not finished, or has worked long, is ended and replaced."""
        with self._changing:
            work.reader = None
            if work in self._works:
                self._works.remove(work)
            now = time.monotonic()
            if is_usable and now - work.began < _YOUNG_SECONDS and work.ended is None and self._watch is not None:
                reader.idle_since = now
                self._idle.append(reader)
                if self._line:
                    self._changing.notify_all()
            else:
                self._kill(reader)

    def end(self, work: Work, why: MandateGraphError) -> None:
        """End a work, as far as it has come."""
        with self._changing:
            self._end(work, why, LEFT)
            self._changing.notify_all()

    def _end(self, work: Work, why: MandateGraphError, end: str) -> None:
        if work.ended is None:
            work.ended = why
            if work in self._works or work in self._line:
                self._ended[end] += 1
            if work.reader is not None:
                work.reader.kill()

    def _begin(self, work: Work, reader: ReaderProcess) -> None:
        work.began = time.monotonic()
        work.reader = reader
        self._works.append(work)
        # Who waits in line or looks after the rest is woken only where there is something to do: it takes longer than
        # a short query does.
        if self._dozes or len(self._idle) < self.limits.warm:
            self._changing.notify_all()

    def _kill(self, reader: ReaderProcess) -> None:
        """End a reader and see to it that it is buried, by somebody who may wait for that."""
        reader.kill()
        self._killed.append(reader)
        self._changing.notify_all()
        if self._watch is None:
            self._bury()

    def _bury(self) -> None:
        killed, self._killed = self._killed, []
        for reader in killed:
            reader.bury()

    def _alive(self, place: str = "") -> ReaderProcess | None:
        """Return the idle reader that worked last; with a place, one that can reach it."""
        while self._idle:
            reader = self._idle.pop()
            if reader.is_alive and (not place or self._source.is_reachable(reader, place)):
                return reader
            self._kill(reader)
        return None

    def _free_or_room(self, work: Work) -> ReaderProcess | None:
        """Wait for a reader, or for room for a new one (None, and counted as starting)."""
        while True:
            if work.ended is not None:
                raise work.ended
            left = work.until - time.monotonic()
            if left <= 0:
                raise Busy(f"No reader was free within {work.seconds:g} seconds. Try again in a moment.")
            if len(self._works) + self._taking < self._most:
                reader = self._alive()
                if reader is None:
                    self._taking += 1
                return reader
            if not self._changing.wait(min(left, _PATIENCE_SECONDS)):
                self._make_room()

    def _make_room(self) -> None:
        """End the query that has run longest, where it has had its share: others have waited long enough."""
        at_work = [work for work in self._works if work.ended is None]
        if not at_work:
            return
        eldest = min(at_work, key=lambda work: work.began)
        ran = time.monotonic() - eldest.began
        if ran > self.limits.share_seconds:
            told = f"The service is busy, and this query had run for {ran:.1f} seconds: it made room for others."
            self._end(eldest, Busy(f"{told} Try again in a moment."), ROOM)

    def _started(self, work: Work) -> ReaderProcess:
        try:
            reader = self._source.started(self.limits.megabytes)
        except BaseException:
            with self._changing:
                self._taking -= 1
            raise
        with self._changing:
            self._taking -= 1
            self._begin(work, reader)
            if work.ended is not None:
                reader.kill()
        return reader

    def _look_after(self) -> None:
        if self._watch is None:
            self._watch = threading.Thread(target=self._watching, name="readers", daemon=True)
            self._watch.start()

    def _watching(self) -> None:
        """Keep readers warm, end queries at their deadline, let the old ones give way."""
        me = threading.current_thread()
        while True:
            with self._changing:
                if self._watch is not me:
                    return
                now = time.monotonic()
                for work in self._works:
                    self._judge(work, now)
                self._let_go(now)
                killed, self._killed = self._killed, []
                wanted = len(self._idle) + self._starting < self.limits.warm
                if wanted:
                    self._starting += 1
                elif not killed:
                    self._dozes = not self._works
                    self._changing.wait(1.0 if self._dozes else _LOOK_SECONDS)
                    self._dozes = False
            for reader in killed:
                reader.bury()
            if wanted:
                self._warm_one()

    def _warm_one(self) -> None:
        reader = None
        with suppress(MandateGraphError, OSError):
            reader = self._source.started(self.limits.megabytes)
            reader.place = self._source.place()
            reader.send(json.dumps({"place": reader.place}).encode())
            reader.owes_greeting = True
        with self._changing:
            self._starting -= 1
            if reader is None:
                self._changing.wait(1.0)
            elif self._watch is threading.current_thread():
                reader.idle_since = time.monotonic()
                # The front of the list: those that have worked already are taken first.
                self._idle.insert(0, reader)
                self._changing.notify_all()
            else:
                self._kill(reader)

    def _judge(self, work: Work, now: float) -> None:
        if now >= work.until:
            told = f"The query ran into its deadline of {work.seconds:g} seconds and was ended."
            self._end(work, QueryLimit(f"{told} Ask for less, or narrow what it joins and sorts."), DEADLINE)
        elif now - work.began > _YOUNG_SECONDS and work.reader is not None:
            work.reader.give_way()

    def _let_go(self, now: float) -> None:
        for reader in list(self._idle):
            is_spare = len(self._idle) > self.limits.warm and now - reader.idle_since > _IDLE_SECONDS
            if is_spare or not reader.is_alive:
                self._idle.remove(reader)
                self._kill(reader)
