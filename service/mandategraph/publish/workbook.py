"""A worksheet as a spreadsheet file or a folder of CSV files, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from mandategraph.core.errors import BadData, CannotLook
from mandategraph.core.worksheet import DAYS, FACES, HIDDEN, LAYOUT, MARK, Cell, Entry, Row, face_of, title
from mandategraph.core.worksheet_texts import ANSWERS, SHEETS, START

_LONGEST_CELL = 32_000
_LARGEST_FILE = 100_000_000
_MOST_ROWS = 200_000


def grid(sheet: str, rows: Sequence[Row], plan: str, language: str) -> list[list[str]]:
    """Return a sheet as rows of text: keys of the columns (hidden), headings, then the rows themselves."""
    columns = LAYOUT[sheet]
    first = [f"{MARK} {sheet} {plan}", *HIDDEN[1:], *(column.key for column in columns)]
    second = [*([""] * len(HIDDEN)), *(title(sheet, column, language) for column in columns)]
    body = []
    for row in rows:
        cells = {column.key: row.cells.get(column.key, "")[:_LONGEST_CELL] for column in columns}
        body.append([row.key, row.words, row.state, face_of(sheet, cells), *cells.values()])
    return [first, second, *body]


def as_xlsx(sheets: Mapping[str, Sequence[Row]], plan: str, plan_title: str, language: str) -> bytes:
    """Return the worksheet as an Excel file: the same bytes for the same rows."""
    from datetime import datetime

    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(buffer, options)
    book.set_properties({"title": plan_title, "created": datetime(2000, 1, 1)})  # the same bytes on any day
    locked = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C0C0C0"})
    open_ = book.add_format(
        {"text_wrap": True, "valign": "top", "border": 1, "locked": False, "bg_color": "#FFF8D6", "num_format": "@"}
    )
    days = book.add_format(
        {"valign": "top", "border": 1, "locked": False, "bg_color": "#FFF8D6", "num_format": "yyyy-mm-dd"}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9E2EF", "border": 1})
    start = book.add_worksheet(SHEETS[language]["start"])
    start.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
    for place, text in enumerate(START[language]):
        start.write_string(place, 0, text.format(plan=plan_title))
    start.protect()
    for sheet, columns in LAYOUT.items():
        page = book.add_worksheet(SHEETS[language][sheet])
        lines = grid(sheet, sheets.get(sheet, ()), plan, language)
        page.set_row(0, None, None, {"hidden": True})
        page.set_column(0, len(HIDDEN) - 1, 4, None, {"hidden": True})
        page.freeze_panes(2, len(HIDDEN) + 1)
        for place, column in enumerate(columns, start=len(HIDDEN)):
            page.set_column(place, place, column.width)
            if column.choices and len(lines) > 2:
                words = [ANSWERS[language][choice] for choice in column.choices]
                page.data_validation(2, place, len(lines) - 1, place, {"validate": "list", "source": words})
        formats = [locked] * len(HIDDEN)
        formats += [(days if column.key in DAYS else open_) if column.is_open else locked for column in columns]
        for number, line in enumerate(lines):
            for place, text in enumerate(line):
                style = head if number == 1 else formats[place]
                if text:
                    page.write_string(number, place, text, style)
                else:
                    page.write_blank(number, place, None, style)
        # The hidden columns are within: whoever sorts by it takes the keys along.
        page.autofilter(1, 0, max(len(lines) - 1, 1), len(HIDDEN) + len(columns) - 1)
        page.protect(
            "", {"sort": True, "autofilter": True, "delete_rows": True, "format_rows": True, "format_columns": True}
        )
    book.close()
    return buffer.getvalue()


def as_csv(sheets: Mapping[str, Sequence[Row]], plan: str, language: str) -> dict[str, bytes]:
    """Return the worksheet as CSV files by name, in UTF-8 with the mark by which Excel knows it."""
    files = {}
    for sheet in LAYOUT:
        written = io.StringIO()
        lines = grid(sheet, sheets.get(sheet, ()), plan, language)
        csv.writer(written, lineterminator="\r\n").writerows([[_harmless(text) for text in line] for line in lines])
        files[f"{sheet}.csv"] = ("\ufeff" + written.getvalue()).encode()
    return files


def _harmless(text: str) -> str:
    # A cell that begins so would be run as a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def read(path: Path, plan: str) -> list[Entry]:
    """Return the rows of a worksheet in which something was filled in; BadData where it is none, or of another plan."""
    entries: list[Entry] = []
    known = 0
    for name, lines in pages(path):
        first = str(lines[0][0]).split(" ") if lines and lines[0] else [""]
        if not first[0].startswith(MARK.rsplit("-", 1)[0]):
            continue
        if first[0] != MARK:
            raise BadData(f"{path}, sheet {name}: this worksheet is of another version ({first[0]}).", str(path))
        if len(first) != 3 or first[1] not in LAYOUT:
            raise BadData(f"{path}, sheet {name}: its first cell was changed.", str(path))
        if first[2] != plan:
            raise BadData(f"{path}, sheet {name}: this worksheet is of another plan ({first[2]}).", str(path))
        known += 1
        entries += _entries(path.name, name, first[1], lines)
    if not known:
        raise BadData(f"{path} is not a worksheet. Write one with: mandategraph worksheet cam -o cam.xlsx", str(path))
    return entries


def pages(path: Path) -> list[tuple[str, list[list[Cell]]]]:
    """Return the sheets of a spreadsheet, a CSV file or a folder of CSV files, by name; BadData where it is none."""
    if not path.exists():
        raise BadData(f"There is no file {path}.", str(path))
    return _csv_pages(path) if path.is_dir() or path.suffix.casefold() == ".csv" else _xlsx_pages(path)


def _entries(file: str, name: str, sheet: str, lines: Sequence[Sequence[Cell]]) -> list[Entry]:
    keys = [str(cell).strip() for cell in lines[0]]
    places = {column.key: keys.index(column.key) for column in LAYOUT[sheet] if column.is_open and column.key in keys}
    missing = [column.key for column in LAYOUT[sheet] if column.is_open and column.key not in keys]
    shown = {name: keys.index(name) for name in FACES[sheet] if name in keys}
    missing += [name for name in FACES[sheet] if name not in shown]
    if missing or keys[1 : len(HIDDEN)] != list(HIDDEN[1:]):
        raise BadData(f"{file}, sheet {name}: columns are missing ({', '.join(missing) or 'hidden ones'}).", file)
    found = []
    for number, line in enumerate(lines[2:], start=3):
        cells = [*line, *[None] * (len(keys) - len(line))]
        given = {key: _bare(cells[place]) for key, place in places.items() if _is_filled(cells[place])}
        if given:
            key, words, state, face = (str(cell or "").strip() for cell in cells[: len(HIDDEN)])
            is_in_place = face == face_of(sheet, {one: cells[place] for one, place in shown.items()})
            found.append(Entry(file, name, number, sheet, key, words, state, given, is_in_place))
    return found


def _is_filled(cell: Cell) -> bool:
    # FALSE and 0 are filled in.
    return cell is not None and bool(str(cell).strip())


def _bare(cell: Cell) -> Cell:
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") else cell


def _xlsx_pages(path: Path) -> list[tuple[str, list[list[Cell]]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    if path.stat().st_size > _LARGEST_FILE:
        raise CannotLook(f"{path} is larger than {_LARGEST_FILE // 1_000_000} megabytes.")
    try:
        with CalamineWorkbook.from_path(path) as book:
            pages: list[tuple[str, list[list[Cell]]]] = []
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                _unmerged(path, name, sheet.merged_cell_ranges)
                rows = sheet.to_python(skip_empty_area=False, nrows=_MOST_ROWS)
                pages.append((name, [list(row) for row in rows]))  # type: ignore[arg-type]
            return pages
    except (CalamineError, OSError) as problem:
        raise BadData(f"{path} is not a spreadsheet that can be read ({problem}).", str(path)) from problem


def _unmerged(path: Path, name: str, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None) -> None:
    # Only the first of merged cells has a value: what was meant for two rows would be decided for one.
    for (top, left), (bottom, right) in ranges or ():
        if top != bottom:
            raise BadData(
                f"{path.name}, sheet {name}: the cells {_cell(top, left)}:{_cell(bottom, right)} are merged. "
                "Unmerge them and fill in each row.",
                str(path),
            )


def _cell(row: int, column: int) -> str:
    letters, rest = "", column + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(ord("A") + last) + letters
    return f"{letters}{row + 1}"


def _csv_pages(path: Path) -> list[tuple[str, list[list[Cell]]]]:
    pages: list[tuple[str, list[list[Cell]]]] = []
    for file in sorted(path.glob("*.csv")) if path.is_dir() else [path]:
        try:
            text = file.read_bytes()[:_LARGEST_FILE].decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            raise BadData(f"{file} is not text in UTF-8 ({problem}).", str(file)) from problem
        # Spreadsheets in many countries write semicolons.
        first = next((line for line in text.splitlines() if not line.startswith("#")), "")
        delimiter = max(",;\t", key=first.count)
        try:
            pages.append((file.stem, [list(row) for row in csv.reader(io.StringIO(text, ""), delimiter=delimiter)]))
        except csv.Error as problem:
            raise BadData(f"{file} cannot be read: {problem}.", str(file)) from problem
    return pages
