"""`mandategraph serve` says where it is and what is there, or in one sentence why it cannot."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

PAGE = {"Accept": "text/html"}


def fetch(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as answer:  # noqa: S310
        return answer.status, answer.headers, answer.read().decode()


@pytest.fixture
def serving(tmp_path):
    """Start the command with a home of its own; give the process and the lines that it says."""
    started = []

    def start(*arguments):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATEGRAPH_", "XDG_"))}
        process = subprocess.Popen(
            [sys.executable, "-m", "mandategraph", "serve", "--port", "0", *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=kept | {"HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        )
        started.append(process)
        said = []
        for line in process.stderr:
            said.append(line.rstrip())
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            if found:
                return process, found[0], said
        pytest.fail(f"it ended: {said}")

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_it_says_where_it_is_and_what_is_there(serving):
    process, address, said = serving()
    told = "\n".join(said)
    assert "Work Plan 2016-2017 of the Committee on Migration Issues" in told
    assert re.search(r"[\d,]+ statements, \d+ questions", told)
    status, headers, page = fetch(address, **PAGE)
    assert status == 200
    assert "What needs attention" in page
    assert "uvicorn" not in str(headers).lower()
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert output == "", "data goes to standard output; a service has none to write there"


def test_in_another_language_it_tells_the_plan_so(serving):
    _, _, said = serving("--lang", "es")
    assert "Plan de Trabajo 2016-2017" in "\n".join(said)


def test_read_only_writes_nothing(serving, tmp_path):
    _, address, said = serving("--read-only")
    assert "from memory" in "\n".join(said)
    assert "AG/RES. 2881" in fetch(f"{address}documents", **PAGE)[2]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_store_that_is_named_and_empty_says_how_to_fill_it(serving, tmp_path):
    _, address, said = serving("--store", str(tmp_path / "mine"))
    assert "mandategraph load cam" in "\n".join(said)
    assert "mandategraph load cam" in fetch(address, **PAGE)[2]


def test_a_command_beside_it_works(serving, tmp_path):
    """While the service runs, a question is asked of the same store."""
    serving()
    found = subprocess.run(
        [sys.executable, "-m", "mandategraph", "ask", "asked-of-body", "body=PAHO", "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": ""},
        timeout=60,
    )
    assert found.returncode == 0, found.stderr
    assert "org/paho" in found.stdout


def test_a_port_that_is_taken_is_one_sentence(run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("serve", "--port", port)
    assert result.status == 3
    assert f"Port {port} on 127.0.0.1 is taken" in result.err
    assert len(result.err.strip().splitlines()) == 1


@pytest.mark.parametrize(("arguments", "status"), [(["--port", "99999"], 2), (["--host", "no.such.host.invalid"], 3)])
def test_an_address_that_cannot_be_is_told(run, arguments, status):
    result = run("serve", *arguments)
    assert result.status == status
    assert "Traceback" not in result.err
