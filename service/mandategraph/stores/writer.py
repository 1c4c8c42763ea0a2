"""
The program of the writer process: it alone opens the live store, and it may be killed at any moment.

Requests come in as a length, a head in JSON and bytes; frames go out as a kind, a length and JSON:

    H   it is ready; all that was committed before is on the disk and in the newest snapshot
    B   a request has begun; where the log ended before it
    A   it is carried out, and not yet on the disk
    S   these are on the disk: they may be acknowledged
    X   it was refused or failed, and nothing of it was written
    C   a snapshot was made; K: it could not be, and the process ends
    R   it goes on with a graph that was being carried over, which may take its time; H follows
    G   the store cannot be opened, or the disk does not take what is written

Once a disk has refused the engine anything, the engine takes no more until it is opened anew. So the process ends, and
the next one goes on as soon as there is room again.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any

_OUT_OF_MEMORY = 77
_BROKEN_DISK = 74
# A text takes about this many times its length in the store, log and tables together.
_ROOM = 4
# A writer that was killed a moment ago may still hold the lock.
_LOCK_SECONDS = 5.0


def main(folder: Path, megabytes: int, free_megabytes: int) -> None:
    """Open the store and serve it until the other end of the pipe is closed."""
    from mandategraph.core.errors import StoreUnavailable

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = _Frames(os.dup(1))
    os.dup2(2, 1)
    try:
        work = _Work(folder, megabytes, free_megabytes, out)
    except (StoreUnavailable, OSError) as problem:
        out.send(b"G", {"message": str(problem)})
        return
    threading.Thread(target=work.read, daemon=True).start()
    threading.Thread(target=work.acknowledge, daemon=True).start()
    threading.Thread(target=work.make_snapshots, daemon=True).start()
    try:
        work.carry_out()
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


class _Frames:
    """Sends frames, each whole, from several threads."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._lock = threading.Lock()

    def send(self, kind: bytes, told: dict[str, Any]) -> None:
        payload = json.dumps(told).encode()
        data = memoryview(struct.pack(">cI", kind, len(payload)) + payload)
        with self._lock:
            while data:
                try:
                    data = data[os.write(self._end, data) :]
                except OSError:
                    os._exit(0)


class _Work:
    """The open store, what is to be done with it, and how far that has come."""

    def __init__(self, folder: Path, megabytes: int, free_megabytes: int, out: _Frames) -> None:
        from mandategraph.stores.conclusions import Conclusions
        from mandategraph.stores.durability import LogEnd, LogSync, forget_logs
        from mandategraph.stores.folder import newest_name
        from mandategraph.stores.promised import PROMISED

        self.out = out
        # What is made in steps shall not be seen between them.
        self.seeing, self.is_between = threading.Lock(), False
        self.live = folder / "live"
        if (folder / PROMISED).is_dir():
            out.send(b"R", {})
        self.writer = _opened(folder)
        self.conclusions = Conclusions(folder)
        forget_logs(self.live)
        self.logs = LogSync(self.live)
        self.logs.sync()
        self.log_end = LogEnd(self.live)
        if self.writer.is_ahead:
            self.writer.checkpoint()
        self.free_bytes = free_megabytes * 1_000_000
        self.todo: queue.SimpleQueue[tuple[dict[str, Any], bytes] | None] = queue.SimpleQueue()
        self.applied: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        self.snapshots: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.versions = Versions(newest_name(folder))
        _limit_memory(megabytes)
        out.send(b"H", {"base": self.versions.base})

    def read(self) -> None:
        """Take in what is asked; with the end of the pipe, this process ends."""
        while True:
            head = json.loads(_exactly(int.from_bytes(_exactly(4), "big")))
            if head["kind"] == "close":
                self.todo.put(None)
            elif head["kind"] == "snapshot":
                self.snapshots.put(head["covers"])
            else:
                self.todo.put((head, _exactly(sum(part[0] for part in head["parts"]))))

    def carry_out(self) -> None:
        """Do what is asked, in its order, until it is time to close."""
        while (asked := self.todo.get()) is not None:
            self._one(*asked)
        if self.writer.is_ahead:
            self.writer.checkpoint()
        self.writer.close()

    def _one(self, head: dict[str, Any], body: bytes) -> None:
        from mandategraph.core.errors import BadData, MandateGraphError, OutOfSpace, StoreUnavailable
        from mandategraph.stores.durability import free_bytes
        from mandategraph.stores.write_requests import request_of

        number, journal = head["id"], self.writer.journal
        request = request_of(head, body)
        log_end = self.log_end.place()
        journal.begun(request.record, log_end)
        self.out.send(b"B", {"id": number, "log_end": log_end})
        try:
            free = free_bytes(self.live)
            if free < self.free_bytes:
                told = (
                    f"Only {free // 1_000_000:,} MB are free on the disk of the store; {self.free_bytes // 1_000_000:,}"
                )
                raise OutOfSpace(f"{told} MB are kept free, so nothing is written. Make room. Reading goes on.")
            result = self._carried_out(request)
        except MandateGraphError as problem:
            place = {name: getattr(problem, name) for name in ("line", "column") if hasattr(problem, name)}
            file = problem.file if isinstance(problem, BadData) else ""
            is_broken = isinstance(problem, StoreUnavailable) and isinstance(problem.__cause__, OSError)
            if is_broken:
                self._leave_if_it_may_be_written(log_end)
                problem = _refused_by_the_disk(problem)
            journal.refused(request.record)
            error = {"error": type(problem).__name__, "message": problem.message, "file": file}
            self.out.send(b"X", {"id": number, **error, **place})
            if is_broken:
                os._exit(_BROKEN_DISK)
            return
        except ValueError as problem:
            journal.refused(request.record)
            self.out.send(b"X", {"id": number, "error": "WrongUse", "message": f"{problem}. Nothing was written."})
            return
        if result.get("was_there", True) or request.kind != "delete":
            result["version"] = self.versions.changed(request.touched_with_facts)
            journal.carried_out(request.record)
        else:
            journal.refused(request.record)
        is_laid_down = result.pop("is_laid_down", False)
        # What is laid down counts as made: it has no deadline any more, and is gone on with after a kill.
        self.out.send(b"A", {"id": number, "result": result})
        if is_laid_down:
            self._carry_over()
        self.applied.put((number, request.record if "version" in result else ""))

    def _leave_if_it_may_be_written(self, log_end: Any) -> None:
        """End where the change reached the log all the same: who listens looks there, and tells what became of it."""
        from mandategraph.stores.durability import was_committed

        if was_committed(self.live, log_end) is not False:
            os._exit(_BROKEN_DISK)

    def _carried_out(self, request: Any) -> dict[str, Any]:
        from mandategraph.stores.write_requests import FACTS_OF_CLIENTS, carry_out

        if request.kind != "concluded":
            if request.changes_facts_alone:
                self._forget_conclusions()
            return carry_out(self.writer.store, request, self.versions.of(request.touched), self._lay_down)
        if not request.details["rules"]:
            self._forget_conclusions()
        elif request.details["as_of"] == self.versions.of([FACTS_OF_CLIENTS]):
            # What was concluded lies on the disk: whoever concluded it has heard so.
            self.conclusions.keep(request.details["rules"])
        return {}

    def _forget_conclusions(self) -> None:
        """Note that nobody knows whether conclusions are up to date, before facts are changed without them."""
        from mandategraph.core.errors import StoreUnavailable

        try:
            self.conclusions.forget()
        except OSError as problem:
            raise StoreUnavailable(f"{self.live.parent} cannot be written: {problem.strerror}.") from problem

    def _lay_down(self, graph: str | None, text: bytes, *more: Any) -> None:
        from mandategraph.core.errors import OutOfSpace
        from mandategraph.stores.durability import free_bytes
        from mandategraph.stores.promised import promise_graph

        needed = _ROOM * len(text)
        if free_bytes(self.live) < self.free_bytes + needed:
            told = f"This graph may need {needed // 1_000_000:,} MB, and so much is not free on the disk of the store"
            raise OutOfSpace(f"{told}. Nothing was written. Make room. Reading goes on.")
        try:
            promise_graph(self.live.parent, graph, text, *more)
        except OSError as problem:
            raise OutOfSpace(f"The store does not take it: {problem.strerror}. Nothing was written.") from problem

    def _carry_over(self) -> None:
        """Carry over what is laid down; what readers see meanwhile is the state before it."""
        from mandategraph.core.errors import StoreUnavailable

        try:
            with self.seeing:
                self.writer.checkpoint()
                self.is_between = True
            self.writer.keep_promise()
        except StoreUnavailable as problem:
            self.out.send(b"G", {"message": problem.message})
            os._exit(_BROKEN_DISK)
        with self.seeing:
            self.is_between = False

    def acknowledge(self) -> None:
        """Sync the logs, once for all that was carried out meanwhile, and only then tell of it."""
        while True:
            done = [self.applied.get()]
            while not self.applied.empty():
                done.append(self.applied.get())
            try:
                self.logs.sync()
            except OSError as problem:
                # What the system says of a file after a failed sync cannot be believed.
                self.out.send(b"G", {"message": f"the disk does not take what is written: {problem.strerror}"})
                os._exit(_BROKEN_DISK)
            self.writer.journal.synced(record for _, record in done)
            self.out.send(b"S", {"ids": [number for number, _ in done]})

    def make_snapshots(self) -> None:
        """Make a snapshot for all that want one."""
        from mandategraph.core.errors import StoreUnavailable
        from mandategraph.stores.durability import keep_newest_log

        while True:
            covers = self.snapshots.get()
            while not self.snapshots.empty():
                covers = self.snapshots.get()
            try:
                with self.seeing:
                    # While a graph is carried over the newest snapshot holds all that was acknowledged.
                    if not self.is_between:
                        # It may be that of a request that is cut off meanwhile, and must be found.
                        keep_newest_log(self.live)
                        self.writer.checkpoint()
            except (StoreUnavailable, OSError) as problem:
                self.out.send(b"K", {"covers": covers, "message": str(problem)})
                os._exit(_BROKEN_DISK)
            else:
                self.out.send(b"C", {"covers": covers})


class Versions:
    """
    Names the state of each graph: another after every change that may have touched it, for as long as the store lives.

    >>> versions = Versions("000007")
    >>> before = versions.of(["urn:a"])
    >>> versions.changed(["urn:b"]) == before, versions.of(["urn:a"]) == before
    (False, True)
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._counter = 0
        self._of_all = 0
        self._of: dict[str, int] = {}

    def of(self, touched: list[str] | tuple[str, ...]) -> str:
        """Return the version of a graph, the only one that is touched."""
        latest = max([self._of_all, *(self._of.get(graph, 0) for graph in touched)])
        return f"{self.base}.{latest}"

    def changed(self, touched: list[str] | tuple[str, ...]) -> str:
        """Give new versions to what was touched, `*` for every graph, and return them."""
        self._counter += 1
        if "*" in touched:
            self._of_all = self._counter
        for graph in touched:
            self._of[graph] = self._counter
        return f"{self.base}.{self._counter}"


def _refused_by_the_disk(problem: Any) -> Any:
    """Return what a client is told of a change that the disk did not take."""
    from mandategraph.core.errors import OutOfSpace, StoreUnavailable

    told = "The disk of the store did not take it; nothing of it was written"
    if "No space left" in problem.message or "quota" in problem.message.lower():
        return OutOfSpace(f"{told}. Make room. Reading goes on.")
    return StoreUnavailable(f"{told} ({problem.__cause__}).")


def _opened(folder: Path) -> Any:
    from mandategraph.core.errors import StoreUnavailable
    from mandategraph.stores.folder import Writer

    until = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            return Writer(folder)
        except StoreUnavailable as problem:
            if "another process" not in problem.message or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _exactly(number: int) -> bytes:
    gathered = bytearray()
    while len(gathered) < number:
        piece = os.read(0, min(number - len(gathered), 1 << 20))
        if not piece:
            os._exit(0)
        gathered += piece
    return bytes(gathered)


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * 1_000_000, hard))


if __name__ == "__main__":
    sys.path[:] = json.loads(sys.argv[1])
    main(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
