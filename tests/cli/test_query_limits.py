"""`mandategraph query` ends what does not end by itself, as the service does."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import pyoxigraph as ox

    from mandategraph.core.graphs import Graphs
    from mandategraph.stores.folder import create

    folder = tmp_path_factory.mktemp("limits") / "store"
    facts = ox.NamedNode(Graphs().facts)
    triples = [(ox.NamedNode(f"urn:{n}"), ox.NamedNode("urn:p"), ox.Literal(str(n))) for n in range(2_000)]
    create(folder, lambda store, _: store.bulk_load(ox.Quad(*triple, facts) for triple in triples))
    return folder


@pytest.mark.parametrize("query", [PRODUCT, SORTED], ids=["product", "sorted product"])
def test_a_query_that_never_ends_is_ended(run: Callable[..., object], filled: Path, query: str) -> None:
    began = time.monotonic()
    found = run("query", "-e", query, "--store", filled, env={"MANDATEGRAPH_QUERY_SECONDS": "1"}, timeout=60)
    assert (found.status, found.out) == (3, "")
    assert "deadline of 1 seconds" in found.err or "memory" in found.err
    assert "Traceback" not in found.err
    assert time.monotonic() - began < 50


def test_an_answer_with_too_many_rows_is_refused(run: Callable[..., object], filled: Path) -> None:
    found = run("query", "-e", "SELECT * { ?s ?p ?o }", "--store", filled, env={"MANDATEGRAPH_QUERY_ROWS": "100"})
    assert (found.status, found.out) == (3, "")
    assert "more than 100 rows" in found.err


def test_too_deep_a_query_is_refused_before_the_engine(run: Callable[..., object], filled: Path) -> None:
    found = run("query", "-e", "ASK " + "{" * 3_000 + "}" * 3_000, "--store", filled)
    assert (found.status, found.out) == (2, "")
    assert "deep" in found.err


def test_every_form_is_answered_within_limits(run: Callable[..., object], filled: Path) -> None:
    assert run("query", "-e", "ASK { <urn:7> ?p '7' }", "--store", filled).out == "true\n"
    assert "1 row." in run("query", "-e", "SELECT ?o { <urn:7> ?p ?o }", "--store", filled).err
    graph = run("query", "-e", "CONSTRUCT WHERE { <urn:7> ?p ?o }", "--store", filled, "--format", "ntriples")
    assert graph.out == '<urn:7> <urn:p> "7" .\n'
    assert run("query", "-e", "SELECT ?o { <urn:7> ?p ?o }", "--store", filled, "--format", "csv").out.split() == [
        "o",
        "7",
    ]
