"""What the README and the manual tell people to do can be done."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def part_of_the_manual(name: str) -> ModuleType:
    described = importlib.util.spec_from_file_location(f"manual_{name}", ROOT / "docs" / f"{name}.py")
    assert described
    assert described.loader
    module = importlib.util.module_from_spec(described)
    sys.modules[described.name] = module
    described.loader.exec_module(module)
    return module


MANUAL = part_of_the_manual("examples")
REFERENCE = part_of_the_manual("reference").pages()
PAGES = MANUAL.pages()


def written(own_files: list[Path]) -> list[Path]:
    pages = [file for file in own_files if file.suffix == ".md"]
    assert len(pages) > 10
    return pages


def test_there_are_pages_with_commands() -> None:
    names = {page.name for page in PAGES}
    assert {"README.md", "tutorial.md"} <= names


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_it_prints(page: Path) -> None:
    """After a change that is meant, `make docs` writes the new output into the pages."""
    outcomes = MANUAL.run(page)
    assert outcomes
    wrong = [
        f"{page.name}:{outcome.example.line}: {outcome.example.command}\n" + "\n".join(outcome.printed)
        for outcome in outcomes
        if not outcome.agrees
    ]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("name", REFERENCE)
def test_the_reference_says_what_the_program_says(name: str) -> None:
    """`make docs` writes these pages; nobody edits them."""
    assert (ROOT / "docs" / "reference" / f"{name}.md").read_text() == REFERENCE[name]


def test_the_reference_has_no_page_that_nothing_writes() -> None:
    pages = {page.stem for page in (ROOT / "docs" / "reference").glob("*.md")}
    assert pages >= {"README", *REFERENCE}
    for page in pages - {"README", *REFERENCE}:
        # What is measured is written by a command of its own, which takes more than a test may.
        told = (ROOT / "docs" / "reference" / f"{page}.md").read_text().splitlines()[0]
        held = re.fullmatch(r"<!-- Written by hand; held by `(tests/[\w/]+\.py)`\. -->", told)
        if held:
            assert (ROOT / held[1]).is_file()
            continue
        head = (ROOT / "docs" / "reference" / f"{page}.md").read_text()[:600]
        command = re.search(r"Written by `make ([a-z-]+)`", head)
        assert command, f"{page}.md does not say what writes it"
        assert f"\n{command[1]}:" in (ROOT / "Makefile").read_text()


def test_a_traceback_is_no_answer(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ python -c 'int(None)'\n...\n```\n")
    assert [outcome.agrees for outcome in MANUAL.run(page)] == [False]


def test_wrong_output_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n$ false\n$ echo $?\n1\n```\n")
    assert [outcome.agrees for outcome in MANUAL.run(page)] == [False, True, True]
    assert MANUAL.refreshed(page) == "```console\n$ echo one\none\n$ false\n$ echo $?\n1\n```\n"


def test_every_make_target_that_is_named_exists(own_files: list[Path]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        (page.name, target)
        for page in written(own_files)
        for target in re.findall(r"(?:`|^\s*(?:\$ )?)make ([a-z][a-z-]*)", page.read_text(), re.MULTILINE)
    }
    assert named
    assert {pair for pair in named if pair[1] not in targets} == set()


def test_every_link_inside_the_project_leads_somewhere(own_files: list[Path]) -> None:
    looked_at = 0
    broken = set()
    for page in written(own_files):
        for target in LINK.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)):
            if re.match(r"[a-z]+:", target) or target.startswith("#"):
                continue
            looked_at += 1
            if not (page.parent / target.split("#")[0]).exists():
                broken.add(f"{page.name}: {target}")
    assert looked_at > 10
    assert broken == set()
