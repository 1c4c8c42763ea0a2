"""`mandategraph check --shapes`: any SHACL shapes, on files or on what the store holds."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import typer

from mandategraph.checks.any_shacl import AnyReport, validated
from mandategraph.checks.shacl.dialect import FILES, dialect_of
from mandategraph.checks.shacl.engine import Engine
from mandategraph.checks.shacl.literals import Literals, as_kept, is_kept
from mandategraph.checks.shacl.model import Shapes
from mandategraph.checks.shacl.reading import read_shapes
from mandategraph.checks.shacl.turtle import FORMATS, write_report
from mandategraph.cli.options import open_store
from mandategraph.cli.output import leave_closed_pipe, say, write_out
from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.formats import Format, format_of_file
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import SH
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.engine.terms import to_quad
from mandategraph.settings import Settings
from mandategraph.stores.embedded import EmbeddedStore, parse, parsed

SHAPES_GRAPH = Iri("urn:mandategraph:shapes")
_UNNAMED = ox.DefaultGraph()
_QUERIES = frozenset(SH + name for name in ("select", "ask"))
_MADE_UP = re.compile(r"[0-9a-f]{24,32}\Z")


def check_files(data: list[Path], shapes: list[Path], form: str, output: Path | None, engine: str) -> None:
    """Check files by shapes and write the report; exit 1 where the data do not conform."""
    form = _form(form)
    if not shapes:
        raise WrongUse("--data needs --shapes: the SHACL shapes to check the data by.")
    shape_quads = list(_read(shapes, "s"))
    report = report_on(lambda: _read(data, "d"), shape_quads, by_reference=engine == "reference")
    _tell(report, form, output)


def report_on(
    data: Callable[[], Iterable[ox.Quad]], shapes: Sequence[ox.Quad], *, by_reference: bool = False
) -> AnyReport:
    """Return the report of some shapes on some data, put into a store in memory."""
    held = filled(data, shapes)
    ours = Engine(
        held.store,
        held.dataset,
        read_shapes(map(to_quad, shapes)),
        dialect=FILES,
        literals=Literals(exact=True, rewritten=held.rewritten | _rewritten(_named_nodes(shapes))),
        values=held.values,
        shapes_graph=SHAPES_GRAPH,
        threads=min(4, os.cpu_count() or 1),
    )
    return validated(ours, lambda: map(to_quad, data()), by_reference=by_reference)


def check_store(settings: Settings, shapes: list[Path], form: str, output: Path | None, engine: str) -> None:
    """Check what the store holds by shapes, facts and what follows from them; exit 1 where it does not conform."""
    form = _form(form)
    model = _shapes(shapes)
    with open_store(settings) as here:
        dataset = here.graphs.public()
        dialect = dialect_of(lambda question: here.store.ask(question, dataset))
        ours = Engine(here.store, dataset, model, dialect=dialect)

        def data() -> Iterator[Quad]:
            return chain.from_iterable(here.store.quads(graph) for graph in dataset.default)

        report = validated(ours, data, by_reference=engine == "reference")
    _tell(report, form, output)


@dataclass(frozen=True, slots=True)
class Filled:
    """
    The data in a store with every literal as written, in `values` with each as its value, and how to read either.

    Both are one where no literal is written in a way the engine would not keep.
    """

    store: EmbeddedStore
    values: EmbeddedStore
    dataset: Dataset
    rewritten: frozenset[Literal]


def filled(data: Callable[[], Iterable[ox.Quad]], shapes: Sequence[ox.Quad]) -> Filled:
    """Return the data, graphs aside, with the shapes in a graph of their own; neither is held but in the stores."""
    store = EmbeddedStore.in_memory()
    rewritten: set[Literal] = set()

    def kept() -> Iterator[ox.Quad]:
        for quad in data():
            placed = quad if quad.graph_name == _UNNAMED else _into(quad, _UNNAMED)
            marked = as_kept(placed)
            if marked is not placed:
                rewritten.update(_rewritten([placed]))
            yield marked

    store.bulk_load(kept())
    values = store
    # Only the queries of shapes read values. In one store each copy would stand in the way of whoever reads the other.
    if rewritten and any(quad.predicate.value in _QUERIES for quad in shapes):
        values = EmbeddedStore.in_memory()
        values.bulk_load(_into(quad, _UNNAMED) for quad in data())
    for each in {id(one): one for one in (store, values)}.values():
        each.bulk_load(_into(quad, ox.NamedNode(SHAPES_GRAPH.value)) for quad in shapes)
    return Filled(store, values, Dataset((None,), (SHAPES_GRAPH.value,)), frozenset(rewritten))


def _rewritten(quads: Iterable[ox.Quad]) -> frozenset[Literal]:
    values = (quad.object for quad in quads)
    plain = (one for one in values if isinstance(one, ox.Literal) and not one.language)
    literals = {Literal(one.value, one.datatype.value) for one in plain}
    return frozenset(one for one in literals if not is_kept(one.value, one.datatype))


def _named_nodes(shapes: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    # A literal that a shape names as its target need not be in the data.
    return (quad for quad in shapes if quad.predicate.value == SH + "targetNode")


def _shapes(files: list[Path]) -> Shapes:
    return read_shapes(map(to_quad, _read(files, "s")))


def _read(files: list[Path], letter: str) -> Iterator[ox.Quad]:
    """Yield what some files hold; a blank node keeps its name where it has one and no other file could have it too."""
    names: dict[tuple[int, str], ox.BlankNode] = {}

    def named(node: ox.BlankNode, number: int) -> ox.BlankNode:
        key = (number, node.value)
        if key not in names:
            is_made_up = _MADE_UP.match(node.value)
            file = f"{number}" if len(files) > 1 else ""
            names[key] = ox.BlankNode(f"{letter}{file}n{len(names) + 1}" if is_made_up else f"{node.value}{file}")
        return names[key]

    for number, file in enumerate(files, 1):
        file_format = format_of_file(file.name)
        for quad in _quads(file, file_format):
            subject, thing = quad.subject, quad.object
            if isinstance(subject, ox.BlankNode) or isinstance(thing, ox.BlankNode):
                first = named(subject, number) if isinstance(subject, ox.BlankNode) else subject
                last = named(thing, number) if isinstance(thing, ox.BlankNode) else thing
                quad = ox.Quad(first, quad.predicate, last, quad.graph_name)
            yield quad


def _quads(file: Path, file_format: Format) -> Iterator[ox.Quad]:
    try:
        if file_format.name == "rdfxml":
            yield from parse(file.read_bytes(), file_format, str(file))
            return
        with file.open("rb") as stream:
            # A pipe or a folder that cannot be read says so only here.
            stream.peek(1)
            yield from parsed(stream, file_format, str(file))
    except OSError as problem:
        raise WrongUse(f"{file} cannot be read: {problem.strerror or problem}.") from problem


def _into(quad: ox.Quad, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _form(form: str) -> str:
    if form == "table":
        return "turtle"
    if form not in FORMATS:
        raise UnknownName("format of a validation report", form, FORMATS, hint=f"There are {', '.join(FORMATS)}.")
    return form


def _tell(report: AnyReport, form: str, output: Path | None) -> None:
    for note in report.notes:
        say(note)
    stream = getattr(sys.stdout, "buffer", None)
    if stream is not None and (output is None or str(output) == "-"):
        try:
            sys.stdout.flush()
            write_report(report.triples(), stream, form)
            sys.stdout.flush()
        except BrokenPipeError:
            with suppress(BrokenPipeError):
                leave_closed_pipe()
    else:
        # A file is written whole or not at all.
        written = io.BytesIO()
        write_report(report.triples(), written, form)
        write_out(written.getvalue(), output)
    if not report.conforms:
        raise typer.Exit(1)
