"""On every example and on made-up graphs the rules that are axioms conclude what owlrl concludes, and no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mandategraph.reason.conclude import derive
from mandategraph.reason.reference import LITERAL_SUBJECT, OTHER, TRIVIAL, VOCABULARY, close, closure_step
from mandategraph.reason.rules import AXIOM, Rule

MG = "https://w3id.org/mandategraph/ns#"
ORG = "http://www.w3.org/ns/org#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted((ROOT / "ontology" / "examples").glob("*.ttl"))

PREDICATES = [
    MG + name
    for name in (
        "partOf", "within", "fulfils", "contributesTo", "relatesTo", "expressedIn", "bodyOf",
        "previousVersion", "earlierVersion", "continues", "continuesEventually", "cites", "addressee",
    )
] + [ORG + "subOrganizationOf", ORG + "transitiveSubOrganizationOf", ORG + "linkedTo"]  # fmt: skip
CLASSES = [MG + name for name in ("Mandate", "Duty", "SuggestedActivity", "WorkPlan", "Report", "Document", "Body")]

nodes = st.sampled_from([f"urn:n{number}" for number in range(7)])
triples = st.one_of(
    st.tuples(nodes, st.sampled_from(PREDICATES), nodes),
    st.tuples(nodes, st.just(TYPE), st.sampled_from(CLASSES)),
)
graphs = st.sets(triples, max_size=16)
TIES = [MG + name for name in ("fulfils", "contributesTo", "relatesTo")]
CONTAINERS = [MG + name for name in ("partOf", "within", "expressedIn")]
ladders = st.sets(st.tuples(nodes, st.sampled_from(TIES + CONTAINERS * 2), nodes), min_size=4, max_size=12)


def axioms_only(rules: tuple[Rule, ...]) -> list[Rule]:
    return [rule for rule in rules if rule.kind == AXIOM]


def in_n_triples(found: set[tuple[str, str, str]]) -> bytes:
    return "".join(f"<{s}> <{p}> <{o}> .\n" for s, p, o in sorted(found)).encode()


@pytest.mark.parametrize("file", NAMES, ids=lambda file: file.stem)
def test_on_an_example(file: Path, rules: tuple[Rule, ...], axioms: bytes) -> None:
    """Derivations run first, so that the plain triples that they give are among what both start from."""
    facts = bytes(ox.serialize({quad.triple for quad in ox.parse(path=str(file))}, format=ox.RdfFormat.N_TRIPLES))
    plain, _ = derive(facts, [rule for rule in rules if rule.kind != AXIOM])
    start = facts + bytes(ox.serialize(plain, format=ox.RdfFormat.N_TRIPLES))
    by_rules, _ = derive(start, axioms_only(rules))
    closure = close(start, axioms)
    assert closure.faults == ()
    assert closure.merged == frozenset()
    assert by_rules == closure.triples


def test_on_the_shipped_plans(rules: tuple[Rule, ...], axioms: bytes) -> None:
    """On what the axioms' rules read of the data; labels and quotations would only cost the reference its time."""
    files = [file for file in (ROOT / "data").rglob("*.ttl") if file.stem != "proposals"]
    assert files
    wanted = axioms_only(rules)
    names = set().union(*(rule.names for rule in wanted))
    triples = {quad.triple for file in files for quad in ox.parse(path=str(file)) if quad.predicate.value in names}
    assert len(triples) > 500
    facts = bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
    by_rules, _ = derive(facts, wanted)
    closure = close(facts, axioms)
    assert closure.faults == ()
    assert closure.merged == frozenset()
    assert by_rules == closure.triples


def test_the_examples_give_something_to_conclude() -> None:
    assert len(NAMES) >= 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=graphs)
def test_on_made_up_graphs(found: set[tuple[str, str, str]], rules: tuple[Rule, ...], axioms: bytes) -> None:
    """Cycles, several parents, activities that are provisions: whatever can be written."""
    facts = in_n_triples(found)
    by_rules, _ = derive(facts, axioms_only(rules))
    assert by_rules == close(facts, axioms).triples


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=ladders)
def test_nothing_is_concluded_downwards(found: set[tuple[str, str, str]], rules: tuple[Rule, ...]) -> None:
    """What an activity comes to relate to can be reached upwards from something that it was tied to."""
    derived, _ = derive(in_n_triples(found), list(rules))
    up: dict[str, set[str]] = {}
    for subject, predicate, object_ in found:
        if predicate in CONTAINERS:
            up.setdefault(subject, set()).add(object_)
    tied = {(s, o) for s, p, o in found if p in TIES}
    for triple in derived:
        if triple.predicate.value != MG + "relatesTo":
            assert triple.predicate.value not in (MG + "fulfils", MG + "cites", MG + "partOf", MG + "expressedIn")
            continue
        reached: set[str] = set()
        waiting = [o for s, o in tied if s == triple.subject.value]
        while waiting:
            node = waiting.pop()
            if node not in reached:
                reached.add(node)
                waiting.extend(up.get(node, ()))
        assert triple.object.value in reached


def test_what_is_left_out_of_the_closure_is_named(n_triples: Callable[[str], bytes], axioms: bytes) -> None:
    closure = close(n_triples('<a> mg:partOf <b> ; dcterms:title "A"@en . <b> mg:partOf <c> .'), axioms)
    assert {triple.object.value[-1] for triple in closure.triples} == {"b", "c"}
    assert set(closure.left_out) == {LITERAL_SUBJECT, TRIVIAL, VOCABULARY, OTHER}
    assert closure.left_out[TRIVIAL] > 0
    assert closure.left_out[VOCABULARY] > 0


def test_two_things_made_one_would_be_seen(n_triples: Callable[[str], bytes], axioms: bytes) -> None:
    functional = axioms + b"\nmg:symbol a owl:FunctionalProperty ."
    closure = close(n_triples("<a> mg:symbol <b> , <c> ."), functional)
    assert {pair[0][-1] for pair in closure.merged} == {"b", "c"}


def test_the_reference_can_stand_in_for_the_rules(rules: tuple[Rule, ...], axioms: bytes) -> None:
    """Rules that are no axioms still run beside it, until neither adds anything."""
    facts = bytes(
        ox.serialize(
            {quad.triple for file in NAMES for quad in ox.parse(path=str(file))}, format=ox.RdfFormat.N_TRIPLES
        )
    )
    by_rules, counts = derive(facts, list(rules))
    by_reference, other_counts = derive(facts, list(rules), closure_step(axioms))
    assert by_rules == by_reference
    assert "part-of-is-within" in counts
    assert "part-of-is-within" not in other_counts
    assert other_counts["closure"] == sum(counts[rule.name] for rule in rules if rule.kind == AXIOM) > 50
