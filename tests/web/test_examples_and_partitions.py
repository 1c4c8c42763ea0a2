"""What an editor of SPARQL asks of a service to be of help: prefixes, examples, classes with their properties."""

from __future__ import annotations

import pytest
from rdflib import Graph

MG = "https://w3id.org/mandategraph/ns#"
SH = "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
VOID = "PREFIX void: <http://rdfs.org/ns/void#> "


@pytest.fixture(scope="module")
def described(client) -> dict[str, Graph]:
    turtle = {"Accept": "text/turtle"}
    return {
        path: Graph().parse(data=client.get(path, headers=turtle).content, format="turtle")
        for path in ("/sparql", "/.well-known/void")
    }


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_the_prefixes_are_found_as_editors_look_for_them(described, path):
    found = described[path].query(
        SH + "SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix }"
    )
    told = {str(row.prefix): str(row.namespace) for row in found}
    assert told["mg"] == MG
    assert len(told) > 10


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_every_example_runs(described, client, path):
    """Each is found once, says in a sentence what it asks, and is answered as it stands."""
    rows = list(
        described[path].query(
            SH + "SELECT ?comment ?query WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; "
            "sh:select|sh:ask|sh:construct|sh:describe ?query }"
        )
    )
    names = client.get("/questions.json").json()
    assert len(rows) == len(names) > 50
    if path == "/sparql":
        for row in rows:
            answer = client.post("/sparql", data={"query": str(row["query"])}, headers={"Accept": "text/csv"})
            assert answer.status_code == 200, row.comment


def test_classes_have_their_counts_and_their_properties(described, client):
    found = described["/.well-known/void"]
    (row,) = found.query(
        VOID
        + f"SELECT ?n WHERE {{ ?p void:class <{MG}Provision> ; void:entities ?n ; void:propertyPartition ?q }} LIMIT 1"
    )
    count = client.get("/sparql", params={"query": f"SELECT (COUNT(?s) AS ?n) WHERE {{ ?s a <{MG}Provision> }}"})
    assert str(row.n) == count.json()["results"]["bindings"][0]["n"]["value"]
    pairs = {
        (str(row.p).rpartition("#")[2], str(row.o).rpartition("#")[2])
        for row in found.query(
            VOID + f"SELECT ?p ?o WHERE {{ ?c void:class <{MG}Mandate> ; void:propertyPartition ?q . "
            "?q void:property ?p ; void:classPartition/void:class ?o }"
        )
    }
    assert ("expressedIn", "Provision") in pairs


def test_properties_have_their_counts(described, client):
    rows = list(
        described["/.well-known/void"].query(
            VOID + "SELECT ?p ?n WHERE { ?d a void:Dataset ; void:propertyPartition ?q . "
            "?q void:property ?p ; void:triples ?n }"
        )
    )
    whole = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"})
    assert len(rows) > 30
    assert sum(int(row.n) for row in rows) == int(whole.json()["results"]["bindings"][0]["n"]["value"])


def test_what_takes_too_long_to_count_is_left_out(client, app, monkeypatch):
    from mandategraph.core.errors import QueryLimit
    from mandategraph.web import partitions

    def too_long(*_: object) -> None:
        raise QueryLimit("The query ran into its deadline.")

    monkeypatch.setattr(partitions, "_counted", too_long)
    answer = client.get("/.well-known/void?lang=pt", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert "void#triples" in answer.text or "void:triples" in answer.text
    assert "classPartition" not in answer.text
