"""
The W3C suites of SPARQL and of RDF formats within one process, and so within seconds: gate, engine, reader of files.

    python bench/suite_embedded.py SUITES

Prints how each test ended, as JSON. What HTTP and the processes of a service add is measured by `conformance.py`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from suite_formats import outcomes as format_outcomes

from mandategraph.core.errors import MandateGraphError
from mandategraph.core.gate import admit
from mandategraph.core.graphs import Dataset
from mandategraph.core.update_gate import Reach, admit_update
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.web.problems import problem_of

_ANYTHING = {"select": "application/sparql-results+json", "ask": "application/sparql-results+json"}


class Embedded:
    """Stands for a service: one store that every test empties and fills."""

    def __init__(self, common: Any) -> None:
        self.common = common
        self.store = EmbeddedStore.in_memory()

    def clear(self) -> None:
        """Forget everything."""
        self.store = EmbeddedStore.in_memory()

    def load(self, graph: Any, name: str | None) -> None:
        """Put a graph of rdflib into the store."""
        to_graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        data = graph.serialize(format="nt", encoding="utf-8")
        self.store.engine.load(data, format=ox.RdfFormat.N_TRIPLES, to_graph=to_graph)
        if name:
            self.store.engine.add_graph(ox.NamedNode(name))

    def query(self, text: str, accept: str, _parameters: object = ()) -> Any:
        """Answer as the service would: by the gate, in the form that is liked best."""
        names = tuple(name.value for name in self.store.engine.named_graphs() if isinstance(name, ox.NamedNode))
        # A graph that a query names and that is nowhere is an empty one; the service tells them apart likewise.
        dataset = Dataset((None,), names)
        try:
            form = admit(text, dataset).form
            liked = accept.partition(",")[0].partition(";")[0]
            kind = _ANYTHING.get(form, "application/n-triples") if liked == "*/*" else liked
            return self._told(200, b"".join(self.store.answer(text, dataset, kind)), kind)
        except MandateGraphError as error:
            return self._told(problem_of(error).status, error.message.encode(), "text/plain")

    def update(self, text: str, _parameters: object = ()) -> Any:
        """Change the store as the service would."""
        try:
            self.store.update(admit_update(text, Reach()).text, text, "http://example.org/update")
        except MandateGraphError as error:
            return self._told(problem_of(error).status, error.message.encode(), "text/plain")
        return self._told(204, b"", "")

    def quads(self) -> list[tuple[Any, ...]]:
        """Return all there is, in the tuples of the suite."""
        whole = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        rows = self.common.json_rows(json.loads(self.query(whole, "*/*").body))["rows"]
        return [(row.get("g"), row["s"], row["p"], row["o"]) for row in rows]

    def _told(self, status: int, body: bytes, kind: str) -> Any:
        return self.common.Response(status, {"content-type": kind}, body)


def outcomes(suites: Path) -> list[dict[str, str]]:
    """Return how each test of SPARQL ended."""
    sys.path.insert(0, str(suites))
    try:
        common, runner = importlib.import_module("common"), importlib.import_module("run_sparql")
    finally:
        sys.path.remove(str(suites))
    report = common.Report("SPARQL", "Mandate Graph")
    arguments = argparse.Namespace(fine=False, only="")
    left_out = {
        "protocol",
        "graph-store-protocol",
        "http-rdf-update",
        "service-description",
        "entailment",
        "service",
    }
    data = (suites / "data").resolve()
    runner.run(Embedded(common), data / "sparql11/manifest-all.ttl", "sparql11", report, arguments, left_out)
    runner.run(Embedded(common), data / "sparql10/manifest.ttl", "sparql10", report, arguments, left_out)
    return [
        {"suite": one.suite, "test": one.test, "status": one.status, "detail": one.detail} for one in report.outcomes
    ]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(json.dumps([*outcomes(folder), *format_outcomes(folder)]))
