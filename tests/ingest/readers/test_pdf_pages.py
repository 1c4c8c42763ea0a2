"""PDF pages made by hand: what stands where is known."""

from __future__ import annotations

import textwrap

import pytest

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.pdf import read_pdf
from mandategraph.ingest.reading import Cell, Kind, Reading

STREETS = ("north", "south", "east", "west", "market", "river", "bridge", "mill", "garden", "station")


def asked(street: str) -> str:
    return (
        f"Requests the Secretary to light the lanterns of the {street} street before the winter and to keep them lit "
        f"as long as the nights are long, and to report on the {street} street to the Council at its next session;"
    )


def read(made) -> Reading:
    return read_pdf("made.pdf", made.data())


def words(reading: Reading, *kinds: Kind) -> list[str]:
    return [reading.words(block) for block in reading.blocks if block.kind in (kinds or tuple(Kind))]


def test_paragraphs_are_joined_and_numbers_known(pdf):
    made = pdf().page()
    y = 700.0
    for number, street in enumerate(STREETS[:4], 1):
        y = made.lines(90, y, textwrap.wrap(f"{number}. {asked(street)}", 80)) - 6
    reading = read(made)
    assert [(block.number.printed, reading.words(block), block.page) for block in reading.blocks if block.number] == [
        (f"{number}.", asked(street), 1) for number, street in enumerate(STREETS[:4], 1)
    ]


def test_a_paragraph_goes_on_on_the_next_page(pdf):
    made = pdf()
    held = textwrap.wrap(asked("north"), 80)
    made.page().lines(90, 100, held[:2])
    made.page().lines(90, 700, held[2:])
    assert words(read(made)) == [asked("north")]


def test_first_lines_that_are_indented_begin_paragraphs(pdf):
    made = pdf().page()
    y = 700.0
    for street in STREETS[:3]:
        first, *rest = textwrap.wrap(asked(street), 80)
        made.write(110, y, first)
        y = made.lines(90, y - 12, rest)
    assert words(read(made)) == [asked(street) for street in STREETS[:3]]


def test_two_columns_are_read_one_after_the_other(pdf):
    made = pdf().page().write(90, 730, "RESOLUTION ON LANTERNS OF THE STREETS OF THE TOWN AND THE HARBOUR", 12)
    for x, streets in ((60, STREETS[:5]), (320, STREETS[5:])):
        y = 700.0
        for street in streets:
            y = made.lines(x, y, textwrap.wrap(asked(street), 46)) - 6
    assert words(read(made))[1:] == [asked(street) for street in STREETS]


def test_short_words_beside_short_words_are_read_across(pdf):
    """Dates and what happens on them are a table without lines, no columns."""
    made = pdf().page()
    for place, street in enumerate(STREETS):
        made.write(90, 700 - 14 * place, f"{place + 1} March").write(320, 700 - 14 * place, f"{street} street")
    reading = read(made)
    assert "2 March\tsouth street" in reading.text
    assert reading.text.index("1 March\tnorth") < reading.text.index("10 March\tstation")


def test_words_broken_at_the_end_of_a_line_are_mended(pdf):
    made = pdf().page()
    made.lines(
        90, 700, ["The Secretary-General asks every neighbourhood in the town to light its", "lanterns. The neigh-"]
    )
    made.lines(90, 676, ["bourhood of the Secretary-", "General is the first of them to do so in this winter."])
    assert words(read(made)) == [
        "The Secretary-General asks every neighbourhood in the town to light its lanterns. The neighbourhood of the "
        "Secretary-General is the first of them to do so in this winter."
    ]


def test_running_heads_and_page_numbers_are_furniture(pdf):
    made = pdf()
    for number, street in enumerate(STREETS[:4], 1):
        made.page().write(90, 740, "C/RES/31/7").write(300, 60, str(number))
        made.lines(90, 700, textwrap.wrap(f"{number}. {asked(street)}", 80))
    reading = read(made)
    assert words(reading, Kind.PARAGRAPH) == [asked(street) for street in STREETS[:4]]
    assert words(reading, Kind.FURNITURE) == [
        "C/RES/31/7",
        "1",
        "C/RES/31/7",
        "2",
        "C/RES/31/7",
        "3",
        "C/RES/31/7",
        "4",
    ]


def grid(made, rows: list[tuple[str, ...]], top: float, columns: tuple[float, ...] = (90, 200, 400)) -> None:
    height = 20
    for place, row in enumerate(rows):
        y = top - height * place
        made.rule(columns[0], y, columns[-1], y)
        for x, text in zip(columns, row, strict=False):
            if text:
                made.write(x + 4, y - 14, text)
    made.rule(columns[0], top - height * len(rows), columns[-1], top - height * len(rows))
    for x in columns:
        made.rule(x, top, x, top - height * len(rows))


def cells(reading: Reading) -> dict[str, Cell | None]:
    return {reading.words(block): block.cell for block in reading.blocks if block.kind is Kind.CELL}


def test_a_ruled_table_becomes_cells(pdf):
    made = pdf().page().write(90, 740, "The calendar of the Council for this winter is as follows:")
    grid(made, [("Date", "Activity"), ("4 March", "Opening"), ("5 March", "Lanterns")], 700)
    made.write(90, 600, "Adopted in plenary, as the Council of Harbours had agreed before.")
    reading = read(made)
    assert cells(reading) == {
        "Date": Cell(0, 0, 0),
        "Activity": Cell(0, 0, 1),
        "4 March": Cell(0, 1, 0),
        "Opening": Cell(0, 1, 1),
        "5 March": Cell(0, 2, 0),
        "Lanterns": Cell(0, 2, 1),
    }
    assert [block.kind for block in reading.blocks if block.kind is not Kind.CELL] == [Kind.PARAGRAPH] * 2
    assert words(reading)[0].startswith("The calendar")


def test_a_table_goes_on_on_the_next_page_without_its_head(pdf):
    made = pdf()
    made.page()
    grid(made, [("Date", "Activity"), ("4 March", "Opening of the")], 150)
    made.page()
    grid(made, [("Date", "Activity"), ("", "session"), ("5 March", "Lanterns")], 700)
    reading = read(made)
    assert cells(reading) == {
        "Date": Cell(0, 0, 0),
        "Activity": Cell(0, 0, 1),
        "4 March": Cell(0, 1, 0),
        "Opening of the": Cell(0, 1, 1),
        "session": Cell(0, 1, 1),
        "5 March": Cell(0, 2, 0),
        "Lanterns": Cell(0, 2, 1),
    }
    assert words(reading, Kind.FURNITURE) == ["Date", "Activity"]


def test_merged_cells_of_a_ruled_table(pdf):
    made = pdf().page()
    for y in (700, 680, 660):
        made.rule(90, y, 400, y)
    made.rule(90, 700, 90, 660).rule(400, 700, 400, 660).rule(200, 680, 200, 660)
    made.write(94, 686, "Wide").write(94, 666, "A").write(204, 666, "B")
    assert cells(read(made)) == {"Wide": Cell(0, 0, 0, 1, 2), "A": Cell(0, 1, 0), "B": Cell(0, 1, 1)}


def test_footnotes_are_set_apart_and_their_signs_taken_out(pdf):
    made = pdf().page()
    y = made.lines(90, 700, textwrap.wrap(f"1. {asked('north')}", 80))
    made.write(90, y, "2. Notes the report").write(178.5, y + 4, "1", 6)
    made.write(186, y, "of the Secretary on the lanterns of the town;")
    made.lines(90, 120, ["1 A/31/7, annex, which the Secretary had circulated before."], size=8)
    reading = read(made)
    assert words(reading, Kind.PARAGRAPH)[-1] == "Notes the report of the Secretary on the lanterns of the town;"
    (note,) = [block for block in reading.blocks if block.kind is Kind.FOOTNOTE]
    assert note.number is not None
    assert (note.number.printed, reading.words(note)[:7]) == ("1", "A/31/7,")


def test_headings_and_looks(pdf):
    made = pdf().page().write(90, 740, "Lanterns", 18)
    made.write(90, 700, "1.").write(110, 700, "Requests", font="F3").write(
        156, 700, "the Board to report to the Council;"
    )
    made.write(90, 680, "In bold", font="F2")
    made.lines(90, 650, textwrap.wrap(asked("north"), 80))
    reading = read(made)
    assert [(block.kind, block.depth, block.emphasis) for block in reading.blocks[:3]] == [
        (Kind.HEADING, 1, ""),
        (Kind.PARAGRAPH, 0, "italic"),
        (Kind.PARAGRAPH, 0, "bold"),
    ]
    assert reading.words(reading.blocks[1]) == "Requests the Board to report to the Council;"


def test_a_page_that_is_shown_turned_is_read_as_shown(pdf):
    made = pdf()
    made.more = "/Rotate 90"
    made.page()
    for place, text in enumerate(["1. Requests the Board;", "2. Urges the Council;"]):
        made.pages[-1].append(f"BT /F1 10 Tf 0 1 -1 0 {100 + 24 * place} 100 Tm ({text}) Tj ET")
    assert words(read(made)) == ["Requests the Board;", "Urges the Council;"]


def test_words_at_an_angle_are_left_out_and_told(pdf):
    made = pdf().page().write(90, 700, "The Council of Harbours met in plenary.")
    made.pages[-1].append("BT /F1 40 Tf 0.7 0.7 -0.7 0.7 200 300 Tm (DRAFT) Tj ET")
    reading = read(made)
    assert words(reading) == ["The Council of Harbours met in plenary."]
    assert any("at an angle" in note for note in reading.notes)


def test_a_pdf_without_words_says_what_to_do(pdf):
    made = pdf().page().rule(10, 10, 50, 50)
    with pytest.raises(UnreadableFile, match=r"made\.pdf has no text layer; run text recognition"):
        read(made)
