"""No cell of a spreadsheet that we write is run as a formula."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from mandategraph.core.worksheet import LAYOUT
from mandategraph.core.worksheet import Row as Line
from mandategraph.publish.workbook import as_csv, as_xlsx

BAD = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://example.org")')


@pytest.fixture
def sheets() -> dict[str, list[Line]]:
    """Every sheet, with such a cell in every column."""
    return {
        sheet: [Line("key", "words", "state", {column.key: cell for column in columns}) for cell in BAD]
        for sheet, columns in LAYOUT.items()
    }


def test_csv_for_people_begins_no_formula(sheets: dict[str, list[Line]]) -> None:
    files = as_csv(sheets, "cam", "en")
    seen = 0
    for data in files.values():
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
            seen += sum(cell.startswith("'") for cell in row)
    assert seen >= len(BAD) * len(LAYOUT)


def test_a_workbook_holds_no_formula_and_no_link(sheets: dict[str, list[Line]]) -> None:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(sheets, "cam", "=1+1", "en"))) as book:
        pages = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(pages) > len(LAYOUT) - 1
    assert not [page for page in pages if b"<f>" in page or b"<hyperlink" in page]
