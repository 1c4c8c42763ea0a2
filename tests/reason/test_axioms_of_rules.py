"""An axiom of a supported kind works by standing in the ontology; any other kind is refused by its name."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandategraph.core.errors import BrokenLibrary
from mandategraph.library import Library
from mandategraph.reason.axioms import read_axioms
from mandategraph.reason.conclude import derive
from mandategraph.reason.reference import close
from mandategraph.reason.rules import AXIOM, Rule, axiom_rules, read_rules

PREFIXES = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX : <urn:t#>
"""
PROPERTIES = [f"p{number}" for number in range(5)]
CLASSES = [f"C{number}" for number in range(4)]
NODES = [f"n{number}" for number in range(5)]

two_properties = st.tuples(st.sampled_from(PROPERTIES), st.sampled_from(PROPERTIES))
two_classes = st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES))
axiom_texts = st.one_of(
    two_properties.map(lambda pair: f":{pair[0]} rdfs:subPropertyOf :{pair[1]} ."),
    two_properties.map(lambda pair: f":{pair[0]} owl:inverseOf :{pair[1]} ."),
    two_properties.map(lambda pair: f":{pair[0]} owl:equivalentProperty :{pair[1]} ."),
    two_classes.map(lambda pair: f":{pair[0]} rdfs:subClassOf :{pair[1]} ."),
    two_classes.map(lambda pair: f":{pair[0]} owl:equivalentClass :{pair[1]} ."),
    st.sampled_from(PROPERTIES).map(lambda name: f":{name} a owl:TransitiveProperty ."),
    st.sampled_from(PROPERTIES).map(lambda name: f":{name} a owl:SymmetricProperty ."),
    st.tuples(st.sampled_from(PROPERTIES), st.lists(st.sampled_from(PROPERTIES), min_size=2, max_size=3)).map(
        lambda chain: f":{chain[0]} owl:propertyChainAxiom ( {' '.join(f':{name}' for name in chain[1])} ) ."
    ),
)
values = st.one_of(st.sampled_from(NODES).map(lambda name: f":{name}"), st.sampled_from(['"a word"', '"mot"@fr']))
facts = st.one_of(
    st.tuples(st.sampled_from(NODES), st.sampled_from(PROPERTIES), values).map(lambda t: f":{t[0]} :{t[1]} {t[2]} ."),
    st.tuples(st.sampled_from(NODES), st.sampled_from(CLASSES)).map(lambda t: f":{t[0]} a :{t[1]} ."),
)


def rules_of(axioms: str) -> list[Rule]:
    return axiom_rules(read_axioms({"made-up.ttl": (PREFIXES + axioms).encode()}))


def in_n_triples(turtle: str) -> bytes:
    triples = {quad.triple for quad in ox.parse((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)}
    return bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))


@settings(max_examples=80, deadline=None)
@given(axioms=st.lists(axiom_texts, min_size=1, max_size=5), found=st.sets(facts, min_size=1, max_size=9))
def test_made_up_axioms_conclude_what_owlrl_concludes(axioms: list[str], found: set[str]) -> None:
    """
    Every supported kind, in any company, on data with literals.

    Left out on both sides: triples whose subject is a literal, those about the vocabulary, and what is trivially so of
    everything (a sameAs a, a type Thing). owlrl concludes more by way of literals as subjects, which RDF does not have:
    where an axiom turns a property round, the data has none.
    """
    if any("inverseOf" in axiom or "Symmetric" in axiom for axiom in axioms):
        found = {fact for fact in found if '"' not in fact}
    data = in_n_triples("\n".join(sorted(found)))
    by_rules, _ = derive(data, rules_of("\n".join(axioms)))
    closure = close(data, (PREFIXES + "\n".join(axioms)).encode())
    assert closure.merged == frozenset()
    assert by_rules == closure.triples


def test_a_new_axiom_needs_no_code() -> None:
    """An axiom that is added to a file of the ontology is a rule with a name, words and a query."""
    library = Library.shipped()
    new = b"""PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX mg: <https://w3id.org/mandategraph/ns#>
        mg:asksTo owl:inverseOf mg:addressee ."""
    rules = read_rules(library.rules(), {**library.ontology(), "ontology/new.ttl": new})
    known = {rule.name for rule in read_rules(library.rules(), library.ontology())}
    added = {rule.name: rule for rule in rules if rule.name not in known}
    assert set(added) == {"asks-to-inverse-addressee", "addressee-inverse-asks-to"}
    rule = added["addressee-inverse-asks-to"]
    assert set(rule.summary) == {"en", "es", "fr", "pt"}
    assert "addressee" in rule.summary["en"]
    found, counts = derive(b"<urn:task> <https://w3id.org/mandategraph/ns#addressee> <urn:body> .\n", rules)
    assert [str(triple) for triple in found] == ["<urn:body> <https://w3id.org/mandategraph/ns#asksTo> <urn:task>"]
    assert counts[rule.name] == 1


@pytest.mark.parametrize(
    ("axiom", "told"),
    [
        (":p rdfs:domain :C .", ":t#p> rdfs:domain <urn:t#C> is not supported: it would type things"),
        (":p rdfs:range :C .", "rdfs:range"),
        (":p a owl:FunctionalProperty .", "a owl:FunctionalProperty is not supported: a second value"),
        (":p a owl:InverseFunctionalProperty .", "owl:InverseFunctionalProperty"),
        (":a owl:sameAs :b .", "owl:sameAs"),
        (":C owl:disjointWith :D .", "owl:disjointWith"),
        (":C owl:hasKey ( :p ) .", "owl:hasKey"),
        (":C rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :D ] .", "without a name|owl:"),
        (":C owl:unionOf ( :D ) .", "owl:unionOf is no kind of axiom"),
        (":p a owl:ReflexiveProperty .", "owl:ReflexiveProperty is no kind"),
        (":p owl:propertyChainAxiom ( :q ) .", "two links or more"),
        (":p owl:propertyChainAxiom :q .", "no list"),
        (":p owl:propertyChainAxiom ( :q [] ) .", "no list"),
        (":p rdfs:subPropertyOf", "made-up.ttl"),
    ],
)
def test_an_axiom_that_is_not_supported_is_refused_by_name(axiom: str, told: str) -> None:
    with pytest.raises(BrokenLibrary, match=told) as refused:
        rules_of(axiom)
    assert "made-up.ttl" in str(refused.value)


def test_what_only_describes_is_no_axiom() -> None:
    described = ':p a owl:ObjectProperty ; rdfs:label "p" ; rdfs:isDefinedBy <urn:t> . <urn:t> a owl:Ontology .'
    assert rules_of(described) == []


def test_rules_of_axioms_say_in_four_languages_what_follows(rules: tuple[Rule, ...]) -> None:
    found = {rule.name: rule for rule in rules if rule.kind == AXIOM}
    assert found["within-transitive"].why == "mg:within a owl:TransitiveProperty"
    chain = found["relates-to-then-expressed-in-is-relates-to"]
    assert chain.why == "mg:relatesTo owl:propertyChainAxiom ( mg:relatesTo mg:expressedIn )"
    for rule in found.values():
        assert len(set(rule.summary.values())) == 4, rule.name


def test_the_query_of_an_axiom_says_the_same_as_the_axiom(rules: tuple[Rule, ...]) -> None:
    """Whoever runs the rules in another engine gets what we conclude."""
    data = b"".join(
        f"<urn:{a}> <{iri}> <urn:{b}> .\n".encode()
        for rule in rules
        if rule.axiom
        for iri in rule.axiom.given
        for a, b in (("a", "b"), ("b", "c"), ("c", "d"))
    ) + b"".join(
        f"<urn:{rule.name}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{rule.axiom.given[0]}> .\n".encode()
        for rule in rules
        if rule.axiom
    )
    axioms = [rule for rule in rules if rule.kind == AXIOM]
    known = ox.Store()
    known.load(data, format=ox.RdfFormat.N_TRIPLES)
    before = set(known)
    while True:
        size = len(known)
        for rule in axioms:
            known.extend([ox.Quad(*triple) for triple in known.query(rule.query)])
        if len(known) == size:
            break
    by_rules, _ = derive(data, axioms)
    assert by_rules == {quad.triple for quad in set(known) - before}
    assert len(by_rules) > 20
