"""What strangers send to do harm, and what comes of it; docs/reference/threats.md has the threats with their tests."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote, urlsplit

import pytest

CORE = "https://w3id.org/mandategraph/"
TURTLE = {"Content-Type": "text/turtle"}
QUERY = {"Content-Type": "application/sparql-query"}


@pytest.fixture
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A port on this machine to which nobody may connect, and what came all the same."""
    listener = socket.create_server(("127.0.0.1", 0))
    came: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            came.append(connection.recv(1_000))
            connection.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield listener.getsockname()[1], came
    # Whoever connected before is heard first.
    socket.create_connection(("127.0.0.1", listener.getsockname()[1])).close()
    listener.close()


def spellings(port: int) -> list[str]:
    hosts = ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433")
    return [f"http://{host}:{port}/x" for host in hosts]


def test_nothing_that_is_sent_makes_the_service_call_somebody(written, bearing, canary):
    port, came = canary
    with written("cam") as client:
        write = bearing("write")
        asked = 0
        for address in spellings(port):
            for text in (
                f"SELECT * WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
                f"SELECT * WHERE {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
                f"SELECT * FROM <{address}> WHERE {{ ?s ?p ?o }}",
                f"SELECT * WHERE {{ BIND(<{address}> AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
            ):
                client.post("/sparql", content=text, headers=QUERY)
            client.get("/sparql", params={"query": "ASK {?s ?p ?o}", "default-graph-uri": address})
            for text in (
                f"LOAD <{address}>",
                f"LOAD SILENT <{address}> INTO GRAPH <urn:x>",
                f"INSERT {{ <urn:a> <urn:b> <urn:c> }} WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
                f"INSERT DATA {{ GRAPH <urn:mine> {{ <urn:o> <http://www.w3.org/2002/07/owl#imports> <{address}> }} }}",
            ):
                client.post("/update", data={"update": text}, headers=write)
            context = f'{{"@context": "{address}", "@id": "urn:a", "urn:p": 1}}'
            client.put(
                "/graphs?graph=urn:mine", content=context, headers=write | {"Content-Type": "application/ld+json"}
            )
            imports = f"<urn:o> <http://www.w3.org/2002/07/owl#imports> <{address}> ."
            client.put("/graphs?graph=urn:mine", content=imports, headers=write | TURTLE)
            client.get("/doc", params={"iri": address})
            client.get("/find", params={"q": address})
            asked += 1
        assert asked == 4
    assert came == []


def test_the_canary_sings():
    """A test whose canary hears nothing because it is deaf would tell nothing."""
    listener = socket.create_server(("127.0.0.1", 0))
    with socket.create_connection(listener.getsockname()) as caller:
        caller.sendall(b"hello")
        connection, _ = listener.accept()
        assert connection.recv(10) == b"hello"
        connection.close()
    listener.close()


def test_others_are_served_while_a_long_text_is_read(app, monkeypatch):
    """The gate reads a megabyte for a second: it does so beside the loop that serves everybody."""
    from fastapi.testclient import TestClient

    from mandategraph.web import sparql

    read_by = []

    def reading(query, *rest):
        read_by.append(threading.get_ident())
        return real(query, *rest)

    real = sparql.admit
    monkeypatch.setattr(sparql, "admit", reading)
    served_by = []

    async def serve(scope, receive, send):
        served_by.append(threading.get_ident())
        await app(scope, receive, send)

    client = TestClient(serve, headers=QUERY)
    assert client.post("/sparql", content="SELECT * WHERE {" + "{" * 200_000).status_code in (400, 403)
    assert client.post("/sparql", content="ASK {}").status_code == 200
    assert read_by[0] != served_by[0]
    assert read_by[1] == served_by[1]


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^([a-zA-Z]+)*$", "(a|aa)+$", "(.*a){25}", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_no_pattern_takes_for_ever(client, pattern):
    text = f'ASK {{ FILTER(REGEX("{"a" * 5_000}!", "{pattern}")) }}'
    assert client.post("/sparql", data={"query": text, "timeout": "10"}).status_code in (200, 503)
    # Linear in the text: an engine that goes back would not be done before the deadline.
    if "{25}" not in pattern:
        assert client.post("/sparql", data={"query": text, "timeout": "10"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/documents", "/sparql", "/nowhere", "/questions.json", "/graphs", "/healthz"])
def test_every_answer_has_the_headers_that_keep_a_page_to_itself(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/id//evil.example/x",
        "/id/https://evil.example",
        "/at//evil.example",
        "/id/%2f%2fevil.example",
        "/id/\\evil.example",
        "/id/x%0d%0aSet-Cookie:%20a=b",
        "/find?q=https://evil.example",
        "/doc?iri=//evil.example",
    ],
)
def test_no_redirect_leads_elsewhere(client, path):
    answer = client.get(path, headers={"Host": "evil.example"})
    location = answer.headers.get("location", "/")
    assert answer.status_code in (303, 400, 404)
    assert re.match(r"/(?![/\\])", location), location
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
        "/static//etc/passwd",
        "/doc/../../etc/passwd",
        "/doc/text/..%2f..%2ftokens.json",
        "/questions/..%2f..%2frules%2fwithin.json",
    ],
)
def test_no_path_leads_out_of_what_is_served(server, path):
    answer = spoken(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    status = int(answer.split(b" ", 2)[1])
    assert status in (303, 400, 404)
    assert b"root:" not in answer
    assert b"import " not in answer


def test_ranges_are_not_served_so_none_can_be_abused(client):
    many = "bytes=" + ",".join(f"{n}-{n}" for n in range(5_000))
    answer = client.get("/static/style.css", headers={"Range": many})
    assert answer.status_code == 200
    assert "content-range" not in answer.headers


def spoken(server: str, *pieces: bytes) -> bytes:
    """Say something to the service as it is, and return all that it says."""
    address = urlsplit(server)
    received = bytearray()
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        with suppress(ConnectionError):  # it may have heard enough
            for piece in pieces:
                connection.sendall(piece)
        while True:
            try:
                piece = connection.recv(1 << 16)
            except ConnectionError:
                break
            if not piece:
                break
            received += piece
    return bytes(received)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\nx",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\r\n b\x00\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
)
def test_a_request_that_may_be_read_in_two_ways_is_refused_and_ends_the_connection(server, request_bytes):
    answer = spoken(server, request_bytes, b"\r\n\r\n")
    assert not answer or re.match(rb"HTTP/1\.1 (400|431|408|413|414|415|501) ", answer), answer[:80]
    assert answer.count(b"HTTP/1.1 ") <= 1, "what was smuggled in is answered too"
    assert spoken(server, b"GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 200")


CHUNKED = (
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
)


@pytest.mark.parametrize(
    ("begun", "more"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\n", b"X-One: " + b"a" * 1_000 + b"\r\n"),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-One: ", b"a" * 1_000),
        (b"GET /healthz?", b"a" * 1_000),
        (CHUNKED + b"6\r\nASK {}\r\n0\r\n", b"X-One: " + b"a" * 1_000 + b"\r\n"),
        (CHUNKED + b"6\r\nASK {}\r\n0\r\nX-One: ", b"a" * 1_000),
        (CHUNKED + b"6;x=", b"a" * 1_000),
    ],
)
def test_what_is_sent_without_end_and_for_nothing_ends_the_connection(server, begun, more):
    """A head, trailers, what stands beside a chunk: none of it is kept beyond what a request needs."""
    address = urlsplit(server)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(begun)
        with pytest.raises(OSError):  # noqa: PT011  (reset or broken, as the system tells it)
            connection.sendall(more * 20_000)
    assert spoken(server, b"GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_trailers_are_no_headers(server):
    """What stands behind a body says nothing about the request, not even that it may be read."""
    told = b"6\r\nASK {}\r\n0\r\nAuthorization: Bearer wrong\r\n\r\n"
    assert spoken(server, CHUNKED.replace(b"Host: a", b"Host: a\r\nConnection: close") + told).startswith(
        b"HTTP/1.1 200"
    )


@pytest.fixture(scope="module")
def impatient(app) -> Iterator[str]:
    """The service with little patience, as the command serves it."""
    import uvicorn

    from mandategraph.web.patience import Patient

    class Impatient(Patient):
        head_seconds = 0.6
        look_seconds = 0.1

    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, http=Impatient, log_level="warning", access_log=False, lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not running.started:
        assert time.monotonic() < until
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    running.should_exit = True
    thread.join(20)


POST = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\nASK"


@pytest.mark.parametrize("begun", [b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-One: 1\r\n", POST])
def test_who_sends_drop_by_drop_is_not_waited_for(impatient, begun):
    """The connection ends although the client keeps it open; others are answered meanwhile."""
    assert b" 200 " not in spoken(impatient, begun)
    whole = spoken(impatient, b"GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n")
    assert whole.startswith(b"HTTP/1.1 200")


def test_who_is_slow_to_read_is_waited_for(impatient):
    """Only a request has to come within its time: an answer may take long, and be taken slowly."""
    query = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 40000")
    address = urlsplit(impatient)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(f"GET /sparql?format=csv&query={query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        received = bytearray(connection.recv(100))
        time.sleep(1.5)
        while not received.endswith(b"0\r\n\r\n"):
            piece = connection.recv(1 << 20)
            assert piece, "it was cut off"
            received += piece


def test_a_body_of_many_parts_or_fields_is_refused(written, bearing):
    with written() as client:
        parts = "".join(
            f'--x\r\nContent-Disposition: form-data; name="f{n}"; filename="../../{n}.ttl"\r\n'
            "Content-Type: text/turtle\r\n\r\n<urn:a> <urn:b> <urn:c> .\r\n"
            for n in range(20_000)
        )
        headers = bearing("write") | {"Content-Type": "multipart/form-data; boundary=x"}
        answer = client.post("/graphs?graph=urn:mine", content=parts + "--x--\r\n", headers=headers)
        assert answer.status_code in (400, 413)
        fields = "&".join(f"a{n}=b" for n in range(20_000)) + "&query=ASK%7B%7D"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert client.post("/sparql", content=fields, headers=form).status_code in (400, 413)
        assert client.get("/graphs?graph=urn:mine").status_code == 404, "something of it was written"


INJECTIONS = [
    'x" } UNION { ?s ?p ?o } #',
    "x> . ?s ?p ?o } #",
    "} DROP ALL ; {",
    '"""); INSERT DATA { <a> <b> <c> }',
    "CAM' OR '1'='1",
    "\\u003e \\u007d",
    "https://w3id.org/mandategraph/id/org/cam> ?p ?o . <x",
]


@pytest.mark.parametrize("given", INJECTIONS)
def test_what_is_typed_stays_a_value(client, given):
    """It names nothing here, so nothing is found; never is it read as SPARQL."""
    for address in (f"/questions/asked-of-body.json?body={quote(given)}", f"/find?q={quote(given)}"):
        answer = client.get(address)
        assert answer.status_code in (400, 404), address
        assert answer.json()["type"] != "/errors#malformed-query"
    about = client.get("/doc", params={"iri": given}, headers={"Accept": "text/turtle"})
    assert about.status_code in (400, 404)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "=HYPERLINK(A1)"])
def test_tables_of_sparql_are_exact_whatever_a_spreadsheet_makes_of_them(client, cell):
    """SPARQL 1.1 CSV forbids any change; what people open in a spreadsheet is written otherwise."""
    answer = client.get("/sparql", params={"query": f'SELECT ("{cell}" AS ?x) {{}}'}, headers={"Accept": "text/csv"})
    assert answer.text == f"x\r\n{cell}\r\n"


def test_nothing_is_administered_over_http(app):
    """All that is no reading is a query, an update or a graph; the rest is for the command line."""
    described = app.openapi()["paths"]
    writing = {
        (method, path) for path, methods in described.items() for method in methods if method not in ("get", "head")
    }
    assert writing
    assert {path.split("/")[1] for _, path in writing} == {"sparql", "update", "graphs"}
    paths = {getattr(route, "path", "") for route in app.router.routes} | set(described)
    assert not [path for path in paths if re.search(r"admin|token|backup|restore|config|shutdown|\$", path)]


def test_a_client_cannot_send_shapes_to_be_run(client):
    """SHACL of strangers runs on the command line only, where its user waits for it."""
    shacl = "http://www.w3.org/ns/shacl#"
    shapes = f"<urn:s> a <{shacl}NodeShape> ; <{shacl}targetClass> <{CORE}ns#Body> ."
    for path in ("/checks", "/checks/plan", "/shapes"):
        assert client.post(path, content=shapes, headers=TURTLE).status_code == 405
    before = client.get("/checks/plan.json").content
    assert client.get("/checks/plan.json?shapes=http://127.0.0.1:9/x&data=x").content == before
