"""Word's automatic numbers: what is printed is what Word prints, though no such characters are in the file."""

from __future__ import annotations

import pytest

from mandategraph.ingest.readers.docx import read_docx


def numbers(data: bytes) -> list[str]:
    """What stands before each paragraph, "" for nothing."""
    reading = read_docx("made.docx", data)
    for block in reading.blocks:
        if block.number is not None:
            assert reading.text[block.number.start : block.number.end] == block.number.printed
    return [block.number.printed if block.number else "" for block in reading.blocks]


def test_levels_begin_anew_under_each_number(word):
    made = word()
    ours = made.list("decimal|%1.", "lowerLetter|(%2)", "lowerRoman|(%3)")
    for level in (0, 1, 1, 2, 2, 1, 0, 1, 2):
        made.add("Words", num=ours, level=level)
    assert numbers(made.data()) == ["1.", "(a)", "(b)", "(i)", "(ii)", "(c)", "2.", "(a)", "(i)"]


def test_a_computed_number_says_so_and_tells_its_level(word):
    made = word()
    ours = made.list("decimal|%1.", "lowerLetter|(%2)")
    made.add("To urge", num=ours, level=0).add("Peace", num=ours, level=1).add("3. Typed")
    blocks = read_docx("made.docx", made.data()).blocks
    assert [(block.number.computed, block.number.level) for block in blocks if block.number] == [
        (True, 0),
        (True, 1),
        (False, None),
    ]


def test_a_typed_number_after_a_computed_one_stays(word):
    """The agenda that prints “1. 1. Election” was written so."""
    made = word()
    ours = made.list("decimal|%1.")
    made.add("1. Election", num=ours, level=0)
    reading = read_docx("made.docx", made.data())
    assert reading.text == "1.\t1. Election\n"
    assert reading.words(reading.blocks[0]) == "1. Election"
    assert reading.blocks[0].number is not None
    assert reading.blocks[0].number.printed == "1."


def test_several_levels_in_one_number(word):
    made = word()
    ours = made.list("upperRoman|%1.", "decimal|%1.%2", "lowerLetter|%1.%2.%3)")
    for level in (0, 1, 2, 2, 1, 0, 1):
        made.add("Words", num=ours, level=level)
    assert numbers(made.data()) == ["I.", "I.1", "I.1.a)", "I.1.b)", "I.2", "II.", "II.1"]


def test_legal_numbers_are_in_figures_throughout(word):
    made = word()
    ours = made.list("upperRoman|Article %1", "lowerLetter|%1.%2||<w:isLgl/>")
    for level in (0, 1, 1):
        made.add("Words", num=ours, level=level)
    assert numbers(made.data()) == ["Article I", "1.1", "1.2"]


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("decimal", ["27", "28", "29"]),
        ("lowerLetter", ["aa", "bb", "cc"]),
        ("upperLetter", ["AA", "BB", "CC"]),
        ("lowerRoman", ["xxvii", "xxviii", "xxix"]),
        ("upperRoman", ["XXVII", "XXVIII", "XXIX"]),
        ("decimalZero", ["27", "28", "29"]),
        ("ordinal", ["27th", "28th", "29th"]),
        ("ordinalText", ["Twenty-seventh", "Twenty-eighth", "Twenty-ninth"]),
        ("cardinalText", ["Twenty-seven", "Twenty-eight", "Twenty-nine"]),
    ],
)
def test_formats_from_27_on(word, format_, expected):
    made = word()
    ours = made.list(f"{format_}|%1|27")
    for _ in range(3):
        made.add("Words", num=ours, level=0)
    assert numbers(made.data()) == expected


def test_bullets_of_sign_fonts_are_bullets(word):
    made = word()
    ours = made.list("bullet|\uf0b7", "bullet|–", "bullet|\uf0a7")
    for level in (0, 1, 2):
        made.add("Words", num=ours, level=level)
    assert numbers(made.data()) == ["•", "–", "▪"]


def test_an_unknown_format_is_told(word):
    made = word()
    ours = made.list("thaiCounting|%1.")
    made.add("Words", num=ours, level=0)
    reading = read_docx("made.docx", made.data())
    assert reading.blocks[0].number is not None
    assert reading.blocks[0].number.printed == "1."
    assert any("thaiCounting" in note for note in reading.notes)


def override(level: int, start: int) -> str:
    return f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def test_a_list_that_overrides_its_start_takes_it_once(word):
    made = word()
    ours = made.list("decimal|%1.|18")
    second = made.again(0, override(0, 33))
    for num in (ours, ours, second, second, second):
        made.add("Words", num=num, level=0)
    assert numbers(made.data()) == ["18.", "19.", "33.", "34.", "35."]


def test_returning_to_the_first_list_goes_on_in_the_shared_counters(word):
    """Lists of one abstract definition are one list to Word; other readers go back to 20 here."""
    made = word()
    ours = made.list("decimal|%1.|18")
    second = made.again(0, override(0, 33))
    for num in (ours, ours, second, second, ours):
        made.add("Words", num=num, level=0)
    assert numbers(made.data()) == ["18.", "19.", "33.", "34.", "35."]


def test_lists_of_two_definitions_do_not_disturb_each_other(word):
    made = word()
    first, second = made.list("decimal|%1."), made.list("lowerLetter|%1)")
    for num in (first, second, first, second):
        made.add("Words", num=num, level=0)
    assert numbers(made.data()) == ["1.", "a)", "2.", "b)"]


def test_an_override_may_write_a_level_anew(word):
    made = word()
    made.list("decimal|%1.")
    other = made.again(
        0,
        '<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/>'
        '<w:lvlText w:val="Part %1"/></w:lvl></w:lvlOverride>',
    )
    made.add("Words", num=other, level=0).add("Words", num=other, level=0)
    assert numbers(made.data()) == ["Part IV", "Part V"]


def test_a_level_that_never_restarts(word):
    made = word()
    ours = made.list("upperRoman|%1.", 'decimal|%2.||<w:lvlRestart w:val="0"/>')
    for level in (0, 1, 1, 0, 1):
        made.add("Words", num=ours, level=level)
    assert numbers(made.data()) == ["I.", "1.", "2.", "II.", "3."]


def test_a_level_that_restarts_only_under_the_highest(word):
    made = word()
    ours = made.list("upperRoman|%1.", "upperLetter|%2.", 'decimal|%3.||<w:lvlRestart w:val="1"/>')
    for level in (0, 1, 2, 1, 2, 0, 1, 2):
        made.add("Words", num=ours, level=level)
    assert numbers(made.data()) == ["I.", "A.", "1.", "B.", "2.", "II.", "A.", "1."]


def test_a_level_passed_over_counts_as_begun(word):
    made = word()
    ours = made.list("decimal|%1.", "decimal|%1.%2")
    for level in (1, 1, 0, 1):
        made.add("Words", num=ours, level=level)
    assert numbers(made.data()) == ["1.1", "1.2", "2.", "2.1"]


def test_styles_number_their_paragraphs(word):
    """Also a style that is based on the one with the list; 0 takes the number off."""
    made = word()
    ours = made.list("decimal|%1.")
    made.style("Numbered", properties=f'<w:numPr><w:numId w:val="{ours}"/></w:numPr>')
    made.style("Child", based="Numbered")
    made.style("Freed", based="Numbered", properties='<w:numPr><w:numId w:val="0"/></w:numPr>')
    for style in ("Numbered", "Child", "Freed", "Numbered"):
        made.add("Words", style=style)
    made.add("Words", style="Numbered", num=0).add("Words", style="Child")
    assert numbers(made.data()) == ["1.", "2.", "", "3.", "", "4."]


def test_a_level_tied_to_a_style_counts_for_it(word):
    made = word()
    ours = made.list(
        'decimal|%1.||<w:pStyle w:val="One"/>',
        'lowerLetter|(%2)||<w:pStyle w:val="Two"/>',
    )
    for key in ("One", "Two"):
        made.style(key, properties=f'<w:numPr><w:numId w:val="{ours}"/></w:numPr>')
    for style in ("One", "Two", "Two", "One", "Two"):
        made.add("Words", style=style)
    assert numbers(made.data()) == ["1.", "(a)", "(b)", "2.", "(a)"]


def test_a_list_style_lends_its_definition(word):
    made = word()
    made.abstracts.append('<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="Ours"/></w:abstractNum>')
    made.list("upperLetter|%1)", properties='<w:styleLink w:val="Ours"/>')
    made.style("Ours", kind="numbering", properties='<w:numPr><w:numId w:val="1"/></w:numPr>')
    borrowed = made.again(0)
    made.add("Words", num=borrowed, level=0).add("Words", num=1, level=0)
    assert numbers(made.data()) == ["A)", "B)"]


def test_numbers_go_on_in_tables(word):
    made = word()
    ours = made.list("decimal|%1.")
    made.add("First", num=ours, level=0)
    cell = made.paragraph("In a cell", num=ours, level=0)
    made.body.append(f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>")
    made.add("After", num=ours, level=0)
    assert numbers(made.data()) == ["1.", "2.", "3."]


def test_an_empty_numbered_paragraph_is_counted_and_told(word):
    made = word()
    ours = made.list("decimal|%1.")
    made.add("First", num=ours, level=0).add("", num=ours, level=0).add("Third", num=ours, level=0)
    reading = read_docx("made.docx", made.data())
    assert [block.number.printed for block in reading.blocks if block.number] == ["1.", "3."]
    assert any("no words" in note for note in reading.notes)


def test_a_deleted_paragraph_is_not_counted(word):
    made = word()
    ours = made.list("decimal|%1.")
    gone = "<w:rPr><w:del w:id='1' w:author='a'/></w:rPr>"
    deleted = '<w:del w:id="2" w:author="a"><w:r><w:delText>Gone</w:delText></w:r></w:del>'
    made.add("First", num=ours, level=0)
    made.add("", num=ours, level=0, properties=gone, runs=deleted)
    made.add("Second", num=ours, level=0)
    reading = read_docx("made.docx", made.data())
    assert reading.text == "1.\tFirst\n2.\tSecond\n"


@pytest.mark.parametrize("num", [7, -1])
def test_a_list_that_is_not_defined_gives_no_number(word, num):
    assert numbers(word().add("Words", num=num, level=0).data()) == [""]


def test_definitions_in_a_circle_end(word):
    made = word()
    made.abstracts.append('<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="A"/></w:abstractNum>')
    made.style("A", kind="numbering", properties='<w:numPr><w:numId w:val="1"/></w:numPr>', based="A")
    ours = made.again(0)
    assert numbers(made.add("Words", num=ours, level=0).data()) == [""]
