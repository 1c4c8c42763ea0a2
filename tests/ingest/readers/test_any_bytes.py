"""Whatever the bytes: a reading, or one of our own errors."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mandategraph.core.errors import MandateGraphError
from mandategraph.ingest.readers.akn import read_akn
from mandategraph.ingest.readers.choose import read_document
from mandategraph.ingest.readers.docx import read_docx
from mandategraph.ingest.readers.html import read_html
from mandategraph.ingest.readers.odt import read_odt
from mandategraph.ingest.readers.pdf import read_pdf
from mandategraph.ingest.readers.records import read_records
from mandategraph.ingest.reading import Reading

READERS: list[Callable[[str, bytes], Reading]] = [
    read_document,
    read_docx,
    read_odt,
    read_html,
    read_pdf,
    read_akn,
    read_records,
]
BEGINNINGS = [b"", b"PK\x03\x04", b"%PDF-1.7\n", b"<html>", b"<?xml version='1.0'?>", b"{", b"[{", b"\xff\xfe"]
PIECES = st.sampled_from(
    [
        *(
            "<ol start=9>",
            "<li>",
            "<table>",
            "<td rowspan=0>",
            "<td colspan=-4>",
            "</p>",
            "<br>",
            "<pre>",
            "text",
            "\n",
        ),
        *("<li value=99999999>", "<ol type=i>", "<nav>", "&#x110000;", "&nbsp;", "\x00", "1. ", "(a)", "<h9>", "<svg>"),
    ]
)
quietly = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def attempt(reader: Callable[[str, bytes], Reading], data: bytes) -> None:
    try:
        reading = reader("any.bin", data)
    except MandateGraphError as problem:
        told = problem.message
        reading = None
    if reading is None:
        assert told.startswith("any.bin ")
        assert "\n" not in told
        return
    end = 0
    for block in sorted(reading.blocks, key=lambda block: block.start):
        start = min(block.start, block.number.start) if block.number else block.start
        assert end <= start <= block.end <= len(reading.text)
        end = block.end
    reading.text.encode("utf-8")


@pytest.mark.parametrize("reader", READERS)
@quietly
@given(start=st.sampled_from(BEGINNINGS), rest=st.binary(max_size=300))
def test_random_bytes(reader, start, rest):
    attempt(reader, start + rest)


@quietly
@given(pieces=st.lists(PIECES, max_size=40))
def test_any_html(pieces):
    attempt(read_html, "".join(pieces).encode())


def mutated(data: bytes, cuts: list[tuple[int, bytes]]) -> bytes:
    for place, piece in cuts:
        at = place % max(1, len(data))
        data = data[:at] + piece + data[at + len(piece) :]
    return data


CUTS = st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6)


@pytest.fixture
def wordfile(word) -> bytes:
    made = word()
    ours = made.list("decimal|%1.", "lowerLetter|(%2)")
    made.add("Requests", num=ours, level=0).add("Peace", num=ours, level=1, style="x")
    made.body.append(f"<w:tbl><w:tr><w:tc>{made.paragraph('Cell')}</w:tc></w:tr></w:tbl>")
    made.add("Noted", runs='<w:r><w:footnoteReference w:id="1"/></w:r>')
    made.parts["footnotes"] = f'<w:footnote w:id="1">{made.paragraph("Note")}</w:footnote>'
    return made.data(zipfile.ZIP_STORED)


@quietly
@given(cuts=CUTS)
def test_damaged_word_files(wordfile, cuts):
    attempt(read_docx, mutated(wordfile, cuts))


WORDS = st.sampled_from(
    [
        *(
            "p",
            "r",
            "t",
            "pPr",
            "numPr",
            "ilvl",
            "numId",
            "tbl",
            "tr",
            "tc",
            "tcPr",
            "gridSpan",
            "vMerge",
            "sdt",
            "del",
        ),
        *("ins", "fldChar", "instrText", "txbxContent", "pict", "sectPr", "headerReference", "sym", "br", "ruby"),
    ]
)
VALUES = st.sampled_from(
    ["", "0", "-1", "9", "99999999999", "x", "restart", "begin", "end", "separate", "1e400", "F0B7", "footnote"]
)


@st.composite
def trees(draw, depth: int = 0) -> str:
    inner = "".join(draw(st.lists(trees(depth + 1), max_size=3))) if depth < 5 else "words"
    attributes = " ".join(
        f'w:{name}="{draw(VALUES)}"' for name in ("val", "id", "char", "fldCharType") if draw(st.booleans())
    )
    name = draw(WORDS)
    return f"<w:{name} {attributes}>{inner}</w:{name}>"


@quietly
@given(tree=trees(), numbering=trees(), styles=trees())
def test_any_structure_of_a_word_file(word, tree, numbering, styles):
    made = word().add("Words")
    made.body.append(tree)
    made.abstracts.append(numbering)
    made.styles.append(styles)
    attempt(read_docx, made.data())


@quietly
@given(cuts=CUTS)
def test_damaged_pdf_files(pdf, cuts):
    made = pdf().page().write(90, 700, "1. Requests the Board;").rule(90, 600, 300, 600).rule(200, 500, 200, 600)
    attempt(read_pdf, mutated(made.page().write(90, 700, "Words").data(), cuts))


@quietly
@given(cuts=CUTS)
def test_damaged_open_documents(cuts):
    space = "urn:oasis:names:tc:opendocument:xmlns"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{space}:office:1.0" xmlns:t="{space}:text:1.0"><o:body><o:text>'
            '<t:list><t:list-item t:start-value="3"><t:p>Words</t:p></t:list-item></t:list>'
            "</o:text></o:body></o:document-content>",
        )
    attempt(read_odt, mutated(held.getvalue(), cuts))
