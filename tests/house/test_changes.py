"""Releases and decisions are written down where people look for them."""

from __future__ import annotations

import re
from pathlib import Path

import mandategraph

PARTS = ["Context", "Decision", "Consequences"]


def test_the_changelog_knows_this_version(root: Path) -> None:
    headings = re.findall(r"^## (\S+)", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert mandategraph.__version__ in headings
    assert headings[0] == mandategraph.__version__


def test_the_ontology_has_a_changelog_of_its_own(root: Path) -> None:
    header = (root / "ontology" / "mandategraph.ttl").read_text()
    version = re.search(r'owl:versionInfo "([^"]+)"', header)
    assert version
    assert f"## {version[1]}" in (root / "ontology" / "CHANGELOG.md").read_text()


def decisions(root: Path) -> list[Path]:
    pages = sorted((root / "docs" / "decisions").glob("[0-9]*.md"))
    assert len(pages) >= 8
    return pages


def test_decisions_are_numbered_without_a_gap(root: Path) -> None:
    numbers = [int(page.name[:4]) for page in decisions(root)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_says_context_decision_and_consequences(root: Path) -> None:
    for page in decisions(root):
        text = page.read_text()
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS, page.name
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        assert re.search(r"^Status: (accepted|replaced by \d{4})", text, re.MULTILINE), page.name


def test_the_list_of_decisions_is_whole(root: Path) -> None:
    index = (root / "docs" / "decisions" / "README.md").read_text()
    for page in decisions(root):
        title = page.read_text().splitlines()[0].split(". ", 1)[1]
        assert f"[{title}]({page.name})" in index
