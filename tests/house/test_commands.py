"""The command line starts fast, explains itself, and every verb is in the reference."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mandategraph import __version__
from mandategraph.cli.main import VERBS

# Each costs 0.3 to 0.8 s to import; who only asks for help must not wait for them.
SLOW_TO_IMPORT = ("fastapi", "rdflib", "pyshacl", "owlrl", "jinja2", "icalendar", "structlog", "uvicorn")
LOADED = "import sys; from mandategraph.cli.main import main\ntry: main()\nexcept SystemExit: pass\nprint(*sys.modules)"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_there_are_the_verbs_of_the_design() -> None:
    assert {"ask", "questions", "query", "check", "load", "export", "infer", "serve", "status", "doctor"} <= set(VERBS)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["ask", "--help"], ["questions", "--help"]], ids=" ".join
)
def test_help_imports_nothing_slow(arguments: list[str]) -> None:
    outcome = run("-c", LOADED, *arguments)
    assert outcome.returncode == 0, outcome.stderr
    loaded = set(outcome.stdout.splitlines()[-1].split())
    assert "mandategraph.cli.main" in loaded
    assert loaded & set(SLOW_TO_IMPORT) == set()


def test_the_version_is_the_one_of_the_package() -> None:
    assert __version__ in run("-m", "mandategraph", "--version").stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, root: Path) -> None:
    outcome = run("-m", "mandategraph", verb, "--help")
    assert outcome.returncode == 0, outcome.stderr
    assert verb in outcome.stdout
    assert f"\n## mandategraph {verb}\n" in (root / "docs" / "reference" / "commands.md").read_text()


def test_a_verb_that_is_not_there_is_answered_with_one_sentence() -> None:
    outcome = run("-m", "mandategraph", "chekc")
    assert outcome.returncode == 2
    assert "check" in outcome.stderr
    assert "Traceback" not in outcome.stderr
