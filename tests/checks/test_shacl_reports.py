"""What a report says, what is refused and how, and what is told beside: on small data written for it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from mandategraph.checks.shacl.dialect import ANY, OXIGRAPH
from mandategraph.checks.shacl.engine import Engine
from mandategraph.checks.shacl.model import Test
from mandategraph.checks.shacl.reading import read_shapes
from mandategraph.checks.shacl.turtle import as_text
from mandategraph.cli.check_files import report_on
from mandategraph.core.errors import MandateGraphError
from mandategraph.core.graphs import Dataset
from mandategraph.core.terms import Literal
from mandategraph.engine.terms import to_quad
from mandategraph.stores.embedded import EmbeddedStore

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <urn:e:> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
SH = "http://www.w3.org/ns/shacl#"


def _quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(HEAD + text, format=ox.RdfFormat.TURTLE))


def _report(data: str, shapes: str):
    quads = _quads(data)
    return report_on(lambda: quads, _quads(shapes))


def _said(report, predicate: str) -> set[str]:
    return {quad.object.sparql() for quad in report.triples() if quad.predicate.value == SH + predicate}


def test_messages_come_in_every_language_with_values_written_in():
    """The words of the constraint go before those of the shape, and a variable of the query is its value."""
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:message "shape"@en ; sh:sparql [
        sh:message "too many: {?n}"@en , "trop : {$n}"@fr , "{?nobody} stays" ; sh:select
        "SELECT $this (COUNT(?o) AS ?n) WHERE { $this <urn:e:p> ?o } GROUP BY $this HAVING (COUNT(?o) > 1)" ] ;
        sh:property [ sh:path e:q ; sh:minCount 1 ; sh:message "no q"@en , "aucun q"@fr ] ."""
    report = _report("e:a a e:C ; e:p 1 , 2 .", shapes)
    assert _said(report, "resultMessage") == {
        '"too many: 2"@en', '"trop : 2"@fr', '"{?nobody} stays"', '"no q"@en', '"aucun q"@fr',
    }  # fmt: skip


def test_a_query_may_bring_its_own_message():
    """A variable ?message that is bound goes before all."""
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:message "not this" ; sh:select
        "SELECT $this ?message WHERE { $this <urn:e:p> ?o . BIND(CONCAT('has ', STR(?o)) AS ?message) }" ] ."""
    assert _said(_report("e:a a e:C ; e:p 7 .", shapes), "resultMessage") == {'"has 7"'}


def test_what_fails_below_a_node_shape_is_told_as_details():
    """The result of sh:node holds the results of the shape it names."""
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:node e:Inner ] .
        e:Inner a sh:NodeShape ; sh:property [ sh:path e:q ; sh:minCount 1 ; sh:severity sh:Info ] ."""
    report = _report("e:a a e:C ; e:p e:b , e:c . e:c e:q 1 .", shapes)
    (result,) = report.outcome.results
    (detail,) = result.details
    assert str(detail.focus) == "urn:e:b"
    assert str(detail.severity) == SH + "Info"
    assert as_text(report.triples()).count("sh:detail") == 1


def test_a_report_that_broke_off_is_no_report():
    """Whether the data conform is the last thing said."""
    report = _report("e:a a e:C .", "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:closed true .")
    assert [quad.predicate.value for quad in report.triples()][-1] == SH + "conforms"


def test_one_value_spelt_in_two_ways_is_two_values():
    """RDF tells "1" from "01", and so does the report; compared they are the same number."""
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property
        [ sh:path e:p ; sh:maxCount 1 ; sh:minInclusive 1 ; sh:in ( 1 "2"^^xsd:byte ) ] ."""
    report = _report('e:a a e:C ; e:p 1 , "01"^^xsd:integer , "2"^^xsd:byte .', shapes)
    assert sorted(str(result.component).removeprefix(SH) for result in report.outcome.results) == [
        "InConstraintComponent", "MaxCountConstraintComponent",
    ]  # fmt: skip
    assert _said(report, "value") == {'"01"^^<http://www.w3.org/2001/XMLSchema#integer>'}


def test_paths_without_a_step_hold_for_nodes_nobody_mentions():
    """A node that stands nowhere in the data is still its own value of p*."""
    shapes = """e:S a sh:PropertyShape ; sh:targetNode e:nowhere , "text" ; sh:path [ sh:zeroOrMorePath e:p ] ;
        sh:nodeKind sh:BlankNode ; sh:maxCount 0 ."""
    assert len(_report("e:a e:p e:b .", shapes).outcome.results) == 4


def test_counts_beyond_what_fits_an_expression_within_other_shapes():
    """More than three values within sh:not are counted in a query of their own."""
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:not [ sh:path e:p ; sh:minCount 5 ] ;
        sh:property [ sh:path e:p ; sh:qualifiedValueShape [ sh:minInclusive 2 ] ; sh:qualifiedMaxCount 3 ] ."""
    found = _report("e:a a e:C ; e:p 1 , 2 , 3 , 4 , 5 . e:b a e:C ; e:p 1 , 2 , 3 , 4 .", shapes).outcome.results
    assert {str(result.focus) for result in found} == {"urn:e:a"}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ("e:S a sh:NodeShape ; sh:targetClass e:C ; sh:minCounts 1 .", ["urn:e:S", "sh:minCounts", "sh:minCount"]),
        ("e:S a sh:PropertyShape ; sh:path e:p ; sh:minCount -1 .", ["urn:e:S", "sh:minCount", "whole number"]),
        ("e:S a sh:PropertyShape ; sh:path e:p , e:q .", ["urn:e:S", "sh:path", "one path"]),
        ("e:S a sh:PropertyShape ; sh:path [ sh:inverse e:q ] .", ["urn:e:S", "sh:path", "no property path"]),
        ("e:S a sh:NodeShape ; sh:minCount 1 .", ["urn:e:S", "sh:minCount", "property shape"]),
        ("e:S a sh:NodeShape ; sh:in ( e:a . e:S sh:x 1 .", None),
        ("e:S a sh:NodeShape ; sh:in e:a .", ["urn:e:S", "sh:in", "list"]),
        ("e:S a sh:NodeShape ; sh:nodeKind sh:Iri .", ["urn:e:S", "sh:nodeKind", "sh:IRI"]),
        ("e:S a sh:NodeShape ; sh:targetClass 1 .", ["urn:e:S", "sh:targetClass", "address"]),
        ("e:S a sh:NodeShape ; sh:property e:T .", ["urn:e:S", "sh:property", "path"]),
        ("e:S sh:not e:T . e:T sh:and ( e:U ) . e:U sh:node e:S .", ["circle", "urn:e:S", "urn:e:T", "urn:e:U"]),
        ('e:S sh:sparql [ sh:select "SELECT $this WHERE { $this }" ] .', ["urn:e:S", "sh:select", "column"]),
        ('e:S sh:sparql [ sh:select "SELECT ?x WHERE { ?x ?y ?z }" ] .', ["urn:e:S", "sh:select", "$this"]),
        ('e:S sh:sparql [ sh:select "ASK { $this ?y x:z }" ] .', ["urn:e:S", "sh:select", "select $this"]),
        ("e:S sh:sparql [ sh:ask 1 ] .", ["urn:e:S", "sh:sparql", "one sh:select"]),
        ("e:S sh:js [] .", ["urn:e:S", "JavaScript"]),
        ('e:S sh:targetClass e:C ; sh:pattern "(" .', ["cannot be used"]),
    ],
)
def test_shapes_that_are_not_shacl_are_refused_with_shape_place_and_rule(shapes, words):
    """Nothing is skipped in silence: the message says which shape, where in it, and what is wanted."""
    if words is None:
        with pytest.raises(SyntaxError):
            _quads(shapes)
        return
    with pytest.raises(MandateGraphError) as refused:
        _report("e:a a e:C ; e:p 1 .", shapes)
    for word in words:
        assert word in refused.value.message


def test_a_shape_within_a_shape_is_named_by_what_it_hangs_on():
    """A blank node has no name a reader could look up."""
    shapes = "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:maxLength -1 ] ."
    with pytest.raises(MandateGraphError, match=r"the sh:property with path urn:e:p of urn:e:S, sh:maxLength"):
        _report("e:a a e:C .", shapes)


def test_what_looked_at_nothing_says_so():
    """Nothing found in nothing is no clean bill of health."""
    assert "No shape has a target" in _report("e:a a e:C .", "e:S a sh:NodeShape ; sh:closed true .").notes[0]
    none = _report("e:a a e:C .", "e:S a sh:NodeShape ; sh:targetClass e:D ; sh:closed true .")
    assert "targets name nothing in the data" in none.notes[0]
    some = _report(
        "e:a a e:C .", "e:S sh:targetClass e:D ; sh:closed true . e:T sh:targetClass e:C ; sh:nodeKind sh:IRI ."
    )
    assert some.notes == ("Found no node to look at: urn:e:S.",)


def test_what_the_engine_cannot_take_goes_to_pyshacl_and_is_said():
    """Shape by shape: the others stay, and the results stand in one report."""
    shapes = """e:Look a sh:NodeShape ; sh:targetClass e:C ; sh:property e:Ahead . e:Ahead sh:path e:p ;
        sh:pattern "^a(?!b)" . e:Plain a sh:NodeShape ; sh:targetClass e:C ; sh:closed true ."""
    report = _report('e:a a e:C ; e:p "ab" , "ac" .', shapes)
    (note,) = [note for note in report.notes if "pySHACL" in note]
    assert "urn:e:Look" in note
    assert "(?!b)" in note
    assert set(map(str, report.outcome.left)) == {"urn:e:Look"}
    assert '"ab"' in _said(report, "value")
    assert "<urn:e:Ahead>" in _said(report, "sourceShape")
    assert "<urn:e:Plain>" in _said(report, "sourceShape")
    assert not report.conforms


def test_what_pyshacl_cannot_use_either_is_named():
    """pySHACL 0.40 ends on an unknown function with a StopIteration that has no words."""
    shapes = "e:Asks a sh:NodeShape ; sh:targetClass e:C ; sh:expression [ e:f () ] ."
    with pytest.raises(MandateGraphError, match=r"^urn:e:Asks: cannot be used, .* pySHACL: .+ Mend it or leave it out"):
        _report("e:a a e:C .", shapes)


def test_two_reports_are_the_same_to_the_byte():
    """Whoever compares two runs sees only what changed in the data."""
    data = "e:a a e:C ; e:p [ e:q 1 ] , [ e:q 2 ] . e:b a e:C ; e:p 3 ."
    shapes = "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:nodeKind sh:IRI ] ."
    texts = set()
    quads, asked = _quads(data), _quads(shapes)
    for _ in range(3):
        texts.add(as_text(report_on(lambda: quads, asked).triples()))
    assert len(texts) == 1
    assert next(iter(texts)).count("sh:NodeKindConstraintComponent") == 3


def test_where_blank_nodes_have_no_lasting_name_answers_are_not_put_together_by_it():
    """A remote store may name a blank node anew in each answer; then the shape is handed over, not guessed at."""
    store = EmbeddedStore.in_memory()
    store.bulk_load(_quads("e:a a e:C ; e:p [ e:q 1 ] . e:b a e:C ; e:p e:c ."))
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:property e:Q ] .
        e:Q sh:path e:q ; sh:minCount 2 ."""
    model = read_shapes(map(to_quad, _quads(shapes)))
    for dialect, left, results in ((ANY, 1, 0), (OXIGRAPH, 0, 2)):
        outcome = Engine(store, Dataset((None,)), model, dialect=dialect).validate()
        assert (len(outcome.left), len(outcome.results)) == (left, results)


def test_a_result_says_something_where_the_shape_says_nothing():
    """Every demand of SHACL Core has a sentence in each of the four languages."""
    from mandategraph.checks.shacl.parameters import PARAMETERS
    from mandategraph.checks.shacl.wording import sentences

    shapes = "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:datatype xsd:date ] ."
    assert _said(_report("e:a a e:C ; e:p 1 .", shapes), "resultMessage") == {
        '"Not a xsd:date."@en', '"No es un xsd:date."@es', '"N\'est pas un xsd:date."@fr', '"Não é um xsd:date."@pt',
    }  # fmt: skip
    names = set(PARAMETERS) - {"property", "sparql", "qualifiedValueShape", "closed"}
    silent = [name for name in names if len(sentences(Test(PARAMETERS[name].component, name, (Literal("x"),)))) != 4]
    assert silent == []
