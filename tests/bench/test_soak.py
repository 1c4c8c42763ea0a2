"""The soak of `bench/`, for some seconds: nothing lost, nothing refused without need, nothing left over."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow
BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(scope="module")
def soak() -> ModuleType:
    sys.path.insert(0, str(BENCH))
    try:
        return importlib.import_module("soak")
    finally:
        sys.path.remove(str(BENCH))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="processes are counted in /proc")
def test_a_mixed_load_leaves_no_trace(soak: ModuleType) -> None:
    running = importlib.import_module("running")
    with running.service() as here:
        seen, sizes, elsewhere = soak.soak(here, 0.05, 2)
        assert seen.wrong == []
        assert seen.statuses["read 200"] > 0
        for number in range(5):
            update = f"INSERT DATA {{ GRAPH <{soak.GRAPH}> {{ <urn:soak:{number}> <urn:soak:is> {number} }} }}"
            headers = {"Authorization": f"Bearer {here.token}", "Content-Type": "application/sparql-update"}
            assert soak.request(here, "POST", "/update", update, headers) == 204
        assert seen.acknowledged | set(range(5)) <= soak.present(here)
        assert elsewhere == 0
        assert sizes[-1].megabytes > 10
        for query in (query.replace("TRAP", "http://127.0.0.1:9") for query in soak.HOSTILE[2:]):
            assert soak.request(here, "GET", f"/sparql?query={soak.urllib.parse.quote(query)}") == 403
        family = [here.pid, *soak.children_of(here.pid)]
        assert len(family) > 1
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in family):
        assert time.monotonic() < until, "a process outlived the service"
        time.sleep(0.1)


def test_a_promise_that_is_broken_is_told(soak: ModuleType) -> None:
    small, large = soak.Size(100, 10, 20, 3), soak.Size(200, 12, 60, 5)
    seen = soak.Seen(acknowledged={1, 2})
    assert all(soak.judged(seen, [small] * 20, small, small, 0, 0).values())
    broken = soak.judged(seen, [small] * 10 + [large] * 10, small, large, 1, 1)
    assert [promise.split(":")[0] for promise, is_kept in broken.items() if not is_kept] == [
        "acknowledged writes lost",
        "memory",
        "processes",
        "threads",
        "open files",
        "connections to elsewhere",
    ]


# Does one thing for each letter that it is told, and says when it is done.
FAULTY = """
import os, socket, subprocess, sys, threading, time
kept = []
for line in sys.stdin:
    match line.strip():
        case "memory": kept.append(bytearray(os.urandom(1 << 20) * 30))
        case "thread": threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        case "files": kept += [open(os.devnull) for _ in range(20)]
        case "child": kept.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        case "stray":
            if os.fork() == 0:
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
            os.wait()
        case "fetch": socket.create_connection(("127.0.0.1", int(sys.argv[1]))).close()
        case "udp":
            kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            try:
                # Sends nothing yet.
                kept[-1].connect(("198.51.100.1", 53))
            except OSError:
                print("there is no way to other machines", flush=True)
                continue
    print("done", flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="processes are counted in /proc")
def test_each_fault_is_seen(soak: ModuleType, tmp_path: Path) -> None:
    """A process that does what a service must not: the same looks and the same judgement as in the soak find it."""
    trap = soak.Trap()
    port = trap.address.rpartition(":")[2]
    program = [sys.executable, "-c", FAULTY, port]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, env=os.environ | {"HOME": str(tmp_path)}, **pipes) as faulty:

        def done(what: str) -> None:
            faulty.stdin.write(f"{what}\n")
            faulty.stdin.flush()
            assert faulty.stdout.readline() == "done\n"

        def broken(what: str) -> list[str]:
            before, elsewhere = soak.size_of(faulty.pid, tmp_path), trap.fetched
            done(what)
            until = time.monotonic() + 10
            # Whoever knocks is counted a moment later, by another thread.
            while what == "fetch" and trap.fetched == elsewhere and time.monotonic() < until:
                time.sleep(0.01)
            after = soak.size_of(faulty.pid, tmp_path)
            outside = soak.outbound(faulty.pid) + trap.fetched - elsewhere
            kept = soak.judged(soak.Seen(acknowledged={1}), [before] * 10 + [after] * 10, before, after, 0, outside)
            return [promise.split(":")[0] for promise, is_kept in kept.items() if not is_kept]

        try:
            done("nothing")
            assert broken("nothing") == []
            assert broken("memory") == ["memory"]
            assert broken("thread") == ["threads"]
            assert broken("files") == ["open files"]
            assert "processes" in broken("child")
            assert "processes" in broken("stray"), "it has no parent any more that anybody knows"
            assert broken("fetch") == ["connections to elsewhere"]
            faulty.stdin.write("udp\n")
            faulty.stdin.flush()
            is_possible = faulty.stdout.readline() == "done\n"
            assert soak.outbound(faulty.pid) == int(is_possible)
        finally:
            for pid in soak.marked(tmp_path):
                os.kill(pid, signal.SIGKILL)
    trap.close()
