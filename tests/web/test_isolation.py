"""A query that nobody should have sent harms nobody else: deadlines, clients that leave, answers that break off."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

LIGHT = "SELECT ?s WHERE { ?s a <https://w3id.org/mandategraph/ns#WorkPlan> }"
PRODUCT = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ORDERED = "SELECT DISTINCT ?a WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a"
LONG = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"


class Serving:
    """The command, running with a store of its own and a short deadline."""

    def __init__(self, home: Path, **settings: object) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATEGRAPH_", "XDG_"))}
        told = {f"MANDATEGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mandategraph", "serve", "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            env=kept | told | {"HOME": str(home)},
        )
        self.said: list[str] = []
        for line in self.process.stderr:
            self.said.append(line)
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            if found:
                self.port = int(found[1])
                break
        else:
            pytest.fail(f"it ended: {self.said}")
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()

    def query(self, text: str, **more: object):
        """Return status, headers and body."""
        address = f"http://127.0.0.1:{self.port}/sparql?{urlencode({'query': text, **more})}"
        try:
            with urllib.request.urlopen(address, timeout=120) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.headers, problem.read()

    def opened(self, text: str) -> socket.socket:
        """Send a query and return the connection, with nothing of the answer read."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        connection.sendall(f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return connection

    def readers(self) -> dict[int, str]:
        """Return the reader processes, each with the state that the system tells of it."""
        found = {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == self.process.pid:
                found[int(folder.name)] = state
        return found

    def working(self) -> list[int]:
        """Return the readers that are at work on the processor."""
        return [pid for pid, state in self.readers().items() if state == "R"]


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    started = []

    def start(**settings):
        started.append(Serving(tmp_path_factory.mktemp("home"), **settings))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


@pytest.fixture(scope="module")
def patient(serving):
    """With a deadline so far away that whatever ends earlier ended for another reason."""
    made = serving(query_seconds=120, query_megabytes=200)
    assert made.query(LIGHT)[0] == 200
    return made


@pytest.fixture(scope="module")
def service(serving):
    made = serving(query_seconds=3)
    assert made.query(LIGHT)[0] == 200
    return made


def wait_until(holds, seconds=60.0):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


@pytest.mark.parametrize("text", [PRODUCT, PRODUCT.replace("*", "DISTINCT ?a")])
def test_a_heavy_query_ends_at_its_deadline(service, text):
    began = time.monotonic()
    status, headers, body = service.query(text)
    assert status == 503
    assert time.monotonic() - began > 2.5
    assert headers["Content-Type"] == "application/problem+json"
    assert int(headers["Retry-After"]) > 0
    problem = json.loads(body)
    assert problem["type"] == "/errors#query-limit"
    assert "3 seconds" in problem["detail"]


def test_a_query_that_would_fill_the_memory_is_told_so(patient):
    status, headers, body = patient.query(ORDERED)
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert "200 MB" in json.loads(body)["detail"]


def test_a_client_may_ask_for_less_time(service):
    status, _, body = service.query(PRODUCT, timeout=0.5)
    assert status == 503
    assert "0.5 seconds" in json.loads(body)["detail"]


@pytest.mark.parametrize("told", ["", "soon", "-1", "0", "nan", "inf"])
def test_a_time_that_is_none_is_refused(service, told):
    status, _, body = service.query(LIGHT, timeout=told)
    assert status == 400
    assert json.loads(body)["parameter"] == "timeout"


def test_a_client_may_not_ask_for_more(service):
    status, _, body = service.query(PRODUCT, timeout=60)
    assert status == 503
    assert "3 seconds" in json.loads(body)["detail"]


def test_light_queries_do_not_wait_for_heavy_ones(patient):
    """They are answered while all of the heavy ones are at work; `make bench-service` tells how quickly."""
    connections = [patient.opened(PRODUCT) for _ in range(6)]
    # On two processors no more than two are seen at work at one moment.
    wait_until(lambda: len(patient.working()) >= min(2, os.cpu_count() or 1))
    for _ in range(15):
        assert patient.query(LIGHT)[0] == 200
    for connection in connections:
        connection.settimeout(0.01)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.close()
    wait_until(lambda: not patient.working())


def test_the_work_ends_when_the_client_leaves_before_the_answer(patient):
    wait_until(lambda: not patient.working())
    connection = patient.opened(PRODUCT)
    wait_until(patient.working)
    connection.close()
    wait_until(lambda: not patient.working())


def test_the_work_ends_when_the_client_leaves_in_the_midst(patient):
    connection = patient.opened(LONG)
    assert connection.recv(10_000).startswith(b"HTTP/1.1 200")
    before = set(patient.readers())
    connection.close()
    wait_until(lambda: not patient.working() and before - set(patient.readers()))


def test_an_answer_that_is_cut_off_looks_broken(service):
    """The connection ends without the last chunk: no client takes it for a shorter success."""
    received = bytearray()
    with service.opened(LONG) as connection:
        while piece := connection.recv(1 << 20):
            received += piece
    assert received.startswith(b"HTTP/1.1 200")
    assert b"chunked" in received[:2_000].lower()
    assert len(received) > 10_000
    assert not received.endswith(b"0\r\n\r\n")


def test_an_answer_that_would_be_too_long_is_told_to_a_person(service):
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}/sparql?query={quote(LONG)}", headers={"Accept": "text/html"}
    )
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.urlopen(request, timeout=120)  # noqa: S310
    assert told.value.code == 503
    assert "text/html" in told.value.headers["Content-Type"]


def test_a_reader_that_is_killed_is_replaced(service):
    wait_until(service.readers)
    for pid in service.readers():
        os.kill(pid, signal.SIGKILL)
    assert service.query(LIGHT)[0] == 200


def test_nothing_of_a_query_is_in_the_log(service):
    service.query(PRODUCT.replace("?n", "?confidential"), timeout=0.3)
    with service.opened(LONG.replace("?a", "?confidential")) as connection:
        while connection.recv(1 << 20):
            pass
    assert service.said
    assert "confidential" not in "".join(service.said)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_when_the_service_ends(serving, sign):
    """Not even where a query was running, and where the service had no time to say good-bye."""
    one = serving(query_seconds=120, stop_seconds=2)
    wait_until(lambda: len(one.readers()) >= 2)
    connection = one.opened(PRODUCT)
    wait_until(one.working)
    left = list(one.readers())
    one.process.send_signal(sign)
    one.process.wait(60)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))
    connection.close()
