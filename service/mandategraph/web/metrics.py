"""
What is counted of requests and queries, in the text format of Prometheus.

Written out here: it is three kinds of lines, and a service without an extra installed should be watched too.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from mandategraph import __version__

if TYPE_CHECKING:
    from mandategraph.web.service import Service

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram of latency, in seconds."""
_CLASSES = {
    "sparql": "sparql",
    "update": "update",
    "graphs": "graphs",
    "questions": "questions",
    "checks": "checks",
    "doc": "data",
    "id": "data",
    "at": "data",
    "ns": "data",
    "kos": "data",
    "shapes": "data",
    "catalog": "data",
    ".well-known": "data",
    "calendar.ics": "data",
    "static": "static",
    "healthz": "operation",
    "readyz": "operation",
    "metrics": "operation",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "PUT", "DELETE", "PATCH", "OPTIONS"})


def class_of(path: str) -> str:
    """
    Return the class of a path: few, whatever clients ask for.

    >>> class_of("/sparql"), class_of("/doc/org/paho.ttl"), class_of("/documents"), class_of("/x" * 99)
    ('sparql', 'data', 'pages', 'pages')
    """
    first = path.lstrip("/").partition("/")[0]
    return _CLASSES.get(first, _CLASSES.get(first.partition(".")[0], "pages"))


class Metrics:
    """
    Counts since the start. Everything here may be called from several threads at once.

    >>> metrics = Metrics()
    >>> metrics.answered("sparql", "GET", 503, 0.3, "busy")
    >>> [line for line in metrics.text().splitlines() if line.startswith("mandategraph_refused")]
    ['mandategraph_refused_total{code="busy"} 1']
    """

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._refused: Counter[str] = Counter()
        self._broken: Counter[str] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._started = time.time()
        self.at_work = 0

    def answered(self, kind: str, method: str, status: int, seconds: float, problem: str = "") -> None:
        """Count an answer, and what it refused."""
        with self._counting:
            self._requests[kind, method if method in _METHODS else "other", str(status)] += 1
            if problem:
                self._refused[problem] += 1
            # One more than there are bounds: what took longer than the last.
            self._buckets.setdefault(kind, [0] * (len(BUCKETS) + 1))[bisect_left(BUCKETS, seconds)] += 1
            self._seconds[kind] = self._seconds.get(kind, 0.0) + seconds

    def broke_off(self, kind: str) -> None:
        """Count an answer that broke off after it had begun."""
        with self._counting:
            self._broken[kind] += 1

    def text(self, service: Service | None = None) -> str:
        """Return all that is counted, and the present state of a service."""
        with self._counting:
            lines = [*self._counted()]
        lines += [*_one("build_info", "gauge", "The version.", 1, {"version": __version__})]
        lines += [*_one("start_time_seconds", "gauge", "When the service was started.", self._started)]
        lines += [*_one("requests_at_work", "gauge", "Requests that have no whole answer yet.", self.at_work)]
        if service is not None:
            lines += _state(service)
        return "\n".join(lines) + "\n"

    def _counted(self) -> Iterator[str]:
        requests = (
            ({"class": kind, "method": method, "status": status}, count)
            for (kind, method, status), count in sorted(self._requests.items())
        )
        yield from _many("requests_total", "counter", "Requests answered.", requests)
        refused = (({"code": code}, count) for code, count in sorted(self._refused.items()))
        yield from _many("refused_total", "counter", "Requests refused, by the code of the problem.", refused)
        broken = (({"class": kind}, count) for kind, count in sorted(self._broken.items()))
        yield from _many("broken_answers_total", "counter", "Answers that broke off after they had begun.", broken)
        yield from _head("request_seconds", "histogram", "Seconds from a request to the end of its answer.")
        for kind, buckets in sorted(self._buckets.items()):
            below = 0
            for bound, count in zip((*map(repr, BUCKETS), "+Inf"), buckets, strict=True):
                below += count
                yield _line("request_seconds_bucket", {"class": kind, "le": bound}, below)
            yield _line("request_seconds_sum", {"class": kind}, self._seconds[kind])
            yield _line("request_seconds_count", {"class": kind}, below)


def _state(service: Service) -> Iterator[str]:
    readers, writing = service.readers, service.writing
    if readers is not None:
        ended = (({"by": end}, count) for end, count in sorted(readers.ended.items()))
        yield from _many("queries_ended_total", "counter", "Queries ended before they were done.", ended)
        yield from _one("queries_running", "gauge", "Queries at work in a reader.", readers.running)
        yield from _one("queries_waiting", "gauge", "Queries that wait for a reader.", readers.waiting)
        yield from _one("readers", "gauge", "Reader processes.", len(readers.processes))
    if writing is not None:
        yield from _one("writes_waiting", "gauge", "Changes that are not acknowledged yet.", writing.waiting)
    folder = getattr(service.store, "folder", None)
    if folder is not None:
        with suppress(OSError):
            age = time.time() - (folder / "current").stat().st_mtime
            yield from _one("snapshot_age_seconds", "gauge", "Seconds since the newest snapshot was made.", age)


def _many(name: str, kind: str, told: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Iterator[str]:
    yield from _head(name, kind, told)
    for labels, value in samples:
        yield _line(name, labels, value)


def _one(name: str, kind: str, told: str, value: float, labels: Mapping[str, str] | None = None) -> Iterator[str]:
    yield from _many(name, kind, told, [(labels or {}, value)])


def _head(name: str, kind: str, told: str) -> Iterator[str]:
    yield f"# HELP mandategraph_{name} {told}"
    yield f"# TYPE mandategraph_{name} {kind}"


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    # Every label is a word of ours: nothing that a client sent stands in one.
    inner = ",".join(f'{label}="{told}"' for label, told in labels.items())
    number = str(value) if isinstance(value, int) else f"{value:.6f}"
    return f"mandategraph_{name}{{{inner}}} {number}" if inner else f"mandategraph_{name} {number}"
