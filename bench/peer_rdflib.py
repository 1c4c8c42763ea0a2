"""rdflib-endpoint over a file of triples: a peer that is run in an environment of its own."""

from __future__ import annotations

import sys

import rdflib
import uvicorn
from rdflib_endpoint import SparqlEndpoint  # type: ignore[import-not-found]

graph = rdflib.Dataset(default_union=True)
graph.parse(sys.argv[1], format="nt")
app = SparqlEndpoint(graph=graph, path="/")

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
