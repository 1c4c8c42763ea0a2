"""Drafts: every fact with its words, every character accounted for, the same bytes each time."""

import io

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandategraph.cli.drafters import drafter_of
from mandategraph.core.graphs import Graphs
from mandategraph.ingest.readers.text import read_text

RESOLUTION = """A/RES/99/7

The General Assembly,

Recalling its resolution 98/12 of 3 December 2043,

1. Requests the Secretary-General to report on lighthouses at its hundredth session, and invites Member States:
(a) To keep their lamps lit;
(b) To pay the keepers;
2. Decides to remain seized of the matter.
"""
PREFIXES = """
PREFIX mg: <https://w3id.org/mandategraph/ns#>
PREFIX k: <https://w3id.org/mandategraph/kos/>
PREFIX oa: <http://www.w3.org/ns/oa#>
"""


@pytest.fixture(scope="module")
def drafters(library):
    return {key: drafter_of(library, key, Graphs().review) for key in ("oas", "un")}


def graph_of(draft):
    store = pyoxigraph.Store()
    store.load(io.BytesIO(draft.trig.encode()), format=pyoxigraph.RdfFormat.TRIG)
    return store


def rows(store, query):
    solutions = store.query(PREFIXES + query, use_default_graph_as_union=True)
    return [tuple(value.value if value is not None else None for value in row) for row in solutions]


def quotations_hold(draft, store):
    found = rows(
        store,
        """SELECT ?start ?end ?words { ?span oa:hasSelector ?p , ?q . ?p oa:start ?start ; oa:end ?end .
           ?q oa:exact ?words }""",
    )
    assert found
    for start, end, words in found:
        assert draft.source_text[int(start) : int(end)] == words


def test_a_resolution_becomes_paragraphs_statements_and_citations(drafters):
    """Two operative paragraphs, two items, a statement for each verb, the cited resolution by its address."""
    draft = drafters["un"].draft(read_text("lamps.txt", RESOLUTION.encode()))
    store = graph_of(draft)
    quotations_hold(draft, store)
    assert draft.documents == ["A/RES/99/7"]
    provisions = {
        path.removeprefix("https://w3id.org/mandategraph/id/un/ga/res/99/7/"): kind.rsplit("-", 1)[1]
        for path, kind in rows(store, "SELECT ?p ?k { ?p mg:provisionType ?k }")
    }
    assert provisions == {
        "pre/1": "preamble",
        "op/1": "operative",
        "op/1/a": "item",
        "op/1/b": "item",
        "op/2": "operative",
    }
    verbs = {verb.lower() for (verb,) in rows(store, "SELECT ?v { ?s mg:verbAsWritten ?v }")}
    assert {"requests", "invites", "decides"} <= {verb.split()[0] for verb in verbs}
    cited = rows(store, "SELECT ?to { ?c a mg:Citation ; mg:refersTo ?to }")
    assert ("https://w3id.org/mandategraph/id/un/ga/res/98/12",) in cited


def test_a_draft_lies_in_the_review_graph_alone(drafters):
    """Nothing in it counts before somebody accepts it."""
    store = graph_of(drafters["un"].draft(read_text("lamps.txt", RESOLUTION.encode())))
    assert [graph.value for graph in store.named_graphs()] == [Graphs().review]
    assert not list(store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))


def test_the_same_file_gives_the_same_bytes(drafters):
    """Nothing of the day or the machine is in a draft."""
    first, second = (drafters["un"].draft(read_text("lamps.txt", RESOLUTION.encode())) for _ in range(2))
    assert (first.trig, first.source_text) == (second.trig, second.source_text)


def test_a_text_without_symbol_is_named_by_itself_and_says_so(drafters):
    """An address is never made up from a title."""
    draft = drafters["un"].draft(read_text("x.txt", RESOLUTION.replace("A/RES/99/7", "A text").encode()))
    assert draft.documents[0].startswith("text/")
    assert any("symbol" in note for note in draft.notes)


def test_the_cam_plan_comes_back_as_it_was_entered(drafters, library):
    """
    Listed texts, paragraphs, items, suggestions, duties, entries, dates and citations agree with the entry by hand.

    Not found: the abbreviations, statistics, themes and statements of section V.C to E; the two conferences that are
    consulted and the PAHO specialists' body are not recognised as such.
    """
    source = library.plan("cam").source_file
    draft = drafters["oas"].draft(read_text("source.txt", source.read_bytes()))
    store = graph_of(draft)
    quotations_hold(draft, store)
    assert draft.unaccounted == 0
    counts = {
        kind.rsplit("-", 1)[1]: int(n)
        for kind, n in rows(store, "SELECT ?k (COUNT(?p) AS ?n) { ?p mg:provisionType ?k } GROUP BY ?k")
    }
    assert counts["operative"] == 16
    assert counts["bullet"] == 3
    assert counts["item"] == 14 + 4 + 20
    listed = {to.rsplit("/", 1)[1] for (to,) in rows(store, "SELECT ?d { ?plan mg:listsMandate ?d }")}
    assert listed == {"2738", "2816", "2881", "2883"}
    assert len(rows(store, "SELECT ?s { ?s a mg:SuggestedActivity ; mg:addressee ?who }")) == 20
    assert len(rows(store, "SELECT ?s { ?s a mg:Duty }")) == 8
    dates = [
        edtf
        for _, edtf in sorted(
            (int(order), edtf)
            for order, edtf in rows(
                store, "SELECT ?o ?e { ?a a mg:ScheduledActivity ; mg:order ?o ; mg:plannedTime/mg:edtf ?e }"
            )
        )
    ]
    assert dates == [
        "2016-10-20",
        "2016-10",
        "2016-11-03",
        "2016-12",
        "2017-01",
        "2017-02",
        "2017-03",
        "2017-04",
        "2017-04",
        "2017-05",
        "2017-05",
    ]
    assert len(rows(store, "SELECT ?l { ?l a mg:TraceLink ; mg:linkType k:link-cites }")) == 12
    assert len(rows(store, "SELECT ?i { ?i a mg:AgendaItem }")) == 3
    certainties = rows(store, "SELECT ?w ?c { ?p a mg:Participation ; mg:asWritten ?w ; mg:certainty ?c }")
    assert ("IDB El Salvador", "https://w3id.org/mandategraph/kos/certainty-possible") in certainties


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_no_text_loses_a_character(drafters, text):
    """Whatever the text, each character that is not blank lies in a span, and every span quotes its words."""
    draft = drafters["un"].draft(read_text("any.txt", text.encode("utf-8", "replace")))
    assert draft.unaccounted == 0
    store = graph_of(draft)
    for start, end, words in rows(
        store,
        """SELECT ?start ?end ?words { ?span oa:hasSelector ?p , ?q . ?p oa:start ?start ; oa:end ?end .
           ?q oa:exact ?words }""",
    ):
        assert draft.source_text[int(start) : int(end)] == words
