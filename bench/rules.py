"""What is measured of conclusions: from nothing, after one edited link, and beside the reference reasoner."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

import pyoxigraph as ox

from mandategraph.core.graphs import Graphs
from mandategraph.library import Library
from mandategraph.reason.conclude import infer
from mandategraph.reason.reference import close
from mandategraph.reason.rules import AXIOM, Rule, read_rules
from mandategraph.reason.update import update
from mandategraph.stores.recording import RecordingStore

GRAPHS = Graphs()
MG = "https://w3id.org/mandategraph/ns#"
CONTRIBUTES = ox.NamedNode("https://w3id.org/mandategraph/kos/link-contributes")
FACTS = ox.NamedNode(GRAPHS.facts)


def shipped() -> tuple[Rule, ...]:
    """Return the rules of the product."""
    library = Library.shipped()
    return read_rules(library.rules(), library.ontology())


def loaded(file: Path) -> RecordingStore:
    """Return a graph in memory."""
    store = RecordingStore(ox.Store())
    store.engine.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    return store


def from_nothing(file: Path) -> dict[str, float]:
    """Measure what follows from the facts, the inferred graph being empty."""
    store, rules = loaded(file), shipped()
    start = time.process_time()
    found = infer(store, rules, GRAPHS)
    return {"seconds": time.process_time() - start, "count": found.total}


def one_link(file: Path) -> dict[str, float]:
    """Measure what one link costs that is taken out and put back, in the middle of twenty."""
    store, rules = loaded(file), shipped()
    infer(store, rules, GRAPHS)
    kind = ox.NamedNode(f"{MG}linkType")
    links = [quad.subject for quad in store.engine.quads_for_pattern(None, kind, CONTRIBUTES, FACTS)]
    taken, looked = [], []
    for link in random.Random(1).sample(links, min(20, len(links))):  # noqa: S311 - nothing secret
        quads = list(store.engine.quads_for_pattern(link, None, None, FACTS))
        for added, removed in (([], quads), (quads, [])):
            store.put(added, removed)
            start = time.process_time()
            told = update(store, rules, added, removed, GRAPHS)
            taken.append(time.process_time() - start)
            looked.append(told.looked)
    return {"seconds": statistics.median(taken), "count": statistics.median(looked)}


def axioms_alone(file: Path, reference: bool) -> dict[str, float]:
    """Measure the closure under the axioms of the facts that they read, by our rules or by owlrl."""
    from mandategraph.reason.conclude import derive

    rules = [rule for rule in shipped() if rule.kind == AXIOM]
    names = set().union(*(rule.names for rule in rules))
    quads = ox.parse(path=str(file), format=ox.RdfFormat.N_QUADS)
    triples = {quad.triple for quad in quads if quad.predicate.value in names and quad.graph_name == FACTS}
    facts = bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
    axioms = (Path(__file__).resolve().parents[1] / "ontology" / "axioms.ttl").read_bytes()
    start = time.process_time()
    found = close(facts, axioms).triples if reference else derive(facts, rules)[0]
    return {"seconds": time.process_time() - start, "count": len(found), "hash": hash_of(found)}


def hash_of(triples: frozenset[ox.Triple]) -> float:
    """Return a number that is the same for the same set of triples, in any process."""
    import hashlib

    told = "\n".join(sorted(map(str, triples)))
    return float(int(hashlib.sha256(told.encode()).hexdigest()[:12], 16))
