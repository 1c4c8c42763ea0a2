"""
Writing to a store folder by one process that may be killed: requests in line, acknowledged once they are on the disk.

Many may ask at once. What the process had carried out and not yet acknowledged when it died is put on the disk by the
next one and acknowledged then; what it was at is looked for in the log; what it had not begun is asked again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandategraph.core import errors
from mandategraph.core.errors import (
    BadData,
    Busy,
    MalformedQuery,
    MandateGraphError,
    NotWritten,
    OutOfSpace,
    StoreUnavailable,
)
from mandategraph.stores.durability import Place, was_committed
from mandategraph.stores.folder import may_be_ahead, newest_name
from mandategraph.stores.write_requests import NoLongerPlain, Request
from mandategraph.stores.writer import Versions
from mandategraph.stores.writer_process import WriterGone, WriterProcess

Outcome = dict[str, Any]
"""What a request came to: `version` of what it touched, and what its kind tells, such as `was_there`."""

_AHEAD = 64
_LOOK_SECONDS = 0.1
# Readers that cannot ask for a snapshot see a write after this long.
_UNSEEN_SECONDS = 1.0
_CLOSE_SECONDS = 20.0
_START_SECONDS = 60.0
_REST_SECONDS = 1.0
# What a command has worked out and checked is worth more patience than what a client sends.
_COMMAND_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """What one request may take, how much is taken in at once, and how much room is kept on the disk."""

    seconds: float = 30.0
    megabytes: int = 2048
    free_megabytes: int = 512
    waiting: int = 256
    waiting_megabytes: int = 256
    snapshot_seconds: float = 10.0


@dataclass(slots=True, eq=False)
class _Asked:
    """A request on its way."""

    number: int
    request: Request
    done: Future[Outcome]
    begun: float = 0.0
    log_end: Place = (-1, 0)
    result: Outcome | None = None


class Writing:
    """
    The writer of a store folder, for a service. It starts with the first request; `close` ends it.

    Everything here may be called from several threads at once.
    """

    def __init__(self, folder: Path, limits: WriteLimits | None = None) -> None:
        self.folder = folder
        self.limits = limits or WriteLimits()
        self._changing = threading.Condition()
        self._line: deque[_Asked] = deque()
        self._sent: dict[int, _Asked] = {}
        self._process: WriterProcess | None = None
        self._is_ready = self._goes_on = False
        self._is_closed = False
        self._number = 0
        self._versions: Versions | None = None
        self._trouble: StoreUnavailable | None = None  # why there is no process
        self._failed: StoreUnavailable | None = None  # why there is no newer snapshot
        # Acknowledged writes, how many of them the newest snapshot holds, and how many of them are to be in the next.
        self._acknowledged = self._covered = self._coming = 0
        self._wanted = False
        self._unseen_since = 0.0
        self._threads: list[threading.Thread] = []
        # Somebody who wrote here was killed: there is more than the newest snapshot shows.
        self._is_settled = not may_be_ahead(folder)
        if not self._is_settled:
            self._start()

    def submit(self, request: Request) -> Future[Outcome]:
        """
        Return what will come of a request once it is on the disk.

        The future raises what refused it: MandateGraphError of any kind, NotWritten where it was cut off. Busy where
        too much waits already.
        """
        asked = _Asked(0, request, Future())
        # Whoever waits may leave; what was begun is finished all the same.
        asked.done.set_running_or_notify_cancel()
        with self._changing:
            if self._is_closed:
                raise Busy("The service is stopping.")
            waiting = [*self._line, *self._sent.values()]
            size = sum(other.request.size for other in waiting) + request.size
            if len(waiting) >= self.limits.waiting or (waiting and size > self.limits.waiting_megabytes * 1_000_000):
                raise Busy("Too many changes are waiting. Try again in a moment.")
            self._number += 1
            asked.number = self._number
            self._line.append(asked)
            self._start()
            self._changing.notify_all()
        return asked.done

    def write(self, request: Request) -> Outcome:
        """Return what came of a request, once it is on the disk."""
        return self.submit(request).result()

    def version(self, graph: str) -> str:
        """Return the name of the state of a graph, as conditions tell it; no older than any write acknowledged."""
        with self._changing:
            if self._versions is not None:
                return self._versions.of([graph])
            return f"{newest_name(self.folder)}.{0 if self._is_settled else 'unsettled'}"

    def freshen(self) -> None:
        """
        Return when the newest snapshot holds every write that was acknowledged before.

        StoreUnavailable where none can be made, for want of room or because the store cannot be opened; Busy where it
        takes too long.
        """
        with self._changing:
            wanted = self._acknowledged
            until = time.monotonic() + self.limits.snapshot_seconds
            self._failed = None
            self._want_snapshot()
            # Where the store cannot be opened, somebody else writes, and answers for what is to be seen.
            while self._covered < wanted or not (self._is_settled or self._trouble):
                trouble = self._failed or self._trouble
                if trouble is not None:
                    raise trouble
                left = until - time.monotonic()
                if left <= 0 or self._is_closed:
                    raise Busy("The newest writes cannot be read yet. Try again in a moment.")
                self._changing.wait(min(left, 0.5))

    @property
    def is_fresh(self) -> bool:
        """Whether the newest snapshot holds every write that was acknowledged, here or by one who was killed."""
        return not self.is_dirty and (self._is_settled or self._trouble is not None)

    @property
    def is_dirty(self) -> bool:
        """Whether something was acknowledged that the newest snapshot does not hold."""
        return self._covered < self._acknowledged

    @property
    def waiting(self) -> int:
        """How many requests are on their way."""
        return len(self._line) + len(self._sent)

    @property
    def pid(self) -> int:
        """The number of the process that writes, 0 where there is none now."""
        process = self._process
        return 0 if process is None else process.pid

    def close(self) -> None:
        """Let what is on its way finish, make a snapshot and end the process."""
        with self._changing:
            self._is_closed = True
            until = time.monotonic() + _CLOSE_SECONDS
            while (self._line or self._sent) and time.monotonic() < until:
                self._changing.wait(0.2)
            self._changing.notify_all()
        for thread in self._threads[:1]:
            thread.join(max(0.1, until - time.monotonic()))
        process = self._process
        if process is not None:
            process.send({"kind": "close"})
        for thread in self._threads[1:]:
            thread.join(max(0.1, until - time.monotonic()))
            if thread.is_alive() and process is not None:
                process.kill()
                thread.join()

    def _start(self) -> None:
        if not self._threads:
            self._threads = [
                threading.Thread(target=work, name=f"writing-{work.__name__}", daemon=True)
                for work in (self._send, self._listen)
            ]
            for thread in self._threads:
                thread.start()

    def _want_snapshot(self) -> None:
        """Have a snapshot made, unless one is coming that will hold all that is acknowledged."""
        if self._coming < self._acknowledged:
            self._wanted = True
            self._changing.notify_all()

    def _send(self) -> None:
        """Hand on what is in line, so much ahead that the process never waits for us."""
        while True:
            with self._changing:
                while not (self._is_ready and (self._wanted or (self._line and len(self._sent) < _AHEAD))):
                    if self._is_closed and not self._line and not self._sent:
                        return
                    self._changing.wait(0.5)
                process, body = self._process, b""
                if self._wanted:
                    self._wanted, self._coming = False, self._acknowledged
                    head = {"kind": "snapshot", "covers": self._coming}
                else:
                    asked = self._line.popleft()
                    self._sent[asked.number] = asked
                    head = {"id": asked.number, **asked.request.head()}
                    body = b"".join(part.data for part in asked.request.parts)
            if process is not None:
                # Where it is gone, whoever listens puts the request back in line.
                process.send(head, body)

    def _listen(self) -> None:
        """Start the process, hear what it says, end it at the deadline of a request, and start the next."""
        while self._is_needed():
            process = WriterProcess(self.folder, self.limits.megabytes, self.limits.free_megabytes)
            self._process = process
            started = time.monotonic()
            late: _Asked | None = None
            try:
                while True:
                    for kind, told in process.heard(_LOOK_SECONDS):
                        self._hear(kind, told)
                    late = late or self._too_late(process, started)
                    if late is not None:
                        process.kill()
            except WriterGone as gone:
                process.bury()
                self._after_death(gone, late)
            if self._trouble is not None:
                time.sleep(_REST_SECONDS)

    def _is_needed(self) -> bool:
        """Wait until there is something to do; False once there is nothing more to come."""
        with self._changing:
            while not (self._line or self._sent or self.is_dirty or not (self._is_settled or self._trouble)):
                if self._is_closed:
                    return False
                self._changing.wait(0.5)
            return not self._is_closed or bool(self._line or self._sent)

    def _too_late(self, process: WriterProcess, started: float) -> _Asked | None:
        with self._changing:
            now = time.monotonic()
            if not (self._is_ready or self._goes_on) and now - started > _START_SECONDS:
                process.kill()
            if self._is_ready and self._covered < self._acknowledged and now - self._unseen_since > _UNSEEN_SECONDS:
                self._want_snapshot()
            for asked in self._sent.values():
                limit = _COMMAND_SECONDS if asked.request.kind == "difference" else self.limits.seconds
                if asked.begun and asked.result is None and now - asked.begun > limit:
                    return asked
        return None

    def _hear(self, kind: bytes, told: dict[str, Any]) -> None:
        with self._changing:
            match kind:
                case b"R":
                    self._goes_on = True
                case b"H":
                    self._goes_on = False
                    self._versions = Versions(told["base"])
                    # What was carried out by the process before is on the disk now, and in the newest snapshot.
                    self._acknowledge([asked for asked in self._sent.values() if asked.result is not None])
                    self._covered = self._coming = self._acknowledged
                    self._is_ready, self._is_settled, self._trouble = True, True, None
                case b"B":
                    asked = self._sent[told["id"]]
                    asked.begun, asked.log_end = time.monotonic(), (told["log_end"][0], told["log_end"][1])
                case b"A":
                    self._sent[told["id"]].result = told["result"]
                case b"S":
                    done = [self._sent[number] for number in told["ids"]]
                    for asked in done:
                        if self._versions is not None and "version" in (asked.result or {}):
                            self._versions.changed(asked.request.touched_with_facts)
                    self._acknowledge(done)
                case b"X":
                    self._sent.pop(told["id"]).done.set_exception(error_of(told))
                case b"C":
                    self._covered = max(self._covered, told["covers"])
                case b"K":
                    self._coming = self._covered
                    self._failed = StoreUnavailable(told["message"])
                case b"G":
                    self._trouble = StoreUnavailable(told["message"])
                    for asked in [asked for asked in self._sent.values() if asked.result is not None]:
                        # What the system says of it after a failed sync cannot be believed.
                        del self._sent[asked.number]
                        sentence = f"{told['message']}; whether this change will last is not known."
                        asked.done.set_exception(NotWritten(sentence[:1].upper() + sentence[1:], may_be_written=True))
            self._changing.notify_all()

    def _acknowledge(self, done: list[_Asked]) -> None:
        for asked in done:
            del self._sent[asked.number]
            if self._covered >= self._acknowledged:
                self._unseen_since = time.monotonic()
            self._acknowledged += 1
            asked.done.set_result(asked.result or {})

    def _after_death(self, gone: WriterGone, late: _Asked | None) -> None:
        with self._changing:
            was_ready, self._is_ready = self._is_ready, False
            self._process, self._coming = None, self._covered
            for asked in sorted(self._sent.values(), key=lambda one: one.number, reverse=True):
                if asked.result is not None:
                    continue
                if not asked.begun:
                    del self._sent[asked.number]
                    self._line.appendleft(asked)
                    continue
                written = self._reached_the_log(asked)
                if written:
                    # The next process acknowledges it, once the log is on the disk.
                    asked.result = {}
                    continue
                del self._sent[asked.number]
                told = gone.told(self.limits.megabytes)
                if asked is late:
                    told = f"The request ran into its deadline of {self.limits.seconds:g} seconds"
                end = "nothing of it was written" if written is not None else "whether it was written is not known"
                asked.done.set_exception(NotWritten(f"{told} and was ended; {end}.", written is None))
            if not was_ready and self._trouble is None and not self._is_closed:
                self._trouble = StoreUnavailable(f"The store {self.folder} could not be opened for writing.")
            if self._trouble is not None:
                for asked in self._line:
                    asked.done.set_exception(_refusal(self._trouble))
                self._line.clear()
            self._changing.notify_all()

    def _reached_the_log(self, asked: _Asked) -> bool | None:
        with suppress(OSError):
            return was_committed(self.folder / "live", asked.log_end)
        return None


def _refusal(trouble: StoreUnavailable) -> MandateGraphError:
    """Return what is told of a change that was not begun, because the store could not be opened."""
    if "no space left" in trouble.message.lower():
        return OutOfSpace(f"{trouble.message} Nothing was written. Make room. Reading goes on.")
    return trouble


def error_of(told: dict[str, Any]) -> MandateGraphError:
    """Return the error that the process tells of."""
    name, message, line, column = told["error"], told["message"], told.get("line", 0), told.get("column", 0)
    if name == "BadData":
        return BadData(message, told.get("file", ""), line, column)
    if name == "MalformedQuery":
        return MalformedQuery(message, line, column)
    if name == "NoLongerPlain":
        return NoLongerPlain(message)
    kind = getattr(errors, name, StoreUnavailable)
    found: MandateGraphError = kind(message)
    return found
