"""The quads of RDF files, one at a time, with a name for each node that has none: the same for the same file."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from mandategraph.core.errors import BadData
from mandategraph.core.formats import format_of_file
from mandategraph.stores.embedded import parse, parsed

# Neither can be read in pieces: the one is checked for declarations first, the other may tell its context last.
_WHOLE = frozenset({"rdfxml", "jsonld"})
_SORTED_AT_ONCE = 200_000


def quads_of(path: Path) -> Iterator[ox.Quad]:
    """Yield the quads of a file as they are there; BadData where it cannot be read, with line and column."""
    file_format = format_of_file(path.name)
    try:
        if file_format.name in _WHOLE:
            yield from parse(path.read_bytes(), file_format, str(path))
        else:
            with path.open("rb") as file:
                yield from parsed(file, file_format, str(path))
    except FileNotFoundError as problem:
        raise BadData(f"There is no file {path}.", str(path)) from problem
    except OSError as problem:
        raise BadData(f"The file {path} cannot be read: {problem.strerror}.", str(path)) from problem


def named_quads(path: Path, base: str) -> Iterator[ox.Quad]:
    """
    Yield the quads of a file, in which every blank node has an IRI; BadData where it cannot be read.

    Nothing of a file is held but the quads of its blank nodes.
    """
    if not path.is_file():
        # There is none, or it is a pipe, which can be read but once.
        yield from skolemised(list(quads_of(path)), base)
        return
    nameless = [quad for quad in quads_of(path) if _is_nameless(quad)]
    if not nameless:
        yield from quads_of(path)
        return
    rest = (quad for quad in quads_of(path) if not _is_nameless(quad))
    yield from _named(nameless, rest, base)
    yield from (quad for quad in quads_of(path) if not _is_nameless(quad))


def skolemised(quads: list[ox.Quad], base: str) -> list[ox.Quad]:
    """
    Return quads in which every blank node has an IRI: the same for the same file, whatever its nodes were called in it.

    >>> quads = list(ox.parse(b"[] <urn:p> [ <urn:q> 1 ] .", ox.RdfFormat.TURTLE))
    >>> again = list(ox.parse(b"_:x <urn:p> _:y . _:y <urn:q> 1 .", ox.RdfFormat.TURTLE))
    >>> set(skolemised(quads, "urn:base/")) == set(skolemised(again, "urn:base/"))
    True
    """
    nameless = [quad for quad in quads if _is_nameless(quad)]
    if not nameless:
        return quads
    rest = [quad for quad in quads if not _is_nameless(quad)]
    return [*_named(nameless, rest, base), *rest]


def _is_nameless(quad: ox.Quad) -> bool:
    return (
        isinstance(quad.subject, ox.BlankNode)
        or isinstance(quad.object, ox.BlankNode)
        or isinstance(quad.graph_name, ox.BlankNode)
    )


def _named(nameless: Iterable[ox.Quad], rest: Iterable[ox.Quad], base: str) -> list[ox.Quad]:
    # What a node is called rests only on the quads that it stands in.
    dataset = ox.Dataset(nameless)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    # Two files with the same nameless shape must not share nodes by accident: the name comes from the whole file.
    key = _digest_of(map(str, chain(dataset, rest)))[:16]

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


def _digest_of(lines: Iterable[str], at_once: int = _SORTED_AT_ONCE) -> str:
    """
    Return the SHA-256 of lines, sorted and each once; what does not fit into memory is sorted on the disk.

    >>> _digest_of(["b", "a", "b", "c"], at_once=1) == hashlib.sha256(b"a\\nb\\nc").hexdigest()
    True
    """
    digest, separator, before = hashlib.sha256(), b"", None
    lines = iter(lines)
    with TemporaryDirectory(prefix="mandategraph-sorted-") as folder:
        pieces: list[Path] = []
        part = sorted(islice(lines, at_once))
        while len(part) == at_once:
            pieces.append(Path(folder, str(len(pieces))))
            pieces[-1].write_text("".join(f"{line}\n" for line in part), encoding="utf-8", newline="\n")
            part = sorted(islice(lines, at_once))
        for line in heapq.merge(*map(_lines_of, pieces), part):
            if line != before:
                digest.update(separator + line.encode())
                separator, before = b"\n", line
    return digest.hexdigest()


def _lines_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line[:-1]
