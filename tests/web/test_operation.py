"""What those who run the service see of it: counts, logs, whether it is ready, how it stops."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import quote

import pytest

from mandategraph.web import logs
from mandategraph.web.metrics import BUCKETS, Metrics, class_of

ASK = "ASK { ?s ?p ?o }"
SAMPLE = re.compile(r'(mandategraph_[a-z_]+)(?:\{((?:[a-z]+="[^"\\\n]*",?)*)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)\Z')


def samples(text: str) -> dict[tuple[str, str], float]:
    """Read the text format, and refuse what is not of it."""
    found, typed = {}, set()
    for line in text.splitlines():
        if line.startswith("# "):
            _, kind, name, rest = line.split(" ", 3)
            assert kind in ("HELP", "TYPE")
            if kind == "TYPE":
                assert name not in typed, f"{name} stands in two places"
                typed.add(name)
                assert rest in ("counter", "gauge", "histogram")
            continue
        match = SAMPLE.match(line)
        assert match, line
        base = re.sub(r"_(bucket|sum|count)\Z", "", match[1])
        assert match[1] in typed or base in typed, line
        assert (match[1], match[2] or "") not in found, line
        found[match[1], match[2] or ""] = float(match[3])
    assert found
    return found


def total(found: dict[tuple[str, str], float], name: str, *labels: str) -> float:
    return sum(value for (one, told), value in found.items() if one == name and all(label in told for label in labels))


def test_requests_refusals_and_latency_are_counted(client):
    before = samples(client.get("/metrics").text)
    client.get("/sparql", params={"query": ASK})
    client.get("/sparql", params={"query": "SELECT"})
    client.get("/documents", headers={"Authorization": "Bearer nonsense"})
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    after = samples(answer.text)

    def more(name: str, *labels: str) -> float:
        return total(after, name, *labels) - total(before, name, *labels)

    assert more("mandategraph_requests_total", 'class="sparql"', 'status="200"') == 1
    assert more("mandategraph_requests_total", 'class="sparql"', 'status="400"') == 1
    assert more("mandategraph_refused_total", 'code="malformed-query"') == 1
    assert more("mandategraph_refused_total", 'code="unauthorised"') == 1
    assert more("mandategraph_request_seconds_count", 'class="sparql"') == 2
    assert more("mandategraph_request_seconds_bucket", 'class="sparql"', 'le="+Inf"') == 2
    for name in ("mandategraph_queries_running", "mandategraph_queries_waiting", "mandategraph_readers"):
        assert (name, "") in after
    assert total(after, "mandategraph_queries_ended_total", 'by="deadline"') >= 0


def test_what_is_counted_stays_small_whatever_clients_ask_for(client):
    for number in range(50):
        client.get(f"/nowhere-{number}/x?y={number}")
        client.request(f"METHOD{number}", "/documents")
    text = client.get("/metrics").text
    assert "nowhere" not in text
    assert "METHOD" not in text
    assert len(text.splitlines()) < 400


def test_buckets_hold_what_is_below_them():
    metrics = Metrics()
    for seconds in (0.001, 0.005, 0.3, 11.0):
        metrics.answered("sparql", "GET", 200, seconds)
    found = samples(metrics.text())
    bucket = "mandategraph_request_seconds_bucket"
    assert [found[bucket, f'class="sparql",le="{bound!r}"'] for bound in (0.005, 0.25, 0.5, BUCKETS[-1])] == [
        2,
        2,
        3,
        3,
    ]
    assert found[bucket, 'class="sparql",le="+Inf"'] == 4


def test_every_address_has_a_class(app):
    paths = list(app.openapi()["paths"])
    assert len(paths) > 20
    assert {class_of(path) for path in paths} == {
        "pages",
        "data",
        "sparql",
        "questions",
        "checks",
        "operation",
        "update",
        "graphs",
    } & {class_of(path) for path in paths}
    assert class_of("/sparql") == "sparql"


def test_ended_queries_are_counted_by_what_ended_them(client):
    def ended(by: str) -> float:
        return total(samples(client.get("/metrics").text), "mandategraph_queries_ended_total", f'by="{by}"')

    product = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    before = ended("deadline")
    assert client.get("/sparql", params={"query": product, "timeout": "0.3"}).status_code == 503
    assert ended("deadline") == before + 1


@pytest.mark.parametrize("told", ["4bf92f3577b34da6a3ce929d0e0e4736", "my-request_1.a"])
def test_a_sane_request_id_is_kept(client, told):
    assert client.get("/healthz", headers={"X-Request-Id": told}).headers["x-request-id"] == told


@pytest.mark.parametrize("told", ["", "short", "x" * 65, 'a"b{c}d\\e', "tab\there you", "<script>alert(1)</script>"])
def test_another_is_replaced(client, told):
    given = client.get("/healthz", headers={"X-Request-Id": told}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", given)
    assert given != client.get("/healthz").headers["x-request-id"]


@pytest.fixture
def journal():
    """The log as JSON, and back to what it was afterwards; the client's own lines are not ours."""
    logging.getLogger("httpx2").setLevel("WARNING")
    root = logging.getLogger()
    before = (root.handlers, root.level)
    out = io.StringIO()
    logs.begin("json", "info", out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.handlers, level = before
    root.setLevel(level)


def test_the_log_tells_of_a_request_and_not_of_its_query(client, journal, tokens):
    secret, kept = tokens.create(["read"], "an office")
    client.get(
        "/sparql",
        params={"query": "SELECT ?confidential WHERE { ?confidential ?p ?o } LIMIT 1"},
        headers={"Authorization": f"Bearer {secret}", "X-Request-Id": "request-one"},
    )
    client.get("/nowhere%0a%7b%22event%22", headers={"User-Agent": 'x"}\n{"event":"forged"}'.replace("\n", " ")})
    (told,) = [line for line in journal() if line.get("request_id") == "request-one"]
    assert (told["event"], told["level"], told["path"], told["status"]) == ("request", "info", "/sparql", 200)
    assert told["token"] == kept.id
    assert told["seconds"] >= 0
    assert told["bytes"] > 0
    whole = json.dumps(journal())
    assert "confidential" not in whole
    assert secret not in whole
    assert [line["status"] for line in journal()] == [200, 404]


def test_query_text_is_told_at_debug_and_cut(client):
    root = logging.getLogger()
    before = (root.handlers, root.level)
    out = io.StringIO()
    logs.begin("json", "debug", out)
    try:
        client.get("/sparql", params={"query": ASK + " # " + "long " * 5_000})
    finally:
        root.handlers = before[0]
        root.setLevel(before[1])
    (told,) = [line for line in map(json.loads, out.getvalue().splitlines()) if line["event"] == "query"]
    assert told["query"].startswith(ASK)
    assert len(told["query"]) <= 4_000
    assert told["request_id"]


def test_a_failure_is_told_with_its_traceback_in_one_line(journal):
    try:
        raise RuntimeError("first line\nsecond line")
    except RuntimeError:
        logging.getLogger("mandategraph.test").exception("it failed\nforged")
    (told,) = journal()
    assert told["level"] == "error"
    assert "RuntimeError: first line\nsecond line" in told["exception"]


def test_for_a_person_it_is_text():
    root = logging.getLogger()
    before = (root.handlers, root.level)
    out = io.StringIO()
    logs.begin("text", "info", out)
    try:
        logging.getLogger("mandategraph.test").info("hello", extra={"more": "this"})
    finally:
        root.handlers = before[0]
        root.setLevel(before[1])
    assert "hello" in out.getvalue()
    assert "more=this" in out.getvalue()


def test_ready_is_who_has_an_answer(client, app, monkeypatch):
    assert client.get("/readyz").json()["status"] == "ready"
    from mandategraph.core.errors import Busy

    def refused(*_: object, **__: object):
        raise Busy("No reader could be started.")

    monkeypatch.setattr(app.state.service.readers, "take", refused)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["why"] == "No reader could be started."
    assert client.get("/healthz").status_code == 200


@pytest.mark.slow
def test_told_to_stop_it_ends_what_runs_and_takes_nothing_new(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATEGRAPH_", "XDG_"))}
    settings = {"MANDATEGRAPH_LOG": "json", "MANDATEGRAPH_STOP_SECONDS": "120", "MANDATEGRAPH_QUERY_SECONDS": "120"}
    process = subprocess.Popen(
        [sys.executable, "-m", "mandategraph", "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env=kept | settings | {"HOME": str(tmp_path)},
    )
    try:
        told = next(json.loads(line) for line in process.stderr if line.startswith("{"))
        port = int(re.search(r":(\d+)/", told["address"])[1])
        threading.Thread(target=process.stderr.read, daemon=True).start()
        # The answer is longer than what fits between us and the service: it runs for as long as we do not read.
        query = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 150000")
        with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
            connection.sendall(f"GET /sparql?format=csv&query={query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            received = bytearray(connection.recv(1_000))
            assert received.startswith(b"HTTP/1.1 200")
            process.send_signal(signal.SIGTERM)
            until = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=5).close()
                except OSError:
                    break
                assert time.monotonic() < until, "it still takes connections"
                time.sleep(0.05)
            assert process.poll() is None, "it did not wait for what runs"
            while piece := connection.recv(1 << 20):
                received += piece
        assert received.endswith(b"0\r\n\r\n"), "what ran was cut off"
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
