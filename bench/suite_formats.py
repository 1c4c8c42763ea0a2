"""
The W3C tests of RDF formats, read by what `mandategraph load` and uploads read with, in one process.

The suite uploads each file to a service and reads the graph back by SPARQL. Here the same file goes through the same
parser within this process: as a dataset too, which our service takes by no address.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mandategraph.core.errors import MandateGraphError
from mandategraph.core.formats import format_of_media_type
from mandategraph.stores.embedded import parse


@dataclass
class Answered:
    """What an upload comes to, as the suite wants it told."""

    status: int
    text: str = ""


@dataclass
class Loaded:
    """Stands for the service: holds what was read last."""

    held: list[ox.Quad] = field(default_factory=list)

    def clear(self) -> None:
        """Forget what was read."""
        self.held = []

    def quads(self) -> list[tuple[Any, ...]]:
        """Return what was read, in the tuples of the suite."""
        return [
            (
                None if isinstance(quad.graph_name, ox.DefaultGraph) else _told(quad.graph_name),
                *(_told(term) for term in (quad.subject, quad.predicate, quad.object)),
            )
            for quad in self.held
        ]


def outcomes(suites: Path, only: str = "") -> list[dict[str, str]]:
    """Return how each test ended: suite, test, status, detail."""
    sys.path.insert(0, str(suites))
    try:
        common = importlib.import_module("common")
        runner = importlib.import_module("run_rdf_formats")
    finally:
        sys.path.remove(str(suites))
    loaded = Loaded()

    def put(_endpoint: object, _arguments: object, data: bytes, kind: str, base: str, _is_dataset: bool) -> Answered:
        try:
            loaded.held = parse(data, format_of_media_type(kind), "", base)
        except MandateGraphError as problem:
            return Answered(400, problem.message)
        return Answered(204)

    runner.put = put
    report = common.Report("RDF formats", "Mandate Graph")
    arguments = argparse.Namespace(data=(suites / "data").resolve(), only=only)
    runner.rdf11(loaded, arguments, report)
    runner.jsonld(loaded, arguments, report)
    return [
        {"suite": one.suite, "test": one.test, "status": one.status, "detail": one.detail} for one in report.outcomes
    ]


def _told(term: Any) -> tuple[str, ...]:
    if isinstance(term, ox.NamedNode):
        return ("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return ("bnode", term.value)
    language = (term.language or "").lower()
    return ("lit", term.value, term.datatype.value, language)
