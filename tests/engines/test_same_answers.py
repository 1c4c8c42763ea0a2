"""In an engine of others, the plan answers, is checked, concluded and exported as it is here."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mandategraph.checks import Catalogue, check
from mandategraph.checks.catalogue import PROFILES
from mandategraph.cli.ask import question_texts
from mandategraph.core.answers import QuestionTexts, answer
from mandategraph.core.errors import MandateGraphError, RefusedQuery, StoreUnavailable
from mandategraph.core.graphs import Dataset
from mandategraph.core.questions import read_question
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.library import Library
from mandategraph.publish.rdf import serialise
from mandategraph.reason.conclude import infer
from mandategraph.reason.rules import read_rules
from mandategraph.stores.remote import RemoteStore
from mandategraph.wiring import Installation, load_plan

from .conftest import settings_of, virtuoso

pytestmark = pytest.mark.slow
CASES = Path(__file__).resolve().parents[1] / "queries" / "cases"
A, P = Iri("urn:a"), Iri("urn:p")


@pytest.fixture(scope="session")
def texts(library: Library) -> QuestionTexts:
    return question_texts(library)


def asked(library: Library) -> list[tuple[str, dict[str, Any], str]]:
    """Every question with its examples, and with the values of every case about the shipped data."""
    found: list[tuple[str, dict[str, Any], str]] = []
    for name in library.questions():
        question = read_question(name, library.query(name))
        found.append((name, {one.name: [one.example] for one in question.parameters if one.example}, "en"))
        file = CASES / f"{name}.toml"
        for case in tomllib.loads(file.read_text())["case"] if file.exists() else ():
            if "data" not in case and "review" not in case:
                found.append((name, case.get("values", {}), case.get("language", "en")))
    return found


def told(installation: Installation, texts: QuestionTexts, name: str, values: dict[str, Any], language: str) -> Any:
    """The answer, rows that the question leaves unordered in one order; or the refusal."""
    try:
        found = answer(installation.store, installation.graphs, texts, name, values, language)
    except MandateGraphError as error:
        return type(error), error.message
    blocks = [(replace(block, rows=()), sorted(block.rows, key=str)) for block in found.blocks]
    return replace(found, blocks=()), blocks


def test_every_graph_lies_there_as_here(there: Installation, installation: Installation) -> None:
    for graph in installation.graphs.all:
        assert set(there.store.quads(graph)) == set(installation.store.quads(graph)), graph
    assert there.store.graph_names() == installation.store.graph_names()


def test_a_refresh_changes_nothing(engine: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    again = load_plan(settings_of(engine), "cam")
    assert (again.added, again.removed) == ({}, {})


def test_every_question_has_the_same_answer(
    there: Installation, installation: Installation, texts: QuestionTexts
) -> None:
    questions = asked(installation.library)
    assert len({name for name, _, _ in questions}) == len(installation.library.questions()) >= 70
    assert len(questions) > 150
    for name, values, language in questions:
        here = told(installation, texts, name, values, language)
        assert told(there, texts, name, values, language) == here, (name, values)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_finds_the_same(there: Installation, installation: Installation, profile: str) -> None:
    catalogue = Catalogue.read(installation.library.shapes_folder)
    here, other = (
        check(one.store, one.graphs, catalogue, one.labels, profile=profile) for one in (installation, there)
    )
    assert here.findings
    assert other == here


def test_the_rules_conclude_the_same_in_the_engine(there: Installation, installation: Installation) -> None:
    """The rules run there: what is concluded is written as a difference, also from nothing."""
    library, graphs = installation.library, installation.graphs
    rules = read_rules(library.rules(), library.ontology())
    concluded = set(installation.store.quads(graphs.inferred))
    assert concluded
    unchanged = infer(there.store, rules, graphs)
    assert set(there.store.quads(graphs.inferred)) == concluded, unchanged
    some = sorted(concluded, key=str)[::3]
    there.store.write([Quad(A, P, Literal("of an earlier rule"), Iri(graphs.inferred))], some)
    infer(there.store, rules, graphs)
    assert set(there.store.quads(graphs.inferred)) == concluded


def test_an_export_has_the_same_bytes(there: Installation, installation: Installation) -> None:
    for form in ("trig", "nquads"):
        here, other = (
            serialise((quad for graph in one.graphs.all for quad in one.store.quads(graph)), form)
            for one in (installation, there)
        )
        assert other == here


def test_results_are_written_by_the_standard(there: Installation, installation: Installation) -> None:
    mg = "https://w3id.org/mandategraph/ns#"
    query = f"SELECT ?s ?day ?n ?yes {{ ?s <{mg}dayAnnounced> ?yes ; <{mg}edtf> ?n ; <{mg}latest> ?day }} ORDER BY ?s"
    public = installation.graphs.public()
    for media_type in ("application/sparql-results+json", "text/csv", "text/tab-separated-values"):
        here, other = (b"".join(one.store.answer(query, public, media_type)) for one in (installation, there))
        assert here.count(b"true") > 0
        assert other == here


def test_what_is_written_there(engine: str) -> None:
    """A batch of removals and additions, odd terms, more than goes at once, and only the dataset is read."""
    store = RemoteStore(engine, timeout_seconds=120)
    graph, other = Iri("urn:g:one"), Iri("urn:g:two")
    terms = [
        Iri("https://example.org/é#x"),
        Literal('“a”\n\t\\ "quoted"'),
        Literal("oui", language="fr"),
        Literal("2016-10-20", datatype="http://www.w3.org/2001/XMLSchema#date"),
        Literal("true", datatype="http://www.w3.org/2001/XMLSchema#boolean"),
        Literal("3", datatype="http://www.w3.org/2001/XMLSchema#integer"),
        Literal("0.25", datatype="http://www.w3.org/2001/XMLSchema#decimal"),
    ]
    try:
        store.write([Quad(A, P, term, graph) for term in terms])
        assert {quad.object for quad in store.quads(graph.value)} == set(terms)
        assert {row["o"] for row in store.select("SELECT ?o { ?s ?p ?o }", Dataset((graph.value,))).rows} == set(terms)
        store.write([Quad(A, P, Literal("new"), other)], [Quad(A, P, term, graph) for term in terms[1:]])
        assert {quad.object for quad in store.quads(graph.value)} == {terms[0]}
        assert not store.ask("ASK { GRAPH ?g { ?s ?p 'new' } }", Dataset((graph.value,), (graph.value,)))
        many = [Quad(Iri(f"urn:many:{number}"), P, Literal(str(number)), graph) for number in range(3_000)]
        store._dialect = type(store.dialect)("small", store.dialect.rewritings, at_once=1_000)
        store.write(many)
        assert len(set(store.quads(graph.value))) == 3_001
        store.write([], many)
        assert len(set(store.quads(graph.value))) == 1
        send = store._update
        sent: list[str] = []

        def fail_at_the_third(update: str) -> None:
            sent.append(update)
            if len(sent) == 3:
                raise StoreUnavailable("no more")
            send(update)

        store._update = fail_at_the_third  # type: ignore[method-assign]
        with pytest.raises(StoreUnavailable, match="no more"):
            store.write(many)
        assert len(sent) == 5
        assert len(set(store.quads(graph.value))) == 1
    finally:
        store.write([], [*store.quads(graph.value), *store.quads(other.value)])


def test_nothing_reaches_further_there(engine: str) -> None:
    store = RemoteStore(engine, timeout_seconds=120)
    with pytest.raises(RefusedQuery):
        store.ask("ASK { SERVICE <http://127.0.0.1:9/> { } }", Dataset(("urn:g",)))


def test_an_answer_that_was_cut_off_is_told(tmp_path: Path) -> None:
    """Virtuoso leaves out what is above its limit of rows and says so in a header alone."""
    with virtuoso(tmp_path, rows=100) as address:
        store = RemoteStore(address, timeout_seconds=120)
        store.write([Quad(Iri(f"urn:{number}"), P, Literal(str(number)), Iri("urn:g")) for number in range(300)])
        with pytest.raises(StoreUnavailable, match="after 100 rows"):
            store.select("SELECT ?s { ?s ?p ?o }", Dataset(("urn:g",)))
        with pytest.raises(StoreUnavailable, match=r" of 300 triples|after 100 rows"):
            list(store.quads("urn:g"))
