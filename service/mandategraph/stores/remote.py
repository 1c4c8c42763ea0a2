"""Any SPARQL 1.1 endpoint, by SPARQLWrapper, behind the port."""

from __future__ import annotations

import re
import time
import urllib.error
from collections.abc import Callable, Iterable, Iterator, Sequence
from http.client import HTTPException
from typing import Any, BinaryIO, TypeVar

import pyoxigraph as ox

from mandategraph.core.errors import MalformedQuery, MandateGraphError, StoreUnavailable, WrongUse
from mandategraph.core.formats import ANSWER_TYPES, format_of_media_type
from mandategraph.core.gate import admit
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import XSD
from mandategraph.core.ports import Row, Table
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term
from mandategraph.engine.terms import from_quad, to_triple
from mandategraph.stores.copies import Copies
from mandategraph.stores.credentials import Credentials
from mandategraph.stores.dialects import Dialect, dialect_of
from mandategraph.stores.embedded import EmbeddedStore, parse
from mandategraph.stores.tables import written_table

_TRIPLES = "application/n-triples"
_IN_ONE_BLOCK = 1_000
_TRUTHS = {"1": "true", "0": "false"}

T = TypeVar("T")


class _GaveUp(StoreUnavailable):
    """The engine there could not answer a query that is right."""


class RemoteStore:
    """
    A GraphStore over a SPARQL 1.1 endpoint.

    The unnamed graph cannot be asked for by the protocol and is left out: our facts lie in named graphs. What an engine
    is known to answer wrongly is answered here, from the graphs that lie there (`dialects`). A difference larger than
    the engine takes at once goes in pieces, which are taken back where a later one fails.
    """

    def __init__(
        self,
        address: str,
        update_address: str = "",
        timeout_seconds: float = 30.0,
        credentials: Credentials | None = None,
    ) -> None:
        self.address = address
        self.update_address = update_address or _update_address(address)
        self.timeout_seconds = timeout_seconds
        self._credentials = credentials or Credentials()
        self._dialect: Dialect | None = None
        self._copies = Copies(address, self._count, self.quads)

    @property
    def dialect(self) -> Dialect:
        """How the engine there departs from the standard, told by the name it gives itself; asked once."""
        if self._dialect is None:
            answered = self._opened(self._client("ASK {}", "ask"))
            answered.read()
            self._dialect = dialect_of(answered.headers.get("Server", ""))
        return self._dialect

    @property
    def revision(self) -> str:
        """A name for the present state of the data: nobody tells of changes, so it holds for a second."""
        return str(int(time.monotonic()))

    def select(self, query: str, dataset: Dataset) -> Table:
        """Return the solutions of a SELECT."""
        return self._answered(
            query, dataset, lambda: self._table(query, dataset), lambda copy: copy.select(query, dataset)
        )

    def _table(self, query: str, dataset: Dataset) -> Table:
        told = self._json(query, dataset, "select")
        variables = tuple(told["head"].get("vars", ()))
        rows: tuple[Row, ...] = tuple(
            {name: _term(term) for name, term in row.items()} for row in told["results"]["bindings"]
        )
        return Table(variables, rows)

    def ask(self, query: str, dataset: Dataset) -> bool:
        """Return the answer of an ASK."""
        return self._answered(
            query,
            dataset,
            lambda: bool(self._json(query, dataset, "ask")["boolean"]),
            lambda copy: copy.ask(query, dataset),
        )

    def construct(self, query: str, dataset: Dataset) -> Iterator[Quad]:
        """Yield the triples of a CONSTRUCT or DESCRIBE, as quads of the unnamed graph."""
        return self._answered(
            query, dataset, lambda: self._triples(query, dataset), lambda copy: copy.construct(query, dataset)
        )

    def _triples(self, query: str, dataset: Dataset) -> Iterator[Quad]:
        written = self._ask(query, dataset, _TRIPLES, "construct", "describe")
        return (to_triple(quad.triple) for quad in parse(written, format_of_media_type(_TRIPLES), self.address))

    def answer(self, query: str, dataset: Dataset, media_type: str) -> Iterator[bytes]:
        """Yield the answer of any query in a media type that suits its form; WrongUse where it does not."""
        form = admit(query, dataset).form
        bare = media_type.partition(";")[0].strip().lower()
        if (form in {"construct", "describe"}) == (bare in ANSWER_TYPES.values()):
            raise WrongUse(f"The answer of {form.upper()} cannot be written as {bare}.")
        if bare not in ANSWER_TYPES.values():
            format_of_media_type(bare)
        return self._answered(
            query,
            dataset,
            lambda: self._written(query, dataset, bare, form),
            lambda copy: copy.answer(query, dataset, bare),
        )

    def _written(self, query: str, dataset: Dataset, media_type: str, form: str) -> Iterator[bytes]:
        if self.dialect.is_exact or form in {"construct", "describe"}:
            return iter([self._ask(query, dataset, media_type, form)])
        if form == "ask":
            return iter([written_table(self.ask(query, dataset), media_type)])
        found = self.select(query, dataset)
        if any(isinstance(term, BlankNode) for row in found.rows for term in row.values()):
            return iter([self._ask(query, dataset, media_type, form)])
        return iter([written_table(found, media_type)])

    def quads(self, graph: str | None) -> Iterator[Quad]:
        """Yield what lies in one graph; the unnamed one is not asked for."""
        if graph is None:
            return iter(())
        name = Iri(graph)
        wanted = self._count(graph)
        found = list(self._triples("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", Dataset((graph,))))
        if len(found) < wanted:
            told = f"{self.address} gave {len(found):,} of {wanted:,} triples of <{graph}>."
            raise StoreUnavailable(f"{told} Raise the limit of its answers.")
        return (Quad(quad.subject, quad.predicate, quad.object, name) for quad in found)

    def _count(self, graph: str) -> int:
        told = self._table("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", Dataset((graph,)))
        return int(str(told.rows[0]["n"]))

    def graph_names(self) -> tuple[str, ...]:
        """Return the names of the named graphs that hold something, sorted."""
        # Without a dataset of ours: every graph of the endpoint.
        told = self._json("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", None, "select")
        found = {row["g"]["value"] for row in told["results"]["bindings"] if row["g"]["type"] == "uri"}
        return tuple(sorted(found - self.dialect.own_graphs))

    def has_graph(self, graph: str | None) -> bool:
        """Return whether a graph holds something; the unnamed one is always there."""
        return graph is None or self.ask("ASK { ?s ?p ?o }", Dataset((graph,)))

    def load(self, stream: BinaryIO, media_type: str, graph: str | None = None) -> int:
        """Read RDF into one graph (graph None: where the file says, else the unnamed one); return the quads read."""
        quads = parse(stream.read(), format_of_media_type(media_type), getattr(stream, "name", ""))
        if graph is not None:
            name = ox.NamedNode(graph)
            quads = [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
        self._put(quads, ())
        return len(quads)

    def write(self, additions: Iterable[Quad], removals: Iterable[Quad] = ()) -> None:
        """Apply a difference, in one request where the engine takes it at once."""
        self._put(list(map(from_quad, additions)), list(map(from_quad, removals)))

    def _put(self, added: Sequence[ox.Quad], removed: Sequence[ox.Quad]) -> None:
        self._copies.forget()
        at_once = self.dialect.at_once
        if len(added) + len(removed) <= at_once:
            self._send_difference(added, removed)
            return
        pieces = [("-", removed[at : at + at_once]) for at in range(0, len(removed), at_once)]
        pieces += [("+", added[at : at + at_once]) for at in range(0, len(added), at_once)]
        for number, (sign, piece) in enumerate(pieces):
            try:
                self._send_difference(*((piece, ()) if sign == "+" else ((), piece)))
            except MandateGraphError:
                # A triple that was there before, or was not, is told from one that we wrote by nobody but the caller,
                # whose differences hold neither.
                for undone, earlier in reversed(pieces[:number]):
                    self._send_difference(*(((), earlier) if undone == "+" else (earlier, ())))
                raise

    def _send_difference(self, added: Sequence[ox.Quad], removed: Sequence[ox.Quad]) -> None:
        parts = [f"DELETE DATA {{\n{block}}}" for block in _blocks(removed)]
        parts += [f"INSERT DATA {{\n{block}}}" for block in _blocks(added)]
        if parts:
            self._update(" ;\n".join(parts))

    def close(self) -> None:
        """Nothing is held open."""

    def _answered(self, query: str, dataset: Dataset, there: Callable[[], T], here: Callable[[EmbeddedStore], T]) -> T:
        """Return the answer of the engine there, where it can be trusted with the query, else our own."""
        narrowed = admit(query, dataset).dataset
        if self.dialect.is_trusted_with(query):
            try:
                return there()
            except _GaveUp:
                pass
        return here(self._copies.of(narrowed))

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
        client = self._client(self.dialect.written(query), forms[0])
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
        from mandategraph.stores.remote_client import Client

        client = Client(self.address, self.update_address, self._credentials, self.timeout_seconds)
        client.setQuery(query)
        # It guesses the form from the text, and words in comments mislead it: a query was sent as an update.
        client.queryType = form.upper()
        return client

    def _sent(self, client: Any, query: str) -> bytes:
        answered = self._opened(client)
        try:
            written = answered.read()
        except TimeoutError as problem:
            raise self._too_late() from problem
        except (OSError, HTTPException) as problem:
            raise StoreUnavailable(f"{self.address} broke off its answer.") from problem
        if not isinstance(written, bytes):
            raise StoreUnavailable(f"{self.address} gave no answer to a request of {len(query)} characters.")
        if answered.headers.get("X-SPARQL-MaxRows"):
            most = answered.headers["X-SPARQL-MaxRows"]
            raise StoreUnavailable(f"{self.address} cut its answer off after {most} rows. Raise that limit there.")
        return written

    def _opened(self, client: Any) -> Any:
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException, Unauthorized

        try:
            return client.query().response
        except Unauthorized as problem:
            raise self._not_let_in() from problem
        except QueryBadFormed as problem:
            self._look_for_surrender(str(problem))
            told = self._credentials.hidden_in(_first_line(problem))
            raise MalformedQuery(f"{self.address} does not understand the query: {told}") from problem
        except SPARQLWrapperException as problem:
            self._look_for_surrender(str(problem))
            told = self._credentials.hidden_in(_first_line(problem))
            raise StoreUnavailable(f"{self.address} could not answer: {told}") from problem
        except TimeoutError as problem:
            raise self._too_late() from problem
        except urllib.error.HTTPError as problem:
            detail = " ".join(problem.read(2_000).decode("utf-8", "replace").split())[:200]
            told = self._credentials.hidden_in(f"{problem.code} {problem.reason}. {detail}")
            raise StoreUnavailable(f"{self.address} refuses: {told}") from problem
        except urllib.error.URLError as problem:
            if isinstance(problem.reason, TimeoutError):
                raise self._too_late() from problem
            raise StoreUnavailable(f"{self.address} cannot be reached: {problem.reason}.") from problem
        except (OSError, ValueError) as problem:
            raise StoreUnavailable(f"{self.address} cannot be reached: {problem}.") from problem

    def _look_for_surrender(self, message: str) -> None:
        if self._dialect is not None and self._dialect.gave_up(message):
            raise _GaveUp(f"{self.address} could not answer: {_first_line(message)}")

    def _not_let_in(self) -> StoreUnavailable:
        told = "these are not taken" if self._credentials.secret else "none are set"
        return StoreUnavailable(
            f"{self.address} asks for a name and a password or a token, and {told}: store_user, store_secret_file."
        )

    def _too_late(self) -> StoreUnavailable:
        return StoreUnavailable(f"{self.address} gave no answer within {self.timeout_seconds:g} seconds.")


def _blocks(quads: Iterable[ox.Quad]) -> Iterator[str]:
    """
    Yield quads as INSERT DATA and DELETE DATA write them, each of one graph and not too long.

    Virtuoso overlooks texts with a language where DELETE DATA has several blocks, and takes no block of 5,000 lines.
    """
    graphs: dict[str, list[str]] = {}
    for quad in quads:
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else f"GRAPH {quad.graph_name} "
        graphs.setdefault(name, []).append(f"{quad.subject} {quad.predicate} {quad.object} .\n")
    for name, lines in graphs.items():
        for at in range(0, len(lines), _IN_ONE_BLOCK):
            written = "".join(lines[at : at + _IN_ONE_BLOCK])
            yield f"{name}{{\n{written}}}\n" if name else written


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
    datatype = told.get("datatype")
    if datatype == XSD + "boolean":
        # Virtuoso keeps 1 and 0.
        value = _TRUTHS.get(value, value)
    return Literal(value, datatype) if datatype else Literal(value)


def _first_line(problem: Exception | str) -> str:
    text = str(problem).replace("\\n", "\n")
    lines = [line.strip(" b'\"") for line in text.splitlines() if line.strip(" b'\"")]
    told = next((line for line in lines if re.search(r"[Ee]rror (?:\w+:|at \d)", line)), "")
    return (told or next(reversed(lines), type(problem).__name__))[:300]
