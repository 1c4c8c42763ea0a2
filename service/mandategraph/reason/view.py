"""
What is known, asked for one relation at a time, with what a run has taken away or added laid over it.

Nothing is asked twice: the store does not change while a view is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, Literal, Term, values_block
from mandategraph.reason.horn import Fact, is_class, relation_of

CHUNK = 500
Found = dict[str, set[str]]


def text_of(term: Term) -> str:
    """Return a term as SPARQL writes it; a blank node as something that no query can hold."""
    return term.sparql() if isinstance(term, Iri | Literal) else str(term)


def chunks(nodes: Iterable[str]) -> Iterator[list[Iri]]:
    """Yield the IRIs among nodes in lists that fit into a query, sorted."""
    iris = iter(sorted({node for node in nodes if node[0] == "<"}))
    while part := list(islice(iris, CHUNK)):
        yield [Iri(node[1:-1]) for node in part]


class Lookup:
    """
    Pairs of a relation in a dataset, by subject or by object.

    `asked` counts the pairs that came back; `terms` takes the terms behind their texts.
    """

    def __init__(self, store: GraphStore, dataset: Dataset, terms: dict[str, Term]) -> None:
        self._store = store
        self._dataset = dataset
        self._held: dict[tuple[str, bool], Found] = {}
        self._terms = terms
        self.asked = 0

    def pairs(self, relation: str, nodes: Iterable[str], backward: bool = False) -> Found:
        """Return for each node what it stands in the relation with; nodes without any are absent."""
        held = self._held.setdefault((relation, backward), {})
        wanted = set(nodes)
        for part in chunks(wanted - held.keys()):
            held.update((f"<{iri}>", set()) for iri in part)
            block = values_block(["x"], [(iri,) for iri in part])
            if is_class(relation):
                pattern = f"?x a {relation[2:]} BIND({relation[2:]} AS ?y)"
            else:
                pattern = f"?y {relation} ?x" if backward else f"?x {relation} ?y"
            for row in self._store.select(f"SELECT ?x ?y WHERE {{ {block} {pattern} }}", self._dataset).rows:
                other = text_of(row["y"])
                self._terms[other] = row["y"]
                held[text_of(row["x"])].add(other)
                self.asked += 1
        return {node: held[node] for node in wanted if held.get(node)}

    def holding(self, facts: Iterable[Fact]) -> set[Fact]:
        """Return those of some facts that the dataset holds; of the rest nothing is read."""
        return {fact for fact, _ in self.chains(facts)}

    def chains(self, facts: Iterable[Fact], body: tuple[str, ...] = ()) -> Iterator[tuple[Fact, tuple[Fact, ...]]]:
        """
        Yield how a chain of relations leads from one end of each fact to the other: the fact, and its links.

        Without a chain, the relation of each fact is looked for itself. Only what leads from end to end is read.
        """
        by_relation: dict[str, set[Fact]] = {}
        for fact in facts:
            by_relation.setdefault(fact[0], set()).add(fact)
        for relation, some in by_relation.items():
            links = body or (relation,)
            for part in pairs_of(some, self._terms, ends=not is_class(links[0])):
                yield from self._chain(relation, links, part)

    def _chain(
        self, relation: str, body: tuple[str, ...], ends: Sequence[tuple[Iri | Literal, ...]]
    ) -> Iterator[tuple[Fact, tuple[Fact, ...]]]:
        if is_class(body[0]):
            # A class follows from a class alone.
            block, pattern = values_block(["a0"], ends), f"?a0 a {body[0][2:]}"
            last = ""
        else:
            last = f"a{len(body)}"
            block = values_block(["a0", last], ends)
            pattern = " . ".join(f"?a{number} {name} ?a{number + 1}" for number, name in enumerate(body))
        for row in self._store.select(f"SELECT * WHERE {{ {block} {pattern} }}", self._dataset).rows:
            self.asked += 1
            nodes = [text_of(row[f"a{number}"]) for number in range(len(body) + (1 if last else 0))]
            if not last:
                yield (relation, nodes[0], relation[2:]), ((body[0], nodes[0], body[0][2:]),)
                continue
            links = tuple((name, nodes[number], nodes[number + 1]) for number, name in enumerate(body))
            yield (relation, nodes[0], nodes[-1]), links

    def objects(self, predicate: str, nodes: Iterable[str]) -> set[Fact]:
        """Return what nodes have in a property, each as a fact of its relation."""
        found = self.pairs(predicate, nodes)
        return {(relation_of(predicate, value), node, value) for node, values in found.items() for value in values}


class View:
    """What a lookup gives, without the facts of `minus` and with those of `plus`."""

    def __init__(self, lookup: Lookup, plus: Iterable[Fact] = (), minus: Iterable[Fact] = ()) -> None:
        self._lookup = lookup
        self._minus = set(minus)
        self._plus: dict[tuple[str, bool], Found] = {}
        for fact in plus:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Lay one fact over what the store holds."""
        relation, subject, value = fact
        self._minus.discard(fact)
        self._plus.setdefault((relation, False), {}).setdefault(subject, set()).add(value)
        self._plus.setdefault((relation, True), {}).setdefault(value, set()).add(subject)

    def pairs(self, relation: str, nodes: Iterable[str], backward: bool = False) -> Found:
        """Return for each node what it stands in the relation with, as known in this view."""
        wanted = set(nodes)
        found = self._lookup.pairs(relation, wanted, backward)
        over = self._plus.get((relation, backward), {})
        if not over and not self._minus:
            return found
        seen: Found = {}
        for node in wanted:
            others = {
                other
                for other in found.get(node, ())
                if ((relation, other, node) if backward else (relation, node, other)) not in self._minus
            }
            others |= over.get(node, set())
            if others:
                seen[node] = others
        return seen

    def along(self, relations: Sequence[str], nodes: Iterable[str], backward: bool = False) -> Found:
        """Return for each node what a chain of relations leads to; the chain may be empty."""
        reached = {node: {node} for node in nodes}
        for relation in relations:
            ends = self.pairs(relation, {end for found in reached.values() for end in found}, backward)
            reached = {
                node: further
                for node, found in reached.items()
                if (further := {other for end in found for other in ends.get(end, ())})
            }
        return reached

    def holds(self, facts: Iterable[Fact]) -> set[Fact]:
        """Return those of some facts that are known in this view."""
        asked = set(facts)
        laid = {fact for fact in asked if fact[2] in self._plus.get((fact[0], False), {}).get(fact[1], ())}
        return laid | (self._lookup.holding(asked - laid) - self._minus)

    def chained(self, facts: Iterable[Fact], body: tuple[str, ...]) -> set[Fact]:
        """Return those of some facts whose ends a chain joins in what the store holds, without the facts of `minus`."""
        return {fact for fact, links in self._lookup.chains(facts, body) if self._minus.isdisjoint(links)}


def pairs_of(
    facts: Iterable[Fact], terms: Mapping[str, Term], ends: bool = True
) -> Iterator[list[tuple[Iri | Literal, ...]]]:
    """Yield the ends of facts in lists that fit into a query; only the subjects where the other ends are a class."""
    rows = iter(sorted((subject, value) if ends else (subject, "") for _, subject, value in facts))
    while part := list(islice(rows, CHUNK)):
        found: list[tuple[Iri | Literal, ...]] = []
        for subject, value in part:
            term = _term(value, terms) if ends else None
            if subject[0] == "<" and (term is not None or not ends):
                start = Iri(subject[1:-1])
                found.append((start,) if term is None else (start, term))
        if found:
            yield found


def _term(text: str, terms: Mapping[str, Term]) -> Iri | Literal | None:
    term = Iri(text[1:-1]) if text[0] == "<" else terms.get(text)
    return term if isinstance(term, Iri | Literal) else None
