"""The axioms are those that were decided, and a reasoner finds no inconsistency in them, the lists and the examples."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from mandategraph.reason.reference import close

MG = "https://w3id.org/mandategraph/ns#"
ORG = "http://www.w3.org/ns/org#"
SCHEMA = ("subPropertyOf", "subClassOf", "propertyChainAxiom")


def test_the_axioms_are_the_decided_ones_and_no_other(root: Path, module_files: list[Path]) -> None:
    found = set()
    for file in module_files:
        for quad in ox.parse(path=str(file)):
            name = quad.predicate.value.rsplit("#", 1)[-1]
            if name in SCHEMA and name != "propertyChainAxiom":
                found.add((quad.subject.value.removeprefix(MG), quad.object.value.removeprefix(MG)))
    assert found == {
        ("partOf", "within"),
        ("fulfils", "contributesTo"),
        ("contributesTo", "relatesTo"),
        ("bodyOf", ORG + "subOrganizationOf"),
        (ORG + "subOrganizationOf", ORG + "transitiveSubOrganizationOf"),
        ("previousVersion", "earlierVersion"),
        ("continues", "continuesEventually"),
        ("Mandate", "OperativeStatement"),
        ("Mandate", "Task"),
        ("Duty", "Task"),
        ("SuggestedActivity", "Task"),
        ("WorkPlan", "Document"),
        ("Report", "Document"),
    }


def test_the_refused_axioms_are_absent(module_files: list[Path]) -> None:
    refused = {"domain", "range", "inverseOf", "disjointWith", "sameAs", "equivalentClass", "equivalentProperty"}
    typed = {"FunctionalProperty", "InverseFunctionalProperty", "SymmetricProperty", "ReflexiveProperty"}
    for file in module_files:
        for quad in ox.parse(path=str(file)):
            assert quad.predicate.value.rsplit("#", 1)[-1] not in refused, quad
            if isinstance(quad.object, ox.NamedNode):
                assert quad.object.value.rsplit("#", 1)[-1] not in typed, quad


def test_no_chain_leads_downwards_or_to_fulfilment(root: Path) -> None:
    quads = list(ox.parse(path=str(root / "ontology" / "axioms.ttl")))
    heads = [quad for quad in quads if quad.predicate.value.endswith("#propertyChainAxiom")]
    assert {quad.subject.value for quad in heads} == {MG + "relatesTo"}
    steps = {quad.object.value for quad in quads if quad.predicate.value.endswith("#first")}
    assert steps == {MG + "relatesTo", MG + "expressedIn", MG + "within"}


@pytest.fixture(scope="module")
def axioms(module_files: list[Path], alignment_files: list[Path]) -> bytes:
    wanted = (
        "axioms",
        "actor",
        "document",
        "mandate",
        "plan",
        "text",
        "time",
        "trace",
        "money",
        "statistics",
        "checks",
    )
    files = [file for file in module_files if file.stem in wanted]
    assert len(files) == len(wanted)
    schema = ("#type", "#subPropertyOf", "#subClassOf", "#propertyChainAxiom", "#first", "#rest")
    triples = [
        quad.triple
        for file in files + alignment_files
        for quad in ox.parse(path=str(file))
        # Labels and definitions only slow the reasoner down.
        if quad.predicate.value.endswith(schema)
    ]
    return bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))


def test_no_inconsistency_with_all_examples_and_alignments(axioms: bytes, example_files: list[Path]) -> None:
    data = bytes(
        ox.serialize(
            {quad.triple for file in example_files for quad in ox.parse(path=str(file))}, format=ox.RdfFormat.N_TRIPLES
        )
    )
    closure = close(data, axioms)
    assert closure.faults == ()
    assert closure.merged == frozenset()
    assert len(closure.triples) > 100


def test_an_inconsistency_would_be_found() -> None:
    turtle = b"""@prefix owl: <http://www.w3.org/2002/07/owl#> .
        <urn:A> owl:disjointWith <urn:B> . <urn:x> a <urn:A>, <urn:B> ."""
    assert close(turtle, b"").faults
