"""OpenDocument texts made by hand, part by part."""

from __future__ import annotations

import io
import zipfile

import pytest

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.odt import read_odt
from mandategraph.ingest.reading import Cell, Kind, Reading

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
)
LISTS = (
    '<text:list-style style:name="L1">'
    '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>'
    '<text:list-level-style-number text:level="3" style:num-format="i" text:display-levels="3"/>'
    "</text:list-style>"
    '<text:list-style style:name="L2">'
    '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>'
    '<text:list-style style:name="L3">'
    '<text:list-level-style-number text:level="1" style:num-format="A" style:num-list-format="[%1%]"/>'
    "</text:list-style>"
)


def made(body: str, styles: str = "", master: str = "") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:automatic-styles>{LISTS}{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {SPACES}><office:master-styles>{master}</office:master-styles>"
            "</office:document-styles>",
        )
    return held.getvalue()


def read(body: str, styles: str = "", master: str = "") -> Reading:
    return read_odt("made.odt", made(body, styles, master))


def items(*texts: str, attributes: str = "") -> str:
    inner = "".join(f"<text:list-item><text:p>{text}</text:p></text:list-item>" for text in texts)
    return f"<text:list {attributes}>{inner}</text:list>"


def numbers(reading: Reading) -> list[str]:
    return [block.number.printed if block.number else "" for block in reading.blocks]


def test_levels_and_their_formats():
    deep = f"<text:list><text:list-item><text:p>i</text:p>{items('ii', attributes='')}</text:list-item></text:list>"
    body = (
        f'<text:list text:style-name="L1"><text:list-item><text:p>one</text:p>{deep}</text:list-item>'
        "<text:list-item><text:p>two</text:p><text:p>still two</text:p></text:list-item></text:list>"
    )
    assert numbers(read(body)) == ["1.", "(a)", "1.a.i", "2.", ""]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ('text:style-name="L1"', "1."),
        ('text:style-name="L1" text:continue-numbering="true"', "3."),
        ('text:style-name="L1" text:continue-list="first"', "3."),
    ],
)
def test_a_list_goes_on_only_where_it_says_so(second, expected):
    body = items("a", "b", attributes='text:style-name="L1" xml:id="first"') + "<text:p>between</text:p>"
    assert numbers(read(body + items("c", attributes=second))) == ["1.", "2.", "", expected]


def test_an_item_may_name_its_number():
    body = (
        '<text:list text:style-name="L1"><text:list-item text:start-value="33"><text:p>a</text:p></text:list-item>'
        "<text:list-item><text:p>b</text:p></text:list-item></text:list>"
    )
    assert numbers(read(body)) == ["33.", "34."]


def test_bullets_and_spelled_out_patterns():
    body = items("a", attributes='text:style-name="L2"') + items("b", "c", attributes='text:style-name="L3"')
    assert numbers(read(body)) == ["•", "[A]", "[B]"]


def test_headers_of_lists_and_items_of_lists_only_have_no_number():
    body = (
        '<text:list text:style-name="L1"><text:list-header><text:p>head</text:p></text:list-header>'
        f"<text:list-item>{items('deep')}</text:list-item><text:list-item><text:p>a</text:p></text:list-item></text:list>"
    )
    assert numbers(read(body)) == ["", "(a)", "2."]


def test_tables_with_merged_cells():
    body = (
        "<table:table><table:table-header-rows><table:table-row>"
        '<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1"><text:p>Wide</text:p>'
        "</table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>"
        "<table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell/></table:table-row>"
        "<table:table-row><table:table-cell/><table:table-cell><text:p>B</text:p></table:table-cell></table:table-row>"
        "</table:table>"
    )
    reading = read(body)
    assert [(reading.words(block), block.cell) for block in reading.blocks] == [
        ("Wide", Cell(0, 0, 0, 1, 2)),
        ("A", Cell(0, 1, 0)),
        ("B", Cell(0, 2, 1)),
    ]


def test_notes_boxes_and_furniture():
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>See the annex.</text:p></text:note-body></text:note>"
    )
    box = "<draw:frame><draw:text-box><text:p>Boxed</text:p></draw:text-box></draw:frame>"
    master = "<style:master-page><style:header><text:p>C/RES/31/7</text:p></style:header></style:master-page>"
    reading = read(f"<text:p>Words{note} go on{box}</text:p>", master=master)
    assert [(block.kind, reading.words(block)) for block in reading.blocks] == [
        (Kind.FURNITURE, "C/RES/31/7"),
        (Kind.PARAGRAPH, "Words go on"),
        (Kind.FOOTNOTE, "See the annex."),
        (Kind.BOX, "Boxed"),
    ]
    assert reading.blocks[2].number is not None
    assert reading.blocks[2].number.printed == "1"


def test_blanks_tabs_headings_and_looks():
    styles = (
        '<style:style style:name="T1" style:family="text"><style:text-properties fo:font-style="italic"/></style:style>'
        '<style:style style:name="P1" style:family="paragraph">'
        '<style:paragraph-properties fo:text-align="center"/></style:style>'
    )
    reading = read(
        '<text:h text:outline-level="2">Head</text:h><text:p text:style-name="P1">'
        '<text:span text:style-name="T1">Requests </text:span>  a<text:s text:c="2"/>b<text:tab/>c</text:p>',
        styles,
    )
    assert [(block.kind, block.depth, block.emphasis, reading.words(block)) for block in reading.blocks] == [
        (Kind.HEADING, 2, "", "Head"),
        (Kind.PARAGRAPH, 0, "italic centred", "Requests a  b\tc"),
    ]


def test_headings_take_the_numbers_of_the_outline_if_their_style_does():
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
        '<style:style style:name="Heading_20_1" style:family="paragraph"/>'
        '<style:style style:name="Own" style:family="paragraph" style:parent-style-name="Heading_20_1"/>'
        '<style:style style:name="Freed" style:family="paragraph" style:parent-style-name="Own" '
        'style:list-style-name=""/><style:style style:name="Other" style:family="paragraph"/>'
    )
    body = "".join(
        f'<text:h text:style-name="{style}" text:outline-level="{level}">Head</text:h>'
        for style, level in (("Own", 1), ("Own", 2), ("Freed", 1), ("Other", 1), ("Heading_20_1", 1))
    )
    assert numbers(read(body, outline)) == ["I.", "I.1", "", "", "II."]


def test_deleted_words_are_gone_and_told():
    tracked = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    reading = read(f"{tracked}<text:p>Kept</text:p>")
    assert reading.text == "Kept\n"
    assert reading.notes == ("Tracked changes were read as if accepted: 1.",)


def test_a_flat_file_is_read_too():
    body = "<office:body><office:text><text:p>Flat</text:p></office:text></office:body>"
    flat = f"<office:document {SPACES}>{body}</office:document>"
    assert read_odt("made.fodt", flat.encode()).text == "Flat\n"


@pytest.mark.parametrize("body", ["", "<text:p/>"])
def test_a_text_without_words_is_refused(body):
    with pytest.raises(UnreadableFile, match=r"made\.odt holds no words"):
        read(body)
