"""
Whether what a service acknowledged survives when it is killed: `make bench-crash`.

Four clients write to a service over HTTP while its writer, or the whole service, is killed (SIGKILL) at random moments.
After each kill the store is read again through the service: every acknowledged write must be there whole, of one that
was told not to be written nothing, and of one without an answer all or nothing.

    bench/crash.py [--kills 1000] [--whole 0.2] [--clients 4] [--seed N] [--latency]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

PARTS = 5
LONGEST_SECONDS = 0.5
ACKNOWLEDGED, REFUSED, UNKNOWN = "acknowledged", "refused", "unknown"
_COUNTS = "SELECT ?s (COUNT(?o) AS ?n) WHERE { ?s <urn:epoch> %d ; <urn:part> ?o } GROUP BY ?s"


class Broken(Exception):
    """A promise that was not kept."""


class Service:
    """`mandategraph serve` over a folder, on one port, started again whenever it was killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; return how long it took until it answered."""
        began = time.monotonic()
        command = [sys.executable, "-m", "mandategraph", "serve", "--store", str(self.folder), "--port", str(self.port)]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        while True:
            with suppress(OSError, HTTPException):
                if self.ask("GET", "/healthz")[0] == 200:
                    return time.monotonic() - began
            if self._process.poll() is not None or time.monotonic() - began > 60:
                raise Broken("the service did not start")
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill it as a whole; what it had started must end by itself."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_writer(self) -> bool:
        """Kill the process that writes; False where there is none at this moment."""
        assert self._process is not None
        for pid in _children(self._process.pid):
            with suppress(OSError):
                if b"stores/writer.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)
                    return True
        return False

    def stop(self) -> None:
        """End it in peace."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def token(self) -> str:
        """Return a new token that may write."""
        command = [sys.executable, "-m", "mandategraph", "token", "create", "--scope", "write", "--json"]
        told = subprocess.run([*command, "--store", str(self.folder)], capture_output=True, check=True, text=True)
        return str(json.loads(told.stdout)["token"])

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Send one request on a connection of its own; return status and body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body.encode(), headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def counts(self, epoch: int) -> dict[str, int]:
        """Return how much of each write of an epoch is there."""
        path = f"/sparql?query={urllib.parse.quote(_COUNTS % epoch)}"
        status, body = self.ask("GET", path, headers={"Accept": "application/sparql-results+json"})
        if status != 200:
            raise Broken(f"the store could not be read: {status} {body[:200]!r}")
        rows = json.loads(body)["results"]["bindings"]
        return {row["s"]["value"]: int(row["n"]["value"]) for row in rows}


@dataclass
class Clients:
    """Some clients who write without a pause, and note what they were told of each write."""

    service: Service
    number: int
    token: str
    epoch: int = 0
    told: dict[int, dict[str, str]] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Let them begin a new epoch."""
        self.epoch += 1
        self.told[self.epoch] = {}
        self._stopping.clear()
        self._threads = [threading.Thread(target=self._write, args=(who,)) for who in range(self.number)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish what it is at."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _write(self, who: int) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/sparql-update"}
        written = 0
        while not self._stopping.is_set():
            connection = HTTPConnection("127.0.0.1", self.service.port, timeout=60)
            with suppress(OSError, HTTPException):
                while not self._stopping.is_set():
                    written += 1
                    name = f"urn:e{self.epoch}-{who}-{written}"
                    self.told[self.epoch][name] = UNKNOWN
                    parts = ", ".join(str(part) for part in range(PARTS))
                    text = f"INSERT DATA {{ <{name}> <urn:epoch> {self.epoch} ; <urn:part> {parts} }}"
                    began = time.monotonic()
                    connection.request("POST", "/update", text, headers)
                    answer = connection.getresponse()
                    body = answer.read()
                    if answer.status == 204:
                        self.told[self.epoch][name] = ACKNOWLEDGED
                        self.latencies.append(time.monotonic() - began)
                    elif b"nothing of it was written" in body:
                        self.told[self.epoch][name] = REFUSED
                    elif answer.status != 503:
                        self.told[self.epoch][name] = f"status {answer.status}"
            connection.close()
            self._stopping.wait(0.02)


def judge(told: dict[str, str], found: dict[str, int]) -> None:
    """Compare what clients were told with what is there; Broken at the first write that is lost or torn."""
    for name, what in told.items():
        there = found.get(name, 0)
        if there not in (0, PARTS):
            raise Broken(f"torn: {name} has {there} of {PARTS} triples ({what})")
        if what == ACKNOWLEDGED and not there:
            raise Broken(f"lost: {name} was acknowledged and is not there")
        if what == REFUSED and there:
            raise Broken(f"there all the same: {name} was told not to be written")
        if what not in (ACKNOWLEDGED, REFUSED, UNKNOWN):
            raise Broken(f"{name}: {what}")
    strangers = set(found) - set(told)
    if strangers:
        raise Broken(f"nobody wrote {min(strangers)}")


def run(folder: Path, kills: int, whole: float, clients: int, chance: random.Random) -> Counter[str]:
    """Kill so many times; return what happened, or raise Broken."""
    service = Service(folder)
    happened: Counter[str] = Counter()
    recoveries: list[float] = []
    try:
        service.start()
        writers = Clients(service, clients, service.token())
        for number in range(kills):
            writers.start()
            time.sleep(chance.uniform(0.02, LONGEST_SECONDS))
            if chance.random() < whole:
                service.kill()
                writers.stop()
                recoveries.append(service.start())
                happened["kills of the service"] += 1
            else:
                happened["kills of the writer"] += service.kill_writer()
                time.sleep(chance.uniform(0, 0.1))
                writers.stop()
            judge(writers.told[writers.epoch], service.counts(writers.epoch))
            if sys.stderr.isatty():
                print(f"\r{number + 1} of {kills}", end="", file=sys.stderr)
        for epoch, told in writers.told.items():
            judge(told, service.counts(epoch))
            happened.update(told.values())
    finally:
        service.stop()
    happened["slowest start, ms"] = round(max(recoveries, default=0.0) * 1000)
    return happened


def latency(seconds: float, clients: int, place: Path | None) -> float:
    """Return the median of an acknowledged write in milliseconds, with the store on the disk of a folder."""
    with tempfile.TemporaryDirectory(dir=place) as folder:
        service = Service(Path(folder) / "store")
        try:
            service.start()
            writers = Clients(service, clients, service.token())
            writers.start()
            time.sleep(seconds)
            writers.stop()
        finally:
            service.stop()
        return statistics.median(writers.latencies) * 1000


def _children(pid: int) -> list[int]:
    """Return the processes that a process has started, from any of its threads."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, re.findall(r"\d+", thread.read_text()))
    return found


def main() -> int:
    """Run as the command line says; return the exit status."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=1000)
    asked.add_argument("--whole", type=float, default=0.2, help="share of kills that take the whole service")
    asked.add_argument("--clients", type=int, default=4)
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--latency", action="store_true", help="only tell what the sync costs")
    given = asked.parse_args()
    seed = time.time_ns() % 1_000_000 if given.seed is None else given.seed
    if not given.latency:
        with tempfile.TemporaryDirectory() as folder:
            try:
                happened = run(
                    Path(folder) / "store",
                    given.kills,
                    given.whole,
                    given.clients,
                    random.Random(seed),  # noqa: S311
                )
            except Broken as problem:
                print(f"BROKEN (seed {seed}): {problem}")
                return 1
        for name, number in sorted(happened.items()):
            print(f"{name:24} {number:>9,}")
        print(f"{'lost':24} {0:>9,}\n{'torn':24} {0:>9,}\n{'seed':24} {seed:>9}")
    memory = Path("/dev/shm")  # noqa: S108  a file system in memory, where a sync costs nothing
    if memory.is_dir():
        pairs = [(latency(4, given.clients, None), latency(4, given.clients, memory)) for _ in range(3)]
        disk, none = (statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"median of a write: {disk:.1f} ms on disk, {none:.1f} ms in memory: the sync adds {disk - none:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
