"""Shapes of PDF pages that printers use: rules across only, heads of odd and even pages, titles over two columns."""

from __future__ import annotations

import textwrap

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


def cells(reading: Reading) -> dict[str, Cell | None]:
    return {reading.words(block): block.cell for block in reading.blocks if block.kind is Kind.CELL}


def test_a_table_with_a_rule_under_each_row(pdf):
    made = pdf().page().write(90, 740, "The calendar of the Council for this winter is as follows:")
    rows = [
        ("Date", "Activity", "Place"),
        ("4 March", "Opening of the session", "Harbour"),
        ("5 March", "Lanterns", "Mill"),
    ]
    for place, row in enumerate(rows):
        made.rule(90, 700 - 30 * place, 480, 700 - 30 * place)
        for x, text in zip((92, 190, 360), row, strict=True):
            made.write(x, 682 - 30 * place, text)
    made.rule(90, 610, 480, 610)
    made.write(90, 560, "Adopted in plenary, as the Council of Harbours had agreed before.")
    reading = read(made)
    assert cells(reading) == {
        text: Cell(0, row, column) for row, held in enumerate(rows) for column, text in enumerate(held)
    }
    assert len(words(reading, Kind.PARAGRAPH)) == 2


def test_a_table_with_rules_over_and_under_its_head_and_at_its_end(pdf):
    made = pdf().page()
    made.rule(90, 700, 480, 700).write(92, 686, "Month").write(190, 686, "Activity").write(360, 686, "Lead")
    made.rule(90, 680, 480, 680)
    made.write(92, 666, "March").write(190, 666, "Opening of the session").write(360, 666, "Chair")
    made.write(190, 654, "in the harbour")
    made.write(92, 640, "April").write(190, 640, "Lanterns").write(360, 640, "Secretary")
    made.rule(90, 630, 480, 630)
    found = cells(read(made))
    assert found["Month"] == Cell(0, 0, 0)
    assert found["March"] == Cell(0, 1, 0)
    assert found["Opening of the session in the harbour"] == Cell(0, 1, 1)
    assert (found["April"], found["Secretary"]) == (Cell(0, 2, 0), Cell(0, 2, 2))


def test_rules_between_paragraphs_are_no_table(pdf):
    made = pdf().page()
    y = 700.0
    for street in STREETS[:3]:
        made.rule(90, y + 14, 500, y + 14)
        y = made.lines(90, y, textwrap.wrap(asked(street), 80)) - 20
    reading = read(made)
    assert cells(reading) == {}
    assert words(reading) == [asked(street) for street in STREETS[:3]]


def test_heads_of_odd_and_even_pages(pdf):
    made = pdf()
    for number, street in enumerate(STREETS[:8], 1):
        made.page()
        if number % 2:
            made.write(90, 750, "Resolutions of the Council of Harbours").write(500, 750, str(number))
        else:
            made.write(90, 750, str(number)).write(330, 750, "Thirty-first session")
        made.lines(90, 700, textwrap.wrap(f"{number}. {asked(street)}", 80))
    reading = read(made)
    assert words(reading, Kind.PARAGRAPH) == [asked(street) for street in STREETS[:8]]
    assert len(words(reading, Kind.FURNITURE)) >= 8


def test_a_title_over_two_columns_comes_first(pdf):
    made = pdf().page()
    made.write(90, 740, "Resolutions adopted by the Council of Harbours at its thirty-first session, on lanterns", 11)
    left = [line for street in STREETS[:3] for line in textwrap.wrap(asked(street), 40)]
    right = [line for street in STREETS[3:6] for line in textwrap.wrap(asked(street), 40)]
    made.lines(60, 700, left)
    made.lines(320, 700, right)
    found = " ".join(words(read(made)))
    places = [found.index(part) for part in ("Resolutions adopted", "north street", "east street", "west street")]
    assert places == sorted(places)


def test_notes_at_the_foot_do_not_break_a_paragraph_that_goes_on(pdf):
    made = pdf()
    held = textwrap.wrap(f"1. {asked('north')}", 80)
    made.page().lines(90, 110, held[:2])
    made.rule(90, 84, 200, 84).lines(90, 74, ["1 A/31/7, annex, which the Secretary had circulated."], size=8)
    made.page().lines(90, 700, [*held[2:], *textwrap.wrap(f"2. {asked('south')}", 80)])
    reading = read(made)
    assert words(reading, Kind.PARAGRAPH) == [asked("north"), asked("south")]
    assert len(words(reading, Kind.FOOTNOTE)) == 1


def test_a_table_ruled_across_goes_on_on_the_next_page(pdf):
    made = pdf()
    for page, rows in enumerate(
        ([("Date", "Activity"), ("4 March", "Opening")], [("Date", "Activity"), ("5 March", "Lanterns")])
    ):
        made.page()
        top = 140.0 if page == 0 else 720.0
        for place, row in enumerate(rows):
            made.rule(90, top - 20 * place, 400, top - 20 * place)
            made.write(92, top - 14 - 20 * place, row[0]).write(240, top - 14 - 20 * place, row[1])
        made.rule(90, top - 40, 400, top - 40)
    found = cells(read(made))
    assert (found["4 March"], found["5 March"]) == (Cell(0, 1, 0), Cell(0, 2, 0))
