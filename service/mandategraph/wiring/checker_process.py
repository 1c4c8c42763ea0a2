"""
The program of the process that checks for a service: it keeps the results, and may be killed at any moment.

It is asked over a line of its own, a question at a time, and looks by itself whether there is a newer snapshot, so that
what is asked for after a write is mostly there already.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mandategraph.core.findings import Report
    from mandategraph.wiring.kept_findings import Checked
    from mandategraph.wiring.standing_checks import StandingChecks

log = logging.getLogger(__name__)

Question = tuple["Checked", str]
"""What is asked, and in which language."""

_LOOK_SECONDS = 0.25
# So many reports are made anew by themselves after a write, those that were asked for last.
_MOST_AHEAD = 4
_MOST_SAID = 50


class Reports:
    """The reports on the newest snapshot; those that were asked for are made anew before somebody asks again."""

    def __init__(self, checks: StandingChecks) -> None:
        self._checks = checks
        self._made: dict[Question, Report] = {}
        self._wanted: list[Question] = []

    def answer(self, question: Question) -> Report:
        """Return a report on the newest snapshot."""
        others = [one for one in self._wanted if one != question]
        self._wanted = [*others[1 - _MOST_AHEAD :], question]
        if self._checks.follow():
            self._made.clear()
        if question not in self._made:
            self._made = {one: made for one, made in self._made.items() if one in self._wanted}
            self._made[question] = self._checks.report(*question)
        return self._made[question]

    def look(self) -> None:
        """Make the next report that somebody is likely to ask for."""
        if self._checks.follow():
            self._made.clear()
            return
        missing = [one for one in reversed(self._wanted) if one not in self._made]
        if missing:
            self._made[missing[0]] = self._checks.report(*missing[0])

    def forget(self) -> None:
        """Make nothing ahead until somebody asks again."""
        self._wanted.clear()

    @property
    def is_ready(self) -> bool:
        """Whether there is nothing to do before somebody asks or writes."""
        return all(one in self._made for one in self._wanted)


def main(number: int, folder: Path, base: str, megabytes: int, is_debug: bool) -> None:
    """Answer on the line with this file number until its other end is closed."""
    from mandategraph.core.errors import CannotLook, MandateGraphError
    from mandategraph.core.graphs import Graphs
    from mandategraph.library import Library
    from mandategraph.wiring.standing_checks import StandingChecks

    line: Connection = Connection(number)
    said = _Said(is_debug)
    _limit_memory(megabytes)
    try:
        reports = Reports(StandingChecks(folder, Graphs(base), Library.shipped()))
    except MandateGraphError as problem:
        line.send((CannotLook(problem.message), said.taken()))
        return
    line.send((None, said.taken()))
    while True:
        try:
            if not line.poll(_LOOK_SECONDS if reports.is_ready else 0):
                _look(reports)
                continue
            question = line.recv()
        except (EOFError, OSError):
            return
        try:
            answer: Report | MandateGraphError = reports.answer(question)
        except MandateGraphError as problem:
            # Others are made of more than their sentence, and could not be sent.
            is_plain = type(problem).__init__ is MandateGraphError.__init__
            answer = problem if is_plain else CannotLook(problem.message)
        line.send((answer, said.taken()))


class _Said(logging.Handler):
    """Keeps what is said in the log, for the log of the service."""

    def __init__(self, is_debug: bool) -> None:
        super().__init__()
        self._said: deque[tuple[int, str]] = deque(maxlen=_MOST_SAID)
        logger = logging.getLogger("mandategraph")
        logger.addHandler(self)
        logger.setLevel(logging.DEBUG if is_debug else logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append((record.levelno, record.getMessage()))

    def taken(self) -> list[tuple[int, str]]:
        said = list(self._said)
        self._said.clear()
        return said


def _look(reports: Reports) -> None:
    from mandategraph.core.errors import MandateGraphError

    try:
        reports.look()
    except MandateGraphError as problem:
        # Whoever asks next is told.
        log.debug("checks cannot be kept up to date: %s", problem.message)
        reports.forget()


def _limit_memory(megabytes: int) -> None:
    """Let this process have so much and no more: what does not fit must not take the memory of the service."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * 1_000_000, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5] == "debug")
