"""What is asked as of a past day is answered with the decisions of that day, and with the facts of now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from mandategraph.cli.orders import Clerk
from mandategraph.core.orders import Order
from mandategraph.wiring import Installation, memory_installation
from mandategraph.wiring.past import as_it_stood

Run = Callable[..., Any]


def state(here: Installation, day: date | None = None) -> set[str]:
    """Everything in the store as it is now, or with the decisions of a day."""
    store = here.store if day is None else as_it_stood(here.store, here.library, here.graphs, day)
    return {str(quad) for graph in here.graphs.all for quad in store.quads(graph) if "/agent/" not in str(quad)}


def test_each_past_day_gives_the_store_as_it_was() -> None:
    """Confirmed, rejected, taken back, decided otherwise: going back gives what was there, triple for triple."""
    steps = [
        Order("link", "health-2881-33-a", "accept", by="Ana", on="2016-11-01", reason="A."),
        Order("link", "health-2881-33-a", "reject", by="Juan", on="2016-11-02", reason="B."),
        Order("link", "migration-and-health-cites-2881", "reject", by="Ana", on="2016-11-03", reason="C."),
        Order("held", "migration-and-health", "2016-11-03", by="Ana", on="2016-11-04", reason="D."),
        Order("link", "migration-and-health-cites-2881", "accept", by="Ana", on="2016-11-05", reason="E."),
        Order("gap", "ActivityWithoutResponsible", "accept", by="Ana", on="2016-11-06", reason="F."),
        Order("participation", "migration-and-health-iom", "accept", by="Ana", on="2016-11-07", reason="G."),
        Order("participation", "migration-and-health-iom", "withdraw", by="Ana", on="2016-11-08", reason="H."),
        Order("held", "migration-and-health", "withdraw", by="Ana", on="2016-11-09", reason="I."),
        Order("link", "health-2881-33-a", "accept", by="Ana", on="2016-11-10", reason="J."),
    ]
    with memory_installation() as here:
        days = {date(2016, 10, 31): state(here)}
        for order in steps:
            clerk = Clerk(here, date(2026, 1, 1))
            judge = clerk.judge(order)
            here.decide([(decision, judge) for decision in clerk.decided(order, judge)])
            days[judge.day] = state(here)
        assert len({frozenset(one) for one in days.values()}) == len(steps) + 1
        for day, then in days.items():
            now = state(here, day)
            assert now == then, (day, sorted(now ^ then)[:4])
        assert state(here) == days[date(2016, 11, 10)], "asking changes nothing"


def test_the_answer_says_so(run: Run) -> None:
    who = ("--by", "Ana", "--on", "2016-11-04", "--reason", "Agreed.")
    run("decide", "link", "health-2881-33-a", "accept", *who)
    asked = ("ask", "activities-for-paragraph", "paragraph=AG/RES. 2881, 33.A")
    now = run(*asked).out
    then = run(*asked, "--as-of", "2016-11-03", "--lang", "en")
    assert "confirmed" in now
    assert "confirmed" not in then.out.replace("Stated or confirmed", "")
    assert "Decisions as they stood on 3 November 2016; everything else is as it is now." in " ".join(then.out.split())
    assert run(*asked, "--as-of", "3.11.").status == 2
