"""Every conclusion is explained down to what is stated, and what is stated is enough for it."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable

import pytest

from mandategraph.cli.ask import question_texts
from mandategraph.cli.explain import named
from mandategraph.cli.reasons import Telling
from mandategraph.core.graphs import Graphs
from mandategraph.core.labels import literal_text
from mandategraph.core.namespaces import ID, MG
from mandategraph.core.references import References
from mandategraph.core.terms import Iri, Literal
from mandategraph.reason.axioms import short
from mandategraph.reason.conclude import derive, infer
from mandategraph.reason.explanation import Explained, Triple, explain
from mandategraph.reason.rules import TYPE, Rule
from mandategraph.wiring import Installation

GRAPHS = Graphs()


@pytest.fixture(scope="module")
def explained(installation: Installation, rules: tuple[Rule, ...]) -> list[Explained]:
    """All that is inferred of the shipped plan, each with its reasons."""
    return [
        explain(installation.store, rules, GRAPHS, Triple(quad.subject, quad.predicate, quad.object))
        for quad in installation.store.quads(GRAPHS.inferred)
    ]


def in_n_triples(triples: list[Triple]) -> bytes:
    return "".join(f"{t.subject.sparql()} {t.predicate.sparql()} {t.object.sparql()} .\n" for t in triples).encode()


def test_every_conclusion_of_the_plan_is_explained(explained: list[Explained]) -> None:
    assert len(explained) > 400
    assert [str(one.triple) for one in explained if not one.reasons or one.ways < len(one.reasons)] == []
    kinds = Counter(reason.rule.name for one in explained for reason in one.reasons)
    assert kinds["within-transitive"] > 50
    assert kinds["status-of-statements"] > 20
    assert kinds["window-earliest"] >= 5


def test_what_an_explanation_rests_on_is_enough_for_the_conclusion(
    explained: list[Explained], rules: tuple[Rule, ...]
) -> None:
    """Each conclusion follows from the stated triples of its own explanation, and from nothing else."""
    missing = []
    for one in explained[::4]:
        found, _ = derive(in_n_triples(list(one.grounds())), rules)
        wanted = in_n_triples([one.triple]).decode().removesuffix(" .\n")
        if wanted not in {str(triple) for triple in found}:
            missing.append(wanted)
    assert missing == []


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
def test_every_chain_ends_at_words_of_the_source(
    installation: Installation, explained: list[Explained], language: str
) -> None:
    """At the words that say it, or, for what was entered by hand, at those by which the text names what it is about."""
    telling = Telling.of(installation, explained, language)
    grounds = {triple for one in explained for triple in one.grounds()}
    sources = {triple: telling.sources[triple] for triple in grounds}
    assert len(grounds) > 400
    assert [str(triple) for triple, source in sources.items() if source.place is None and not source.person] == []
    by_hand = {triple.predicate.value for triple, source in sources.items() if source.is_named_only}
    assert by_hand == {MG + "bodyOf", TYPE}
    for one in explained:
        told = list(telling.lines(one))
        # The words come last, or the basis of a record after them.
        assert any("“" in line for line in told[-2:]), told


def test_the_command_finds_every_conclusion_by_what_it_lists(
    installation: Installation, explained: list[Explained]
) -> None:
    """Whoever reads the list of conclusions of a thing can ask why each of them holds."""
    texts = question_texts(installation.library)
    references = References(installation.store, installation.graphs.public(), texts.names, texts.symbols)
    missed = []
    # Every seventh: each costs the labels of all properties of its subject.
    for triple in [one.triple for one in explained][::7]:
        value = literal_text(triple.object, "en") if isinstance(triple.object, Literal) else str(triple.object)
        found = named(installation, references, triple.subject.value, short(triple.predicate.value), value)
        if found != [triple]:
            missed.append((triple, found))
    assert missed == []


@pytest.fixture
def store_of(store, n_triples: Callable[[str], bytes], rules: tuple[Rule, ...]):
    def make(turtle: str):
        store.load(io.BytesIO(n_triples(turtle)), "application/n-triples", GRAPHS.facts)
        infer(store, rules)
        return store

    return make


def why(store, rules: tuple[Rule, ...], subject: str, predicate: str, value: str, most: int = 3) -> Explained:
    return explain(store, rules, GRAPHS, Triple(Iri(ID + subject), Iri(MG + predicate), Iri(ID + value)), most)


LINKED = """
<p> mg:partOf <r> . <p/s1> mg:expressedIn <p> .
<l1> mg:linkType k:link-contributes ; mg:assertionStatus k:status-confirmed ; mg:from <act> ; mg:to <p> .
<l2> mg:linkType k:link-fulfils ; mg:assertionStatus k:status-stated ; mg:from <act> ; mg:to <p> .
"""


def test_a_conclusion_of_two_derivations_shows_both_or_counts_them(store_of, rules: tuple[Rule, ...]) -> None:
    store = store_of(LINKED)
    both = why(store, rules, "act", "contributesTo", "p")
    assert both.ways == 2
    assert {reason.rule.name for reason in both.reasons} == {"contributes-from-links", "fulfils-is-contributes-to"}
    one = why(store, rules, "act", "contributesTo", "p", most=1)
    assert (one.ways, len(one.reasons)) == (2, 1)
    # The link stands on what is stated, so it is told before the other.
    assert one.reasons[0].rule.name == "contributes-from-links"


def test_what_goes_in_a_circle_is_no_reason(store_of, rules: tuple[Rule, ...]) -> None:
    store = store_of("<a> mg:partOf <b> . <b> mg:partOf <a> .")
    found = why(store, rules, "a", "within", "b", most=9)
    assert found.holds
    assert {triple.subject.value[-1] for triple in found.grounds()} <= {"a", "b"}
    for reason in found.reasons:
        assert found.triple not in [premise.triple for premise in reason.premises]


def test_what_is_stated_needs_no_reason_and_what_does_not_hold_has_none(store_of, rules: tuple[Rule, ...]) -> None:
    store = store_of(LINKED)
    assert why(store, rules, "p", "partOf", "r").stated
    nothing = why(store, rules, "p/s1", "partOf", "r")
    assert (nothing.stated, nothing.ways, nothing.reasons, nothing.holds) == (False, 0, (), False)


def test_a_date_is_explained_by_the_day_that_bounds_it(store_of, rules: tuple[Rule, ...]) -> None:
    store = store_of("""
        <a> mg:plannedTime <da> ; mg:notBefore <b> . <da> mg:earliest "2016-10-01"^^xsd:date .
        <b> mg:plannedTime <db> . <db> mg:earliest "2016-11-03"^^xsd:date .""")
    day = Literal("2016-11-03", datatype="http://www.w3.org/2001/XMLSchema#date")
    found = explain(store, rules, GRAPHS, Triple(Iri(ID + "a"), Iri(MG + "windowEarliest"), day))
    assert found.ways == 1
    assert ID + "db" in {triple.subject.value for triple in found.grounds()}
    assert ID + "da" not in {triple.subject.value for triple in found.grounds()}


def test_a_day_of_adoption_explains_a_beginning(store_of, rules: tuple[Rule, ...]) -> None:
    """The rule looks whether a beginning is there already, and its own conclusion is."""
    store = store_of("""<r/op/1> mg:partOf <r> . <r/op/1/s1> a mg:Mandate ; mg:expressedIn <r/op/1> .
        <r> dcterms:issued "2016-06-15"^^xsd:date .""")
    day = Literal("2016-06-15", datatype="http://www.w3.org/2001/XMLSchema#date")
    found = explain(store, rules, GRAPHS, Triple(Iri(ID + "r/op/1/s1"), Iri(MG + "begins"), day))
    assert [reason.rule.name for reason in found.reasons] == ["beginning-from-adoption"]
    assert any(triple.object == day for triple in found.grounds())


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "because: "), ("es", "porque: "), ("fr", "parce que: "), ("pt", "porque: ")],
)
def test_it_is_told_in_four_languages(
    installation: Installation, explained: list[Explained], language: str, words: str
) -> None:
    [one] = [e for e in explained if e.triple.subject.value.endswith("2881/op/33/a") and "/op/" in str(e.triple.object)]
    lines = list(Telling.of(installation, [one], language).lines(one))
    assert lines[1].strip().startswith(words)
    assert "99: “Protection of human rights of migrants”" in lines[-1]


def test_a_decision_of_a_person_explains_what_rests_on_it(rules: tuple[Rule, ...]) -> None:
    from mandategraph.wiring import memory_installation

    with memory_installation(filled=False) as here:
        facts = b"""PREFIX mg: <https://w3id.org/mandategraph/ns#> PREFIX k: <https://w3id.org/mandategraph/kos/>
            PREFIX x: <urn:x:>
            x:l a mg:TraceLink ; mg:linkType k:link-contributes ; mg:assertionStatus k:status-confirmed ; mg:from x:a ;
                mg:to x:p ; mg:decidedBy x:ana ; mg:decidedOn "2016-11-10" ; mg:decisionNote "Item A names health."@en .
            x:ana a mg:Person ; <http://xmlns.com/foaf/0.1/name> "Ana" ."""
        here.store.load(io.BytesIO(facts), "text/turtle", GRAPHS.facts)
        infer(here.store, rules)
        one = explain(here.store, rules, GRAPHS, Triple(Iri("urn:x:a"), Iri(MG + "contributesTo"), Iri("urn:x:p")))
        told = "\n".join(Telling.of(here, [one], "en").lines(one))
        assert told.count("decided by Ana, ") == 1
        assert "Item A names health." in told


def test_the_command_answers_people_and_programs(run, tmp_path) -> None:
    store = tmp_path / "store"
    run("load", "cam", "--store", store)
    told = run("explain", "AG/RES. 2881, 33.A", "within", "AG/RES. 2881", "--store", store)
    assert told.status == 0
    assert "line 99: “Protection of human rights of migrants”" in told.out
    as_json = run("explain", "AG/RES. 2881, 33.A", "mg:within", "AG/RES. 2881", "--store", store, "--json")
    [record] = json.loads(as_json.out)
    assert record["ways"] == 1
    assert record["reasons"][0]["rule"] == "within-transitive"
    assert "mandateStatus" in run("explain", "AG/RES. 2881, 33", "--store", store).out
    wrong = run("explain", "AG/RES. 2881, 33", "fulfils", "--store", store)
    assert wrong.status == 2
    assert "It has: " in wrong.err
