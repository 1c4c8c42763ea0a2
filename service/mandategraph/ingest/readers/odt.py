"""OpenDocument texts (.odt, .ott, .fodt): lists counted, tables by row and column, notes at their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.indents import Indents
from mandategraph.ingest.readers.odtlists import STYLE, TEXT, Count, Level, levels_of, number
from mandategraph.ingest.readers.typed import add_typed
from mandategraph.ingest.reading import Cell, Composer, Kind, Reading
from mandategraph.ingest.safety import SAVE_AGAIN, Package, check_words, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_MOST_REPEATED = 200
_BLANKS = re.compile(r"[ \t\r\n]+")
_LENGTH = re.compile(r"(-?[\d.]+)\s*(cm|mm|in|pt|pc|px)\Z")
_TWENTIETHS = {"cm": 566.9, "mm": 56.69, "in": 1440.0, "pt": 20.0, "pc": 240.0, "px": 15.0}
_SILENT = {
    OFFICE + "annotation",
    OFFICE + "annotation-end",
    TEXT + "ruby-text",
    TEXT + "tracked-changes",
    TEXT + "note-citation",
}
_ROWS = {TABLE + name for name in ("table-header-rows", "table-row-group", "table-rows")}
_THROUGH = {
    TEXT + name
    for name in (
        *("section", "index-body", "table-of-content", "illustration-index", "table-index", "index-title"),
        *("user-index", "object-index", "alphabetical-index", "bibliography"),
    )
}


def read_odt(name: str, data: bytes) -> Reading:
    """Return the reading of an OpenDocument text, zipped or flat; deleted words of tracked changes are gone."""
    if data[:4] == b"PK\x03\x04":
        package = Package(name, data)
        content, styles, meta = (package.xml(f"{part}.xml") for part in ("content", "styles", "meta"))
        macros = any(part.startswith("Basic/") for part in package.names)
        if content is None:
            encrypted = b"encryption-data" in package.read("META-INF/manifest.xml")
            if encrypted or "encrypted-package" in package:
                raise UnreadableFile(name, "is encrypted", "take the password off and save it again")
    else:
        content = parse_xml(name, data)
        styles, meta, macros = content, content, False
    body = None if content is None else content.find(f"{OFFICE}body/{OFFICE}text")
    if content is None or body is None:
        raise UnreadableFile(name, "is damaged: it has no text part", SAVE_AGAIN)
    return _Document(name, data, [root for root in (styles, content) if root is not None]).reading(body, meta, macros)


@dataclass(slots=True)
class _Style:
    name: str = ""
    parent: str = ""
    lists: str | None = None
    left: float | None = None
    looks: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class _Where:
    """What a paragraph stands in."""

    kind: Kind = Kind.PARAGRAPH
    cell: Cell | None = None
    place: str = ""
    printed: str = ""
    """The number that the next paragraph carries."""
    level: int | None = None
    computed: bool = True

    def take(self) -> tuple[str, int | None]:
        printed, level = self.printed, self.level
        self.printed, self.level = "", None
        return printed, level


@dataclass
class _Document:
    name: str
    data: bytes
    roots: list[_Element]
    composer: Composer = field(default_factory=Composer)
    tables: int = 0
    paragraphs: int = 0
    tracked: int = 0
    pictures: int = 0

    def __post_init__(self) -> None:
        self.styles: dict[tuple[str, str], _Style] = {}
        self.lists: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        for root in self.roots:
            for element in root.iter(STYLE + "style"):
                key = (element.get(STYLE + "family", ""), element.get(STYLE + "name", ""))
                self.styles[key] = _style(element)
            for element in root.iter(TEXT + "list-style"):
                self.lists[element.get(STYLE + "name", "")] = levels_of(element)
            for element in root.iter(TEXT + "outline-style"):
                self.outline = levels_of(element)
        self.counts: dict[str, Count] = {}
        self.last_of_style: dict[str, Count] = {}
        self.headings = Count()
        self.indents = Indents()

    def reading(self, body: _Element, meta: _Element | None, macros: bool) -> Reading:
        self._furniture(("header", "header-first", "header-left"))
        self._blocks(body, _Where())
        self._furniture(("footer", "footer-first", "footer-left"))
        if not any(block.kind is not Kind.FURNITURE for block in self.composer.blocks):
            raise UnreadableFile(self.name, "holds no words", "give a file with text, not with pictures of it")
        check_words(self.name, len(self.composer.text))
        self.composer.blocks[:] = self.indents.applied(self.composer.blocks)
        title = next(meta.iter(_TITLE), None) if meta is not None else None
        told = []
        if self.tracked:
            told.append(f"Tracked changes were read as if accepted: {self.tracked}.")
        if self.pictures:
            told.append(f"Pictures and charts were not read: {self.pictures}.")
        if macros:
            told.append("The file holds macros; they were ignored.")
        written = "" if title is None else (title.text or "").strip()
        return self.composer.reading(self.name, "odt", self.data, notes=told, title=written)

    def _furniture(self, names: tuple[str, ...]) -> None:
        seen: set[str] = set()
        for page in self.roots[0].iter(STYLE + "master-page"):
            for name in names:
                element = page.find(STYLE + name)
                words = "" if element is None else "".join(map(str, element.itertext())).strip()
                if element is not None and words and words not in seen:
                    seen.add(words)
                    self._blocks(element, _Where(Kind.FURNITURE, place=name.split("-")[0]))

    def _blocks(self, parent: _Element, where: _Where) -> None:
        for node in parent:
            tag = node.tag
            if tag in (TEXT + "p", TEXT + "h"):
                self._paragraph(node, where)
            elif tag == TEXT + "list":
                self._list(node, where, 0, "", None)
            elif tag == TEXT + "numbered-paragraph":
                self._numbered(node, where)
            elif tag == TABLE + "table":
                self._table(node, where)
            elif tag == TEXT + "tracked-changes":
                self.tracked += len(node)
            elif tag in _THROUGH:
                self._blocks(node, where)
            elif tag.startswith(DRAW):
                self._drawn(node, where)

    # Lists

    def _list(self, element: _Element, where: _Where, level: int, style: str, count: Count | None) -> None:
        style = element.get(TEXT + "style-name", style)
        key = element.get(_ID, "")
        if count is None:
            count = self._begun(element, style)
            self.last_of_style[style] = count
        if key:
            self.counts[key] = count
        levels = self.lists.get(style, {})
        for item in element:
            if item.tag not in (TEXT + "list-item", TEXT + "list-header"):
                continue
            first = next((node.tag for node in item), "")
            if item.tag == TEXT + "list-item" and first not in (TEXT + "list", ""):
                start = item.get(TEXT + "start-value")
                where.printed = count.next(levels, level, number(start, 1) if start else None)
                where.level = level
            for node in item:
                if node.tag == TEXT + "list":
                    self._list(node, where, level + 1, style, count)
                else:
                    self._blocks([node], where)  # type: ignore[arg-type]
            where.take()

    def _begun(self, element: _Element, style: str) -> Count:
        """The counts that a list goes on with, or new ones."""
        through = element.get(TEXT + "continue-list", "")
        if through in self.counts:
            return self.counts[through]
        if element.get(TEXT + "continue-numbering") == "true" and style in self.last_of_style:
            return self.last_of_style[style]
        return Count()

    def _numbered(self, element: _Element, where: _Where) -> None:
        style = element.get(TEXT + "style-name", "")
        count = self.counts.setdefault(element.get(TEXT + "list-id", ""), Count())
        level = max(0, number(element.get(TEXT + "level"), 1) - 1)
        start = element.get(TEXT + "start-value")
        where.printed = count.next(self.lists.get(style, {}), level, number(start, 1) if start else None)
        where.level = level
        self._blocks(element, where)
        where.take()

    # Tables

    def _table(self, table: _Element, where: _Where) -> None:
        place = self.tables
        if where.kind is not Kind.FURNITURE:
            self.tables += 1
        for row, element in enumerate(_rows(table)):
            column = 0
            for cell in element:
                if cell.tag not in (TABLE + "table-cell", TABLE + "covered-table-cell"):
                    continue
                repeated = max(1, number(cell.get(TABLE + "number-columns-repeated"), 1))
                if cell.tag == TABLE + "table-cell" and len(cell):
                    columns = max(1, number(cell.get(TABLE + "number-columns-spanned"), 1))
                    rows = max(1, number(cell.get(TABLE + "number-rows-spanned"), 1))
                    for copy in range(min(repeated, _MOST_REPEATED)):
                        inner = _Where(where.kind, Cell(place, row, column + copy, rows, columns))
                        inner.place = where.place or f"table {place + 1}, row {row + 1}"
                        self._blocks(cell, inner)
                column += repeated

    # Paragraphs

    def _paragraph(self, element: _Element, where: _Where) -> None:
        if where.kind is Kind.PARAGRAPH and where.cell is None:
            self.paragraphs += 1
        pieces: list[str] = []
        aside: list[_Element] = []
        style = element.get(TEXT + "style-name", "")
        looks: list[dict[str, bool]] = []
        self._inline(element, pieces, aside, looks, self._looks("paragraph", style))
        words = "".join(pieces)
        printed, level = where.take()
        depth = None
        if element.tag == TEXT + "h":
            depth = max(1, number(element.get(TEXT + "outline-level"), 1))
            if not printed and words.strip() and self._is_outlined(element, style):
                start = element.get(TEXT + "start-value")
                restarts = start and element.get(TEXT + "restart-numbering") == "true"
                printed = self.headings.next(self.outline, depth - 1, number(start, 1) if restarts else None)
                level = depth - 1 if printed else None
        kind = where.kind
        if where.cell is not None and kind in (Kind.PARAGRAPH, Kind.BOX):
            kind = Kind.CELL
        elif kind is Kind.PARAGRAPH and depth is not None:
            kind = Kind.HEADING
        before = len(self.composer.blocks)
        if words.strip():
            lead = looks[0] if looks else {}
            add_typed(
                self.composer,
                words,
                printed=printed,
                computed=where.computed,
                level=level,
                kind=kind,
                depth=depth,
                emphasis=" ".join(name for name in ("bold", "italic", "capitals", "centred") if lead.get(name)),
                cell=where.cell if kind is Kind.CELL else None,
                place=where.place or f"paragraph {self.paragraphs}",
            )
        if kind is Kind.PARAGRAPH:
            for block in range(before, len(self.composer.blocks)):
                self.indents.note(block, self._left(style))
        for node in aside:
            self._aside(node, where)

    def _is_outlined(self, heading: _Element, style: str) -> bool:
        """Whether the numbers of the outline are for a heading: its style may take them off, or never had them."""
        if not self.outline or heading.get(TEXT + "is-list-header") == "true":
            return False
        lineage = list(self._lineage("paragraph", style))
        named = next((held.lists for held in lineage if held.lists is not None), None)
        if named is not None:
            return named != ""
        return not style or any(held.name.startswith("Heading") for held in lineage)

    def _inline(
        self,
        element: _Element,
        pieces: list[str],
        aside: list[_Element],
        looks: list[dict[str, bool]],
        look: dict[str, bool],
    ) -> None:
        self._write(element.text, pieces, looks, look)
        for node in element:
            tag = node.tag
            if tag == TEXT + "s":
                pieces.append(" " * min(_MOST_REPEATED, max(1, number(node.get(TEXT + "c"), 1))))
            elif tag == TEXT + "tab":
                pieces.append("\t")
            elif tag == TEXT + "line-break":
                pieces.append("\n")
            elif tag == TEXT + "note" or tag.startswith(DRAW):
                aside.append(node)
            elif tag == TEXT + "span":
                held = self._looks("text", node.get(TEXT + "style-name", ""))
                self._inline(node, pieces, aside, looks, {**look, **held})
            elif tag not in _SILENT:
                self._inline(node, pieces, aside, looks, look)
            self._write(node.tail, pieces, looks, look)

    def _write(self, text: str | None, pieces: list[str], looks: list[dict[str, bool]], look: dict[str, bool]) -> None:
        if not text:
            return
        words = _BLANKS.sub(" ", text).replace("\u00ad", "")
        # Blanks that follow one another count as one, also across the ends of spans.
        if words.startswith(" ") and (not pieces or pieces[-1].endswith((" ", "\n"))):
            words = words[1:]
        pieces.append(words)
        if not looks and sum(map(str.isalpha, words)) > 1:
            looks.append({**look, "capitals": words.isupper()})

    def _aside(self, node: _Element, where: _Where) -> None:
        if node.tag != TEXT + "note":
            self._drawn(node, where)
            return
        body = node.find(TEXT + "note-body")
        citation = node.find(TEXT + "note-citation")
        if body is None:
            return
        printed = "" if citation is None else "".join(map(str, citation.itertext())).strip()
        typed = citation is not None and citation.get(TEXT + "label") is not None
        kind = "endnote" if node.get(TEXT + "note-class") == "endnote" else "footnote"
        inner = _Where(Kind.FOOTNOTE, None, f"{kind} {printed}", printed, computed=not typed)
        self._blocks(body, inner)

    def _drawn(self, element: _Element, where: _Where) -> None:
        boxes = list(element.iter(DRAW + "text-box"))
        if not boxes:
            self.pictures += next(element.iter(DRAW + "image", DRAW + "object"), None) is not None
            return
        outer = [box for box in boxes if not any(above in boxes for above in box.iterancestors())]
        for box in outer:
            kind = Kind.FURNITURE if where.kind is Kind.FURNITURE else Kind.BOX
            self._blocks(box, _Where(kind, None, f"box at {where.place or f'paragraph {self.paragraphs}'}"))

    def _lineage(self, family: str, name: str) -> Iterator[_Style]:
        seen: set[str] = set()
        while (family, name) in self.styles and name not in seen:
            seen.add(name)
            yield self.styles[family, name]
            name = self.styles[family, name].parent

    def _looks(self, family: str, name: str) -> dict[str, bool]:
        found: dict[str, bool] = {}
        for style in self._lineage(family, name):
            found = {**style.looks, **found}
        return found

    def _left(self, name: str) -> float:
        return next((style.left for style in self._lineage("paragraph", name) if style.left is not None), 0.0)


def _rows(table: _Element) -> Iterator[_Element]:
    for node in table:
        if node.tag == TABLE + "table-row":
            # Rows that repeat with words in them are rare; those that repeat without end are empty.
            words = any(str(text).strip() for text in node.itertext())
            most = _MOST_REPEATED if words else 1
            for _ in range(min(most, max(1, number(node.get(TABLE + "number-rows-repeated"), 1)))):
                yield node
        elif node.tag in _ROWS:
            yield from _rows(node)


def _style(element: _Element) -> _Style:
    named = element.get(STYLE + "name", ""), element.get(STYLE + "parent-style-name", "")
    style = _Style(*named, element.get(STYLE + "list-style-name"))
    for held in element:
        if held.tag == STYLE + "text-properties":
            if weight := held.get(FO + "font-weight"):
                style.looks["bold"] = weight == "bold" or number(weight, 0) >= 600
            if slant := held.get(FO + "font-style"):
                style.looks["italic"] = slant != "normal"
        elif held.tag == STYLE + "paragraph-properties":
            if align := held.get(FO + "text-align"):
                style.looks["centred"] = align == "center"
            left = _LENGTH.match(held.get(FO + "margin-left", ""))
            if left is not None:
                style.left = float(left[1]) * _TWENTIETHS[left[2]]
    return style
