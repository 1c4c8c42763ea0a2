"""Results that stand, brought up to date after an edit, are always those of a full run."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandategraph.checks import Catalogue
from mandategraph.checks.catalogue import INTEGRITY, PROFILES
from mandategraph.checks.compiled import CompiledEngine
from mandategraph.checks.patterns import NotFollowed, placed_patterns
from mandategraph.checks.results import Run
from mandategraph.checks.run import engine_named
from mandategraph.checks.shapes import read_shapes
from mandategraph.checks.standing import Standing
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.stores.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
GRAPHS = Graphs()
PLAN = Iri("https://w3id.org/mandategraph/id/oas/cidi/cam/plan/2016-2017")
HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shapes: <https://w3id.org/mandategraph/shapes#> .
@prefix e: <urn:e:> .
<urn:prefixes> sh:declare [ sh:prefix "e" ; sh:namespace "urn:e:"^^<http://www.w3.org/2001/XMLSchema#anyURI> ] .
shapes:Min a sh:PropertyShape ; sh:targetClass e:C ; sh:path e:p ; sh:minCount 2 .
shapes:Max a sh:PropertyShape ; sh:targetSubjectsOf e:p ; sh:path e:p ; sh:maxCount 1 .
shapes:Class a sh:PropertyShape ; sh:targetObjectsOf e:q ; sh:path e:q ; sh:class e:C .
"""
QUERIES = {
    "Alone": "$this e:p ?o . FILTER NOT EXISTS { ?o e:q $this }",
    "Deep": "$this e:p ?o . FILTER EXISTS { ?o e:q ?x . FILTER NOT EXISTS { ?x e:r ?y . ?y e:p ?o } }",
    "Path": "$this e:q+/^e:p* ?o . ?o (e:r|^e:q)? ?end . FILTER(?end != $this)",
    "Back": "$this ^(e:q/e:p) ?o",
    "Either": "{ $this e:p ?o } UNION { ?o e:q $this . ?o e:r ?x } FILTER($this != ?o)",
    "Maybe": "$this e:p ?o . OPTIONAL { ?o e:q ?x . OPTIONAL { ?x e:r ?y } } FILTER(!BOUND(?y))",
    "Afterwards": "$this e:p ?o . OPTIONAL { ?x e:r ?w } $this e:q ?x .",
    "Early": "$this e:p ?o . BIND(EXISTS { ?x e:r ?y } AS ?is) $this e:q ?x . FILTER(?is)",
    "Within": "$this e:q ?b . { $this e:p ?o . FILTER NOT EXISTS { ?b e:r ?c } }",
    "Apart": "$this e:p ?o . ?some e:r ?thing . FILTER(?thing = ?o)",
    "Counted": "$this e:q ?x { SELECT $this (COUNT(?o) AS ?n) WHERE { $this e:p ?o . ?o e:r ?x } GROUP BY $this }",
    "Named": "$this e:q ?o . GRAPH ?g { ?o e:r ?x }",
    "Any": "$this ?way ?o . ?o e:r ?x",
    "Given": "VALUES ?o { e:a } $this e:p ?o . FILTER EXISTS { ?o e:q ?x }",
    "GivenLate": "$this e:p ?x . OPTIONAL { ?x e:r ?o } VALUES ?o { e:a }",
    "GivenApart": "VALUES ?b { e:a } $this e:q ?b . { $this e:p ?o . FILTER NOT EXISTS { ?b e:r ?c } }",
    "GivenWithin": "$this e:p ?o . OPTIONAL { VALUES ?x { e:b } ?o e:q ?x . ?x e:r ?y } FILTER(BOUND(?y))",
    "Kinds": "$this e:p ?o . FILTER NOT EXISTS { ?x e:q ?o ; a e:C . FILTER EXISTS { ?x e:r ?y . ?y a e:D } }",
    "Held": "$this e:p e:b ; e:q ?o . { ?o a e:D } UNION { ?o e:r $this }",
    "Constant": "$this e:q e:a . FILTER NOT EXISTS { e:a e:r $this }",
}
TURTLE = HEAD + "\n".join(
    f"shapes:{name} a sh:NodeShape ; sh:targetClass e:C ; sh:targetSubjectsOf e:q ; sh:sparql "
    f'[ sh:prefixes <urn:prefixes> ; sh:select "SELECT $this ?o WHERE {{ {where} }}" ] .'
    for name, where in QUERIES.items()
)
TYPE = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
BELOW = Iri("http://www.w3.org/2000/01/rdf-schema#subClassOf")
NODES = [Iri(f"urn:e:{name}") for name in "abcde"]
CLASSES = [Iri("urn:e:C"), Iri("urn:e:D"), Iri("urn:e:E")]
quads = st.one_of(
    st.builds(Quad, st.sampled_from(NODES), st.just(TYPE), st.sampled_from(CLASSES), st.just(Iri(GRAPHS.facts))),
    *(
        st.builds(
            Quad,
            st.sampled_from(NODES),
            st.just(Iri(f"urn:e:{name}")),
            st.sampled_from([*NODES, Literal("x")]) if name == "p" else st.sampled_from(NODES),
            st.sampled_from([Iri(GRAPHS.facts), Iri(GRAPHS.inferred), Iri(GRAPHS.review), None]),
        )
        for name in "pqr"
    ),
    st.builds(Quad, st.sampled_from(CLASSES), st.just(BELOW), st.sampled_from(CLASSES), st.none()),
)


def _told(outcome):
    rows = {
        (one.code, one.focus, one.value, frozenset(frozenset(row.items()) for row in one.rows))
        for one in outcome.results
    }
    return rows, outcome.looked_at, outcome.engines, set(outcome.notes)


def _public(_code) -> Dataset:
    return GRAPHS.public()


def _nobody(shapes, _run):
    raise AssertionError(f"left to another engine: {[shape.code for shape in shapes]}")


@settings(max_examples=150, deadline=None)
@given(st.sets(quads, max_size=14), st.lists(st.lists(quads, min_size=1, max_size=3), min_size=1, max_size=4))
def test_edits_of_random_graphs_lead_to_what_a_full_run_finds(some, edits):
    """Each edit turns a few triples over; every form that a walk must respect is among the shapes."""
    shapes = read_shapes([("random.ttl", TURTLE)])
    store = EmbeddedStore.in_memory()
    store.write(some)
    standing = Standing(store, _public, _nobody, shapes, Run())
    there = set(some)
    for edit in edits:
        added, removed = set(edit) - there, set(edit) & there
        store.write(added, removed)
        there = (there | added) - removed
        standing.follow(added, removed)
        assert _told(standing.outcome) == _told(CompiledEngine(store, _public, _nobody)(shapes, Run()))


def _edits(store, random: Random, number: int):
    """Yield edits such as people make, and some that nobody would: links, types and values lost, moved or doubled."""
    everything = sorted(store.quads(GRAPHS.facts), key=str)
    assert len(everything) > 1_000
    for _ in range(number):
        one, other = random.sample(everything, 2)
        added, removed = [], [one]
        kind = random.randrange(4)
        if kind == 0:
            added = [Quad(one.subject, one.predicate, other.object, one.graph)]
        elif kind == 1:
            same = [quad for quad in everything if quad.predicate == one.predicate]
            added, removed = [Quad(one.subject, one.predicate, random.choice(same).object, one.graph)], []
        elif kind == 2:
            removed = [quad for quad in everything if quad.subject == one.subject]
        there = set(everything)
        added = [quad for quad in added if quad not in there and quad not in removed]
        yield added, removed
        everything = sorted((there | set(added)) - set(removed), key=str)


def _follow(store, catalogue, shapes, run, random, number):
    full = engine_named("compiled", store, GRAPHS, catalogue)

    def dataset_of(code):
        public = GRAPHS.public()
        if catalogue.rows[code].reads_proposals:
            return Dataset((*public.default, GRAPHS.review), (*public.named, GRAPHS.review))
        return public

    standing = Standing(store, dataset_of, _nobody, shapes, run)
    first = _told(standing.outcome)
    assert first[0]
    changed = asked = 0
    for added, removed in _edits(store, random, number):
        store.write(added, removed)
        told = standing.follow(added, removed)
        asked += len(told.whole)
        full = engine_named("compiled", store, GRAPHS, catalogue)
        now = _told(standing.outcome)
        assert now == _told(full(shapes, run))
        changed += now[0] != first[0]
    assert changed
    # Most shapes are not asked of all their nodes: else nothing would be gained.
    assert asked < len(shapes) * number / 4


def _copy(store) -> EmbeddedStore:
    copy = EmbeddedStore.in_memory()
    for graph in (None, *store.graph_names()):
        copy.write(list(store.quads(graph)))
    return copy


def _all_shapes(catalogue):
    found = {shape.code: shape for name in (*PROFILES, INTEGRITY) for shape, _ in catalogue.profile(name)}
    return [found[code] for code in sorted(found)]


def test_edits_of_the_plan_lead_to_what_a_full_run_finds(cam_store, library):
    """All shipped shapes, on the real document."""
    catalogue = Catalogue.read(library.shapes_folder)
    run = Run(date(2016, 10, 20), PLAN)
    _follow(_copy(cam_store), catalogue, _all_shapes(catalogue), run, Random(5), 12)  # noqa: S311


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    """A made-up graph with planted defects."""
    file = tmp_path_factory.mktemp("generated") / "graph.nq"
    subprocess.run(
        [sys.executable, ROOT / "bench/generate.py", "--triples", "6000", "--seed", "3", "-o", file],
        check=True,
        capture_output=True,
        cwd=ROOT / "bench",
    )
    return file


def test_edits_of_a_made_up_graph_lead_to_what_a_full_run_finds(generated, library):
    """All shipped shapes, on a graph in which each finds something."""
    catalogue = Catalogue.read(library.shapes_folder)
    store = EmbeddedStore.in_memory()
    with generated.open("rb") as stream:
        store.load(stream, "application/n-quads")
    plans = store.select(
        "SELECT ?p ?d { ?p a <https://w3id.org/mandategraph/ns#WorkPlan> ; "
        "<https://w3id.org/mandategraph/ns#referenceDate> ?d } ORDER BY DESC(?d)",
        GRAPHS.public(),
    ).rows
    run = Run(date.fromisoformat(str(plans[0]["d"])[:10]), plans[0]["p"])
    _follow(store, catalogue, _all_shapes(catalogue), run, Random(7), 10)  # noqa: S311


def test_every_shipped_query_can_be_followed(library):
    """No shipped shape is asked anew of all its nodes for its form alone."""
    catalogue = Catalogue.read(library.shapes_folder)
    queries = [
        constraint
        for shape in _all_shapes(catalogue)
        for constraint in shape.constraints
        if hasattr(constraint, "select")
    ]
    assert len(queries) > 50
    for constraint in queries:
        assert placed_patterns(constraint.select, dict(constraint.prefixes))


@pytest.mark.parametrize("where", ["$this e:p [ e:q ?x ]", "$this !e:p ?x", "$this e:p ?x MINUS { ?x e:q ?y }"])
def test_what_could_hide_a_dependence_is_not_followed(where):
    """Such a shape is asked anew after any edit."""
    with pytest.raises(NotFollowed):
        placed_patterns(f"SELECT $this {{ {where} }}", {"e": "urn:e:"})


def _quad(text: str) -> Quad:
    start, name, end = text.split()
    predicate = TYPE if name == "a" else Iri(f"urn:e:{name}")
    return Quad(Iri(f"urn:e:{start}"), predicate, Iri(f"urn:e:{end}"), Iri(GRAPHS.facts))


@pytest.mark.parametrize(
    ("code", "graph", "added"),
    [
        # What stands after OPTIONAL or BIND does not say whether these find something.
        ("Afterwards", "a p b, a q b", "c r d"),
        ("Early", "a p b, a q b", "c r d"),
        # No way but by a filter.
        ("Apart", "a p b, a q b", "c r b"),
        ("Deep", "a p b, b q d, d r e", "e p b"),
        ("Path", "a q b, b q d", "e p d"),
        ("Back", "b p a", "c q b"),
        ("Counted", "a q d, a p b", "b r d"),
    ],
)
def test_what_an_edit_reaches_by_the_scope_of_names(code, graph, added):
    """One triple put in and taken out again changes what is found for a node that it does not name itself."""
    shapes = [shape for shape in read_shapes([("random.ttl", TURTLE)]) if shape.code == code]
    store = EmbeddedStore.in_memory()
    store.write([_quad(one) for one in f"a a C, {graph}".split(", ")])
    standing = Standing(store, _public, _nobody, shapes, Run())
    told = [_told(standing.outcome)]
    for edit in (([_quad(added)], []), ([], [_quad(added)])):
        store.write(*edit)
        standing.follow(*edit)
        told.append(_told(standing.outcome))
        assert told[-1] == _told(CompiledEngine(store, _public, _nobody)(shapes, Run()))
    assert told[0] == told[2] != told[1]
