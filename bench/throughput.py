"""
How many queries a second the service answers, beside others that answer the same over the same triples in the same run.

    python bench/throughput.py [--triples N] [--seconds S] [--start-triples N]

Peers: the `oxigraph` server, which is the engine that we embed and has no Python in front of it; a bare Python front
before that server, which is what such a front leaves of it; rdflib-endpoint, in an environment that is made for this
and thrown away. Requests come from wrk where it is installed, else from threads of Python; the page says from which.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import pyoxigraph as ox
import service
from measure import noise
from running import started
from soak import children_of

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "reference" / "figures-of-service.md"
JSON = "application/sparql-results+json"
CONNECTIONS = 8
ROWS = 10_000
AIM_OF_ROWS = 1.5
AIM_OF_START = 2.0
AN_ID = "urn:bench:thing:"
OURS, ENGINE, FRONT = "Mandate Graph", "oxigraph server", "a bare Python front before it"
ABOUT = """<!-- Written by `make bench-service`; not edited by hand. -->
# Figures of the service

Measured by the command above on the machine told at the end, whose own load is in every figure: the ratios to the
others, which ran in the same minutes, travel further than the times.
"""
LUA = """
request = function()
  local head = "SELECT%20%3Fp%20%3Fo%20WHERE%20%7B%20%3C{prefix}"
  local query = head .. math.random(0, {most}) .. "%3E%20%3Fp%20%3Fo%20%7D"
  return wrk.format("GET", "{path}?query=" .. query, {{ ["Accept"] = "{accept}" }})
end
"""


@dataclass(frozen=True)
class Rate:
    """Requests a second, and how long the middle one and the slowest of a hundred took."""

    name: str
    requests: float
    median_ms: float
    p99_ms: float
    failed: int
    processor_ms: float = 0.0


@dataclass(frozen=True)
class Rows:
    """How long ten thousand rows take, by the clock and of a processor."""

    seconds: float
    processor_ms: float


@dataclass(frozen=True)
class Peer:
    """A server: where it answers, and the processes whose work is its own."""

    address: str
    pids: tuple[int, ...]

    def processor_ms(self) -> float:
        """How long its processes and theirs have kept a processor busy; 0 where nobody tells."""
        ticks = 0
        for pid in self.pids:
            for one in (pid, *children_of(pid)):
                try:
                    told = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                ticks += int(told[11]) + int(told[12])
        return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def triples(number: int) -> Iterator[ox.Triple]:
    """Yield triples of things with five properties each."""
    properties = [ox.NamedNode(f"urn:bench:property:{at}") for at in range(5)]
    for at in range(number):
        thing = ox.NamedNode(f"{AN_ID}{at // 5}")
        value = ox.Literal(f"the words of thing {at // 5}, property {at % 5}")
        yield ox.Triple(thing, properties[at % 5], value)


def point(most: int) -> str:
    """Return a query about one thing."""
    return f"SELECT ?p ?o WHERE {{ <{AN_ID}{random.randrange(most)}> ?p ?o }}"  # noqa: S311  nothing secret


def make_store(folder: Path, number: int) -> None:
    """Make a store of ours with so many facts."""
    from mandategraph.core.graphs import Graphs
    from mandategraph.stores.folder import create

    facts = ox.NamedNode(Graphs().facts)
    create(
        folder,
        lambda store, _: store.bulk_load(
            ox.Quad(one.subject, one.predicate, one.object, facts) for one in triples(number)
        ),
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def ask(address: str, query: str) -> bytes:
    """Return the answer to a query."""
    parts = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    connection.request("GET", f"{parts.path}?query={urllib.parse.quote(query)}", headers={"Accept": JSON})
    answered = connection.getresponse()
    body = answered.read()
    connection.close()
    if answered.status != 200:
        raise OSError(f"{address}: {answered.status}")
    return body


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + 120
    while True:
        try:
            ask(address, "ASK {}")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def program(*command: str | Path) -> Iterator[int]:
    """Run a server for a while; gives its process."""
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


@contextmanager
def oxigraph(place: Path) -> Iterator[Peer]:
    """Run the server of the engine over the same triples."""
    binary = Path(sys.executable).with_name("oxigraph")
    subprocess.run([binary, "load", "-l", place / "ox", "-f", place / "data.nt"], check=True, capture_output=True)
    port = free_port()
    with program(binary, "serve-read-only", "-l", place / "ox", "-b", f"127.0.0.1:{port}") as pid:
        wait_for(f"http://127.0.0.1:{port}/query")
        yield Peer(f"http://127.0.0.1:{port}/query", (pid,))


@contextmanager
def front(behind: Peer) -> Iterator[Peer]:
    """Run a bare Python front before a server."""
    port = free_port()
    with program(sys.executable, HERE / "front.py", behind.address, str(port)) as pid:
        wait_for(f"http://127.0.0.1:{port}/sparql")
        yield Peer(f"http://127.0.0.1:{port}/sparql", (pid, *behind.pids))


@contextmanager
def rdflib_endpoint(place: Path) -> Iterator[Peer]:
    """Run rdflib-endpoint in an environment of its own; SystemExit where it cannot be had."""
    python = place / "peer" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", place / "peer"], check=True, capture_output=True)
    wanted = ["rdflib-endpoint==0.6.3", "rdflib==7.1.4", "uvicorn==0.54.0"]
    done = subprocess.run([python, "-m", "pip", "-q", "install", *wanted], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit("rdflib-endpoint could not be installed here")
    port = free_port()
    with program(python, HERE / "peer_rdflib.py", place / "data.nt", str(port)) as pid:
        wait_for(f"http://127.0.0.1:{port}/")
        yield Peer(f"http://127.0.0.1:{port}/", (pid,))


def rate(name: str, address: str, most: int, seconds: int, place: Path) -> Rate:
    """Return how many point queries a second are answered."""
    if shutil.which("wrk") is None:
        return by_threads(name, address, most, seconds)
    parts = urllib.parse.urlsplit(address)
    script = place / "point.lua"
    script.write_text(LUA.format(prefix=urllib.parse.quote(AN_ID), most=most - 1, path=parts.path, accept=JSON))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def found(pattern: str) -> str:
        match = re.search(pattern, told)
        return match[1] if match else "0"

    def milliseconds(text: str) -> float:
        number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)?", text).groups()  # type: ignore[union-attr]
        return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, None: 0.0}[unit]

    failed = int(found(r"Non-2xx or 3xx responses: (\d+)"))
    at_50, at_99 = milliseconds(found(r"(?m)^\s+50%\s+(\S+)")), milliseconds(found(r"(?m)^\s+99%\s+(\S+)"))
    return Rate(name, float(found(r"Requests/sec:\s+([\d.]+)")), at_50, at_99, failed)


def by_threads(name: str, address: str, most: int, seconds: int) -> Rate:
    """Return the same, asked from threads of Python, which take their share of the processor."""
    taken: list[float] = []
    failed: list[str] = []
    until = time.monotonic() + seconds

    def work() -> None:
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                ask(address, point(most))
            except OSError as problem:
                failed.append(str(problem))
            taken.append((time.monotonic() - began) * 1000)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Rate(name, len(taken) / seconds, median(taken), sorted(taken)[int(len(taken) * 0.99)], len(failed))


def rows_of(peer: Peer, times: int = 9) -> Rows:
    """Return how long ten thousand rows take, the middle of some by the clock."""
    query = f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {ROWS}"
    assert len(json.loads(ask(peer.address, query))["results"]["bindings"]) == ROWS
    taken = []
    before = peer.processor_ms()
    for _ in range(times):
        began = time.monotonic()
        ask(peer.address, query)
        taken.append(time.monotonic() - began)
    return Rows(median(taken), (peer.processor_ms() - before) / times)


def start_of(home: Path, store: Path) -> float:
    """Return how long it takes from the command to the first answer from the data."""
    began = time.monotonic()
    with started(home, store) as (address, _):
        ask(f"{address}sparql", point(1_000))
        return time.monotonic() - began


def measured(place: Path, number: int, seconds: int, at_start: int, tell: Callable[[str], None]) -> list[str]:
    """Return the lines of the report."""
    most = number // 5
    with (place / "data.nt").open("wb") as file:
        ox.serialize(triples(number), file, format=ox.RdfFormat.N_TRIPLES)
    make_store(place / "ours", number)
    rates: list[Rate] = []
    rows: dict[str, Rows] = {}
    missing = ""
    with ExitStack() as stack:
        address, pid = stack.enter_context(started(place, place / "ours"))
        peers = {OURS: Peer(f"{address}sparql", (pid,)), ENGINE: stack.enter_context(oxigraph(place))}
        peers[FRONT] = stack.enter_context(front(peers[ENGINE]))
        try:
            peers["rdflib-endpoint 0.6.3"] = stack.enter_context(rdflib_endpoint(place))
        except SystemExit as problem:
            missing = f"Not measured: {problem}."
        for name, peer in peers.items():
            tell(f"measuring {name} ...")
            rate(name, peer.address, most, 1, place)
            before = peer.processor_ms()
            found = rate(name, peer.address, most, seconds, place)
            rates.append(replace(found, processor_ms=(peer.processor_ms() - before) / (found.requests * seconds)))
            rows[name] = rows_of(peer)
    tell(f"making a store of {at_start:,} triples ...")
    make_store(place / "large", at_start)
    starts = [start_of(place, place / "large") for _ in range(3)]
    return [*_written(number, rates, rows, at_start, starts), *([missing, ""] if missing else [])]


def _written(number: int, rates: list[Rate], rows: dict[str, Rows], at_start: int, starts: list[float]) -> list[str]:
    by = "wrk" if shutil.which("wrk") else "threads of Python, for want of wrk"
    lines = [
        "## Throughput",
        "",
        f"{number:,} triples on disk, {CONNECTIONS} connections, requests from {by} on the same machine. A point query",
        f"asks for what is said of one thing, another each time; the long answer has {ROWS:,} rows as JSON. Where a",
        "machine has much else to do, the time of the processor (of all processes of a server) tells more than the",
        "clock.",
        "",
        "| | point queries a second | median | p99 | failed | processor | long answer | processor |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in rates:
        long = rows[one.name]
        lines.append(
            f"| {one.name} | {one.requests:,.0f} | {one.median_ms:.1f} ms | {one.p99_ms:.1f} ms | {one.failed} "
            f"| {one.processor_ms:.2f} ms | {long.seconds * 1000:,.0f} ms | {long.processor_ms:.0f} ms |"
        )
    named = {one.name: one for one in rates}
    rate_ratio = named[OURS].requests / named[FRONT].requests
    work_ratio = named[OURS].processor_ms / (named[FRONT].processor_ms or 1)
    long_ratio = rows[OURS].seconds / rows[ENGINE].seconds
    long_work = rows[OURS].processor_ms / (rows[ENGINE].processor_ms or 1)
    start = median(starts)
    lines += [
        "",
        _goal(f"point queries a second: {rate_ratio:.2f} of a bare front, at least 1", rate_ratio >= 1),
        _goal(f"processor time of one: {work_ratio:.2f} of a bare front's, at most 1", work_ratio <= 1),
        _goal(
            f"{ROWS:,} rows by the clock: {long_ratio:.2f} of the engine alone, at most {AIM_OF_ROWS}",
            long_ratio <= AIM_OF_ROWS,
        ),
        _goal(
            f"{ROWS:,} rows of a processor: {long_work:.2f} of the engine alone, at most {AIM_OF_ROWS}",
            long_work <= AIM_OF_ROWS,
        ),
        _goal(
            f"start to first answer at {at_start:,} triples: {start:.1f} s, at most {AIM_OF_START:g}",
            start <= AIM_OF_START,
        ),
        "",
    ]
    return lines


def _goal(told: str, is_met: bool) -> str:
    return f"- {'met' if is_met else 'MISSED'}: {told}"


def main() -> int:
    """Measure, write the part of the page and tell it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--triples", type=int, default=100_000)
    asked.add_argument("--seconds", type=int, default=5)
    asked.add_argument("--start-triples", type=int, default=1_000_000)
    asked.add_argument("--write", action="store_true", help="write the page, with the figures of service.py too")
    options = asked.parse_args()
    before = noise()
    with tempfile.TemporaryDirectory() as folder:
        lines = measured(
            Path(folder),
            options.triples,
            options.seconds,
            options.start_triples,
            lambda told: print(told, file=sys.stderr),
        )
    if options.write:
        lines += service.figures()
    lines += ["## On what", "", f"Before: {before}.", "", f"After: {noise()}."]
    print("\n".join(lines))
    if options.write:
        PAGE.write_text("\n".join([ABOUT, *lines]) + "\n")
    return 1 if any(line.startswith("- MISSED") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
