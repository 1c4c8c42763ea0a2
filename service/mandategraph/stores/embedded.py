"""Oxigraph in this process, in memory or over a folder of its own, behind the port."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pyoxigraph as ox

from mandategraph.core.errors import (
    BadData,
    MalformedQuery,
    MandateGraphError,
    MissingGraph,
    RefusedQuery,
    StoreUnavailable,
    WrongUse,
)
from mandategraph.core.formats import ANSWER_TYPES, Format, format_of_media_type
from mandategraph.core.gate import Admitted, admit
from mandategraph.core.graphs import Dataset
from mandategraph.core.mending import mended
from mandategraph.core.ports import Table
from mandategraph.core.scanner import place, tokens
from mandategraph.core.terms import Quad
from mandategraph.engine.terms import from_quad, to_quad, to_term, to_triple
from mandategraph.stores.canonical_xml import with_canonical_xml

OX_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
RESULT_FORMATS = {
    ANSWER_TYPES["csv"]: ox.QueryResultsFormat.CSV,
    ANSWER_TYPES["tsv"]: ox.QueryResultsFormat.TSV,
    ANSWER_TYPES["json"]: ox.QueryResultsFormat.JSON,
    ANSWER_TYPES["xml"]: ox.QueryResultsFormat.XML,
}
_PIECE = 1 << 16
_FUNCTION = re.compile(r"The custom function <([^>]*)> is not supported")
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# The engine's parser lists what it tried; only its whole sentences are true of the query.
_SENTENCE = re.compile(r"The [A-Z]+ [a-z][a-z ]+[a-z]")
# Neither may stand in XML 1.0, escaped or not.
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class EmbeddedStore:
    """
    A GraphStore over Oxigraph in this process.

    Every query passes the gate, and both lists of its dataset are handed to the engine: with the default list alone a
    query could read any graph by GRAPH.

    >>> store = EmbeddedStore.in_memory()
    >>> import io
    >>> store.load(io.BytesIO(b"<urn:a> <urn:b> 1 ."), "text/turtle", "urn:g")
    1
    >>> store.ask("ASK { GRAPH ?g { ?s ?p ?o } }", Dataset((None,)))
    False
    """

    def __init__(self, engine: ox.Store, where: str = "the store in memory") -> None:
        self._engine: ox.Store | None = engine
        self._writes = 0
        self.where = where
        self.identity = uuid4().hex

    @classmethod
    def in_memory(cls) -> EmbeddedStore:
        """Return an empty store that is gone with this process."""
        return cls(ox.Store())

    @classmethod
    def from_folder(cls, folder: Path, *, read_only: bool = False) -> EmbeddedStore:
        """Open the engine's own folder, for writing by one process at a time; StoreUnavailable says why it cannot."""
        try:
            # A folder that another process writes to must never be opened read-only: only checkpoints are.
            engine = ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder))
        except (OSError, RuntimeError) as problem:
            raise StoreUnavailable(_why_closed(folder, str(problem))) from problem
        return cls(engine, str(folder))

    @property
    def engine(self) -> ox.Store:
        """The engine's own store, for bulk work; StoreUnavailable once closed."""
        if self._engine is None:
            raise StoreUnavailable(f"{self.where} is closed.")
        return self._engine

    @property
    def revision(self) -> str:
        """The name of the present state of the data, as far as it was changed through this object."""
        return str(self._writes)

    def close(self) -> None:
        """Let go of the folder, so that another may open it."""
        self._engine = None

    def select(self, query: str, dataset: Dataset) -> Table:
        """Return the solutions of a SELECT."""
        results = self._run(query, dataset, "select")
        assert isinstance(results, ox.QuerySolutions)  # noqa: S101  the gate has read the form
        variables = tuple(variable.value for variable in results.variables)
        rows = []
        try:
            for solution in results:
                found = ((name, solution[name]) for name in variables)
                rows.append({name: to_term(term) for name, term in found if term is not None})
        except (OSError, RuntimeError) as problem:
            raise failed(problem) from problem
        return Table(variables, tuple(rows))

    def ask(self, query: str, dataset: Dataset) -> bool:
        """Return the answer of an ASK."""
        return bool(self._run(query, dataset, "ask"))

    def construct(self, query: str, dataset: Dataset) -> Iterator[Quad]:
        """Yield the triples of a CONSTRUCT or DESCRIBE, as quads of the unnamed graph."""
        results = self._run(query, dataset, "construct", "describe")
        assert isinstance(results, ox.QueryTriples)  # noqa: S101
        return (to_triple(triple) for triple in results)

    def answer(self, query: str, dataset: Dataset, media_type: str) -> Iterator[bytes]:
        """Yield the answer of any query in a media type that suits its form; WrongUse where it does not."""
        admitted = admit(query, dataset)
        bare = media_type.partition(";")[0].strip().lower()
        is_graph = admitted.form in {"construct", "describe"}
        if is_graph == (bare in RESULT_FORMATS):
            kind = "a graph" if is_graph else "a table or a truth"
            raise WrongUse(f"The answer of {admitted.form.upper()} is {kind}, which {bare} cannot hold.")
        rdf = OX_FORMATS[format_of_media_type(bare).name] if is_graph else ox.RdfFormat.N_TRIPLES
        results = self._query(query, admitted)
        try:
            if isinstance(results, ox.QueryTriples):
                written = results.serialize(format=rdf) or b""
            else:
                written = results.serialize(format=RESULT_FORMATS[bare]) or b""
        except (OSError, RuntimeError) as problem:
            raise failed(problem) from problem
        if bare.endswith("xml"):
            written = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}".encode(), written)
        return (written[at : at + _PIECE] for at in range(0, len(written), _PIECE))

    def quads(self, graph: str | None) -> Iterator[Quad]:
        """Yield what lies in one graph."""
        name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        return (to_quad(quad) for quad in self.engine.quads_for_pattern(None, None, None, name))

    def graph_names(self) -> tuple[str, ...]:
        """Return the names of the named graphs that hold something, sorted."""
        names = (name for name in self.engine.named_graphs() if isinstance(name, ox.NamedNode))
        holding = (name for name in names if next(self.engine.quads_for_pattern(None, None, None, name), None))
        return tuple(sorted(name.value for name in holding))

    def load(self, stream: BinaryIO, media_type: str, graph: str | None = None) -> int:
        """Read RDF into one graph (graph None: where the file says, else the unnamed one); return the quads read."""
        quads = parse(stream.read(), format_of_media_type(media_type), getattr(stream, "name", ""))
        if graph is not None:
            name = ox.NamedNode(graph)
            quads = [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
        self.put(quads, ())
        return len(quads)

    def write(self, additions: Iterable[Quad], removals: Iterable[Quad] = ()) -> None:
        """Apply a difference whole or not at all; a removal may hold no blank node."""
        self.put(map(from_quad, additions), map(from_quad, removals))

    def put(self, additions: Iterable[ox.Quad], removals: Iterable[ox.Quad]) -> None:
        """Apply a difference of the engine's own quads whole or not at all."""
        self.change("", additions, removals)

    def change(self, before: str, additions: Iterable[ox.Quad], removals: Iterable[ox.Quad]) -> None:
        """Carry out an update of our own and then apply a difference, all of it whole or not at all."""
        added, removed = list(additions), list(removals)
        if any(isinstance(term, ox.BlankNode) for quad in removed for term in (quad.subject, quad.object)):
            raise ValueError("a blank node has no name by which it could be removed")
        self._writes += 1
        try:
            if before or removed:
                data = f"DELETE DATA {{\n{data_block(removed)}}} ;\nINSERT DATA {{\n{data_block(added)}}}"
                self.engine.update(f"{before} ;\n{data}" if before else data)
            else:
                self.engine.extend(added)
        except (OSError, RuntimeError) as problem:
            raise failed(problem) from problem

    def update(self, update: str, as_written: str = "", base: str = "") -> None:
        """
        Carry out an update, which must have passed the gate, whole or not at all.

        `as_written` is what the client wrote, where the gate changed it: places in errors are told in that. Raises
        MalformedQuery, and WrongUse for what cannot be done, such as dropping a graph that is not there.

        >>> store = EmbeddedStore.in_memory()
        >>> store.update("INSERT DATA { <urn:a> <urn:b> 1 } ; DROP GRAPH <urn:g>")
        Traceback (most recent call last):
        ...
        mandategraph.core.errors.MissingGraph: The graph <urn:g> does not exist. Nothing was written.
        >>> len(store)
        0
        """
        self._writes += 1
        try:
            self.engine.update(update, base_iri=base or None)
        except SyntaxError as problem:
            if as_written and as_written != update:
                raise malformed(as_written, _fault_of(as_written, base) or str(problem)) from problem
            raise malformed(update, str(problem)) from problem
        except RuntimeError as problem:
            kind = MissingGraph if "does not exist" in str(problem) else WrongUse
            raise kind(f"{problem}. Nothing was written.") from problem
        except (OSError, ValueError) as problem:
            raise failed(problem) from problem

    def has_graph(self, graph: str | None) -> bool:
        """Return whether a graph is there, with triples in it or none; the unnamed one always is."""
        return graph is None or self.engine.contains_named_graph(ox.NamedNode(graph))

    def add_text(self, data: bytes, file_format: Format, graph: ox.NamedNode | ox.DefaultGraph, base: str = "") -> None:
        """Add an RDF text, which must have been looked through, to a graph, whole or not at all; no term is held."""
        self._writes += 1
        try:
            self.engine.load(data, format=OX_FORMATS[file_format.name], base_iri=base or None, to_graph=graph)
        except (OSError, RuntimeError, SyntaxError) as problem:
            raise failed(problem) from problem

    def bulk_load(self, quads: Iterable[ox.Quad]) -> None:
        """Put the engine's own quads in by its fastest way, which is not whole or not at all: for new stores only."""
        self._writes += 1
        try:
            self.engine.bulk_extend(quads)
        except (OSError, RuntimeError) as problem:
            raise failed(problem) from problem

    def bulk_load_file(
        self, path: Path, file_format: Format, graph: ox.NamedNode | ox.DefaultGraph, base: str = ""
    ) -> None:
        """Put an RDF text, which must have been looked through, in by the same way; its graph is there afterwards."""
        self._writes += 1
        form = OX_FORMATS[file_format.name]
        try:
            self.engine.bulk_load(path=str(path), format=form, base_iri=base or None, to_graph=graph)
            if isinstance(graph, ox.NamedNode):
                self.engine.add_graph(graph)
        except (OSError, RuntimeError, SyntaxError) as problem:
            raise failed(problem) from problem

    def __len__(self) -> int:
        return len(self.engine)

    def _run(self, query: str, dataset: Dataset, *forms: str) -> Results:
        admitted = admit(query, dataset)
        if admitted.form not in forms:
            wanted = " or ".join(form.upper() for form in forms)
            raise WrongUse(f"This query is {admitted.form.upper()}; {wanted} is wanted here.")
        return self._query(query, admitted)

    def _query(self, query: str, admitted: Admitted) -> Results:
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
            ox.DefaultGraph() if graph is None else ox.NamedNode(graph) for graph in admitted.dataset.default
        ]
        # A graph that is nowhere is no graph of the dataset: GRAPH ?g {} would tell of it.
        named: list[ox.NamedNode | ox.BlankNode] = [
            graph for graph in map(ox.NamedNode, admitted.dataset.named) if self.engine.contains_named_graph(graph)
        ]
        try:
            return self.engine.query(mended(query), default_graph=default, named_graphs=named)
        except SyntaxError as problem:
            # The engine reports a malformed query with Python's own SyntaxError.
            raise malformed(query, str(problem)) from problem
        except (OSError, RuntimeError) as problem:
            raise failed(problem) from problem


def parse(data: bytes, file_format: Format, file: str = "", base: str = "") -> list[ox.Quad]:
    """
    Return the quads of an RDF text, IRIs relative to `base` where it is given; BadData names file, line and column.

    A document type declaration in RDF/XML and a remote context in JSON-LD are refused: nothing is fetched, and a few
    entities are enough to end the process.

    >>> parse(b"<urn:a> <urn:b>", format_of_media_type("text/turtle"), "a.ttl")
    Traceback (most recent call last):
    ...
    mandategraph.core.errors.BadData: a.ttl, line 1, column 16: Unexpected end.
    """
    quads = list(parsed(data, file_format, file, base))
    return with_canonical_xml(quads) if file_format.name == "rdfxml" else quads


def parsed(data: bytes | BinaryIO, file_format: Format, file: str = "", base: str = "") -> Iterator[ox.Quad]:
    """Yield the quads of an RDF text as the engine reads them, one at a time; refuses what `parse` refuses."""
    name = file or "the data"
    if file_format.name == "rdfxml":
        data = data if isinstance(data, bytes) else data.read()
        _refuse_declarations(data, name)
    try:
        for quad in ox.parse(data, OX_FORMATS[file_format.name], base_iri=base or None):
            if isinstance(quad.object, ox.Triple):
                raise BadData(f"{name}: a triple stands as a term, which RDF 1.1 does not have.", name)
            yield quad
    except SyntaxError as problem:
        raise _bad_data(problem, name) from problem
    except (OSError, ValueError) as problem:
        raise BadData(f"{name}: {problem}", name) from problem


def _refuse_declarations(data: bytes, name: str) -> None:
    if b"\x00" in data[:64] or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise BadData(f"{name}: RDF/XML must be written in UTF-8.", name)
    at = data.find(b"<!DOCTYPE")
    if at < 0:
        at = data.find(b"<!ENTITY")
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise BadData(f"{name}, line {line}: a document type declaration is not read here; remove it.", name, line)


def _bad_data(problem: SyntaxError, name: str) -> BadData:
    message = str(problem.msg or problem)
    if "LoadDocumentCallback" in message:
        return BadData(
            f"{name}: its JSON-LD context lies at another address, and nothing is fetched; write it out.", name
        )
    message = re.sub(r"^Parser error at line \d+ (?:between columns \d+ and \d+|column \d+): ", "", message)
    line, column = problem.lineno or 0, problem.offset or 0
    where = f"{name}, line {line}, column {column}" if line else name
    return BadData(f"{where}: {message[:1].upper()}{message[1:].rstrip('.')}.", name, line, column)


def malformed(query: str, message: str) -> MalformedQuery:
    """Return the error that a message of the engine's parser tells of, at its place in the query."""
    found = _PLACE.match(message)
    if found is None:
        return MalformedQuery(f"The query does not parse: {message}")
    line, column = int(found[1]), int(found[2])
    told = _SENTENCE.search(found[3])
    if told:
        return MalformedQuery(f"Line {line}, column {column}: {told[0][0].lower()}{told[0][1:]}.", line, column)
    # The engine tells how far it came by trial, often one token past the fault: name the token there or before.
    told_at = sum(len(text) + 1 for text in query.split("\n")[: line - 1]) + column - 1
    until = [token for token in tokens(query) if token.start <= told_at]
    line, column = place(query, until[-1].start)
    shown = until[-1].text if len(until[-1].text) <= 40 else until[-1].text[:39] + "…"
    sentence = f"the query does not parse at or before “{shown}”"
    return MalformedQuery(f"Line {line}, column {column}: {sentence}.", line, column)


def failed(problem: Exception | str) -> MandateGraphError:
    """Return the error that a failure of the engine while it answers becomes."""
    unknown = _FUNCTION.match(str(problem))
    if unknown:
        return RefusedQuery(f"There is no function <{unknown[1]}> here; use those of SPARQL 1.1.")
    return StoreUnavailable(f"The store could not answer: {problem}")


def _fault_of(update: str, base: str) -> str:
    """Return what the engine's parser says of an update, which is not carried out even where it parses."""
    try:
        ox.Store().update(f"{update}\n}}", base_iri=base or None)
    except SyntaxError as problem:
        return str(problem)
    return ""


def _why_closed(folder: Path, message: str) -> str:
    if message.startswith("Corruption"):
        return f"The store {folder} is damaged: {message[:160]}"
    if "lock" in message.lower():
        return f"The store {folder} is being written by another process. Wait until it has ended, or stop it."
    if "Permission denied" in message or "Read-only file system" in message:
        return f"The store {folder} may not be written here. Change its permissions, or name another with --store."
    if "No space left" in message:
        return f"There is no space left for the store {folder}."
    return f"The store {folder} cannot be opened: {message}"


def data_block(quads: Iterable[ox.Quad]) -> str:
    """Return quads as INSERT DATA and DELETE DATA write them."""
    lines = []
    for quad in quads:
        triple = f"{quad.subject} {quad.predicate} {quad.object} ."
        graph = quad.graph_name
        lines.append(f"{triple}\n" if isinstance(graph, ox.DefaultGraph) else f"GRAPH {graph} {{ {triple} }}\n")
    return "".join(lines)
