"""Decisions on a draft: they add, replace and leave out, and one that changes nothing is refused."""

import pyoxigraph as ox
import pytest

from mandategraph.cli.drafters import drafter_of
from mandategraph.core.errors import BadData
from mandategraph.core.graphs import Graphs
from mandategraph.ingest.drafting.layers import split, turtle
from mandategraph.ingest.drafting.reviewed import Decisions, rebuild
from mandategraph.ingest.readers.text import read_text

TEXT = "A/RES/99/7\n\nThe General Assembly,\n\n1. Requests the Secretary-General to report on lighthouses.\n"
HEAD = """@base <https://w3id.org/mandategraph/id/> . @prefix mg: <https://w3id.org/mandategraph/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<../at/un/reviewed/x> rdfs:comment "A test."@en ; prov:wasAttributedTo <../at/un/agent/editors> .
"""
STATEMENT = "un/ga/res/99/7/op/1/s1"


@pytest.fixture(scope="module")
def drafter(library):
    return drafter_of(library, "un", Graphs().review)


@pytest.fixture
def decide(drafter, tmp_path):
    """What the text becomes by decisions, given as the body of a file of them."""

    def decided(body):
        (tmp_path / "x.trig").write_text(HEAD + body, encoding="utf-8")
        reading = read_text("lamps.txt", TEXT.encode())
        return rebuild(drafter.draft(reading), reading, "un", [Decisions.read(tmp_path / "x.trig")], set())

    return decided


def values(found, subject, term):
    return sorted(
        triple[2].value
        for triple in found.facts
        if triple[0].value.endswith(subject) and triple[1].value.endswith(f"#{term}")
    )


def test_facts_are_added_replaced_and_left_out(decide):
    """And the words that a new fact points at get their span."""
    found = decide(
        f"""<../at/r/added> {{ <{STATEMENT}> mg:theme <un/theme/lamps> }}
        <../at/r/instead> {{ <{STATEMENT}> mg:requiredAct "report on lamps"@en }}
        <../at/r/removed> {{ <{STATEMENT}> mg:isReportingTask true }}"""
    )
    assert [one.rsplit("/", 1)[-1] for one in values(found, STATEMENT, "theme")] == ["lamps"]
    assert values(found, STATEMENT, "requiredAct") == ["report on lamps"]
    assert values(found, STATEMENT, "isReportingTask") == []
    assert len(found.decided) == 2
    assert found.removed == 2
    assert 0 < found.share < 0.2


def test_a_thing_that_is_nothing_goes_whole_and_its_words_are_listed_as_left_out(decide):
    """No character is lost: what no fact points at any more is unplaced text."""
    gone = [f"<{path}> a owl:Nothing ." for path in (STATEMENT, "un/ga/res/99/7/op/1")]
    record = "<../at/un/status-record/ga-res-99-7-op-1-s1> a owl:Nothing ."
    found = decide(f"<../at/r/removed> {{ {' '.join(gone)} {record} }}")
    assert not [triple for triple in found.facts if triple[0].value.endswith("/op/1/s1")]
    unplaced = [
        triple for triple in found.facts if triple[2] == ox.NamedNode("https://w3id.org/mandategraph/ns#UnplacedText")
    ]
    assert len(unplaced) == 2


@pytest.mark.parametrize(
    "body",
    [
        f"<../at/r/added> {{ <{STATEMENT}> mg:isReportingTask true }}",
        f"<../at/r/instead> {{ <{STATEMENT}> mg:isReportingTask true }}",
        f"<../at/r/removed> {{ <{STATEMENT}> mg:asksForMoney true }}",
        "<../at/r/removed> { <un/ga/res/99/8> a owl:Nothing }",
    ],
)
def test_a_decision_that_changes_nothing_is_refused(decide, body):
    """Nobody would see that the reading has outgrown it."""
    with pytest.raises(BadData, match="change nothing"):
        decide(body)


@pytest.mark.parametrize(
    "text", ["<urn:a> <urn:b>", "<urn:g> { <urn:a> <urn:b> <urn:c> }", "<urn:a> <urn:b> <urn:c> ."]
)
def test_a_file_that_says_not_why_and_by_whom_is_no_decision(tmp_path, text):
    """One sentence that names the file."""
    (tmp_path / "x.trig").write_text(text)
    with pytest.raises(BadData, match=r"x\.trig"):
        Decisions.read(tmp_path / "x.trig")


def test_layers_hold_every_fact_and_are_the_same_each_time(decide):
    """What belongs to no plan is refused with its name."""
    found = decide(f"<../at/r/added> {{ <{STATEMENT}> mg:theme <un/theme/lamps> }}")
    with pytest.raises(BadData, match="registers"):
        split(found.facts)
    registers = ("/verb", "/session/", "/un/org/")
    own = {triple for triple in found.facts if not any(part in triple[0].value for part in registers)}
    layers = split(own)
    assert sum(map(len, layers.values())) == len(own)
    again = {triple for layer in layers.values() for triple in layer}
    assert again == own
    for layer, facts in layers.items():
        written = turtle(layer, facts)
        assert written == turtle(layer, set(facts))
        read = {(one.subject, one.predicate, one.object) for one in ox.parse(written, format=ox.RdfFormat.TURTLE)}
        assert read == facts
