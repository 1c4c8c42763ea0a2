"""Who may read what over HTTP: the internal and the review graph keep to those who have a token for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from fastapi import APIRouter, Request
from fastapi.testclient import TestClient

from mandategraph.library import Library
from mandategraph.settings import Settings
from mandategraph.stores.backends import InMemory
from mandategraph.web.access import require
from mandategraph.web.app import create_app
from mandategraph.wiring import Installation

GRAPH = "https://w3id.org/mandategraph/at/graph/"
MARK = "leakmarker"
# A draft about what is public, as a reader of documents makes it, and a fact for member states only.
MG, K, ID = (f"https://w3id.org/mandategraph/{part}" for part in ("ns#", "kos/", "id/"))
DRAFT = f"""
PREFIX mg: <{MG}> PREFIX k: <{K}> PREFIX id: <{ID}> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX at: <https://w3id.org/mandategraph/at/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX prov: <http://www.w3.org/ns/prov#>
<{ID}oas/{MARK}-plan> a mg:WorkPlan ; dcterms:title "{MARK}"@en ; mg:symbol "AG/{MARK}" ;
    mg:referenceDate "2030-01-01"^^xsd:date .
<{ID}oas/{MARK}-activity> a mg:ScheduledActivity ; dcterms:title "{MARK}"@en ; mg:order 1 ;
    mg:scheduledIn <{ID}oas/{MARK}-plan>, <{ID}oas/cidi/cam/plan/2016-2017> ;
    mg:participation at:{MARK}-participation ; mg:theme <{ID}oas/theme/migration> .
at:{MARK}-participation a mg:Participation ; mg:actor <{ID}org/paho> ; mg:role k:role-organizer ;
    mg:assertionStatus k:status-proposed ; mg:basis "{MARK}"@en ; mg:asWritten "{MARK}"@en .
at:{MARK}-link a mg:TraceLink ; mg:from <{ID}oas/{MARK}-activity> ; mg:to <{ID}oas/ag/res/2016/2881/op/33> ;
    mg:linkType k:link-contributes ; mg:assertionStatus k:status-proposed ; mg:basis "{MARK}"@en .
at:{MARK}-link-2 a mg:TraceLink ; mg:from <{ID}oas/cidi/cam/activity/migration-and-gender> ;
    mg:to <{ID}oas/{MARK}/op/1> ; mg:linkType k:link-contributes ; mg:assertionStatus k:status-proposed ;
    prov:generatedAtTime "2030-01-01T00:00:00Z"^^xsd:dateTime ; mg:basis "{MARK}"@en .
at:{MARK}-link-3 a mg:TraceLink ; mg:from <{ID}oas/{MARK}/op/1> ; mg:to <{ID}oas/ag/res/2016/2881/op/33> ;
    mg:linkType k:link-continues ; mg:assertionStatus k:status-proposed ; mg:basis "{MARK}"@en .
at:{MARK}-link-4 a mg:TraceLink ; mg:from <{ID}oas/{MARK}-activity> ; mg:to <{ID}oas/ag/res/2014/2816/op/19> ;
    mg:linkType k:link-cites ; mg:assertionStatus k:status-stated ; mg:basis "{MARK}"@en .
<{ID}oas/{MARK}/op/1> a mg:Provision ; mg:number "{MARK}" .
<{ID}oas/cidi/cam/activity/migration-and-gender> mg:participation at:{MARK}-participation-2 .
<{ID}oas/ag/res/2016/2881/op/33/s1> mg:participation at:{MARK}-participation-2 .
at:{MARK}-participation-2 a mg:Participation ; mg:actor <{ID}org/{MARK}> ; mg:role k:role-responsible ;
    mg:assertionStatus k:status-proposed ; mg:basis "{MARK}"@en .
at:{MARK}-status a mg:StatusRecord ; mg:about <{ID}oas/{MARK}/op/1> ; mg:mandateStatus k:mandate-answered ;
    mg:assertionStatus k:status-proposed ; prov:generatedAtTime "2030-01-01T00:00:00Z"^^xsd:dateTime ;
    mg:basis "{MARK}"@en .
<{ID}org/{MARK}> a mg:Body ; skos:prefLabel "{MARK}"@en ; skos:altLabel "{MARK}"@en .
<{ID}org/paho> skos:prefLabel "{MARK}"@fr ; dcterms:description "{MARK}"@en .
<{ID}oas/ag/res/2016/2881/op/33> mg:note "{MARK}"@en .
"""


@pytest.fixture(scope="module")
def guarded(cam_store) -> Installation:
    """The shipped plan with something in the graphs that are kept back, and in a graph of a client."""
    backend = InMemory()
    backend.store.engine.extend(cam_store.engine)
    for graph in ("review", "internal"):
        backend.store.engine.load(DRAFT.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH + graph))
    backend.store.engine.load(b"<urn:c> <urn:c> <urn:c> .", ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("urn:client"))
    return Installation(backend, Library.shipped(), Settings())


@pytest.fixture(scope="module")
def door(guarded, tokens) -> Iterator[TestClient]:
    app = create_app(guarded, tokens)
    router = APIRouter()

    @router.post("/test-of-writing")
    def write(request: Request) -> dict[str, str]:
        return {"by": require(request, "write").id}

    app.include_router(router)
    with TestClient(app, follow_redirects=False) as made:
        yield made


def select(client, query, headers=None, **parameters):
    return client.get("/sparql", params={"query": query, **parameters}, headers=headers or {})


WHOLE = "SELECT * WHERE { %s { ?s ?p ?o } }"
BY_NAME = {
    "GRAPH with a name": (WHOLE % f"GRAPH <{GRAPH}{{}}>", {}),
    "GRAPH with a variable": (WHOLE % "GRAPH ?g", {}),
    "FROM": ("SELECT * FROM <" + GRAPH + "{}> WHERE {{ ?s ?p ?o }}", {}),
    "FROM NAMED": ("SELECT * FROM NAMED <" + GRAPH + "{}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}", {}),
    "default-graph-uri": ("SELECT * WHERE { ?s ?p ?o }", {"default-graph-uri": GRAPH + "{}"}),
    "named-graph-uri": (WHOLE % "GRAPH ?g", {"named-graph-uri": GRAPH + "{}"}),
}


@pytest.mark.parametrize("graph", ["review", "internal"])
@pytest.mark.parametrize("name", BY_NAME)
def test_a_query_reads_a_graph_kept_back_with_its_scope_only(door, bearing, name, graph):
    text, parameters = BY_NAME[name]
    text = text.replace("{}", graph).replace("{{", "{").replace("}}", "}")
    parameters = {key: value.replace("{}", graph) for key, value in parameters.items()}
    other = "internal" if graph == "review" else "review"
    limited = text.replace("?s ?p ?o", f"?s ?p ?o FILTER(CONTAINS(STR(?o), '{MARK}'))")
    for headers in ({}, bearing("read"), bearing("write"), bearing(other)):
        refused = select(door, limited, headers, **parameters)
        if name == "GRAPH with a variable" and headers:
            assert graph not in {row["g"]["value"].rpartition("/")[2] for row in refused.json()["results"]["bindings"]}
        else:
            assert refused.status_code == 403 or not refused.json()["results"]["bindings"]
    for scope in (graph, "admin"):
        found = select(door, limited, bearing(scope), **parameters)
        assert MARK in found.text, f"{scope} reads nothing"


def test_no_scope_puts_a_graph_kept_back_into_the_default_graph(door, bearing):
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    assert select(door, count).json() == select(door, count, bearing("admin")).json()


def test_a_graph_of_a_client_is_read_by_name(door):
    assert select(door, "ASK { GRAPH ?g { <urn:c> ?p ?o } }").json()["boolean"] is True
    assert select(door, "ASK { <urn:c> ?p ?o }").json()["boolean"] is False


def test_the_service_description_names_what_the_reader_may_read(door, bearing):
    name = f"<http://www.w3.org/ns/sparql-service-description#name> <{GRAPH}review>"
    triples = {"Accept": "application/n-triples"}
    assert name not in door.get("/sparql", headers=triples).text
    assert name in door.get("/sparql", headers=triples | bearing("review")).text


def addresses(door) -> list[str]:
    """Return every address that can be asked by GET, each with its examples, and those about the secret itself."""
    listed = door.get("/questions.json").json()
    found = [
        f"/questions/{one['name']}.{form}?"
        + "&".join(f"{p['name']}={quote(str(p['example']))}" for p in one["parameters"] if p["required"])
        for one in listed
        for form in ("json",)
    ]
    for path in door.get("/api/openapi.json").json()["paths"]:
        if "{" not in path and path not in ("/test-of-writing", "/doc", "/find"):
            found.append(path)
    about = ("org/paho", "oas/ag/res/2016/2881/op/33", "oas/cidi/cam/plan/2016-2017", "oas/theme/migration")
    found += [f"/doc/{path}{suffix}" for path in about for suffix in ("", ".ttl", ".json")]
    found += [f"/doc/{path}" for path in ("oas/cidi/cam/activity/migration-and-gender", "oas/ag/res/2014/2816/op/19")]
    local = quote("https://w3id.org/mandategraph/at/")
    found += [f"/questions/evidence-for.json?thing={local}{MARK}-{one}" for one in ("link", "link-2", "status")]
    found += ["/questions/changed-since.json?since=2029-01-01", f"/doc/at/{MARK}-link.ttl"]
    found += [f"/doc/oas/{MARK}-plan", f"/doc?iri={quote(ID)}org/{MARK}", f"/find?q={MARK}", "/actors?lang=fr"]
    found += [f"/checks/{profile}.json" for profile in ("plan", "draft", "report")]
    return found


def test_nothing_of_a_draft_shows_at_any_address(door):
    """Proposals about what is published may be shown, apart (MODEL 3.7); a draft itself, and what it plans, may not."""
    listed = addresses(door)
    assert len(listed) > 100
    shown = []
    for address in listed:
        answer = door.get(address, headers={"Accept": "text/html, */*;q=0.5"})
        assert answer.status_code < 500, address
        # What was asked is said again; what counts is what is answered.
        asked_again = address.startswith("/questions/") and answer.status_code == 200
        body = json.dumps(answer.json().get("blocks") or answer.json()["rows"]) if asked_again else answer.text
        if answer.status_code == 200 and MARK in body:
            shown.append(address)
    assert not shown, "\n".join(shown)


def test_a_token_that_does_not_hold_is_refused_whatever_is_asked(door, tokens):
    expired, _ = tokens.create(["admin"], expires=datetime.now(UTC) + timedelta(seconds=1))
    revoked, kept = tokens.create(["admin"])
    tokens.revoke(kept.id)
    tokens._held = tuple(  # the hour has come
        type(one)(**{name: getattr(one, name) for name in one.__slots__} | {"expires": "2020-01-01T00:00:00+00:00"})
        if one.expires
        else one
        for one in tokens.all()
    )
    for told in (f"Bearer {expired}", f"Bearer {revoked}", "Bearer mgt_guessed", "Basic YTpi", "Bearer", "Bearer a b"):
        answer = door.get("/documents", headers={"Authorization": told})
        assert answer.status_code == 401, told
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert answer.headers["content-type"] == "application/problem+json"


def test_writing_needs_the_scope_and_only_the_header_counts(door, bearing, tokens):
    secret, made = tokens.create(["write"])
    nobody = door.post("/test-of-writing")
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"].startswith("Bearer ")
    reader = door.post("/test-of-writing", headers=bearing("review"))
    assert reader.status_code == 403
    assert 'scope="write"' in reader.headers["www-authenticate"]
    assert door.post(f"/test-of-writing?access_token={secret}").status_code == 401
    assert door.post("/test-of-writing", cookies={"Authorization": secret, "token": secret}).status_code == 401
    assert door.post("/test-of-writing", data={"access_token": secret}).status_code == 401
    assert door.post("/test-of-writing", headers={"Authorization": f"bearer {secret}"}).json() == {"by": made.id}
    assert door.post("/test-of-writing", headers=bearing("admin")).status_code == 200


def test_what_one_reader_gets_no_cache_gives_to_another(door, bearing):
    everybody = door.get("/documents")
    reviewer = door.get("/documents", headers=bearing("review"))
    assert "Authorization" in everybody.headers["vary"]
    assert everybody.headers["etag"] != reviewer.headers["etag"]


@pytest.fixture(scope="module")
def closed(guarded, tokens) -> Iterator[TestClient]:
    backend = guarded._backend
    shut = Installation(backend, Library.shipped(), Settings(reading="closed"))
    with TestClient(create_app(shut, tokens), follow_redirects=False) as made:
        yield made


def test_where_reading_is_closed_every_address_needs_a_token(closed, bearing):
    listed = addresses_without_data(closed)
    for address in listed:
        assert closed.get(address).status_code == 401, address
        assert closed.get(address, headers=bearing("read")).status_code != 401, address
    query = {"Content-Type": "application/sparql-query"}
    for method in ("POST", "QUERY"):
        assert closed.request(method, "/sparql", content="ASK {}", headers=query).status_code == 401
    assert closed.get("/documents", headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")


def addresses_without_data(client) -> list[str]:
    paths = [path for path in client.app.openapi()["paths"] if "{" not in path]
    listed = [path for path in paths if path not in ("/healthz", "/readyz", "/errors")]
    assert len(listed) > 15
    return [*listed, "/api/openapi.json", "/questions/register.json", "/doc/org/paho", "/nowhere"]


def test_where_reading_is_closed_it_can_still_be_seen_whether_it_runs(closed):
    for address in ("/healthz", "/readyz", "/robots.txt", "/static/style.css", "/errors"):
        assert closed.get(address).status_code == 200, address
    assert json.loads(closed.get("/healthz").text)["status"] == "alive"
