"""
Checks and rules on made-up graphs of growing size, each beside its reference in the same run.

`make bench-checks` writes docs/reference/figures-of-checks.md. Seconds are processor seconds of the process, which
other work on the machine moves least; each figure is measured in a process of its own, whose highest memory stands
beside it.
A check that does not find exactly what was planted, or that grows faster than n log n, ends the run with status 1.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import noise

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "figures-of-checks.md"
LONGEST_SECONDS = 120
MARGIN = 2.0
"""How much more than n log n a figure may grow from one size to the next: memory and caches are not free."""
PROFILES = ("draft", "plan", "report")


def checks(file: Path, engine: str) -> dict[str, float]:
    """Measure the integrity checks and those of each profile, and compare what they find with what was planted."""
    from rules import GRAPHS, loaded, shipped

    from mandategraph.checks import Catalogue
    from mandategraph.checks.results import Run
    from mandategraph.checks.run import engine_named
    from mandategraph.core.terms import Iri
    from mandategraph.library import Library
    from mandategraph.reason.conclude import infer

    store = loaded(file)
    infer(store, shipped(), GRAPHS)
    catalogue = Catalogue.read(Library.shipped().shapes_folder)
    shapes = {shape.code: shape for name in ("integrity", *PROFILES) for shape, _ in catalogue.profile(name)}
    plan = Iri("https://w3id.org/mandategraph/id/gen/committee-0/plan/2026-2029")
    run = engine_named(engine, store, GRAPHS, catalogue)
    start = time.process_time()
    outcome = run(list(shapes.values()), Run(date(2027, 6, 1), plan))
    seconds = time.process_time() - start
    found = {(result.code, str(result.focus)) for result in outcome.results}
    lines = file.with_suffix(".truth.tsv").read_text(encoding="utf-8").splitlines()
    truth = {(code, focus) for code, _, focus in (line.partition("\t") for line in lines)}
    return {"seconds": seconds, "count": len(found), "missed": len(truth - found), "more": len(found - truth)}


def engines() -> dict[str, Callable[[Path], dict[str, float]]]:
    """Return what can be measured, by name."""
    from rules import axioms_alone, from_nothing, one_link

    return {
        "checks": lambda file: checks(file, "compiled"),
        "pyshacl": lambda file: checks(file, "reference"),
        "rules": from_nothing,
        "link": one_link,
        "axioms": lambda file: axioms_alone(file, reference=False),
        "owlrl": lambda file: axioms_alone(file, reference=True),
        "narrow": lambda file: axioms_alone(file, reference=False, narrow=True),
        "owlrl-narrow": lambda file: axioms_alone(file, reference=True, narrow=True),
    }


@dataclass(frozen=True)
class Measured:
    """Several runs of one thing on one graph; none where it took too long."""

    runs: tuple[dict[str, float], ...]

    @property
    def seconds(self) -> float:
        """The middle run, without end where there is none."""
        return statistics.median(run["seconds"] for run in self.runs) if self.runs else math.inf

    def told(self) -> str:
        """Return time and memory as the table writes them."""
        if not self.runs:
            return f"> {LONGEST_SECONDS} s"
        memory = max(run["mebibytes"] for run in self.runs)
        shown = f"{self.seconds * 1000:.1f} ms" if self.seconds < 1 else f"{self.seconds:.2f} s"
        return f"{shown}, {memory:,.0f} MiB"


def measured(name: str, file: Path, times: int) -> Measured:
    """Measure in processes of their own."""
    runs: list[dict[str, float]] = []
    for _ in range(times):
        try:
            told = subprocess.run(
                [sys.executable, __file__, "--one", name, str(file)],
                capture_output=True,
                check=True,
                timeout=LONGEST_SECONDS * 5,
            )
        except subprocess.TimeoutExpired:
            return Measured(tuple(runs))
        runs.append(json.loads(told.stdout))
        if runs[-1]["seconds"] > LONGEST_SECONDS:
            break
    return Measured(tuple(runs))


def grew_too_fast(before: tuple[int, float], after: tuple[int, float]) -> bool:
    """
    Tell whether a time grew faster than n log n, with a margin; times under 50 ms tell nothing.

    >>> grew_too_fast((10_000, 0.1), (100_000, 1.6)), grew_too_fast((10_000, 0.1), (100_000, 8.0))
    (False, True)
    """
    (small, short), (large, long) = before, after
    allowed = large * math.log(large) / (small * math.log(small)) * MARGIN
    return long / max(short, 0.05) > allowed


def main() -> int:
    """Measure, write the page, and say what is wrong."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(
        "--largest", type=int, default=6, choices=(4, 5, 6, 7), help="the largest size, as a power of ten"
    )
    asked.add_argument("--references", type=int, default=5, help="the largest size for pySHACL (default: 5)")
    asked.add_argument("--times", type=int, default=3, help="how many runs of each figure (default: 3)")
    asked.add_argument("--one", nargs=2, metavar=("WHAT", "FILE"), help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.one:
        found = engines()[told.one[0]](Path(told.one[1]))
        found["mebibytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return 0
    return report(told.largest, told.times, told.references)


def report(largest: int, times: int, references: int) -> int:
    """Measure every size and write the page; return the exit status."""
    before, table, wrong = noise(), [], []
    last: dict[str, tuple[int, float]] = {}
    with TemporaryDirectory() as folder:
        for power in range(4, largest + 1):
            file = Path(folder) / f"graph-{power}.nq"
            command = [
                sys.executable,
                str(ROOT / "bench" / "generate.py"),
                "--triples",
                str(10**power),
                "-o",
                str(file),
            ]
            subprocess.run(command, check=True, capture_output=True)
            size = sum(1 for _ in file.open("rb"))
            planted = sum(1 for _ in file.with_suffix(".truth.tsv").open("rb"))
            runs = times if power < 6 else 1
            ours = {name: measured(name, file, runs) for name in ("checks", "rules", "link", "axioms", "narrow")}
            # The references are run where they end in good time.
            peers = {
                "pyshacl": measured("pyshacl", file, 1) if power <= references else None,
                "owlrl": measured("owlrl", file, 1) if power <= references else None,
                "owlrl-narrow": measured("owlrl-narrow", file, 1) if power <= references else None,
            }
            table += rows(size, planted, ours, peers)
            wrong += faults(size, ours, peers)
            for name, figure in ours.items():
                if name in last and name != "link" and grew_too_fast(last[name], (size, figure.seconds)):
                    wrong.append(f"{name} grew faster than n log n at {size:,} triples")
                last[name] = (size, figure.seconds)
            file.unlink()
    PAGE.write_text(page(before, table, noise(), wrong), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))
    return 1 if wrong else 0


NAMES = {
    "checks": ("all checks", "pyshacl", "pySHACL"),
    "rules": ("conclusions from nothing", "", ""),
    "link": ("conclusions after one edited link", "", ""),
    "axioms": ("closure under the axioms, all facts", "owlrl", "owlrl"),
    "narrow": ("the same, given nothing but what the axioms read", "owlrl-narrow", "owlrl"),
}


def rows(size: int, planted: int, ours: dict[str, Measured], peers: dict[str, Measured | None]) -> list[str]:
    """Return the lines of the table for one size."""
    lines = []
    for name, figure in ours.items():
        what, peer, called = NAMES[name]
        other = peers.get(peer)
        ratio, beside = "", ""
        if other is not None:
            ratio = (
                f"{other.seconds / figure.seconds:,.0f} x"
                if other.runs
                else f"> {LONGEST_SECONDS / figure.seconds:,.0f} x"
            )
            beside = f"{called}: {other.told()}"
        found = ""
        if name == "checks" and figure.runs:
            found = f"{planted:,} planted, {figure.runs[0]['missed']:.0f} missed, {figure.runs[0]['more']:.0f} more"
        elif figure.runs:
            found = f"{figure.runs[0]['count']:,.0f} {'pairs looked at' if name == 'link' else 'triples'}"
        lines.append(f"| {size:,} | {what} | {figure.told()} | {found} | {beside} | {ratio} |")
    return lines


def faults(size: int, ours: dict[str, Measured], peers: dict[str, Measured | None]) -> list[str]:
    """Return what is wrong with the results of one size."""
    found = []
    for name, figure in (("our engine", ours["checks"]), ("pySHACL", peers["pyshacl"])):
        for run in figure.runs[:1] if figure is not None else ():
            if run["missed"] or run["more"]:
                found.append(f"{name} does not find exactly what was planted at {size:,} triples")
    for name, peer in (("axioms", peers["owlrl"]), ("narrow", peers["owlrl-narrow"])):
        if peer is not None and peer.runs and ours[name].runs[0]["hash"] != peer.runs[0]["hash"]:
            found.append(f"the rules and owlrl do not conclude the same at {size:,} triples")
    return found


def page(before: str, table: list[str], after: str, wrong: list[str]) -> str:
    """Return the page."""
    verdict = "".join(f"- {fault}\n" for fault in wrong) or "None: what was planted is found and nothing else.\n"
    return f"""# Figures of checks and rules

Written by `make bench-checks` on graphs of `bench/generate.py`, in memory. Processor seconds, medians, the highest
memory of the process beside them. The checks are those of integrity and of all three profiles. The closures are
compared as sets; they go from a graph in memory to the same graph with the conclusions in it, on both sides, without
reading the file.

| triples | what | ours | found | reference | ratio |
|---|---|---|---|---|---|
{chr(10).join(table)}

What is wrong:

{verdict}
Before: {before}.
After: {after}.
"""


if __name__ == "__main__":
    sys.exit(main())
