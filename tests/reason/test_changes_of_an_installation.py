"""A change of an installation brings its conclusions up to date by what it reaches, or anew where nobody knows."""

from __future__ import annotations

import io
from pathlib import Path

import pyoxigraph as ox
import pytest

from mandategraph.core.graphs import Graphs
from mandategraph.reason import conclude, update
from mandategraph.reason.conclude import derive
from mandategraph.reason.rules import Rule
from mandategraph.settings import resolve
from mandategraph.stores.conclusions import FILE
from mandategraph.wiring import Installation, load_plan, open_installation

GRAPHS = Graphs()
FACT = """PREFIX mg: <https://w3id.org/mandategraph/ns#> PREFIX org: <https://w3id.org/mandategraph/id/org/>
org:panama mg:bodyOf org:oas . org:colombia mg:bodyOf org:panama .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    load_plan(resolve({"store": str(tmp_path / "store")}, {}), "cam")
    return tmp_path / "store"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run: `anew` or `reached`, in the order of the changes."""
    told: list[str] = []
    infer, change = conclude.infer, update.update

    def anew(*args: object) -> object:
        told.append("anew")
        return infer(*args)

    def reached(*args: object) -> object:
        told.append("reached")
        return change(*args)

    monkeypatch.setattr(conclude, "infer", anew)
    monkeypatch.setattr(update, "update", reached)
    return told


def opened(folder: Path) -> Installation:
    return open_installation(resolve({"store": str(folder)}, {}), write=True)


def add(folder: Path, tmp_path: Path, turtle: str) -> None:
    file = tmp_path / "more.ttl"
    file.write_text(turtle)
    with opened(folder) as here:
        here.load_files([file])


def is_up_to_date(folder: Path, rules: tuple[Rule, ...]) -> bool:
    with open_installation(resolve({"store": str(folder)}, {})) as here:
        everything = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <%s> { ?s ?p ?o } }"
        facts, held = (
            b"".join(here.store.answer(everything % graph, GRAPHS.everything(), "application/n-triples"))
            for graph in (GRAPHS.facts, GRAPHS.inferred)
        )
    found, _ = derive(facts, rules)
    return found == {quad.triple for quad in ox.parse(io.BytesIO(held), format=ox.RdfFormat.N_TRIPLES)}


def test_a_small_change_is_followed_where_it_reaches(
    folder: Path, tmp_path: Path, runs: list[str], rules: tuple[Rule, ...]
) -> None:
    add(folder, tmp_path, FACT)
    assert runs == ["reached"]
    assert is_up_to_date(folder, rules)


def test_where_nobody_knows_everything_is_concluded_anew(
    folder: Path, tmp_path: Path, runs: list[str], rules: tuple[Rule, ...]
) -> None:
    """The note is gone, or names other rules; afterwards it is there again."""
    (folder / FILE).unlink()
    add(folder, tmp_path, FACT)
    (folder / FILE).write_text("other rules")
    add(folder, tmp_path, FACT.replace("colombia", "brazil"))
    add(folder, tmp_path, FACT.replace("colombia", "peru"))
    assert runs == ["anew", "anew", "reached"]
    assert is_up_to_date(folder, rules)


def test_who_writes_facts_from_outside_forgets_what_was_concluded(folder: Path) -> None:
    from mandategraph.stores.write_requests import Request
    from mandategraph.stores.writing import WriteLimits, Writing

    assert (folder / FILE).exists()
    writing = Writing(folder, WriteLimits(free_megabytes=1))
    text = "INSERT DATA { <urn:s> <urn:p> <urn:o> }"
    try:
        writing.write(Request("update", ("*",), {"text": text, "original": text, "base": ""}))
        assert not (folder / FILE).exists()
    finally:
        writing.close()


def test_a_large_change_is_concluded_anew(
    folder: Path, tmp_path: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "LARGEST", 1)
    add(folder, tmp_path, FACT)
    assert runs == ["anew"]
