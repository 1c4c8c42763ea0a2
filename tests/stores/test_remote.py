"""The remote store speaks SPARQL 1.1 to any endpoint: an engine of others behind HTTP, and our own service."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import MalformedQuery, RefusedQuery, StoreUnavailable, WrongUse
from mandategraph.core.graphs import Dataset
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.settings import resolve
from mandategraph.stores.remote import RemoteStore
from mandategraph.wiring import Installation, load_plan, open_installation

A, P = Iri("urn:a"), Iri("urn:p")
FACTS, SECRET = Iri("urn:g:facts"), Iri("urn:g:secret")
PUBLIC = Dataset((None, FACTS.value), (FACTS.value,))
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


class Endpoint(BaseHTTPRequestHandler):
    """The SPARQL 1.1 protocol over an engine in memory, as far as a client needs it."""

    store: ox.Store
    delay = 0.0

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        time.sleep(self.delay)
        try:
            if self.path == "/update":
                self.store.update(form["update"][0])
                self.reply(204, b"")
            else:
                self.reply(200, self.answered(form))
        except SyntaxError as problem:
            self.reply(400, str(problem).encode())

    def answered(self, form: dict[str, list[str]]) -> bytes:
        graphs: Any = {
            ours: [ox.NamedNode(graph) for graph in form[theirs]]
            for ours, theirs in (("default_graph", "default-graph-uri"), ("named_graphs", "named-graph-uri"))
            if theirs in form
        }
        found = self.store.query(form["query"][0], **graphs)
        if isinstance(found, ox.QueryTriples):
            return found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
        return found.serialize(format=RESULTS[self.headers["Accept"]]) or b""

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", self.headers.get("Accept", "text/plain"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[type[Endpoint]]:
    class Mine(Endpoint):
        store = ox.Store()
        address = ""

    with ThreadingHTTPServer(("127.0.0.1", 0), Mine) as server:
        Mine.address = f"http://127.0.0.1:{server.server_port}/query"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Mine
        server.shutdown()


@pytest.fixture
def store(endpoint: Any) -> RemoteStore:
    store = RemoteStore(endpoint.address, timeout_seconds=5)
    store.write([Quad(A, P, Literal("open"), FACTS), Quad(A, P, Literal("shut"), SECRET)])
    return store


def words(store: RemoteStore, query: str, dataset: Dataset = PUBLIC) -> set[str]:
    return {str(row["o"]) for row in store.select(query, dataset).rows}


def test_only_the_dataset_is_read(store: RemoteStore) -> None:
    assert words(store, "SELECT ?o { ?s ?p ?o }") == {"open"}
    assert words(store, "SELECT ?o { GRAPH ?g { ?s ?p ?o } }") == {"open"}
    assert words(store, "SELECT ?o { ?s ?p ?o }", Dataset((None,))) == set()
    with pytest.raises(RefusedQuery):
        store.select(f"SELECT ?o FROM <{SECRET}> {{ ?s ?p ?o }}", PUBLIC)
    with pytest.raises(RefusedQuery):
        store.ask("ASK { SERVICE <urn:x> { } }", PUBLIC)


def test_terms_come_back_as_they_went(store: RemoteStore) -> None:
    terms = [
        Iri("https://example.org/é#x"),
        Literal('“a”\n\t\\ "quoted"'),
        Literal("oui", language="fr"),
        Literal("2016-10-20", datatype="http://www.w3.org/2001/XMLSchema#date"),
    ]
    graph = Iri("urn:g:terms")
    store.write([Quad(A, P, term, graph) for term in terms])
    dataset = Dataset((graph.value,))
    assert {row["o"] for row in store.select("SELECT ?o { ?s ?p ?o }", dataset).rows} == set(terms)
    assert {quad.object for quad in store.quads(graph.value)} == set(terms)
    assert {quad.graph for quad in store.quads(graph.value)} == {graph}


def test_a_difference_is_written(store: RemoteStore) -> None:
    store.write([Quad(A, P, Literal("new"), FACTS)], [Quad(A, P, Literal("open"), FACTS)])
    assert words(store, "SELECT ?o { ?s ?p ?o }") == {"new"}
    assert store.graph_names() == (FACTS.value, SECRET.value)


def test_files_are_loaded(store: RemoteStore) -> None:
    assert store.load(io.BytesIO(b"<urn:a> <urn:p> 1, 2 ."), "text/turtle", "urn:g:new") == 2
    assert len(list(store.quads("urn:g:new"))) == 2


def test_every_form_is_answered(store: RemoteStore) -> None:
    assert store.ask("ASK { ?s ?p 'open' }", PUBLIC)
    assert [quad.object for quad in store.construct("CONSTRUCT WHERE { ?s ?p ?o }", PUBLIC)] == [Literal("open")]
    assert b"".join(store.answer("SELECT ?o { ?s ?p ?o }", PUBLIC, "text/csv")).split() == [b"o", b"open"]
    with pytest.raises(WrongUse, match="SELECT is wanted"):
        store.select("ASK {}", PUBLIC)
    with pytest.raises(WrongUse, match="cannot be written"):
        store.answer("ASK {}", PUBLIC, "text/turtle")


def test_a_malformed_query_is_told(store: RemoteStore) -> None:
    with pytest.raises(MalformedQuery, match="does not understand the query: error at 1:"):
        store.select("SELECT * { ?s ?p }", PUBLIC)


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        RemoteStore("http://127.0.0.1:9/query").ask("ASK {}", PUBLIC)


def test_a_server_that_takes_too_long_is_told(endpoint: Any) -> None:
    endpoint.delay = 3
    with pytest.raises(StoreUnavailable, match="no answer within 1 seconds"):
        RemoteStore(endpoint.address, timeout_seconds=1).ask("ASK {}", PUBLIC)


def test_a_server_that_answers_something_else_is_told(endpoint: Any) -> None:
    def reply_with_a_page(self: Endpoint) -> None:
        self.reply(200, b"<html>Welcome</html>")

    endpoint.do_POST = reply_with_a_page
    with pytest.raises(StoreUnavailable, match="no SPARQL result"):
        RemoteStore(endpoint.address).ask("ASK {}", PUBLIC)


def test_a_server_that_refuses_is_told(endpoint: Any) -> None:
    def refuse(self: Endpoint) -> None:
        self.reply(403, b"Not for you")

    endpoint.do_POST = refuse
    with pytest.raises(StoreUnavailable, match=r"refuses: 403 Forbidden\. Not for you"):
        RemoteStore(endpoint.address).ask("ASK {}", PUBLIC)


def test_the_plan_lives_in_an_engine_of_others(
    endpoint: Any, installation: Installation, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loaded, verified and concluded there, it answers as it does here; and it is refreshed without a trace."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    settings = resolve({"store": f"sparql+{endpoint.address}"}, {})
    assert load_plan(settings, "cam").compared > 300
    again = load_plan(settings, "cam")
    assert (again.added, again.removed) == ({}, {})
    with open_installation(settings) as there:
        for graph in installation.graphs.all:
            assert set(there.store.quads(graph)) == set(installation.store.quads(graph))


def test_our_own_service_is_an_endpoint(installation: Installation) -> None:
    """SPARQLWrapper, as anybody would use it, against the running service."""
    with running_service(installation) as address:
        store = RemoteStore(f"{address}/sparql", timeout_seconds=20)
        query = installation.library.query("asked-of-body")
        public = installation.graphs.public()
        here, there = installation.store.select(query, public), store.select(query, public)
        assert here.rows
        assert there.variables == here.variables
        assert list(there.rows) == list(here.rows)
        facts = set(installation.store.quads(installation.graphs.facts))
        assert set(store.quads(installation.graphs.facts)) == facts
        assert list(store.quads(installation.graphs.inferred))
        with pytest.raises((StoreUnavailable, MalformedQuery, RefusedQuery)):
            list(store.quads(installation.graphs.review))


class running_service:  # noqa: N801  read as a phrase
    """The service behind a real server on a free port."""

    def __init__(self, installation: Installation) -> None:
        import socket

        import uvicorn

        from mandategraph.web.app import create_app

        self.listener = socket.create_server(("127.0.0.1", 0))
        self.server = uvicorn.Server(uvicorn.Config(create_app(installation), log_level="warning", access_log=False))
        serve: Callable[[], None] = lambda: self.server.run(sockets=[self.listener])  # noqa: E731
        self.thread = threading.Thread(target=serve, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        until = time.monotonic() + 60
        while not self.server.started:
            assert time.monotonic() < until, "the service did not start"
            time.sleep(0.02)
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __exit__(self, *_error: object) -> None:
        self.server.should_exit = True
        self.thread.join(20)
