"""Commands beside a running service: they change its store through it, and it shows what they did."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pytest


@pytest.fixture
def service(tmp_path):
    """A service over a new, empty store, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path / "store"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATEGRAPH_", "XDG_"))}
    environment = kept | {"HOME": str(tmp_path), "MANDATEGRAPH_FREE_MEGABYTES": "1"}
    command = [sys.executable, "-m", "mandategraph", "serve", "--store", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment)
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            break
        except OSError:
            assert time.monotonic() < until, "the service did not start"
            time.sleep(0.05)
    yield folder, f"http://127.0.0.1:{port}", process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.wait(30)


def ask(address, query):
    """Ask the service a truth."""
    asked = urllib.request.Request(  # noqa: S310
        f"{address}/sparql?query={urllib.parse.quote(query)}", headers={"Accept": "application/sparql-results+json"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answered:  # noqa: S310
        return json.load(answered)["boolean"]


def update(address, token, text):
    """Send an update to the service."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sparql-update"}
    asked = urllib.request.Request(f"{address}/update", text.encode(), headers)  # noqa: S310
    with urllib.request.urlopen(asked, timeout=60) as answered:  # noqa: S310
        return answered.status


def test_commands_change_what_a_service_shows(service, run, tmp_path):
    """Token, load, decide, infer, query and backup beside it; restore says that it cannot."""
    folder, address, process = service
    beside = ("--store", folder)
    token = json.loads(run("token", "create", "--scope", "write", "--json", *beside).out)["token"]
    assert update(address, token, "INSERT DATA { GRAPH <urn:notes> { <urn:a> <urn:p> 1 } }") == 204
    loaded = run("load", "cam", *beside)
    assert loaded.status == 0, loaded.err
    assert ask(address, "ASK { ?plan a <https://w3id.org/mandategraph/ns#WorkPlan> }")
    notes = tmp_path / "notes.ttl"
    notes.write_text("<urn:x> <urn:p> <urn:y> .")
    loaded = run("load", notes, "--into", "internal", *beside)
    assert loaded.status == 0, loaded.err
    inferred = run("infer", *beside)
    assert inferred.status == 0, inferred.err
    # What a client wrote stays, and a command reads it at once.
    assert update(address, token, "INSERT DATA { GRAPH <urn:notes> { <urn:b> <urn:p> 2 } }") == 204
    read = run("query", "-e", "ASK { GRAPH <urn:notes> { <urn:a> <urn:p> 1 . <urn:b> <urn:p> 2 } }", *beside)
    assert (read.status, "true" in read.out.lower()) == (0, True), read
    assert run("backup", tmp_path / "kept", *beside).status == 0
    refused = run("restore", tmp_path / "kept", "--replace", *beside)
    assert refused.status == 3
    assert "Stop it, restore, and start it again" in refused.err
    # Killed as a whole, nothing is lost: the next command sees it, and may restore.
    assert update(address, token, "INSERT DATA { GRAPH <urn:notes> { <urn:c> <urn:p> 3 } }") == 204
    process.kill()
    process.wait()
    read = run("query", "-e", "ASK { GRAPH <urn:notes> { <urn:c> <urn:p> 3 } }", *beside)
    assert (read.status, "true" in read.out.lower()) == (0, True), read
    assert run("restore", tmp_path / "kept", "--replace", *beside).status == 0
