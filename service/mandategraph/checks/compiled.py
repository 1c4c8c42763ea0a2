"""The engine of our own shapes: they become SHACL's own model, with the run written in, and run where the data is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from mandategraph.checks.groups import variable
from mandategraph.checks.results import RUN, Outcome, Result, Run, gathered
from mandategraph.checks.shacl.dialect import dialect_of
from mandategraph.checks.shacl.engine import Engine
from mandategraph.checks.shacl.focus import Focus, of_targets
from mandategraph.checks.shacl.graph import ShapesGraph
from mandategraph.checks.shacl.model import Constraint, Query, Shapes, Test
from mandategraph.checks.shacl.model import Shape as Model
from mandategraph.checks.shacl.model import Target as ModelTarget
from mandategraph.checks.shacl.parameters import PARAMETERS
from mandategraph.checks.shacl.paths import Path
from mandategraph.checks.shacl.prebinding import words_of
from mandategraph.checks.shapes import Core, Shape, Sparql
from mandategraph.core.errors import BrokenLibrary, MalformedQuery, RefusedQuery
from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import GraphStore
from mandategraph.core.scanner import Token
from mandategraph.core.terms import BlankNode, Iri, Term, values_block

Others = Callable[[Sequence[Shape], Run], Outcome]


class CompiledEngine:
    """
    Runs our shapes over a store, one query for each constraint.

    `dataset_of` says which graphs a shape reads, by its code. Shapes that cannot be taken go to `others`, and the
    outcome says which and why.
    """

    def __init__(self, store: GraphStore, dataset_of: Callable[[str], Dataset], others: Others) -> None:
        self._store, self._dataset_of, self._others = store, dataset_of, others
        self._engines: dict[Dataset, Engine] = {}
        self._models: dict[str, tuple[Shape, Run, Model]] = {}

    def forget(self, *, classes: bool) -> None:
        """Forget what was counted of data that have changed since; with `classes` also which classes there are."""
        for engine in self._engines.values():
            engine.forget(classes=classes)

    def count(self, shape: Shape, run: Run) -> int:
        """Return how many nodes a shape that this engine takes looks at."""
        engine = self._engine(self._dataset_of(shape.code))
        return engine.count(engine.focus(self._model(shape, run)))

    def classes(self, shape: Shape, of: Iri) -> Sequence[Iri]:
        """Return a class and its subclasses in what a shape reads."""
        return self._engine(self._dataset_of(shape.code)).classes(of)

    def __call__(self, shapes: Sequence[Shape], run: Run) -> Outcome:
        """Return what the shapes find."""
        results: list[Result] = []
        looked_at: dict[str, int] = {}
        engines: dict[str, str] = {}
        left: list[Shape] = []
        notes: list[str] = []
        for shape in shapes:
            engine = self._engine(self._dataset_of(shape.code))
            try:
                model = self._model(shape, run)
                why = engine.why_left(model)
            except ValueError as problem:
                why = str(problem)
            if why:
                left.append(shape)
                notes.append(f"{shape.code}: {why}; run by the reference engine")
                continue
            focus = engine.focus(model)
            looked_at[shape.code] = engine.count(focus)
            engines[shape.code] = "compiled"
            if looked_at[shape.code]:
                results += _found(shape, model, engine, focus)
        if left:
            rest = self._others(left, run)
            results += rest.results
            looked_at |= rest.looked_at
            engines |= rest.engines
        return Outcome(tuple(results), looked_at, engines, tuple(notes))

    def targeted(self, shape: Shape, run: Run, nodes: Collection[Iri]) -> set[Term]:
        """Return those of some nodes that a shape looks at."""
        engine = self._engine(self._dataset_of(shape.code))
        targets = of_targets(self._model(shape, run).targets, engine.classes, engine.literals)
        assert targets.contains is not None  # noqa: S101  targets always say so
        wanted = f"VALUES ?this {{ {_listed(nodes)} }} FILTER({targets.contains('?this')})"
        return {row["this"] for row in engine.select(f"SELECT ?this WHERE {{ {wanted} }}")}

    def among(self, shape: Shape, run: Run, nodes: Collection[Iri]) -> tuple[Result, ...]:
        """Return what a shape that this engine takes finds among some nodes that it looks at."""
        block = _listed(nodes)
        focus = Focus(lambda name: f"VALUES {name} {{ {block} }}", is_once=True, is_few=True)
        return _found(shape, self._model(shape, run), self._engine(self._dataset_of(shape.code)), focus)

    def _model(self, shape: Shape, run: Run) -> Model:
        known = self._models.get(shape.code)
        if known is None or known[0] is not shape or known[1] != run:
            known = self._models[shape.code] = (shape, run, as_model(shape, run))
        return known[2]

    def _engine(self, dataset: Dataset) -> Engine:
        if dataset not in self._engines:
            dialect = dialect_of(lambda question: self._store.ask(question, dataset))
            self._engines[dataset] = Engine(self._store, dataset, Shapes({}, ShapesGraph(())), dialect=dialect)
        return self._engines[dataset]


def _listed(nodes: Collection[Iri]) -> str:
    return " ".join(node.sparql() for node in nodes)


def _found(shape: Shape, model: Model, engine: Engine, focus: Focus) -> tuple[Result, ...]:
    try:
        found = [(one.focus, one.value, one.row) for one in engine.results(model, focus)]
    except MalformedQuery as problem:
        raise BrokenLibrary(f"{shape.file}: {shape.code}: {problem.message}") from problem
    return gathered(shape.code, ((node, value, row) for node, value, row in found if isinstance(node, Iri | BlankNode)))


def nodes_looked_at(store: GraphStore, dataset: Dataset, pattern: str, variable_name: str = "this") -> int:
    """Return how many nodes a pattern binds to its variable."""
    rows = store.select(f"SELECT (COUNT(DISTINCT ?{variable_name}) AS ?n) WHERE {{ {pattern} }}", dataset).rows
    return int(str(rows[0]["n"]))


def as_model(shape: Shape, run: Run) -> Model:
    """
    Return one of our shapes as SHACL's model has it, with what its queries ask of the run written in.

    ValueError says why it cannot be.
    """
    paths = {constraint.path for constraint in shape.constraints if isinstance(constraint, Core)}
    constraints: list[Constraint] = []
    for constraint in shape.constraints:
        if isinstance(constraint, Core):
            component = PARAMETERS[constraint.parameter].component
            constraints.append(Test(component, constraint.parameter, constraint.values))
        else:
            try:
                text = with_run(constraint, run)
            except (MalformedQuery, RefusedQuery) as problem:
                raise ValueError(f"it does not read as SPARQL ({problem.message})") from problem
            component = PARAMETERS["sparql"].component
            constraints.append(Query(component, "sparql", "select", text, constraint.prefixes))
    return Model(
        shape.iri,
        Path("predicate", iri=paths.pop()) if paths else None,
        tuple(ModelTarget(target.kind, target.of) for target in shape.targets),
        tuple(constraints),
    )


def with_run(constraint: Sparql, run: Run) -> str:
    """
    Return the SELECT with what it asks of the run node written into it as values.

    >>> asked = Sparql("SELECT $this { <https://w3id.org/mandategraph/at/run> mg:onDate ?d . $this mg:ends ?e }",
    ...     (("mg", "https://w3id.org/mandategraph/ns#"),))
    >>> with_run(asked, Run())
    'SELECT $this { VALUES (?d) {  } $this mg:ends ?e }'
    """
    text = constraint.select
    for start, end, pairs in reversed(_run_triples(constraint)):
        blocks = [values_block([name], [(value,) for value in run.values(predicate)]) for predicate, name in pairs]
        text = text[:start] + " ".join(blocks) + text[end:]
    return text


def _run_triples(constraint: Sparql) -> list[tuple[int, int, list[tuple[str, str]]]]:
    """Find what is asked of the run node: where it stands, and the (predicate, variable) pairs."""
    prefixes = dict(constraint.prefixes)
    words = words_of(constraint.select)
    found = []
    at = 0
    while at < len(words):
        if _resolved(words[at], prefixes) != RUN.value:
            at += 1
            continue
        begin, pairs = at, []
        while True:
            predicate, name = (words[at + 1], words[at + 2]) if at + 3 < len(words) else (None, None)
            if predicate is None or name is None or not variable(name) or not _resolved(predicate, prefixes):
                raise ValueError("it asks the run node in another form than `at:run predicate ?variable`")
            pairs.append((_resolved(predicate, prefixes), variable(name)))
            at += 3
            if words[at].text != ";":
                break
        end = words[at].end if words[at].text == "." else words[at - 1].end
        found.append((words[begin].start, end, pairs))
    return found


def _resolved(word: Token, prefixes: Mapping[str, str]) -> str:
    if word.kind == "iri":
        return word.text[1:-1]
    if word.kind == "pname":
        prefix, local = word.text.split(":", 1)
        return prefixes.get(prefix, "") + local.replace("\\", "") if prefix in prefixes else ""
    return ""
