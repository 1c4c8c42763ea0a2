"""
How much room and time an installation of a given size takes, from what a triple takes here.

    python bench/capacity.py [--copies N ...] [--write]

The CAM plan is loaded many times over, each time with other addresses, into a store on disk; bytes, seconds and memory
a triple come from that. The sizes of larger bodies are documents times the triples that a document of the plan has:
assumptions, told beside them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from measure import noise

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "reference" / "capacity.md"
# Who, how many adopted texts, and where that number is from.
SIZES = (
    ("the CAM plan, as shipped", 4, "counted"),
    ("one committee, fifty years", 400, "8 texts a year"),
    ("the General Assembly of the OAS since 1971", 3_000, "about 60 a year"),
    ("the General Assembly of the United Nations since 1946", 20_000, "about 250 a year"),
    ("with Security Council, ECOSOC and Human Rights Council", 35_000, "about 15,000 more"),
    ("the whole United Nations system, governing bodies of all agencies", 300_000, "about 40 bodies, 100 texts a year"),
    ("ten such systems", 3_000_000, "ten times that"),
)
_OURS = "https://w3id.org/mandategraph/"


@dataclass(frozen=True)
class Measured:
    """What a store of so many triples took."""

    triples: int
    seconds: float
    disk: int
    memory: int
    opening: float
    point_ms: float


def copies(quads: list[ox.Quad], number: int) -> Iterator[ox.Quad]:
    """Yield the quads of a plan many times over, each time about other things."""
    for copy in range(number):
        for quad in quads:
            yield ox.Quad(_of(quad.subject, copy), quad.predicate, _of(quad.object, copy), quad.graph_name)


def _of(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, copy: int) -> ox.NamedNode:
    if isinstance(term, ox.NamedNode) and term.value.startswith((f"{_OURS}id/", f"{_OURS}at/")):
        return ox.NamedNode(f"{term.value}/copy/{copy}")
    return term  # type: ignore[return-value]


def measure(number: int) -> Measured:
    """Make a store with so many copies of the plan, in this process."""
    import resource

    from mandategraph.stores.folder import create, newest_snapshot
    from mandategraph.wiring import memory_installation

    with memory_installation() as here:
        quads = list(here.store.engine)  # type: ignore[attr-defined]
        plan = here.library.plan(here.settings.plan).iri
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "store"
        began = time.process_time()
        create(folder, lambda store, _: store.bulk_load(copies(quads, number)))
        taken = time.process_time() - began
        snapshot = newest_snapshot(folder)
        disk = sum(file.stat().st_size for file in snapshot.rglob("*") if file.is_file())
        began = time.process_time()
        store = ox.Store.read_only(str(snapshot))
        opened = time.process_time() - began
        began = time.process_time()
        for copy in range(200):
            thing = ox.NamedNode(f"{plan}/copy/{copy % number}")
            assert list(store.quads_for_pattern(thing, None, None, None))
        point = (time.process_time() - began) / 200 * 1000
        size = len(store)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return Measured(size, taken, disk, memory, opened, point)


def apart(number: int) -> Measured:
    """Measure in a process of its own, so that one size does not leave its memory to the next."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", str(number)], capture_output=True, text=True, check=True, cwd=HERE
    )
    return Measured(*map(float, done.stdout.split()))  # type: ignore[arg-type]


def shown(measured: list[Measured], numbers: list[int], texts: int) -> list[str]:
    """Return the page."""
    largest = measured[-1]
    # What every copy shares, such as the ontology, is there once.
    a_text = (largest.triples - measured[0].triples) / (numbers[-1] - numbers[0]) / texts
    bytes_each = largest.disk / largest.triples
    seconds_each = largest.seconds / largest.triples
    lines = [
        "<!-- Written by `make capacity`; not edited by hand. -->",
        "# Capacity",
        "",
        "What a store on disk takes, measured on copies of the CAM plan, each about other things. Seconds are those of",
        "the processor.",
        "",
        "| triples | load | triples a second | on disk | bytes a triple | memory of the load | opening | look-up |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in measured:
        lines.append(
            f"| {one.triples:,.0f} | {one.seconds:.1f} s | {one.triples / one.seconds:,.0f} "
            f"| {_size(one.disk)} | {one.disk / one.triples:.0f} | {_size(one.memory)} "
            f"| {one.opening * 1000:.0f} ms | {one.point_ms:.2f} ms |"
        )
    lines += [
        "",
        f"By that, and by the {a_text:,.0f} triples that a text of the plan comes to with all that is said of it,",
        "larger bodies would take what follows. The numbers of texts are assumptions, to be replaced by counts of your",
        "own. The time of loading is a straight line beyond the sizes above; where the data is larger than the memory",
        "of the machine, it takes longer.",
        "",
        "| Body | texts | assumed | triples | on disk | load | where |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, number, source in SIZES:
        size = number * a_text
        lines.append(
            f"| {name} | {number:,} | {source} | {_round(size)} | {_size(size * bytes_each)} "
            f"| {_time(size * seconds_each)} | {_where(size)} |"
        )
    lines += [
        "",
        "Checks and rules read everything and grow with it. From some hundred million triples on, an engine that runs",
        "on several machines is the better home: see [another engine](../how-to/use-another-engine.md).",
        "",
        f"Measured on: {noise()}.",
    ]
    return lines


def _where(triples: float) -> str:
    if triples < 50_000_000:
        return "embedded"
    if triples < 500_000_000:
        return "embedded, or one server of another engine"
    return "one large server, or a cluster"


def _size(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:,.0f} {unit}" if number >= 10 or unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:,.1f} TB"


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:,.0f} h"


def _round(number: float) -> str:
    return f"{number / 1e6:,.1f} M" if number >= 1e6 else f"{number:,.0f}"


def main() -> int:
    """Measure, and write or print the page."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--copies", type=int, nargs="+", default=[7, 70])
    asked.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked.add_argument("--write", action="store_true")
    options = asked.parse_args()
    if options.one:
        one = measure(options.one)
        print(one.triples, one.seconds, one.disk, one.memory, one.opening, one.point_ms)
        return 0
    if len(options.copies) < 2:
        asked.error("two sizes are wanted, the smaller one first")
    lines = shown([apart(number) for number in options.copies], options.copies, SIZES[0][1])
    print("\n".join(lines))
    if options.write:
        PAGE.write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
