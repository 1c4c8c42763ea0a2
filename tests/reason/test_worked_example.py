"""AG/RES. 2881, paragraph 33, and the entry of 3 November 2016, with links invented for the test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mandategraph.reason.conclude import derive
from mandategraph.reason.rules import Rule

MG = "https://w3id.org/mandategraph/ns#"
RES = "https://w3id.org/mandategraph/id/oas/ag/res/2016/2881"
ENTRY = "https://w3id.org/mandategraph/at/oas/cidi/cam/activity/migration-and-health"

FACTS = """
<oas/ag/res/2016/2881> a mg:Document .
<oas/ag/res/2016/2881/op/33> a mg:Provision ; mg:number "33" ; mg:partOf <oas/ag/res/2016/2881> .
<oas/ag/res/2016/2881/op/33/a> a mg:Provision ; mg:number "A" ; mg:partOf <oas/ag/res/2016/2881/op/33> .
<oas/ag/res/2016/2881/op/33/b> a mg:Provision ; mg:number "B" ; mg:partOf <oas/ag/res/2016/2881/op/33> .
<oas/ag/res/2016/2881/op/36> a mg:Provision ; mg:number "36" ; mg:partOf <oas/ag/res/2016/2881> .
<oas/ag/res/2016/2881/op/33/s1> a mg:Mandate ; mg:expressedIn <oas/ag/res/2016/2881/op/33> ;
    mg:verb <oas/verb/instruct> ; mg:issuer <oas/org/ag> ; mg:addressee <oas/org/cam> .
<oas/ag/res/2016/2881/op/36/s1> a mg:OperativeStatement ; mg:expressedIn <oas/ag/res/2016/2881/op/36> ;
    mg:verb <oas/verb/acknowledge> ; mg:issuer <oas/org/ag> .
<../at/oas/cidi/cam/activity/migration-and-health> a mg:ScheduledActivity .
<../at/oas/link/c3-0> a mg:TraceLink ; mg:from <oas/ag/res/2016/2881/op/33/s1> ; mg:to <oas/ag/res/2014/2816/op/19/s1> ;
    mg:linkType k:link-continues ; mg:assertionStatus k:status-inferred .
<../at/oas/link/c3-1> a mg:TraceLink ; mg:from <../at/oas/cidi/cam/activity/migration-and-health> ;
    mg:to <oas/ag/res/2016/2881> ; mg:linkType k:link-cites ; mg:assertionStatus k:status-stated .
<oas/org/cam> a mg:Body ; mg:bodyOf <oas/org/cidi> . <oas/org/cidi> a mg:Body ; mg:bodyOf <org/oas> .
"""
LINK = """
<../at/oas/link/{key}> a mg:TraceLink ; mg:from <../at/oas/cidi/cam/activity/migration-and-health> ;
    mg:to <oas/ag/res/2016/2881/op/{to}> ; mg:linkType k:link-{type} ; mg:assertionStatus k:status-{status} .
"""


def link(to: str, status: str, type_: str = "contributes", key: str = "c3-3") -> str:
    return LINK.format(to=to, status=status, type=type_, key=key)


@pytest.fixture
def conclude(rules: tuple[Rule, ...], n_triples: Callable[[str], bytes]) -> Callable[[str], set[tuple[str, str]]]:
    """Return what is concluded of the entry, as pairs of property and place in the resolution."""

    def run(turtle: str) -> set[tuple[str, str]]:
        derived, _ = derive(n_triples(FACTS + turtle), list(rules))
        return {
            (triple.predicate.value.removeprefix(MG), triple.object.value.removeprefix(RES))
            for triple in derived
            if triple.subject.value == ENTRY
        }

    return run


CITED = {("cites", "")}


def test_a_citation_of_the_resolution_says_nothing_of_its_paragraphs(conclude) -> None:
    assert conclude("") == CITED


def test_a_confirmed_link_to_an_item_rolls_up_to_paragraph_and_resolution(conclude) -> None:
    """33.A, 33, the resolution; never 33.B, never 36."""
    assert conclude(link("33/a", "confirmed")) == CITED | {
        ("contributesTo", "/op/33/a"),
        ("relatesTo", "/op/33/a"),
        ("relatesTo", "/op/33"),
        ("relatesTo", ""),
    }


def test_a_confirmed_link_to_a_statement_rolls_up_to_its_paragraph(conclude) -> None:
    assert conclude(link("33/s1", "confirmed")) == CITED | {
        ("contributesTo", "/op/33/s1"),
        ("relatesTo", "/op/33/s1"),
        ("relatesTo", "/op/33"),
        ("relatesTo", ""),
    }


def test_a_fulfilment_is_of_what_is_named_and_of_nothing_else(conclude) -> None:
    found = conclude(link("33", "confirmed", "fulfils"))
    assert {place for name, place in found if name == "fulfils"} == {"/op/33"}
    assert {place for name, place in found if name == "contributesTo"} == {"/op/33"}
    assert {place for name, place in found if name == "relatesTo"} == {"/op/33", ""}


@pytest.mark.parametrize("status", ["proposed", "inferred", "rejected"])
@pytest.mark.parametrize("type_", ["contributes", "fulfils", "cites"])
def test_a_link_that_is_not_stated_or_confirmed_gives_nothing(conclude, status: str, type_: str) -> None:
    assert conclude(link("33/a", status, type_)) == CITED


def test_a_confirmed_link_that_a_later_decision_rejects_gives_nothing(conclude) -> None:
    later = (
        "<../at/oas/link/c3-4> a mg:TraceLink ; prov:wasDerivedFrom <../at/oas/link/c3-3> ; "
        "mg:assertionStatus k:status-{} ."
    )
    assert conclude(link("33/a", "confirmed") + later.format("rejected")) == CITED
    assert len(conclude(link("33/a", "confirmed") + later.format("confirmed"))) == 5


def test_classes_bodies_and_continuation(rules: tuple[Rule, ...], n_triples: Callable[[str], bytes]) -> None:
    derived, counts = derive(n_triples(FACTS), list(rules))
    of = {(t.subject.value.rsplit("/", 1)[-1], t.predicate.value.rsplit("#", 1)[-1], t.object.value) for t in derived}
    assert ("s1", "type", MG + "Task") in of
    assert ("s1", "type", MG + "OperativeStatement") in of
    assert {o[-8:] for s, p, o in of if (s, p) == ("cam", "transitiveSubOrganizationOf")} == {"org/cidi", "/org/oas"}
    # The continuation is an inference of a reader, so no plain triple stands for it.
    assert not any(name.startswith("continues") for _, name, _ in of)
    assert counts["part-of-is-within"] == 4
