"""
Random sequences of decisions, withdrawals, refreshes and corrected texts keep the promises of the design.

A few among the tests; `make sequences` runs two hundred (MANDATEGRAPH_SEQUENCES).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from mandategraph.cli.ask import question_texts
from mandategraph.cli.orders import Clerk
from mandategraph.core.answers import answer
from mandategraph.core.claims import Claim, Claims
from mandategraph.core.errors import WrongUse
from mandategraph.core.namespaces import ID, KOS, MG, RDF
from mandategraph.core.orders import Order
from mandategraph.core.suspicion import Circumstances
from mandategraph.wiring import Installation, memory_installation
from mandategraph.wiring.admission import rules_of

SEQUENCES = int(os.environ.get("MANDATEGRAPH_SEQUENCES", "2"))
TODAY = date(2026, 1, 1)
START = date(2021, 2, 1)
DOCUMENT = f"{ID}oas/ag/res/2020/2999"
TEXT = """AG/RES. 2999 (L-O/20)

ON LIGHTHOUSES

THE GENERAL ASSEMBLY,

RESOLVES:

1. To thank the keepers.

2. To request the General Secretariat to pay the keepers.

3. To take note of the lamps.

4. To instruct the CAM to count lighthouses in the region.

5. To encourage member states to keep their lamps lit.
"""
VERSIONS: Mapping[str, str] = {
    "whole": TEXT,
    "words": TEXT.replace("count lighthouses", "paint lighthouses"),
    "elsewhere": TEXT.replace("thank the keepers", "thank all keepers of all lamps"),
    "number": TEXT.replace("4. To instruct", "4. To wait.\n\n5. To instruct").replace("5. To encou", "6. To encou"),
    "addressee": TEXT.replace("To instruct the CAM", "To instruct the CIM"),
    "shorter": TEXT.partition("4. To instruct")[0],
}
Step = tuple[str, str, tuple[str, ...], dict[str, str]]


def of(kind: str, thing: str, *verdicts: str, **more: str) -> Step:
    return kind, thing, verdicts, more


# What touches one thing is a thread: its steps keep their order, and threads are independent of one another.
THREADS: Mapping[str, tuple[Step, ...]] = {
    "stated link": (of("link", "migration-and-health-cites-2881", "accept", "reject", "withdraw"),),
    "own link": (of("link", "migration-and-gender -> AG/RES. 2881, 33.B", "accept", "withdraw"),),
    "list": (of("link", "cam -> AG/DEC. 88", "accept", "withdraw", type="lists"),),
    "meeting": (
        of("held", "migration-and-health", "2016-11-03", "2016-11-04", "withdraw"),
        of("status", "migration-and-health", "postponed", "cancelled", "withdraw"),
        of("status", "migration-and-health", "date-fixed", day="2016-11-09"),
    ),
    "guest": (of("participation", "migration-and-health-iom", "accept", "reject", "took-part", "withdraw"),),
    "mandate": (
        of("status", "AG/RES. 2816, 18 s1", "fulfilled", "open", "withdraw"),
        of("category", "AG/RES. 2816, 18 s1", "A", "B", "withdraw"),
        of("ends", "AG/RES. 2816, 18 s1", "2017-12-31", "2018-06-30", "withdraw"),
    ),
    "gap": (of("gap", "migration-and-gender", "accept", "withdraw", code="ActivityWithoutResponsible"),),
    "refresh": (of("refresh", "cam", ""),),
    "text": (
        of("ingest", "", *VERSIONS),
        of("ingest", "", *VERSIONS),
        of("withdraw", "", ""),
        of("link", "migration-and-health -> AG/RES. 2999, 4", "accept", "reject", "withdraw"),
        of("link", "migration-and-health -> AG/RES. 2999, 5", "accept", "reject", "withdraw"),
        of("status", "AG/RES. 2999, 4 s1", "answered", "open", "withdraw"),
        of("begins", "AG/RES. 2999, 4 s1", "2021-01-01", "2021-03-01", "withdraw"),
        of("responsible", "AG/RES. 2999, 4 s1", "accept", "withdraw", actor="SEDI"),
    ),
}
_LINKS = {f"link {key}": (of("link", key, "accept", "reject", "withdraw"),)
          for key in ("health-2881-33-a", "health-2881-36", "gender-2738-2-e")}  # fmt: skip
_ALL = {**THREADS, **_LINKS}
# Half of the steps touch the text that changes.
_CHOICES = [*_ALL, *["text"] * len(_ALL)]


@dataclass(frozen=True)
class Taken:
    """One step: its thread, and what is told."""

    thread: str
    order: Order


@st.composite
def sequences(draw: st.DrawFn, most: int = 9) -> tuple[list[Taken], list[Taken]]:
    """Draw steps in two orders; the day of a step follows from its place in its thread, not in the sequence."""
    found: list[Taken] = []
    taken: dict[str, int] = {}
    for thread in draw(st.lists(st.sampled_from(_CHOICES), min_size=most // 2, max_size=most)):
        kind, thing, verdicts, more = draw(st.sampled_from(_ALL[thread]))
        taken[thread] = taken.get(thread, 0) + 1
        day = START + timedelta(days=taken[thread])
        said = {"by": draw(st.sampled_from(("Ana", "Juan"))), "on": day.isoformat(), **more}
        order = Order(kind, thing, draw(st.sampled_from(verdicts)), reason=f"{thread} {taken[thread]}", **said)
        found.append(Taken(thread, order))
    turns = draw(st.permutations([one.thread for one in found]))
    threads = {thread: iter([one for one in found if one.thread == thread]) for thread in turns}
    return found, [next(threads[thread]) for thread in turns]


class Place:
    """What every sequence starts from: the shipped plan and a resolution beside it; and all versions of its text."""

    def __init__(self, folder: Path, drafters: dict[str, Any]) -> None:
        from mandategraph.ingest.readers.text import read_text

        self.drafts: dict[str, Path] = {}
        for name, text in VERSIONS.items():
            made = drafters["oas"].draft(read_text(f"{name}.txt", text.encode()))
            (folder / f"{name}.txt").write_bytes(made.source_text.encode())
            self.drafts[name] = folder / f"{name}.trig"
            self.drafts[name].write_bytes(made.trig.encode())
        self.whole = memory_installation()
        known = subjects(self.whole)
        self.whole.drafts.accept([self.drafts["whole"]], START)
        self.of_texts = subjects(self.whole) - known
        for name in VERSIONS:
            with self.another() as other:
                other.drafts.accept([self.drafts[name]], START, replace=True)
                self.of_texts |= subjects(other) - known

    def another(self) -> Installation:
        """Return a copy of it."""
        made = memory_installation(filled=False)
        made.store.engine.extend(self.whole.store.engine)  # type: ignore[attr-defined]
        made._backend.conclusions.keep(rules_of(made.library))
        made._backend.shipments.keep("cam", self.whole._backend.shipments.of("cam"))
        return made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, drafters: dict[str, Any]) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("texts"), drafters)
    yield made
    made.whole.close()


Triple = tuple[str, str, str]


def triples(here: Installation, *graphs: str) -> set[Triple]:
    return {(str(q.subject), str(q.predicate), str(q.object)) for graph in graphs for q in here.store.quads(graph)}


def subjects(here: Installation) -> set[str]:
    return {subject for subject, _, _ in triples(here, here.graphs.facts, here.graphs.review)}


def run(here: Installation, place: Place, steps: Sequence[Taken]) -> Iterator[int]:
    """Take the steps; a person who asks for what cannot be decided is told so, and nothing changes."""
    for step in steps:
        order = step.order
        decisions = []
        try:
            if order.kind == "refresh":
                here.load_plan("cam")
            elif order.kind == "ingest":
                here.drafts.accept([place.drafts[order.verdict]], date.fromisoformat(order.on), replace=True)
            elif order.kind == "withdraw":
                here.drafts.withdraw(DOCUMENT)
            else:
                clerk = Clerk(here, TODAY)
                judge = clerk.judge(order)
                decisions = clerk.decided(order, judge)
                if decisions:
                    here.decide([(decision, judge) for decision in decisions])
        except WrongUse:
            decisions = []
        yield len(decisions)


def the_rules_hold(here: Installation, given: set[Triple]) -> None:
    """A guess is no fact, nothing follows downwards, and what follows is what would follow if all were drawn anew."""
    facts = here.graphs.facts
    claims = Claims.read(here.store, here.graphs)
    assert not any(claim.status == "proposed" for claim in claims.all if claim.graph == facts)
    behind = {
        (claim.one("from"), claim.one("to"))
        for claim in claims.of("link")
        if claim.graph == facts and claim.status in ("stated", "confirmed")
    }
    plain = {(s, o) for s, p, o in triples(here, here.graphs.inferred) if p == f"{MG}contributesTo"}
    assert plain <= behind
    # Proposals are as they were.
    proposals = {subject for subject, _, value in given if value == f"{KOS}status-proposed"}
    now = triples(here, facts, here.graphs.review)
    assert {t for t in now if t[0] in proposals} == {t for t in given if t[0] in proposals}
    again = here.infer()
    assert (again.added, again.removed) == (0, 0)


def the_decisions_are_whole(here: Installation) -> None:
    """Each has a person, a day, a reason; what counts hangs on things that are there; the suspect ones are told."""
    facts = here.graphs.facts
    claims = Claims.read(here.store, here.graphs)
    decided = [claim for claim in claims.all if claim.is_decided]
    there = {s for s, p, _ in triples(here, facts) if p == f"{RDF}type"}
    for claim in decided:
        assert (claim.person, claim.day, claim.reason) != ("", "", "")
        assert claim.kind != "participation" or claim.holder, claim
        if claim.graph == facts:
            things = {claim.one("from"), claim.one("to"), claim.holder, claim.one("about"), claim.one("executes")}
            assert things - {""} <= there, claim
    counted = [claim for claim in decided if claim.graph == facts and claim.status == "confirmed"]
    changed = {claim.iri for claim in counted if Circumstances.of(here.store, here.graphs, counted).have_changed(claim)}
    pending = answer(here.store, here.graphs, question_texts(here.library), "decisions-pending", {}).block("changed")
    asked_again = {row["node"].iri for row in pending.rows}
    assert changed <= asked_again
    assert all(is_aside(claims, iri) for iri in asked_again - changed)


def is_aside(claims: Claims, iri: str) -> bool:
    claim: Claim | None = claims.get(iri)
    return claim is not None and claim.graph.endswith("/review") and claim.status == "confirmed"


@settings(
    max_examples=SEQUENCES,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(drawn=sequences())
def test_promises_hold_whatever_is_decided(place: Place, drawn: tuple[list[Taken], list[Taken]]) -> None:
    steps, otherwise = drawn
    with place.another() as here, place.another() as other:
        facts, review = here.graphs.facts, here.graphs.review
        given_first = triples(here, facts, review)
        ever = {t for t in given_first if t[0] not in place.of_texts}
        decided = 0
        for number in run(here, place, steps):
            decided += number
            now = triples(here, facts, review)
            # Nothing that was said is lost: it lies among the facts or under review. Only a text is replaced by a text.
            assert ever <= now, sorted(ever - now)[:3]
            ever = {t for t in now if t[0] not in place.of_texts}
        assume(decided)
        the_rules_hold(here, given_first)
        the_decisions_are_whole(here)
        # The same graph whatever the order of what is independent.
        assert sum(run(other, place, otherwise)) == decided
        assert triples(other, *other.graphs.all) == triples(here, *here.graphs.all)
        assert triples(other, review) == triples(here, review)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(drawn=sequences())
def test_both_orders_hold_the_same_steps_and_keep_each_thread(drawn: tuple[list[Taken], list[Taken]]) -> None:
    steps, otherwise = drawn
    assert len(steps) == len(otherwise)
    for thread in {step.thread for step in steps}:
        assert [s for s in steps if s.thread == thread] == [s for s in otherwise if s.thread == thread]


def test_sequences_reach_every_kind_of_step() -> None:
    from mandategraph.core.orders import KINDS

    kinds = {step[0] for steps in _ALL.values() for step in steps}
    assert kinds == {*KINDS, "refresh", "ingest", "withdraw"}
