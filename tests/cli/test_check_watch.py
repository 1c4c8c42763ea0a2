"""`mandategraph check --watch`: the report, then what each change of the store brings and takes, until Ctrl-C."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date

import pytest

from mandategraph.checks import Catalogue, check
from mandategraph.checks.formats.difference import difference
from mandategraph.cli.watching import looking
from mandategraph.wiring.kept_findings import Checked, reports_of

PATIENCE = 120


@pytest.fixture
def store(run, tmp_path):
    """A store of its own with the shipped plan."""
    store = tmp_path / "store"
    assert run("load", "cam", "--store", store).status == 0
    return store


@pytest.fixture
def watcher(store, tmp_path):
    """A running watch of the store, and its lines as they come."""
    env = os.environ | {"HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "utf-8"}
    program = [sys.executable, "-m", "mandategraph", "check", "--store", str(store), "--watch", "--json"]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=env, cwd=tmp_path
    ) as process:
        lines: queue.Queue[str] = queue.Queue()

        def read():
            for line in process.stdout:
                lines.put(line)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        yield process, lines
        if process.poll() is None:
            process.kill()
        reader.join()


def _decide(run, store, verdict):
    told = ("--by", "Ana Pérez", "--reason", "The bodies are named in May.")
    done = run("decide", "gap", "ActivityWithoutResponsible", verdict, *told, "--store", store)
    assert done.status == 0, done.err


def test_a_change_by_another_command_is_told(run, store, watcher):
    """A gap that is accepted is gone, and is new again once that is withdrawn; Ctrl-C ends it without a word."""
    process, lines = watcher
    report = json.loads(lines.get(timeout=PATIENCE))
    open_gaps = {
        one["id"]
        for heading in report["headings"]
        if heading["code"] == "ActivityWithoutResponsible"
        for one in heading["findings"]
    }
    assert open_gaps
    _decide(run, store, "accept")
    told = json.loads(lines.get(timeout=PATIENCE))
    assert {one["id"] for one in told["gone"]} == open_gaps
    assert told["new"] == []
    _decide(run, store, "withdraw")
    told = json.loads(lines.get(timeout=PATIENCE))
    assert {one["id"] for one in told["new"]} == open_gaps
    assert told["gone"] == []
    assert told["found"] == sum(report["counts"].values())
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 130
    assert process.stderr.read() == ""
    assert lines.empty()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "html"), "table and json"),
        (("-o", "report.txt"), "-o"),
        (("--data", "x.ttl"), "--data"),
        (("--overlay",), "--overlay"),
    ],
)
def test_what_cannot_be_watched_is_refused(run, arguments, words):
    """One sentence, exit 2."""
    found = run("check", "--watch", *arguments)
    assert found.status == 2
    assert words in found.err
    assert found.out == ""


@pytest.mark.parametrize(("language", "words"), [("en", "Gone (1)"), ("es", "Ya no aparece (1)"), ("pt", "Novo (1)")])
def test_a_difference_in_words(installation, library, language, words):
    """What is new and what is gone, each with its weight, and how much is found now."""
    report = check(
        installation.store,
        installation.graphs,
        Catalogue.read(library.shapes_folder),
        installation.labels,
        language=language,
    )
    assert len(report.findings) > 1
    less = replace(report, findings=report.findings[1:])
    told = difference(less, report) if language == "pt" else difference(report, less)
    assert words in told
    assert told.count("(1)") == 1
    assert report.findings[0].message.split()[0] in told
    assert "://" not in told


def test_where_nobody_tells_what_has_changed_everything_is_checked_anew(installation, capsys):
    """It is said once, and the report is that of a full run."""
    asked = Checked("plan", None, None, "compiled", date(2030, 1, 1))
    look = looking(installation, asked)
    assert look() == look() == reports_of(installation, asked, ["en"])["en"]
    assert capsys.readouterr().err.count("checked anew") == 1
