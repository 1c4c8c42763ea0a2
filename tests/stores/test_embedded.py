"""The embedded store keeps the port's promises, whatever the engine would do by itself."""

import io
import json
import socket
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from mandategraph.core.errors import BadData, MalformedQuery, RefusedQuery, StoreUnavailable, UnknownName, WrongUse
from mandategraph.core.graphs import Dataset
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad
from mandategraph.stores.embedded import EmbeddedStore

A, B, C = Iri("urn:a"), Iri("urn:b"), Iri("urn:c")
FACTS, SECRET = Iri("urn:g:facts"), Iri("urn:g:secret")
PUBLIC = Dataset((None, FACTS.value), (FACTS.value,))


@pytest.fixture
def store() -> EmbeddedStore:
    """One public triple in a graph, one in the unnamed graph, one kept back."""
    store = EmbeddedStore.in_memory()
    store.write([Quad(A, B, Literal("open"), FACTS), Quad(A, B, Literal("plain")), Quad(A, B, Literal("shut"), SECRET)])
    return store


def words(store: EmbeddedStore, query: str, dataset: Dataset = PUBLIC) -> set[str]:
    """The values of ?o."""
    return {str(row["o"]) for row in store.select(query, dataset).rows}


def test_a_graph_kept_back_is_not_seen(store: EmbeddedStore) -> None:
    assert words(store, "SELECT ?o { ?s ?p ?o }") == {"open", "plain"}
    assert words(store, "SELECT ?o { GRAPH ?g { ?s ?p ?o } }") == {"open"}
    assert words(store, f"SELECT ?o {{ GRAPH <{SECRET}> {{ ?s ?p ?o }} }}") == set()


def test_an_empty_dataset_is_empty(store: EmbeddedStore) -> None:
    assert words(store, "SELECT ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", Dataset(())) == set()


def test_from_is_heeded(store: EmbeddedStore) -> None:
    assert words(store, f"SELECT ?o FROM <{FACTS}> {{ ?s ?p ?o }}") == {"open"}
    with pytest.raises(RefusedQuery):
        store.select(f"SELECT ?o FROM <{SECRET}> {{ ?s ?p ?o }}", PUBLIC)


def test_every_door_passes_the_gate(store: EmbeddedStore) -> None:
    reaching = "{ SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with pytest.raises(RefusedQuery):
        store.select(f"SELECT * {reaching}", PUBLIC)
    with pytest.raises(RefusedQuery):
        store.ask(f"ASK {reaching}", PUBLIC)
    with pytest.raises(RefusedQuery):
        list(store.construct(f"CONSTRUCT {{ ?s ?p ?o }} {reaching}", PUBLIC))
    with pytest.raises(RefusedQuery):
        list(store.answer(f"SELECT * {reaching}", PUBLIC, "text/csv"))


def test_terms_come_back_as_they_went(store: EmbeddedStore) -> None:
    terms = [
        Iri("https://example.org/é#x"),
        Literal("“a”\n\t\\ \" '"),
        Literal("oui", language="fr"),
        Literal("2016-10-20", datatype="http://www.w3.org/2001/XMLSchema#date"),
        Literal("2016-10", datatype="http://id.loc.gov/datatypes/edtf/EDTF"),
    ]
    graph = Iri("urn:g:terms")
    store.write([Quad(A, C, term, graph) for term in terms])
    assert {quad.object for quad in store.quads(graph.value)} == set(terms)
    assert {row["o"] for row in store.select("SELECT ?o { ?s ?p ?o }", Dataset((graph.value,))).rows} == set(terms)


def test_an_unbound_variable_is_absent(store: EmbeddedStore) -> None:
    table = store.select("SELECT ?s ?none { ?s ?p 'open' OPTIONAL { ?s <urn:none> ?none } }", PUBLIC)
    assert table.variables == ("s", "none")
    assert table.rows == ({"s": A},)


def test_construct_and_describe_yield_triples(store: EmbeddedStore) -> None:
    assert list(store.construct("CONSTRUCT { ?o_ <urn:of> ?s } { ?s ?p 'open' BIND(?p AS ?o_) }", PUBLIC)) == [
        Quad(B, Iri("urn:of"), A)
    ]
    assert {str(quad.object) for quad in store.construct("DESCRIBE <urn:a>", PUBLIC)} == {"open", "plain"}


def test_a_form_that_is_not_wanted_is_told(store: EmbeddedStore) -> None:
    with pytest.raises(WrongUse, match="is ASK; SELECT is wanted"):
        store.select("ASK {}", PUBLIC)
    with pytest.raises(WrongUse, match="cannot hold"):
        store.answer("ASK {}", PUBLIC, "text/turtle")
    with pytest.raises(WrongUse, match="cannot hold"):
        store.answer("CONSTRUCT WHERE { ?s ?p ?o }", PUBLIC, "text/csv")


def test_answers_are_written(store: EmbeddedStore) -> None:
    def answer(query: str, media_type: str) -> bytes:
        return b"".join(store.answer(query, PUBLIC, media_type))

    assert json.loads(answer("ASK { ?s ?p 'open' }", "application/sparql-results+json"))["boolean"] is True
    assert answer("SELECT ?o { ?s ?p ?o } ORDER BY ?o", "text/csv").split() == [b"o", b"open", b"plain"]
    assert b"<urn:a> <urn:b>" in answer("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    with pytest.raises(UnknownName):
        answer("CONSTRUCT WHERE { ?s ?p ?o }", "image/png")


def test_answers_in_xml_can_be_read_whatever_they_hold(store: EmbeddedStore) -> None:
    query = 'SELECT ?o { BIND("a\\u0001b\\uFFFFc" AS ?o) }'
    written = b"".join(store.answer(query, PUBLIC, "application/sparql-results+xml"))
    assert "a\N{REPLACEMENT CHARACTER}b" in "".join(ElementTree.fromstring(written).itertext())  # noqa: S314  our own


@pytest.mark.parametrize(
    ("query", "line", "column", "sentence"),
    [
        ("SELECT * WHERE {\n  ?s ?p }", 2, 9, "Line 2, column 9: the query does not parse at or before “}”."),
        ("SELECT ?z (COUNT(?s) AS ?n) { ?s ?p ?o }", 1, 41, "contains a variable that is unbound"),
        ("SELECT ?s {} LIMIT", 1, 14, "at or before “LIMIT”"),
        ("SELECT ?s {} LIMIT x", 1, 20, "at or before “x”"),
    ],
)
def test_a_malformed_query_says_where(store: EmbeddedStore, query: str, line: int, column: int, sentence: str) -> None:
    with pytest.raises(MalformedQuery) as caught:
        store.select(query, PUBLIC)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert sentence in caught.value.message
    assert "expected" not in caught.value.message


def test_a_difference_is_written_whole(store: EmbeddedStore) -> None:
    gone, new = Quad(A, B, Literal("open"), FACTS), Quad(A, B, Literal('new "x"\n'), FACTS)
    store.write([new], [gone, Quad(C, C, C)])
    assert list(store.quads(FACTS.value)) == [new]
    with pytest.raises(ValueError, match="blank node"):
        store.write([gone], [Quad(BlankNode("x"), B, C)])
    assert list(store.quads(FACTS.value)) == [new]


def test_graph_names_are_those_that_hold_something(store: EmbeddedStore) -> None:
    assert store.graph_names() == (FACTS.value, SECRET.value)
    store.write([], [Quad(A, B, Literal("shut"), SECRET)])
    assert store.graph_names() == (FACTS.value,)


def test_load_puts_triples_where_asked(store: EmbeddedStore) -> None:
    assert store.load(io.BytesIO(b"<urn:a> <urn:b> 1, 2 ."), "text/turtle", "urn:g:new") == 2
    assert store.load(io.BytesIO(b"<urn:g:other> { <urn:a> <urn:b> 1 }"), "application/trig") == 1
    assert set(store.graph_names()) == {FACTS.value, SECRET.value, "urn:g:new", "urn:g:other"}


BAD = {
    "Turtle": (b"<urn:a> <urn:b> <urn:c> .\n<urn:a> b:c 1 .", "text/turtle", (2, 9), "prefix b: has not been"),
    "a remote context": (b'{"@context": "http://x.test", "@id": "urn:a"}', "application/ld+json", (0, 0), "fetched"),
    "entities": (
        b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]><x/>', "application/rdf+xml", (2, 0), "document type",
    ),
    "UTF-16": ("<x/>".encode("utf-16"), "application/rdf+xml", (0, 0), "UTF-8"),
    "bytes that are no text": (b"<urn:a> <urn:b> '\xff' .", "text/turtle", (1, 18), "UTF-8"),
    "a triple as a term": (b"<urn:a> <urn:b> <<( <urn:a> <urn:b> 1 )>> .", "text/turtle", (0, 0), "RDF 1.1"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "media_type", "where", "sentence"), BAD.values(), ids=list(BAD))
def test_bad_data_changes_nothing_and_says_where(
    store: EmbeddedStore, data: bytes, media_type: str, where: tuple[int, int], sentence: str
) -> None:
    before = len(store)
    with pytest.raises(BadData, match=sentence) as caught:
        store.load(io.BytesIO(data), media_type, FACTS.value)
    assert (caught.value.line, caught.value.column) == where
    assert len(store) == before


def test_a_folder_has_one_writer(tmp_path: Path) -> None:
    first = EmbeddedStore.from_folder(tmp_path / "live")
    with pytest.raises(StoreUnavailable, match="being written by another process"):
        EmbeddedStore.from_folder(tmp_path / "live")
    first.close()
    EmbeddedStore.from_folder(tmp_path / "live").close()
    with pytest.raises(StoreUnavailable, match="closed"):
        len(first)


def test_the_case_of_truths_does_not_count() -> None:
    store = EmbeddedStore.in_memory()
    store.load(io.BytesIO(b"<urn:a> <urn:p> true ; <urn:q> 'TRUE' ."), "text/turtle")
    assert store.ask("ASK { ?s ?p TRUE ; ?q 'TRUE' FILTER(False = false) }", Dataset((None,)))


def test_a_function_that_nobody_knows_is_refused() -> None:
    with pytest.raises(RefusedQuery, match="no function <urn:f> here"):
        EmbeddedStore.in_memory().ask("ASK { FILTER(<urn:f>(1)) }", Dataset((None,)))


def test_what_a_client_wrote_is_never_carried_out_to_tell_a_place() -> None:
    """Only its text is read again: what the gate has taken out of it stays out."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.5)
        written = f"LOAD SILENT <http://127.0.0.1:{canary.getsockname()[1]}/> ; INSERT DATA {{ <urn:a> <urn:b> 1 }}"
        with pytest.raises(MalformedQuery):
            EmbeddedStore.in_memory().update("INSERT DATA { } ; INSERT DATA {", written)
        with pytest.raises(TimeoutError):
            canary.accept()
