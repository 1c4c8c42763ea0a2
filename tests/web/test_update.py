"""Updates over HTTP: who may, what is refused, and what a client sees of its own writes."""

import os
import signal
import threading
import time

import pytest

from mandategraph.core.graphs import Graphs
from mandategraph.stores.write_requests import Request as Change

GRAPHS = Graphs()
UPDATE = {"Content-Type": "application/sparql-update"}
INSERT = "INSERT DATA { <urn:a> <urn:p> 1 }"


@pytest.fixture
def plain(written, bearing):
    """An empty store that takes updates, and the headers of who may write."""
    client = written()
    client.headers.update(bearing("write"))
    return client


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The shipped plan in a store that takes updates; each test writes to graphs of its own."""
    from starlette.testclient import TestClient

    from mandategraph.settings import Settings
    from mandategraph.stores.tokens import Tokens
    from mandategraph.web.app import create_app
    from mandategraph.wiring import load_plan, open_installation

    settings = Settings(store=str(tmp_path_factory.mktemp("filled") / "store"), free_megabytes=1)
    load_plan(settings, "cam")
    tokens = Tokens(None)
    with open_installation(settings) as here:
        here.take_writes()
        client = TestClient(create_app(here, tokens), headers={"Accept": "*/*"})
        client.bearing = lambda *scopes: {"Authorization": f"Bearer {tokens.create(scopes)[0]}"}
        client.audit = here.audit
        yield client


def ask(client, query, **headers):
    """Ask a truth."""
    answered = client.get("/sparql", params={"query": query}, headers={"Accept": "application/json", **headers})
    assert answered.status_code == 200, answered.text
    return answered.json()["boolean"]


def update(client, text, **headers):
    """Send an update as itself."""
    return client.post("/update", content=text, headers={**UPDATE, **headers})


@pytest.mark.parametrize(
    "sent",
    [
        {"content": INSERT, "headers": UPDATE},
        {"content": INSERT, "headers": {"Content-Type": "application/sparql-update; charset=UTF-8"}},
        {"data": {"update": INSERT}},
    ],
)
def test_an_update_is_seen_by_the_next_query(plain, sent):
    """As itself and as a form; the answer has no body."""
    answered = plain.post("/update", **sent)
    assert (answered.status_code, answered.content) == (204, b"")
    assert ask(plain, "ASK { <urn:a> <urn:p> 1 }")


def test_pages_see_it_too_and_tags_change(plain):
    """Whatever is read after a write was read from after it, by every door."""
    first = plain.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
    update(plain, INSERT)
    second = plain.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
    assert first.headers["etag"] != second.headers["etag"]
    update(plain, "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 2 } }")
    assert "2" in plain.get("/graphs", params={"graph": "urn:g"}).text


def test_a_client_may_take_an_older_state(plain):
    """RFC 9111: max-stale; nobody waits for a snapshot then."""
    update(plain, INSERT)
    assert ask(plain, "ASK { <urn:a> <urn:p> 1 }")
    service = plain.app.state.service
    service.writing.write(Change("update", ("",), {"text": "CLEAR ALL", "original": "CLEAR ALL", "base": ""}))
    name = service.snapshot
    ask(plain, "ASK { <urn:a> <urn:p> 1 }", **{"Cache-Control": "max-stale=60"})
    # Not by this request; the writer makes one by itself after a second.
    assert service.writing.is_dirty or service.snapshot != name
    assert not ask(plain, "ASK { <urn:a> <urn:p> 1 }")


def test_who_may_not_write_changes_nothing(plain, bearing):
    """401 without a token, 403 with one for reading; a token in the address or the form is none."""
    del plain.headers["Authorization"]
    secret = bearing("write")["Authorization"].split()[1]
    assert update(plain, INSERT).status_code == 401
    assert update(plain, INSERT, **bearing("read", "internal")).status_code == 403
    assert plain.post(f"/update?access_token={secret}", data={"update": INSERT}).status_code == 401
    assert plain.post("/update", data={"update": INSERT, "access_token": secret}).status_code == 401
    assert not ask(plain, "ASK { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("method", "sent", "status"),
    [
        ("GET", {"params": {"update": INSERT}}, 405),
        ("PUT", {"content": INSERT, "headers": UPDATE}, 405),
        ("POST", {"content": INSERT}, 415),
        ("POST", {"content": INSERT, "headers": {"Content-Type": "text/plain"}}, 415),
        ("POST", {"data": {}, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
        ("POST", {"data": {"update": [INSERT, INSERT]}}, 400),
        ("POST", {"data": {"query": "ASK {}"}}, 400),
        ("POST", {"data": {"query": "ASK {}", "update": INSERT}}, 400),
        ("POST", {"content": "INSERT DATA {", "headers": UPDATE}, 400),
        ("POST", {"content": INSERT.encode("utf-16"), "headers": UPDATE}, 400),
        ("POST", {"content": b"INSERT DATA { <urn:a> <urn:b> '\xe9' }", "headers": UPDATE}, 400),
        ("POST", {"content": "SELECT * { ?s ?p ?o }", "headers": UPDATE}, 400),
        ("POST", {"content": "DROP GRAPH <urn:nowhere>", "headers": UPDATE}, 404),
        ("POST", {"content": "LOAD <http://localhost/x>", "headers": UPDATE}, 403),
        ("POST", {"content": "INSERT { ?s ?p ?o } WHERE { SERVICE <urn:x> { ?s ?p ?o } }", "headers": UPDATE}, 403),
        ("POST", {"content": "DELETE WHERE " + "{" * 5000, "headers": UPDATE}, 403),
        ("POST", {"content": "#" * 6_000_001, "headers": UPDATE}, 413),
    ],
)
def test_a_bad_request_is_told_apart_and_changes_nothing(plain, method, sent, status):
    """Each is a problem with a sentence, and the next request is answered as ever."""
    answered = plain.request(method, "/update", **sent)
    assert answered.status_code == status, answered.text
    assert answered.headers["content-type"] == "application/problem+json"
    assert answered.json()["detail"]
    assert not ask(plain, "ASK { ?s ?p ?o }")
    assert update(plain, INSERT).status_code == 204


def test_a_fault_is_told_with_line_and_column_of_what_was_sent(plain):
    """Also where the graphs of the request were put into the text that the engine read."""
    text = "INSERT { ?s <urn:p> 1 } WHERE {\n ?s <urn:q> ?o } ;\nDELETE WHERE { ?s ?p }"
    bare = update(plain, text).json()
    named = plain.post("/update?using-graph-uri=urn:g", content=text, headers=UPDATE).json()
    assert bare["line"] == 3
    assert (bare["line"], bare["column"]) == (named["line"], named["column"])


def test_the_request_names_the_graphs_that_are_read(plain):
    """SPARQL 1.1 Protocol, 2.2.3, in the address and in the form; together with USING or WITH it is an error."""
    update(plain, "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } GRAPH <urn:h> { <urn:b> <urn:p> 2 } }")
    text = "INSERT { ?s <urn:seen> ?g } WHERE { ?s ?p ?o OPTIONAL { GRAPH ?g { ?x ?y 2 } } }"
    names = "using-graph-uri=urn:g&using-named-graph-uri=urn:h"
    assert plain.post(f"/update?{names}", content=text, headers=UPDATE).status_code == 204
    assert ask(plain, "ASK { <urn:a> <urn:seen> <urn:h> FILTER NOT EXISTS { <urn:b> <urn:seen> ?any } }")
    form = {"update": "DELETE WHERE { ?s <urn:p> ?o }", "using-graph-uri": "urn:g"}
    assert plain.post("/update", data=form).status_code == 204
    conflict = plain.post(
        f"/update?{names}", content="WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", headers=UPDATE
    )
    assert conflict.status_code == 400
    assert "using-graph-uri" in conflict.json()["detail"]


def test_a_store_without_an_installation_is_a_plain_server(plain):
    """Everything that SPARQL Update has, variables for graphs and DROP ALL included."""
    update(plain, "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } GRAPH <urn:h> { <urn:b> <urn:p> 2 } }")
    assert update(plain, "DELETE { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p 1 } }").status_code == 204
    assert ask(plain, "ASK { GRAPH <urn:h> { ?s ?p ?o } FILTER NOT EXISTS { GRAPH <urn:g> { ?a ?b ?c } } }")
    assert update(plain, "DROP ALL").status_code == 204
    assert not ask(plain, "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")


def test_relative_iris_are_those_of_this_service(plain):
    """As in queries."""
    update(plain, "INSERT DATA { <a> <urn:p> 1 }")
    assert ask(plain, "ASK { <a> <urn:p> 1 . <http://testserver/a> <urn:p> 1 }")


@pytest.mark.parametrize(
    "text",
    [
        "DROP ALL",
        "CLEAR NAMED",
        f"DROP GRAPH <{GRAPHS.facts}>",
        f"INSERT DATA {{ GRAPH <{GRAPHS.facts}> {{ <urn:a> <urn:p> 1 }} }}",
        f"COPY <{GRAPHS.internal}> TO <urn:mine>",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        f"INSERT {{ GRAPH <urn:mine> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{GRAPHS.review}> {{ ?s ?p ?o }} }}",
        "INSERT { GRAPH <urn:mine> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_the_graphs_of_an_installation_are_not_changed_nor_given_away(filled, text):
    """Refused with a sentence, and nothing comes to lie in the client's own graph."""
    refused = update(filled, text, **filled.bearing("write"))
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("Line 1, column")
    assert ask(filled, f"ASK {{ GRAPH <{GRAPHS.facts}> {{ ?s ?p ?o }} }}")
    assert not ask(filled, "ASK { GRAPH <urn:mine> { ?s ?p ?o } }")


def test_clients_have_graphs_of_their_own_beside_the_installation(filled):
    """Read from the facts, written beside them, seen by name and not mixed into the facts."""
    text = (
        "PREFIX mg: <https://w3id.org/mandategraph/ns#> INSERT { GRAPH <urn:notes> { ?plan <urn:note> 'read' } } "
        f"USING <{GRAPHS.facts}> WHERE {{ ?plan a mg:WorkPlan }}"
    )
    assert update(filled, text, **filled.bearing("write")).status_code == 204
    assert ask(filled, "ASK { GRAPH <urn:notes> { ?plan <urn:note> 'read' } }")
    assert not ask(filled, "ASK { ?plan <urn:note> 'read' }")


def test_who_may_read_the_review_graph_may_use_it(filled):
    """What an update reads is what its token reads."""
    text = f"INSERT {{ GRAPH <urn:list> {{ ?s a <urn:Open> }} }} WHERE {{ GRAPH <{GRAPHS.review}> {{ ?s a ?kind }} }}"
    assert update(filled, text, **filled.bearing("write", "internal")).status_code == 403
    assert update(filled, text, **filled.bearing("write", "review")).status_code == 204
    assert ask(filled, "ASK { GRAPH <urn:list> { ?s a <urn:Open> } }")


def test_writes_are_recorded(filled):
    """Who, what, which graphs."""
    before = len(list(filled.audit.lines()))
    update(filled, "INSERT DATA { GRAPH <urn:rec> { <urn:a> <urn:p> 1 } }", **filled.bearing("write"))
    update(filled, "DROP ALL", **filled.bearing("write"))
    lines = list(filled.audit.lines())[before:]
    assert [(line.write.what, line.write.graphs) for line in lines] == [("update", ("urn:rec",))]
    assert lines[0].write.who.startswith("token ")


def test_a_write_is_recorded_however_busy_the_service_is(filled):
    """A change that is made is never answered with “come again”, nor left out of the record."""
    from mandategraph.web.problems import Problem

    before = len(list(filled.audit.lines()))
    streams = filled.app.state.service.streams
    real = streams.call
    calls = []

    async def busy_from_the_second_on(work):
        calls.append(work)
        if len(calls) > 1:
            raise Problem(503, "busy", "Too many queries are waiting.")
        return await real(work)

    streams.call = busy_from_the_second_on
    try:
        answer = update(filled, "INSERT DATA { GRAPH <urn:busy> { <urn:a> <urn:p> 1 } }", **filled.bearing("write"))
    finally:
        streams.call = real
    assert answer.status_code in (200, 204)
    assert len(list(filled.audit.lines())) == before + 1


def test_a_write_that_nobody_waits_for_any_more_is_recorded(filled):
    """The service stops while the writer is at it: it is carried out all the same."""
    import asyncio
    from concurrent.futures import Future

    from starlette.requests import Request

    from mandategraph.stores.tokens import Token
    from mandategraph.web.changes import change

    under_way = Future()
    under_way.set_running_or_notify_cancel()
    service = filled.app.state.service
    writing = service.writing
    asked = threading.Event()

    class Slow:
        def submit(self, _):
            asked.set()
            return under_way

    token = Token("0123abcd", "an office", "", ("write",), "")
    request = Request({"type": "http", "app": filled.app, "mandategraph.token": token, "headers": []})

    async def stopped():
        task = asyncio.ensure_future(change(request, "update", lambda *_: Change("update", ("urn:late",))))
        while not asked.is_set():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    before = len(list(filled.audit.lines()))
    service.writing = Slow()
    try:
        asyncio.run(stopped())
    finally:
        service.writing = writing
    assert len(list(filled.audit.lines())) == before
    under_way.set_result({"version": "1"})
    last = list(filled.audit.lines())[before:]
    assert [(line.write.who, line.write.graphs) for line in last] == [("token 0123abcd (an office)", ("urn:late",))]


def test_a_service_that_only_reads_says_so(client, bearing):
    """403 with a sentence, whatever the token."""
    for headers in ({}, bearing("admin")):
        refused = update(client, INSERT, **headers)
        assert refused.status_code == 403
        assert "only reads" in refused.json()["detail"]


def test_an_update_at_its_deadline_leaves_the_service_as_it_was(written, bearing):
    """503 with a sentence that says that nothing was written; others are answered meanwhile."""
    client = written(write_seconds=1.5)
    client.headers.update(bearing("write"))
    update(client, "INSERT DATA { " + " . ".join(f"<urn:s> <urn:p> {n}" for n in range(200)) + " }")
    joined = " ".join(f"?a{n} <urn:p> ?b{n} ." for n in range(6))
    answers = []
    endless = f"INSERT {{ <urn:n> <urn:q> ?a0 }} WHERE {{ {joined} ?a0 <urn:p> 1 }}"
    slow = threading.Thread(target=lambda: answers.append(update(client, endless)))
    slow.start()
    assert ask(client, "ASK { <urn:s> <urn:p> 199 }")
    slow.join()
    assert answers[0].status_code == 503
    assert "nothing of it was written" in answers[0].json()["detail"]
    assert answers[0].headers["retry-after"]
    assert update(client, INSERT).status_code == 204
    assert ask(client, "ASK { <urn:a> <urn:p> 1 FILTER NOT EXISTS { <urn:n> <urn:q> ?x } }")


def test_a_full_disk_stops_writing_and_not_reading(plain):
    """507 with a sentence."""
    update(plain, INSERT)
    writing = plain.app.state.service.writing
    writing.close()
    import dataclasses

    from mandategraph.stores.writing import Writing

    limits = dataclasses.replace(writing.limits, free_megabytes=10**9)
    plain.app.state.service.writing = Writing(writing.folder, limits)
    try:
        refused = update(plain, "INSERT DATA { <urn:a> <urn:p> 2 }")
        assert refused.status_code == 507
        assert "kept free" in refused.json()["detail"]
        assert ask(plain, "ASK { <urn:a> <urn:p> 1 FILTER NOT EXISTS { <urn:a> <urn:p> 2 } }")
    finally:
        plain.app.state.service.writing.close()


def test_reading_goes_on_where_the_newest_writes_cannot_be_read(plain):
    """With what there is, and marked as that; once the store can be opened again, nothing is missing."""
    update(plain, INSERT)
    assert ask(plain, "ASK { <urn:a> <urn:p> 1 }")
    writing = plain.app.state.service.writing
    live = writing.folder / "live"
    query = {"query": "ASK { <urn:a> <urn:p> 2 }"}
    text = "INSERT DATA { <urn:a> <urn:p> 2 }"
    writing.submit(Change("update", ("",), {"text": text, "original": text, "base": ""})).result()
    live.rename(live.with_name("gone"))
    assert writing.pid > 1
    os.kill(writing.pid, signal.SIGKILL)
    stale = plain.get("/sparql", params=query, headers={"Accept": "application/json"})
    assert stale.status_code == 200
    if not stale.json()["boolean"]:  # else the writer had made a snapshot by itself
        assert stale.headers["warning"].startswith("110 ")
        assert stale.headers["cache-control"] == "no-store"
    live.with_name("gone").rename(live)
    until = time.monotonic() + 60
    while "warning" in (fresh := plain.get("/sparql", params=query, headers={"Accept": "application/json"})).headers:
        assert time.monotonic() < until
    assert fresh.json()["boolean"]
    assert update(plain, "INSERT DATA { <urn:a> <urn:p> 3 }").status_code == 204


def test_the_service_describes_where_it_takes_updates(plain, client):
    """A service of its own beside the one for queries, and each graph of a client by a node of its own."""
    update(
        plain, "INSERT DATA { GRAPH <http://e/a#x> { <urn:a> <urn:p> 1 } GRAPH <http://f/a#x> { <urn:a> <urn:p> 1 } }"
    )
    told = plain.get("/sparql", headers={"Accept": "application/n-triples"})
    sd = "http://www.w3.org/ns/sparql-service-description#"
    service = "<http://testserver/update#service>"
    assert f"{service} <{sd}endpoint> <http://testserver/update> ." in told.text
    assert f"{service} <{sd}supportedLanguage> <{sd}SPARQL11Update> ." in told.text
    named = [line.split() for line in told.text.splitlines() if f"<{sd}name>" in line]
    assert {"<http://e/a#x>", "<http://f/a#x>"} <= {line[2] for line in named}
    assert len({line[0] for line in named}) == len(named)
    assert "SPARQL11Update" not in client.get("/sparql", headers={"Accept": "application/n-triples"}).text


def test_a_client_of_the_trade_writes_and_reads(written, bearing, served):
    """SPARQLWrapper, over a real connection, with POST as a form and as itself."""
    from SPARQLWrapper import JSON, POST, POSTDIRECTLY, SPARQLWrapper

    with served(written().app) as address:
        for number, method in enumerate((None, POSTDIRECTLY)):
            client = SPARQLWrapper(f"{address}/sparql", updateEndpoint=f"{address}/update")
            client.addCustomHttpHeader("Authorization", bearing("write")["Authorization"])
            client.setMethod(POST)
            if method:
                client.setRequestMethod(method)
            client.setQuery(f"INSERT DATA {{ <urn:a> <urn:p> 'é {number}' }}")
            client.query()
        client = SPARQLWrapper(f"{address}/sparql")
        client.setReturnFormat(JSON)
        client.setQuery("SELECT ?o { <urn:a> <urn:p> ?o } ORDER BY ?o")
        found = client.queryAndConvert()["results"]["bindings"]
        assert [row["o"]["value"] for row in found] == ["é 0", "é 1"]
