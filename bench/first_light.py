"""
The figures of a first look: starting, loading, asking, checking, serving, each beside a peer in the same run.

`make bench-first-light` prints them. Ratios are what to compare from one machine to the next; times are not.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import Figure, Sample, noise, report, sampled
from peers import Rdflib, owlrl_closure

from mandategraph.checks import Catalogue, check
from mandategraph.core.questions import Question, read_question
from mandategraph.settings import Settings
from mandategraph.wiring import Installation, load_plan, memory_installation, open_installation

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "activities-for-paragraph"
PAGE = f"/questions/{QUESTION}?paragraph=2881/33"


def main() -> None:
    """Measure and print."""
    print(noise(), flush=True)
    with TemporaryDirectory() as folder:
        settings = Settings(store=f"{folder}/store")
        load_plan(settings, "cam")
        with open_installation(settings) as installation:
            peer = Rdflib(installation)
            questions = list(asking(installation, peer))
            asked = next(figure for figure in questions if figure.name == f"ask {QUESTION}")
            figures = [*starting(), *loading(peer), *reasoning(), *checking(installation)]
        figures += [*serving(settings.store, asked.peer), *questions]
    print(report(figures))
    print(noise())


def command(*arguments: str, **environment: str) -> None:
    """Run Python and wait for it to end well."""
    subprocess.run([sys.executable, *arguments], env=os.environ | environment, check=True, capture_output=True)


def starting() -> Iterator[Figure]:
    """How long the command line takes to say what it can do."""
    ours = sampled(lambda: command("-m", "mandategraph", "--help"), 15)
    yield Figure("mandategraph --help", ours, "python -c pass", sampled(lambda: command("-c", "pass"), 15), 0.3)


def loading(peer: Rdflib) -> Iterator[Figure]:
    """How long the plan takes into an empty folder: read, verified against its source, inferred, checked, on disk."""
    with TemporaryDirectory() as folder:
        numbers = iter(range(1000))

        def load() -> None:
            command("-m", "mandategraph", "load", "cam", MANDATEGRAPH_STORE=f"{folder}/{next(numbers)}")

        ours = sampled(load, 7)
    yield Figure("load cam, the whole command", ours, "rdflib parses the same facts", sampled(peer.parse_again, 3), 1.0)


def reasoning() -> Iterator[Figure]:
    """How long all rules take on the plan, in memory as the peer is."""
    with memory_installation() as installation:
        ours = sampled(installation.infer, 7)
        yield Figure("rules", ours, "owlrl", sampled(lambda: owlrl_closure(installation), 1, warm=0))


def checking(installation: Installation) -> Iterator[Figure]:
    """How long the checks of a report take, in both engines."""
    catalogue = Catalogue.read(installation.library.shapes_folder)

    def run(engine: str) -> Callable[[], object]:
        return lambda: check(installation.store, installation.graphs, catalogue, installation.labels, engine=engine)

    yield Figure("check, profile report", sampled(run("compiled"), 7), "pySHACL", sampled(run("reference"), 1, warm=0))


def asking(installation: Installation, peer: Rdflib) -> Iterator[Figure]:
    """How long every named question takes in a store on disk, with its own example, beside rdflib's graph in memory."""
    dataset = installation.graphs.with_proposals()
    for name, path in sorted(installation.library.questions().items()):
        question: Question = read_question(name, path.read_text())
        ours = sampled(lambda text=question.text: installation.store.select(text, dataset), 15)  # type: ignore[misc]
        yield Figure(f"ask {name}", ours, "rdflib", peer.sampled(question.text), 0.02)


def serving(store: str, peer: Sample) -> Iterator[Figure]:
    """How long until the first page, and how long a question takes once the service is warm."""
    yield Figure(
        "make run to first page", sampled(first_page, 3), "http.server's first page", sampled(bare_page, 3), 3.0
    )
    port = free_port()
    service = [sys.executable, "-m", "mandategraph", "--store", store, "serve", "--port", str(port)]
    running = subprocess.Popen(service, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_answered(port, "/")
        connection = http.client.HTTPConnection("127.0.0.1", port)
        ours = sampled(lambda: page(connection, PAGE), 30, warm=3)
    finally:
        running.terminate()
        running.wait(30)
    yield Figure(f"ask {QUESTION}, warm, over HTTP", ours, "rdflib, without HTTP", peer, 0.05)


def page(connection: http.client.HTTPConnection, path: str) -> None:
    """Read one page to its end."""
    connection.request("GET", path, headers={"Accept": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")


def first_page() -> None:
    """Do what `make run` does from a finished installation, until the home page is there."""
    with TemporaryDirectory() as folder:
        port = free_port()
        started = subprocess.Popen(
            ["make", "run", f"PORT={port}", f"STORE={folder}/store"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            until_answered(port, "/")
        finally:
            os.killpg(started.pid, signal.SIGTERM)
            started.wait(30)


def bare_page() -> None:
    """Start the standard library's server and read its first page."""
    with TemporaryDirectory() as folder:
        port = free_port()
        command_line = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
        server = subprocess.Popen(command_line, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until_answered(port, "/")
        finally:
            server.terminate()
            server.wait(30)


def until_answered(port: int, path: str, longest_seconds: float = 60) -> None:
    """Return as soon as a page is there."""
    end = time.monotonic() + longest_seconds
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.01)
    raise RuntimeError(f"nothing answered on port {port}")


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
