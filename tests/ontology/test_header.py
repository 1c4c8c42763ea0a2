"""The header names the ontology, its version once, and imports what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

NS = "https://w3id.org/mandategraph/ns"
OWL = "http://www.w3.org/2002/07/owl#"
DCTERMS = "http://purl.org/dc/terms/"
VANN = "http://purl.org/vocab/vann/"


def values(file: Path, subject: str, predicate: str) -> list[str]:
    return sorted(
        quad.object.value
        for quad in ox.parse(path=str(file))
        if quad.subject.value == subject and quad.predicate.value == predicate
    )


def test_the_header_is_complete(root: Path) -> None:
    header = root / "ontology" / "mandategraph.ttl"
    for predicate in (
        OWL + "versionIRI",
        OWL + "versionInfo",
        DCTERMS + "creator",
        DCTERMS + "license",
        DCTERMS + "title",
        VANN + "preferredNamespacePrefix",
        VANN + "preferredNamespaceUri",
    ):
        assert values(header, NS, predicate), predicate
    assert values(header, NS, DCTERMS + "license") == ["https://creativecommons.org/licenses/by/4.0/"]


def test_the_version_is_written_once_and_is_the_same_everywhere(root: Path, module_files: list[Path]) -> None:
    header = root / "ontology" / "mandategraph.ttl"
    [version] = values(header, NS, OWL + "versionInfo")
    assert values(header, NS, OWL + "versionIRI") == [f"{NS}/{version}"]
    changelog = (root / "ontology" / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"(?m)^## (\d+\.\d+\.\d+)", changelog)
    assert newest, "the changelog names no version"
    assert newest.group(1) == version
    elsewhere = [
        file.name
        for file in module_files
        if file != header and ("versionInfo" in file.read_text() or "versionIRI" in file.read_text())
    ]
    assert elsewhere == []


def test_the_header_holds_no_terms(root: Path) -> None:
    terms = [
        quad.subject.value
        for quad in ox.parse(path=str(root / "ontology" / "mandategraph.ttl"))
        if quad.subject.value.startswith(NS + "#")
    ]
    assert terms == []


def test_the_header_imports_every_module_and_no_other(root: Path, module_files: list[Path]) -> None:
    modules = {f"{NS}/{file.stem}" for file in module_files if file.stem != "mandategraph"}
    assert set(values(root / "ontology" / "mandategraph.ttl", NS, OWL + "imports")) == modules


def test_a_file_holds_the_one_ontology_that_it_is_named_for(
    module_files: list[Path], alignment_files: list[Path]
) -> None:
    for file in module_files + alignment_files:
        ontologies = {
            quad.subject.value
            for quad in ox.parse(path=str(file))
            if quad.predicate.value.endswith("#type") and quad.object.value == OWL + "Ontology"
        }
        path = "" if file.stem == "mandategraph" else f"/{file.stem}"
        if file.parent.name == "alignments":
            path = f"/alignments/{file.stem}"
        assert ontologies == {NS + path}, file


def test_the_header_lists_every_code_list(root: Path, scheme_files: list[Path]) -> None:
    lists = {f"https://w3id.org/mandategraph/kos/{file.stem}" for file in scheme_files}
    assert set(values(root / "ontology" / "mandategraph.ttl", NS, DCTERMS + "hasPart")) == lists


def test_a_term_says_the_module_in_whose_file_it_stands(module_files: list[Path]) -> None:
    seen: dict[str, str] = {}
    for file in module_files:
        for quad in ox.parse(path=str(file)):
            if quad.predicate.value.endswith("#isDefinedBy"):
                assert quad.object.value == f"{NS}/{file.stem}", quad.subject
                assert quad.subject.value not in seen, f"{quad.subject} is defined in two files"
                seen[quad.subject.value] = file.stem
    assert len(seen) > 150
