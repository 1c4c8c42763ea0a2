"""Property paths: read from a shapes graph, written into queries and reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from mandategraph.checks.shacl.graph import ShapesGraph
from mandategraph.core.errors import BadData
from mandategraph.core.namespaces import RDF, SH
from mandategraph.core.terms import BlankNode, Iri, Quad, Term

_ONE_PART = ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_MOST_DEEP = 30
_NO_PREDICATE = Iri(SH + "path")


@dataclass(frozen=True)
class Path:
    """
    A property path: a predicate, or a `kind` (the local name SHACL gives it) of some parts.

    >>> knows = Path("predicate", iri=Iri("urn:knows"))
    >>> Path("sequence", (knows, Path("inversePath", (knows,)))).sparql()
    '<urn:knows>/^<urn:knows>'
    """

    kind: str
    parts: tuple[Path, ...] = ()
    iri: Iri = _NO_PREDICATE

    def sparql(self) -> str:
        """Return the path as SPARQL writes it."""
        if self.kind == "predicate":
            return self.iri.sparql()
        inner = [part.sparql() if part.is_simple else f"({part.sparql()})" for part in self.parts]
        if self.kind in ("sequence", "alternativePath"):
            return ("/" if self.kind == "sequence" else "|").join(inner)
        if self.kind == "inversePath":
            return f"^{inner[0]}"
        return inner[0] + {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}[self.kind]

    @property
    def is_simple(self) -> bool:
        """Whether the path is one step along one predicate, either way."""
        return self.kind == "predicate" or (self.kind == "inversePath" and self.parts[0].kind == "predicate")

    @cached_property
    def split(self) -> tuple[bool, Path]:
        """
        Whether the path leads from a node to itself in no step, and the path of its other ways.

        Engines disagree on what has no step; the rest has only single steps, sequences, alternatives and `+`.

        >>> p, q = (Path("predicate", iri=Iri(f"urn:{name}")) for name in "pq")
        >>> nothing, rest = Path("sequence", (Path("zeroOrMorePath", (p,)), q)).split
        >>> nothing, rest.sparql()
        (False, '((<urn:p>+)/<urn:q>)|<urn:q>')
        """
        return _split(_pushed(self, inverse=False))

    def triples(self, node: Callable[[], BlankNode]) -> tuple[Term, list[Quad]]:
        """Return the path as a report writes it: its node, and the triples that make it, on new blank nodes."""
        if self.kind == "predicate":
            return self.iri, []
        found: list[Quad] = []
        ends: list[Term] = []
        for part in self.parts:
            end, below = part.triples(node)
            ends.append(end)
            found += below
        if self.kind == "sequence":
            return _list(ends, node, found), found
        me = node()
        value = _list(ends, node, found) if self.kind == "alternativePath" else ends[0]
        found.append(Quad(me, Iri(SH + self.kind), value))
        return me, found


def _list(items: list[Term], node: Callable[[], BlankNode], found: list[Quad]) -> Term:
    rest: Term = Iri(RDF + "nil")
    for item in reversed(items):
        me = node()
        found += [Quad(me, Iri(RDF + "first"), item), Quad(me, Iri(RDF + "rest"), rest)]
        rest = me
    return rest


def read_path(graph: ShapesGraph, node: Term, place: str, depth: int = 0) -> Path:
    """Return the path that a node of a shapes graph stands for; BadData, naming the place, where it is none."""
    if isinstance(node, Iri):
        return Path("predicate", iri=node)
    if depth > _MOST_DEEP:
        raise BadData(f"{place}: this path leads back into itself.")
    # The standard reads a list first: what else the node says does not count.
    if graph.is_list(node):
        items = graph.items(node, place)
        if len(items) < 2:
            raise BadData(f"{place}: a sequence path has at least two members.")
        return Path("sequence", tuple(read_path(graph, item, place, depth + 1) for item in items))
    for head in graph.objects(node, SH + "alternativePath"):
        items = graph.items(head, place)
        if len(items) < 2:
            raise BadData(f"{place}: an alternative path has at least two members.")
        return Path("alternativePath", tuple(read_path(graph, item, place, depth + 1) for item in items))
    for kind in _ONE_PART:
        for inner in graph.objects(node, SH + kind):
            return Path(kind, (read_path(graph, inner, place, depth + 1),))
    raise BadData(f"{place}: this is no property path.")


def _pushed(path: Path, *, inverse: bool) -> Path:
    # An inverse stands at single predicates only, so that each step can be written as one triple.
    if path.kind == "inversePath":
        return _pushed(path.parts[0], inverse=not inverse)
    if path.kind == "predicate":
        return Path("inversePath", (path,)) if inverse else path
    parts = tuple(_pushed(part, inverse=inverse) for part in path.parts)
    if inverse and path.kind == "sequence":
        parts = parts[::-1]
    return Path(path.kind, parts)


def _split(path: Path) -> tuple[bool, Path]:
    if path.is_simple:
        return False, path
    parts = [_split(part) for part in path.parts]
    if path.kind == "alternativePath":
        return any(nothing for nothing, _ in parts), _either([rest for _, rest in parts])
    if path.kind == "sequence":
        nothing, rest = parts[0]
        for also_nothing, more in parts[1:]:
            ways = [_then(rest, more)]
            ways += [more] if nothing else []
            ways += [rest] if also_nothing else []
            nothing, rest = nothing and also_nothing, _either(ways)
        return nothing, rest
    nothing, rest = parts[0]
    if path.kind == "zeroOrOnePath":
        return True, rest
    more = rest if rest.kind == "oneOrMorePath" else Path("oneOrMorePath", (rest,))
    return nothing or path.kind == "zeroOrMorePath", more


def _then(first: Path, second: Path) -> Path:
    parts: list[Path] = []
    for one in (first, second):
        parts += one.parts if one.kind == "sequence" else (one,)
    return Path("sequence", tuple(parts))


def _either(ways: list[Path]) -> Path:
    parts: list[Path] = []
    for one in ways:
        parts += one.parts if one.kind == "alternativePath" else (one,)
    unique = tuple(dict.fromkeys(parts))
    return unique[0] if len(unique) == 1 else Path("alternativePath", unique)
