"""The questions, the shipped plan in a store with its rules run, and the cases."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from mandategraph.core.answers import QuestionTexts
from mandategraph.core.graphs import Graphs
from mandategraph.library import Library
from mandategraph.reason.conclude import infer
from mandategraph.reason.rules import read_rules
from mandategraph.stores.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
GRAPHS = Graphs()


@lru_cache(maxsize=32)
def store_of(facts: tuple[str, ...] = (), review: tuple[str, ...] = ()) -> EmbeddedStore:
    """The shipped ontology and data, with more facts and proposals of `data/` beside, and the rules run."""
    store = EmbeddedStore.in_memory()
    ontology = [*(ROOT / "ontology").glob("*.ttl"), *(ROOT / "ontology" / "schemes").glob("*.ttl")]
    shipped = sorted((ROOT / "data" / "oas").rglob("*.ttl"))
    assert ontology, "the ontology was not found"
    assert shipped, "the data were not found"
    proposals = {file for file in shipped if file.name == "proposals.ttl"}
    for file in [*sorted(ontology), *shipped, *(HERE / "data" / name for name in facts)]:
        _load(store, file, GRAPHS.review if file in proposals else GRAPHS.facts)
    for name in review:
        _load(store, HERE / "data" / name, GRAPHS.review)
    library = Library.shipped()
    infer(store, read_rules(library.rules(), library.ontology()), GRAPHS)
    return store


def _load(store: EmbeddedStore, file: Path, graph: str) -> None:
    with file.open("rb") as stream:
        # A TriG file says itself where its triples lie.
        store.load(stream, *(("application/trig",) if file.suffix == ".trig" else ("text/turtle", graph)))


def question_files() -> dict[str, str]:
    """The text of every named question, by name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "queries" / "competency").glob("*.rq")}


@pytest.fixture(scope="session")
def texts() -> QuestionTexts:
    queries = ROOT / "queries"
    organisations = [
        tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted((ROOT / "data").glob("*/organisation.toml"))
    ]
    assert organisations
    return QuestionTexts.of(
        question_files(),
        names=(queries / "pages" / "names.rq").read_text(encoding="utf-8"),
        labels=(queries / "pages" / "labels.rq").read_text(encoding="utf-8"),
        columns=(queries / "columns.csv").read_text(encoding="utf-8"),
        organisations=organisations,
    )


@pytest.fixture(scope="session")
def plan_store() -> EmbeddedStore:
    return store_of()


@pytest.fixture(scope="session")
def store_with() -> Callable[[tuple[str, ...], tuple[str, ...]], EmbeddedStore]:
    return store_of
