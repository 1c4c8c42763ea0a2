"""
What a service answers while others try to hold it down, in short: one line a figure.

It starts a service with a store of its own on a free port, sends queries that never end from 16
clients and light ones beside them, and tells the times of both.
"""

from __future__ import annotations

import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from statistics import median

from running import service

HOSTILE_CLIENTS = 16
SECONDS = 30.0
DEADLINE = 10.0
LIGHT = "SELECT ?s WHERE { ?s a <https://w3id.org/mandategraph/ns#WorkPlan> }"
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(DISTINCT ?a) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "SELECT ?a ?z WHERE { ?a (!<urn:x>|^!<urn:x>)* ?z . ?q ?r ?s }",
    "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }",
)

Answer = tuple[float, int]


def ask(address: str, query: str) -> Answer:
    """Return how long an answer took, and its status; 0 where it was broken off."""
    began = time.monotonic()
    try:
        asked = f"{address}sparql?query={urllib.parse.quote(query)}"
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310  our own service
            while answer.read(1 << 20):
                pass
            status = answer.status
    except urllib.error.HTTPError as problem:
        status = problem.code
    except (OSError, HTTPException):
        status = 0
    return time.monotonic() - began, status


def keep_asking(address: str, queries: tuple[str, ...], until: float, answers: list[Answer], pause: float) -> None:
    """Ask one query after another until a time."""
    number = 0
    while time.monotonic() < until:
        answers.append(ask(address, queries[number % len(queries)]))
        number += 1
        time.sleep(pause)


def measured(address: str, clients: int) -> tuple[list[Answer], list[Answer]]:
    """Return the light answers and the hostile ones of one run."""
    light: list[Answer] = []
    hostile: list[Answer] = []
    until = time.monotonic() + SECONDS
    threads = [
        threading.Thread(
            target=keep_asking, args=(address, HOSTILE[at % 5 :] + HOSTILE[: at % 5], until, hostile, 0.05)
        )
        for at in range(clients)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    keep_asking(address, (LIGHT,), until, light, 0.02)
    for thread in threads:
        thread.join()
    return light, hostile


def told(name: str, answers: list[Answer]) -> str:
    """Return one line about answers."""
    times = sorted(seconds * 1000 for seconds, _ in answers)
    at_99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    statuses = [status for _, status in answers]
    kinds = ", ".join(f"{known or 'broken off'}: {statuses.count(known)}" for known in sorted(set(statuses)))
    shown = f"median {median(times):,.0f} ms, p99 {at_99:,.0f} ms, worst {times[-1]:,.0f} ms"
    return f"{name}: {len(times)} answers, {shown} ({kinds})"


def figures() -> list[str]:
    """Return the lines of the report: the times, then each goal with whether it was met."""
    with service() as here:
        ask(here.address, LIGHT)
        alone, _ = measured(here.address, 0)
        light, hostile = measured(here.address, HOSTILE_CLIENTS)
    at_99 = sorted(seconds for seconds, _ in light)[int(len(light) * 0.99)]
    worst = max(seconds for seconds, _ in hostile)
    failed = [status for _, status in light if status != 200]
    goals = {
        f"light p99 {at_99 * 1000:,.0f} ms, at most 500": at_99 < 0.5,
        f"longest request {worst:.1f} s, at most {DEADLINE + 1:g}": worst < DEADLINE + 1,
        f"light queries refused {len(failed)}, at most 0": not failed,
    }
    return [
        "## Beside hostile clients",
        "",
        f"{HOSTILE_CLIENTS} clients send queries that never end, one sends light ones; {SECONDS:g} seconds.",
        "",
        f"- {told('light queries alone', alone)}",
        f"- {told(f'light queries beside {HOSTILE_CLIENTS} hostile clients', light)}",
        f"- {told('hostile queries', hostile)}",
        "",
        *(f"- {'met' if is_met else 'MISSED'}: {goal}" for goal, is_met in goals.items()),
        "",
    ]


def main() -> int:
    """Run it, tell the figures, and return 1 where one is missed."""
    lines = figures()
    print("\n".join(lines))
    return 1 if any(line.startswith("- MISSED") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
