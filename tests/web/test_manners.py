"""How the service speaks HTTP: codings, conditions, other sites, old clients."""

from __future__ import annotations

import gzip
import http.client
import socket
import zlib
from urllib.parse import quote, urlsplit

import pytest

SELECT = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 400"
ASK = "ASK { ?s ?p ?o }"
GZIP = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}


def ask(client, text=SELECT, **headers):
    return client.get("/sparql", params={"query": text}, headers=PLAIN | headers)


def raw(server, path, **headers):
    """Fetch without a library that unpacks."""
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize("path", ["/sparql?query=" + quote(SELECT), "/documents", "/doc/oas/ag/res/2016/2881.ttl"])
def test_gzip_is_smaller_and_says_the_same(server, path):
    plain, body = raw(server, path, **PLAIN)
    packed, small = raw(server, path, **GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Content-Encoding"] is None
    assert len(small) < len(body) / 2
    assert gzip.decompress(small) == body
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_short_answer_and_an_unwilling_client_are_left_alone(client):
    assert "content-encoding" not in ask(client, ASK, **GZIP).headers
    for told in ("identity", "gzip;q=0", "br", "gzip;q=0.2, identity;q=0.9"):
        assert "content-encoding" not in ask(client, **{"Accept-Encoding": told}).headers, told


def test_the_tag_is_of_the_form_the_state_and_the_coding(client):
    tags = {
        ask(client).headers["etag"],
        ask(client, Accept="text/csv").headers["etag"],
        ask(client, **GZIP).headers["etag"],
        ask(client, SELECT + " OFFSET 1").headers["etag"],
    }
    assert len(tags) == 4


@pytest.mark.parametrize("coding", [PLAIN, GZIP])
def test_what_a_client_has_is_not_sent_again_in_either_coding(client, coding):
    tag = ask(client, **coding).headers["etag"]
    again = ask(client, **coding, **{"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert "Accept-Encoding" in again.headers["vary"]


def test_a_query_by_its_own_method_can_be_conditional(client):
    headers = {"Content-Type": "application/sparql-query", **PLAIN}
    tag = client.request("QUERY", "/sparql", content=SELECT, headers=headers).headers["etag"]
    conditional = headers | {"If-None-Match": tag}
    assert client.request("QUERY", "/sparql", content=SELECT, headers=conditional).status_code == 304
    assert client.request("QUERY", "/sparql", content=ASK, headers=conditional).status_code == 200
    assert "etag" not in client.post("/sparql", content=SELECT, headers=headers).headers


@pytest.mark.parametrize("path", ["/sparql?query=" + quote(ASK), "/documents", "/calendar.ics"])
def test_if_match_holds_for_the_present_state_only(client, path):
    tag = client.get(path, headers=PLAIN).headers["etag"]
    assert client.get(path, headers=PLAIN | {"If-Match": f'"x", {tag}'}).status_code == 200
    assert client.get(path, headers=PLAIN | {"If-Match": "*"}).status_code == 200
    for other in ('"x"', f"W/{tag}"):
        refused = client.get(path, headers=PLAIN | {"If-Match": other})
        assert refused.status_code == 412
        assert refused.headers["etag"] == tag
        assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/", "/documents", "/sparql", "/questions/register.json", "/doc/org/paho", "/catalog"]
)
def test_head_is_get_without_the_body(client, path):
    get, head = client.get(path, headers=PLAIN), client.head(path, headers=PLAIN)
    assert (head.status_code, head.content) == (get.status_code, b"")
    for name in ("content-type", "etag", "vary", "location", "content-length"):
        assert head.headers.get(name) == get.headers.get(name), name


def test_other_sites_may_read_and_never_write(client):
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "QUERY"}
    told = client.options("/sparql", headers=asked).headers
    assert told["access-control-allow-origin"] == "*"
    assert set(told["access-control-allow-methods"].split(", ")) == {"GET", "HEAD", "POST", "QUERY"}
    assert "authorization" not in told["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in told
    for method in ("PUT", "DELETE", "PATCH", "POST"):
        answer = client.request(method, "/documents", headers={"Origin": "https://example.org"})
        assert "access-control-allow-origin" not in answer.headers, method
    assert client.get("/documents").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/sparql-results+json, text/turtle;q=0.9, */*;q=0.1", "application/sparql-results+json"),
        (
            "text/turtle, application/rdf+xml;q=0.9, application/sparql-results+xml;q=0.8",
            "application/sparql-results+xml",
        ),
        ("application/sparql-results+xml;q=0.8,text/csv;q=0.9;ext=1, application/sparql-results+json;q=0", "text/csv"),
        ("text/*;q=0.3, text/csv;q=0.1", "text/tab-separated-values"),
        ("*/*;q=0.1, application/sparql-results+json;q=0", "application/sparql-results+xml"),
    ],
)
def test_combined_accepts_as_libraries_send_them(client, accept, wanted):
    assert ask(client, Accept=accept).headers["content-type"].split(";")[0] == wanted


def spoken(server, request: bytes) -> bytes:
    address = urlsplit(server)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(request)
        received = bytearray()
        while piece := connection.recv(1 << 16):
            received += piece
    return bytes(received)


def test_a_client_without_chunks_is_told_the_length(server):
    """With HTTP/1.0 an answer ends where the connection does: only its length shows that it is whole."""
    target = "/sparql?format=csv&query=" + quote("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
    old = spoken(server, f"GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    head, _, body = old.partition(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0]
    (length,) = [line for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    assert int(length.partition(b":")[2]) == len(body) > 1_000_000
    assert body == raw(server, target, **PLAIN)[1]


def test_packed_pieces_that_break_off_do_not_unpack_to_an_end():
    """What a client of gzip sees of a broken stream: there is no end."""
    import asyncio

    from mandategraph.web.compression import Compression

    sent = []

    async def breaking(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]})
        for _ in range(2_000):
            await send({"type": "http.response.body", "body": b"one,two,three\r\n", "more_body": True})
        raise RuntimeError("the reader was ended")

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "headers": [(b"accept-encoding", b"gzip")]}
    with pytest.raises(RuntimeError):
        asyncio.run(Compression(breaking)(scope, None, send))
    assert dict(sent[0]["headers"])[b"content-encoding"] == b"gzip"
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    unpacker.decompress(b"".join(message["body"] for message in sent[1:]))
    assert not unpacker.eof
