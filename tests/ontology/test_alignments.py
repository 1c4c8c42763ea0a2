"""Each alignment reaches one outside vocabulary by terms that somebody has read, and nothing imports it."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

OURS = ("https://w3id.org/mandategraph/ns", "https://w3id.org/mandategraph/kos/")
FRAME = (
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "https://creativecommons.org/",
)


def outside(file: Path) -> set[str]:
    found = set()
    for quad in ox.parse(path=str(file)):
        if isinstance(quad.object, ox.NamedNode) and not quad.object.value.startswith(OURS + FRAME):
            found.add(quad.object.value)
    return found


def test_an_alignment_says_something_of_our_terms_only(alignment_files: list[Path]) -> None:
    for file in alignment_files:
        subjects = {quad.subject.value for quad in ox.parse(path=str(file))}
        assert all(subject.startswith(OURS) for subject in subjects), file.name
        assert outside(file), f"{file.name} reaches nothing"


def test_an_outside_term_is_one_that_the_model_marks_as_seen(alignment_files: list[Path], shared: Path) -> None:
    model = (shared / "MODEL.md").read_text(encoding="utf-8")
    seen = set(re.findall(r"[A-Za-z_]+", model[model.index("## 2. Vocabularies") : model.index("## 4.")]))
    for file in alignment_files:
        for term in outside(file):
            space, name = re.fullmatch(r"(.*[#/])([^#/]+)", term).groups()  # type: ignore[union-attr]
            assert name in seen, f"{file.name}: {term}"
            assert space in model or space == "http://www.w3.org/2008/05/skos-xl#", f"{file.name}: {space}"


@pytest.mark.parametrize("word", ["sameAs", "equivalentClass", "equivalentProperty", "disjointWith", "domain", "range"])
def test_an_alignment_makes_nothing_equal(alignment_files: list[Path], word: str) -> None:
    for file in alignment_files:
        assert not any(quad.predicate.value.endswith("#" + word) for quad in ox.parse(path=str(file))), file.name
