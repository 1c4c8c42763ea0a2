"""
Random sequences of decisions, withdrawals and re-ingests keep the promises of the design.

A few among the tests; MANDATEGRAPH_SEQUENCES=200 runs more of them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest

from mandategraph.cli.orders import Clerk
from mandategraph.core.claims import Claims
from mandategraph.core.errors import WrongUse
from mandategraph.core.namespaces import KOS, MG
from mandategraph.core.orders import Order
from mandategraph.wiring import Installation, memory_installation

SEQUENCES = int(os.environ.get("MANDATEGRAPH_SEQUENCES", "2"))
STEPS = 9
TODAY = date(2026, 1, 1)
START = date(2016, 11, 1)
LINKS = ("health-2881-33-a", "health-2881-36", "gender-2738-2-e", "migration-and-health-cites-2881")
# What touches one thing is a thread: its steps keep their order, and threads are independent of one another.
THREADS: dict[str, tuple[tuple[str, str, tuple[str, ...], dict[str, str]], ...]] = {
    **{key: (("link", key, ("accept", "reject", "withdraw"), {}),) for key in LINKS},
    "own link": (("link", "migration-and-gender -> AG/RES. 2881, 33.B", ("accept", "withdraw"), {}),),
    "list": (("link", "cam -> AG/DEC. 88", ("accept", "withdraw"), {"type": "lists"}),),
    "meeting": (
        ("held", "migration-and-health", ("2016-11-03", "2016-11-04", "withdraw"), {}),
        ("status", "migration-and-health", ("postponed", "cancelled", "withdraw"), {}),
    ),
    "guest": (("participation", "migration-and-health-iom", ("accept", "reject", "took-part", "withdraw"), {}),),
    "mandate": (("status", "AG/RES. 2816, 18 s1", ("fulfilled", "open", "withdraw"), {}),),
    "gap": (("gap", "migration-and-gender", ("accept", "withdraw"), {"code": "ActivityWithoutResponsible"}),),
    "refresh": (("refresh", "cam", ("",), {}),),
}
Triple = tuple[str, str, str]


def sequence(seed: int) -> list[tuple[str, Order]]:
    """Draw steps, each with its thread; the day of a step follows from its place in its thread, not in the sequence."""
    chance = random.Random(seed)  # noqa: S311 - to be drawn again
    found: list[tuple[str, Order]] = []
    taken: dict[str, int] = {}
    for _ in range(STEPS):
        thread = chance.choice(sorted(THREADS))
        kind, thing, verdicts, more = chance.choice(THREADS[thread])
        taken[thread] = taken.get(thread, 0) + 1
        day = START + timedelta(days=taken[thread])
        order = Order(kind, thing, chance.choice(verdicts), by=chance.choice(("Ana", "Juan")), on=day.isoformat(),
                      reason=f"{thread} {taken[thread]}", **more)  # fmt: skip
        found.append((thread, order))
    return found


def interleaved(steps: Sequence[tuple[str, Order]], seed: int) -> list[tuple[str, Order]]:
    """Return the same steps in another order that keeps the order within each thread."""
    threads: dict[str, list[Order]] = {}
    for thread, order in steps:
        threads.setdefault(thread, []).append(order)
    turns = [thread for thread, _ in steps]
    random.Random(seed).shuffle(turns)  # noqa: S311 - to be drawn again
    return [(thread, threads[thread].pop(0)) for thread in turns]


def triples(here: Installation, *graphs: str) -> set[Triple]:
    return {(str(q.subject), str(q.predicate), str(q.object)) for graph in graphs for q in here.store.quads(graph)}


def run(here: Installation, steps: Sequence[tuple[str, Order]]) -> Iterator[int]:
    """Take the steps; a person who asks for what cannot be decided is told so, and nothing changes."""
    for _, order in steps:
        if order.kind == "refresh":
            here.load_plan("cam")
            yield 0
            continue
        clerk = Clerk(here, TODAY)
        judge = clerk.judge(order)
        try:
            decisions = clerk.decided(order, judge)
        except WrongUse:
            decisions = []
        if decisions:
            here.decide([(decision, judge) for decision in decisions])
        yield len(decisions)


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_promises_hold_whatever_is_decided(seed: int) -> None:
    steps = sequence(seed)
    with memory_installation() as here, memory_installation() as other:
        facts, review = here.graphs.facts, here.graphs.review
        given = triples(here, facts, review)
        ever = set(given)
        decided = 0
        for number in run(here, steps):
            decided += number
            now = triples(here, facts, review)
            # Nothing that was said is lost: it lies among the facts or under review.
            assert ever <= now, sorted(ever - now)[:3]
            ever = now
        assert decided, "a sequence in which nothing is decided proves nothing"
        claims = Claims.read(here.store, here.graphs)
        # A guess is never a fact, and a plain triple stands only behind a stated or confirmed link.
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
        assert {t for t in ever if t[0] in proposals} == {t for t in given if t[0] in proposals}
        # What follows is what would follow if all were concluded anew.
        again = here.infer()
        assert (again.added, again.removed) == (0, 0)
        # The same graph whatever the order of what is independent.
        assert sum(run(other, interleaved(steps, seed))) == decided
        assert triples(other, *other.graphs.all) == triples(here, *here.graphs.all)
        assert triples(other, review) == triples(here, review)


def test_sequences_reach_every_kind_of_step() -> None:
    drawn = {order.kind for seed in range(20) for _, order in sequence(seed)}
    assert drawn == {"link", "held", "status", "participation", "gap", "refresh"}
