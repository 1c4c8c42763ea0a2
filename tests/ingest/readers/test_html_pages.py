"""HTML pages: what a browser shows and counts."""

from __future__ import annotations

import pytest

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.html import read_html
from mandategraph.ingest.reading import Cell, Kind, Reading


def read(body: str) -> Reading:
    return read_html("made.html", body.encode())


def numbers(reading: Reading) -> list[str]:
    return [block.number.printed if block.number else "" for block in reading.blocks]


def words(reading: Reading) -> list[str]:
    return [reading.words(block) for block in reading.blocks]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", ["1.", "2.", "3."]),
        ('start="33"', ["33.", "34.", "35."]),
        ('type="a"', ["a.", "b.", "c."]),
        ('type="A" start="26"', ["Z.", "AA.", "AB."]),
        ('type="i"', ["i.", "ii.", "iii."]),
        ('style="list-style-type: upper-roman"', ["I.", "II.", "III."]),
        ("reversed", ["3.", "2.", "1."]),
        ('style="list-style: none"', ["", "", ""]),
        ('start="many"', ["1.", "2.", "3."]),
    ],
)
def test_lists_count_as_in_a_browser(attributes, expected):
    assert numbers(read(f"<ol {attributes}><li>a<li>b<li>c</ol>")) == expected


def test_lists_in_lists_and_values_of_items():
    reading = read('<ol><li>a<ol type="i"><li>b</ol><li value="7"><p>c</p><p>more</p><li>d</ol><ul><li>e</ul>')
    assert numbers(reading) == ["1.", "i.", "7.", "", "8.", "•"]
    assert [block.number.level for block in reading.blocks if block.number] == [0, 1, 0, 0, 0]


def test_tables_tell_what_their_cells_span():
    reading = read(
        "<table><tr><th colspan=2>Wide<th rowspan=2>Tall<tr><td>A<td>B<tr><td>C<td>D<td>E</table>"
        "<table><tr><td>One cell only puts things on the page</table>"
    )
    assert {reading.words(block): block.cell for block in reading.blocks} == {
        "Wide": Cell(0, 0, 0, 1, 2),
        "Tall": Cell(0, 0, 2, 2, 1),
        "A": Cell(0, 1, 0),
        "B": Cell(0, 1, 1),
        "C": Cell(0, 2, 0),
        "D": Cell(0, 2, 1),
        "E": Cell(0, 2, 2),
        "One cell only puts things on the page": None,
    }


def test_scripts_styles_menus_and_hidden_parts_are_no_words():
    reading = read(
        "<head><title>T</title><style>p{}</style></head><script>var a = 'b'</script><nav>Menu</nav><p>Words"
        "<span style='display:none'>unseen</span><p hidden>unseen</p><footer>Foot</footer>"
    )
    assert [(block.kind, reading.words(block)) for block in reading.blocks] == [
        (Kind.FURNITURE, "Menu"),
        (Kind.PARAGRAPH, "Words"),
        (Kind.FURNITURE, "Foot"),
    ]
    assert reading.title == "T"


def test_paragraphs_headings_and_looks():
    reading = read(
        "<h2>Head</h2><p><b>1.</b> <i>Requests</i> a\n report<div align=center>CENTRED</div>tail <b>bold</b>"
    )
    assert [(block.kind, block.depth, block.emphasis, reading.words(block)) for block in reading.blocks] == [
        (Kind.HEADING, 2, "", "Head"),
        (Kind.PARAGRAPH, 0, "italic", "Requests a report"),
        (Kind.PARAGRAPH, 0, "capitals centred", "CENTRED"),
        (Kind.PARAGRAPH, 0, "", "tail bold"),
    ]


def test_breaks_part_lines_and_two_of_them_paragraphs():
    assert words(read("<p>1. One<br>2. Two<br><br>Three<br>four</p>")) == ["One", "Two", "Three\nfour"]


@pytest.mark.parametrize(
    "data",
    [
        "<p>résolution".encode("latin-1"),
        b"<meta charset=utf-8><p>r\xc3\xa9solution",
        b"<meta charset=windows-1252><p>r\xe9solution",
        b"<meta http-equiv=Content-Type content='text/html; charset=macintosh'><p>r\x8esolution",
        b"<meta charset=utf-8><p>r\xe9solution",
        "\ufeff<p>résolution".encode("utf-16-le"),
    ],
)
def test_encodings_named_wrongly_or_not_at_all(data):
    assert words(read_html("made.html", data)) == ["résolution"]


def test_the_language_is_the_pages():
    assert read("<html lang='es-AR'><p>Acta</p></html>").language == "es"


def test_xhtml_with_a_declaration_of_its_encoding():
    assert words(read('<?xml version="1.0" encoding="utf-8"?><html><body><p>Words</p></body></html>')) == ["Words"]


@pytest.mark.parametrize("body", ["", "<html></html>", "<script>1</script>", "<!-- -->", "<nav>Menu</nav>"])
def test_a_page_without_words_is_refused(body):
    with pytest.raises(UnreadableFile, match=r"made\.html holds no words"):
        read(body)


def test_ten_thousand_nested_lists_are_one_sentence():
    with pytest.raises(UnreadableFile, match=r"made\.html nests its parts more than 256 deep"):
        read("<ul><li>a" * 10_000)


def test_entities_are_refused():
    with pytest.raises(UnreadableFile, match="declares entities"):
        read('<!DOCTYPE html [<!ENTITY a SYSTEM "other.xml">]><p>&a;')
