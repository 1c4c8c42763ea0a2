"""Documents that python-docx writes, with the styles and lists of Word's own template."""

from __future__ import annotations

import io

import docx

from mandategraph.ingest.readers.docx import read_docx
from mandategraph.ingest.reading import Cell, Kind


def test_lists_headings_and_tables_of_the_usual_template():
    made = docx.Document()
    made.core_properties.title = "On lanterns"
    made.add_heading("Lanterns", 1)
    for words, style in [
        ("Requests", "List Number"),
        ("Urges", "List Number"),
        ("Peace", "List Bullet"),
        ("Thanks", "List Number"),
    ]:
        made.add_paragraph(words, style=style)
    table = made.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Wide"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "Tall"
    table.cell(1, 0).text = "A"
    held = io.BytesIO()
    made.save(held)
    reading = read_docx("made.docx", held.getvalue())
    assert [(block.number.printed if block.number else "", reading.words(block)) for block in reading.blocks] == [
        ("", "Lanterns"),
        ("1.", "Requests"),
        ("2.", "Urges"),
        ("•", "Peace"),
        ("3.", "Thanks"),
        ("", "Wide"),
        ("", "Tall"),
        ("", "A"),
    ]
    assert (reading.blocks[0].kind, reading.blocks[0].depth) == (Kind.HEADING, 1)
    assert [block.cell for block in reading.blocks[5:]] == [Cell(0, 0, 0, 1, 2), Cell(0, 0, 2, 2, 1), Cell(0, 1, 0)]
    assert reading.title == "On lanterns"
