"""Which nodes shapes look at, after an edit and before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from mandategraph.checks.reach import MOST, Surroundings, TooMany
from mandategraph.checks.shapes import Target
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import RDF
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term

TYPE = Iri(RDF + "type")
_Triple = tuple[Term, Iri, Term]


class Targeted:
    """
    Tells nodes that targets name from others, by what stands around them.

    `classes` gives a class with its subclasses, which the edit must not have changed. `added` and `removed` are the
    difference that the edit made: nothing of `added` was there before. Raises TooMany where too much stands around.
    """

    def __init__(
        self,
        store: GraphStore,
        dataset: Dataset,
        around: Surroundings,
        classes: Callable[[Iri], Sequence[Iri]],
        added: Iterable[Quad],
        removed: Iterable[Quad],
    ) -> None:
        self._store, self._dataset, self._around, self._classes = store, dataset, around, classes
        self._came: dict[_Triple, set[str | None]] = {}
        for quad in added:
            graph = quad.graph.value if quad.graph else None
            if graph in dataset.default:
                self._came.setdefault((quad.subject, quad.predicate, quad.object), set()).add(graph)
        default = frozenset(dataset.default)
        self._went = [quad for quad in removed if (quad.graph.value if quad.graph else None) in default]

    def learn_types(self, nodes: Collection[Term]) -> None:
        """Ask for the types of some nodes at once."""
        known = [node for node in nodes if isinstance(node, Iri)]
        for at in range(0, len(known), MOST // 4):
            try:
                self._around.now(known[at : at + MOST // 4], TYPE)
            except TooMany:
                return

    def now(self, targets: Sequence[Target], nodes: Collection[Term]) -> set[Term]:
        """Return those of some nodes that targets name after the edit."""
        found: set[Term] = set()
        for target in targets:
            if target.kind == "targetNode":
                found |= {target.of}.intersection(nodes)
            elif target.kind == "targetClass":
                wanted = frozenset(self._classes(target.of))
                known = self._around.now(nodes, TYPE)
                found |= {node for node in nodes if not wanted.isdisjoint(known.get(node, ()))}
            else:
                found |= self._around.having(nodes, target.of, inverse=target.kind == "targetObjectsOf")
        return found

    def before(self, targets: Sequence[Target], nodes: Collection[Term]) -> set[Term]:
        """Return those of some nodes that targets named before the edit."""
        return {node for node in nodes if any(self._named(target, node) for target in targets)}

    def _named(self, target: Target, node: Term) -> bool:
        if target.kind == "targetNode":
            return target.of == node
        if target.kind == "targetClass":
            wanted = self._classes(target.of)
            went = any(one.predicate == TYPE and one.subject == node and one.object in wanted for one in self._went)
            kinds = self._around.now([node], TYPE).get(node, ())
            return went or any(kind in wanted and self._was_there((node, TYPE, kind)) for kind in kinds)
        inverse = target.kind == "targetObjectsOf"
        if any(one.predicate == target.of and (one.object if inverse else one.subject) == node for one in self._went):
            return True
        if isinstance(node, Literal) and not inverse:
            return False
        came = [one for one in self._came if one[1] == target.of and one[2 if inverse else 0] == node]
        beside = self._around.some_beside(node, target.of, len(came) + 1, inverse=inverse)
        return any(self._was_there((one, target.of, node) if inverse else (node, target.of, one)) for one in beside)

    def _was_there(self, triple: _Triple) -> bool:
        came = self._came.get(triple)
        if came is None:
            return True
        if any(isinstance(term, BlankNode) for term in triple):
            raise TooMany
        written = " ".join(term.sparql() for term in triple if not isinstance(term, BlankNode))
        others = tuple(graph for graph in self._dataset.default if graph not in came)
        return bool(others) and self._store.ask(f"ASK {{ {written} }}", Dataset(others))
