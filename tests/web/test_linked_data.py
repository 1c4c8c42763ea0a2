"""Things have names that lead to pages, and pages that are data."""

import pytest

PARAGRAPH = "https://w3id.org/mandategraph/id/oas/ag/res/2016/2881/op/33"
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/id/oas/org/cam", "/doc/oas/org/cam"),
        ("/id/oas/org/cam?lang=es", "/doc/oas/org/cam?lang=es"),
        ("/at/oas/cidi/cam/activity/migration-and-health", "/doc/at/oas/cidi/cam/activity/migration-and-health"),
        (f"/doc?iri={PARAGRAPH}", "/doc/oas/ag/res/2016/2881/op/33"),
        ("/doc?iri=https://w3id.org/mandategraph/ns%23Mandate", "/ns#Mandate"),
    ],
)
def test_a_thing_leads_to_the_page_about_it(client, path, location):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, location)


@pytest.mark.parametrize("suffix", FORMS)
def test_a_page_as_data_by_suffix_and_by_accept(client, suffix):
    from rdflib import Graph, URIRef

    media_type, name = FORMS[suffix]
    by_suffix = client.get(f"/doc/oas/ag/res/2016/2881/op/33.{suffix}")
    by_accept = client.get("/doc/oas/ag/res/2016/2881/op/33", headers={"Accept": media_type})
    by_name = client.get(f"/doc/oas/ag/res/2016/2881/op/33?format={suffix}")
    assert by_suffix.headers["content-type"].split(";")[0] == media_type
    assert by_suffix.content == by_accept.content == by_name.content
    graph = Graph().parse(data=by_suffix.content, format=name)
    number = URIRef("https://w3id.org/mandategraph/ns#number")
    assert str(graph.value(URIRef(PARAGRAPH), number)) == "33"
    words = URIRef("http://www.w3.org/ns/oa#exact")
    assert any("To instruct the CAM" in str(value) for value in graph.objects(None, words)), "the words belong to it"


def test_every_form_has_the_same_triples(client):
    from rdflib import Graph
    from rdflib.compare import isomorphic

    graphs = [
        Graph().parse(data=client.get(f"/doc/oas/org/cam.{suffix}").content, format=name)
        for suffix, (_, name) in FORMS.items()
    ]
    assert len(graphs[0]) > 5
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


def test_data_of_a_page_holds_no_proposal(client):
    """A proposal is no fact, in whatever form one asks."""
    for path in (
        "oas/ag/res/2016/2881/op/33/a",
        "at/oas/cidi/cam/activity/migration-and-health",
        "oas/ag/res/2016/2883/op/2",
    ):
        assert "status-proposed" not in client.get(f"/doc/{path}.nt").text


def test_what_is_unknown_is_404_with_the_nearest(client):
    for suffix in ("", ".ttl"):
        answer = client.get(f"/doc/oas/ag/res/2016/2882{suffix}")
        assert answer.status_code == 404
        assert "https://w3id.org/mandategraph/id/oas/ag/res/2016/2881" in answer.json()["nearest"]


def test_a_form_that_is_not_there_is_406(client):
    answer = client.get("/doc/oas/org/cam", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["available"]
    assert client.get("/doc/oas/org/cam?format=docx").status_code == 406


def test_an_iri_that_is_none_is_400(client):
    assert client.get("/doc", params={"iri": "no iri"}).status_code == 400
    assert client.get("/doc").status_code == 400


def test_a_thing_of_another_world_is_told_of(client):
    theme = "http://eurovoc.europa.eu/2118"
    answer = client.get("/doc", params={"iri": theme}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "Organization of American States" in answer.text
    assert client.get("/doc", params={"iri": "urn:nothing"}).status_code == 404


@pytest.mark.parametrize("path", ["/ns", "/kos", "/shapes", "/catalog", "/.well-known/void"])
def test_descriptions_are_rdf(client, path):
    from rdflib import Graph

    for suffix, (media_type, name) in FORMS.items():
        answer = client.get(path, headers={"Accept": media_type})
        assert answer.headers["content-type"].split(";")[0] == media_type, suffix
        assert len(Graph().parse(data=answer.content, format=name)) > 5


def test_the_ontology_is_served_whole(client):
    from rdflib import Graph, URIRef
    from rdflib.namespace import OWL, RDF

    graph = Graph().parse(data=client.get("/ns.ttl").content, format="turtle")
    assert URIRef("https://w3id.org/mandategraph/ns") in set(graph.subjects(RDF.type, OWL.Ontology))
    assert len(set(graph.subjects(RDF.type, OWL.Class))) > 20


def test_the_catalogue_leads_to_the_whole_data(client):
    from rdflib import Graph
    from rdflib.namespace import DCAT, DCTERMS, RDF

    graph = Graph().parse(data=client.get("/catalog").content, format="turtle")
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    assert graph.value(dataset, DCTERMS.license) is not None
    addresses = [str(address) for address in graph.objects(None, DCAT.downloadURL)]
    assert len(addresses) == 4
    whole = client.get(next(a for a in addresses if a.endswith("=nt")).removeprefix("http://testserver"))
    assert whole.status_code == 200
    assert len(whole.text.splitlines()) > 10_000


def test_the_data_says_how_large_it_is(client):
    from rdflib import RDF, Graph
    from rdflib.namespace import VOID

    graph = Graph().parse(data=client.get("/.well-known/void").content, format="turtle")
    (dataset,) = graph.subjects(RDF.type, VOID.Dataset)
    (told,) = (int(count) for count in graph.objects(dataset, VOID.triples))
    count = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json()
    assert told == int(count["results"]["bindings"][0]["n"]["value"])
