"""What may be asked of the writer, and what it does to the store: each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from mandategraph.core.errors import BadData, ConditionFailed, WrongUse
from mandategraph.core.formats import format_of_media_type
from mandategraph.stores.embedded import EmbeddedStore, parse, parsed

_RDF_XML = "application/rdf+xml"
# A graph is replaced by its difference, unless that would take more memory than it saves work.
_LARGE = 4_000_000
N_QUADS = "application/n-quads"
EVERY_GRAPH = "*"
UNNAMED = ""
# Stands among the graphs that a request touches for all from which something may follow.
FACTS_OF_CLIENTS = "facts of clients"

Name = ox.NamedNode | ox.DefaultGraph


@dataclass(frozen=True)
class Part:
    """One RDF text of a request: its bytes, its media type, and what to call it where it does not parse."""

    data: bytes
    media_type: str
    name: str = ""


@dataclass(frozen=True)
class Request:
    """
    A change that is asked for.

    `kind` is update, put, post, delete, difference or concluded; `details` are its own, `touched` the graphs that it
    may change (`EVERY_GRAPH` for any, `UNNAMED` for the one without a name), `parts` what it carries. `only_plain`
    names graphs that may hold nothing, or the request is refused: it was admitted on that condition. `record` is its
    name in the record of writes, where it was announced there.
    """

    kind: str
    touched: tuple[str, ...]
    details: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    only_plain: tuple[str, ...] = ()
    if_match: tuple[str, ...] | None = None
    if_none_match: tuple[str, ...] | None = None
    record: str = ""

    def head(self) -> dict[str, Any]:
        """Return all but the bytes that it carries."""
        return {
            "kind": self.kind,
            "touched": list(self.touched),
            "details": dict(self.details),
            "parts": [[len(part.data), part.media_type, part.name] for part in self.parts],
            "only_plain": list(self.only_plain),
            "if_match": self.if_match,
            "if_none_match": self.if_none_match,
            "record": self.record,
        }

    @property
    def changes_facts_alone(self) -> bool:
        """
        Whether it may change what conclusions are drawn from, and draws none: a client's, and not of its own graphs.

        >>> Request("update", ("urn:notes",)).changes_facts_alone, Request("update", (UNNAMED,)).changes_facts_alone
        (False, True)
        """
        if self.kind in {"difference", "concluded"}:
            return False
        return bool(self.only_plain) or not {UNNAMED, EVERY_GRAPH}.isdisjoint(self.touched)

    @property
    def touched_with_facts(self) -> tuple[str, ...]:
        """What it may change, with a name for the facts of clients where it may change those."""
        return (*self.touched, FACTS_OF_CLIENTS) if self.changes_facts_alone else self.touched

    @property
    def size(self) -> int:
        """How many bytes it carries."""
        return sum(len(part.data) for part in self.parts)


def request_of(head: Mapping[str, Any], body: bytes) -> Request:
    """Return the request whose head and bytes these are."""
    parts, at = [], 0
    for size, media_type, name in head["parts"]:
        # Most carry one text, which is not copied.
        data = body if size == len(body) else body[at : at + size]
        parts.append(Part(data, media_type, name))
        at += size
    conditions = {name: None if head[name] is None else tuple(head[name]) for name in ("if_match", "if_none_match")}
    return Request(
        head["kind"],
        tuple(head["touched"]),
        head["details"],
        tuple(parts),
        tuple(head["only_plain"]),
        record=head["record"],
        **conditions,
    )


LayDown = Callable[[str | None, bytes, str, str, bool, str], None]
"""Lays down the text of a graph as `promise_graph` does; raises where there is no room."""


class NoLongerPlain(WrongUse):
    """The store has become one with graphs of an installation since the request was admitted; look at it again."""

    code = "no-longer-plain"


def carry_out(store: EmbeddedStore, request: Request, version: str, lay_down: LayDown | None = None) -> dict[str, Any]:
    """
    Do what is asked, whole or not at all; return what there is to tell.

    `version` names the present state of the graph that a request with conditions is about. A large text is laid down,
    where somebody can: then `is_laid_down` is told, and it is made when it is carried over.
    """
    for graph in request.only_plain:
        if next(store.engine.quads_for_pattern(None, None, None, ox.NamedNode(graph)), None) is not None:
            raise NoLongerPlain(f"The graph <{graph}> has come into the store meanwhile. Ask again.")
    match request.kind:
        case "update":
            store.update(request.details["text"], request.details["original"], request.details["base"])
            return {}
        case "difference":
            added, removed = (parse(part.data, format_of_media_type(N_QUADS), part.name) for part in request.parts)
            store.put(added, removed)
            return {"added": len(added), "removed": len(removed)}
        case "put" | "post" | "delete":
            return _graph_change(store, request, version, lay_down)
    raise WrongUse(f"The writer knows nothing of “{request.kind}”.")


def _graph_change(store: EmbeddedStore, request: Request, version: str, lay_down: LayDown | None) -> dict[str, Any]:
    graph = request.details["graph"]
    was_there = store.has_graph(graph)
    _look_at_conditions(request, was_there, version)
    name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    if request.kind == "delete":
        if was_there:
            store.change("CLEAR DEFAULT" if graph is None else f"DROP GRAPH {name}", (), ())
        return {"was_there": was_there}
    if lay_down is not None and _laid_down(request, lay_down):
        return {"was_there": was_there, "is_laid_down": True}
    is_empty = next(store.engine.quads_for_pattern(None, None, None, name), None) is None
    if _as_text(store, request, name, is_empty):
        return {"was_there": was_there}
    wanted = _read(request.parts, name, request.details["base"])
    if request.kind == "post":
        _write(store, name, wanted, set())
    else:
        _write(store, name, wanted, set(store.engine.quads_for_pattern(None, None, None, name)))
    return {"was_there": was_there}


def _look_at_conditions(request: Request, was_there: bool, version: str) -> None:
    """Refuse where a condition of RFC 9110, section 13, does not hold."""
    wanted, unwanted = request.if_match, request.if_none_match
    if wanted is not None and not (was_there and ("*" in wanted or version in wanted)):
        raise ConditionFailed("The graph is no longer as it was when you read it. Read it again before you change it.")
    if unwanted is not None and was_there and ("*" in unwanted or version in unwanted):
        raise ConditionFailed("The graph is there already. Nothing was written.")


def _laid_down(request: Request, lay_down: LayDown) -> bool:
    """Have a large text laid down for the engine, where it can be carried over twice; tell whether it was."""
    (part, *more), details = request.parts, request.details
    if more or part.media_type == _RDF_XML or len(part.data) <= _LARGE:
        return False
    is_replaced = request.kind == "put"
    for quad in _of_one_graph(part, details["base"]):
        if not is_replaced and (isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)):
            return False
    lay_down(details["graph"], part.data, part.media_type, details["base"], is_replaced, request.record)
    return True


def _as_text(store: EmbeddedStore, request: Request, name: Name, is_empty: bool) -> bool:
    """Hand a text on to the engine without holding its terms, where that comes to the same; tell whether it was."""
    (part, *more), base = request.parts or (Part(b"", ""),), request.details["base"]
    if more or part.media_type == _RDF_XML or not (request.kind == "post" or is_empty or len(part.data) > _LARGE):
        return False
    file_format = format_of_media_type(part.media_type)
    quads = _of_one_graph(part, base)
    if request.kind == "post" or is_empty:
        # A text without a triple makes no graph.
        if not sum(1 for _ in quads):
            return False
        store.add_text(part.data, file_format, name, base)
        return True
    lines = "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in quads)
    if isinstance(name, ox.DefaultGraph):
        store.update(f"CLEAR DEFAULT ; INSERT DATA {{\n{lines}}}")
    else:
        store.update(f"CLEAR GRAPH {name} ; INSERT DATA {{ GRAPH {name} {{\n{lines}}} }}")
    return True


def _of_one_graph(part: Part, base: str) -> Iterator[ox.Quad]:
    for quad in parsed(part.data, format_of_media_type(part.media_type), part.name, base):
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            raise BadData("The data names graphs of its own; this address takes the triples of one graph.", part.name)
        yield quad


def _read(parts: Sequence[Part], name: Name, base: str) -> set[ox.Quad]:
    quads: set[ox.Quad] = set()
    for part in parts:
        # New blank nodes are none of those that are there, whatever the text calls them.
        nodes: dict[ox.BlankNode, ox.BlankNode] = {}
        file_format = format_of_media_type(part.media_type)
        # RDF/XML is made canonical, and as a whole; any other text is read as it comes.
        whole = part.media_type == _RDF_XML
        for quad in parse(part.data, file_format, part.name, base) if whole else _of_one_graph(part, base):
            subject, thing = quad.subject, quad.object
            if isinstance(subject, ox.BlankNode):
                subject = nodes.setdefault(subject, ox.BlankNode())
            if isinstance(thing, ox.BlankNode):
                thing = nodes.setdefault(thing, ox.BlankNode())
            quads.add(ox.Quad(subject, quad.predicate, thing, name))
    return quads


def _write(store: EmbeddedStore, name: Name, wanted: set[ox.Quad], held: set[ox.Quad]) -> None:
    """Add to a graph what is wanted and not held, and remove what is held and not wanted; make it where it is not."""
    gone, added, before = held - wanted, wanted - held, ""
    if not isinstance(name, ox.DefaultGraph) and not added:
        before = f"CREATE SILENT GRAPH {name}"
    if any(isinstance(term, ox.BlankNode) for quad in gone for term in (quad.subject, quad.object)):
        # A blank node has no name by which it could be removed alone.
        before = "CLEAR DEFAULT" if isinstance(name, ox.DefaultGraph) else f"CLEAR GRAPH {name}"
        gone, added = set(), wanted
    store.change(before, added, gone)
