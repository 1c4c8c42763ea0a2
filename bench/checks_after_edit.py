"""
What it costs to keep the results of all checks up to date after one edited link, beside a full run.

`python bench/generate.py --triples 1000000 --seed 1 -o FILE.nq`, then `python bench/checks_after_edit.py FILE.nq`.
Links are taken away, rejected and pointed elsewhere, in turn; at the end the results are compared with a full run's.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

from mandategraph.checks import Catalogue
from mandategraph.checks.catalogue import INTEGRITY, PROFILES
from mandategraph.checks.compiled import CompiledEngine
from mandategraph.checks.results import Outcome, Run
from mandategraph.checks.standing import Standing
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import MG
from mandategraph.core.terms import Iri, Quad
from mandategraph.library import Library
from mandategraph.stores.embedded import EmbeddedStore

GRAPHS = Graphs()
REJECTED = Iri("https://w3id.org/mandategraph/kos/status-rejected")
KINDS = ("taken away", "rejected", "pointed elsewhere")


def main() -> None:
    """Measure, and print a line for each kind of edit."""
    parser = argparse.ArgumentParser(description="Checks after one edited link.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--edits", type=int, default=15)
    asked = parser.parse_args()
    catalogue = Catalogue.read(Library.shipped().shapes_folder)
    found = {shape.code: shape for name in (*PROFILES, INTEGRITY) for shape, _ in catalogue.profile(name)}
    shapes = [found[code] for code in sorted(found)]
    store = EmbeddedStore.in_memory()
    with asked.file.open("rb") as stream:
        store.load(stream, "application/n-quads")

    def dataset_of(code: str) -> Dataset:
        public = GRAPHS.public()
        if catalogue.rows[code].reads_proposals:
            return Dataset((*public.default, GRAPHS.review), (*public.named, GRAPHS.review))
        return public

    def full() -> Outcome:
        return CompiledEngine(store, dataset_of, _nobody)(shapes, run)

    run = _run(store)
    full()
    begun = time.perf_counter()
    full()
    whole = time.perf_counter() - begun
    print(f"{len(shapes)} shapes, all nodes: {whole * 1000:,.0f} ms")
    standing = Standing(store, dataset_of, _nobody, shapes, run)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    told: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for kind, added, removed in _edits(store, asked.edits):
        store.write(added, removed)
        begun = time.perf_counter()
        now = standing.follow(added, removed)
        times[kind].append(time.perf_counter() - begun)
        told[kind].append(
            f"{len(now.whole)} asked of all nodes ({', '.join(now.whole) or 'none'}), {len(now.nodes)} of some "
            f"({sum(now.nodes.values())} together), {now.untouched} not at all"
        )
    for kind in KINDS:
        middle = statistics.median(times[kind])
        print(f"a link {kind}: {middle * 1000:.0f} ms, {whole / middle:.0f} times less; {told[kind][-1]}")
    if _keys(full()) != _keys(standing.outcome):
        raise SystemExit("The results differ from those of a full run.")
    print("The results are those of a full run.")


def _edits(store: EmbeddedStore, number: int) -> Iterator[tuple[str, list[Quad], list[Quad]]]:
    rows = store.select(f"SELECT ?l ?to {{ ?l a <{MG}TraceLink> ; <{MG}to> ?to }} ORDER BY ?l", GRAPHS.public()).rows
    random = Random(1)  # noqa: S311 - nothing secret
    for at, row in enumerate(random.sample(list(rows), number)):
        kind, link = KINDS[at % len(KINDS)], Iri(str(row["l"]))
        query = f"SELECT ?p ?o {{ {link.sparql()} ?p ?o }}"
        said = store.select(query, Dataset((GRAPHS.facts,))).rows
        quads = [Quad(link, Iri(str(one["p"])), one["o"], Iri(GRAPHS.facts)) for one in said]
        if kind == KINDS[0]:
            yield kind, [], quads
            continue
        name, value = ("assertionStatus", REJECTED) if kind == KINDS[1] else ("to", random.choice(rows)["to"])
        old = [quad for quad in quads if quad.predicate.value == MG + name]
        yield kind, [Quad(link, Iri(MG + name), value, Iri(GRAPHS.facts))], old


def _run(store: EmbeddedStore) -> Run:
    query = f"SELECT ?plan ?on {{ ?plan a <{MG}WorkPlan> ; <{MG}referenceDate> ?on }} ORDER BY DESC(?on) ?plan"
    newest = store.select(query, GRAPHS.public()).rows[0]
    return Run(date.fromisoformat(str(newest["on"])[:10]), Iri(str(newest["plan"])))


def _keys(outcome: Outcome) -> tuple[set[tuple[str, str, str]], dict[str, int]]:
    return {(one.code, str(one.focus), str(one.value)) for one in outcome.results}, dict(outcome.looked_at)


def _nobody(shapes: object, _run: Run) -> Outcome:
    raise SystemExit(f"Left to another engine: {shapes}")


if __name__ == "__main__":
    main()
