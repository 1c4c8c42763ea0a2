"""
What is measured of conclusions: from nothing, after one edited link, and beside the reference reasoner.

`bench/rules.py DATA AXIOMS` compares the closure of any N-Triples under any axioms with owlrl's, and says which axioms
are of a kind that our rules do not support: those are kept from both.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import RDF
from mandategraph.library import Library
from mandategraph.reason.axioms import CHAIN, read_axioms, short
from mandategraph.reason.conclude import infer
from mandategraph.reason.reference import close
from mandategraph.reason.rules import AXIOM, TYPE, Rule, axiom_rules, read_rules
from mandategraph.reason.update import update
from mandategraph.stores.embedded import EmbeddedStore
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


def axioms_alone(file: Path, reference: bool, narrow: bool = False) -> dict[str, float]:
    """
    Measure the closure of the facts of a generated graph under the axioms, by our rules or by owlrl.

    Of all facts, or `narrow` of those alone that the axioms read, which is all that a caller of owlrl could spare it.
    """
    rules = [rule for rule in shipped() if rule.kind == AXIOM]
    names = set().union(*(rule.names for rule in rules))
    classes = set().union(*(rule.classes or () for rule in rules))

    def is_read(triple: ox.Triple) -> bool:
        if triple.predicate.value == TYPE:
            return triple.object.value in classes
        return triple.predicate.value in names

    quads = ox.parse(path=str(file), format=ox.RdfFormat.N_QUADS)
    triples = (quad.triple for quad in quads if quad.graph_name == FACTS)
    facts = {triple for triple in triples if not narrow or is_read(triple)}
    axioms = (Path(__file__).resolve().parents[1] / "ontology" / "axioms.ttl").read_bytes()
    return closure(facts, rules, axioms, reference)


def closure(facts: set[ox.Triple], rules: Sequence[Rule], axioms: bytes, reference: bool) -> dict[str, float]:
    """
    Measure one closure: from a graph in memory to the same graph with all conclusions in it, on both sides.

    Reading the graph from a file counts on neither; reading it out of our store and writing to it count.
    """
    if reference:
        told = close(bytes(ox.serialize(facts, format=ox.RdfFormat.N_TRIPLES)), axioms)
        return {"seconds": told.seconds, "count": len(told.triples), "hash": hash_of(told.triples)}
    store = EmbeddedStore(ox.Store())
    store.engine.bulk_extend(ox.Quad(*triple, FACTS) for triple in facts)
    start = time.process_time()
    infer(store, rules, GRAPHS)
    seconds = time.process_time() - start
    inferred = store.engine.quads_for_pattern(None, None, None, ox.NamedNode(GRAPHS.inferred))
    found = frozenset(quad.triple for quad in inferred)
    return {"seconds": seconds, "count": len(found), "hash": hash_of(found)}


def hash_of(triples: frozenset[ox.Triple]) -> float:
    """Return a number that is the same for the same set of triples, in any process."""
    told = "\n".join(sorted(map(str, triples)))
    return float(int(hashlib.sha256(told.encode()).hexdigest()[:12], 16))


def supported(axioms: bytes) -> tuple[bytes, list[str]]:
    """
    Return the axioms of a Turtle text that our rules support, and what else it says of what follows.

    >>> kinds = b"<urn:p> a owl:TransitiveProperty , owl:FunctionalProperty ."
    >>> kept, left = supported(b"PREFIX owl: <http://www.w3.org/2002/07/owl#> " + kinds)
    >>> len(kept.splitlines()), left
    (1, ['owl:FunctionalProperty'])
    """
    kept, left = [], []
    for quad in ox.parse(axioms, format=ox.RdfFormat.TURTLE):
        text = f"{quad.triple} ."
        if quad.predicate.value.startswith(RDF) and quad.predicate.value != TYPE:
            # The links of lists: a chain needs them, and alone they say nothing.
            kept.append(quad.triple)
            continue
        try:
            found = read_axioms({"axioms": text.encode()})
        except BrokenLibrary:
            if quad.predicate.value == CHAIN:
                kept.append(quad.triple)
            else:
                kind = quad.object if quad.predicate.value == TYPE else quad.predicate
                left.append(short(kind.value))
        else:
            kept += [quad.triple] if found else []
    return bytes(ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES)), sorted(set(left))


def main() -> int:
    """Compare the closure of a file with owlrl's, and print it; 1 where the two are not the same set."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data", type=Path, help="N-Triples")
    asked.add_argument("axioms", type=Path, help="Turtle")
    told = asked.parse_args()
    axioms, left = supported(told.axioms.read_bytes())
    rules = axiom_rules(read_axioms({told.axioms.name: axioms}))
    facts = {quad.triple for quad in ox.parse(path=str(told.data), format=ox.RdfFormat.N_TRIPLES)}
    ours = [closure(facts, rules, axioms, reference=False) for _ in range(3)]
    owlrl = closure(facts, rules, axioms, reference=True)
    seconds = statistics.median(one["seconds"] for one in ours)
    same = ours[0]["hash"] == owlrl["hash"]
    print(f"{len(facts):,} triples, {len(rules)} rules; kept from both: {', '.join(left) or 'nothing'}")
    print(f"ours {seconds * 1000:.1f} ms, {ours[0]['count']:,} conclusions")
    print(f"owlrl {owlrl['seconds']:.2f} s, {owlrl['count']:,} conclusions, {'the same' if same else 'NOT THE SAME'}")
    print(f"{owlrl['seconds'] / seconds:,.0f} times (processor time of this process)")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
