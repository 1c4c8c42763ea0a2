"""HTML pages: paragraphs, lists with the numbers a browser counts, tables with what their cells span."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.encodings import decoded
from mandategraph.ingest.readers.markup import Spans
from mandategraph.ingest.readers.numerals import letter_pairs, roman
from mandategraph.ingest.readers.typed import add_typed
from mandategraph.ingest.reading import Cell, Composer, Kind, Reading
from mandategraph.ingest.safety import check_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SUBSET = re.compile(r"<!DOCTYPE[^>\[]*\[|<!ENTITY", re.IGNORECASE)
_LIST_TYPE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)

_SILENT = frozenset(
    (
        *("script", "style", "template", "noscript", "head", "svg", "math", "map", "rp", "rt", "object", "iframe"),
        *("select", "option", "button", "input", "textarea", "canvas", "audio", "video", "noframes"),
    )
)
_BLOCKS = frozenset(
    (
        *("html", "body", "main", "article", "section", "header", "footer", "nav", "aside", "hgroup", "address"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "center", "blockquote", "pre", "hr", "details", "summary"),
        *("ol", "ul", "li", "menu", "dir", "dl", "dt", "dd", "figure", "figcaption", "fieldset", "legend", "form"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "dialog"),
    )
)
_FURNITURE = frozenset({"nav", "footer"})
_LOOKS = {"b": "bold", "strong": "bold", "th": "bold", "i": "italic", "em": "italic", "cite": "italic", "dfn": "italic"}
_LOOKS |= {"center": "centred"}
_COUNTED = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_SIGNS = {"disc": "•", "circle": "◦", "square": "▪"}
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
_FROM_BROWSER = "open the page in a browser, save it from there and give that file"


def read_html(name: str, data: bytes) -> Reading:
    """Return the reading of an HTML page: its words, without scripts, menus and hidden parts."""
    from lxml import etree, html

    text, told = _decoded(data)
    if _SUBSET.search(text):
        fault = "declares entities, through which markup reads other files"
        raise UnreadableFile(name, fault, "take the declarations out and give it again")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(_DECLARATION.sub("", text).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as problem:
        raise UnreadableFile(name, "holds no words", _FROM_BROWSER) from problem
    if any(problem.type_name == "ERR_RESOURCE_LIMIT" for problem in parser.error_log):
        # The parser drops all that lies deeper, and would do so in silence.
        raise UnreadableFile(name, "nests its parts more than 256 deep", "save it as a Word file and give that")
    document = _Document()
    document.walk(root)
    document.end_block()
    if not any(block.kind is not Kind.FURNITURE for block in document.composer.blocks):
        raise UnreadableFile(name, "holds no words", _FROM_BROWSER)
    check_words(name, len(document.composer.text))
    title = _BLANKS.sub(" ", root.findtext(".//title") or "").strip()
    language = (root.get("lang") or "").split("-")[0].casefold()
    return document.composer.reading(name, "html", data, notes=told, language=language, title=title)


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """The text, in the encoding that the page names if it holds; pages often name a wrong one."""
    named = _CHARSET.search(data[:4096])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = named[1].decode("ascii") if named else ""
        if encoding.casefold() in ("iso-8859-1", "latin1", "us-ascii", "utf-8", "utf8", ""):
            return decoded(data)
        try:
            return decoded(data.decode(encoding).encode("utf-8"))
        except (LookupError, UnicodeError):
            pass
    return decoded(data)


@dataclass(slots=True)
class _List:
    """A list that is being read: how its items are numbered."""

    style: str
    following: int = 1
    step: int = 1

    def number(self, item: HtmlElement) -> str:
        """Count an item; its printed number, "" for a list without."""
        value = _whole(item.get("value"), self.following)
        self.following = value + self.step
        style = _list_style(item) or self.style
        if style in _SIGNS:
            return _SIGNS[style]
        if style == "none":
            return ""
        if style.endswith(("alpha", "latin")):
            shown = letter_pairs(value)
        elif style.endswith("roman"):
            shown = roman(value)
        else:
            shown = f"{value:02d}" if style == "decimal-leading-zero" else str(value)
        return f"{shown.upper() if style.startswith('upper') else shown}."


@dataclass
class _Document:
    composer: Composer = field(default_factory=Composer)
    lists: list[_List] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    cell: Cell | None = None
    heading: int | None = None
    indent: int = 0
    furniture: int = 0
    verbatim: int = 0
    tables: int = 0
    paragraphs: int = 0
    waiting: str = ""
    """The number of a list item whose words have not come yet."""

    def __post_init__(self) -> None:
        self.spans = Spans(self.looks)

    def walk(self, element: HtmlElement) -> None:
        """Read an element and what follows it inside its parent."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag and tag not in _SILENT and not _is_hidden(element):
            if tag == "br":
                self.spans.write("\n")
            elif tag in _BLOCKS:
                self._block(element, tag)
            else:
                self._inline(element, tag)
        self._write(element.tail)

    def _inline(self, element: HtmlElement, tag: str) -> None:
        look = _LOOKS.get(tag, "") or _look(element)
        self.looks.append(look)
        self._inside(element)
        self.looks.pop()

    def _inside(self, element: HtmlElement) -> None:
        self._write(element.text)
        for node in element:
            self.walk(node)

    def _block(self, element: HtmlElement, tag: str) -> None:
        self.end_block()
        if tag == "table":
            self._table(element)
        elif tag in ("ol", "ul", "menu", "dir"):
            self.lists.append(_list(element, tag))
            self.indent += 1
            self._inside(element)
            self.end_block()
            self.indent -= 1
            self.lists.pop()
        else:
            self._plain(element, tag)

    def _plain(self, element: HtmlElement, tag: str) -> None:
        if tag == "li" and self.lists:
            self.waiting = self.lists[-1].number(element)
        held = (self.heading, self.indent, self.furniture, self.verbatim)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.heading = int(tag[1])
        self.indent += tag in ("blockquote", "dd")
        self.furniture += tag in _FURNITURE
        self.verbatim += tag == "pre"
        look = _LOOKS.get(tag, "") or _look(element)
        self.looks.append(look)
        self._inside(element)
        self.end_block()
        self.looks.pop()
        self.heading, self.indent, self.furniture, self.verbatim = held
        if tag == "li":
            self.waiting = ""

    def _table(self, table: HtmlElement) -> None:
        rows = _rows(table)
        if table.find(".//table") is not None or sum(len(row) for row in rows) < 2:
            # A table of one cell, or around other tables, only puts things on the page.
            self._plain(table, "div")
            return
        number = self.tables
        self.tables += 1
        for caption in table.findall("caption"):
            self._plain(caption, "caption")
        outer = self.cell
        taken: set[tuple[int, int]] = set()
        for row, element in enumerate(rows):
            column = 0
            for node in element:
                if node.tag not in ("td", "th"):
                    continue
                while (row, column) in taken:
                    column += 1
                down = max(1, min(_whole(node.get("rowspan"), 1), len(rows) - row))
                across = max(1, min(_whole(node.get("colspan"), 1), 100))
                taken |= {(row + below, column + beside) for below in range(down) for beside in range(across)}
                self.cell = Cell(number, row, column, down, across)
                self._plain(node, str(node.tag))
                column += across
        self.cell = outer

    def _write(self, text: str | None) -> None:
        if text:
            self.spans.write(text if self.verbatim else _BLANKS.sub(" ", text))

    def end_block(self) -> None:
        """Add what was gathered; empty lines part it."""
        text, lead = self.spans.text, self.spans.lead()
        self.spans = Spans(self.looks)
        for part in _EMPTY_LINE.split(text):
            words = "\n".join(line.strip(" \t\r") for line in part.split("\n")).strip()
            if not words:
                continue
            self.paragraphs += 1
            kind = Kind.FURNITURE if self.furniture else Kind.PARAGRAPH
            if self.cell is not None and kind is Kind.PARAGRAPH:
                kind = Kind.CELL
            elif self.heading is not None and kind is Kind.PARAGRAPH:
                kind = Kind.HEADING
            place = f"paragraph {self.paragraphs}"
            if self.cell is not None:
                place = f"table {self.cell.table + 1}, row {self.cell.row + 1}"
            add_typed(
                self.composer,
                words,
                printed=self.waiting,
                level=len(self.lists) - 1 if self.waiting else None,
                kind=kind,
                depth=self.heading if kind is Kind.HEADING else self.indent if kind is Kind.PARAGRAPH else None,
                emphasis=lead,
                cell=self.cell if kind is Kind.CELL else None,
                place=place,
            )
            self.waiting = ""


def _rows(table: HtmlElement) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    for node in table:
        if node.tag == "tr":
            found.append(node)
        elif node.tag in ("thead", "tbody", "tfoot"):
            found += [row for row in node if row.tag == "tr"]
    return found


def _list(element: HtmlElement, tag: str) -> _List:
    style = _list_style(element)
    if tag != "ol":
        return _List(style or "disc")
    is_reversed = element.get("reversed") is not None
    items = sum(node.tag == "li" for node in element)
    start = _whole(element.get("start"), items if is_reversed else 1)
    return _List(style or "decimal", start, -1 if is_reversed else 1)


def _list_style(element: HtmlElement) -> str:
    found = _LIST_TYPE.search(element.get("style", ""))
    if found is not None:
        return found[1].casefold()
    named = element.get("type", "")
    return _COUNTED.get(named, named.casefold() if named.casefold() in _SIGNS else "")


def _look(element: HtmlElement) -> str:
    style = element.get("style", "")
    if element.get("align", "").casefold() == "center" or _CENTRED.search(style):
        return "centred"
    if _BOLD.search(style):
        return "bold"
    return "italic" if _ITALIC.search(style) else ""


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def _whole(text: str | None, otherwise: int) -> int:
    text = (text or "").strip()
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 7 else otherwise
