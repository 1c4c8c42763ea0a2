"""
What it costs to conclude and check anew after one edited link, beside a full run.

`python bench/generate.py --triples 1000000 --seed 1 -o FILE.nq`, then `python bench/checks_after_edit.py FILE.nq`; with
`--folder FOLDER` the data lie in a store on disk, which is filled from the file where it is empty. Links are taken
away, rejected and pointed elsewhere, in turn: each time the edit is written, what follows from it concluded, and what
either reaches checked. At the end the results are compared with a full run's.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import pyoxigraph as ox
from measure import milliseconds, resident

from mandategraph.checks import Catalogue
from mandategraph.checks.catalogue import INTEGRITY, PROFILES
from mandategraph.checks.compiled import CompiledEngine
from mandategraph.checks.results import Outcome, Run
from mandategraph.checks.run import datasets_of
from mandategraph.checks.shapes import Shape
from mandategraph.checks.standing import Standing
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, Quad
from mandategraph.engine.terms import from_quad, to_quad
from mandategraph.library import Library
from mandategraph.reason.conclude import infer
from mandategraph.reason.rules import Rule, read_rules
from mandategraph.reason.update import update
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.recording import RecordingStore

GRAPHS = Graphs()
REJECTED = Iri("https://w3id.org/mandategraph/kos/status-rejected")
KINDS = ("taken away", "rejected", "pointed elsewhere")
STEPS = ("written", "concluded", "checked")


@dataclass(frozen=True, slots=True)
class Took:
    """What one edit took, step by step, on the clock and of the processor, and what was asked for it."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]
    asked: str


def main() -> None:
    """Measure, and print a line for each kind of edit."""
    parser = argparse.ArgumentParser(description="Checks after one edited link.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--edits", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="a store on disk")
    parser.add_argument("--unchecked", action="store_true", help="without the full run at the end")
    parser.add_argument("--slow", type=float, default=0.05, help="tell what an edit asked that took so many seconds")
    asked = parser.parse_args()
    catalogue, shapes = all_shapes()
    rules = read_rules(Library.shipped().rules(), Library.shipped().ontology())
    store = _store(asked.file, asked.folder, rules)
    dataset_of = datasets_of(GRAPHS, catalogue)
    run = newest_plan(store)
    begun, clock = time.process_time(), time.perf_counter()
    standing = Standing(store, dataset_of, _nobody, shapes, run)
    took = f"{milliseconds(time.process_time() - begun)} of the processor, {milliseconds(time.perf_counter() - clock)}"
    print(f"{len(shapes)} shapes, all nodes: {took} on the clock; {resident()}", flush=True)
    times: dict[str, list[Took]] = {kind: [] for kind in KINDS}
    for kind, added, removed in edits(store, asked.edits):
        times[kind].append(_one(store, standing, rules, added, removed))
        if sum(times[kind][-1].clock) > asked.slow:
            took = ", ".join(map(milliseconds, times[kind][-1].clock))
            print(f"slow: a link {kind}: {took}; {times[kind][-1].asked}", flush=True)
    print(report(times), flush=True)
    print(resident(), flush=True)
    if not asked.unchecked:
        full = CompiledEngine(store, dataset_of, _nobody)(shapes, run)
        if _keys(full) != _keys(standing.outcome):
            raise SystemExit("The results differ from those of a full run.")
        print("The results are those of a full run.")


def report(times: dict[str, list[Took]]) -> str:
    """Return a line for all edits and one for each kind: the middle, the 95th in a hundred, the worst."""
    everything = [one for kind in KINDS for one in times[kind]]
    lines = [f"{len(everything)} edited links, on the clock: {_spread([sum(one.clock) for one in everything])}"]
    lines.append(f"of the processor: {_spread([sum(one.processor) for one in everything])}")
    for kind in KINDS:
        if times[kind]:
            lines.append(f"a link {kind}: {_spread([sum(one.clock) for one in times[kind]])}; {times[kind][-1].asked}")
    for at, step in enumerate(STEPS):
        lines.append(f"{step}: {_spread([one.clock[at] for one in everything])}")
    return "\n".join(lines)


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return (
        f"{milliseconds(statistics.median(ordered))} in the middle, {milliseconds(late)} at 95 of 100, "
        f"{milliseconds(ordered[-1])} at worst"
    )


def _one(
    store: RecordingStore, standing: Standing, rules: Sequence[Rule], added: Sequence[Quad], removed: Sequence[Quad]
) -> Took:
    clock, processor = [time.perf_counter()], [time.process_time()]

    def note() -> None:
        clock.append(time.perf_counter())
        processor.append(time.process_time())

    before = set(store.added), set(store.removed)
    clock, processor = [time.perf_counter()], [time.process_time()]
    store.write(added, removed)
    note()
    update(store, rules, list(map(from_quad, added)), list(map(from_quad, removed)), GRAPHS)
    note()
    after = set(store.added), set(store.removed)
    came = (after[0] - before[0]) | (before[1] - after[1])
    went = (after[1] - before[1]) | (before[0] - after[0])
    now = standing.follow(list(map(to_quad, came)), list(map(to_quad, went)))
    note()
    nodes = ", ".join(f"{code} {number}" for code, number in sorted(now.nodes.items(), key=lambda one: -one[1])[:5])
    asked = (
        f"{len(now.whole)} asked of all nodes ({', '.join(now.whole) or 'none'}), {len(now.nodes)} of "
        f"{sum(now.nodes.values())} ({nodes}), {now.untouched} not at all"
    )
    steps = range(len(STEPS))
    return Took(
        tuple(clock[at + 1] - clock[at] for at in steps),
        tuple(processor[at + 1] - processor[at] for at in steps),
        asked,
    )


def all_shapes() -> tuple[Catalogue, list[Shape]]:
    """Return the shapes of integrity and of all profiles, by their codes."""
    catalogue = Catalogue.read(Library.shipped().shapes_folder)
    found = {shape.code: shape for name in (*PROFILES, INTEGRITY) for shape, _ in catalogue.profile(name)}
    return catalogue, [found[code] for code in sorted(found)]


def _store(file: Path, folder: Path | None, rules: Sequence[Rule]) -> RecordingStore:
    store = EmbeddedStore(ox.Store(str(folder)) if folder else ox.Store())
    if not len(store):
        store.engine.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
        infer(store, rules, GRAPHS)
    return RecordingStore(store.engine)


def edits(store: GraphStore, number: int) -> Iterator[tuple[str, list[Quad], list[Quad]]]:
    """Yield kinds of edits of links, always the same ones for the same graph, with what they add and remove."""
    rows = store.select(f"SELECT ?l ?to {{ ?l a <{MG}TraceLink> ; <{MG}to> ?to }} ORDER BY ?l", GRAPHS.public()).rows
    random = Random(1)  # noqa: S311 - nothing secret
    drawn = random.sample(list(rows), number)
    ends = [random.choice(rows)["to"] for _ in drawn]
    del rows
    for at, row in enumerate(drawn):
        kind, link = KINDS[at % len(KINDS)], Iri(str(row["l"]))
        query = f"SELECT ?p ?o {{ {link.sparql()} ?p ?o }}"
        said = store.select(query, Dataset((GRAPHS.facts,))).rows
        quads = [Quad(link, Iri(str(one["p"])), one["o"], Iri(GRAPHS.facts)) for one in said]
        if kind == KINDS[0]:
            yield kind, [], quads
            continue
        name, value = ("assertionStatus", REJECTED) if kind == KINDS[1] else ("to", ends[at])
        old = [quad for quad in quads if quad.predicate.value == MG + name]
        yield kind, [Quad(link, Iri(MG + name), value, Iri(GRAPHS.facts))], old


def newest_plan(store: GraphStore) -> Run:
    """Return the run that looks at the newest plan on its own day."""
    query = f"SELECT ?plan ?on {{ ?plan a <{MG}WorkPlan> ; <{MG}referenceDate> ?on }} ORDER BY DESC(?on) ?plan LIMIT 1"
    newest = store.select(query, GRAPHS.public()).rows[0]
    return Run(date.fromisoformat(str(newest["on"])[:10]), Iri(str(newest["plan"])))


def _keys(outcome: Outcome) -> tuple[set[tuple[str, str, str]], dict[str, int]]:
    return {(one.code, str(one.focus), str(one.value)) for one in outcome.results}, dict(outcome.looked_at)


def _nobody(shapes: object, _run: Run) -> Outcome:
    raise SystemExit(f"Left to another engine: {shapes}")


if __name__ == "__main__":
    main()
