"""
A service under a mixed load for as long as one likes: 90 % reads, 8 % writes, 2 % queries that never end.

    python bench/soak.py [--minutes M] [--clients N]

At the end: that nothing was refused without need, that every write that was acknowledged is there, that memory stayed
within 20 % of what it was after the first tenth, that no process, file or thread is left over, and that nothing asked
for another address: what the queries would have it fetch lies at a trap of our own, which counts who comes. Exit status
1 where one of these does not hold.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import socket
import sys
import threading
import time
import urllib.parse
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from measure import noise
from running import Running, service

PREFIX = "PREFIX mg: <https://w3id.org/mandategraph/ns#> "
GRAPH = "urn:soak:graph"
READS = (
    "/sparql?query=" + urllib.parse.quote(PREFIX + "SELECT ?s WHERE { ?s a mg:WorkPlan }"),
    "/sparql?query=" + urllib.parse.quote(PREFIX + "SELECT ?s ?o WHERE { ?s mg:partOf ?o } LIMIT 200"),
    "/sparql?query=" + urllib.parse.quote("ASK { ?s ?p ?o }"),
    "/",
    "/calendar",
    "/questions/mandates-of-plan?format=json",
    f"/graphs?graph={urllib.parse.quote(GRAPH)}",
    "/healthz",
)
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "ASK { SERVICE <TRAP> { ?s ?p ?o } }",
    "ASK " + "{" * 5_000 + "}" * 5_000,
    "ASK FROM <TRAP/graph> { ?s ?p ?o }",
)
# What a deserved refusal may be: too deep, not allowed, too long at work, too many at once.
DESERVED = {400, 403, 503}


@dataclass
class Seen:
    """What came of the requests of all clients."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Size:
    """A process and its children at a moment: memory in MB, how many threads, open files, children."""

    megabytes: float
    threads: int
    files: int
    children: int


class Trap:
    """An address of ours at which nobody has anything to fetch; counts who comes all the same."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.fetched = 0
        threading.Thread(target=self._count, daemon=True).start()

    def close(self) -> None:
        """Take nobody any more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                self._listener.accept()[0].close()
                self.fetched += 1


def marked(home: Path) -> list[int]:
    """Return every process that was started with this home, whoever its parent is by now."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"HOME={home}".encode() in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
    return found


def size_of(pid: int, home: Path | None = None) -> Size:
    """Look at a process, what it started, and what else was started with its home."""
    family = sorted({pid, *children_of(pid), *(marked(home) if home else ())})
    megabytes = threads = files = 0.0
    for one in family:
        try:
            status = Path(f"/proc/{one}/status").read_text()
            megabytes += (_number(status, "RssAnon") + _number(status, "RssShmem")) / 1024
            threads += _number(status, "Threads")
            files += len(list(Path(f"/proc/{one}/fd").iterdir()))
        except OSError:
            continue
    return Size(megabytes, int(threads), int(files), len(family) - 1)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started, and those that they did."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(one) for one in task.read_text().split()]
        except OSError:
            continue
        for child in direct:
            found += [child, *children_of(child)]
    return found


def _number(status: str, name: str) -> float:
    match = re.search(rf"{name}:\s+(\d+)", status)
    return float(match[1]) if match else 0.0


def request(here: Running, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> int:
    """Return the status of an answer, read to its end; 0 where it was broken off."""
    parts = urllib.parse.urlsplit(here.address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request(method, path, body=body.encode() or None, headers=headers or {})
        answered = connection.getresponse()
        answered.read()
        return answered.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def client(here: Running, until: float, number: int, seen: Seen, trap: Trap) -> None:
    """Ask one thing after another until a time."""
    chance = random.Random(number)  # noqa: S311  the same load again
    written = 0
    writing = {"Authorization": f"Bearer {here.token}", "Content-Type": "application/sparql-update"}
    while time.monotonic() < until:
        kind = chance.random()
        began = time.monotonic()
        if kind < 0.90:
            status, name, fine = request(here, "GET", chance.choice(READS)), "read", {200, 404}
        elif kind < 0.98:
            written += 1
            value = number * 10_000_000 + written
            update = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:soak:{value}> <urn:soak:is> {value} }} }}"
            status, name, fine = request(here, "POST", "/update", update, writing), "write", {204}
            if status == 204:
                with seen.guard:
                    seen.acknowledged.add(value)
        else:
            query = urllib.parse.quote(chance.choice(HOSTILE).replace("TRAP", trap.address))
            status, name, fine = request(here, "GET", f"/sparql?timeout=2&query={query}"), "hostile", {200, *DESERVED}
        with seen.guard:
            seen.statuses[f"{name} {status or 'broken off'}"] += 1
            if name == "read":
                seen.seconds.append(time.monotonic() - began)
            # A busy service may send a client away for a moment, and says so.
            if status not in fine and status != 503:
                seen.wrong.append(f"{name} {status}")


def outbound(pid: int) -> int:
    """Return how many connections of a process and its children go to other machines."""
    found = 0
    for one in (pid, *children_of(pid)):
        for table in ("tcp", "tcp6", "udp", "udp6"):
            try:
                lines = Path(f"/proc/{one}/net/{table}").read_text().splitlines()[1:]
                inodes = {link.readlink().name for link in Path(f"/proc/{one}/fd").iterdir()}
            except OSError:
                continue
            for line in lines:
                columns = line.split()
                far = columns[2].partition(":")[0]
                is_mine = f"socket:[{columns[9]}]" in inodes
                is_here = far in {"0100007F", "00000000"} or far.strip("0") in {"", "1"} or far.endswith("0100007F")
                found += is_mine and not is_here
    return found


def soak(here: Running, minutes: float, clients: int) -> tuple[Seen, list[Size], int]:
    """Load a service; return what was seen, its sizes over time, and how many connections went elsewhere."""
    seen = Seen()
    began = time.monotonic()
    until = began + minutes * 60
    trap = Trap()
    threads = [
        threading.Thread(target=client, args=(here, until, number, seen, trap)) for number in range(1, clients + 1)
    ]
    for thread in threads:
        thread.start()
    sizes: list[Size] = []
    elsewhere = 0
    pause = max(0.25, minutes * 60 / 400)
    while time.monotonic() < until:
        time.sleep(pause)
        sizes.append(size_of(here.pid, here.home))
        elsewhere += outbound(here.pid)
    for thread in threads:
        thread.join()
    trap.close()
    return seen, sizes, elsewhere + trap.fetched


def settled(here: Running, before: Size, patience: float = 45.0) -> Size:
    """Return the size once no more is running than before, or when patience ends."""
    until = time.monotonic() + patience
    while True:
        now = size_of(here.pid, here.home)
        if time.monotonic() > until or (now.children <= before.children and now.threads <= before.threads):
            return now
        time.sleep(0.5)


def present(here: Running) -> set[int]:
    """Return the values that are in the graph of this run."""
    parts = urllib.parse.urlsplit(here.address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    query = f"SELECT ?o WHERE {{ GRAPH <{GRAPH}> {{ ?s <urn:soak:is> ?o }} }}"
    connection.request("GET", f"/sparql?query={urllib.parse.quote(query)}", headers={"Accept": "text/csv"})
    body = connection.getresponse().read().decode()
    connection.close()
    return {int(line) for line in body.split()[1:]}


def judged(
    seen: Seen, sizes: list[Size], before: Size, after: Size, lost: int, elsewhere: int, grows_at_most: float = 0.2
) -> dict[str, bool]:
    """Return each promise and whether it was kept."""
    tenth = max(1, len(sizes) // 10)
    early = median(size.megabytes for size in sizes[tenth : tenth * 3] or sizes)
    late = median(size.megabytes for size in sizes[-tenth * 2 :])
    return {
        f"refused or broken off without need: {len(seen.wrong)} {sorted(set(seen.wrong))[:5]}": not seen.wrong,
        f"acknowledged writes lost: {lost} of {len(seen.acknowledged):,}": not lost and bool(seen.acknowledged),
        f"memory: {early:,.0f} MB early, {late:,.0f} MB late": late <= early * (1 + grows_at_most),
        f"processes: {before.children} before, {after.children} after": after.children <= before.children,
        f"threads: {before.threads} before, {after.threads} after": after.threads <= before.threads,
        f"open files: {before.files} before, {after.files} after": after.files <= before.files + 8,
        f"connections to elsewhere: {elsewhere}": not elsewhere,
    }


def main() -> int:
    """Soak a service and tell how it went."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--minutes", type=float, default=60.0)
    asked.add_argument("--clients", type=int, default=8)
    options = asked.parse_args()
    told = noise()
    with service() as here:
        # Once through everything, so that what is made at the first need is there.
        warm, _, _ = soak(here, 0.1, options.clients)
        before = settled(here, Size(0, 0, 0, 0), 8)
        seen, sizes, elsewhere = soak(here, options.minutes, options.clients)
        after = settled(here, before)
        lost = len((seen.acknowledged | warm.acknowledged) - present(here))
        family = {here.pid, *children_of(here.pid), *marked(here.home)}
    left = [pid for pid in family if Path(f"/proc/{pid}").exists()]
    taken = sorted(seen.seconds)
    print(f"{options.minutes:g} minutes, {options.clients} clients, {seen.statuses.total():,} requests: ", end="")
    print(", ".join(f"{kind} {count:,}" for kind, count in sorted(seen.statuses.items())))
    print(f"reads: median {median(taken) * 1000:,.0f} ms, p99 {taken[int(len(taken) * 0.99)] * 1000:,.0f} ms; {told}")
    kept = judged(seen, sizes, before, after, lost, elsewhere)
    kept[f"processes left over after the end: {len(left)}"] = not left
    for promise, is_kept in kept.items():
        print(f"{'met' if is_kept else 'MISSED'}: {promise}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
