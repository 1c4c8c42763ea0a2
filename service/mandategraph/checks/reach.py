"""Which focus nodes of a shape an edit can reach: from the changed triples along the shape's own patterns to $this."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from mandategraph.checks.patterns import THIS, NotFollowed, Pattern, Placed, placed_patterns
from mandategraph.checks.shacl.paths import Path
from mandategraph.checks.shapes import Core, Shape
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import RDF
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term

MOST = 1000
"""With more nodes than this on the way, the shape is asked anew of all its nodes."""
_MOST_STEPS = 5


class TooMany(Exception):
    """More nodes than it pays to follow, or nodes that cannot be named in a query."""


class Surroundings:
    """What stands around nodes, before an edit and after it together; what was asked once is remembered."""

    def __init__(self, store: GraphStore, dataset: Dataset, removed: Iterable[Quad]) -> None:
        self._store, self._dataset = store, dataset
        self._known: dict[tuple[Iri, bool], dict[Term, set[Term]]] = {}
        self._before: dict[tuple[Iri, bool], dict[Term, set[Term]]] = {}
        self._crowded: set[tuple[Iri, bool, frozenset[Term]]] = set()
        for quad in removed:
            for inverse, here, there in ((False, quad.subject, quad.object), (True, quad.object, quad.subject)):
                self._before.setdefault((quad.predicate, inverse), {}).setdefault(here, set()).add(there)

    def step(self, nodes: Collection[Term], predicate: Iri, *, inverse: bool) -> set[Term]:
        """Return what is one step away; TooMany where that is too much."""
        known = self._known.setdefault((predicate, inverse), {})
        new = frozenset(node for node in nodes if node not in known and (inverse or not isinstance(node, Literal)))
        if new:
            self._learn(new, predicate, inverse, known)
        before = self._before.get((predicate, inverse), {})
        found: set[Term] = set()
        for node in nodes:
            found |= known.get(node, set())
            found |= before.get(node, set())
        return _few(found)

    def _learn(self, nodes: frozenset[Term], predicate: Iri, inverse: bool, known: dict[Term, set[Term]]) -> None:
        _few(set(nodes))
        if (predicate, inverse, nodes) in self._crowded:
            raise TooMany
        listed = " ".join(node.sparql() for node in nodes if not isinstance(node, BlankNode))
        triple = f"?there {predicate.sparql()} ?here" if inverse else f"?here {predicate.sparql()} ?there"
        query = f"SELECT ?here ?there WHERE {{ VALUES ?here {{ {listed} }} {triple} }} LIMIT {MOST + 1}"
        rows = self._store.select(query, self._dataset).rows
        if len(rows) > MOST:
            self._crowded.add((predicate, inverse, nodes))
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
        try:
            for text, prefixes in queries:
                placed += placed_patterns(text, dict(prefixes))
        except NotFollowed as problem:
            self.unknown = str(problem)
        for constraint in shape.constraints:
            if isinstance(constraint, Core):
                value = Pattern(THIS, Path("predicate", iri=constraint.path), "?value")
                placed.append(Placed(value, ()))
                if constraint.parameter == "class":
                    kind = Pattern("?value", Path("predicate", iri=Iri(RDF + "type")), "?kind")
                    placed.append(Placed(kind, (value,)))
        self._placed = tuple(placed)
        self._names = {name for one in placed if one.pattern.path for name in _names(one.pattern.path)}
        self._all = bool(self.unknown) or any(one.pattern.path is None for one in placed)

    def concerns(self, predicates: Collection[Iri]) -> bool:
        """Whether a change of triples with these predicates may matter to the demands."""
        return self._all or not self._names.isdisjoint(predicates)

    def nodes(self, changed: Sequence[Quad], around: Surroundings) -> set[Term] | None:
        """Return nodes among which all are for which the demands may have another answer; None where it may be any."""
        if self.unknown:
            return None
        found: set[Term] = set()
        for one in self._placed:
            mine = [quad for quad in changed if _fits(one.pattern, quad)]
            if mine:
                nodes = _to_this(one, mine, around)
                if nodes is None:
                    return None
                found |= nodes
        return found if len(found) <= MOST else None


def _to_this(one: Placed, changed: Sequence[Quad], around: Surroundings) -> set[Term] | None:
    for route in _routes(one):
        at_end, steps = route
        try:
            if one.pattern.path is None:
                nodes = _few({quad.object if at_end else quad.subject for quad in changed})
            else:
                nodes = around.touched(one.pattern.path, changed, at_end=at_end)
            for path, inverse in steps:
                nodes = around.along(path, nodes, inverse=inverse)
        except TooMany:
            continue
        return nodes
    return None


def _routes(one: Placed) -> Iterator[tuple[bool, list[tuple[Path, bool]]]]:
    """Yield the ways from either end of a pattern to $this, the shortest first."""
    ways: dict[str, list[tuple[str, Path, bool]]] = {}
    for pattern in one.beside:
        if pattern.path is not None:
            ways.setdefault(pattern.start, []).append((pattern.end, pattern.path, False))
            ways.setdefault(pattern.end, []).append((pattern.start, pattern.path, True))
    fronts: list[tuple[bool, list[str], list[tuple[Path, bool]]]] = [
        (at_end, [end], [])
        for at_end, end in ((False, one.pattern.start), (True, one.pattern.end))
        if end.startswith("?")
    ]
    for _ in range(_MOST_STEPS + 1):
        longer = []
        for at_end, visited, steps in fronts:
            if visited[-1] == THIS:
                yield at_end, steps
                continue
            for node, path, inverse in ways.get(visited[-1], ()):
                if node not in visited and node.startswith("?"):
                    longer.append((at_end, [*visited, node], [*steps, (path, inverse)]))
        fronts = longer


def _fits(pattern: Pattern, quad: Quad) -> bool:
    path = pattern.path
    if path is None:
        return True
    if path.kind == "predicate":
        ends = ((pattern.start, quad.subject), (pattern.end, quad.object))
        return path.iri == quad.predicate and all(end[0] != "<" or end == _text(term) for end, term in ends)
    return quad.predicate in _names(path)


def _names(path: Path) -> Iterator[Iri]:
    if path.kind == "predicate":
        yield path.iri
    for part in path.parts:
        yield from _names(part)


def _text(term: Term) -> str:
    return "" if isinstance(term, BlankNode) else term.sparql()


def _few(nodes: set[Term]) -> set[Term]:
    if len(nodes) > MOST or any(isinstance(node, BlankNode) for node in nodes):
        raise TooMany
    return nodes
