"""What a change that a client asks for comes to at another engine: worked out here, as the embedded store would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.terms import Quad
from mandategraph.engine.terms import from_quad
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.write_requests import UNNAMED, Request, carry_out

MOST_TRIPLES = 2_000_000

Name = ox.NamedNode | ox.DefaultGraph


@dataclass(frozen=True)
class GraphChange:
    """
    What one graph is to lose and to gain; `is_emptied` where it loses all it holds first.

    `graph` is empty for the one without a name.
    """

    graph: str
    added: Sequence[ox.Quad] = ()
    removed: Sequence[ox.Quad] = ()
    is_emptied: bool = False


@dataclass(frozen=True)
class WorkedOut:
    """What there is to tell, what is to be written, and which graphs are there afterwards, and which are not."""

    outcome: dict[str, Any]
    changes: tuple[GraphChange, ...] = ()
    there: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class There:
    """What an endpoint holds of ours: whether a graph is there, how many triples it has, and which."""

    has: Callable[[str], bool]
    count: Callable[[str], int]
    quads: Callable[[str], Iterator[Quad]]


def work_out(request: Request, there: There, version: str) -> WorkedOut:
    """
    Return what a request comes to; raises what the embedded store would refuse it with.

    An update is carried out on a copy of the graphs that it names, so that it means what it means there: engines differ
    in what WHERE reads, and not every one takes several operations back where one fails. One of nothing but INSERT DATA
    and DELETE DATA needs no copy.
    """
    if request.kind == "update" and request.details.get("data"):
        return _of_data(request)
    copy = EmbeddedStore.in_memory()
    is_update = request.kind == "update"
    needed = dict.fromkeys((*request.touched, *request.details.get("reads", ())))
    held = [graph for graph in needed if graph == UNNAMED or there.has(graph)]
    if is_update:
        _look_at_size(held, there)
    for graph in held:
        if graph != UNNAMED:
            copy.engine.add_graph(ox.NamedNode(graph))
        if is_update:
            copy.engine.extend(map(from_quad, there.quads(graph)))
    before = {graph: _of(copy, graph) for graph in request.touched}
    outcome = carry_out(copy, request, version)
    after = {graph: _of(copy, graph) for graph in request.touched}
    if is_update:
        found = [_difference(graph, before[graph], after[graph]) for graph in request.touched]
        changes = tuple(change for change in found if change is not None)
    elif request.kind == "delete":
        changes = tuple(GraphChange(graph, is_emptied=True) for graph in request.touched if outcome["was_there"])
    else:
        is_put = request.kind == "put"
        changes = tuple(GraphChange(graph, tuple(after[graph]), is_emptied=is_put) for graph in request.touched)
    named = [graph for graph in request.touched if graph != UNNAMED]
    is_there = {graph: copy.engine.contains_named_graph(ox.NamedNode(graph)) for graph in named}
    return WorkedOut(
        outcome,
        changes,
        tuple(graph for graph in named if is_there[graph]),
        tuple(graph for graph in named if not is_there[graph]),
    )


def _of_data(request: Request) -> WorkedOut:
    """Read what an update adds and removes in so many words; of two that contradict each other the later holds."""
    details = request.details
    EmbeddedStore.in_memory().update(details["text"], details["original"], details["base"])
    coming: dict[ox.Quad, None] = {}
    going: dict[ox.Quad, None] = {}
    for verb, text in details["data"]:
        copy = EmbeddedStore.in_memory()
        copy.update(text, "", details["base"])
        quads = dict.fromkeys(copy.engine)
        is_added = verb == "INSERT"
        for quad in quads:
            (going if is_added else coming).pop(quad, None)
        (coming if is_added else going).update(quads)
    found = {graph: (_named(coming, graph), _named(going, graph)) for graph in request.touched}
    changes = tuple(GraphChange(graph, added, removed) for graph, (added, removed) in found.items() if added or removed)
    there = tuple(graph for graph, (added, _) in found.items() if added and graph != UNNAMED)
    return WorkedOut({}, changes, there)


def _named(quads: dict[ox.Quad, None], graph: str) -> tuple[ox.Quad, ...]:
    return tuple(quad for quad in quads if getattr(quad.graph_name, "value", UNNAMED) == graph)


def _difference(graph: str, before: set[ox.Quad], after: set[ox.Quad]) -> GraphChange | None:
    gone, come = before - after, after - before
    if not gone and not come:
        return None
    if not after:
        return GraphChange(graph, is_emptied=True)
    # A blank node has no name by which it could be removed, or be given more.
    if any(map(_nodes, gone)) or not _all_nodes(come).isdisjoint(_all_nodes(before)):
        return GraphChange(graph, tuple(after), is_emptied=True)
    return GraphChange(graph, tuple(come), tuple(gone))


def _look_at_size(graphs: Sequence[str], there: There) -> None:
    size = sum(map(there.count, graphs))
    if size > MOST_TRIPLES:
        told = f"This update names graphs of {size:,} triples, and is worked out here on at most {MOST_TRIPLES:,}"
        raise StoreUnavailable(f"{told}. Nothing was written. Send INSERT DATA and DELETE DATA, or whole graphs.")


def _of(copy: EmbeddedStore, graph: str) -> set[ox.Quad]:
    name: Name = ox.NamedNode(graph) if graph != UNNAMED else ox.DefaultGraph()
    return set(copy.engine.quads_for_pattern(None, None, None, name))


def _all_nodes(quads: set[ox.Quad]) -> set[ox.BlankNode]:
    return {node for quad in quads for node in _nodes(quad)}


def _nodes(quad: ox.Quad) -> list[ox.BlankNode]:
    return [term for term in (quad.subject, quad.object) if isinstance(term, ox.BlankNode)]
