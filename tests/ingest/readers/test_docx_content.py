"""What stands in a Word file besides numbers: tables, notes, boxes, tracked changes, fields."""

from __future__ import annotations

import io
import zipfile

from mandategraph.ingest.readers.docx import read_docx
from mandategraph.ingest.reading import Cell, Kind, Reading


def read(made) -> Reading:
    return read_docx("made.docx", made.data())


def words(reading: Reading, kind: Kind | None = None) -> list[str]:
    return [reading.words(block) for block in reading.blocks if kind in (None, block.kind)]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def cell(made, text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{made.paragraph(text)}</w:tc>"


def test_tables_stand_where_they_stand(word):
    made = word().add("Before")
    made.body.append(f"<w:tbl><w:tr>{cell(made, 'A')}{cell(made, 'B')}</w:tr></w:tbl>")
    reading = read(made.add("After"))
    assert [(block.kind, reading.words(block)) for block in reading.blocks] == [
        (Kind.PARAGRAPH, "Before"),
        (Kind.CELL, "A"),
        (Kind.CELL, "B"),
        (Kind.PARAGRAPH, "After"),
    ]


def test_merged_cells_tell_what_they_span(word):
    made = word()
    wide, starts, goes_on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    made.body.append(
        f"<w:tbl><w:tr>{cell(made, 'Wide', wide)}{cell(made, 'Tall', starts)}</w:tr>"
        f"<w:tr>{cell(made, 'A')}{cell(made, 'B')}{cell(made, '', goes_on)}</w:tr></w:tbl>"
    )
    made.body.append(f"<w:tbl><w:tr>{cell(made, 'Next')}</w:tr></w:tbl>")
    reading = read(made)
    assert {reading.words(block): block.cell for block in reading.blocks} == {
        "Wide": Cell(0, 0, 0, 1, 2),
        "Tall": Cell(0, 0, 2, 2, 1),
        "A": Cell(0, 1, 0),
        "B": Cell(0, 1, 1),
        "Next": Cell(1, 0, 0),
    }


def test_cells_merged_the_older_way_and_rows_that_begin_late(word):
    made = word()
    starts = '<w:hMerge w:val="restart"/>'
    made.body.append(
        f"<w:tbl><w:tr>{cell(made, 'A', starts)}{cell(made, '', '<w:hMerge/>')}"
        f'{cell(made, "B")}</w:tr><w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>{cell(made, "C")}</w:tr></w:tbl>'
    )
    reading = read(made)
    assert [block.cell for block in reading.blocks] == [Cell(0, 0, 0, 1, 2), Cell(0, 0, 2), Cell(0, 1, 2)]


def test_rows_deleted_under_tracking_are_gone(word):
    made = word()
    made.body.append(
        f"<w:tbl><w:tr>{cell(made, 'Kept')}</w:tr><w:tr><w:trPr><w:del w:id='1'/></w:trPr>{cell(made, 'Gone')}</w:tr>"
        f"<w:tr>{cell(made, 'Last')}</w:tr></w:tbl>"
    )
    reading = read(made)
    assert [(reading.words(block), block.cell) for block in reading.blocks] == [
        ("Kept", Cell(0, 0, 0)),
        ("Last", Cell(0, 1, 0)),
    ]


def test_a_table_in_a_cell_is_a_table_of_its_own(word):
    made = word()
    inner = f"<w:tbl><w:tr>{cell(made, 'Inner')}</w:tr></w:tbl>"
    made.body.append(f"<w:tbl><w:tr><w:tc>{made.paragraph('Outer')}{inner}<w:p/></w:tc></w:tr></w:tbl>")
    assert [block.cell for block in read(made).blocks] == [Cell(0, 0, 0), Cell(1, 0, 0)]


def test_tracked_changes_are_read_as_accepted_and_told(word):
    made = word()
    inserted = f'<w:ins w:id="1" w:author="a">{run("shall ")}</w:ins>'
    deleted = '<w:del w:id="2" w:author="a"><w:r><w:delText>may </w:delText></w:r></w:del>'
    moved = f'<w:moveFrom w:id="3">{run("gone ")}</w:moveFrom><w:moveTo w:id="4">{run("here ")}</w:moveTo>'
    made.add("", runs=run("The Board ") + inserted + deleted + moved + run("decide."))
    reading = read(made)
    assert words(reading) == ["The Board shall here decide."]
    assert reading.notes == ("Tracked changes were read as if accepted: 4.",)


def test_a_deleted_paragraph_mark_joins_two_paragraphs(word):
    made = word()
    made.add("The Board ", properties="<w:rPr><w:del w:id='1'/></w:rPr>").add("decides.")
    assert words(read(made)) == ["The Board decides."]


def test_footnotes_stand_behind_their_paragraph(word):
    made = word()
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    made.add("Noting the report", runs=reference + run(" with thanks")).add("Next")
    made.parts["footnotes"] = f'<w:footnote w:id="2">{made.paragraph("See the annex.")}</w:footnote>'
    reading = read(made)
    assert [(block.kind, reading.words(block)) for block in reading.blocks] == [
        (Kind.PARAGRAPH, "Noting the report with thanks"),
        (Kind.FOOTNOTE, "See the annex."),
        (Kind.PARAGRAPH, "Next"),
    ]
    assert reading.blocks[1].number is not None
    assert (reading.blocks[1].number.printed, reading.blocks[1].number.computed) == ("1", True)


def test_a_note_with_a_sign_of_its_authors_own(word):
    made = word()
    own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>'
    counted = '<w:r><w:footnoteReference w:id="3"/></w:r>'
    made.add("Title", runs=own).add("Words", runs=counted)
    made.parts["footnotes"] = (
        f'<w:footnote w:id="2">{made.paragraph("* Reissued.")}</w:footnote>'
        f'<w:footnote w:id="3">{made.paragraph("Counted.")}</w:footnote>'
    )
    reading = read(made)
    notes = [block for block in reading.blocks if block.kind is Kind.FOOTNOTE]
    assert [(note.number.printed, note.number.computed, reading.words(note)) for note in notes if note.number] == [
        ("*", False, "Reissued."),
        ("1", True, "Counted."),
    ]
    assert words(reading, Kind.PARAGRAPH) == ["Title", "Words"]


def test_endnotes_count_in_small_roman(word):
    made = word().add("Words", runs='<w:r><w:endnoteReference w:id="1"/></w:r>')
    made.parts["endnotes"] = f'<w:endnote w:id="1">{made.paragraph("At the end.")}</w:endnote>'
    note = read(made).blocks[1]
    assert note.number is not None
    assert (note.kind, note.number.printed, note.place) == (Kind.FOOTNOTE, "i", "endnote i")


def test_a_box_in_two_forms_is_read_once(word):
    made = word()
    held = f"<w:txbxContent>{made.paragraph('In the box')}</w:txbxContent>"
    drawn = (
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>"
        f"{held}</wps:txbx></wps:wsp></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{held}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    reading = read(made.add("Beside it", runs=f"<w:r>{drawn}</w:r>"))
    assert [(block.kind, reading.words(block)) for block in reading.blocks] == [
        (Kind.PARAGRAPH, "Beside it"),
        (Kind.BOX, "In the box"),
    ]


def test_headers_and_footers_are_furniture(word):
    made = word().add("Body")
    made.parts["header1"] = made.paragraph("C/RES/31/7")
    made.parts["footer1"] = made.paragraph("Page 1")
    made.section = '<w:headerReference r:id="header1"/><w:footerReference r:id="footer1"/>'
    reading = read(made)
    assert words(reading, Kind.FURNITURE) == ["C/RES/31/7", "Page 1"]
    assert words(reading) == ["C/RES/31/7", "Body", "Page 1"]


def field(instruction: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_fields_give_their_results_nested_ones_too(word):
    nested = field("HYPERLINK x", run("see ") + field("PAGEREF y", run("12")))
    made = word().add("As agreed, ", runs=nested + run("."))
    assert words(read(made)) == ["As agreed, see 12."]


def test_paragraphs_numbered_by_a_field(word):
    """Older files count with AUTONUM, whose result is in no file."""
    counted = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> AUTONUM </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    made = word().add("", runs=counted + run("Requests")).add("", runs=counted + run("Urges"))
    assert read(made).text == "1.\tRequests\n2.\tUrges\n"


def test_hyphens_and_blanks(word):
    made = word()
    pieces = [run("A/RES/71"), "<w:r><w:noBreakHyphen/></w:r>", run("1"), "<w:r><w:tab/></w:r>"]
    pieces += [run("co\u00adoperation"), "<w:r><w:softHyphen/></w:r>", run("\u00a0now")]
    made.add("", runs="".join(pieces))
    assert words(read(made)) == ["A/RES/71-1\tcooperation\u00a0now"]


def test_a_line_break_before_a_number_begins_a_block(word):
    made = word().add("", runs=run("1. Requests;") + "<w:r><w:br/></w:r>" + run("2. Urges"))
    made.add("", runs=run("Resolution") + "<w:r><w:br/></w:r>" + run("on lanterns"))
    reading = read(made)
    assert words(reading) == ["Requests;", "Urges", "Resolution\non lanterns"]


def test_hidden_words_are_left_out_and_told(word):
    reading = read(word().add("Seen", runs=run(" unseen", "<w:vanish/>")))
    assert words(reading) == ["Seen"]
    assert any("Hidden" in note for note in reading.notes)


def test_headings_by_style_and_by_outline(word):
    made = word()
    made.style("heading 2")
    made.style("Own", properties='<w:outlineLvl w:val="0"/>')
    made.add("Second", style="heading 2").add("First", style="Own").add("Body")
    made.add("Direct", properties='<w:outlineLvl w:val="3"/>')
    assert [(block.kind, block.depth) for block in read(made).blocks] == [
        (Kind.HEADING, 2),
        (Kind.HEADING, 1),
        (Kind.PARAGRAPH, 0),
        (Kind.HEADING, 4),
    ]


def test_the_look_of_the_first_words(word):
    made = word()
    made.style("Strong", runs="<w:b/>", properties='<w:jc w:val="center"/>')
    made.add("1. ", runs=run("Requests", "<w:i/>") + run(" the Board"))
    made.add("", style="Strong", runs=run("ON PEACE"))
    made.add("", style="Strong", runs=run("Plain", '<w:b w:val="0"/>'))
    assert [block.emphasis for block in read(made).blocks] == ["italic", "bold capitals centred", "centred"]


def test_indents_are_told_in_steps(word):
    made = word()
    for left in (1267, 1267, 1834, 2400, 1267):
        made.add("Words", properties=f'<w:ind w:left="{left}"/>')
    assert [block.depth for block in read(made).blocks] == [0, 0, 1, 2, 0]


def test_content_controls_and_hyperlinks_hold_words(word):
    made = word()
    made.body.append(f"<w:sdt><w:sdtPr/><w:sdtContent>{made.paragraph('Controlled')}</w:sdtContent></w:sdt>")
    made.add(
        "",
        runs=f"<w:hyperlink>{run('Linked')}</w:hyperlink><w:sdt><w:sdtContent>{run(' inside')}</w:sdtContent></w:sdt>",
    )
    assert words(read(made)) == ["Controlled", "Linked inside"]


def test_signs_of_symbol_fonts(word):
    made = word().add("", runs='<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>' + run(" next"))
    assert words(read(made)) == ["→ next"]


def test_pages_are_those_that_word_laid_out(word):
    broken = "<w:r><w:lastRenderedPageBreak/></w:r>"
    made = word().add("One").add("", runs=broken + run("Two"))
    assert [block.page for block in read(made).blocks] == [1, 2]
    assert [block.page for block in read(word().add("One")).blocks] == [None]


def repacked(data: bytes, change) -> bytes:
    """The same package, each part as `change(name, part)` gives it."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return held.getvalue()


def test_the_strict_form_of_the_format_is_read(word):
    made = word()
    ours = made.list("decimal|%1.")
    usual, strict = (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    data = repacked(made.add("Words", num=ours, level=0).data(), lambda _, part: part.replace(usual, strict))
    assert read_docx("made.docx", data).text == "1.\tWords\n"


def test_macros_are_told(word):
    made = word().add("Words")
    held = io.BytesIO(made.data())
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\0")
    assert "The file holds macros; they were ignored." in read_docx("made.docm", held.getvalue()).notes
