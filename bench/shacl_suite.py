"""
The W3C test suite of SHACL, core and SHACL-SPARQL, in one process.

    python bench/shacl_suite.py SUITES [--engine reference] [--only NAME] [-v]

SUITES is a folder with a `run_shacl.py` that compares reports by the rules of the suite. It calls a program for each
test; here the same engine is called within this process, which saves two hundred starts. The suite can also call
`mandategraph check --data {data} --shapes {shapes}`.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from mandategraph.checks.shacl.turtle import as_text
from mandategraph.cli.check_files import report_on
from mandategraph.core.errors import MandateGraphError

_NEVER_FETCHED = (rdflib.OWL.imports, rdflib.URIRef("http://datashapes.org/dash"))


def runner(suites: Path, by_reference: bool = False) -> Any:
    """Return the module `run_shacl` of a folder, with our engine in the place of a command."""
    sys.path.insert(0, str(suites))
    try:
        module = importlib.import_module("run_shacl")
    finally:
        sys.path.remove(str(suites))

    def run_cmd(_command: str, data: rdflib.Graph, shapes: rdflib.Graph, _arguments: object) -> tuple[int, str, str]:
        given, asked = _quads(data), _quads(shapes)
        try:
            report = report_on(lambda: given, given if data is shapes else asked, by_reference=by_reference)
        except MandateGraphError as problem:
            return problem.exit_status, "", problem.message
        return int(not report.conforms), as_text(report.triples()), ""

    module.run_cmd = run_cmd
    return module


def _quads(graph: rdflib.Graph) -> list[ox.Quad]:
    clean = rdflib.Graph()
    for triple in graph:
        if triple[1:] != _NEVER_FETCHED:
            clean.add(triple)
    return list(ox.parse(clean.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    by_reference = "reference" in sys.argv
    passed_on = [argument for argument in sys.argv[2:] if argument not in ("--engine", "reference")]
    sys.argv = [sys.argv[0], "--cmd", "in this process", *passed_on]
    runner(folder, by_reference).main()
