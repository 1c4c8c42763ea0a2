"""RDF files to quads in the graphs of an installation: read whole, or refused with file, line and column."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from mandategraph.core.errors import BadData, WrongUse
from mandategraph.core.formats import format_of_file
from mandategraph.core.graphs import Graphs
from mandategraph.stores.embedded import parse


@dataclass
class Reading:
    """What some files hold: quads in the graphs of the installation, and where each quoted span was read."""

    quads: list[ox.Quad] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    files_of_spans: dict[str, str] = field(default_factory=dict)
    derived: int = 0

    def add(self, quads: Iterable[ox.Quad], file: str) -> None:
        """Take in the quads of one file."""
        for quad in quads:
            self.quads.append(quad)
            if isinstance(quad.graph_name, ox.NamedNode):
                self.counts[quad.graph_name.value] += 1
            if isinstance(quad.subject, ox.NamedNode) and "/span/" in quad.subject.value:
                self.files_of_spans.setdefault(quad.subject.value, file)

    def take(self, other: Reading) -> None:
        """Take in what others hold."""
        self.quads += other.quads
        self.counts += other.counts
        self.files_of_spans = {**other.files_of_spans, **self.files_of_spans}
        self.derived += other.derived


def read_files(files: Iterable[tuple[Path, str]], graphs: Graphs) -> Reading:
    """Return what files hold that have no graphs of their own, each in the graph named beside it."""
    reading = Reading()
    for path, graph in files:
        name = ox.NamedNode(graph)
        quads = (ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in _parsed(path, graphs))
        reading.add(quads, path.name)
    return reading


def read_foreign(paths: Iterable[Path], graphs: Graphs, into: str | None = None) -> Reading:
    """
    Return what files of any kind hold, in the graphs in which it will lie.

    Triples without a graph are facts. A file may name facts, internal, review and validation; what it says is inferred
    is left out and concluded anew. WrongUse names any other graph; `into` puts everything into one graph instead.
    """
    reading = Reading()
    allowed = {graphs.facts, graphs.internal, graphs.review, graphs.validation}
    for path in paths:
        placed = []
        for quad in _parsed(path, graphs):
            name = None if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
            if into is not None:
                name = into
            elif name is None:
                name = graphs.facts
            elif name == graphs.inferred:
                reading.derived += 1
                continue
            elif name not in allowed:
                known = ", ".join(graph.rsplit("/", 1)[-1] for graph in sorted(allowed))
                raise WrongUse(
                    f"{path}: the graph <{name}> is none of this store ({known} below {graphs.base}graph/). "
                    "Say with --into facts where its triples belong."
                )
            placed.append(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name)))
        reading.add(placed, path.name)
    return reading


def _parsed(path: Path, graphs: Graphs) -> list[ox.Quad]:
    file_format = format_of_file(path.name)
    try:
        data = path.read_bytes()
    except FileNotFoundError as problem:
        raise BadData(f"There is no file {path}.", str(path)) from problem
    except OSError as problem:
        raise BadData(f"The file {path} cannot be read: {problem.strerror}.", str(path)) from problem
    return skolemised(parse(data, file_format, str(path)), graphs.base)


def skolemised(quads: list[ox.Quad], base: str) -> list[ox.Quad]:
    """
    Return quads in which every blank node has an IRI: the same for the same file, whatever its nodes were called in it.

    >>> quads = list(ox.parse(b"[] <urn:p> [ <urn:q> 1 ] .", ox.RdfFormat.TURTLE))
    >>> again = list(ox.parse(b"_:x <urn:p> _:y . _:y <urn:q> 1 .", ox.RdfFormat.TURTLE))
    >>> set(skolemised(quads, "urn:base/")) == set(skolemised(again, "urn:base/"))
    True
    """
    if not any(
        isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object, quad.graph_name)
    ):
        return quads
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(str(quad) for quad in dataset)
    # Two files with the same nameless shape must not share nodes by accident: the name comes from the whole file.
    key = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def named(node: ox.BlankNode) -> ox.NamedNode:
        return ox.NamedNode(f"{base}genid/{key}/{node.value}")

    found = []
    for quad in dataset:
        subject, thing, graph = quad.subject, quad.object, quad.graph_name
        found.append(
            ox.Quad(
                named(subject) if isinstance(subject, ox.BlankNode) else subject,
                quad.predicate,
                named(thing) if isinstance(thing, ox.BlankNode) else thing,
                named(graph) if isinstance(graph, ox.BlankNode) else graph,
            )
        )
    return found
