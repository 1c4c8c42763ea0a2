"""
What the checks find, kept up to date: after an edit only what the changed triples can reach is asked again.

Which shapes an edit can reach follows from the predicates of their targets and patterns; which nodes of a shape, from
walking along the patterns from the changed triples to $this, in what the store holds and what it held before. A walk
that meets too many nodes, or that finds no way, leads to the whole shape being asked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from mandategraph.checks.compiled import CompiledEngine, Others, as_model
from mandategraph.checks.reach import MOST, Reach, Surroundings
from mandategraph.checks.results import Outcome, Result, Run
from mandategraph.checks.shacl.model import Query
from mandategraph.checks.shapes import Shape, Target
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import RDF, RDFS
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Quad, Term

_TYPE = Iri(RDF + "type")
_BELOW = Iri(RDFS + "subClassOf")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an edit led to: shapes asked anew of all their nodes, of how many nodes others were asked, and the rest."""

    whole: tuple[str, ...]
    nodes: dict[str, int]
    untouched: int


class Standing:
    """
    The results of some shapes on a store, always those of a full run.

    `dataset_of` and `others` are those of CompiledEngine. The run (day and plan) is fixed; where an edit changes it,
    make another.
    """

    def __init__(
        self,
        store: GraphStore,
        dataset_of: Callable[[str], Dataset],
        others: Others,
        shapes: Sequence[Shape],
        run: Run,
    ) -> None:
        self._store, self._dataset_of, self._others = store, dataset_of, others
        self._shapes, self._run = tuple(shapes), run
        self._reach: dict[str, Reach] = {}
        self._results: dict[str, tuple[Result, ...]] = {}
        self._looked_at: dict[str, int] = {}
        self._engines: dict[str, str] = {}
        self._notes: dict[str, tuple[str, ...]] = {}
        engine = self._engine()
        for shape in self._shapes:
            self._ask_whole(shape, engine)
            if self._engines[shape.code] == "compiled":
                queries = [one for one in as_model(shape, run).constraints if isinstance(one, Query)]
                self._reach[shape.code] = Reach(shape, ((one.text, one.prefixes) for one in queries))

    @property
    def outcome(self) -> Outcome:
        """What a full run would find now."""
        results = tuple(result for shape in self._shapes for result in self._results[shape.code])
        notes = tuple(note for shape in self._shapes for note in self._notes[shape.code])
        return Outcome(results, dict(self._looked_at), dict(self._engines), notes)

    def follow(self, added: Collection[Quad], removed: Collection[Quad]) -> Asked:
        """Take note of an edit that the store holds already, conclusions that came and went included."""
        engine = self._engine()
        whole: list[str] = []
        asked: dict[str, int] = {}
        seen: dict[Dataset, tuple[list[Quad], frozenset[Iri], Surroundings]] = {}
        counts: dict[tuple[Dataset, tuple[Target, ...]], int] = {}
        for shape in self._shapes:
            dataset = self._dataset_of(shape.code)
            if dataset not in seen:
                here, gone = _within(dataset, added), _within(dataset, removed)
                names = frozenset(quad.predicate for quad in (*here, *gone))
                seen[dataset] = ([*here, *gone], names, Surroundings(self._store, dataset, gone))
            changed, names, around = seen[dataset]
            if not changed:
                continue
            reach = self._reach.get(shape.code)
            if reach is None or len(changed) > MOST or _BELOW in names:
                self._ask_whole(shape, engine)
                whole.append(shape.code)
                continue
            moved = _moved(shape, changed, engine)
            if not moved and not reach.concerns(names):
                continue
            nodes = reach.nodes(changed, around)
            if nodes is None or any(isinstance(node, BlankNode) for node in moved):
                self._ask_whole(shape, engine)
                whole.append(shape.code)
                continue
            if moved:
                key = (dataset, shape.targets)
                if key not in counts:
                    counts[key] = engine.count(shape, self._run)
                self._looked_at[shape.code] = counts[key]
            asked[shape.code] = self._ask_of(shape, nodes | moved, engine)
        return Asked(tuple(whole), asked, len(self._shapes) - len(whole) - len(asked))

    def _engine(self) -> CompiledEngine:
        # Another for each edit: it remembers which classes there are.
        return CompiledEngine(self._store, self._dataset_of, self._others)

    def _ask_whole(self, shape: Shape, engine: CompiledEngine) -> None:
        outcome = engine([shape], self._run)
        self._results[shape.code] = outcome.results
        self._looked_at |= outcome.looked_at
        self._engines |= outcome.engines
        self._notes[shape.code] = outcome.notes

    def _ask_of(self, shape: Shape, nodes: set[Term], engine: CompiledEngine) -> int:
        mine = [node for node in nodes if isinstance(node, Iri)]
        found = engine.among(shape, self._run, mine) if mine else ()
        kept = (one for one in self._results[shape.code] if one.focus not in nodes)
        together = sorted(
            (*kept, *found), key=lambda one: (str(one.focus), "" if one.value is None else str(one.value))
        )
        self._results[shape.code] = tuple(together)
        return len(mine)


def _within(dataset: Dataset, quads: Collection[Quad]) -> list[Quad]:
    graphs = {*dataset.default, *dataset.named}
    return [quad for quad in quads if (quad.graph.value if quad.graph else None) in graphs]


def _moved(shape: Shape, changed: Sequence[Quad], engine: CompiledEngine) -> set[Term]:
    """Return the nodes that may have become, or ceased to be, such as the shape looks at."""
    found: set[Term] = set()
    for target in shape.targets:
        if target.kind == "targetClass":
            typed = [quad for quad in changed if quad.predicate == _TYPE]
            classes = engine.classes(shape, target.of) if typed else ()
            found |= {quad.subject for quad in typed if quad.object in classes}
        elif target.kind == "targetSubjectsOf":
            found |= {quad.subject for quad in changed if quad.predicate == target.of}
        elif target.kind == "targetObjectsOf":
            found |= {quad.object for quad in changed if quad.predicate == target.of}
    return found
