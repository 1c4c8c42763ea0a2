"""The peers that we are measured against: rdflib's graph in memory, and owlrl."""

from __future__ import annotations

import signal
import time
from io import BytesIO
from types import FrameType

import owlrl
import rdflib
from measure import Sample

from mandategraph.core.graphs import Dataset
from mandategraph.wiring import Installation

LONGEST_SECONDS = 10
ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class Rdflib:
    """The same graphs in rdflib: facts and inferred in the default graph, proposals in their own."""

    def __init__(self, installation: Installation) -> None:
        graphs = installation.graphs
        self._facts = b"".join(installation.store.answer(ALL, Dataset((graphs.facts,)), "application/n-triples"))
        known = b"".join(installation.store.answer(ALL, graphs.public(), "application/n-triples"))
        review = b"".join(installation.store.answer(ALL, Dataset((graphs.review,)), "application/n-triples"))
        self._dataset = rdflib.Dataset()
        self._dataset.default_graph.parse(BytesIO(known), format="nt")
        self._dataset.graph(rdflib.URIRef(graphs.review)).parse(BytesIO(review), format="nt")

    def parse_again(self) -> None:
        """Read the facts into an empty graph."""
        rdflib.Graph().parse(BytesIO(self._facts), format="nt")

    def sampled(self, query: str) -> Sample:
        """Return how long a query takes, up to three runs; a lower bound where one run takes too long or fails."""
        taken: list[float] = []
        signal.signal(signal.SIGALRM, _stop)
        while len(taken) < 3 and sum(taken) < LONGEST_SECONDS:
            start = time.perf_counter()
            signal.alarm(LONGEST_SECONDS)
            try:
                list(self._dataset.query(query))
            except TimeoutError:
                return Sample((time.perf_counter() - start,), beyond=True)
            finally:
                signal.alarm(0)
            taken.append(time.perf_counter() - start)
        return Sample(tuple(taken))


def owlrl_closure(installation: Installation) -> None:
    """Expand the facts under OWL 2 RL."""
    facts = b"".join(installation.store.answer(ALL, Dataset((installation.graphs.facts,)), "application/n-triples"))
    graph = rdflib.Graph().parse(BytesIO(facts), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError
