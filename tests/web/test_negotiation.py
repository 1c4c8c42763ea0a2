"""What a client asks for is what it gets, or it is told what there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandategraph.web import negotiation
from mandategraph.web.negotiation import Offer, by_name, choose, language, names_of, split_suffix

OFFERS = [
    Offer("text/html", ("html",)),
    Offer("text/turtle", ("ttl", "turtle")),
    Offer("application/ld+json", ("jsonld",)),
    Offer("application/rdf+xml", ("rdf",)),
    Offer("application/xml", (), "application/rdf+xml"),
]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle;q=0.4, application/ld+json;q=0.5", "application/ld+json"),
        ("text/html;q=0, */*", "text/turtle"),
        ("text/*;q=0.3, application/*", "application/ld+json"),
        ("text/*, text/html;q=0.2", "text/turtle"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x";q=0.9, text/html;q=0.1',
            "application/ld+json",
        ),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/xml", "application/xml"),
        ("text/turtle; charset=utf-8", "text/turtle"),
        ("text/html;level=1;q=0.1, text/html", "text/html"),
        ("nonsense, text/turtle", "text/turtle"),
        ("nonsense", "text/html"),
        ("*/turtle", "text/html"),
        ("text/turtle;q=loud, application/rdf+xml;q=0.1", "application/rdf+xml"),
    ],
)
def test_the_best_liked_offer_wins(accept, expected):
    assert choose(accept, OFFERS).media_type == expected


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/html;q=0", "video/*"])
def test_nothing_that_fits_is_no_offer(accept):
    assert choose(accept, OFFERS) is None


def test_an_alias_is_told_as_asked_and_written_as_meant():
    offer = choose("application/xml", OFFERS)
    assert (offer.media_type, offer.written_as) == ("application/xml", "application/rdf+xml")


@given(st.text(max_size=200))
def test_no_accept_header_breaks_the_reader(accept):
    """Whatever a client sends, the answer is an offer of ours or none."""
    chosen = choose(accept, OFFERS)
    assert chosen is None or chosen in OFFERS


@given(st.text(max_size=100))
def test_no_language_header_breaks_the_reader(header):
    assert language(None, header) in negotiation.LANGUAGES


@pytest.mark.parametrize(
    ("path", "stem", "media_type"),
    [
        ("oas/ag/res/2016/2881.ttl", "oas/ag/res/2016/2881", "text/turtle"),
        ("oas/ag/res/2016/2881.JSONLD", "oas/ag/res/2016/2881", "application/ld+json"),
        ("oas/agent/suggester-1.0", "oas/agent/suggester-1.0", None),
        ("oas/x.ttl/y", "oas/x.ttl/y", None),
        (".ttl", ".ttl", None),
        ("a.b.rdf", "a.b", "application/rdf+xml"),
    ],
)
def test_a_suffix_names_a_form(path, stem, media_type):
    found, offer = split_suffix(path, OFFERS)
    assert (found, offer.media_type if offer else None) == (stem, media_type)


def test_a_format_is_named_by_suffix_or_by_media_type():
    assert by_name("turtle", OFFERS) is by_name("text/turtle", OFFERS)
    assert by_name("docx", OFFERS) is None


def test_the_list_of_what_there_is_names_each_once():
    assert names_of([*OFFERS, OFFERS[0]]).count("text/html") == 1


@pytest.mark.parametrize(
    ("asked", "header", "expected"),
    [
        (None, None, "en"),
        ("fr", "es", "fr"),
        ("xx", "es", "es"),
        ("pt-BR", None, "pt"),
        (None, "fr-CA, es;q=0.9", "fr"),
        (None, "de, es;q=0.2, fr;q=0.3", "fr"),
        (None, "fr;q=0", "en"),
    ],
)
def test_language(asked, header, expected):
    assert language(asked, header) == expected
