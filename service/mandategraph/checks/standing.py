"""
What the checks find, kept up to date: after an edit only what the changed triples can reach is asked again.

Which shapes an edit can reach follows from the predicates of their targets and patterns; which nodes of a shape, from
walking along the patterns from the changed triples to $this, in what the store holds and what it held before. A walk
that meets too many nodes, or that finds no way, leads to the whole shape being asked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from mandategraph.checks.compiled import CompiledEngine, Others, as_model
from mandategraph.checks.reach import MOST, Reach, Surroundings, TooMany
from mandategraph.checks.results import Outcome, Result, Run
from mandategraph.checks.shacl.model import Query
from mandategraph.checks.shapes import Shape
from mandategraph.checks.targeted import TYPE, Targeted
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import RDFS
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Quad, Term

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
        self._engine = CompiledEngine(store, dataset_of, others)
        for shape in self._shapes:
            self._ask_whole(shape)
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
        """
        Take note of an edit that the store holds already, conclusions that came and went included.

        `added` and `removed` are the difference it made: nothing of `added` was there before, nothing of `removed` is.
        """
        edits: dict[Dataset, _Edit] = {}
        whole: list[str] = []
        some: list[tuple[Shape, _Edit, set[Term], set[Term]]] = []
        is_forgotten = False
        for shape in self._shapes:
            dataset = self._dataset_of(shape.code)
            if dataset not in edits:
                edits[dataset] = self._edit(dataset, added, removed, shape)
            edit = edits[dataset]
            if not edit.size:
                continue
            if not is_forgotten:
                self._engine.forget(classes=_BELOW in edit.changed)
                is_forgotten = True
            reach = self._reach.get(shape.code)
            if reach is None or edit.size > MOST or _BELOW in edit.changed:
                whole.append(shape.code)
                self._ask_whole(shape)
                continue
            moved = _moved(shape, edit.changed, self._engine)
            if not moved and not reach.concerns(edit.changed):
                continue
            nodes = reach.nodes(edit.changed, edit.around)
            if nodes is None or any(isinstance(node, BlankNode) for node in moved):
                whole.append(shape.code)
                self._ask_whole(shape)
            else:
                some.append((shape, edit, nodes, moved))
        for edit in edits.values():
            edit.targeted.learn_types(set().union(*(nodes | moved for _, one, nodes, moved in some if one is edit)))
        asked = {shape.code: self._ask_of(shape, edit, nodes, moved) for shape, edit, nodes, moved in some}
        return Asked(tuple(whole), asked, len(self._shapes) - len(whole) - len(asked))

    def _edit(self, dataset: Dataset, added: Collection[Quad], removed: Collection[Quad], shape: Shape) -> _Edit:
        here, gone = _within(dataset, added), _within(dataset, removed)
        changed: dict[Iri, list[Quad]] = {}
        for quad in (*here, *gone):
            changed.setdefault(quad.predicate, []).append(quad)
        around = Surroundings(self._store, dataset, gone)
        classes = partial(self._engine.classes, shape)
        return _Edit(
            len(here) + len(gone), changed, around, Targeted(self._store, dataset, around, classes, here, gone)
        )

    def _ask_whole(self, shape: Shape) -> None:
        outcome = self._engine([shape], self._run)
        self._results[shape.code] = outcome.results
        self._looked_at |= outcome.looked_at
        self._engines |= outcome.engines
        self._notes[shape.code] = outcome.notes

    def _ask_of(self, shape: Shape, edit: _Edit, nodes: set[Term], moved: set[Term]) -> int:
        """Ask a shape of some nodes, and of those that it may look at since the edit or no more; return how many."""
        together = nodes | moved
        mine = [node for node in together if isinstance(node, Iri)]
        try:
            targets = edit.targeted.now(shape.targets, mine)
        except TooMany:
            targets = self._engine.targeted(shape, self._run, mine) if mine else set()
        if moved:
            try:
                more = len(edit.targeted.now(shape.targets, moved)) - len(edit.targeted.before(shape.targets, moved))
                self._looked_at[shape.code] += more
            except TooMany:
                self._looked_at[shape.code] = self._engine.count(shape, self._run)
        fitting = self._reach[shape.code].still_fitting(targets, edit.around)
        asked = sorted(node for node in fitting if isinstance(node, Iri))
        found = self._engine.among(shape, self._run, asked) if asked else ()
        if found or any(one.focus in together for one in self._results[shape.code]):
            kept = (one for one in self._results[shape.code] if one.focus not in together)
            self._results[shape.code] = tuple(sorted((*kept, *found), key=_place))
        return len(asked)


@dataclass(frozen=True, slots=True)
class _Edit:
    """What an edit is to the shapes that read one dataset."""

    size: int
    changed: dict[Iri, list[Quad]]
    around: Surroundings
    targeted: Targeted


def _place(result: Result) -> tuple[str, str]:
    return str(result.focus), "" if result.value is None else str(result.value)


def _within(dataset: Dataset, quads: Collection[Quad]) -> list[Quad]:
    graphs = {*dataset.default, *dataset.named}
    return [quad for quad in quads if (quad.graph.value if quad.graph else None) in graphs]


def _moved(shape: Shape, changed: Mapping[Iri, Sequence[Quad]], engine: CompiledEngine) -> set[Term]:
    """Return the nodes that may have become, or ceased to be, such as the shape looks at."""
    found: set[Term] = set()
    for target in shape.targets:
        if target.kind == "targetClass":
            typed = changed.get(TYPE, ())
            classes = engine.classes(shape, target.of) if typed else ()
            found |= {quad.subject for quad in typed if quad.object in classes}
        elif target.kind == "targetSubjectsOf":
            found |= {quad.subject for quad in changed.get(target.of, ())}
        elif target.kind == "targetObjectsOf":
            found |= {quad.object for quad in changed.get(target.of, ())}
    return found
