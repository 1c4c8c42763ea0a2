"""RDF files to quads in the graphs of an installation: read whole, or refused with file, line and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from mandategraph.core.errors import WrongUse
from mandategraph.core.graphs import Graphs
from mandategraph.stores.nameless import named_quads, quads_of


@dataclass
class Reading:
    """What some files hold, as quads in the graphs of the installation; what is only counted is not among `quads`."""

    quads: list[ox.Quad] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    files: list[Path] = field(default_factory=list)
    derived: int = 0

    @property
    def number(self) -> int:
        """How many quads were read."""
        return self.counts.total()

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Take in quads."""
        self.quads += self.counted(quads)

    def counted(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Yield quads, and count them."""
        for quad in quads:
            self.counts[getattr(quad.graph_name, "value", "")] += 1
            yield quad

    def file_of(self, span: str) -> str:
        """Return the name of the file that tells of a span, read again for it; empty where there is none."""
        node = ox.NamedNode(span)
        told = (path.name for path in self.files if any(quad.subject == node for quad in quads_of(path)))
        return next(told, "")


def read_files(files: Iterable[tuple[Path, str]], graphs: Graphs) -> Reading:
    """Return what files hold that have no graphs of their own, each in the graph named beside it."""
    reading = Reading()
    for path, graph in files:
        name = ox.NamedNode(graph)
        quads = (ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in named_quads(path, graphs.base))
        reading.add(quads)
        reading.files.append(path)
    return reading


def read_foreign(paths: Iterable[Path], graphs: Graphs, into: str | None = None) -> Reading:
    """Return what `foreign` yields, all at once."""
    reading = Reading()
    reading.quads.extend(foreign(paths, graphs, reading, into))
    return reading


def foreign(paths: Iterable[Path], graphs: Graphs, reading: Reading, into: str | None = None) -> Iterator[ox.Quad]:
    """
    Yield what files of any kind hold, in the graphs in which it will lie; `reading` counts it.

    Triples without a graph are facts. A file may name facts, internal, review and validation; what it says is inferred
    is left out and concluded anew. WrongUse names any other graph; `into` puts everything into one graph instead.
    """
    facts = ox.NamedNode(graphs.facts if into is None else into)
    places: dict[object, ox.NamedNode | None] = {ox.DefaultGraph(): facts, ox.NamedNode(graphs.inferred): None}
    places |= {ox.NamedNode(name): ox.NamedNode(name) for name in _allowed(graphs)}
    for path in paths:
        reading.files.append(path)
        for quad in named_quads(path, graphs.base):
            place = facts
            if into is None:
                if quad.graph_name not in places:
                    raise _no_such_graph(path, quad.graph_name, graphs)
                found = places[quad.graph_name]
                if found is None:
                    reading.derived += 1
                    continue
                place = found
            reading.counts[place.value] += 1
            yield ox.Quad(quad.subject, quad.predicate, quad.object, place)


def _allowed(graphs: Graphs) -> tuple[str, ...]:
    return (graphs.facts, graphs.internal, graphs.review, graphs.validation)


def _no_such_graph(path: Path, name: object, graphs: Graphs) -> WrongUse:
    known = ", ".join(graph.rsplit("/", 1)[-1] for graph in sorted(_allowed(graphs)))
    return WrongUse(
        f"{path}: the graph <{getattr(name, 'value', name)}> is none of this store ({known} below "
        f"{graphs.base}graph/). Say with --into facts where its triples belong."
    )
