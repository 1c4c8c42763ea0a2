"""The graph store: one graph read, replaced, added to and removed, by name or by its own address."""

import io
import zipfile

import pytest

from mandategraph.core.graphs import Graphs

GRAPHS = Graphs()
TURTLE = {"Content-Type": "text/turtle"}
HERE = "http://testserver/graphs"


@pytest.fixture
def store(written, bearing):
    """An empty store that takes graphs, and the headers of who may write."""
    client = written()
    client.headers.update(bearing("write"))
    return client


def put(client, graph, text, **headers):
    """Put Turtle into a graph."""
    return client.put("/graphs", params={"graph": graph}, content=text, headers={**TURTLE, **headers})


def get(client, graph, **headers):
    """Read a graph as N-Triples."""
    return client.get("/graphs", params={"graph": graph}, headers={"Accept": "application/n-triples", **headers})


def lines(answered):
    """The triples of an answer in N-Triples, sorted."""
    assert answered.status_code == 200, answered.text
    return sorted(line for line in answered.text.splitlines() if line)


@pytest.mark.parametrize("address", ["/graphs?graph=urn%3Ax%3Ag", "/graphs/a/b%20c.ttl", "/graphs?default"])
def test_a_graph_lives_and_dies(store, address):
    """Made, read, replaced, added to, removed; the unnamed graph is always there."""
    is_default = address.endswith("default")
    assert store.get(address).status_code == (200 if is_default else 404)
    assert store.delete(address).status_code == (204 if is_default else 404)
    made = store.put(address, content="<urn:a> <urn:p> 1, 2 .", headers=TURTLE)
    assert made.status_code == (204 if is_default else 201)
    if not is_default:
        assert store.get(made.headers["location"]).status_code == 200
    assert store.put(address, content="<urn:a> <urn:p> 2, 3 .", headers=TURTLE).status_code == 204
    assert store.post(address, content="<urn:a> <urn:p> 4 .", headers=TURTLE).status_code == 204
    read = store.get(address, headers={"Accept": "application/n-triples"})
    assert [line.split('"')[1] for line in lines(read)] == ["2", "3", "4"]
    assert store.head(address).status_code == 200
    assert store.head(address).content == b""
    assert store.delete(address).status_code == 204
    assert store.get(address).status_code == (200 if is_default else 404)
    assert store.head(address).status_code == (200 if is_default else 404)


def test_the_address_of_a_graph_is_its_name(store):
    """What is put at an address is a graph of that name for queries."""
    store.put("/graphs/plans/one", content="<> <urn:p> <two> .", headers=TURTLE)
    query = f"ASK {{ GRAPH <{HERE}/plans/one> {{ <{HERE}/plans/one> <urn:p> <{HERE}/plans/two> }} }}"
    assert store.get("/sparql", params={"query": query}, headers={"Accept": "application/json"}).json()["boolean"]
    assert lines(get(store, f"{HERE}/plans/one")) == [f"<{HERE}/plans/one> <urn:p> <{HERE}/plans/two> ."]


@pytest.mark.parametrize("address", ["/graphs", "/graphs/"])
def test_a_graph_without_a_name_is_given_one(store, address):
    """POST to the store itself: 201, and the address where it lies; each time another."""
    made = [store.post(address, content="<> <urn:p> 1 .", headers=TURTLE) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    places = {one.headers["location"] for one in made}
    assert len(places) == 2
    for place in places:
        assert place.startswith(f"{HERE}/")
        assert f"<{place}> <urn:p>" in get(store, place).text


def test_a_graph_may_be_empty(store):
    """It is there all the same, until it is removed."""
    assert put(store, "urn:g", "").status_code == 201
    assert get(store, "urn:g").status_code == 200
    assert get(store, "urn:g").text == ""
    assert put(store, "urn:g", "").status_code == 204


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/turtle; charset=utf-8", "@prefix e: <urn:> . e:a e:p 'é' ."),
        ("application/n-triples", '<urn:a> <urn:p> "é" .'),
        (
            "application/rdf+xml",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:">'
            '<r:Description r:about="urn:a"><e:p>é</e:p></r:Description></r:RDF>',
        ),
        ("application/ld+json", '{"@id": "urn:a", "urn:p": "é"}'),
    ],
)
def test_a_graph_comes_and_goes_in_any_form(store, media_type, text):
    """Sent in each form, asked for in each: the same triple."""
    assert store.put("/graphs/g", content=text.encode(), headers={"Content-Type": media_type}).status_code == 201
    assert lines(get(store, f"{HERE}/g")) == ['<urn:a> <urn:p> "é" .']
    told = store.get("/graphs/g", headers={"Accept": media_type})
    assert told.headers["content-type"].partition(";")[0] == media_type.partition(";")[0]
    assert "é" in told.content.decode()
    assert store.get("/graphs/g?format=jsonld").headers["content-type"].startswith("application/ld+json")
    assert store.get("/graphs/g", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("address", "sent", "status", "words"),
    [
        ("/graphs", {}, 400, "Say which graph"),
        ("/graphs?graph=urn:g&default", {}, 400, "Say which graph"),
        ("/graphs?graph=urn:g&graph=urn:h", {}, 400, "Say which graph"),
        ("/graphs?graph=relative", {}, 400, "IRI"),
        ("/graphs?graph=urn:a%20b", {}, 400, "IRI"),
        ("/graphs/g", {"headers": {"Content-Type": "image/png"}}, 415, "A graph comes as"),
        ("/graphs/g", {"headers": {}}, 415, "nothing said"),
        ("/graphs/g", {"headers": {"Content-Type": "application/n-quads"}}, 415, "A graph comes as"),
        ("/graphs/g", {"headers": {"Content-Type": "application/rdf+xml"}}, 400, ""),
        ("/graphs/g", {"content": "<urn:a> <urn:p>"}, 400, "line 1, column"),
        ("/graphs/g", {"content": b"<urn:a> <urn:p> '\xff' ."}, 400, ""),
        (
            "/graphs/g",
            {
                "content": '<!DOCTYPE r [<!ENTITY a "aaaa">]><r>&a;</r>',
                "headers": {"Content-Type": "application/rdf+xml"},
            },
            400,
            "document type declaration",
        ),
        (
            "/graphs/g",
            {
                "content": '{"@context": "http://localhost:9/c", "@id": "urn:a"}',
                "headers": {"Content-Type": "application/ld+json"},
            },
            400,
            "nothing is fetched",
        ),
        (
            "/graphs/g",
            {
                "content": '{"@id": "urn:g", "@graph": [{"@id": "urn:a", "urn:p": 1}]}',
                "headers": {"Content-Type": "application/ld+json"},
            },
            400,
            "graphs of its own",
        ),
    ],
)
def test_a_bad_request_is_told_apart_and_changes_nothing(store, address, sent, status, words):
    """Each is a problem with a sentence."""
    answered = store.put(address, **{"content": "<urn:a> <urn:p> 1 .", "headers": TURTLE, **sent})
    assert answered.status_code == status, answered.text
    assert words in answered.json()["detail"]
    assert store.get("/graphs/g").status_code == 404


def test_more_than_may_be_sent_is_refused_while_it_comes(written, bearing):
    """413 by what the client says, and by what it sends where it says nothing; a form with files too."""
    store = written(upload_megabytes=1)
    store.headers.update(bearing("write"))
    drawn = []

    def endless():
        for number in range(1000):
            drawn.append(number)
            yield b"# nothing but a comment\n" * 2_000

    assert store.put("/graphs/g", content=b"#" * 1_000_001, headers=TURTLE).status_code == 413
    assert store.put("/graphs/g", content=endless(), headers=TURTLE).status_code == 413
    form = {"file": ("a.ttl", b"#" * 1_000_001, "text/turtle")}
    assert store.post("/graphs/g", files=form).status_code == 413
    assert drawn
    assert store.put("/graphs/g", content=b"#" * 999_999, headers=TURTLE).status_code == 201


def test_what_is_packed_is_not_unpacked(store):
    """A few bytes may be very many: 415, and the header says what is taken."""
    for address, kind in (("/graphs/g", "text/turtle"), ("/update", "application/sparql-update")):
        told = {"Content-Type": kind, "Content-Encoding": "gzip"}
        refused = store.post(address, content=b"\x1f\x8b", headers=told)
        assert refused.status_code == 415
        assert refused.headers["accept-encoding"] == "identity"


def test_files_of_a_form_go_into_one_graph(store):
    """Each by the type that it says, or by its ending; all of them or none."""
    good = [("f", ("a.ttl", "<urn:a> <urn:p> 1 .", "text/turtle")), ("g", ("b.nt", "<urn:b> <urn:p> <urn:c> ."))]
    assert store.post("/graphs/g", files=good).status_code == 201
    assert len(lines(get(store, f"{HERE}/g"))) == 2
    bad = [("f", ("c.ttl", "<urn:c> <urn:p> 1 .")), ("g", ("d.ttl", "<urn:d>"))]
    refused = store.post("/graphs/g", files=bad)
    assert refused.status_code == 400
    assert "d.ttl, line 1" in refused.json()["detail"]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("x.ttl", "<urn:x> <urn:p> 1 .")
    assert store.post("/graphs/g", files={"f": ("x.zip", held.getvalue())}).status_code == 415
    assert store.post("/graphs/g", data={"f": "no file"}, files={}).status_code == 415
    assert len(lines(get(store, f"{HERE}/g"))) == 2


def test_a_form_that_is_none_is_told(store):
    """A boundary that is missing, and no file."""
    told = {"Content-Type": "multipart/form-data"}
    assert store.post("/graphs/g", content=b"x", headers=told).status_code == 400
    told = {"Content-Type": "multipart/form-data; boundary=x"}
    assert store.post("/graphs/g", content=b"--x--\r\n", headers=told).status_code == 400


def test_a_graph_is_changed_only_as_it_was_read(store):
    """ETag, If-Match and If-None-Match, with 304 and 412 (RFC 9110, 13)."""
    put(store, "urn:g", "<urn:a> <urn:p> 1 .")
    first = get(store, "urn:g")
    tag = first.headers["etag"]
    assert get(store, "urn:g", **{"If-None-Match": tag}).status_code == 304
    turtle = store.get("/graphs", params={"graph": "urn:g"}, headers={"Accept": "text/turtle"}).headers["etag"]
    assert turtle != tag
    # The tag of any form of it will do.
    assert put(store, "urn:g", "<urn:a> <urn:p> 2 .", **{"If-Match": f'"x", {turtle}'}).status_code == 204
    assert get(store, "urn:g", **{"If-None-Match": tag}).status_code == 200
    for method, sent in (("PUT", "<urn:a> <urn:p> 3 ."), ("POST", "<urn:a> <urn:p> 3 ."), ("DELETE", "")):
        refused = store.request(
            method, "/graphs?graph=urn:g", content=sent, headers={**TURTLE, "If-Match": tag, "Accept": "*/*"}
        )
        assert refused.status_code == 412, method
    assert put(store, "urn:g", "<urn:a> <urn:p> 3 .", **{"If-None-Match": "*"}).status_code == 412
    assert put(store, "urn:new", "<urn:a> <urn:p> 3 .", **{"If-Match": "*"}).status_code == 412
    assert put(store, "urn:new", "<urn:a> <urn:p> 3 .", **{"If-None-Match": "*"}).status_code == 201
    assert put(store, "urn:g", "<urn:a> <urn:p> 4 .", **{"If-Match": f"W/{tag}"}).status_code == 412
    assert lines(get(store, "urn:g")) == ['<urn:a> <urn:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .']


def test_a_change_elsewhere_leaves_the_tag(store):
    """Only what may have touched the graph counts."""
    put(store, "urn:g", "<urn:a> <urn:p> 1 .")
    tag = get(store, "urn:g").headers["etag"]
    put(store, "urn:h", "<urn:a> <urn:p> 1 .")
    update = {"Content-Type": "application/sparql-update"}
    store.post("/update", content="INSERT DATA { GRAPH <urn:h> { <urn:a> <urn:p> 2 } }", headers=update)
    assert get(store, "urn:g").headers["etag"] == tag
    store.post("/update", content="DELETE { GRAPH ?g { ?s ?p 2 } } WHERE { GRAPH ?g { ?s ?p 2 } }", headers=update)
    assert get(store, "urn:g").headers["etag"] != tag


def test_methods_that_are_not_there(store):
    """PATCH is none of them; the header says which are."""
    refused = store.patch("/graphs/g", content="")
    assert refused.status_code == 405
    assert {"DELETE", "GET", "HEAD", "POST", "PUT"} <= set(refused.headers["allow"].replace(",", " ").split())


def test_writing_needs_a_token_and_reading_none(store, bearing):
    """401 and 403; and nothing is read of a body that will not be taken."""
    put(store, "urn:g", "<urn:a> <urn:p> 1 .")
    del store.headers["Authorization"]
    assert put(store, "urn:g", "").status_code == 401
    assert put(store, "urn:g", "", **bearing("read", "review")).status_code == 403
    assert store.delete("/graphs?graph=urn:g").status_code == 401
    assert len(lines(get(store, "urn:g"))) == 1


def test_graphs_of_the_installation_are_read_by_token_and_written_by_nobody(written, bearing):
    """Public ones by everybody, the others with their scope; 403 for writing, whatever the scope."""
    store = written("cam")
    read = {graph: get(store, graph).status_code for graph in GRAPHS.all}
    assert read[GRAPHS.facts] == read[GRAPHS.inferred] == 200
    assert read[GRAPHS.internal] == read[GRAPHS.review] == 403
    assert get(store, GRAPHS.review, **bearing("review")).status_code == 200
    assert get(store, GRAPHS.internal, **bearing("review")).status_code == 403
    before = lines(get(store, GRAPHS.facts))
    admin = bearing("admin")
    for graph in GRAPHS.all:
        for method in ("PUT", "POST", "DELETE"):
            refused = store.request(
                method, "/graphs", params={"graph": graph}, content="<urn:a> <urn:p> 1 .", headers={**TURTLE, **admin}
            )
            assert refused.status_code == 403, (method, graph)
            assert "only its commands change it" in refused.json()["detail"]
    assert lines(get(store, GRAPHS.facts)) == before
    assert put(store, "urn:beside", "<urn:a> <urn:p> 1 .", **admin).status_code == 201


def test_a_service_that_only_reads_says_so(client, bearing):
    """403 with a sentence; reading works."""
    refused = put(client, "urn:g", "", **bearing("admin"))
    assert refused.status_code == 403
    assert "only reads" in refused.json()["detail"]
    assert get(client, GRAPHS.facts).status_code == 200
    assert get(client, "urn:nowhere").status_code == 404


def test_a_whole_suite_of_the_standard_passes(shared, written, served, bearing):
    """The W3C tests of protocol, graph store and service description, where they are beside this checkout."""
    import subprocess
    import sys

    runner = shared / "suites" / "run_protocol.py"
    if not runner.is_file():
        pytest.skip("the suites are not beside this checkout")
    with served(written().app) as address:
        command = [sys.executable, str(runner), "--query", f"{address}/sparql", "--update", f"{address}/update"]
        command += ["--gsp", f"{address}/graphs", "--gsp-direct", f"{address}/graphs"]
        command += ["--token", bearing("admin")["Authorization"].split()[1], "-v"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert told.stdout.splitlines()[-1].split()[:3] == ["TOTAL", "50", "50"], told.stdout
