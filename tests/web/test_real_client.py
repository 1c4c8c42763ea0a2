"""A client that others wrote, against a real server."""

import urllib.request

SELECT = "SELECT ?plan WHERE { ?plan a <https://w3id.org/mandategraph/ns#WorkPlan> }"
PLAN = "https://w3id.org/mandategraph/id/oas/cidi/cam/plan/2016-2017"


def asked(server, query, form, method="GET"):
    from SPARQLWrapper import SPARQLWrapper

    client = SPARQLWrapper(f"{server}/sparql")
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    client.setTimeout(10)
    return client.queryAndConvert()


def test_sparqlwrapper_reads_tables_in_every_form_it_knows(server):
    assert asked(server, SELECT, "json")["results"]["bindings"][0]["plan"]["value"] == PLAN
    assert PLAN in asked(server, SELECT, "xml").toxml()
    assert PLAN in asked(server, SELECT, "csv").decode()
    assert PLAN in asked(server, SELECT, "tsv").decode()


def test_sparqlwrapper_posts(server):
    assert asked(server, SELECT, "json", "POST")["results"]["bindings"][0]["plan"]["value"] == PLAN


def test_sparqlwrapper_reads_graphs(server):
    query = f"CONSTRUCT {{ <{PLAN}> ?p ?o }} WHERE {{ <{PLAN}> ?p ?o }}"
    for form in ("turtle", "xml", "json-ld", "n3"):
        assert len(asked(server, query, form)) > 5, form


def test_sparqlwrapper_tells_what_is_malformed(server):
    import pytest
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    with pytest.raises(QueryBadFormed, match=r"[Ll]ine 1"):
        asked(server, "SELECT WHERE", "json")


def test_a_long_answer_is_sent_in_pieces(server):
    address = f"{server}/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D&format=csv"
    with urllib.request.urlopen(address) as answer:  # noqa: S310
        assert answer.headers["transfer-encoding"] == "chunked"
        assert answer.read().count(b"\r\n") > 10_000
