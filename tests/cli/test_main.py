"""The command line is quick to answer, and whatever goes wrong is one sentence and an exit status."""

import errno
import fcntl
import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mandategraph import __version__
from mandategraph.cli.main import VERBS
from mandategraph.cli.main import run as run_here

Run = Callable[..., Any]


def quickest(run: Run, *arguments: str) -> float:
    """The processor's seconds for the best of some, since the machine may be busy with other things."""
    times = []
    for _ in range(5):
        start = os.times()
        assert run(*arguments).status == 0
        end = os.times()
        times.append(end.children_user + end.children_system - start.children_user - start.children_system)
    return min(times)


def test_help_comes_at_once(run: Run) -> None:
    assert quickest(run, "--help") < 0.6, "0.3 s are promised; twice that is allowed on a busy machine"


def test_the_version_comes_at_once(run: Run) -> None:
    assert quickest(run, "--version") < 0.4


def test_help_reads_no_heavy_library() -> None:
    heavy = ("rdflib", "fastapi", "pyshacl", "owlrl", "pyoxigraph", "rich", "yaml", "jinja2", "SPARQLWrapper")
    program = (
        "import sys; from mandategraph.cli.main import run; "
        "run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"'([A-Za-z_]+)'", found.stderr))
    assert "typer" in loaded
    assert not loaded & set(heavy)


@pytest.mark.parametrize("verb", ["query", "status", "ask"])
def test_reading_verbs_read_no_heavy_library(verb: str, tmp_path: Path) -> None:
    arguments = {"query": ["-e", "ASK {}"], "status": [], "ask": ["asked-of-body", "body=CAM"]}[verb]
    program = (
        "import sys; from mandategraph.cli.main import run; "
        f"assert run({[verb, *arguments]!r}) in (0, 2); print(sorted(sys.modules), file=sys.stderr)"
    )
    environ = os.environ | {"MANDATEGRAPH_STORE": str(tmp_path / "none")}
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ)
    loaded = set(re.findall(r"'([A-Za-z_]+)'", found.stderr))
    assert "pyoxigraph" in loaded
    assert not loaded & {"rdflib", "fastapi", "pyshacl", "owlrl", "SPARQLWrapper"}


def test_every_verb_is_listed_and_explains_itself(run: Run) -> None:
    told = run("--help")
    assert set(VERBS) >= {"serve", "questions", "ask", "query", "check", "infer", "load", "export", "status", "doctor"}
    for verb, line in VERBS.items():
        assert re.search(rf"^  {verb} +{re.escape(line[:30])}", told.out, re.MULTILINE)


@pytest.mark.parametrize("verb", list(VERBS))
def test_every_verb_has_help(verb: str, run: Run) -> None:
    found = run(verb, "--help")
    assert found.status == 0
    assert found.out.startswith(f"Usage: mandategraph {verb}")
    assert found.err == ""
    for name in re.findall(r"^  (--[a-z-]+)(?: <[^>]*>)?$", found.out, re.MULTILINE):
        pytest.fail(f"{verb} {name} is not explained")


def test_the_version_may_stand_among_others(run: Run) -> None:
    assert run("--version").out == f"mandategraph {__version__}\n"
    assert run("--lang", "es", "--version").out == f"mandategraph {__version__}\n"


def test_without_a_verb_help_is_shown(run: Run) -> None:
    assert "Commands:" in run().out + run().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["qurey"], "There is no command “qurey”. Nearest: query."),
        (["query", "--farmat", "csv"], "--farmat"),
        (["query"], "Give the query in a FILE, or as -e TEXT."),
        (["query", "-e", "ASK {}", "--format", "cvs"], "Nearest: csv"),
        (["query", "-e", "SELECT * { ?s mg:symbol }"], "Line 1, column"),
        (["query", "-e", "SELECT * { ?s nix:x ?o }"], "Line 1, column 15: the prefix “nix:” is not declared"),
        (["query", "-e", "SELECT * { SERVICE <urn:x> { } }"], "SERVICE would ask another server"),
        (["query", "-e", "INSERT DATA { <urn:a> <urn:a> 1 }"], "is an update; a query is wanted"),
        (["query", "-e", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv"], "is a graph"),
        (["query", "-e", "ASK {}", "--format", "turtle"], "is no graph"),
        (["load", "cma"], "There is no file or shipped plan “cma”. Nearest: cam."),
        (["load", "oas/cam"], "There is no file or shipped plan “oas/cam”. Nearest: cam."),
        (["load", "cam", "--into", "fatcs"], "Nearest: facts"),
        (["load", "cam", "cam"], "by itself"),
        (["export", "--format", "turtel"], "Nearest: turtle"),
        (["export", "--scope", "pulbic"], "Nearest: public"),
        (["export", "--format", "turtle", "--scope", "all"], "would mix proposals with facts"),
        (["infer", "--engine", "owl"], "There are rules and owlrl"),
        (["config", "shwo"], "Nearest: show"),
        (["--lang", "de", "status"], "not one of en, es, fr, pt"),
        (["status", "--store", "http://localhost/sparql"], "sparql+http://"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(arguments: list[str], sentence: str, run: Run) -> None:
    found = run(*arguments)
    assert found.status == 2, found
    assert sentence in found.err
    assert found.out == ""
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["query", "none.rq"], "There is no file none.rq."),
        (["load", "none.ttl"], "There is no file none.ttl."),
        (["status", "--store", "letters"], "is not a store of Mandate Graph"),
        (["load", "cam", "--store", "letters"], "is not a store of Mandate Graph"),
        (["infer", "--store", "letters/to-mother.txt"], "is a file"),
        (["export", "-o", "no/such/folder/x.trig"], "cannot be written"),
        (["query", "-e", "ASK {}", "--store", "sparql+http://127.0.0.1:9/sparql"], "cannot be reached"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    arguments: list[str], sentence: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("Dear")
    found = run(*arguments)
    assert found.status == 3, found
    assert sentence in found.err.splitlines()[-1]
    assert found.out == ""
    assert "Traceback" not in found.err
    assert (tmp_path / "letters" / "to-mother.txt").read_text() == "Dear"


def test_what_should_not_go_wrong_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("mandategraph.cli.config.settings_from", break_down)
    assert run_here(["config", "show"]) == 3
    told = capsys.readouterr().err
    assert "ZeroDivisionError: by nothing" in told
    assert "--debug" in told
    assert "Traceback" not in told
    assert run_here(["--debug", "config", "show"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_an_interruption_is_quiet(tmp_path: Path) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-m", "mandategraph", "query", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"MANDATEGRAPH_STORE": str(tmp_path / "none")},
    )
    assert waiting.stdin is not None
    waiting.stdin.write(b"SELECT")
    waiting.stdin.flush()
    left = -1
    until = time.monotonic() + 30
    while left:  # until it has begun to read
        assert time.monotonic() < until, "it never read its input"
        time.sleep(0.05)
        left = int.from_bytes(fcntl.ioctl(waiting.stdin, termios.FIONREAD, b"\0\0\0\0"), sys.byteorder)
    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=20)
    assert (waiting.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, unbuffered: str) -> None:
    command = f'"{sys.executable}" -m mandategraph export --format nquads'
    found = subprocess.run(
        ["bash", "-c", f"{command} | head -1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        env=os.environ | {"XDG_DATA_HOME": str(tmp_path), "PYTHONUNBUFFERED": unbuffered},
        timeout=60,
    )
    assert found.stdout.splitlines()[-1] == "141"
    assert "BrokenPipe" not in found.stderr
    assert "Traceback" not in found.stderr


def test_options_may_stand_before_the_verb(run: Run, tmp_path: Path) -> None:
    found = run("--store", tmp_path / "mine", "--lang", "fr", "config", "show", "--json")
    assert str(tmp_path / "mine") in found.out
    assert '"value": "fr"' in found.out
    after = run("--lang", "fr", "config", "show", "--json", "--lang", "pt")
    assert '"value": "pt"' in after.out


def test_large_output_comes_whole_without_buffers(run: Run) -> None:
    size = len(run("export", "--format", "nquads").out)
    assert size > 1_000_000
    assert len(run("export", "--format", "nquads", env={"PYTHONUNBUFFERED": "1"}).out) == size


def test_a_disk_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Any:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "/srv/store/current")

    monkeypatch.setattr("mandategraph.cli.main._application", broken)
    assert run_here(["status"]) == 3
    assert "The disk does not answer" in (told := capsys.readouterr().err)
    assert "/srv/store/current" in told
