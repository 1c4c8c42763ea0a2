"""One reader process as its parent sees it: started, spoken to, killed."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mandategraph.core.errors import Busy, MandateGraphError, QueryLimit, StoreUnavailable

_PROGRAM = Path(__file__).with_name("reader.py")
_SITE = str(Path(ox.__file__).parents[1])
_OUT_OF_MEMORY = 77
_PIPE_BYTES = 1 << 20


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
        self._gives_way = False
        self._process = subprocess.Popen(  # noqa: S603  our own program, and nothing that anybody sent
            # Isolated and without site: nothing but the engine is imported.
            [sys.executable, "-I", "-S", str(_PROGRAM), _SITE, str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=self.files,
            # An interrupt from the terminal is for the parent, which ends its readers itself.
            start_new_session=True,
        )
        # Room for a reader to go on while what it has written waits for its turn; where the system grants it.
        with suppress(ImportError, OSError, AttributeError):
            import fcntl

            fcntl.fcntl(self._stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return not self.is_killed and self._process.poll() is None

    def send(self, message: Mapping[str, Any]) -> None:
        """Give it something to do; ReaderDied where it is gone."""
        written = json.dumps(message).encode()
        data = memoryview(struct.pack(">I", len(written)) + written)
        try:
            while data:
                data = data[os.write(self._stdin, data) :]
        except OSError as problem:
            raise self._death() from problem

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield what it says, kind and bytes, without its greeting; ReaderDied where it ends."""
        while True:
            kind, length = struct.unpack(">cI", self._exactly(5))
            payload = self._exactly(length)
            if kind == b"X":
                told = json.loads(payload)
                if told["kind"] == "gone":
                    raise ReaderDied(0, is_innocent=True, message=told["message"])
            if self.owes_greeting:
                self.owes_greeting = False
                if kind == b"R":
                    continue
            yield kind, payload

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

    @property
    def _stdin(self) -> int:
        assert self._process.stdin is not None  # noqa: S101  a pipe was asked for
        return self._process.stdin.fileno()

    @property
    def _stdout(self) -> int:
        assert self._process.stdout is not None  # noqa: S101
        return self._process.stdout.fileno()

    def _exactly(self, number: int) -> bytes:
        end = self._stdout
        first = os.read(end, number)
        if len(first) == number:
            return first
        gathered = bytearray(first)
        while first and len(gathered) < number:
            first = os.read(end, number - len(gathered))
            gathered += first
        if len(gathered) < number:
            raise self._death()
        return bytes(gathered)

    def _death(self) -> ReaderDied:
        status = self._process.wait()
        return ReaderDied(status, status in (0, -signal.SIGKILL, -signal.SIGTERM))
