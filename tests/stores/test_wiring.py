"""An installation changes whole or not at all, and a refresh of the plan leaves decisions alone."""

import shutil
from pathlib import Path

import pytest

from mandategraph.core.errors import IntegrityFault, SourceMismatch, StoreUnavailable, UnknownName
from mandategraph.library import Library
from mandategraph.settings import Settings, resolve
from mandategraph.wiring import Installation, load_plan, memory_installation, open_installation

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return resolve({"store": str(tmp_path / "store")}, {})


@pytest.fixture
def shipped(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A copy of the shipped files that a test may change, in place of the real ones."""
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(library.root / folder, tmp_path / "library" / folder)
    monkeypatch.setattr(Library, "shipped", classmethod(lambda cls: cls(tmp_path / "library")))
    return Library.shipped()


def size(here: Installation) -> int:
    return int(str(here.store.select(COUNT, here.graphs.everything()).rows[0]["n"]))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_new_store_gets_the_plan_whole(settings: Settings) -> None:
    changed = load_plan(settings, "cam")
    assert changed.compared > 300
    assert changed.not_compared == {}
    with open_installation(settings) as here:
        assert changed.read < size(here) == sum(changed.added.values())
        assert here.store.ask(f"ASK {{ GRAPH <{here.graphs.inferred}> {{ ?s ?p ?o }} }}", here.graphs.everything())


def test_loading_again_changes_nothing(settings: Settings) -> None:
    load_plan(settings, "cam")
    again = load_plan(settings, "cam")
    assert (again.added, again.removed) == ({}, {})


def test_a_store_that_somebody_named_starts_empty(settings: Settings) -> None:
    told: list[str] = []
    with open_installation(settings, talk=told.append) as here:
        assert size(here) == 0
    assert not settings.store_folder.exists(), "reading makes nothing"
    assert "mandategraph load cam" in told[0]


def test_the_default_store_is_filled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    told: list[str] = []
    with open_installation(Settings(), talk=told.append) as here:
        assert size(here) > 10_000
    with open_installation(Settings(), talk=told.append):
        pass
    assert len(told) == 1
    assert "First use" in told[0]


def test_a_refresh_keeps_decisions_and_takes_away_what_is_no_longer_shipped(
    settings: Settings, shipped: Library, tmp_path: Path
) -> None:
    themes = shipped.data_folder / "oas" / "themes.ttl"
    themes.write_text(themes.read_text() + '\n<urn:x:old> <urn:x:says> "shipped once" .\n')
    load_plan(settings, "cam")
    decision = tmp_path / "decision.ttl"
    decision.write_text('<urn:x:decided> <urn:x:says> "a person" .')
    with open_installation(settings, write=True) as here:
        here.load_files([decision])
    replace(themes, '<urn:x:old> <urn:x:says> "shipped once" .', '<urn:x:new> <urn:x:says> "shipped now" .')
    changed = load_plan(settings, "cam")
    assert sum(changed.added.values()) == sum(changed.removed.values()) == 1
    with open_installation(settings) as here:
        rows = here.store.select("SELECT ?o { ?s <urn:x:says> ?o } ORDER BY ?o", here.graphs.public()).rows
    assert [str(row["o"]) for row in rows] == ["a person", "shipped now"]


def test_a_quotation_that_does_not_match_stops_the_load(settings: Settings, shipped: Library) -> None:
    source = shipped.plan("cam").facts[0]
    replace(source, 'oa:exact "INTRODUCTION:"@en', 'oa:exact "INTRODUCTION!"@en')
    with pytest.raises(SourceMismatch, match="INTRODUCTION!") as caught:
        load_plan(settings, "cam")
    assert (caught.value.file, caught.value.line) == ("source.ttl", 1)
    assert not settings.store_folder.exists()
    assert [path.name for path in settings.store_folder.parent.iterdir()] == ["library"]


def test_a_refused_refresh_leaves_the_store_as_it_was(settings: Settings, shipped: Library) -> None:
    load_plan(settings, "cam")
    with open_installation(settings) as here:
        before = size(here)
    replace(shipped.plan("cam").facts[0], "mg:line 1 ;", "mg:line 2 ;")
    with pytest.raises(SourceMismatch, match="line 1"):
        load_plan(settings, "cam")
    with open_installation(settings) as here:
        assert size(here) == before


def test_facts_that_may_not_enter_are_named(settings: Settings, shipped: Library) -> None:
    plan = shipped.plan("cam")
    structure = next(path for path in plan.facts if path.name == "structure.ttl")
    structure.write_text(
        structure.read_text()
        + "\n<https://w3id.org/mandategraph/id/oas/ag/res/2016/9999>"
        + " a <https://w3id.org/mandategraph/ns#Document> .\n"
    )
    with pytest.raises(IntegrityFault, match="9999") as caught:
        load_plan(settings, "cam")
    assert caught.value.faults
    assert not settings.store_folder.exists()


def test_an_unknown_plan_is_answered_with_the_nearest(settings: Settings) -> None:
    with pytest.raises(UnknownName, match="cam"):
        load_plan(settings, "cma")


def test_an_installation_for_reading_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    load_plan(settings, "cam")
    file = tmp_path / "a.ttl"
    file.write_text("<urn:a> <urn:b> 1 .")
    with open_installation(settings) as here:
        with pytest.raises(StoreUnavailable, match="reading only"):
            here.load_files([file])
        with pytest.raises(StoreUnavailable, match="reading only"):
            here.infer()


def test_conclusions_follow_a_change(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    body = "https://w3id.org/mandategraph/ns#bodyOf"
    file.write_text(f"<urn:x:a> <{body}> <urn:x:b> . <urn:x:b> <{body}> <urn:x:c> .")
    load_plan(settings, "cam")
    above = "ASK { <urn:x:a> <http://www.w3.org/ns/org#transitiveSubOrganizationOf> <urn:x:c> }"
    with open_installation(settings, write=True) as here:
        here.load_files([file])
        assert here.store.ask(above, here.graphs.public())
        assert here.infer().added == 0


def test_both_engines_come_to_the_same() -> None:
    with memory_installation() as here:
        before = set(here.store.quads(here.graphs.inferred))
        found = here.infer("owlrl")
        assert (found.added, found.removed) == (0, 0)
        assert set(here.store.quads(here.graphs.inferred)) == before
        with pytest.raises(UnknownName, match="owlrl"):
            here.infer("owl")


def test_labels_come_in_the_language_asked_for(installation: Installation) -> None:
    cam = "https://w3id.org/mandategraph/id/oas/org/cam"
    assert installation.labels([cam], "es")[cam].startswith("Comisión de Asuntos Migratorios")
