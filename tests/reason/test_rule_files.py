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
#+ reach: {"mg:partOf": subject}
#+ because: ["?a mg:partOf ?b"]
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
    for rule in rules:
        head, _ = parts(rule)
        for earlier in rules:
            if earlier.stage < rule.stage:
                _, body = parts(earlier)
                read = set().union(*(names_of_path(predicate) for _, predicate, _ in body))
                # A status, a beginning or an end is read from records, which no rule makes.
                if earlier.name == "status-of-statements" or earlier.name.endswith("-from-records"):
                    assert MG + "about" in read
                    read -= {str(predicate) for _, predicate, _ in parts(earlier)[0]}
                assert not read & {str(predicate) for _, predicate, _ in head}, (rule.name, earlier.name)


def test_axioms_belong_to_the_first_stage(rules: tuple[Rule, ...]) -> None:
    kinds = [rule.kind for rule in rules if rule.stage == 1]
    assert AXIOM in kinds
    assert all(rule.stage == 1 for rule in rules if rule.kind == AXIOM)


def test_every_axiom_of_the_ontology_has_a_rule(rules: tuple[Rule, ...]) -> None:
    """Counted apart from the reader of axioms, by what stands in the file."""
    file = Path(__file__).resolve().parents[2] / "ontology" / "axioms.ttl"
    owl, rdfs = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
    kinds = {rdfs + "subPropertyOf", rdfs + "subClassOf", owl + "propertyChainAxiom"}
    stated = sum(
        quad.predicate.value in kinds or quad.object == ox.NamedNode(owl + "TransitiveProperty")
        for quad in ox.parse(path=str(file))
    )
    assert stated == sum(rule.kind == AXIOM for rule in rules) == 19


def test_a_rule_that_waits_for_others_tells_how_changes_reach_it(rules: tuple[Rule, ...]) -> None:
    """All that its query reads, else an edit could leave a conclusion behind; and how its conclusions come about."""
    seen = 0
    for rule in rules:
        if rule.derivation is None:
            continue
        _, body = parts(rule)
        read = set().union(*(names_of_path(predicate) for _, predicate, _ in body))
        assert read <= {reach.predicate for reach in rule.derivation.reach}, rule.name
        assert rule.derivation.because, rule.name
        seen += 1
    assert seen >= 10


@pytest.mark.parametrize(
    "text",
    [
        RULE.replace("#+ kind: derivation\n", ""),
        RULE.replace("derivation", "guess"),
        RULE.replace("stage: 1", "stage: soon"),
        RULE.replace("id: x", "id: y"),
        RULE.replace("reason: because", "axiom: because"),
        RULE.replace("derivation", "axiom"),
        RULE.replace('#+ reach: {"mg:partOf": subject}\n', ""),
        RULE.replace("subject}", "elsewhere}"),
        RULE.replace("?a mg:partOf ?b", "?a mg:partOf"),
        RULE.replace("CONSTRUCT { ?a mg:within ?b }", "SELECT *"),
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
        read_rules({}, {"a.ttl": b"PREFIX owl: <http://www.w3.org/2002/07/owl#> <urn:a> a owl:TransitiveProperty ."})
    with pytest.raises(BrokenLibrary, match="no axiom"):
        read_rules({"x": RULE}, {})
