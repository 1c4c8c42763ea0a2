"""
Our SHACL engine beside pySHACL on one file of data.

    python bench/shacl_speed.py DATA SHAPES [--alone] [--truth TRUTH]

Each runs in a process of its own; seconds of the processor and on the clock, and the memory at the highest. TRUTH is a
table of code and node: what must be found, no more and no less. With --alone pySHACL is left out.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox


def ours(data: Path, shapes: Path) -> dict[str, object]:
    """Load, check, and return the figures with what was found."""
    from mandategraph.checks.shacl.dialect import FILES
    from mandategraph.checks.shacl.engine import Engine
    from mandategraph.checks.shacl.literals import Literals
    from mandategraph.checks.shacl.reading import read_shapes
    from mandategraph.cli.check_files import SHAPES_GRAPH, filled
    from mandategraph.engine.terms import to_quad

    asked = list(ox.parse(path=str(shapes)))
    start = _now()
    held = filled(lambda: ox.parse(path=str(data)), asked)
    loaded = _now()
    engine = Engine(
        held.store,
        held.dataset,
        read_shapes(map(to_quad, asked)),
        dialect=FILES,
        literals=Literals(exact=True, rewritten=held.rewritten),
        values=held.values,
        shapes_graph=SHAPES_GRAPH,
        threads=2,
    )
    outcome = engine.validate()
    found = sorted({(_code(str(result.shape)), str(result.focus)) for result in outcome.results})
    return _figures(start, loaded, _now()) | {"found": found, "results": len(outcome.results)}


def peer(data: Path, shapes: Path) -> dict[str, object]:
    """Do the same with pySHACL on a graph of rdflib."""
    import pyshacl
    import rdflib

    start = _now()
    graph = rdflib.Graph().parse(data)
    asked = rdflib.Graph().parse(shapes)
    loaded = _now()
    _, report, _ = pyshacl.validate(graph, shacl_graph=asked)
    done = _now()
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    nodes = list(report.subjects(rdflib.RDF.type, sh.ValidationResult))
    found = sorted(
        {(_code(str(report.value(node, sh.sourceShape))), str(report.value(node, sh.focusNode))) for node in nodes}
    )
    return _figures(start, loaded, done) | {"found": found, "results": len(nodes)}


def _now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def _figures(start: tuple[float, float], loaded: tuple[float, float], done: tuple[float, float]) -> dict[str, object]:
    return {
        "load": [loaded[0] - start[0], loaded[1] - start[1]],
        "check": [done[0] - loaded[0], done[1] - loaded[1]],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _code(shape: str) -> str:
    return shape.rsplit("#", 1)[-1]


def main() -> None:
    """Run each in a process of its own and print the figures."""
    data, shapes = sys.argv[1:3]
    told = {}
    for name in ("ours",) if "--alone" in sys.argv else ("ours", "peer"):
        command = [sys.executable, __file__, data, shapes, "--run", name]
        told[name] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        figures = told[name]
        for step in ("load", "check"):
            processor, clock = figures[step]
            print(f"{name:5} {step:6} {processor:9.2f} s processor {clock:9.2f} s clock")
        print(f"{name:5} {figures['results']} results, {figures['memory']} MB at the highest", flush=True)
    if "peer" in told:
        times = [told["peer"]["check"][at] / told["ours"]["check"][at] for at in (0, 1)]
        same = told["peer"]["found"] == told["ours"]["found"]
        print(f"check: {times[0]:.0f} times by processor, {times[1]:.0f} by the clock; the same found: {same}")
    if "--truth" in sys.argv:
        table = Path(sys.argv[sys.argv.index("--truth") + 1]).read_text(encoding="utf-8")
        truth = sorted([line.split("\t") for line in table.splitlines()])
        print(f"exactly the truth: {truth == told['ours']['found']}, {len(truth)} planted")


if __name__ == "__main__":
    if "--run" in sys.argv:
        chosen = ours if sys.argv[-1] == "ours" else peer
        print(json.dumps(chosen(Path(sys.argv[1]), Path(sys.argv[2]))))
    else:
        main()
