"""PDF files with a text layer: reading order, running heads apart, footnotes, ruled tables across pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.indents import Indents
from mandategraph.ingest.readers.pdflayout import Line, Paragraph, in_order, lines_of, paragraphs_of
from mandategraph.ingest.readers.pdfopen import open_grids
from mandategraph.ingest.readers.pdfpage import Page, Run, read_page
from mandategraph.ingest.readers.pdftables import Field, Grid, grids
from mandategraph.ingest.readers.typed import add_typed
from mandategraph.ingest.readers.wraps import Joiner, SourceLine
from mandategraph.ingest.reading import Cell, Composer, Kind, Reading
from mandategraph.ingest.safety import LIMITS, SAVE_AGAIN, check_words
from mandategraph.ingest.structure.lines import ENDS_A_SENTENCE
from mandategraph.ingest.structure.marks import read_mark

if TYPE_CHECKING:
    import pypdfium2

_MARGIN = 36.0
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|página|p\.|pág\.)?\s*\d{1,4}(?:\s*(?:/|of|de|sur)\s*\d{1,4})?\W*\Z|\W*[ivxl]{1,6}\W*\Z", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_NOTE = re.compile(r"(?P<sign>\d{1,3}|[*†‡§]{1,3}|[a-z](?=\s))[.)]?\s*(?=\S)")
_SHOWN_PAGES = 8


def read_pdf(name: str, data: bytes) -> Reading:
    """Return the reading of a PDF that holds words and not only pictures of them; blocks know their pages."""
    pages, told, title = _pages(name, data)
    if not any(page.runs for page in pages):
        raise UnreadableFile(name, "has no text layer", "run text recognition (OCR) over it and give the result")
    document = _Document(pages)
    document.compose()
    check_words(name, len(document.composer.text))
    return document.composer.reading(name, "pdf", data, notes=[*told, *_told(pages)], title=title)


def _pages(name: str, data: bytes) -> tuple[list[Page], list[str], str]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).casefold():
            raise UnreadableFile(name, "is encrypted", "take the password off and save it again") from problem
        raise UnreadableFile(name, "is damaged: it cannot be opened as a PDF", SAVE_AGAIN) from problem
    try:
        count = len(document)
        if not 0 < count <= LIMITS.pages:
            told = f"has {count:,} pages" if count else "has no pages"
            raise UnreadableFile(name, told, f"give a file of 1 to {LIMITS.pages:,} pages")
        title = str(document.get_metadata_dict().get("Title", "")).replace("\0", "").strip()
        return *_read_pages(name, document, count), title
    finally:
        document.close()


def _read_pages(name: str, document: pypdfium2.PdfDocument, count: int) -> tuple[list[Page], list[str]]:
    import pypdfium2

    pages: list[Page] = []
    broken: list[int] = []
    characters = 0
    for number in range(count):
        try:
            pages.append(read_page(document, number))
        except pypdfium2.PdfiumError:
            broken.append(number + 1)
            continue
        characters += sum(len(run.words) for run in pages[-1].runs)
        check_words(name, characters)
    if not pages:
        raise UnreadableFile(name, "is damaged: none of its pages can be read", SAVE_AGAIN)
    return pages, [f"These pages are damaged and were not read: {_listed(broken)}."] if broken else []


def _told(pages: Sequence[Page]) -> Iterator[str]:
    if silent := [page.number for page in pages if not page.runs and page.pictures]:
        yield f"These pages hold pictures and no text, and were not read: {_listed(silent)}."
    if turned := [page.number for page in pages if page.turned]:
        yield f"Words that stand at an angle were left out on these pages: {_listed(turned)}."
    if crowded := [page.number for page in pages if page.unruled]:
        yield f"These pages hold too many lines to look for tables: {_listed(crowded)}."


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:_SHOWN_PAGES]))
    return shown + (f" and {len(numbers) - _SHOWN_PAGES} more" if len(numbers) > _SHOWN_PAGES else "")


@dataclass(slots=True)
class _Table:
    """A table, on however many pages."""

    number: int
    columns: tuple[float, ...]
    rows: int
    head: tuple[str, ...]


def _tables(page: Page) -> list[Grid]:
    closed = grids(page)
    return sorted([*closed, *open_grids(page, closed)], key=lambda grid: -grid.top)


@dataclass
class _Document:
    pages: list[Page]
    composer: Composer = field(default_factory=Composer)
    table: _Table | None = None
    """The table that the last page ended with."""
    tables: int = 0

    def __post_init__(self) -> None:
        self.grids = {page.number: _tables(page) for page in self.pages}
        self.furniture = _furniture(self.pages, self.grids)
        self.body = _body_size(self.pages)
        self.joiner = Joiner(
            [SourceLine(run.words, 0, 0, 0, 0) for page in self.pages for run in page.runs if len(run.words) > 3]
        )
        self.indents = Indents()
        self.held: list[Line] = []
        """Lines that may go on on the next page."""

    def compose(self) -> None:
        for page in self.pages:
            self._page(page)
        self._release()
        for page in self.pages:
            for line in lines_of([run for run in page.runs if id(run) in self.furniture], page.number):
                self.composer.add(line.words, kind=Kind.FURNITURE, page=page.number, place=f"page {page.number}")
        self.composer.blocks[:] = self.indents.applied(self.composer.blocks)

    def _page(self, page: Page) -> None:
        found = self.grids[page.number]
        inside: dict[int, list[tuple[Field, Run]]] = {}
        free: list[Run] = []
        for run in page.runs:
            if id(run) in self.furniture:
                continue
            for place, grid in enumerate(found):
                if (held := _owner(grid, run)) is not None:
                    inside.setdefault(place, []).append((held, run))
                    break
            else:
                free.append(run)
        lines = in_order(free, [grid.top for grid in found], page.number)
        notes = self._notes(lines, page)
        lines = [line for line in lines if line not in notes]
        signs = {mark["sign"] for line in notes if (mark := _NOTE.match(line.words))}
        for line in lines:
            # The sign of a footnote that stands on this page is told with the footnote.
            line.runs = [run for run in line.runs if not (run.raised and run.words.strip("()[]") in signs)] or line.runs
        first = True
        for place, grid in enumerate(found):
            above = [line for line in lines if line.baseline > grid.top - 2]
            if above:
                first = False
            self.held += above
            lines = lines[len(above) :] if lines[: len(above)] == above else [one for one in lines if one not in above]
            self._release()
            self._cells(grid, inside.get(place, []), page.number, goes_on=first)
            first = False
        if lines or not found:
            self.table = None
        self.held += lines
        if notes:
            self._release(but_what_goes_on=True)
            self._footnotes(notes)

    def _release(self, *, but_what_goes_on: bool = False) -> None:
        paragraphs = paragraphs_of(self.held)
        waiting: list[Line] = []
        if but_what_goes_on and paragraphs and not ENDS_A_SENTENCE.search(paragraphs[-1].lines[-1].words):
            # A note at the foot of the page stands between its two halves.
            waiting = paragraphs.pop().lines
        for paragraph in paragraphs:
            self._add(paragraph)
        self.held = waiting

    def _add(self, paragraph: Paragraph) -> None:
        line = paragraph.lines[0]
        looks = set(line.looks)
        words = paragraph.words(self.joiner)
        if line.words.isupper():
            looks.add("capitals")
        room = line.left - self._left(line), line.edge - line.right
        even = min(room) > 2 * line.size and abs(room[0] - room[1]) < 0.15 * sum(room)
        if even and read_mark(words) is None:
            looks.add("centred")
        size = line.size
        is_heading = size > 1.15 * self.body and len(paragraph.lines) < 6
        before = len(self.composer.blocks)
        add_typed(
            self.composer,
            words,
            kind=Kind.HEADING if is_heading else Kind.PARAGRAPH,
            depth=(1 if size > 1.6 * self.body else 2 if size > 1.3 * self.body else 3) if is_heading else None,
            emphasis=" ".join(name for name in ("bold", "italic", "capitals", "centred") if name in looks),
            page=line.page,
            place=f"page {line.page}",
        )
        if not is_heading and "centred" not in looks:
            for block in range(before, len(self.composer.blocks)):
                self.indents.note(block, 20 * (line.left - self._left(line)))

    def _left(self, line: Line) -> float:
        """Where the column of a line begins."""
        column = [held.left for held in self.held if held.page == line.page and abs(held.edge - line.edge) < 3]
        return min(column, default=line.left)

    def _notes(self, lines: Sequence[Line], page: Page) -> list[Line]:
        """Small lines at the foot of the page, from the first that opens with the sign of a footnote."""
        small: list[Line] = []
        for line in sorted(lines, key=lambda line: line.baseline):
            if line.size > 0.92 * self.body or line.baseline > 0.6 * page.height:
                break
            small.insert(0, line)
        while small and not _NOTE.match(small[0].words):
            small.pop(0)
        return small

    def _footnotes(self, lines: list[Line]) -> None:
        found: list[list[Line]] = []
        for line in lines:
            if not found or _NOTE.match(line.words):
                found.append([])
            found[-1].append(line)
        for held in found:
            words = Paragraph(held).words(self.joiner)
            mark = _NOTE.match(words)
            printed = words[: mark.end()].strip() if mark is not None else ""
            self.composer.add(
                words[mark.end() :] if mark is not None else words,
                printed=printed,
                kind=Kind.FOOTNOTE,
                page=held[0].page,
                place=f"page {held[0].page}, footnote {printed}".rstrip(),
            )

    # Tables

    def _cells(self, grid: Grid, held: Sequence[tuple[Field, Run]], page: int, *, goes_on: bool) -> None:
        rows: dict[int, list[tuple[Field, list[Paragraph]]]] = {}
        for one in grid.fields:
            runs = [run for owner, run in held if owner is one]
            if runs:
                rows.setdefault(one.row, []).append((one, paragraphs_of(_edged(lines_of(runs, page), one))))
        head = tuple(self._words(paragraphs) for _, paragraphs in rows.get(0, []))
        table = self.table if goes_on and self.table is not None and _same(self.table.columns, grid.columns) else None
        if table is None:
            table = _Table(self.tables, grid.columns, 0, head)
            self.tables += 1
            shift = 0
        else:
            shift = table.rows
            first = 0
            if head and head == table.head:
                for _, paragraphs in rows.pop(0):
                    words = self._words(paragraphs)
                    self.composer.add(words, kind=Kind.FURNITURE, page=page, place=f"page {page}, head of a table")
                first = 1
            shift -= first + _is_rest([(one, self._words(paragraphs)) for one, paragraphs in rows.get(first, [])])
        for row in sorted(rows):
            for one, paragraphs in rows[row]:
                cell = Cell(table.number, one.row + shift, one.column, one.rows, one.columns)
                for paragraph in paragraphs:
                    self._cell(paragraph, cell, page)
        table.rows = shift + grid.rows
        self.table = table

    def _cell(self, paragraph: Paragraph, cell: Cell, page: int) -> None:
        line = paragraph.lines[0]
        add_typed(
            self.composer,
            paragraph.words(self.joiner),
            kind=Kind.CELL,
            emphasis=" ".join(name for name in ("bold", "italic") if name in line.looks),
            cell=cell,
            page=page,
            place=f"page {page}, table {cell.table + 1}, row {cell.row + 1}",
        )

    def _words(self, paragraphs: Sequence[Paragraph]) -> str:
        return " ".join(paragraph.words(self.joiner) for paragraph in paragraphs)


def _edged(lines: list[Line], cell: Field) -> list[Line]:
    for line in lines:
        line.edge = max(line.right, cell.right - 0.5 * line.size)
    return lines


def _same(before: tuple[float, ...], after: tuple[float, ...]) -> bool:
    return len(before) == len(after) and all(abs(one - two) < 6 for one, two in zip(before, after, strict=True))


def _is_rest(row: Sequence[tuple[Field, str]]) -> bool:
    """Whether the first row of a page goes on with the last one of the page before."""
    return bool(row) and all(one.column > 0 for one, _ in row) and any(words[:1].islower() for _, words in row)


def _owner(grid: Grid, run: Run) -> Field | None:
    return grid.field_at((run.left + run.right) / 2, run.middle)


def _body_size(pages: Sequence[Page]) -> float:
    """The size of most letters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for run in page.runs:
            sizes[round(run.size, 1)] += len(run.words)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _furniture(pages: Sequence[Page], tables: dict[int, list[Grid]]) -> set[int]:
    """Running heads and feet: what comes back at the edges of pages, page numbers, what stands in the margin."""
    seen: Counter[str] = Counter()
    edges: list[tuple[Page, list[tuple[Line, str]]]] = []
    for page in pages:
        free = [run for run in page.runs if not any(_owner(grid, run) for grid in tables[page.number])]
        lines = [(line, _DIGITS.sub("9", line.words).casefold()) for line in lines_of(free, page.number)]
        # Each edge from outside inwards: the first line of the body ends it.
        edges += [(page, lines[:3]), (page, lines[3:][-3:][::-1])]
        seen.update({key for _, key in (*lines[:3], *lines[3:][-3:])})
    found: set[int] = set()
    for page, lines in edges:
        for line, key in lines:
            near = min(line.bottom, page.height - line.top)
            back = len(pages) > 1 and seen[key] > max(1, len(pages) // 3) and near < 0.15 * page.height
            number = _PAGE_NUMBER.match(line.words) is not None and near < 0.1 * page.height
            if not (back or number or line.bottom > page.height - _MARGIN or line.top < _MARGIN):
                break
            found.update(id(run) for run in line.runs)
    return found
