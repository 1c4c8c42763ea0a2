"""Drafts: every fact with its words, every character accounted for, the same bytes each time."""

import io

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_symbol_title_and_day_are_tied_to_their_words(drafters):
    """The number before a title is none of it; what the head says besides is listed as unplaced."""
    head = "Resolution adopted by the General Assembly on 3 December 2044\n\n99/7. On lighthouses\n"
    text = RESOLUTION.replace("A/RES/99/7\n", f"United Nations A/RES/99/7\n\n{head}").replace("United Nations ", "")
    draft = drafters["un"].draft(read_text("lamps.txt", text.encode()))
    graph = graph_of(draft)
    quotations_hold(draft, graph)
    told = rows(
        graph,
        """SELECT ?term ?words { ?document a mg:Document ; ?term ?span . ?span oa:hasSelector/oa:exact ?words .
           FILTER(?term != mg:textSpan) } ORDER BY ?term""",
    )
    assert [(term.rsplit("#", 1)[1], words) for term, words in told] == [
        ("issuedSpan", "3 December 2044"),
        ("symbolSpan", "A/RES/99/7"),
        ("titleSpan", "On lighthouses"),
    ]
    assert ("On lighthouses",) in rows(
        graph, "SELECT ?title { ?d a mg:Document ; <http://purl.org/dc/terms/title> ?title }"
    )
    left = [
        words for (words,) in rows(graph, "SELECT ?w { ?u a mg:UnplacedText ; mg:textSpan/oa:hasSelector/oa:exact ?w }")
    ]
    assert "99/7." in left
    assert not any("lighthouses" in words for words in left)
    assert draft.unaccounted == 0


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


def test_what_items_say_belongs_to_the_mandate_of_their_paragraph(drafters):
    """Recipient, term and condition of an item without a verb of its own."""
    words = (
        "A/RES/99/8\n\nThe General Assembly,\n\n1. Requests the Secretary-General:\n"
        "(a) To submit a report to the Economic and Social Council by 1 May 2045;\n"
        "(b) To convene a meeting, within existing resources;\n2. Decides to remain seized of the matter.\n"
    )
    store = graph_of(drafters["un"].draft(read_text("items.txt", words.encode())))
    told = rows(
        store,
        """SELECT ?s ?r ?c ?d { ?s mg:recipient ?r ; mg:condition ?c ; mg:isReportingTask true .
           ?s mg:deadline/mg:edtf ?d }""",
    )
    assert [(s.rsplit("/99/8/", 1)[1], r.rsplit("/", 1)[1], c, d) for s, r, c, d in told] == [
        ("op/1/s1", "ecosoc", "within existing resources", "2045-05-01")
    ]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("The Committee on Migration Issues shall meet in May. It shall report to the General Assembly.", ["cam"]),
        ("The Committee on Migration Issues and the General Secretariat shall meet. It shall report.", []),
    ],
)
def test_a_pronoun_is_resolved_only_where_it_is_certain(drafters, words, asked):
    """“It” after one body is that body; after two it stays a note."""
    text = f"AG/RES. 9999 (L-O/20)\n\nTHE GENERAL ASSEMBLY,\n\nRESOLVES:\n\n1. {words}\n"
    draft = drafters["oas"].draft(read_text("it.txt", text.encode()))
    found = rows(
        graph_of(draft), "SELECT ?a { ?s mg:verbAsWritten ?v ; mg:addressee ?a FILTER(STRENDS(STR(?s), '/s2')) }"
    )
    assert [name.rsplit("/", 1)[1] for (name,) in found] == asked
    assert any("“It” means is said before" in note for note in draft.notes) == (not asked)


def test_sections_in_the_words_of_another_document_are_quotations_of_it(drafters, shared):
    """“This Program” in a plan: what the listed resolution adopted, and the Assembly speaks there."""
    source = (shared / "source" / "cam-work-plan-2016-2017.txt").read_bytes()
    store = graph_of(drafters["oas"].draft(read_text("plan.txt", source)))
    found = rows(store, "SELECT ?d { ?section mg:reproduces ?d }")
    assert {name.rsplit("/id/", 1)[1] for (name,) in found} == {"oas/program/migrants-human-rights/2016"}
    issuers = rows(store, "SELECT DISTINCT ?i { ?task a mg:SuggestedActivity ; mg:issuer ?i }")
    assert [name.rsplit("/", 1)[1] for (name,) in issuers] == ["ag"]
    standing = rows(
        store, "SELECT ?x { ?task a mg:SuggestedActivity ; mg:textSpan/mg:standing ?x FILTER(?x != k:standing-quoted) }"
    )
    assert standing == []


def test_abbreviations_of_a_plan_are_told_with_where_they_are_spelt_out(drafters):
    """Where each stands first, and the long form with it in brackets; one that is never spelt out says so."""
    text = (
        "WORK PLAN 2044-2045\n\nINTRODUCTION\n\n"
        "The CAM meets. The Committee on Migration Issues (CAM) of the OAS plans.\n\n"
        "MANDATES\n\nNone.\n\nCALENDAR OF ACTIVITIES\n\nMAY 2044\nAG/RES. 2881 (XLVI-O/16)\nMeeting on lamps\n"
    )
    draft = drafters["oas"].draft(read_text("plan.txt", text.encode()))
    found = rows(
        graph_of(draft),
        """SELECT ?form ?start ?words { ?n a mg:Name ; <http://www.w3.org/2008/05/skos-xl#literalForm> ?form ;
             mg:firstUse/oa:hasSelector/oa:start ?start
           OPTIONAL { ?n mg:expansion/oa:hasSelector/oa:exact ?words } } ORDER BY ?form""",
    )
    assert found == [
        ("CAM", str(text.index("CAM meets")), "Committee on Migration Issues (CAM)"),
        ("OAS", str(text.index("OAS plans")), None),
    ]
