"""Any SPARQL 1.1 endpoint, by SPARQLWrapper, behind the port."""

from __future__ import annotations

import time
import urllib.error
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from mandategraph.core.errors import MalformedQuery, StoreUnavailable, WrongUse
from mandategraph.core.formats import ANSWER_TYPES, format_of_media_type
from mandategraph.core.gate import admit
from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import Row, Table
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term
from mandategraph.stores.convert import from_quad, to_triple
from mandategraph.stores.embedded import data_block, parse

_AT_ONCE = 5_000
_TURTLE = "application/n-triples"


class RemoteStore:
    """
    A GraphStore over a SPARQL 1.1 endpoint.

    The unnamed graph cannot be asked for by the protocol and is left out: our facts lie in named graphs. A load of many
    triples goes in pieces, so it is not whole or not at all as `write` is.
    """

    def __init__(self, address: str, update_address: str = "", timeout_seconds: float = 30.0) -> None:
        self.address = address
        self.update_address = update_address or _update_address(address)
        self.timeout_seconds = timeout_seconds

    @property
    def revision(self) -> str:
        """A name for the present state of the data: nobody tells of changes, so it holds for a second."""
        return str(int(time.monotonic()))

    def select(self, query: str, dataset: Dataset) -> Table:
        """Return the solutions of a SELECT."""
        told = self._json(query, dataset, "select")
        variables = tuple(told["head"].get("vars", ()))
        rows: tuple[Row, ...] = tuple(
            {name: _term(term) for name, term in row.items()} for row in told["results"]["bindings"]
        )
        return Table(variables, rows)

    def ask(self, query: str, dataset: Dataset) -> bool:
        """Return the answer of an ASK."""
        return bool(self._json(query, dataset, "ask")["boolean"])

    def construct(self, query: str, dataset: Dataset) -> Iterator[Quad]:
        """Yield the triples of a CONSTRUCT or DESCRIBE, as quads of the unnamed graph."""
        written = self._ask(query, dataset, _TURTLE, "construct", "describe")
        return (to_triple(quad.triple) for quad in parse(written, format_of_media_type(_TURTLE), self.address))

    def answer(self, query: str, dataset: Dataset, media_type: str) -> Iterator[bytes]:
        """Yield the answer of any query in a media type that suits its form; WrongUse where it does not."""
        form = admit(query, dataset).form
        bare = media_type.partition(";")[0].strip().lower()
        if (form in {"construct", "describe"}) == (bare in ANSWER_TYPES.values()):
            raise WrongUse(f"The answer of {form.upper()} cannot be written as {bare}.")
        if bare not in ANSWER_TYPES.values():
            format_of_media_type(bare)
        return iter([self._ask(query, dataset, bare, form)])

    def quads(self, graph: str | None) -> Iterator[Quad]:
        """Yield what lies in one graph; the unnamed one is not asked for."""
        if graph is None:
            return iter(())
        name = Iri(graph)
        found = self.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", Dataset((graph,)))
        return (Quad(quad.subject, quad.predicate, quad.object, name) for quad in found)

    def graph_names(self) -> tuple[str, ...]:
        """Return the names of the named graphs that hold something, sorted."""
        # Without a dataset of ours: every graph of the endpoint.
        told = self._json("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", None, "select")
        return tuple(sorted(row["g"]["value"] for row in told["results"]["bindings"] if row["g"]["type"] == "uri"))

    def load(self, stream: BinaryIO, media_type: str, graph: str | None = None) -> int:
        """Read RDF into one graph (graph None: where the file says, else the unnamed one); return the quads read."""
        import pyoxigraph as ox

        quads = parse(stream.read(), format_of_media_type(media_type), getattr(stream, "name", ""))
        if graph is not None:
            name = ox.NamedNode(graph)
            quads = [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
        for at in range(0, len(quads), _AT_ONCE):
            self._update(f"INSERT DATA {{\n{data_block(quads[at : at + _AT_ONCE])}}}")
        return len(quads)

    def write(self, additions: Iterable[Quad], removals: Iterable[Quad] = ()) -> None:
        """Apply a difference in one request, which the endpoint carries out whole or not at all."""
        added, removed = data_block(map(from_quad, additions)), data_block(map(from_quad, removals))
        parts = [f"DELETE DATA {{\n{removed}}}"] if removed else []
        parts += [f"INSERT DATA {{\n{added}}}"] if added else []
        if parts:
            self._update(" ;\n".join(parts))

    def close(self) -> None:
        """Nothing is held open."""

    def _json(self, query: str, dataset: Dataset | None, form: str) -> dict[str, Any]:
        import json

        try:
            told = json.loads(self._ask(query, dataset, ANSWER_TYPES["json"], form))
        except ValueError as problem:
            raise StoreUnavailable(f"{self.address} answered something that is no SPARQL result.") from problem
        if not isinstance(told, dict) or ("boolean" if form == "ask" else "results") not in told:
            raise StoreUnavailable(f"{self.address} answered something that is no SPARQL result.")
        return told

    def _ask(self, query: str, dataset: Dataset | None, media_type: str, *forms: str) -> bytes:
        client = self._client(query, forms[0])
        if dataset is not None:
            admitted = admit(query, dataset)
            if admitted.form not in forms:
                wanted = " or ".join(form.upper() for form in forms)
                raise WrongUse(f"This query is {admitted.form.upper()}; {wanted} is wanted here.")
            default = [graph for graph in admitted.dataset.default if graph is not None]
            # Without any graph named the endpoint would answer from all it has.
            for graph in default or ["urn:nothing"]:
                client.addDefaultGraph(graph)
            for graph in admitted.dataset.named:
                client.addNamedGraph(graph)
        client.setOnlyConneg(True)
        client.addCustomHttpHeader("Accept", media_type)
        return self._sent(client, query)

    def _update(self, update: str) -> None:
        self._sent(self._client(update, "insert"), update)

    def _client(self, query: str, form: str) -> Any:
        from SPARQLWrapper import POST, SPARQLWrapper

        client = SPARQLWrapper(self.address, updateEndpoint=self.update_address, agent="mandategraph")
        client.setTimeout(max(1, round(self.timeout_seconds)))
        client.setMethod(POST)
        client.setQuery(query)
        # It guesses the form from the text, and words in comments mislead it: a query was sent as an update.
        client.queryType = form.upper()
        return client

    def _sent(self, client: Any, query: str) -> bytes:
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

        try:
            written = client.query().response.read()
        except QueryBadFormed as problem:
            raise MalformedQuery(f"{self.address} does not understand the query: {_first_line(problem)}") from problem
        except SPARQLWrapperException as problem:
            raise StoreUnavailable(f"{self.address} could not answer: {_first_line(problem)}") from problem
        except TimeoutError as problem:
            raise self._too_late() from problem
        except urllib.error.HTTPError as problem:
            detail = " ".join(problem.read(2_000).decode("utf-8", "replace").split())[:200]
            raise StoreUnavailable(f"{self.address} refuses: {problem.code} {problem.reason}. {detail}") from problem
        except urllib.error.URLError as problem:
            if isinstance(problem.reason, TimeoutError):
                raise self._too_late() from problem
            raise StoreUnavailable(f"{self.address} cannot be reached: {problem.reason}.") from problem
        except (OSError, ValueError) as problem:
            raise StoreUnavailable(f"{self.address} cannot be reached: {problem}.") from problem
        if not isinstance(written, bytes):
            raise StoreUnavailable(f"{self.address} gave no answer to a request of {len(query)} characters.")
        return written

    def _too_late(self) -> StoreUnavailable:
        return StoreUnavailable(f"{self.address} gave no answer within {self.timeout_seconds:g} seconds.")


def _update_address(address: str) -> str:
    """
    Return where an endpoint of this address takes updates, as the servers we know do it.

    >>> _update_address("http://localhost:7878/query"), _update_address("http://localhost:8890/sparql")
    ('http://localhost:7878/update', 'http://localhost:8890/sparql')
    """
    bare = address.rstrip("/")
    if bare.endswith("/query"):  # Oxigraph, Fuseki
        return bare.removesuffix("/query") + "/update"
    if "/repositories/" in bare:  # GraphDB, RDF4J
        return f"{bare}/statements"
    return address


def _term(told: dict[str, Any]) -> Term:
    kind, value = told["type"], told["value"]
    if kind == "uri":
        return Iri(value)
    if kind == "bnode":
        return BlankNode(value)
    if kind not in {"literal", "typed-literal"}:
        raise WrongUse("The answer holds a triple as a term, which RDF 1.1 does not have.")
    if told.get("xml:lang"):
        return Literal(value, language=told["xml:lang"])
    return Literal(value, told["datatype"]) if told.get("datatype") else Literal(value)


def _first_line(problem: Exception) -> str:
    text = str(problem).replace("\\n", "\n")
    lines = [line.strip(" b'\"") for line in text.splitlines() if line.strip(" b'\"")]
    return next((line for line in reversed(lines) if line), type(problem).__name__)[:300]
