"""Quads as the text of an update, in operations that other engines take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import pyoxigraph as ox

from mandategraph.core.errors import WrongUse

_IN_ONE = 1_000


def removing(quads: Iterable[ox.Quad], unnamed: str = "") -> Iterator[str]:
    """Yield the operations that remove quads; a blank node has no name by which it could be removed."""
    return (f"DELETE DATA {{\n{block}}}" for block, *_ in _blocks(quads, unnamed, _IN_ONE))


def adding(quads: Iterable[ox.Quad], unnamed: str = "", most_together: int = 100_000) -> Iterator[tuple[str, int]]:
    """
    Yield the operations that add quads, each with how many it adds.

    What hangs together by blank nodes stands in one operation, outside of which their names mean nothing; WrongUse
    where that is more than `most_together` triples. `unnamed` is the graph for quads of none. Virtuoso takes no blank
    node in INSERT DATA; a template with nothing to look for makes the same ones once.

    >>> node, p = ox.BlankNode("a"), ox.NamedNode("urn:p")
    >>> [text for text, _ in adding([ox.Quad(node, p, ox.Literal("1"))], "urn:g")]
    ['INSERT {\\nGRAPH <urn:g> {\\n_:a <urn:p> "1" .\\n}\\n} WHERE {}']
    """
    for block, size, has_nodes in _blocks(quads, unnamed, most_together):
        yield (f"INSERT {{\n{block}}} WHERE {{}}" if has_nodes else f"INSERT DATA {{\n{block}}}"), size


def _blocks(quads: Iterable[ox.Quad], unnamed: str, most_together: int) -> Iterator[tuple[str, int, bool]]:
    """
    Yield quads as INSERT DATA and DELETE DATA write them, with their number and whether they have blank nodes.

    Each text is of one graph and not too long.
    Virtuoso overlooks texts with a language where DELETE DATA has several blocks, and takes no block of 5,000 lines.
    """
    graphs: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        name = unnamed if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        graphs.setdefault(name, []).append(quad)
    for name, of_graph in graphs.items():
        for together in _together(of_graph, most_together):
            written = "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in together)
            block = f"GRAPH {ox.NamedNode(name)} {{\n{written}}}\n" if name else written
            yield block, len(together), bool(_nodes(together[0]))


def _together(quads: Sequence[ox.Quad], most_together: int) -> Iterator[list[ox.Quad]]:
    """Yield quads of one graph in lists of a thousand, longer only where they hang together by blank nodes."""
    hanging: list[ox.Quad] = []
    free: list[ox.Quad] = []
    for quad in quads:
        (hanging if _nodes(quad) else free).append(quad)
    gathered: list[ox.Quad] = []
    for part in _parts(hanging):
        if len(part) > max(_IN_ONE, most_together):
            told = f"{len(part):,} triples hang together by blank nodes, and the engine takes {most_together:,} of them"
            raise WrongUse(f"{told} at once. Give some of the nodes names. Nothing was written.")
        if gathered and len(gathered) + len(part) > _IN_ONE:
            yield gathered
            gathered = []
        gathered += part
    if gathered:
        yield gathered
    rest = iter(free)
    while piece := list(islice(rest, _IN_ONE)):
        yield piece


def _parts(quads: Sequence[ox.Quad]) -> Iterator[list[ox.Quad]]:
    """Yield quads in parts that have no blank node in common."""
    above: dict[ox.BlankNode, ox.BlankNode] = {}

    def top(node: ox.BlankNode) -> ox.BlankNode:
        while (higher := above.setdefault(node, node)) != node:
            above[node] = above[higher]
            node = higher
        return node

    for quad in quads:
        first, *others = _nodes(quad)
        for other in others:
            above[top(other)] = top(first)
    found: dict[ox.BlankNode, list[ox.Quad]] = {}
    for quad in quads:
        found.setdefault(top(_nodes(quad)[0]), []).append(quad)
    yield from found.values()


def _nodes(quad: ox.Quad) -> list[ox.BlankNode]:
    return [term for term in (quad.subject, quad.object) if isinstance(term, ox.BlankNode)]
