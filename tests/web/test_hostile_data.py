"""Whatever stands in the data stays text: it runs nothing, hides nothing and leads nowhere it should not."""

import io
import types

import pytest
from fastapi.testclient import TestClient

from mandategraph.core.graphs import Graphs

SCRIPT = "<script>alert(1)</script>"
ID = "https://w3id.org/mandategraph/id/"
HOSTILE = f"""
@prefix mg: <https://w3id.org/mandategraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{ID}x/doc> a mg:Document ; mg:symbol "{SCRIPT}" ; dcterms:title "\\" onmouseover=\\"alert(1)"@en ;
  mg:officialText <javascript:alert(1)> , <data:text/html,x> , <https://example.org/?a=1&b=%22> .
<{ID}x/doc/op/1> a mg:Provision ; mg:partOf <{ID}x/doc> ; mg:within <{ID}x/doc> ; mg:number "{SCRIPT}" ;
  mg:textSpan <{ID}span/aa/0-5> .
<{ID}span/aa/0-5> mg:line 1 ; oa:hasSelector <{ID}span/aa/0-5/quote> .
<{ID}span/aa/0-5/quote> oa:exact "{SCRIPT} \\u202Ereversed"@en .
<{ID}x/doc/op/1/s1> a mg:Mandate ; mg:expressedIn <{ID}x/doc/op/1> ; mg:requiredAct "{SCRIPT}"@en ;
  mg:verbAsWritten "{SCRIPT}"@en ; mg:addressee <{ID}org/x> .
<{ID}org/x> a mg:Body ; skos:prefLabel "{SCRIPT}"@en , "{SCRIPT}"@x-evil ; skos:exactMatch <javascript:alert(2)> .
<https://w3id.org/mandategraph/at/x/activity/a> a mg:ScheduledActivity ;
  dcterms:title "{SCRIPT}\\r\\nEND:VCALENDAR"@en ;
  mg:scheduledIn <{ID}oas/cidi/cam/plan/2016-2017> ; mg:plannedTime <{ID}date/a> ;
  mg:participation <https://w3id.org/mandategraph/at/x/participation/p> .
<{ID}date/a> mg:asWritten "{SCRIPT}" ; mg:edtf "{SCRIPT}" ;
  mg:earliest "2017-01-01"^^xsd:date ; mg:latest "2017-01-01"^^xsd:date .
<https://w3id.org/mandategraph/at/x/participation/p> mg:role <https://w3id.org/mandategraph/kos/role-guest> ;
  mg:asWritten "{SCRIPT}"@en ; mg:assertionStatus <https://w3id.org/mandategraph/kos/status-stated> .
<{ID}oas/cidi/cam/plan/2016-2017> a mg:WorkPlan ; dcterms:title "{SCRIPT}"@en .
"""
PAGES = [
    "/",
    "/calendar",
    "/documents",
    "/actors",
    "/doc/x/doc",
    "/doc/x/doc/op/1",
    "/doc/org/x",
    "/doc/at/x/activity/a",
    "/doc/at/x/participation/p",
    "/doc/date/a",
    "/sparql?query=SELECT%20*%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D",
    "/sparql?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/questions/asked-of-body?body=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/doc/%3Cscript%3Ealert(1)%3C/script%3E",
    "/doc?iri=javascript:alert(1)",
    "/questions/%3Cscript%3E",
    "/checks/%3Cscript%3E",
    "/nowhere/%3Cscript%3E",
]


@pytest.fixture(scope="module")
def hostile(installation):
    from mandategraph.stores.embedded import EmbeddedStore
    from mandategraph.stores.readable import MemorySource
    from mandategraph.stores.readers import Readers
    from mandategraph.web.app import create_app

    store = EmbeddedStore.in_memory()
    store.load(io.BytesIO(HOSTILE.encode()), "text/turtle", Graphs().facts)
    given = types.SimpleNamespace(
        store=store,
        graphs=Graphs(),
        library=installation.library,
        settings=installation.settings,
        readers=Readers(MemorySource(store)),
        writing=None,
        checker=None,
    )
    with TestClient(create_app(given), headers={"Accept": "text/html"}) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_a_script_in_the_data_stays_text(hostile, read_page, path):
    answer = hostile.get(path)
    assert answer.status_code < 500
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in answer.text
    assert 'onmouseover="' not in answer.text
    assert read_page(answer.text).faults == []


def test_the_words_are_there_all_the_same(hostile, read_page):
    assert SCRIPT in read_page(hostile.get("/doc/x/doc/op/1").text).text


def test_only_addresses_of_the_web_become_links(hostile, read_page):
    page = read_page(hostile.get("/doc/x/doc").text)
    assert "https://example.org/?a=1&b=%22" in page.links
    assert not [link for link in page.links if link.startswith(("javascript:", "data:"))]
    assert "javascript:alert(1)" in page.text


def test_a_sign_that_turns_the_writing_direction_is_shown_as_one(hostile):
    assert "\u202e" not in hostile.get("/doc/x/doc/op/1").text


def test_a_title_adds_nothing_to_the_calendar_file(hostile):
    written = hostile.get("/calendar.ics").text
    assert written.split("\r\n").count("END:VCALENDAR") == 1


def test_a_problem_tells_nothing_of_the_inside(installation):
    """A failure of ours is a problem with a number, and the log has the rest."""
    from mandategraph.web.app import create_app

    class Failing:
        revision = "1"

        def select(self, query, dataset):
            raise ZeroDivisionError("secret/path/of/ours")

    given = types.SimpleNamespace(
        store=Failing(),
        graphs=Graphs(),
        library=installation.library,
        settings=installation.settings,
        readers=None,
        writing=None,
    )
    with TestClient(create_app(given)) as client:
        answer = client.get("/documents", headers={"Accept": "application/json"})
        assert answer.status_code == 406
        answer = client.get("/documents")
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert "secret" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_empty_store_has_a_first_page(installation, read_page):
    from mandategraph.stores.embedded import EmbeddedStore
    from mandategraph.web.app import create_app

    given = types.SimpleNamespace(
        store=EmbeddedStore.in_memory(),
        graphs=Graphs(),
        library=installation.library,
        settings=installation.settings,
        readers=None,
        writing=None,
    )
    with TestClient(create_app(given), headers={"Accept": "text/html"}) as client:
        for path in ("/", "/documents", "/actors", "/themes", "/calendar", "/questions", "/data", "/sparql", "/checks"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert read_page(answer.text).faults == [], path
        assert "mandategraph load cam" in client.get("/").text
        assert client.get("/calendar.ics").status_code == 200
        assert client.get("/readyz").status_code == 503
