"""A made-up graph has what it says that it has: every defect that was planted is found, and nothing else."""

from __future__ import annotations

import io
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from mandategraph.checks import Catalogue, check
from mandategraph.checks.integrity import integrity_outcome
from mandategraph.core.graphs import Graphs
from mandategraph.library import Library
from mandategraph.reason.conclude import infer
from mandategraph.reason.rules import read_rules
from mandategraph.stores.embedded import EmbeddedStore

BENCH = str(Path(__file__).resolve().parents[2] / "bench")
GRAPHS = Graphs()


def as_they_are(iris, _language):
    """Addresses will do for labels here."""
    return {iri: iri for iri in iris}


@pytest.fixture(scope="module")
def generate():
    """The generator, which is a program beside the package."""
    sys.path.insert(0, BENCH)
    from generate import generate as run

    yield run
    sys.path.remove(BENCH)


def written(generate, triples: int, seed: int):
    stream = io.StringIO()
    setting, count = generate(triples, seed, stream)
    assert count >= triples
    return setting, stream.getvalue()


@pytest.fixture(scope="module")
def made(generate, library: Library):
    """A graph of ten thousand triples with what follows from it."""
    setting, text = written(generate, 10_000, 1)
    store = EmbeddedStore.in_memory()
    store.engine.bulk_load(text.encode(), format=ox.RdfFormat.N_QUADS)
    infer(store, read_rules(library.rules(), library.ontology()))
    return setting, store


def test_every_shipped_check_has_its_defects(made, library: Library) -> None:
    setting, _ = made
    planted = Counter(code for code, _ in setting.truth)
    assert set(planted) == set(Catalogue.read(library.shapes_folder).rows)
    assert len(planted) > 90


def test_the_checks_find_what_was_planted_and_nothing_else(made, library: Library) -> None:
    setting, store = made
    catalogue = Catalogue.read(library.shapes_folder)
    found = {(one.code, str(one.focus)) for one in integrity_outcome(store, GRAPHS, catalogue).results}
    for profile in ("draft", "plan", "report"):
        report = check(store, GRAPHS, catalogue, as_they_are, profile=profile, plan=setting.plan.iri[1:-1])
        found |= {(finding.code, str(finding.focus)) for finding in report.findings}
    assert sorted(setting.truth - found) == []
    assert sorted(found - setting.truth) == []


def test_the_same_seed_writes_the_same_graph(generate) -> None:
    first, again, other = (written(generate, 3_000, seed)[1] for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_a_graph_speaks_four_languages_and_only_terms_of_ours(generate, library: Library) -> None:
    """Every property and class that a graph uses is one that the ontology defines."""
    _, text = written(generate, 12_000, 2)
    quads = list(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))
    words = Counter(quad.object.language for quad in quads if quad.predicate.value.endswith("#exact"))
    assert {"en", "es", "fr", "pt"} <= set(words)
    ontology = {quad.subject for data in library.ontology().values() for quad in ox.parse(data, ox.RdfFormat.TURTLE)}
    ours = "https://w3id.org/mandategraph/ns#"
    used = {quad.predicate for quad in quads} | {q.object for q in quads if q.predicate.value.endswith("#type")}
    named = {term for term in used if term.value.startswith(ours)}
    assert len(named) > 80
    assert sorted(term.value for term in named - ontology) == []
