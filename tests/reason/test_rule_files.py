"""What every rule file must be: documented, staged, never downwards, and read by all the names in it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import BrokenLibrary
from mandategraph.reason.rules import AXIOM, Rule, read_rule, read_rules

LANGUAGES = {"en", "es", "fr", "pt"}
MG = "https://w3id.org/mandategraph/ns#"
RULE = """#+ id: x
#+ kind: derivation
#+ stage: 1
#+ reason: because
#+ summary: {en: A.}
PREFIX mg: <https://w3id.org/mandategraph/ns#>
CONSTRUCT { ?a mg:within ?b } WHERE { ?a mg:partOf ?b }"""


def parts(rule: Rule):
    """Return the triples of head and body as rdflib parses them, paths whole."""
    from rdflib.plugins.sparql import prepareQuery

    algebra = prepareQuery(rule.query).algebra
    found = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("triples"), list):
                found.extend(node["triples"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list | tuple):
            for value in node:
                walk(value)

    walk(algebra["p"])
    return list(algebra["template"]), found


def names_of_path(path: object) -> set[str]:
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(path, URIRef):
        return {str(path)}
    if isinstance(path, AlternativePath | SequencePath):
        return set().union(*(names_of_path(arg) for arg in path.args))
    if isinstance(path, InvPath):
        return names_of_path(path.arg)
    if isinstance(path, MulPath):
        return names_of_path(path.path)
    raise AssertionError(f"a rule must name its predicates: {path!r}")


def test_every_rule_says_what_it_concludes_in_four_languages(rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        assert set(rule.summary) == LANGUAGES, rule.name
        assert all(text.endswith(".") for text in rule.summary.values()), rule.name
        assert rule.why, rule.name


def test_a_rule_is_read_by_every_name_in_its_query(rules: tuple[Rule, ...]) -> None:
    """Facts whose predicate a rule does not seem to speak of are not handed to it."""
    for rule in rules:
        head, body = parts(rule)
        assert head, rule.name
        assert body, rule.name
        for _, predicate, _ in head + body:
            assert names_of_path(predicate) <= rule.names, rule.name


def test_no_rule_concludes_what_an_earlier_stage_looks_for(rules: tuple[Rule, ...]) -> None:
    """Else a rule that looks for what is absent could be wrong in hindsight."""
    status = MG + "mandateStatus"
    for rule in rules:
        head, _ = parts(rule)
        for earlier in rules:
            if earlier.stage < rule.stage:
                _, body = parts(earlier)
                read = set().union(*(names_of_path(predicate) for _, predicate, _ in body))
                # A status of a statement is read from records, which no rule makes.
                read -= {status} if earlier.name == "status-of-statements" else set()
                assert not read & {str(predicate) for _, predicate, _ in head}, (rule.name, earlier.name)


def test_axioms_belong_to_the_first_stage(rules: tuple[Rule, ...]) -> None:
    kinds = [rule.kind for rule in rules if rule.stage == 1]
    assert AXIOM in kinds
    assert all(rule.stage == 1 for rule in rules if rule.kind == AXIOM)


def test_every_axiom_has_a_rule_and_every_axiom_rule_an_axiom(rules: tuple[Rule, ...]) -> None:
    """The axioms file says the same things, by name."""
    file = Path(__file__).resolve().parents[2] / "ontology" / "axioms.ttl"
    owl, rdfs = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
    stated = 0
    for quad in ox.parse(path=str(file)):
        predicate = quad.predicate.value
        subject = quad.subject.value.rsplit("#", 1)[-1]
        if predicate in (rdfs + "subPropertyOf", rdfs + "subClassOf"):
            target = quad.object.value.rsplit("#", 1)[-1]
            assert any(subject in rule.why and target in rule.why for rule in rules if rule.kind == AXIOM), quad
            stated += 1
        elif quad.object == ox.NamedNode(owl + "TransitiveProperty"):
            assert any(f":{subject} a owl:TransitiveProperty" in rule.why for rule in rules), quad
            stated += 1
        elif predicate == owl + "propertyChainAxiom":
            stated += 1
    assert sum("propertyChainAxiom" in rule.why for rule in rules) == 2
    assert stated == 19


@pytest.mark.parametrize(
    "text",
    [
        RULE.replace("#+ kind: derivation\n", ""),
        RULE.replace("derivation", "guess"),
        RULE.replace("stage: 1", "stage: soon"),
        RULE.replace("id: x", "id: y"),
        RULE.replace("reason: because", "axiom: because"),
        RULE.replace("summary: {", "summary: ["),
        RULE.replace("mg:partOf", "mgx:partOf"),
        "SELECT * {}",
    ],
)
def test_a_rule_file_that_is_wrong_is_named(text: str) -> None:
    with pytest.raises(BrokenLibrary, match=r"queries/rules/x\.rq"):
        read_rule("x", text)


def test_a_folder_without_rules_is_a_wrong_path() -> None:
    with pytest.raises(BrokenLibrary):
        read_rules({})
