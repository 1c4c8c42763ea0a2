"""Names for blank nodes that are the same in every copy of the data, whatever an engine calls them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Term

# As far as this from a node is looked for what tells it from others.
_ROUNDS = 6
_QUERY = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) }"

Triple = tuple[Term, Term, Term]


def lasting_names(store: GraphStore, dataset: Dataset, nodes: Collection[BlankNode]) -> dict[BlankNode, str]:
    """Return the names of some blank nodes; nothing is asked where there are none."""
    if not nodes:
        return {}
    told = names_in((row["s"], row["p"], row["o"]) for row in store.select(_QUERY, dataset).rows)
    return {node: told.get(node, node.value) for node in nodes}


def names_in(triples: Iterable[Triple]) -> Mapping[BlankNode, str]:
    """
    Return a name for each blank node, made of what is said of it and by it; two of whom the same is said share one.

    >>> from mandategraph.core.terms import Iri
    >>> name = Iri("urn:name")
    >>> one = names_in([(BlankNode("a"), name, Iri("urn:x")), (Iri("urn:y"), name, BlankNode("a"))])
    >>> two = names_in([(Iri("urn:y"), name, BlankNode("q")), (BlankNode("q"), name, Iri("urn:x"))])
    >>> one[BlankNode("a")] == two[BlankNode("q")]
    True
    """
    around: dict[BlankNode, set[tuple[str, str, Term]]] = {}
    for subject, predicate, value in triples:
        if isinstance(subject, BlankNode):
            around.setdefault(subject, set()).add((">", str(predicate), value))
        if isinstance(value, BlankNode):
            around.setdefault(value, set()).add(("<", str(predicate), subject))
    names = dict.fromkeys(around, "")
    for _ in range(_ROUNDS):
        names = {node: _digest(some, names) for node, some in around.items()}
    return names


def _digest(some: Iterable[tuple[str, str, Term]], names: Mapping[BlankNode, str]) -> str:
    told = sorted(
        f"{way} {predicate} {'_:' + names[end] if isinstance(end, BlankNode) else end.sparql()}"
        for way, predicate, end in some
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
