"""The same graph gives the same bytes, in every format, and every reader reads them back."""

import random
import warnings
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.formats import RDF_FORMATS, format_of_media_type
from mandategraph.core.namespaces import MG, RDF, XSD
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad
from mandategraph.engine.terms import to_quad
from mandategraph.publish.rdf import serialise
from mandategraph.stores.embedded import parse
from mandategraph.wiring import Installation

WITH_GRAPHS = [known.name for known in RDF_FORMATS if known.has_graphs]
WITHOUT = [known.name for known in RDF_FORMATS if not known.has_graphs]

iris = st.sampled_from(
    [
        "urn:a", "https://w3id.org/mandategraph/ns#Mandate", "https://w3id.org/mandategraph/id/oas/org/cam",
        "http://example.org/a.b", "http://example.org/é(1)'x", "id:looks-short", "mg:x", RDF + "type",
        "https://w3id.org/mandategraph/id//x", "http://example.org/-a", "http://example.org/1",
    ]
).map(Iri)  # fmt: skip
# Engines store numbers and dates in their own spelling; words are kept as they are.
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=30)
literals = st.one_of(
    words.map(Literal),
    st.builds(Literal, words, language=st.sampled_from(["en", "es", "pt-br"])),
    st.sampled_from(["1", "-20", "0"]).map(lambda value: Literal(value, datatype=XSD + "integer")),
    st.sampled_from(["1.5", "true", "01", "a b"]).map(lambda value: Literal(value, datatype=XSD + "decimal")),
    st.builds(Literal, words, datatype=st.sampled_from([XSD + "date", MG + "of-ours", "urn:a"])),
)
properties = st.sampled_from([RDF + "type", MG + "symbol", "http://example.org/p", "urn:x:q"]).map(Iri)
triples = st.builds(Quad, iris, properties, st.one_of(iris, literals))
quads = st.builds(Quad, iris, properties, st.one_of(iris, literals), st.one_of(st.none(), iris))


def read(data: bytes, name: str) -> set[Quad]:
    form = next(known for known in RDF_FORMATS if known.name == name)
    return {to_quad(quad) for quad in parse(data, form)}


@pytest.mark.parametrize("name", WITH_GRAPHS)
@given(found=st.sets(quads, max_size=12))
def test_what_is_written_with_graphs_is_read_back(name: str, found: set[Quad]) -> None:
    assert read(serialise(found, name, ["a notice -- of\ntwo lines"]), name) == found


@pytest.mark.parametrize("name", [name for name in WITHOUT if name != "rdfxml"])
@given(found=st.sets(triples, max_size=12))
def test_what_is_written_without_graphs_is_read_back(name: str, found: set[Quad]) -> None:
    assert read(serialise(found, name, ["a notice"]), name) == found


@given(found=st.sets(triples, max_size=12))
def test_what_xml_can_hold_is_read_back(found: set[Quad]) -> None:
    sound = {quad for quad in found if all(ord(c) > 31 and c not in "\x7f\ufffe\uffff" for c in quad.object.value)}
    assert read(serialise(sound, "rdfxml", ["a notice -- of two\nlines"]), "rdfxml") == sound


@pytest.mark.parametrize("name", [known.name for known in RDF_FORMATS])
def test_order_and_repetition_do_not_show(name: str, installation: Installation) -> None:
    facts = list(installation.store.quads(installation.graphs.facts))
    mixed = facts + facts[:100]
    random.Random(7).shuffle(mixed)  # noqa: S311
    assert serialise(facts, name) == serialise(mixed, name)


def by_rdflib(data: bytes, form: str) -> int:
    import rdflib

    warnings.simplefilter("ignore", DeprecationWarning)  # its own
    graph = rdflib.Dataset() if form in {"trig", "nquads", "json-ld"} else rdflib.Graph()
    graph.parse(data=data, format=form)
    return len(graph)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("turtle", "turtle"),
        ("ntriples", "nt"),
        ("trig", "trig"),
        ("nquads", "nquads"),
        ("jsonld", "json-ld"),
        ("rdfxml", "xml"),
    ],
)
def test_another_reader_reads_it_too(name: str, theirs: str, installation: Installation) -> None:
    inferred = list(installation.store.quads(installation.graphs.inferred))
    assert inferred
    assert by_rdflib(serialise(inferred, name, ["a notice"]), theirs) == len(inferred)


def test_turtle_is_for_people() -> None:
    cam = Iri("https://w3id.org/mandategraph/kos/cam")
    written = serialise(
        [
            Quad(cam, Iri(MG + "symbol"), Literal("CAM")),
            Quad(cam, Iri(RDF + "type"), Iri(MG + "Body")),
            Quad(cam, Iri(MG + "order"), Literal("3", datatype=XSD + "integer")),
            Quad(cam, Iri(MG + "order"), Literal("03", datatype=XSD + "integer")),
        ],
        "text/turtle; charset=utf-8",
        ["Licence: none"],
    )
    assert written.decode() == (
        "# Licence: none\n"
        "\n"
        "@prefix mg: <https://w3id.org/mandategraph/ns#> .\n"
        "@prefix k: <https://w3id.org/mandategraph/kos/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        'k:cam a mg:Body ;\n    mg:order "03"^^xsd:integer, 3 ;\n    mg:symbol "CAM" .\n'
    )


def test_nameless_nodes_are_written() -> None:
    quad = Quad(BlankNode("x"), Iri("http://example.org/p"), BlankNode("y"))
    for name in ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml"):
        assert len(read(serialise([quad], name), name)) == 1


def test_several_graphs_are_not_mixed_by_accident() -> None:
    two = [Quad(Iri("urn:a"), Iri("urn:x:p"), Literal("1"), Iri(f"urn:g:{n}")) for n in "ab"]
    for name in WITHOUT:
        with pytest.raises(WrongUse, match="trig or nquads"):
            serialise(two, name)


def test_what_xml_cannot_name_is_told() -> None:
    with pytest.raises(WrongUse, match="RDF/XML cannot name"):
        serialise([Quad(Iri("urn:a"), Iri("http://example.org/1"), Literal(""))], "rdfxml")
    odd = Quad(Iri("urn:a"), Iri("urn:x:p"), Literal("a\u0001b\ufffe"))
    assert {quad.object.value for quad in read(serialise([odd], "rdfxml"), "rdfxml")} == {"a\ufffdb\ufffd"}


def test_an_unknown_format_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownName, match="turtle"):
        serialise([], "turtel")
    with pytest.raises(UnknownName):
        serialise([], "image/png")
    assert format_of_media_type("application/trig").name == "trig"


@pytest.mark.parametrize("name", [known.name for known in RDF_FORMATS])
def test_nothing_is_something_too(name: str) -> None:
    written: Callable[[], bytes] = lambda: serialise([], name)  # noqa: E731
    assert list(ox.parse(written(), _format(name))) == []


def _format(name: str) -> ox.RdfFormat:
    from mandategraph.stores.embedded import OX_FORMATS

    return OX_FORMATS[name]
