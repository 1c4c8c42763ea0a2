"""One reader process as its parent sees it: started, spoken to, killed."""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from mandategraph.core.errors import Busy, MandateGraphError, QueryLimit, StoreUnavailable

_PROGRAM = Path(__file__).with_name("reader.py")
_SITE = str(Path(ox.__file__).parents[1])
_OUT_OF_MEMORY = 77
_PIPE_BYTES = 1 << 20
_HEAD = struct.Struct(">cI")
_MESSAGE = struct.Struct(">IId")
_READ = 1 << 16
# Windows lets nobody look whether a pipe has something to read.
_IS_WATCHED = hasattr(select, "poll")


class ReaderDied(Exception):
    """
    A reader is gone, or of no use any more; `status` is how it ended, as the system tells it.

    `is_innocent` says that the query has nothing to do with it, so that another reader may answer.
    """

    def __init__(self, status: int, is_innocent: bool, message: str = "") -> None:
        super().__init__(message or f"a reader ended with {status}")
        self.status = status
        self.is_innocent = is_innocent
        self.message = message

    def told(self, megabytes: int) -> MandateGraphError:
        """Return what there is to say to who asked."""
        if self.message:
            return StoreUnavailable(f"The store cannot be opened: {self.message}")
        if self.status in (_OUT_OF_MEMORY, -signal.SIGABRT):
            return QueryLimit(f"The query wanted more memory than the {megabytes:,} MB it may have, and was ended.")
        if self.status == -signal.SIGSEGV:
            return QueryLimit("The query went deeper than the stack of the engine, and was ended.")
        if self.status == -getattr(signal, "SIGXCPU", 0):
            return QueryLimit("The query ran into its deadline and was ended.")
        return Busy("The process that answered was ended from outside. Ask again.")


class ReaderProcess:
    """
    A process that runs `reader.py`. It dies with this one, whatever becomes of it.

    `place` is the data it has open, or will have before it answers the next query.
    """

    def __init__(self, megabytes: int, files: Sequence[int] = ()) -> None:
        self.place = ""
        self.files = tuple(files)
        self.idle_since = time.monotonic()
        self.owes_greeting = False
        self.is_killed = False
        self._received = bytearray()
        self._gives_way = False
        self._process = subprocess.Popen(  # noqa: S603  our own program, and nothing that anybody sent
            # Isolated and without site: nothing but the engine is imported.
            [sys.executable, "-I", "-S", str(_PROGRAM), _SITE, str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=self.files,
            # An interrupt from the terminal is for the parent, which ends its readers itself. Not a session of its own:
            # Linux shares the processors among sessions first, whatever way one of them has been told to give.
            process_group=0,
        )
        assert self._process.stdin is not None  # noqa: S101  pipes were asked for
        assert self._process.stdout is not None  # noqa: S101
        self._stdin = self._process.stdin.fileno()
        self.stdout = self._process.stdout.fileno()
        self.is_watched = _IS_WATCHED
        """Whether the system tells when it says something; else somebody has to `wait` for it."""
        if self.is_watched:
            os.set_blocking(self.stdout, False)
        # Room for a reader to go on while what it has written waits for its turn; where the system grants it.
        with suppress(ImportError, OSError, AttributeError):
            import fcntl

            fcntl.fcntl(self.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return not self.is_killed and self._process.poll() is None

    def send(self, way: bytes, query: bytes = b"", seconds: float = 0.0) -> None:
        """Give it something to do; ReaderDied where it is gone."""
        data = memoryview(_MESSAGE.pack(len(way), len(query), seconds) + way + query)
        try:
            while data:
                data = data[os.write(self._stdin, data) :]
        except OSError as problem:
            raise self._death() from problem

    def frame(self) -> tuple[bytes, bytes] | None:
        """
        Return the next thing it says, kind and bytes, without its greeting; None where it is not all there yet.

        Raises ReaderDied where it ended, and where the data that it was to open is not there any more.
        """
        while True:
            frame = self._next()
            if frame is None:
                return None
            kind, payload = frame
            if kind == b"X":
                told = json.loads(payload)
                if told["kind"] == "gone":
                    raise ReaderDied(0, is_innocent=True, message=told["message"])
            if self.owes_greeting:
                self.owes_greeting = False
                if kind == b"R":
                    continue
            return frame

    def wait(self) -> None:
        """Wait until it says more, or ends."""
        if not self.is_watched:
            self._read(_READ)
            return
        watch = select.poll()
        watch.register(self.stdout, select.POLLIN)
        watch.poll()

    def give_way(self) -> None:
        """Let others go before it on the processor, from now on."""
        if not self._gives_way:
            self._gives_way = True
            with suppress(OSError, AttributeError):
                os.setpriority(os.PRIO_PROCESS, self.pid, 19)

    def kill(self) -> None:
        """End it at once; from any thread."""
        self.is_killed = True
        self._process.kill()

    def bury(self) -> None:
        """Wait until it is gone and close what led to it; only by who holds it."""
        self._process.wait()
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                with suppress(OSError):
                    end.close()

    def _next(self) -> tuple[bytes, bytes] | None:
        whole = _HEAD.size
        while True:
            there = len(self._received)
            if there >= whole:
                kind, length = _HEAD.unpack_from(self._received)
                whole = _HEAD.size + length
                if there >= whole:
                    payload = bytes(self._received[_HEAD.size : whole])
                    del self._received[:whole]
                    return kind, payload
            if not self.is_watched:
                return None
            try:
                self._read(max(_READ, whole - there))
            except BlockingIOError:
                return None

    def _read(self, most: int) -> None:
        piece = os.read(self.stdout, most)
        if not piece:
            raise self._death()
        self._received += piece

    def _death(self) -> ReaderDied:
        status = self._process.wait()
        return ReaderDied(status, status in (0, -signal.SIGKILL, -signal.SIGTERM))
