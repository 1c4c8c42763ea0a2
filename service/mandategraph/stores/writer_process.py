"""The writer process as its parent sees it: started, spoken to, listened to, killed."""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("writer.py")
_OUT_OF_MEMORY = 77
_BROKEN_DISK = 74


class WriterGone(Exception):
    """The writer process has ended; `status` is how, as the system tells it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the writer ended with {status}")
        self.status = status

    def told(self, megabytes: int) -> str:
        """Return why a request that it was at has ended, as half a sentence."""
        if self.status in (_OUT_OF_MEMORY, -signal.SIGABRT):
            return f"The request wanted more memory than the {megabytes:,} MB it may have"
        if self.status == -signal.SIGSEGV:
            return "The request went deeper than the stack of the engine"
        if self.status == _BROKEN_DISK:
            return "The request came when the disk of the store took no more"
        return "The process that writes was ended from outside"


class WriterProcess:
    """
    A process that runs `writer.py` over a store folder. It dies with this one, whatever becomes of it.

    One thread sends and another listens; anybody may kill it.
    """

    def __init__(self, folder: Path, megabytes: int, free_megabytes: int) -> None:
        path = json.dumps([place for place in sys.path if place and Path(place).is_absolute()])
        self._process = subprocess.Popen(  # noqa: S603  our own program, and nothing that anybody sent
            [
                sys.executable,
                "-I",
                "-S",
                str(_PROGRAM),
                path,
                str(folder.absolute()),
                str(megabytes),
                str(free_megabytes),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            # An interrupt from the terminal is for the parent, which lets it finish.
            start_new_session=True,
        )
        self._heard = bytearray()
        # Who sends must not find the number of the pipe given to another file meanwhile.
        self._sending = threading.Lock()
        self._is_buried = False

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, head: Mapping[str, Any], body: bytes = b"") -> bool:
        """Give it something to do; False where it is gone."""
        assert self._process.stdin is not None  # noqa: S101  a pipe was asked for
        written = json.dumps(head).encode()
        with self._sending:
            if self._is_buried:
                return False
            end = self._process.stdin.fileno()
            try:
                for piece in (struct.pack(">I", len(written)) + written, body):
                    data = memoryview(piece)
                    while data:
                        data = data[os.write(end, data) :]
            except OSError:
                return False
        return True

    def heard(self, seconds: float) -> list[tuple[bytes, dict[str, Any]]]:
        """Return what it said meanwhile, after waiting so long at most; WriterGone once there is no more to come."""
        assert self._process.stdout is not None  # noqa: S101
        end = self._process.stdout.fileno()
        if not select.select([end], [], [], seconds)[0]:
            return []
        piece = os.read(end, 1 << 16)
        if not piece:
            raise WriterGone(self._process.wait())
        self._heard += piece
        frames = []
        at = 0
        while len(self._heard) - at >= 5:
            kind, length = struct.unpack_from(">cI", self._heard, at)
            if len(self._heard) - at - 5 < length:
                break
            frames.append((kind, json.loads(self._heard[at + 5 : at + 5 + length])))
            at += 5 + length
        del self._heard[:at]
        return frames

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def bury(self) -> int:
        """Wait until it is gone and close what led to it; return how it ended."""
        status = self._process.wait()
        with self._sending:
            self._is_buried = True
            for end in (self._process.stdin, self._process.stdout):
                if end is not None:
                    with suppress(OSError):
                        end.close()
        return status
