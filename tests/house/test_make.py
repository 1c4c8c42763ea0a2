"""What `make run` does once everything is installed, and what the steps before it say when something is missing."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

LONGEST_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def home_page(port: int) -> str:
    """The page, or nothing while nobody answers."""
    with suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/", headers={"Accept": "text/html"})
        return connection.getresponse().read().decode()
    return ""


@pytest.mark.slow
def test_the_main_job_is_shown_and_served(root: Path, tmp_path: Path) -> None:
    """The plan is loaded, three answers are shown, the home page is there, and a signal ends all of it."""
    port, said = free_port(), tmp_path / "said"
    command = [str(root / "make" / "first-light.sh"), sys.executable, str(tmp_path / "a store"), "127.0.0.1", str(port)]
    with said.open("wb") as output:
        running = subprocess.Popen(command, cwd=root, stdout=output, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + LONGEST_SECONDS
        while "until Ctrl-C" not in said.read_text() and running.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        page = home_page(port)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(LONGEST_SECONDS)
    told = said.read_text()
    assert "Work Plan 2016-2017" in page
    assert "$ mandategraph status" in told
    assert "3 November 2016" in told
    assert "To be settled" in told
    assert f"Serving on http://127.0.0.1:{port}" in told
    assert "Traceback" not in told
    assert home_page(port) == ""


@pytest.mark.slow
def test_a_taken_port_is_said_in_one_sentence(root: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        command = [str(root / "make" / "first-light.sh"), sys.executable, str(tmp_path / "store"), "127.0.0.1", port]
        outcome = subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    assert outcome.returncode == 3
    assert port in outcome.stderr.splitlines()[-1]
    assert "Traceback" not in outcome.stderr


def bare(tmp_path: Path, *programs: str) -> dict[str, str]:
    """An environment in which only these programs can be found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in programs:
        found = shutil.which(program)
        assert found, program
        (folder / program).symlink_to(found)
    return {"PATH": str(folder), "HOME": os.environ.get("HOME", "")}


def test_a_python_that_is_too_old_is_named(root: Path, tmp_path: Path) -> None:
    environment = bare(tmp_path, "sh", "id")
    old = tmp_path / "bin" / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    outcome = subprocess.run(
        [str(root / "make" / "environment.sh")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("Mandate Graph needs Python 3.11 or newer; here is Python 3.9.2.")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(("build_server", "status"), [("", 0), ("true", 1)])
@pytest.mark.parametrize(("script", "wanted"), [("browser.sh", "chromium"), ("engines.sh", "Virtuoso")])
def test_what_is_missing_is_said_and_fails_only_on_a_build_server(
    root: Path, tmp_path: Path, build_server: str, status: int, script: str, wanted: str
) -> None:
    environment = bare(tmp_path, "sh", "id") | {"CI": build_server}
    outcome = subprocess.run(
        [str(root / "make" / script)], env=environment, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == status
    assert f"No {wanted} found" in outcome.stderr
