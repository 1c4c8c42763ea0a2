"""Akoma Ntoso as parliaments publish it."""

from __future__ import annotations

import pytest

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.akn import read_akn
from mandategraph.ingest.reading import Cell, Kind, Reading

HEAD = (
    '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act><meta><identification><FRBRExpression>'
    '<FRBRlanguage language="spa"/></FRBRExpression></identification></meta>'
)


def read(body: str) -> Reading:
    return read_akn("made.xml", f"{HEAD}{body}</act></akomaNtoso>".encode())


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [
        (block.number.printed if block.number else "", reading.words(block), block.place) for block in reading.blocks
    ]


def test_articles_paragraphs_and_points():
    reading = read(
        "<body><article><num>Article 1</num><heading>Lanterns</heading>"
        "<paragraph><num>1.</num><content><p>They are lit.</p></content></paragraph>"
        "<paragraph><num>2.</num><list><intro><p>In winter:</p></intro>"
        "<point><num>(a)</num><content><p>early;</p></content></point></list></paragraph></article></body>"
    )
    assert told(reading) == [
        ("Article 1", "Lanterns", "Article 1"),
        ("1.", "They are lit.", "Article 1, paragraph 1."),
        ("2.", "In winter:", "Article 1, paragraph 2."),
        ("(a)", "early;", "Article 1, paragraph 2., point (a)"),
    ]
    assert [block.kind for block in reading.blocks] == [Kind.HEADING, *[Kind.PARAGRAPH] * 3]
    assert reading.language == "es"


def test_an_article_without_a_heading_gives_its_number_to_its_words():
    reading = read("<body><article><num>Artículo 1º</num><content><p>.- Declárase.</p></content></article></body>")
    assert told(reading) == [("Artículo 1º.-", "Declárase.", "article Artículo 1º")]


def test_recitals():
    reading = read("<preamble><recitals><recital><num>(1)</num><p>Whereas.</p></recital></recitals></preamble>")
    assert told(reading) == [("(1)", "Whereas.", "recital (1)")]


def test_a_number_without_words_is_not_lost():
    assert told(read("<body><section><num>§ 7</num></section><section><p>a</p></section></body>"))[0][1] == "§ 7"


def test_notes_and_tables():
    reading = read(
        '<body><p>Words<authorialNote marker="1"><p>A note.</p></authorialNote> go <i>on</i></p>'
        "<table><tr><td rowspan='2'><p>A</p></td><td><p>B</p></td></tr><tr><td>C</td></tr></table></body>"
    )
    assert [(block.kind, reading.words(block), block.cell) for block in reading.blocks] == [
        (Kind.PARAGRAPH, "Words go on", None),
        (Kind.FOOTNOTE, "A note.", None),
        (Kind.CELL, "A", Cell(0, 0, 0, 2, 1)),
        (Kind.CELL, "B", Cell(0, 0, 1)),
        (Kind.CELL, "C", Cell(0, 1, 1)),
    ]


def test_other_xml_is_refused():
    with pytest.raises(UnreadableFile, match="is XML, but not Akoma Ntoso"):
        read_akn("made.xml", b"<note/>")
