"""Which focus nodes of a shape an edit can reach: from the changed triples along the shape's own patterns to $this."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mandategraph.checks.patterns import THIS, NotFollowed, Pattern, Placed, demanded, placed_patterns
from mandategraph.checks.shacl.paths import Path
from mandategraph.checks.shapes import Core, Shape
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import RDF
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term

_NONE: frozenset[Term] = frozenset()
MOST = 1000
"""With more nodes than this on the way, the shape is asked anew of all its nodes."""
_MOST_STEPS = 5
_Must = tuple[tuple[Iri, Iri], ...]
"""What is said of a node: each predicate with its value."""


class TooMany(Exception):
    """More nodes than it pays to follow, or nodes that cannot be named in a query."""


class Surroundings:
    """What stands around nodes, before an edit and after it together; what was asked once is remembered."""

    def __init__(self, store: GraphStore, dataset: Dataset, removed: Iterable[Quad]) -> None:
        self._store, self._dataset = store, dataset
        self._known: dict[tuple[Iri, bool], dict[Term, set[Term]]] = {}
        self._before: dict[tuple[Iri, bool], dict[Term, set[Term]]] = {}
        self._crowded: set[tuple[Iri, bool, frozenset[Term]]] = set()
        self._with: dict[tuple[Iri, bool], dict[Term, bool]] = {}
        self._narrow: dict[tuple[Iri, bool, frozenset[Term], _Must], set[Term]] = {}
        for quad in removed:
            for inverse, here, there in ((False, quad.subject, quad.object), (True, quad.object, quad.subject)):
                self._before.setdefault((quad.predicate, inverse), {}).setdefault(here, set()).add(there)

    def step(self, nodes: Collection[Term], predicate: Iri, *, inverse: bool) -> set[Term]:
        """Return what is one step away; TooMany where that is too much."""
        known = self.now(nodes, predicate, inverse=inverse)
        before = self._before.get((predicate, inverse), {})
        found: set[Term] = set()
        for node in nodes:
            found |= known.get(node, _NONE)
            found |= before.get(node, _NONE)
        return _few(found)

    def now(self, nodes: Collection[Term], predicate: Iri, *, inverse: bool = False) -> Mapping[Term, set[Term]]:
        """Return for each node what is one step away after the edit; TooMany where that is too much."""
        known = self._known.setdefault((predicate, inverse), {})
        new = frozenset(node for node in nodes if node not in known and (inverse or not isinstance(node, Literal)))
        if new:
            self._learn(new, predicate, inverse, known)
        return known

    def having(self, nodes: Collection[Term], predicate: Iri, *, inverse: bool = False) -> set[Term]:
        """Return those of some nodes from which a step leads anywhere after the edit."""
        known = self._with.setdefault((predicate, inverse), {})
        new = {node for node in nodes if node not in known and (inverse or not isinstance(node, Literal))}
        if new:
            triple = f"?there {predicate.sparql()} ?here" if inverse else f"?here {predicate.sparql()} ?there"
            query = f"SELECT ?here WHERE {{ VALUES ?here {{ {_listed(new)} }} FILTER EXISTS {{ {triple} }} }}"
            there = {row["here"] for row in self._store.select(query, self._dataset).rows}
            known |= {node: node in there for node in new}
        return {node for node in nodes if known.get(node)}

    def some_beside(self, node: Term, predicate: Iri, number: int, *, inverse: bool = False) -> set[Term]:
        """Return so many of the nodes that are one step away after the edit."""
        triple = f"?there {predicate.sparql()} ?here" if inverse else f"?here {predicate.sparql()} ?there"
        query = f"SELECT ?there WHERE {{ VALUES ?here {{ {_listed({node})} }} {triple} }} LIMIT {number}"
        return {row["there"] for row in self._store.select(query, self._dataset).rows}

    def step_to(self, nodes: set[Term], predicate: Iri, must: _Must, *, inverse: bool) -> set[Term]:
        """Return what is one step away and says all of some things; of a crowd only those are counted."""
        key = (predicate, inverse, frozenset(nodes), must)
        if key in self._narrow:
            return self._narrow[key]
        if not nodes:
            return set()
        triple = f"?there {predicate.sparql()} ?here" if inverse else f"?here {predicate.sparql()} ?there"
        said = "".join(f" FILTER EXISTS {{ ?there {name.sparql()} {value.sparql()} }}" for name, value in must)
        query = f"SELECT ?there WHERE {{ VALUES ?here {{ {_listed(nodes)} }} {triple} .{said} }} LIMIT {MOST + 1}"
        found = {row["there"] for row in self._store.select(query, self._dataset).rows}
        # What led there, or said so, before the edit only.
        lost = set().union(*(self._before.get((predicate, inverse), {}).get(node, _NONE) for node in nodes))
        for name, value in must:
            changed = self._before.get((name, True), {}).get(value, _NONE)
            lost |= {
                node for node in changed if not nodes.isdisjoint(self.step([node], predicate, inverse=not inverse))
            }
        self._narrow[key] = _few(found | self.among(lost, must))
        return self._narrow[key]

    def among(self, nodes: set[Term], must: Iterable[tuple[Iri, Iri]]) -> set[Term]:
        """Return those of some nodes that say all of some things, after the edit or before it."""
        for predicate, value in must:
            if not nodes:
                break
            try:
                known = self.now(nodes, predicate)
            except TooMany:
                continue
            before = self._before.get((predicate, False), {})
            nodes = {node for node in nodes if value in known.get(node, _NONE) or value in before.get(node, _NONE)}
        return nodes

    def _learn(self, nodes: frozenset[Term], predicate: Iri, inverse: bool, known: dict[Term, set[Term]]) -> None:
        _few(set(nodes))
        if (predicate, inverse, nodes) in self._crowded:
            raise TooMany
        triple = f"?there {predicate.sparql()} ?here" if inverse else f"?here {predicate.sparql()} ?there"
        query = f"SELECT ?here ?there WHERE {{ VALUES ?here {{ {_listed(nodes)} }} {triple} }} LIMIT {MOST + 1}"
        rows = self._store.select(query, self._dataset).rows
        if len(rows) > MOST:
            self._crowded.add((predicate, inverse, nodes))
            raise TooMany
        if any(row["here"] not in nodes for row in rows):
            # The engine writes a literal in its own way.
            raise TooMany
        known |= {node: set() for node in nodes}
        for row in rows:
            known[row["here"]].add(row["there"])

    def along(self, path: Path, nodes: set[Term], *, inverse: bool) -> set[Term]:
        """Return what a path leads to, or leads from."""
        if path.kind == "predicate":
            return self.step(nodes, path.iri, inverse=inverse)
        if path.kind == "inversePath":
            return self.step(nodes, path.parts[0].iri, inverse=not inverse)
        if path.kind == "sequence":
            for part in reversed(path.parts) if inverse else path.parts:
                nodes = self.along(part, nodes, inverse=inverse)
            return nodes
        if path.kind == "alternativePath":
            return set().union(*(self.along(part, nodes, inverse=inverse) for part in path.parts))
        if path.kind == "zeroOrOnePath":
            return nodes | self.along(path.parts[0], nodes, inverse=inverse)
        # With the nodes themselves also where one step is asked: more is no fault.
        found, front = set(nodes), set(nodes)
        while front:
            front = self.along(path.parts[0], front, inverse=inverse) - found
            found = _few(found | front)
        return found

    def touched(self, path: Path, changed: Sequence[Quad], *, at_end: bool) -> set[Term]:
        """Return the nodes at one end of a path of which a changed triple is, or was, a step."""
        if path.kind in ("predicate", "inversePath"):
            iri = path.iri if path.kind == "predicate" else path.parts[0].iri
            objects = at_end == (path.kind == "predicate")
            return _few({one.object if objects else one.subject for one in changed if one.predicate == iri})
        found: set[Term] = set()
        for at, part in enumerate(path.parts):
            nodes = self.touched(part, changed, at_end=at_end)
            if not nodes:
                continue
            if path.kind == "sequence":
                for other in path.parts[at + 1 :] if at_end else reversed(path.parts[:at]):
                    nodes = self.along(other, nodes, inverse=not at_end)
            elif path.kind in ("zeroOrMorePath", "oneOrMorePath"):
                nodes = self.along(Path("zeroOrMorePath", (part,)), nodes, inverse=not at_end)
            found |= nodes
        return found


class Reach:
    """What a shape's demands look at. `unknown` says why it cannot be told, where it cannot."""

    def __init__(self, shape: Shape, queries: Iterable[tuple[str, tuple[tuple[str, str], ...]]]) -> None:
        """Take the shape, and its queries with their prefixes, as they are asked in a run."""
        self.unknown = ""
        placed: list[Placed] = []
        self._must: _Must = ()
        self._must_have: tuple[Iri, ...] = ()
        try:
            for text, prefixes in queries:
                placed += placed_patterns(text, dict(prefixes))
                if len(shape.constraints) == 1:
                    self._demand(demanded(text, dict(prefixes)))
        except NotFollowed as problem:
            self.unknown = str(problem)
        for constraint in shape.constraints:
            if isinstance(constraint, Core):
                value = Pattern(THIS, Path("predicate", iri=constraint.path), "?value")
                placed.append(Placed(value, ()))
                if constraint.parameter == "class":
                    kind = Pattern("?value", Path("predicate", iri=Iri(RDF + "type")), "?kind")
                    placed.append(Placed(kind, (value,)))
        self._always = tuple(_Watched.of(one) for one in placed if one.pattern.path is None)
        self._by_name: dict[Iri, list[_Watched]] = {}
        for one in placed:
            if one.pattern.path is not None:
                watched = _Watched.of(one)
                for name in set(_names(one.pattern.path)):
                    self._by_name.setdefault(name, []).append(watched)

    def _demand(self, patterns: Iterable[Pattern]) -> None:
        said = [one for one in patterns if one.start == THIS and one.path is not None and one.path.kind == "predicate"]
        of = [(one.path.iri, one.end) for one in said if one.path is not None]
        self._must = tuple((name, Iri(end[1:-1])) for name, end in of if end.startswith("<"))
        self._must_have = tuple(name for name, end in of if end[0] not in "<?")

    def still_fitting(self, nodes: set[Term], around: Surroundings) -> set[Term]:
        """Return those of some nodes that say what the shape's query asks of each by a constant."""
        for name in self._must_have:
            nodes = around.having(nodes, name) if nodes else nodes
        return around.among(nodes, self._must)

    def concerns(self, predicates: Collection[Iri]) -> bool:
        """Whether a change of triples with these predicates may matter to the demands."""
        return bool(self.unknown or self._always) or any(name in self._by_name for name in predicates)

    def nodes(self, changed: Mapping[Iri, Sequence[Quad]], around: Surroundings) -> set[Term] | None:
        """
        Return nodes among which all are for which the demands may have another answer; None where it may be any.

        `changed` are the triples that came or went, by their predicates.
        """
        if self.unknown:
            return None
        found: set[Term] = set()
        mine: dict[int, tuple[_Watched, list[Quad]]] = {}
        for name, quads in changed.items():
            for one in (*self._always, *self._by_name.get(name, ())):
                fitting = [quad for quad in quads if one.fits(quad)]
                if fitting:
                    mine.setdefault(id(one), (one, []))[1].extend(fitting)
        for watched, fitting in mine.values():
            nodes = watched.to_this(fitting, around)
            if nodes is None:
                return None
            found |= nodes
        return found if len(found) <= MOST else None


@dataclass(frozen=True, slots=True)
class _Route:
    """A way from one end of a pattern to $this: each step with what must be said of the nodes it comes to."""

    at_end: bool
    steps: tuple[tuple[Path, bool, str, _Must], ...]


@dataclass(frozen=True, slots=True)
class _Watched:
    """A pattern, what must be said of the nodes at its ends, and the ways from it to $this, the best first."""

    pattern: Pattern
    start: _Must
    end: _Must
    routes: tuple[_Route, ...]

    @classmethod
    def of(cls, one: Placed) -> _Watched:
        must: dict[str, dict[tuple[Iri, Iri], None]] = {}
        for beside in one.beside:
            if beside.path is not None and beside.path.kind == "predicate" and beside.end.startswith("<"):
                must.setdefault(beside.start, {})[beside.path.iri, Iri(beside.end[1:-1])] = None
        asked = {name: tuple(pairs) for name, pairs in must.items()}
        pattern = one.pattern
        return cls(pattern, asked.get(pattern.start, ()), asked.get(pattern.end, ()), tuple(_routes(one, asked)))

    def fits(self, quad: Quad) -> bool:
        """Whether a triple may be the pattern's, or a step of its path."""
        path = self.pattern.path
        if path is not None and path.kind != "predicate":
            return True
        ends = ((self.pattern.start, quad.subject), (self.pattern.end, quad.object))
        return all(end[0] != "<" or end == _text(term) for end, term in ends)

    def to_this(self, changed: Sequence[Quad], around: Surroundings) -> set[Term] | None:
        """Return the nodes that some triples reach along the pattern; None where that cannot be told."""
        path = self.pattern.path
        is_step = path is None or path.kind == "predicate"
        if is_step:
            starts = around.among({quad.subject for quad in changed}, self.start)
            changed = [quad for quad in changed if quad.subject in starts]
            # What a literal says is not asked.
            ends = around.among({quad.object for quad in changed}, self.end) if self.end else None
            changed = [quad for quad in changed if ends is None or quad.object in ends]
            if not changed:
                return set()
        for route in self.routes:
            try:
                if path is None:
                    nodes = _few({quad.object if route.at_end else quad.subject for quad in changed})
                else:
                    nodes = around.touched(path, changed, at_end=route.at_end)
                nodes = _held(nodes, self.pattern.end if route.at_end else self.pattern.start)
                nodes = around.among(nodes, self.end if route.at_end else self.start)
                for way, inverse, name, must in route.steps:
                    if must and way.kind in ("predicate", "inversePath"):
                        iri = way.iri if way.kind == "predicate" else way.parts[0].iri
                        nodes = around.step_to(nodes, iri, must, inverse=inverse == (way.kind == "predicate"))
                        nodes = _held(nodes, name)
                    else:
                        nodes = around.among(_held(around.along(way, nodes, inverse=inverse), name), must)
            except TooMany:
                continue
            return nodes
        return None


def _held(nodes: set[Term], name: str) -> set[Term]:
    return {node for node in nodes if _text(node) == name} if name.startswith("<") else nodes


def _routes(one: Placed, must: Mapping[str, _Must]) -> Iterator[_Route]:
    """Yield the ways from either end of a pattern to $this: the shortest first, those by way of a constant last."""
    ways: dict[str, list[tuple[str, Path, bool]]] = {}
    for pattern in one.beside:
        if pattern.path is not None:
            ways.setdefault(pattern.start, []).append((pattern.end, pattern.path, False))
            ways.setdefault(pattern.end, []).append((pattern.start, pattern.path, True))
    fronts: list[tuple[bool, list[str], list[tuple[Path, bool, str, _Must]]]] = [
        (at_end, [end], []) for at_end, end in ((False, one.pattern.start), (True, one.pattern.end)) if end[0] in "?<"
    ]
    late: list[_Route] = []
    for _ in range(_MOST_STEPS + 1):
        longer = []
        for at_end, visited, steps in fronts:
            if visited[-1] == THIS:
                route = _Route(at_end, tuple(steps))
                if any(name.startswith("<") for name in visited):
                    late.append(route)
                else:
                    yield route
                continue
            for node, path, inverse in ways.get(visited[-1], ()):
                if node not in visited and node[0] in "?<":
                    longer.append((at_end, [*visited, node], [*steps, (path, inverse, node, must.get(node, ()))]))
        fronts = longer
    yield from late


def _names(path: Path) -> Iterator[Iri]:
    if path.kind == "predicate":
        yield path.iri
    for part in path.parts:
        yield from _names(part)


def _listed(nodes: Iterable[Term]) -> str:
    if any(isinstance(node, BlankNode) for node in nodes):
        raise TooMany
    return " ".join(node.sparql() for node in nodes if not isinstance(node, BlankNode))


def _text(term: Term) -> str:
    return "" if isinstance(term, BlankNode) else term.sparql()


def _few(nodes: set[Term]) -> set[Term]:
    if len(nodes) > MOST or any(isinstance(node, BlankNode) for node in nodes):
        raise TooMany
    return nodes
