"""A decision is a claim of its own: nothing is overwritten, all can be taken back, and a guess is never a fact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mandategraph.checks import Catalogue, check
from mandategraph.cli.orders import desk_of
from mandategraph.core.claims import Claims
from mandategraph.core.decisions import Decision, Judge, address, admitted
from mandategraph.core.errors import AmbiguousName, IntegrityFault, UnknownName, WrongUse
from mandategraph.core.findings import Report
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import KOS, MG, OA, PROV
from mandategraph.core.terms import Quad
from mandategraph.wiring import Installation, memory_installation

ANA = Judge("Ana Pérez", date(2016, 11, 10), "Agreed with the chair.")
JUAN = Judge("Juan Gómez", date(2016, 11, 12), "The chair changed his mind.")
HEALTH = "proposal-health-2881-33-a"
PARAGRAPH = "https://w3id.org/mandategraph/id/oas/ag/res/2016/2881/op/33/a"
ACTIVITY = "https://w3id.org/mandategraph/at/oas/cidi/cam/activity/migration-and-health"


@pytest.fixture
def here() -> Iterator[Installation]:
    with memory_installation() as installation:
        yield installation


def decide(here: Installation, how: str, *arguments: object, judge: Judge = ANA) -> Decision | None:
    desk = desk_of(here, Claims.read(here.store, here.graphs))
    decision: Decision | None = getattr(desk, how)(*arguments)
    if decision is not None:
        here.decide([(decision, judge)])
    return decision


def contributes(here: Installation) -> bool:
    return here.store.ask(f"ASK {{ <{ACTIVITY}> <{MG}contributesTo> <{PARAGRAPH}> }}", here.graphs.public())


def pending(here: Installation, kind: str) -> set[str]:
    claims = Claims.read(here.store, here.graphs)
    proposals = [claim for claim in claims.of(kind) if claim.status == "proposed"]
    assert proposals
    return {claim.iri for claim in proposals if not claims.is_closed(claim, here.graphs.facts)}


def pending_by_question(here: Installation) -> set[str]:
    rows = here.store.select(here.library.query("decisions-pending"), here.graphs.with_proposals()).rows
    return {str(row["node"]) for row in rows if str(row["block"]).startswith("proposed")}


def everything(here: Installation) -> set[Quad]:
    return {quad for graph in here.graphs.all for quad in here.store.quads(graph)}


def said(quads: set[Quad]) -> set[tuple[object, ...]]:
    return {(quad.subject, quad.predicate, quad.object) for quad in quads}


def report(here: Installation) -> Report:
    return check(here.store, here.graphs, Catalogue.read(here.library.shapes_folder), here.labels, profile="report")


def test_a_plain_contribution_stands_only_behind_a_confirmed_link(here: Installation) -> None:
    assert not contributes(here)
    decide(here, "link", HEALTH, "accept")
    assert contributes(here)
    decide(here, "link", HEALTH, "withdraw", judge=JUAN)
    assert not contributes(here)
    decide(here, "link", HEALTH, "accept", judge=Judge("Ana Pérez", date(2016, 11, 14), "Again."))
    assert contributes(here)
    decide(here, "link", HEALTH, "reject", judge=Judge("Ana Pérez", date(2016, 11, 15), "No."))
    assert not contributes(here)


def test_what_waits_falls_with_a_decision_and_rises_when_it_is_withdrawn(here: Installation) -> None:
    before = pending_by_question(here)
    assert pending(here, "link") < before
    link = next(iri for iri in before if iri.endswith(HEALTH))
    for verdict, judge, waits in (("accept", ANA, False), ("withdraw", JUAN, True), ("reject", JUAN, False)):
        decide(here, "link", HEALTH, verdict, judge=judge)
        assert pending_by_question(here) == (before if waits else before - {link}), verdict
        assert (link in pending(here, "link")) is waits, verdict
    decide(here, "link", HEALTH, "withdraw", judge=Judge("Ana Pérez", date(2016, 11, 20), "Open again."))
    assert pending_by_question(here) == before


def test_nothing_that_was_said_is_lost(here: Installation) -> None:
    for how, arguments in (
        ("link", (HEALTH, "accept")),
        ("link", (HEALTH, "reject")),
        ("participation", ("food-security-migration-climate-change-iom", "accept")),
        ("participation", ("food-security-migration-climate-change-iom", "took-part")),
        ("status", ("AG/RES. 2816, 18 s1", "fulfilled", date(2016, 12, 1))),
        ("status", ("AG/RES. 2816, 18 s1", "answered", date(2016, 12, 1))),
        ("held", ("migration-and-health", date(2016, 11, 3))),
        ("not_held", ("migration-and-health",)),
        ("gap", ("ActivityWithoutResponsible", ACTIVITY, "accept")),
        ("gap", ("ActivityWithoutResponsible", ACTIVITY, "withdraw")),
    ):
        before = said({q for g in (here.graphs.facts, here.graphs.review) for q in here.store.quads(g)})
        assert decide(here, how, *arguments) is not None, (how, arguments)
        after = said({q for g in (here.graphs.facts, here.graphs.review) for q in here.store.quads(g)})
        assert before < after, (how, arguments)


def test_a_decision_tells_person_day_reason_capacity_words_and_what_it_was_derived_from(here: Installation) -> None:
    decide(here, "link", HEALTH, "accept", judge=Judge("Ana Pérez", date(2016, 11, 10), "Agreed.", "Secretary"))
    claim = next(c for c in Claims.read(here.store, here.graphs).of("link") if c.is_decided)
    assert (claim.day, claim.reason, claim.one("capacity"), claim.status) == (
        "2016-11-10",
        "Agreed.",
        "Secretary",
        "confirmed",
    )
    assert claim.person.endswith("/oas/agent/ana-perez")
    assert [origin.rsplit("/", 1)[-1] for origin in claim.origins] == [HEALTH]
    digests = {str(value) for value in claim.said[MG + "wordsDigest"]}
    query = f"""
SELECT (SHA256(STR(?words)) AS ?digest) {{
  <{PARAGRAPH}> <{MG}textSpan>/<{OA}hasSelector>/<{OA}exact> ?words
}}"""
    rows = here.store.select(query, here.graphs.public()).rows
    assert rows
    assert {str(row["digest"]) for row in rows} <= digests


def test_the_same_decision_twice_changes_nothing(here: Installation) -> None:
    decide(here, "link", HEALTH, "accept")
    before = everything(here)
    for judge in (ANA, JUAN):
        assert decide(here, "link", HEALTH, "accept", judge=judge) is None
    assert everything(here) == before


def test_a_dry_run_goes_the_whole_way_and_writes_nothing(here: Installation) -> None:
    before = everything(here)
    decision = desk_of(here, Claims.read(here.store, here.graphs)).link(HEALTH, "accept")
    assert decision is not None
    changed = here.decide([(decision, ANA)], dry_run=True)
    assert sum(changed.added.values()) > 5
    assert everything(here) == before


def test_a_refresh_of_the_plan_keeps_decisions(here: Installation) -> None:
    decide(here, "link", HEALTH, "accept")
    decide(here, "held", "migration-and-health", date(2016, 11, 3))
    before = everything(here)
    here.load_plan("cam")
    assert everything(here) == before


def test_an_accepted_gap_silences_its_finding_until_it_is_withdrawn_or_over(here: Installation) -> None:
    def open_now() -> bool:
        return any(f.code == "ActivityWithoutResponsible" and str(f.focus) == ACTIVITY for f in report(here).findings)

    assert open_now()
    decide(here, "gap", "ActivityWithoutResponsible", ACTIVITY, "accept", "", date(2017, 6, 30))
    assert not open_now()
    assert [gap.reason for gap in report(here).accepted] == ["Agreed with the chair."]
    decide(here, "gap", "ActivityWithoutResponsible", ACTIVITY, "withdraw", judge=JUAN)
    assert open_now()
    decide(here, "gap", "ActivityWithoutResponsible", ACTIVITY, "accept", "", date(2016, 1, 1))
    assert open_now()


def test_a_gap_lapses_when_the_words_it_was_accepted_for_have_changed(here: Installation) -> None:
    decide(here, "gap", "ActivityWithoutResponsible", ACTIVITY, "accept", "other words than those of the plan")
    assert any(str(f.focus) == ACTIVITY and f.code == "ActivityWithoutResponsible" for f in report(here).findings)


def test_of_two_statuses_of_one_day_the_later_decision_counts(here: Installation) -> None:
    query = f"SELECT ?s {{ <https://w3id.org/mandategraph/id/oas/ag/res/2014/2816/op/18/s1> <{MG}mandateStatus> ?s }}"

    def now() -> list[str]:
        return [str(r["s"]).removeprefix(KOS + "mandate-") for r in here.store.select(query, here.graphs.public()).rows]

    first = now()
    decide(here, "status", "AG/RES. 2816, 18 s1", "fulfilled", date(2016, 12, 1))
    assert now() == ["fulfilled"]
    decide(here, "status", "AG/RES. 2816, 18 s1", "open", date(2016, 12, 1), judge=JUAN)
    assert now() == ["open"]
    decide(here, "status", "AG/RES. 2816, 18 s1", "withdraw", date(2016, 12, 1), judge=ANA)
    assert now() == first


def test_a_meeting_held_is_recorded_beside_its_plan(here: Installation) -> None:
    decide(here, "held", "migration-and-health", date(2016, 11, 3))
    query = f"""
ASK {{
  ?held <{MG}executes> <{ACTIVITY}> ; <{MG}heldOn> ?day .
  ?record <{MG}about> <{ACTIVITY}> ; <{MG}progress> <{KOS}progress-held>
}}"""
    assert here.store.ask(query, here.graphs.public())
    decide(here, "not_held", "migration-and-health", judge=JUAN)
    assert not here.store.ask(query, here.graphs.public())
    assert not here.store.ask(f"ASK {{ ?held <{MG}executes> <{ACTIVITY}> }}", here.graphs.public())


def test_a_link_that_a_text_states_can_be_rejected_and_that_survives_a_refresh(here: Installation) -> None:
    stated = [c for c in Claims.read(here.store, here.graphs).of("link") if c.status == "stated"]
    assert stated
    start, end = stated[0].one("from"), stated[0].one("to")
    query = f"ASK {{ <{start}> <{MG}cites> <{end}> }}"
    assert here.store.ask(query, here.graphs.public())
    decide(here, "link", stated[0].iri, "reject")
    here.load_plan("cam")
    assert not here.store.ask(query, here.graphs.public())
    decide(here, "link", stated[0].iri, "withdraw", judge=JUAN)
    assert here.store.ask(query, here.graphs.public())


def test_a_fulfilment_without_an_outcome_is_refused_and_nothing_is_written(here: Installation) -> None:
    before = everything(here)
    with pytest.raises(IntegrityFault):
        decide(here, "link", "migration-and-health -> AG/RES. 2881, 33.A", "accept", "fulfils")
    assert everything(here) == before


def test_several_decisions_are_written_together_or_not_at_all(here: Installation) -> None:
    desk = desk_of(here, Claims.read(here.store, here.graphs))
    good = desk.link(HEALTH, "accept")
    bad = desk.link("migration-and-health -> AG/RES. 2881, 33.A", "accept", "fulfils")
    assert good
    assert bad
    before = everything(here)
    with pytest.raises(IntegrityFault):
        here.decide([(good, ANA), (bad, ANA)])
    assert everything(here) == before


def test_independent_decisions_give_the_same_graph_in_any_order() -> None:
    steps = [
        ("link", (HEALTH, "accept"), ANA),
        ("participation", ("food-security-migration-climate-change-iom", "reject"), JUAN),
        ("responsible", ("proposal-responsible-2883-2-s1", "accept"), ANA),
        ("status", ("AG/RES. 2816, 18 s1", "fulfilled", date(2016, 12, 1)), JUAN),
        ("held", ("opening-meeting", date(2016, 10, 20)), ANA),
    ]
    graphs = []
    for order in (steps, steps[::-1], steps[2:] + steps[:2]):
        with memory_installation() as here:
            for how, arguments, judge in order:
                assert decide(here, how, *arguments, judge=judge) is not None
            graphs.append(everything(here))
    assert graphs[0] == graphs[1] == graphs[2]


@pytest.mark.parametrize(
    "judge",
    [
        Judge("", date(2016, 11, 10), "Agreed."),
        Judge("123", date(2016, 11, 10), "Agreed."),
        Judge("Ana", date(2016, 11, 10), "  …  "),
        Judge("Ana", date(2016, 12, 2), "Agreed."),
        Judge("Mandate Graph Suggester", date(2016, 11, 10), "Agreed."),
        Judge("mandategraph-suggester", date(2016, 11, 10), "Agreed."),
        Judge("Ana\u0007", date(2016, 11, 10), "Agreed."),
        Judge("Ana", date(2016, 11, 10), "x" * 3000),
    ],
    ids=["no name", "no letters", "no reason", "future", "program", "program by key", "bell", "too long"],
)
def test_a_judge_who_cannot_stand_in_the_record_is_refused(judge: Judge) -> None:
    programs = {"Mandate Graph Suggester": "urn:agent", "mandategraph-suggester": "urn:agent"}
    with pytest.raises(WrongUse):
        admitted(judge, programs, date(2016, 12, 1))
    assert admitted(ANA, programs, date(2016, 12, 1)) == ANA


def test_the_shipped_program_is_known_as_one(here: Installation) -> None:
    assert "mandategraph-suggester" in Claims.read(here.store, here.graphs).programs


@pytest.mark.parametrize(
    ("how", "arguments", "problem"),
    [
        ("link", ("health-2881-33-b", "accept"), UnknownName),
        ("link", (HEALTH, "acept"), UnknownName),
        ("link", (HEALTH, "withdraw"), WrongUse),
        ("link", ("migration-and-health -> AG/RES. 9999, 1", "accept"), UnknownName),
        ("responsible", ("AG/RES. 2881, 33", "accept", "CAMM"), UnknownName),
        ("participation", ("nobody", "accept"), UnknownName),
        ("status", ("AG/RES. 2816, 18 s1", "opn", date(2016, 12, 1)), UnknownName),
        ("status", ("migration-and-health", "held", date(2016, 12, 1)), WrongUse),
        ("status", ("May 2017", "postponed", date(2016, 12, 1)), AmbiguousName),
        ("held", ("migration-and-helth", date(2016, 12, 1)), UnknownName),
        ("not_held", ("migration-and-health",), WrongUse),
        ("gap", ("ActivityWithoutResponsible", ACTIVITY, "withdraw"), WrongUse),
    ],
)
def test_what_cannot_be_decided_is_told(
    here: Installation, how: str, arguments: tuple[object, ...], problem: type[Exception]
) -> None:
    before = everything(here)
    with pytest.raises(problem):
        decide(here, how, *arguments)
    assert everything(here) == before


def test_the_address_of_a_decision_follows_from_what_it_says(here: Installation) -> None:
    decision = desk_of(here, Claims.read(here.store, here.graphs)).link(HEALTH, "accept")
    assert decision
    one, again = (address(decision, ANA, here.graphs, "oas") for _ in range(2))
    assert one == again != address(decision, JUAN, here.graphs, "oas")


def test_no_proposal_and_no_rejection_of_one_stands_among_the_facts(here: Installation) -> None:
    decide(here, "link", HEALTH, "accept")
    decide(here, "link", HEALTH, "reject", judge=JUAN)
    query = f"SELECT ?n {{ ?n <{PROV}wasDerivedFrom>+ ?p . FILTER(CONTAINS(STR(?p), '{HEALTH}')) }}"
    assert not here.store.select(query, Dataset((None, here.graphs.facts))).rows
    assert here.store.select(query, Dataset((here.graphs.review,))).rows
