"""Who may do what with which part is said where it is looked for."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyoxigraph

TERMS = "http://purl.org/dc/terms/license"
BY = "https://creativecommons.org/licenses/by/4.0/"
ZERO = "https://creativecommons.org/publicdomain/zero/1.0/"


def licences(file: Path) -> set[str]:
    found = pyoxigraph.parse(file.read_bytes(), pyoxigraph.RdfFormat.TURTLE)
    return {quad.object.value for quad in found if quad.predicate.value == TERMS}


def test_the_texts_are_whole(root: Path) -> None:
    assert "END OF TERMS AND CONDITIONS" in (root / "LICENSE").read_text()
    by = (root / "LICENSES" / "CC-BY-4.0.txt").read_text()
    assert "Section 8" in by
    assert "CC0 1.0 Universal" in (root / "LICENSES" / "CC0-1.0.txt").read_text()


def test_the_package_says_all_three(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0 AND CC-BY-4.0 AND CC0-1.0"


def test_the_ontology_is_cc_by(root: Path) -> None:
    assert licences(root / "ontology" / "mandategraph.ttl") == {BY}


def test_the_code_lists_are_cc_zero(root: Path) -> None:
    schemes = sorted((root / "ontology" / "schemes").glob("*.ttl"))
    assert schemes
    assert {file.name: licences(file) for file in schemes if licences(file) != {ZERO}} == {}


def test_the_alignments_are_cc_zero(root: Path) -> None:
    files = sorted((root / "ontology" / "alignments").glob("*.ttl"))
    assert files
    assert {file.name: licences(file) for file in files if licences(file) != {ZERO}} == {}


def test_every_organisation_says_whose_words_it_quotes(root: Path) -> None:
    """The data is not ours to license: whoever enters it names the holder of the rights and marks quoted words."""
    configurations = sorted((root / "data").glob("*/organisation.toml"))
    assert configurations
    for file in configurations:
        organisation = tomllib.loads(file.read_text())
        assert organisation.get("rights_holder"), file
        assert organisation.get("quoted_words"), file
