"""What clients write through a service before an engine of others is answered, kept and read back as it is here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import MG
from mandategraph.settings import Settings
from mandategraph.stores.remote import RemoteStore
from mandategraph.stores.tokens import Tokens
from mandategraph.web.app import create_app
from mandategraph.wiring import Installation, load_plan, open_installation

from .conftest import settings_of

pytestmark = pytest.mark.slow

REVISION = RemoteStore.__dict__["revision"]
GRAPHS = Graphs()
UPDATE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle"}
NOTES, MORE, NODES = "urn:x:notes", "urn:x:more", "urn:x:nodes"
SEEN = "SELECT ?g ?s ?o { GRAPH ?g { ?s <urn:seen> ?o } FILTER(STRSTARTS(STR(?g), 'urn:x:')) }"


class Door:
    """A service that takes writes, with a token of each kind; notes what it answers."""

    def __init__(self, here: Installation) -> None:
        here.take_writes()
        tokens = Tokens(None)
        self.here = here
        self.bearing = {
            name: {"Authorization": f"Bearer {tokens.create(scopes)[0]}"}
            for name, scopes in {"write": ["write"], "all": ["admin"]}.items()
        }
        self.client = TestClient(create_app(here, tokens), follow_redirects=False, headers={"Accept": "*/*"})

    def asked(self, method: str, address: str, who: str = "write", **more: Any) -> Any:
        headers = {**self.bearing.get(who, {}), **more.pop("headers", {})}
        return self.client.request(method, address, headers=headers, **more)

    def update(self, text: str, who: str = "write", **parameters: str) -> Any:
        return self.asked("POST", "/update", who, content=text, headers=UPDATE, params=parameters)

    def graph(self, method: str, name: str, text: str = "", **headers: str) -> Any:
        address = "/graphs?default" if not name else f"/graphs?graph={name}"
        return self.asked(method, address, content=text, headers={**TURTLE, **headers})

    def held(self, name: str) -> Any:
        """A graph with its blank nodes named alike everywhere; or that it is not there."""
        address = "/graphs?default" if not name else f"/graphs?graph={name}"
        answered = self.asked("GET", address, headers={"Accept": "application/n-triples"})
        if answered.status_code != 200:
            return answered.status_code
        found = ox.Dataset(ox.parse(answered.content, ox.RdfFormat.N_TRIPLES))
        found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return sorted(map(str, found))

    def rows(self, query: str, who: str = "write") -> list[str]:
        answered = self.asked("GET", "/sparql", who, params={"query": query}, headers={"Accept": "text/csv"})
        assert answered.status_code == 200, answered.text
        return sorted(answered.text.splitlines())


Step = Callable[[Door], Any]


def u(text: str, who: str = "write", **parameters: str) -> tuple[str, Step]:
    return text, lambda door: door.update(text, who, **parameters)


def g(method: str, name: str, text: str = "", **headers: str) -> tuple[str, Step]:
    return f"{method} {name} {text[:60]}", lambda door: door.graph(method, name, text, **headers)


PLANS = f"?plan a <{MG}WorkPlan>"
STEPS: list[tuple[str, Step]] = [
    u("INSERT DATA { GRAPH <urn:x:notes> { <urn:a> <urn:p> 1, 2, 'drei'@de } }"),
    u("INSERT DATA { <urn:a> <urn:p> 1 } ; DELETE DATA { <urn:a> <urn:p> 1 } ; INSERT DATA { <urn:a> <urn:q> 'bare' }"),
    u("PREFIX x: <urn:x:> DELETE DATA { GRAPH x:notes { <urn:a> <urn:p> 2 } } ; "
      "PREFIX x: <urn:> INSERT DATA { x:b x:p 2 }"),
    # The graph without a name is what WHERE reads, and nothing of the installation.
    u("INSERT { GRAPH <urn:x:more> { ?s ?p ?o } } WHERE { ?s ?p ?o }"),
    u(f"INSERT {{ GRAPH <urn:x:more> {{ ?plan <urn:seen> true }} }} WHERE {{ {PLANS} }}"),
    u(f"INSERT {{ GRAPH <urn:x:more> {{ ?plan <urn:seen> true }} }} WHERE {{ GRAPH <{GRAPHS.facts}> {{ {PLANS} }} }}"),
    u(f"INSERT {{ GRAPH <urn:x:more> {{ ?plan <urn:n> ?n }} }} USING <{GRAPHS.facts}> USING NAMED <urn:x:notes> "
      f"WHERE {{ {PLANS} GRAPH ?g {{ ?s <urn:p> ?n }} }}"),
    u(f"INSERT {{ GRAPH <urn:x:more> {{ ?plan <urn:by> 1 }} }} WHERE {{ {PLANS} }}",
      **{"using-graph-uri": GRAPHS.facts}),
    u("WITH <urn:x:notes> DELETE { ?s ?p ?o } INSERT { ?s ?p 5 . GRAPH <urn:x:more> { ?s ?p ?o } } "
      "WHERE { ?s ?p ?o FILTER(?o = 1) }"),
    u("INSERT { GRAPH <urn:x:more> { ?g <urn:seen> ?s } } WHERE { GRAPH ?g { ?s <urn:p> 5 } }"),
    u("INSERT { GRAPH <urn:x:more> { ?g <urn:seen> ?s } } WHERE { GRAPH ?g { ?s <urn:p> 5 } }", "all"),
    # Several operations: the later see what the earlier did, and one that fails takes all back.
    u("INSERT DATA { GRAPH <urn:x:notes> { <urn:c> <urn:p> 7 } } ; "
      "INSERT { GRAPH <urn:x:more> { ?s <urn:double> ?d } } "
      "WHERE { GRAPH <urn:x:notes> { ?s <urn:p> ?n } BIND(2 * ?n AS ?d) }"),
    u("INSERT DATA { GRAPH <urn:x:notes> { <urn:c> <urn:p> 8 } } ; DROP GRAPH <urn:x:nowhere>"),
    u("INSERT DATA { GRAPH <urn:x:notes> { <urn:c> <urn:p> 8 } } ; CLEAR SILENT GRAPH <urn:x:nowhere>"),
    u("CREATE GRAPH <urn:x:made>"), u("CREATE GRAPH <urn:x:made>"), u("CREATE SILENT GRAPH <urn:x:made>"),
    u("COPY <urn:x:notes> TO <urn:x:made>"), u("ADD DEFAULT TO <urn:x:made>"), u("MOVE <urn:x:made> TO <urn:x:moved>"),
    u("DELETE WHERE { GRAPH <urn:x:moved> { ?s <urn:q> ?o } }"), u("CLEAR GRAPH <urn:x:moved>"),
    u("DROP GRAPH <urn:x:moved>"), u("DROP GRAPH <urn:x:moved>"), u("MOVE <urn:x:nowhere> TO <urn:x:moved>"),
    # Blank nodes: of one text they stay together, and they can be taken away.
    u("INSERT DATA { GRAPH <urn:x:nodes> { _:a <urn:p> _:b . _:b <urn:p> 'end' . <urn:a> <urn:p> [ <urn:q> 1 ] } }"),
    u("WITH <urn:x:nodes> INSERT { ?s <urn:r> 2 } WHERE { ?s <urn:q> 1 }"),
    u("DELETE { GRAPH <urn:x:nodes> { ?s ?p ?o } } WHERE { GRAPH <urn:x:nodes> { ?s ?p ?o . ?o <urn:p> 'end' } }"),
    # What is refused, with the same words.
    u("DROP ALL"), u("CLEAR NAMED"), u(f"CLEAR GRAPH <{GRAPHS.facts}>"), u("LOAD <http://127.0.0.1:9/>"),
    u("INSERT { GRAPH ?g { <urn:a> <urn:p> 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }"),
    u(f"INSERT {{ GRAPH <urn:x:more> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{GRAPHS.review}> {{ ?s ?p ?o }} }}"),
    u("INSERT { <urn:a> <urn:p> 1 } WHERE { SERVICE <http://127.0.0.1:9/> { } }"),
    u("INSERT DATA { <urn:a> <urn:p> }"), u("DELETE DATA { _:a <urn:p> 1 }"),
    u("INSERT DATA { <urn:a> <urn:p> 1 } ;; "),
    u("", "nobody"),
    # Whole graphs.
    g("PUT", NOTES, "<urn:a> <urn:p> [ <urn:q> 1 ], 'é \\n\"' , 1.50 ."), g("PUT", NOTES, "<urn:a> <urn:p> 3, ''@pt ."),
    g("POST", NOTES, "<urn:a> <urn:p> 3, [ <urn:p> 4 ] ."), g("POST", "urn:x:empty", ""), g("PUT", "urn:x:empty", ""),
    g("GET", "urn:x:empty"), g("HEAD", NOTES), g("HEAD", "urn:x:nowhere"), g("DELETE", "urn:x:nowhere"),
    g("DELETE", "urn:x:empty"), g("PUT", "", "<urn:a> <urn:only> 1 ."), g("DELETE", ""), g("GET", ""),
    g("PUT", NOTES, "<urn:a> <urn:p> 1 .", **{"If-None-Match": "*"}), g("PUT", NOTES, "no", **{"If-Match": '"no"'}),
    g("PUT", "urn:x:new", "<urn:a> <urn:p> 1 .", **{"If-Match": "*"}), g("PUT", NOTES, "<urn:a> <urn:p> ;"),
    g("PUT", GRAPHS.facts, "<urn:a> <urn:p> 1 ."), g("GET", GRAPHS.review), g("DELETE", GRAPHS.inferred),
    g("PUT", "notes", "<urn:a> <urn:p> 1 ."), g("PUT", NOTES, "x", **{"Content-Type": "text/csv"}),
]  # fmt: skip
CLIENTS = [NOTES, MORE, NODES, "urn:x:made", "urn:x:moved", "urn:x:empty", "urn:x:new", ""]


@pytest.fixture(scope="session")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What the same steps come to on the embedded store."""
    settings = Settings(store=str(tmp_path_factory.mktemp("home") / "store"), free_megabytes=1)
    load_plan(settings, "cam")
    with open_installation(settings) as here:
        return walked(Door(here))


@pytest.fixture
def door(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A service before the engine, whose state is told as it is."""
    monkeypatch.setattr(RemoteStore, "revision", REVISION)
    with open_installation(settings_of(engine)) as here:
        door = Door(here)
        yield door
        for name in [*here.store.graph_names(), ""]:
            if name.startswith(("urn:x:", "http://testserver")) or not name:
                door.graph("DELETE", name)


def walked(door: Door) -> list[Any]:
    """What each step was answered, and what then lay in the graphs of clients."""
    found: list[Any] = []
    for name, step in STEPS:
        answered = step(door)
        is_problem = answered.content and answered.headers.get("content-type") == "application/problem+json"
        body = json.loads(answered.content) if is_problem else ""
        looked = [graph for graph in CLIENTS if graph in name] if answered.status_code < 300 else []
        found.append((name, answered.status_code, body, [door.held(graph) for graph in looked]))
    found += [door.rows(SEEN), [door.held(graph) for graph in CLIENTS]]
    return found


def test_every_write_comes_to_the_same(door: Door, at_home: list[Any]) -> None:
    assert len(at_home) == len(STEPS) + 2
    assert {200, 201, 204, 400, 401, 403, 404, 412, 415} <= {status for _, status, _, _ in at_home[:-2]}
    differing = [pair for pair in zip(at_home, walked(door), strict=True) if pair[0] != pair[1]]
    assert not differing


def test_graphs_of_others_are_neither_read_nor_written(door: Door) -> None:
    """An engine holds graphs that nobody gave to us; one of ours is told by our own record alone."""
    door.here.store.send(["INSERT DATA { GRAPH <urn:of-others> { <urn:a> <urn:secret> 1 } }"])
    try:
        assert door.graph("GET", "urn:of-others").status_code == 404
        assert door.graph("HEAD", "urn:of-others").status_code == 404
        assert door.rows("SELECT ?o { GRAPH ?g { ?s <urn:secret> ?o } }") == ["o"]
        refused = [
            door.graph("PUT", "urn:of-others", "<urn:a> <urn:p> 2 ."),
            door.graph("DELETE", "urn:of-others"),
            door.update("INSERT DATA { GRAPH <urn:of-others> { <urn:a> <urn:p> 2 } }"),
            door.update("DROP GRAPH <urn:of-others>"),
        ]
        assert all(400 <= answer.status_code < 500 for answer in refused), [one.status_code for one in refused]
        assert door.here.store.count("urn:of-others") == 1
    finally:
        door.here.store.drop("urn:of-others")


def test_a_state_that_was_read_is_the_condition_of_a_write(door: Door) -> None:
    assert door.graph("PUT", NOTES, "<urn:a> <urn:p> 1 .").status_code == 201
    first = door.graph("GET", NOTES).headers["etag"]
    assert door.graph("GET", NOTES, **{"If-None-Match": first}).status_code == 304
    assert door.graph("PUT", NOTES, "<urn:a> <urn:p> 2 .", **{"If-Match": first}).status_code == 204
    assert door.graph("PUT", NOTES, "<urn:a> <urn:p> 3 .", **{"If-Match": first}).status_code == 412
    assert door.held(NOTES) == ['<urn:a> <urn:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer>']


def test_what_the_engine_does_not_answer_is_told_as_not_known(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is lost after the write: the mark that it left tells that it was made."""
    exchange = door.here.store._exchange
    sent = exchange.sent

    def lost(client: Any, query: str) -> bytes:
        written: bytes = sent(client, query)
        if "INSERT DATA" in query and MORE in query:
            raise StoreUnavailable("The answer was lost.")
        return written

    monkeypatch.setattr(exchange, "sent", lost)
    assert door.graph("PUT", MORE, "<urn:a> <urn:p> 1 .").status_code == 201
    assert len(door.held(MORE)) == 1
    monkeypatch.setattr(exchange, "sent", lambda *_: (_ for _ in ()).throw(StoreUnavailable("It is gone.")))
    answered = door.graph("PUT", MORE, "<urn:a> <urn:p> 2 .")
    assert answered.status_code == 503, answered.text
    monkeypatch.setattr(exchange, "sent", sent)
    assert door.held(MORE) == ['<urn:a> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer>']
