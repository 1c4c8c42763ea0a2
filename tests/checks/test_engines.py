"""The compiled engine says what pySHACL says: on the plan, on random graphs, and where it must hand over."""

from __future__ import annotations

import io
from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandategraph.checks import Catalogue
from mandategraph.checks.catalogue import INTEGRITY, PROFILES
from mandategraph.checks.compiled import CompiledEngine, as_model
from mandategraph.checks.reference import ReferenceEngine
from mandategraph.checks.results import Outcome, Run
from mandategraph.checks.run import engine_named
from mandategraph.checks.shacl.focus import of_targets
from mandategraph.checks.shacl.literals import Literals
from mandategraph.checks.shacl.model import Target
from mandategraph.checks.shapes import read_shapes
from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.stores.embedded import EmbeddedStore

GRAPHS = Graphs()
PLAN = Iri("https://w3id.org/mandategraph/id/oas/cidi/cam/plan/2016-2017")
HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shapes: <https://w3id.org/mandategraph/shapes#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <urn:e:> .
<urn:prefixes> sh:declare [ sh:prefix "e" ; sh:namespace "urn:e:"^^xsd:anyURI ] ,
    [ sh:prefix "mg" ; sh:namespace "https://w3id.org/mandategraph/ns#"^^xsd:anyURI ] ,
    [ sh:prefix "at" ; sh:namespace "https://w3id.org/mandategraph/at/"^^xsd:anyURI ] .
"""
SHAPES = (
    HEAD
    + """
shapes:Min a sh:PropertyShape ; sh:targetClass e:C ; sh:path e:p ; sh:minCount 2 .
shapes:Max a sh:PropertyShape ; sh:targetSubjectsOf e:p ; sh:path e:p ; sh:maxCount 1 .
shapes:In a sh:PropertyShape ; sh:targetClass e:C , e:D ; sh:path e:p ; sh:in ( e:a "1" 1 true "x"@en ) .
shapes:Integer a sh:PropertyShape ; sh:targetSubjectsOf e:p ; sh:path e:p ; sh:datatype xsd:integer .
shapes:Date a sh:PropertyShape ; sh:targetSubjectsOf e:p ; sh:path e:p ; sh:datatype xsd:date .
shapes:String a sh:PropertyShape ; sh:targetSubjectsOf e:p ; sh:path e:p ; sh:datatype xsd:string .
shapes:Thing a sh:PropertyShape ; sh:targetObjectsOf e:q ; sh:path e:p ; sh:nodeKind sh:IRI .
shapes:Literal a sh:PropertyShape ; sh:targetNode e:a , e:nowhere ; sh:path e:p ; sh:nodeKind sh:Literal .
shapes:Class a sh:PropertyShape ; sh:targetClass e:C ; sh:path e:q ; sh:class e:C .
shapes:Alone a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:prefixes <urn:prefixes> ; sh:select
    "SELECT $this ?other WHERE { $this e:p ?other . FILTER NOT EXISTS { ?other e:q $this } }" ] .
shapes:Pair a sh:NodeShape ; sh:targetSubjectsOf e:q ; sh:sparql [ sh:prefixes <urn:prefixes> ; sh:select
    "SELECT $this (?o AS ?value) WHERE { { $this e:p ?o } UNION { ?o e:p $this } FILTER($this != ?o) }" ] .
shapes:Count a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:prefixes <urn:prefixes> ; sh:select
    "SELECT $this (COUNT(DISTINCT ?o) AS ?n) WHERE { $this e:p ?o } GROUP BY $this HAVING (COUNT(DISTINCT ?o) > 1)" ] .
shapes:Path a sh:NodeShape ; sh:targetClass e:D ; sh:sparql [ sh:prefixes <urn:prefixes> ; sh:select
    "SELECT $this ?end WHERE { $this e:q+ ?end . FILTER EXISTS { ?end a e:C . FILTER(?end != $this) } }" ] .
shapes:Late a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:prefixes <urn:prefixes> ; sh:select
    "SELECT $this ?when WHERE { at:run mg:onDate ?today . $this e:p ?when . FILTER(?when < ?today) }" ] .
"""
)
NODES = [Iri(f"urn:e:{name}") for name in "abcd"]
VALUES = [
    *NODES,
    Literal("1"),
    Literal("1", datatype="http://www.w3.org/2001/XMLSchema#integer"),
    Literal("one", datatype="http://www.w3.org/2001/XMLSchema#integer"),
    Literal("true", datatype="http://www.w3.org/2001/XMLSchema#boolean"),
    Literal("x", language="en"),
    Literal("2016-10-01", datatype="http://www.w3.org/2001/XMLSchema#date"),
    Literal("2016-13-45", datatype="http://www.w3.org/2001/XMLSchema#date"),
    Literal("2017-01-01", datatype="http://www.w3.org/2001/XMLSchema#date"),
]
TYPE = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
triples = st.one_of(
    st.tuples(st.sampled_from(NODES), st.just(TYPE), st.sampled_from([Iri("urn:e:C"), Iri("urn:e:D"), Iri("urn:e:E")])),
    st.tuples(st.sampled_from(NODES), st.just(Iri("urn:e:p")), st.sampled_from(VALUES)),
    # Only nodes: pySHACL cannot take a literal as focus where it reads a store.
    st.tuples(st.sampled_from(NODES), st.just(Iri("urn:e:q")), st.sampled_from(NODES)),
)


def _store(some) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    below = (Iri("urn:e:E"), Iri("http://www.w3.org/2000/01/rdf-schema#subClassOf"), Iri("urn:e:C"))
    store.write([Quad(*triple, Iri(GRAPHS.facts)) for triple in {*some, below}])
    return store


def _both(store, shapes, texts, run):
    def public(_code):
        return GRAPHS.public()

    reference = ReferenceEngine(store, public, texts)
    return CompiledEngine(store, public, reference)(shapes, run), reference(shapes, run)


@settings(max_examples=60, deadline=None)
@given(st.sets(triples, max_size=14))
def test_both_engines_agree_on_random_graphs(some):
    """Every form of shape we use, on data nobody would write by hand."""
    shapes = read_shapes([("random.ttl", SHAPES)])
    fast, slow = _both(_store(some), shapes, {"random.ttl": SHAPES}, Run(on=date(2016, 10, 20)))
    assert set(fast.engines.values()) == {"compiled"}
    assert set(fast.results) == set(slow.results)
    assert fast.looked_at == slow.looked_at


def test_the_random_shapes_all_find_something():
    """Agreement over nothing proves nothing: one graph that breaks every shape of the test above."""
    text = b"""@prefix e: <urn:e:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    e:a a e:C , e:D ; e:p e:b , "one"^^xsd:integer , "2016-10-01"^^xsd:date ; e:q e:b , e:d .
    e:b a e:E ; e:p "1" . e:c a e:C ; e:p "1" . e:d a e:D ; e:q e:a , e:c ."""
    store = EmbeddedStore.in_memory()
    store.load(io.BytesIO(text), "text/turtle", GRAPHS.facts)
    store.write([Quad(Iri("urn:e:E"), Iri("http://www.w3.org/2000/01/rdf-schema#subClassOf"), Iri("urn:e:D"))])
    shapes = read_shapes([("random.ttl", SHAPES)])
    fast, slow = _both(store, shapes, {"random.ttl": SHAPES}, Run(on=date(2016, 10, 20)))
    assert {result.code for result in fast.results} == {shape.code for shape in shapes}
    assert set(fast.results) == set(slow.results)


@pytest.mark.parametrize("kind", ["completeness", INTEGRITY])
def test_both_engines_agree_on_the_plan(cam_store, library, kind):
    """The same nodes, values and rows on the real document, and neither engine hands anything over."""
    catalogue = Catalogue.read(library.shapes_folder)
    profiles = [INTEGRITY] if kind == INTEGRITY else PROFILES
    shapes = list({shape.code: shape for name in profiles for shape, _ in catalogue.profile(name)}.values())
    run = Run(date(2016, 10, 20), PLAN)
    outcomes = [engine_named(name, cam_store, GRAPHS, catalogue)(shapes, run) for name in ("compiled", "reference")]
    keys = [
        {(one.code, one.focus, one.value, frozenset(map(_row, one.rows))) for one in outcome.results}
        for outcome in outcomes
    ]
    assert keys[0] == keys[1]
    assert outcomes[0].looked_at == outcomes[1].looked_at
    assert outcomes[0].notes == ()
    assert bool(outcomes[0].results) == (kind != INTEGRITY)


def _row(row):
    return frozenset((name, term) for name, term in row.items() if name != "this")


def _asking(select: str) -> str:
    return (
        HEAD
        + f"""shapes:Hard a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:prefixes <urn:prefixes> ; sh:select
        "{select}" ] ."""
    )


def _few() -> EmbeddedStore:
    """Three nodes of a class, one with a value, one with two, one with none."""
    a, b, c, p = (Iri(f"urn:e:{name}") for name in "abcp")
    kind = Iri("urn:e:C")
    return _store([*((node, TYPE, kind) for node in (a, b, c)), (a, p, b), (b, p, a), (b, p, c)])


@pytest.mark.parametrize(
    "select",
    [
        "SELECT $this WHERE { $this e:p ?o } LIMIT 1",
        "SELECT $this (COUNT(?o) AS ?n) WHERE { $this e:p ?o } GROUP BY $this ?o HAVING (COUNT(?o) > 1) LIMIT 1",
        "SELECT $this WHERE { $this $PATH ?o }",
        "SELECT ?that WHERE { ?that ?p ?o }",
        "ASK { $this ?p ?o }",
        "SELECT $this WHERE { $this ?p ?o . { SELECT ?o (COUNT($this) AS ?n) WHERE { $this e:p ?o } GROUP BY ?o } }",
        "SELECT $this WHERE { $this ?p ?o MINUS { $this e:p e:c } }",
        "SELECT $this WHERE { ?x ?y <https://w3id.org/mandategraph/at/run> . $this ?p ?o }",
        "SELECT $this WHERE { $this ?p 'not closed }",
    ],
)
def test_what_would_mean_something_else_for_all_nodes_at_once_is_handed_over(select):
    """No silent miss: the shape's name, the reason, and the other engine asked for it."""
    shapes = read_shapes([("hard.ttl", _asking(select))])
    handed = []

    def other(some, run):
        handed.extend(shape.code for shape in some)
        return Outcome((), dict.fromkeys(handed, 0), dict.fromkeys(handed, "reference"))

    outcome = CompiledEngine(_few(), lambda _code: GRAPHS.public(), other)(shapes, Run())
    assert handed == ["Hard"]
    assert outcome.engines == {"Hard": "reference"}
    assert outcome.notes[0].startswith("Hard: ")


@pytest.mark.parametrize(
    ("select", "found"),
    [
        ("SELECT $this WHERE { { FILTER($this = e:a) } UNION { $this e:p e:c } }", "ab"),
        ("SELECT $this WHERE { $this ?p ?o . OPTIONAL { BIND($this AS ?copy) } FILTER(?copy = e:b) }", "b"),
        ("SELECT $this WHERE { { SELECT $this WHERE { FILTER($this = e:c) } } }", "c"),
        ("SELECT $this (COUNT(?o) AS ?n) WHERE { $this e:p ?o } GROUP BY $this HAVING (COUNT(?o) > 1)", "b"),
        ("SELECT $this WHERE { FILTER NOT EXISTS { { $this e:p ?o } UNION { FILTER($this = e:c) } } }", ""),
        ("SELECT $this WHERE { FILTER NOT EXISTS { $this e:p ?o . ?o e:p $this } }", "c"),
        ("SELECT $this WHERE { $this a ?c } ORDER BY $this", "abc"),
    ],
)
def test_what_is_bound_beforehand_is_bound_in_every_group(select, found):
    """A join is no pre-binding: each group that needs the node gets it."""
    text = _asking(select)
    shapes = read_shapes([("hard.ttl", text)])
    fast, slow = _both(_few(), shapes, {"hard.ttl": text}, Run())
    assert fast.engines == {"Hard": "compiled"}
    assert {str(result.focus)[-1] for result in fast.results} == set(found)
    # rdflib does not bind beforehand in a BIND of an OPTIONAL.
    if "OPTIONAL" not in select:
        assert {result.focus for result in slow.results} == {result.focus for result in fast.results}


def test_a_target_of_two_classes_looks_at_each_node_once():
    """A node of both classes must not double what a count counts."""
    targets = [Target("targetClass", Iri("urn:e:C")), Target("targetClass", Iri("urn:e:D"))]
    pattern = of_targets(targets, lambda of: [of], Literals()).distinct()
    store = _store([(Iri("urn:e:a"), TYPE, Iri("urn:e:C")), (Iri("urn:e:a"), TYPE, Iri("urn:e:D"))])
    rows = store.select(f"SELECT ?this WHERE {{ {pattern} }}", GRAPHS.public()).rows
    assert [str(row["this"]) for row in rows] == ["urn:e:a"]


def test_the_run_is_never_read_from_the_store():
    """A run node somebody stored is no answer to which day the check speaks of."""
    (shape,) = read_shapes([("run.ttl", _asking("SELECT $this ?d WHERE { at:run mg:onDate ?d . $this a ?c }"))])
    query = as_model(shape, Run(on=date(2016, 10, 20))).constraints[0].text
    assert "at:run" not in query
    assert '"2016-10-20"' in query


def test_a_shape_that_is_no_sparql_is_a_broken_library():
    """The store's complaint reaches the user with the file and the shape."""
    text = (
        HEAD
        + 'shapes:Bad a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:select "SELECT $this WHERE { $this }" ] .'
    )
    shapes = read_shapes([("bad.ttl", text)])
    store = _store([(Iri("urn:e:a"), TYPE, Iri("urn:e:C"))])
    with pytest.raises(BrokenLibrary, match=r"bad\.ttl: Bad"):
        CompiledEngine(store, lambda _code: GRAPHS.public(), lambda *_: None)(shapes, Run())


def test_proposals_are_not_in_what_the_reference_copies(cam_store):
    """pySHACL reads a store as the union of its graphs, so the copy must hold none of them."""
    from mandategraph.checks.reference import copied

    copy = copied(cam_store, GRAPHS.public(), Run())
    proposed = ox.NamedNode("https://w3id.org/mandategraph/kos/status-proposed")
    assert not list(
        copy.quads_for_pattern(None, ox.NamedNode("https://w3id.org/mandategraph/ns#assertionStatus"), proposed)
    )
    assert any(True for _ in cam_store.quads(GRAPHS.review))


def test_costs_grow_with_the_data(cam_store, library):
    """NOT EXISTS around a join is quadratic in Oxigraph; eight times the plan may cost eight times, not sixty."""
    import time

    catalogue = Catalogue.read(library.shapes_folder)
    shapes = list(catalogue.shapes.values())
    quads = [(graph, quad) for graph in (GRAPHS.facts, GRAPHS.inferred) for quad in cam_store.quads(graph)]

    def copies(number: int) -> EmbeddedStore:
        store = EmbeddedStore.in_memory()
        for copy in range(number):
            store.write([_moved(quad, copy, graph) for graph, quad in quads])
        return store

    def cost(store: EmbeddedStore) -> float:
        engine = engine_named("compiled", store, GRAPHS, catalogue)
        spent = []
        for _ in range(2):
            start = time.process_time()
            engine(shapes, Run(date(2016, 10, 20), PLAN))
            spent.append(time.process_time() - start)
        return min(spent)

    assert cost(copies(8)) < 30 * cost(copies(1))


def _moved(quad: Quad, copy: int, graph: str) -> Quad:
    def moved(term):
        if copy and isinstance(term, Iri) and "/mandategraph/id/" in term.value and "/verb/" not in term.value:
            return Iri(term.value.replace("/mandategraph/id/", f"/mandategraph/id/copy-{copy}/"))
        if copy and isinstance(term, Iri) and "/mandategraph/at/oas/" in term.value:
            return Iri(term.value.replace("/mandategraph/at/oas/", f"/mandategraph/at/copy-{copy}/"))
        return term

    return Quad(moved(quad.subject), quad.predicate, moved(quad.object), Iri(graph))


def test_dataset_of_a_check_that_reads_proposals(library):
    """Only what says so in profiles.csv sees the review graph."""
    catalogue = Catalogue.read(library.shapes_folder)
    assert sum(row.reads_proposals for row in catalogue.rows.values()) == 1
    assert isinstance(GRAPHS.public(), Dataset)
    assert GRAPHS.review not in GRAPHS.public().default
