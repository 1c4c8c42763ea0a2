"""When a corrected text comes, decisions on what it changed wait for somebody to look at them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from mandategraph.cli.ask import question_texts
from mandategraph.cli.orders import Clerk
from mandategraph.core.answers import answer
from mandategraph.core.claims import Claims
from mandategraph.core.namespaces import AT, ID, KOS, MG
from mandategraph.core.orders import Order
from mandategraph.core.suspicion import Circumstances
from mandategraph.settings import Settings
from mandategraph.wiring import Installation, memory_installation

DAY = date(2021, 1, 31)
PARAGRAPH = f"{ID}oas/ag/res/2020/2999/op/4"
WHOLE = """AG/RES. 2999 (L-O/20)

ON LIGHTHOUSES

THE GENERAL ASSEMBLY,

RESOLVES:

1. To thank the keepers.

2. To request the General Secretariat to pay the keepers.

3. To take note of the lamps.

4. To instruct the CAM to count lighthouses in the region.

5. To encourage member states to keep their lamps lit.
"""
Draft = Callable[[str], Path]


@pytest.fixture
def here(draft: Draft) -> Iterator[Installation]:
    """The CAM plan, a resolution beside it, and a decision that the health meeting contributes to its paragraph 4."""
    with memory_installation(Settings()) as installation:
        installation.drafts.accept([draft(WHOLE)], DAY)
        decide(installation, "accept", "Agreed.")
        yield installation


def decide(here: Installation, verdict: str, reason: str, thing: str = "") -> list[str]:
    clerk = Clerk(here, date(2026, 1, 1))
    thing = thing or "migration-and-health -> AG/RES. 2999, 4"
    order = Order("link", thing, verdict, by="Ana", on="2021-02-01", reason=reason)
    judge = clerk.judge(order)
    decisions = clerk.decided(order, judge)
    here.decide([(decision, judge) for decision in decisions])
    return [decision.kind for decision in decisions]


def waiting(here: Installation) -> list[tuple[str, str]]:
    """What has to be looked at again: the words of then and those of now."""
    found = answer(here.store, here.graphs, question_texts(here.library), "decisions-pending", {})
    rows = found.block("changed").rows
    claims = Claims.read(here.store, here.graphs)
    decided = [claim for claim in claims.all if claim.is_decided and claim.graph == here.graphs.facts]
    now = Circumstances.of(here.store, here.graphs, decided)
    changed = {claim.iri for claim in decided if now.have_changed(claim)}
    told = {row["node"].iri for row in rows}
    # The question and the desk see the same; what is set aside lies under review, and only the question tells of it.
    assert changed <= told
    assert all(claims.get(iri) and claims.get(iri).graph == here.graphs.review for iri in told - changed)  # type: ignore[union-attr]
    return [(row["then"].label, row["now"].label) for row in rows]


def contributes(here: Installation, paragraph: str = PARAGRAPH) -> bool:
    meeting = f"{AT}oas/cidi/cam/activity/migration-and-health"
    return here.store.ask(f"ASK {{ <{meeting}> <{MG}contributesTo> <{paragraph}> }}", here.graphs.public())


def test_a_new_decision_is_trusted(here: Installation) -> None:
    clerk = Clerk(here, date(2026, 1, 1))
    told = [
        Order("participation", "migration-and-health-iom", "took-part", by="Ana", on="2021-02-01", reason="List."),
        Order("status", "AG/RES. 2816, 18 s1", "fulfilled", by="Ana", on="2021-02-01", reason="Done."),
        Order("held", "migration-and-health", "2016-11-03", by="Ana", on="2021-02-01", reason="Minutes."),
        Order("gap", "ActivityWithoutResponsible", "accept", by="Ana", on="2021-02-01", reason="Custom."),
        Order("responsible", "responsible-2816-21-s1", "accept", by="Ana", on="2021-02-01", reason="Letter."),
    ]
    decisions, _ = clerk.of_list(told)
    here.decide(decisions)
    assert waiting(here) == []
    assert contributes(here)


def test_the_same_text_again_changes_nothing(here: Installation, draft: Draft) -> None:
    here.drafts.accept([draft(WHOLE)], DAY, replace=True)
    assert waiting(here) == []
    # Another paragraph was corrected, and every place after it moved.
    here.drafts.accept([draft(WHOLE.replace("thank the keepers", "thank all keepers of all lamps"))], DAY, replace=True)
    assert waiting(here) == []
    assert contributes(here)


def test_changed_words_are_shown_beside_those_of_then_until_somebody_decides_anew(
    here: Installation, draft: Draft
) -> None:
    here.drafts.accept([draft(WHOLE.replace("count lighthouses", "paint lighthouses"))], DAY, replace=True)
    [(then, now)] = waiting(here)
    assert ("count lighthouses" in then, "paint lighthouses" in now) == (True, True)
    assert contributes(here)
    assert decide(here, "accept", "Painting is counting.") == ["link"]
    assert waiting(here) == []
    assert contributes(here)
    assert decide(here, "accept", "Again.") == []
    confirmed = [c for c in Claims.read(here.store, here.graphs).of("link") if c.status == "confirmed"]
    assert len([c for c in confirmed if c.graph == here.graphs.facts]) == 1
    assert len(confirmed) == 2, "the first decision is kept"


def test_who_is_asked_counts_too(here: Installation, draft: Draft) -> None:
    """The words of the paragraph say it; a correction by hand of the addressee alone is seen as well."""
    import pyoxigraph as ox

    facts = ox.NamedNode(here.graphs.facts)
    statement, asks = ox.NamedNode(f"{PARAGRAPH}/s1"), ox.NamedNode(f"{MG}addressee")
    engine = here.store.engine  # type: ignore[attr-defined]
    before = list(engine.quads_for_pattern(statement, asks, None, facts))
    assert before
    for quad in before:
        engine.remove(quad)
    engine.add(ox.Quad(statement, asks, ox.NamedNode(f"{ID}oas/org/cidi"), facts))
    assert ("Committee on Migration Issues (CAM)", "Inter-American Council for Integral Development (CIDI)") in waiting(
        here
    )


def test_a_paragraph_with_another_number_is_another_paragraph(here: Installation, draft: Draft) -> None:
    renumbered = WHOLE.replace("4. To instruct", "4. To wait.\n\n5. To instruct").replace(
        "5. To encourage", "6. To encourage"
    )
    here.drafts.accept([draft(renumbered)], DAY, replace=True)
    # The number is another paragraph's now: other words, and nobody is asked.
    told = waiting(here)
    assert [("To wait" in now, "count lighthouses" in then) for then, now in told if "lighthouses" in then] == [
        (True, True)
    ]
    assert ("Committee on Migration Issues (CAM)", "not stated") in told
    assert decide(here, "accept", "It is paragraph 5 now.", "migration-and-health -> AG/RES. 2999, 5") == ["link"]
    assert contributes(here, PARAGRAPH.replace("/4", "/5"))


def test_a_decision_on_what_is_gone_is_kept_told_and_can_be_taken_back(here: Installation, draft: Draft) -> None:
    shorter = WHOLE.partition("4. To instruct")[0]
    here.drafts.accept([draft(shorter)], DAY, replace=True)
    assert not contributes(here)
    [(then, now)] = waiting(here)
    assert ("count lighthouses" in then, now) == (True, "not stated")
    [aside] = [c for c in Claims.read(here.store, here.graphs).of("link") if c.one("to") == PARAGRAPH]
    assert aside.graph == here.graphs.review
    assert decide(here, "withdraw", "The paragraph is gone.", aside.iri.rsplit("/", 1)[-1]) == ["link"]
    assert waiting(here) == []
    assert f"{KOS}status-rejected" in {str(q.object) for q in here.store.quads(here.graphs.review)}


def test_a_withdrawn_document_sets_decisions_on_it_aside(here: Installation) -> None:
    here.drafts.withdraw(f"{ID}oas/ag/res/2020/2999")
    assert not contributes(here)
    assert len(waiting(here)) == 1
