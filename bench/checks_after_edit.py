"""
What it costs to conclude and check anew after one edited link, beside a full run.

`python bench/generate.py --triples 1000000 --seed 1 -o FILE.nq`, then `python bench/checks_after_edit.py FILE.nq`; with
`--folder FOLDER` the data lie in a store on disk, which is filled from the file where it is empty. Links are taken
away, rejected and pointed elsewhere, in turn; at the end the results are compared with a full run's. Seconds are those
of the processor.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random

import pyoxigraph as ox

from mandategraph.checks import Catalogue
from mandategraph.checks.catalogue import INTEGRITY, PROFILES
from mandategraph.checks.compiled import CompiledEngine
from mandategraph.checks.results import Outcome, Run
from mandategraph.checks.standing import Standing
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import MG
from mandategraph.core.terms import Iri, Quad
from mandategraph.library import Library
from mandategraph.reason.conclude import infer
from mandategraph.reason.rules import Rule, read_rules
from mandategraph.reason.update import update
from mandategraph.stores.convert import from_quad, to_quad
from mandategraph.stores.recording import RecordingStore

GRAPHS = Graphs()
REJECTED = Iri("https://w3id.org/mandategraph/kos/status-rejected")
KINDS = ("taken away", "rejected", "pointed elsewhere")


def main() -> None:
    """Measure, and print a line for each kind of edit."""
    parser = argparse.ArgumentParser(description="Checks after one edited link.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--edits", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="a store on disk")
    parser.add_argument("--unchecked", action="store_true", help="without the full run at the end")
    asked = parser.parse_args()
    catalogue = Catalogue.read(Library.shipped().shapes_folder)
    found = {shape.code: shape for name in (*PROFILES, INTEGRITY) for shape, _ in catalogue.profile(name)}
    shapes = [found[code] for code in sorted(found)]
    rules = read_rules(Library.shipped().rules(), Library.shipped().ontology())
    store = _store(asked.file, asked.folder, rules)

    def dataset_of(code: str) -> Dataset:
        public = GRAPHS.public()
        if catalogue.rows[code].reads_proposals:
            return Dataset((*public.default, GRAPHS.review), (*public.named, GRAPHS.review))
        return public

    def full() -> Outcome:
        return CompiledEngine(store, dataset_of, _nobody)(shapes, run)

    run = _run(store)
    begun = time.process_time()
    standing = Standing(store, dataset_of, _nobody, shapes, run)
    whole = time.process_time() - begun
    print(f"{len(shapes)} shapes, all nodes: {whole * 1000:,.0f} ms, {_mebibytes()} MiB at the highest", flush=True)
    times: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    told: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for kind, added, removed in _edits(store, asked.edits):
        before = set(store.added), set(store.removed)
        store.write(added, removed)
        begun = time.process_time()
        update(store, rules, list(map(from_quad, added)), list(map(from_quad, removed)), GRAPHS)
        concluded = time.process_time()
        came, went = _difference(before, (store.added, store.removed))
        now = standing.follow(came, went)
        times[kind].append((concluded - begun, time.process_time() - concluded))
        told[kind].append(
            f"{len(now.whole)} asked of all nodes ({', '.join(now.whole) or 'none'}), {len(now.nodes)} of some "
            f"({sum(now.nodes.values())} together), {now.untouched} not at all"
        )
    both = [sum(pair) for kind in KINDS for pair in times[kind]]
    print(f"an edited link: {statistics.median(both) * 1000:.1f} ms, at most {max(both) * 1000:.1f}")
    for kind in KINDS:
        rules_taken, checks_taken = (statistics.median(each) for each in zip(*times[kind], strict=True))
        print(
            f"a link {kind}: conclusions {rules_taken * 1000:.1f} ms, checks {checks_taken * 1000:.1f} ms; "
            f"{told[kind][-1]}"
        )
    print(f"{_mebibytes()} MiB at the highest", flush=True)
    if asked.unchecked:
        return
    if _keys(full()) != _keys(standing.outcome):
        raise SystemExit("The results differ from those of a full run.")
    print("The results are those of a full run.")


def _store(file: Path, folder: Path | None, rules: Sequence[Rule]) -> RecordingStore:
    store = RecordingStore(ox.Store(str(folder)) if folder else ox.Store())
    if not len(store):
        store.engine.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
        infer(store, rules, GRAPHS)
        store.added.clear()
        store.removed.clear()
    return store


def _difference(
    before: tuple[set[ox.Quad], set[ox.Quad]], after: tuple[set[ox.Quad], set[ox.Quad]]
) -> tuple[list[Quad], list[Quad]]:
    """Return what came and went between two states of the net difference that a store keeps."""
    came = (after[0] - before[0]) | (before[1] - after[1])
    went = (after[1] - before[1]) | (before[0] - after[0])
    return list(map(to_quad, came)), list(map(to_quad, went))


def _mebibytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _edits(store: RecordingStore, number: int) -> Iterator[tuple[str, list[Quad], list[Quad]]]:
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


def _run(store: RecordingStore) -> Run:
    query = f"SELECT ?plan ?on {{ ?plan a <{MG}WorkPlan> ; <{MG}referenceDate> ?on }} ORDER BY DESC(?on) ?plan"
    newest = store.select(query, GRAPHS.public()).rows[0]
    return Run(date.fromisoformat(str(newest["on"])[:10]), Iri(str(newest["plan"])))


def _keys(outcome: Outcome) -> tuple[set[tuple[str, str, str]], dict[str, int]]:
    return {(one.code, str(one.focus), str(one.value)) for one in outcome.results}, dict(outcome.looked_at)


def _nobody(shapes: object, _run: Run) -> Outcome:
    raise SystemExit(f"Left to another engine: {shapes}")


if __name__ == "__main__":
    main()
