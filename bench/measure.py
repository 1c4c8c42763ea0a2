"""Timing by medians, a peer measured in the same run, and how much the machine itself wavers."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """Seconds of several runs of one thing; `beyond` where a run was cut off, so that the median is a lower bound."""

    seconds: tuple[float, ...]
    beyond: bool = False

    @property
    def median(self) -> float:
        """The middle run."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        low, high = min(self.seconds), max(self.seconds)
        sign = "> " if self.beyond else ""
        return (
            f"{sign}{milliseconds(self.median)} ({milliseconds(low)} to {milliseconds(high)}, {len(self.seconds)} runs)"
        )


@dataclass(frozen=True)
class Figure:
    """One line of the report: what was measured, what it is compared with, and what it should stay under."""

    name: str
    ours: Sample
    peer_name: str
    peer: Sample
    aim_seconds: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the peer takes what we take."""
        return self.peer.median / self.ours.median


def milliseconds(seconds: float) -> str:
    """
    Return a time with three figures.

    >>> milliseconds(0.0123456), milliseconds(2.5), milliseconds(0.00012)
    ('12.3 ms', '2500 ms', '0.120 ms')
    """
    value = seconds * 1000
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{digits}f} ms"


def sampled(run: Callable[[], object], times: int, warm: int = 1, at_most_seconds: float = 30) -> Sample:
    """Return how long `run` takes, after some runs that do not count; fewer runs where it takes long."""
    for _ in range(warm):
        run()
    taken: list[float] = []
    while len(taken) < times and sum(taken) < at_most_seconds:
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return Sample(tuple(taken))


def resident() -> str:
    """
    Say how much memory this process has, and how much it had at the highest.

    The pages of files are told apart where the system tells them: they are the system's to take back at any moment.
    """
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return f"{highest:,.0f} MiB at the highest"
    told = {
        name: int(rest.split()[0]) / 1024 for name, _, rest in (one.partition(":") for one in lines) if "Rss" in name
    }
    return f"{told['RssAnon']:,.0f} MiB and {told['RssFile']:,.0f} of files, {highest:,.0f} together at the highest"


def noise() -> str:
    """Say on what this was measured and how much the same piece of work wavers on it."""

    def work() -> int:
        return sum(number * number for number in range(200_000))

    sample = sampled(work, 15)
    spread = (max(sample.seconds) - min(sample.seconds)) / sample.median
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"load {load:.1f}; the same work varies by {spread:.0%} here"
    )


def report(figures: Sequence[Figure]) -> str:
    """Return the figures as a table: ours, the aim, the peer, the ratio."""
    rows = [("figure", "ours, median", "aim", "peer, median", "peer", "ratio")]
    for figure in figures:
        aim = "" if figure.aim_seconds is None else f"{milliseconds(figure.aim_seconds)}{_kept(figure)}"
        sign = "> " if figure.peer.beyond else ""
        ratio = f"{sign}{figure.ratio:.{_digits(figure.ratio)}f} x"
        peer = f"{sign}{milliseconds(figure.peer.median)}"
        rows.append((figure.name, str(figure.ours), aim, peer, figure.peer_name, ratio))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _kept(figure: Figure) -> str:
    return "" if figure.aim_seconds is None or figure.ours.median <= figure.aim_seconds else " MISSED"


def _digits(ratio: float) -> int:
    return 0 if ratio >= 10 else 1 if ratio >= 1 else 2
