"""The process that checks for a service, as the service sees it: started, asked, ended at its deadline."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandategraph.core.errors import Busy, CannotLook, MandateGraphError

if TYPE_CHECKING:
    from mandategraph.core.findings import Report
    from mandategraph.wiring import Installation
    from mandategraph.wiring.kept_findings import Checked

log = logging.getLogger(__name__)

_PROGRAM = "mandategraph.wiring.checker_process"
_SECONDS = 120.0
_TRIES = 2


class Checker:
    """
    Gives the reports on the newest snapshot of a store folder. Its process starts with the first; `close` ends it.

    Everything here may be called from several threads at once. A checker that was closed starts anew when it is asked.
    """

    def __init__(self, folder: Path, base: str, megabytes: int, seconds: float = _SECONDS) -> None:
        self._folder, self._base = folder, base
        self._megabytes, self._seconds = megabytes, seconds
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    @property
    def pid(self) -> int:
        """The number of the process, 0 where there is none now."""
        process = self._process
        return 0 if process is None else process.pid

    def report(self, asked: Checked, language: str) -> Report:
        """
        Return what a check of the newest snapshot finds.

        Raises what the check raises; Busy where it takes too long, CannotLook where its process ends in the middle, as
        for want of memory.
        """
        if not self._turn.acquire(timeout=self._seconds):
            raise Busy("The check of the plan takes long. Try again in a moment.")
        try:
            for _ in range(_TRIES):
                with suppress(EOFError, OSError):
                    return self._asked((asked, language))
                self._end()
        finally:
            self._turn.release()
        told = f"it may have {self._megabytes:,} MB"
        raise CannotLook(f"The check of the plan was ended before it had an answer; {told}. Try: mandategraph check")

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end()

    def _asked(self, question: tuple[Checked, str]) -> Report:
        line = self._line or self._started()
        line.send(question)
        answer: Report | MandateGraphError = self._heard(line)
        if isinstance(answer, MandateGraphError):
            raise answer
        return answer

    def _started(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            level = "debug" if log.isEnabledFor(logging.DEBUG) else "warning"
            told = [str(theirs.fileno()), str(self._folder), self._base, str(self._megabytes), level]
            # An interrupt from the terminal is for the parent; the process ends with the line to it.
            self._process = subprocess.Popen(  # noqa: S603  our own program, and nothing that anybody sent
                [sys.executable, "-P", "-m", _PROGRAM, *told],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._line = line = Connection(ours.detach())
        problem = self._heard(line)
        if isinstance(problem, MandateGraphError):
            self._end()
            raise problem
        return line

    def _heard(self, line: Connection) -> Any:
        if not line.poll(self._seconds):
            self._end()
            raise Busy("The check of the plan took too long and was ended. Try again in a moment.")
        told, said = line.recv()
        for level, sentence in said:
            log.log(level, "%s", sentence)
        return told

    def _end(self) -> None:
        line, process = self._line, self._process
        self._line = self._process = None
        if line is not None:
            line.close()
        if process is not None:
            process.kill()
            process.wait()


def checker_of(here: Installation) -> Checker | None:
    """
    Return what checks the store folder that is open for reading; None where each check is a full run.

    That is at an endpoint, which tells nobody what has changed (the log says so), in memory, and on a system without
    such lines between processes.
    """
    from mandategraph.stores.snapshot import SnapshotReader

    settings = here.settings
    if settings.store_address:
        log.info("the store is an endpoint: after each change everything is checked anew")
    if not isinstance(here.store, SnapshotReader) or not hasattr(socket, "AF_UNIX"):
        return None
    return Checker(settings.store_folder, settings.base, settings.write_megabytes)
