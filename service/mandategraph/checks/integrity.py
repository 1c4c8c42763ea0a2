"""What may not enter the facts: checks that stop a load and never reach the reader of a report."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mandategraph.checks.catalogue import INTEGRITY, Catalogue
from mandategraph.checks.results import Outcome, Run
from mandategraph.checks.run import Labeller, engine_named
from mandategraph.checks.telling import Teller
from mandategraph.core.graphs import Graphs
from mandategraph.core.ports import GraphStore


def integrity(
    store: GraphStore, graphs: Graphs, catalogue: Catalogue, labels: Labeller | None = None, language: str = "en"
) -> tuple[str, ...]:
    """
    Return a sentence for each fault that bars facts from the graph; none means that they may enter.

    Looks at the unnamed graph, the facts and what is inferred from them.
    """
    return sentences(integrity_outcome(store, graphs, catalogue), store, graphs, catalogue, labels, language)


def sentences(
    outcome: Outcome,
    store: GraphStore,
    graphs: Graphs,
    catalogue: Catalogue,
    labels: Labeller | None = None,
    language: str = "en",
) -> tuple[str, ...]:
    """Return a sentence for each fault that the integrity checks found."""
    if not outcome.results:
        return ()
    teller = Teller(store, graphs, catalogue, labels or _addresses, language, {})
    return tuple(f"{finding.message} ({finding.focus})" for finding in teller.findings(outcome, INTEGRITY))


def integrity_outcome(store: GraphStore, graphs: Graphs, catalogue: Catalogue, engine: str = "compiled") -> Outcome:
    """Return what the integrity checks find, as plain results."""
    shapes = [shape for shape, _ in catalogue.profile(INTEGRITY)]
    return engine_named(engine, store, graphs, catalogue)(shapes, Run())


def _addresses(iris: Collection[str], _language: str) -> Mapping[str, str]:
    # Before facts are in, nothing has a label that could be trusted: the last parts of the address name it.
    return {iri: "/".join(iri.rsplit("/", 4)[1:]) for iri in iris}
