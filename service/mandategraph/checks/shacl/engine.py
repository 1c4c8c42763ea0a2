"""Runs shapes over a store: one query for each constraint, whatever the number of nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from mandategraph.checks.shacl.asking import Asking
from mandategraph.checks.shacl.conformance import Conformance, NotInline
from mandategraph.checks.shacl.dialect import ANY, Dialect
from mandategraph.checks.shacl.focus import Focus, of_targets, values_of
from mandategraph.checks.shacl.graph import Node
from mandategraph.checks.shacl.literals import Literals, as_written
from mandategraph.checks.shacl.messages import messages_of
from mandategraph.checks.shacl.model import Constraint, Logic, Qualified, Query, Shape, Shapes, Test
from mandategraph.checks.shacl.paths import Path
from mandategraph.checks.shacl.prebinding import NotTaken
from mandategraph.checks.shacl.queries import violations
from mandategraph.checks.shacl.results import Outcome, Result
from mandategraph.checks.shacl.scan import Scans
from mandategraph.checks.shacl.screen import Screen
from mandategraph.core.errors import MalformedQuery, WrongUse
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import RDFS
from mandategraph.core.ports import GraphStore, Row
from mandategraph.core.terms import BlankNode, Iri, Term

_MOST_NAMED = 200
_Found = tuple[list[Shape], dict[Node, list[Result]], dict[Node, str]]


class Engine:
    """
    Validates what a store holds.

    `dataset` is what the shapes read; `plain` what queries of shapes read, in the store `values`, where these differ
    (see `literals`); and `shapes_graph` the name under which they find the shapes, if they may. With several `threads`
    the store is asked several things at once.
    """

    def __init__(
        self,
        store: GraphStore,
        dataset: Dataset,
        shapes: Shapes,
        *,
        dialect: Dialect = ANY,
        literals: Literals | None = None,
        plain: Dataset | None = None,
        values: GraphStore | None = None,
        shapes_graph: Iri | None = None,
        threads: int = 1,
    ) -> None:
        self.store, self.dataset, self.shapes, self.dialect = store, dataset, shapes, dialect
        self.literals, self.threads = literals or Literals(), threads
        self.asking = Asking(store, dataset, plain or dataset, shapes_graph, self.literals, dialect, values)
        self._scans = Scans(self.select)
        self._classes: dict[Iri, tuple[Iri, ...]] = {}
        self._needed: dict[Iri, tuple[Iri, ...]] = {}

    def validate(self, roots: Iterable[Shape] | None = None) -> Outcome:
        """
        Return what the shapes with targets find.

        A shape this engine cannot take is in `left` of the outcome with the reason, and nothing of it is in the
        results. Raises StoreUnavailable where the store fails midway.
        """
        results: dict[Node, list[Result]] = {}
        left: dict[Node, str] = {}
        idle: list[Node] = []
        by_focus: dict[str, tuple[Focus, list[Shape]]] = {}
        for shape in self.shapes.with_targets() if roots is None else roots:
            results[shape.node] = []
            why = self.why_left(shape)
            if why:
                left[shape.node] = why
                continue
            focus = self.focus(shape)
            by_focus.setdefault(focus.write("?this"), (focus, []))[1].append(shape)
        with ThreadPoolExecutor(self.threads) as pool:
            # Shapes that look at the same nodes are asked for together.
            for some, found, refused in pool.map(self._found_by_all, by_focus.values()):
                idle += [shape.node for shape in some if shape.node not in found and shape.node not in refused]
                results |= found
                left |= refused
        together = (result for found in results.values() for result in found)
        return Outcome(tuple(together), tuple(idle), left, self.shapes.notes)

    def _found_by_all(self, group: tuple[Focus, list[Shape]]) -> _Found:
        focus, shapes = group
        found: dict[Node, list[Result]] = {}
        refused: dict[Node, str] = {}
        if self.store.ask(f"ASK {{ {focus.write('?this')} }}", self.dataset):
            screen = Screen(self, [task for shape in shapes for task in self.tasks(shape)], focus)
            for shape in shapes:
                try:
                    found[shape.node] = [one for _, one in self._found(shape, focus, screen)]
                except NotTaken as problem:
                    refused[shape.node] = str(problem)
        return shapes, found, refused

    def focus(self, shape: Shape) -> Focus:
        """Return the nodes that a shape looks at by its targets."""
        return of_targets(shape.targets, self._needed_classes, self.literals)

    def count(self, focus: Focus) -> int:
        """Return how many nodes there are."""
        query = f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {focus.write('?this')} }}"
        return int(str(self.store.select(query, self.dataset).rows[0]["n"]))

    def why_left(self, shape: Shape) -> str:
        """Return why this engine cannot take a shape, or one it is made of; empty where it can."""
        for one in self._with_all_below(shape):
            if one.beyond:
                return one.beyond
            for constraint in one.constraints:
                try:
                    if isinstance(constraint, Query):
                        self.asking.query(constraint, one, of_targets((), self.classes, self.literals))
                    elif isinstance(constraint, Test) and constraint.name == "pattern":
                        self._refuse_pattern(constraint)
                except NotTaken as problem:
                    return f"{self.shapes.name(one.node)}: {problem}"
        return ""

    def results(self, shape: Shape, focus: Focus) -> Iterator[Result]:
        """Yield what one shape finds among some nodes."""
        for _, result in self._found(shape, focus):
            yield result

    def tasks(self, shape: Shape) -> Iterator[tuple[Constraint, Shape]]:
        """Yield what a shape demands of its own focus nodes, by itself or by the property shapes of a node shape."""
        if shape.deactivated:
            return
        for constraint in shape.constraints:
            if isinstance(constraint, Logic) and constraint.name == "property" and shape.path is None:
                for one in constraint.shapes:
                    yield from self.tasks(self.shapes.by_node[one])
            else:
                yield constraint, shape

    def _found(self, shape: Shape, focus: Focus, screen: Screen | None = None) -> Iterator[tuple[Term, Result]]:
        """Yield each result with the node among `focus` from which the shape came to it."""
        tasks = list(self.tasks(shape))
        if screen is None:
            screen = Screen(self, () if focus.is_few else tasks, focus)
        for constraint, owner in tasks:
            narrow = screen.focus_of(constraint, owner)
            if narrow is None:
                continue
            if isinstance(constraint, Logic) and constraint.name == "property":
                for one in constraint.shapes:
                    yield from self._below(owner, self.shapes.by_node[one], narrow)
            else:
                yield from self._found_by(constraint, owner, narrow)

    def _below(self, shape: Shape, one: Shape, focus: Focus) -> Iterator[tuple[Term, Result]]:
        found = self._found(one, focus.along(shape.path))
        by_value: dict[Term, list[Result]] = {}
        for value, result in self._stable(found):
            by_value.setdefault(value, []).append(result)
        # A value of two nodes is looked at for each of them.
        for row in self._pairs(shape, focus, by_value) if by_value else ():
            for result in by_value.get(row["value"], ()):
                yield row["this"], result

    def _stable(self, found: Iterable[tuple[Term, Result]]) -> Iterator[tuple[Term, Result]]:
        for value, result in found:
            self._refuse_blank(value)
            yield value, result

    def _refuse_blank(self, node: Term) -> None:
        if isinstance(node, BlankNode) and not self.dialect.stable_blanks:
            raise NotTaken("the store names a blank node anew in each answer, and the shape needs several")

    def _pairs(self, shape: Shape, focus: Focus, only: Collection[Term]) -> Sequence[Row]:
        block = ""
        if len(only) <= _MOST_NAMED and not any(isinstance(one, BlankNode) for one in only):
            block = f"VALUES ?value {{ {' '.join(one.sparql() for one in only if not isinstance(one, BlankNode))} }}"
        return self.select(f"SELECT DISTINCT ?this ?value WHERE {{ {block} {values_of(focus, shape.path)} }}")

    def _found_by(self, constraint: Constraint, shape: Shape, focus: Focus) -> Iterator[tuple[Term, Result]]:
        # In an order of our own, so that the same data give the same report.
        rows = sorted(self._rows(constraint, shape, focus), key=_place)
        details: dict[Term, list[Result]] = {}
        if rows and isinstance(constraint, Logic) and constraint.name == "node":
            below = self.shapes.by_node[constraint.shapes[0]]
            for value, result in self._stable(self._found(below, focus.along(shape.path))):
                details.setdefault(value, []).append(result)
        for row in rows:
            yield row["this"], self._result(constraint, shape, row, details.get(row.get("value", row["this"]), ()))

    def _result(self, constraint: Constraint, shape: Shape, row: Row, details: Sequence[Result]) -> Result:
        value, path = row.get("value"), shape.path
        named = row.get("path")
        if isinstance(named, Iri):
            path = Path("predicate", iri=named)
        if value is None and shape.path is None and isinstance(constraint, Query):
            value = row["this"]
        return Result(
            focus=as_written(row["this"]),
            path=path,
            value=None if value is None else as_written(value),
            component=constraint.component,
            shape=shape.node,
            severity=shape.severity,
            constraint=constraint.source if isinstance(constraint, Query) else None,
            messages=messages_of(constraint, shape, row),
            details=tuple(details),
            row={name: as_written(term) for name, term in row.items()},
        )

    def _rows(self, constraint: Constraint, shape: Shape, focus: Focus) -> Iterable[Row]:
        if isinstance(constraint, Query):
            return self._asked(constraint, shape, focus)
        by = self.conformance()
        try:
            query = self.scan(constraint, shape, focus) or violations(constraint, shape, focus, by)
        except NotInline:
            return self._put_together(constraint, shape, focus)
        return self.store.select(query, self.dataset).rows if query else ()

    def _asked(self, query: Query, shape: Shape, focus: Focus) -> Iterable[Row]:
        try:
            return self.asking.rows(query, shape, focus)
        except (MalformedQuery, WrongUse) as problem:
            place = f"{self.shapes.name(shape.node)}, sh:{query.form}"
            raise type(problem)(f"{place}: {problem.message}") from problem

    def _put_together(self, constraint: Constraint, shape: Shape, focus: Focus) -> Iterator[Row]:
        """Yield the rows of a demand on other shapes from the sets of nodes that fail these."""
        pairs = self.select(f"SELECT DISTINCT ?this ?value WHERE {{ {values_of(focus, shape.path)} }}")
        values = focus.along(shape.path)
        if isinstance(constraint, Logic):
            failing = [self.failing(self.shapes.by_node[one], values) for one in constraint.shapes]
            for row in pairs:
                if _breaks(constraint.name, [row["value"] in some for some in failing]):
                    yield row
        elif isinstance(constraint, Qualified):
            fails = self.failing(self.shapes.by_node[constraint.shape], values)
            siblings = [self.failing(self.shapes.by_node[one], values) for one in constraint.siblings]
            counts = {row["this"]: 0 for row in self.select(f"SELECT ?this WHERE {{ {focus.distinct()} }}")}
            for row in pairs:
                if row["value"] not in fails and all(row["value"] in some for some in siblings):
                    counts[row["this"]] += 1
            least = constraint.name == "qualifiedMinCount"
            for node, count in counts.items():
                if count < constraint.number if least else count > constraint.number:
                    yield {"this": node}

    def failing(self, shape: Shape, focus: Focus) -> set[Term]:
        """Return the nodes among some that do not conform to a shape."""
        found: set[Term] = set()
        if shape.deactivated:
            return found

        def add(rows: Iterable[Row]) -> None:
            for row in rows:
                self._refuse_blank(row["this"])
                found.add(row["this"])

        for constraint in shape.constraints:
            if isinstance(constraint, Logic) and constraint.name == "property" and shape.path is None:
                for one in constraint.shapes:
                    found |= self.failing(self.shapes.by_node[one], focus)
            else:
                add(self._rows(constraint, shape, focus))
        return found

    def scan(self, constraint: Constraint, shape: Shape, focus: Focus) -> str:
        """Return the SELECT that looks at values first, where the engine is one for which that is known to pay."""
        if not self.dialect.scans:
            return ""
        return self._scans.query(constraint, shape, focus, self.conformance())

    def scans_together(self, tasks: Sequence[tuple[Constraint, Shape]], focus: Focus, most: int) -> str:
        """Return the SELECT of the nodes that fail any of some demands on values that one scan can go through."""
        by = self.conformance()
        found = [self._scans.condition(constraint, shape, focus, by) for constraint, shape in tasks]
        return self._scans.together([one for one in found if one], focus, most)

    def conformance(self) -> Conformance:
        """Return what writes the expressions of one query."""
        return Conformance(self.shapes.by_node, self.classes, self.literals, self.dialect)

    def forget(self, *, classes: bool) -> None:
        """Forget what was counted of data that have changed since; with `classes` also which classes there are."""
        self._scans = Scans(self.select)
        self._needed = {}
        if classes:
            self._classes = {}

    def classes(self, of: Iri) -> tuple[Iri, ...]:
        """Return a class and its subclasses in the data."""
        if of not in self._classes:
            rows = self.select(f"SELECT DISTINCT ?class WHERE {{ ?class <{RDFS}subClassOf>+ {of.sparql()} }}")
            found = {row["class"] for row in rows}
            self._classes[of] = (of, *sorted(one for one in found if isinstance(one, Iri) and one != of))
        return self._classes[of]

    def _needed_classes(self, of: Iri) -> tuple[Iri, ...]:
        # A subclass matters only where a node has it and not the class itself: rules usually have written both, and
        # one plain pattern on one class lets the engine order its joins freely.
        if of not in self._needed:
            needed = [of]
            for one in self.classes(of)[1:]:
                alone = f"?node a {one.sparql()} . FILTER NOT EXISTS {{ ?node a {of.sparql()} }}"
                if self.store.ask(f"ASK {{ {alone} }}", self.dataset):
                    needed.append(one)
            self._needed[of] = tuple(needed)
        return self._needed[of]

    def _with_all_below(self, shape: Shape) -> Iterator[Shape]:
        seen: set[Node] = set()
        waiting = [shape]
        while waiting:
            one = waiting.pop()
            if one.node not in seen and not one.deactivated:
                seen.add(one.node)
                yield one
                waiting += [self.shapes.by_node[below] for _, below in one.refers_to()]

    def _refuse_pattern(self, test: Test) -> None:
        arguments = ", ".join(term.sparql() for term in test.terms if not isinstance(term, BlankNode))
        if "ok" not in self.select(f'SELECT (REGEX("", {arguments}) AS ?ok) WHERE {{ }}')[0]:
            raise NotTaken(f"the store does not know the pattern {test.terms[0]}")

    def select(self, query: str) -> Sequence[Row]:
        """Return the solutions of a SELECT over the data."""
        return self.store.select(query, self.dataset).rows


def _place(row: Row) -> tuple[str, ...]:
    return tuple(f"{name} {row[name]!r}" for name in ("this", "path", "value", *sorted(row)) if name in row)


def _breaks(name: str, fails: Sequence[bool]) -> bool:
    if name == "not":
        return not fails[0]
    if name == "or":
        return all(fails)
    if name == "xone":
        return fails.count(False) != 1
    return any(fails)
