"""The files of the ontology, found once; an empty list of them is a wrong path."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def module_files() -> list[Path]:
    files = sorted(ONTOLOGY.glob("*.ttl"))
    assert len(files) >= 10, "the modules of the ontology were not found"
    return files


@pytest.fixture(scope="session")
def scheme_files() -> list[Path]:
    files = sorted((ONTOLOGY / "schemes").glob("*.ttl"))
    assert len(files) >= 20, "the code lists were not found"
    return files


@pytest.fixture(scope="session")
def example_files() -> list[Path]:
    files = sorted((ONTOLOGY / "examples").glob("*.ttl"))
    assert len(files) >= 10, "the examples were not found"
    return files


@pytest.fixture(scope="session")
def alignment_files() -> list[Path]:
    files = sorted((ONTOLOGY / "alignments").glob("*.ttl"))
    assert len(files) >= 10, "the alignments were not found"
    return files


@pytest.fixture(scope="session")
def data_files() -> list[Path]:
    files = sorted((ROOT / "data").rglob("*.ttl"))
    assert files, "the data was not found"
    return files
