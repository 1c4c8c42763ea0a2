"""The shipped files are found, and what is missing from them is told."""

import shutil
from pathlib import Path

import pytest

from mandategraph.core.errors import BrokenLibrary, UnknownName
from mandategraph.library import Library


@pytest.fixture
def copy(library: Library, tmp_path: Path) -> Library:
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(library.root / folder, tmp_path / folder)
    return Library(tmp_path)


def test_everything_is_there(library: Library) -> None:
    assert {"axioms.ttl", "mandate.ttl", "role.ttl"} <= {path.name for path in library.ontology_files()}
    assert len(library.questions()) >= 30
    assert library.rules()
    assert library.shape_files()
    assert library.columns().startswith("column,")
    assert library.organisations() == ("cbd", "cites", "mercosur", "oas", "un")
    assert "?thing" in library.query("pages/labels")
    assert library.query("asked-of-body").startswith("#+")


def test_examples_and_alignments_are_not_loaded(library: Library) -> None:
    folders = {path.parent.name for path in library.ontology_files()}
    assert folders == {"ontology", "schemes"}


def test_the_plan_says_where_its_files_are(library: Library) -> None:
    plan = library.plan("cam")
    assert plan.organisation == "oas"
    assert [path.name for path in plan.review] == ["proposals.ttl"]
    assert all(path.is_file() for path in (*plan.facts, *plan.review, *library.organisation_files("oas")))


def test_the_source_is_found_by_its_hash(library: Library) -> None:
    plan = library.plan("cam")
    text = library.read_source(plan.source_sha256)
    assert text is not None
    assert text[1:14] == "INTRODUCTION:"
    assert len(text) == 19247
    assert library.read_source("0" * 64) is None


def test_an_unknown_name_is_answered_with_the_nearest(library: Library) -> None:
    with pytest.raises(UnknownName, match="Nearest: cam"):
        library.plan("cma")
    with pytest.raises(UnknownName, match="asked-of-body"):
        library.query("asked-of-bdoy")
    with pytest.raises(UnknownName):
        library.organisation("onu")


def test_a_query_outside_the_library_is_not_read(library: Library) -> None:
    with pytest.raises(UnknownName):
        library.query("../../secret")


def test_a_source_that_has_changed_stops(copy: Library) -> None:
    plan = copy.plan("cam")
    plan.source_file.write_text(plan.source_file.read_text() + " ")
    with pytest.raises(BrokenLibrary, match="not the text that was read"):
        copy.read_source(plan.source_sha256)


def test_a_listed_file_that_is_missing_is_named(copy: Library) -> None:
    copy.plan("cam").facts[0].unlink()
    with pytest.raises(BrokenLibrary, match=r"source\.ttl, which is not there"):
        Library(copy.root).plans()


def test_configuration_that_cannot_be_read_is_named(copy: Library) -> None:
    (copy.data_folder / "oas" / "organisation.toml").write_text("key = ")
    with pytest.raises(BrokenLibrary, match=r"organisation\.toml"):
        copy.organisation("oas")
