"""Any SPARQL 1.1 endpoint, by SPARQLWrapper, behind the port."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, TypeVar

import pyoxigraph as ox

from mandategraph.core.errors import MalformedQuery, MandateGraphError, NotWritten, StoreUnavailable, WrongUse
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
from mandategraph.stores.remote_exchange import Exchange, GaveUp, NotReached, Refused
from mandategraph.stores.remote_graphs import OurGraphs
from mandategraph.stores.tables import written_table
from mandategraph.stores.update_texts import adding, removing

_TRIPLES = "application/n-triples"
_MADE = "http://www.w3.org/ns/prov#Activity"
_TRUTHS = {"1": "true", "0": "false"}

T = TypeVar("T")


class RemoteStore:
    """
    A GraphStore over a SPARQL 1.1 endpoint.

    The unnamed graph cannot be asked for by the protocol; what clients write there has a name of ours (`ours`). What an
    engine is known to answer wrongly is answered here, from the graphs that lie there (`dialects`). A difference larger
    than the engine takes at once goes in pieces, which are taken back where a later one fails.
    """

    def __init__(
        self,
        address: str,
        update_address: str = "",
        timeout_seconds: float = 30.0,
        credentials: Credentials | None = None,
        ours: OurGraphs | None = None,
    ) -> None:
        self.address = address
        self.update_address = update_address or _update_address(address)
        self._exchange = Exchange(address, self.update_address, credentials or Credentials(), timeout_seconds)
        self._dialect: Dialect | None = None
        self._ours = ours
        # Another process may have called another state the same.
        self._key, self._writes, self._marked = secrets.token_hex(4), 0, ""
        self._copies = Copies(address, self.count, self.quads)

    @property
    def dialect(self) -> Dialect:
        """How the engine there departs from the standard, told by the name it gives itself; asked once."""
        if self._dialect is None:
            answered = self._exchange.opened(self._client("ASK {}", "ask"))
            answered.read()
            self._dialect = dialect_of(answered.headers.get("Server", ""))
            self._exchange.failures = self._dialect.failures
        return self._dialect

    @property
    def revision(self) -> str:
        """
        A name for the present state of the data: another after every write of ours.

        Nobody tells of what others write, so it holds for a second.
        """
        return f"{self._key}.{int(time.monotonic())}.{self._state}"

    @property
    def _state(self) -> str:
        return f"{self._writes}.{self._ours.mark() if self._ours is not None else ''}"

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
        """Yield what lies in one graph."""
        place = self._places((graph,))
        if not place:
            return iter(())
        name = None if graph is None else Iri(graph)
        wanted = self.count(place[0])
        found = list(self._triples("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", Dataset((graph,))))
        if len(found) < wanted:
            told = f"{self.address} gave {len(found):,} of {wanted:,} triples of <{place[0]}>."
            raise StoreUnavailable(f"{told} Raise the limit of its answers.")
        return (Quad(quad.subject, quad.predicate, quad.object, name) for quad in found)

    def count(self, graph: str) -> int:
        """Return how many triples lie in a graph, told by the name it has there."""
        told = self._table("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", Dataset((graph,)))
        return int(str(told.rows[0]["n"]))

    def graph_names(self) -> tuple[str, ...]:
        """Return the names of the named graphs of the endpoint that hold something, whosever they are, sorted."""
        found = self._names("")
        if self._ours is not None:
            reserved = set(filter(self._ours.is_reserved, found)).difference(self._ours.installation.all)
            return tuple(name for name in found if name not in reserved)
        return found

    def reserved_names(self) -> tuple[str, ...]:
        """Return the names of graphs that an installation keeps for itself, besides its five."""
        if self._ours is None:
            return ()
        base = Literal(f"{self._ours.installation.base}graph/").sparql()
        return tuple(set(self._names(f"FILTER(STRSTARTS(STR(?g), {base}))")).difference(self._ours.installation.all))

    def graphs_of_clients(self) -> tuple[str, ...]:
        """Return the graphs that clients wrote through this installation: of any other nobody knows whose it is."""
        return () if self._ours is None else self._ours.of_clients()

    def _names(self, condition: str) -> tuple[str, ...]:
        # Without a dataset of ours: every graph of the endpoint.
        told = self._json(f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {condition} }}", None, "select")
        found = {row["g"]["value"] for row in told["results"]["bindings"] if row["g"]["type"] == "uri"}
        return tuple(sorted(found - self.dialect.own_graphs))

    def has_graph(self, graph: str | None) -> bool:
        """Return whether a graph is there that is ours; the unnamed one always is."""
        if graph is None:
            return True
        if self._ours is not None and graph not in self._ours.installation.all:
            return graph in self._ours.of_clients()
        return self.ask("ASK { ?s ?p ?o }", Dataset((graph,)))

    def load(self, stream: BinaryIO, media_type: str, graph: str | None = None) -> int:
        """Read RDF into one graph (graph None: where the file says, else the unnamed one); return the quads read."""
        quads = parse(stream.read(), format_of_media_type(media_type), getattr(stream, "name", ""))
        if graph is not None:
            name = ox.NamedNode(graph)
            quads = [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
        self._put(quads, (), "")
        return len(quads)

    def write(self, additions: Iterable[Quad], removals: Iterable[Quad] = (), record: str = "") -> None:
        """Apply a difference, in one request where the engine takes it at once; `record` is the name of its mark."""
        self._put(list(map(from_quad, additions)), list(map(from_quad, removals)), record)

    def transact(self, operations: Sequence[str], name: str) -> None:
        """
        Send operations as one update, with a mark of this name behind them; return once they are made.

        Raises NotReached where the engine was not reached, else NotWritten, which says what is known.
        """
        assert self._ours is not None  # noqa: S101  only an installation marks what it writes
        first, last = self._marking(name)
        for attempt in (1, 2):
            try:
                self.send([*first, *operations, last])
            except NotReached:
                raise
            except MandateGraphError as problem:
                made = self.was_made(name)
                if made:
                    break
                is_refused = isinstance(problem, Refused | GaveUp | MalformedQuery)
                if is_refused and attempt == 1 and not self.dialect.takes_back:
                    # What was done before the failure is done again, and comes to the same.
                    continue
                if is_refused and made is False:
                    raise NotWritten(f"{problem.message} Nothing was written.") from problem
                told = "a part of it may lie there" if is_refused else "whether it was written is not known"
                raise NotWritten(f"{problem.message} {told.capitalize()}; read it again.", True) from problem
            else:
                break
        self._marked = name

    def was_made(self, name: str) -> bool | None:
        """Return whether the update that leaves this mark was made; None where nobody knows."""
        if self._ours is None or not name:
            return None
        with suppress(MandateGraphError):
            if self._table(f"SELECT ?o {{ <{_mark(name)}> ?p ?o }}", Dataset((self._ours.marks,))).rows:
                return True
            return False if self.dialect.takes_back else None
        return None

    def _marking(self, name: str) -> tuple[list[str], str]:
        assert self._ours is not None  # noqa: S101  see above
        graph = f"GRAPH <{self._ours.marks}>"
        before = f"DELETE DATA {{ {graph} {{ <{_mark(self._marked)}> a <{_MADE}> }} }}"
        return [before] if self._marked else [], f"INSERT DATA {{ {graph} {{ <{_mark(name)}> a <{_MADE}> }} }}"

    def send(self, operations: Sequence[str]) -> None:
        """Send operations as one update; what was read before is read anew."""
        try:
            if operations:
                self._update(" ;\n".join(operations))
        finally:
            # Whoever began to read meanwhile may have seen what was there before.
            self._writes += 1

    def _update(self, update: str) -> None:
        self._exchange.sent(self._client(update, "insert"), update)

    def drop(self, graph: str) -> None:
        """Remove a graph, whether it is there or not."""
        self.send([f"DROP SILENT GRAPH <{graph}>"])

    def _put(self, added: Sequence[ox.Quad], removed: Sequence[ox.Quad], name: str) -> None:
        at_once = self.dialect.at_once
        if len(added) + len(removed) <= at_once:
            self._send_difference(added, removed, name)
            return
        pieces = [("-", removed[at : at + at_once]) for at in range(0, len(removed), at_once)]
        pieces += [("+", added[at : at + at_once]) for at in range(0, len(added), at_once)]
        for number, (sign, piece) in enumerate(pieces):
            is_last = number == len(pieces) - 1
            added, removed = (piece, ()) if sign == "+" else ((), piece)
            try:
                self._send_difference(added, removed, name if is_last else "")
            except MandateGraphError:
                # A triple that was there before, or was not, is told from one that we wrote by nobody but the caller,
                # whose differences hold neither.
                for undone, earlier in reversed(pieces[:number]):
                    added, removed = ((), earlier) if undone == "+" else (earlier, ())
                    self._send_difference(added, removed, "")
                raise

    def _send_difference(self, added: Sequence[ox.Quad], removed: Sequence[ox.Quad], name: str) -> None:
        unnamed = self._ours.unnamed if self._ours is not None else ""
        operations = [*removing(removed, unnamed), *(text for text, _ in adding(added, unnamed))]
        if name and self._ours is not None and operations:
            self.transact(operations, name)
        else:
            self.send(operations)

    def close(self) -> None:
        """Take back the mark of the last change: it was acknowledged."""
        if self._marked:
            with suppress(MandateGraphError):
                self.send(self._marking(self._marked)[0])
            self._marked = ""

    def _places(self, graphs: Iterable[str | None]) -> list[str]:
        """Return the names that graphs have there; the one without a name has one once something was written to it."""
        found = []
        for graph in graphs:
            if graph is not None:
                found.append(graph)
            elif self._ours is not None and self._ours.has(self._ours.unnamed):
                found.append(self._ours.unnamed)
        return found

    def _answered(self, query: str, dataset: Dataset, there: Callable[[], T], here: Callable[[EmbeddedStore], T]) -> T:
        """Return the answer of the engine there, where it can be trusted with the query, else our own."""
        narrowed = admit(query, dataset).dataset
        if self.dialect.is_trusted_with(query):
            try:
                return there()
            except GaveUp:
                pass
        return here(self._copies.of(narrowed, self._state))

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
            default = self._places(admitted.dataset.default)
            # Without any graph named the endpoint would answer from all it has.
            for graph in default or ["urn:nothing"]:
                client.addDefaultGraph(graph)
            for graph in admitted.dataset.named:
                client.addNamedGraph(graph)
        client.setOnlyConneg(True)
        client.addCustomHttpHeader("Accept", media_type)
        return self._exchange.sent(client, query)

    def _client(self, query: str, form: str) -> Any:
        return self._exchange.client(query, form)


def _mark(name: str) -> str:
    return f"urn:mandategraph:change:{name}"


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
