"""Akoma Ntoso: articles, paragraphs and recitals with the numbers that the markup gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.markup import Spans, local
from mandategraph.ingest.reading import Cell, Composer, Kind, Reading
from mandategraph.ingest.safety import SAVE_AGAIN, check_words, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_DASH = re.compile(r"([.:]?[-–—])\s+(?=\S)")
_BLANKS = re.compile(r"\s+")
# What holds words directly; all else holds these.
_WORDS = {
    "p",
    "block",
    "heading",
    "subheading",
    "listIntroduction",
    "listWrapUp",
    "docTitle",
    "longTitle",
    "crossHeading",
}
_WORDS |= {"formula", "tocItem", "intro", "wrapUp", "caption"}
_INLINE = {"authorialNote", "eol", "remark", "ref", "num"}
_SILENT = {"meta", "foreign", "img", "componentRef", "documentRef"}
_PLACES = {"article", "recital", "paragraph", "clause", "point", "item", "section", "chapter", "part", "title", "annex"}
_LANGUAGES = {"eng": "en", "spa": "es", "esp": "es", "fra": "fr", "fre": "fr", "por": "pt"}


def read_akn(name: str, data: bytes) -> Reading:
    """
    Return the reading of an Akoma Ntoso document; numbers are those printed in it, none are counted.

    `place` names the article, paragraph or recital that a block stands in.
    """
    root = parse_xml(name, data)
    if local(root) != "akomaNtoso":
        raise UnreadableFile(name, "is XML, but not Akoma Ntoso", "give the document in a format that is read")
    document = _Document()
    document.walk(root, 0, "")
    if not document.composer.blocks:
        raise UnreadableFile(name, "holds no words", SAVE_AGAIN)
    check_words(name, len(document.composer.text))
    return document.composer.reading(name, "akn", data, language=_language(root), title=_title(root))


@dataclass
class _Document:
    composer: Composer = field(default_factory=Composer)
    waiting: str = ""
    """A number whose words have not come yet."""
    tables: int = 0

    def walk(self, element: _Element, depth: int, place: str, cell: Cell | None = None) -> None:
        kind = local(element)
        if kind in _SILENT:
            return
        if kind == "table":
            self._table(element, depth, place)
        elif self._holds_words(element, kind):
            self._words(element, kind, depth, place, cell)
        else:
            number = next((node for node in element if local(node) == "num"), None)
            if number is not None:
                self._alone(place)
                self.waiting = _words_of(number)
            named = kind in _PLACES and (number is not None or kind == "recital")
            place = _within(place, kind, self.waiting) if named else place
            for node in element:
                if node is not number:
                    self.walk(node, depth + (number is not None), place, cell)
            if number is not None:
                self._alone(place)

    def _holds_words(self, element: _Element, kind: str) -> bool:
        if kind in _WORDS:
            # Some drafters put whole structures into a paragraph.
            return not any(local(node) in ("table", "embeddedStructure", "quotedStructure") for node in element.iter())
        if (element.text or "").strip():
            return True
        return any((node.tail or "").strip() for node in element) or (len(element) == 0 and kind in _INLINE)

    def _words(self, element: _Element, kind: str, depth: int, place: str, cell: Cell | None) -> None:
        spans = Spans()
        notes: list[_Element] = []
        _gather(element, spans, notes)
        words = _BLANKS.sub(" ", spans.text).strip()
        is_heading = kind in ("heading", "subheading", "docTitle", "crossHeading", "longTitle")
        printed = self.waiting
        if printed and (dash := _DASH.match(words)):
            # “Article 1.-” whose dash stands outside of the number.
            printed, words = printed + dash[1], words[dash.end() :]
        if words:
            self.waiting = ""
            self.composer.add(
                words,
                printed=printed,
                kind=Kind.CELL if cell is not None else Kind.HEADING if is_heading else Kind.PARAGRAPH,
                depth=max(1, depth) if is_heading else None,
                emphasis=spans.lead(),
                cell=cell,
                place=place or kind,
            )
        for note in notes:
            marker = note.get("marker", "")
            held = _BLANKS.sub(" ", "".join(map(str, note.itertext()))).strip().removeprefix(marker).strip()
            self.composer.add(held, printed=marker, kind=Kind.FOOTNOTE, place=f"note {marker}".strip())

    def _alone(self, place: str) -> None:
        """A number without words of its own stands on a line of its own."""
        if self.waiting:
            self.composer.add(self.waiting, kind=Kind.HEADING, place=place)
            self.waiting = ""

    def _table(self, table: _Element, depth: int, place: str) -> None:
        number = self.tables
        self.tables += 1
        taken: set[tuple[int, int]] = set()
        rows = [node for node in table.iter() if local(node) == "tr"]
        for row, element in enumerate(rows):
            column = 0
            for node in element:
                if local(node) not in ("td", "th"):
                    continue
                while (row, column) in taken:
                    column += 1
                down, across = _span(node, "rowspan", len(rows) - row), _span(node, "colspan", 100)
                taken |= {(row + below, column + beside) for below in range(down) for beside in range(across)}
                where = f"table {number + 1}, row {row + 1}"
                self.walk(
                    node, depth, where if not place else f"{place}, {where}", Cell(number, row, column, down, across)
                )
                column += across


def _span(element: _Element, name: str, most: int) -> int:
    text = element.get(name, "1")
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 6 else 1


def _within(place: str, kind: str, number: str) -> str:
    here = number if number.casefold().startswith(kind) else f"{kind} {number}"
    return f"{place}, {here.strip()}" if place else here.strip()


def _gather(element: _Element, spans: Spans, notes: list[_Element]) -> None:
    spans.write(element.text or "")
    for node in element:
        kind = local(node)
        if kind == "authorialNote":
            notes.append(node)
        elif kind == "eol":
            spans.write(" ")
        elif kind not in _SILENT:
            with spans.looking({"b": "bold", "i": "italic"}.get(kind, "")):
                _gather(node, spans, notes)
            if kind in _WORDS | {"num"}:
                spans.write(" ")
        spans.write(node.tail or "")


def _words_of(element: _Element) -> str:
    return _BLANKS.sub(" ", "".join(map(str, element.itertext()))).strip()


def _language(root: _Element) -> str:
    for node in root.iter():
        if local(node) == "FRBRlanguage":
            written = node.get("language", "").casefold()
            return _LANGUAGES.get(written, written[:2])
    return ""


def _title(root: _Element) -> str:
    for node in root.iter():
        if local(node) in ("docTitle", "docNumber"):
            return _words_of(node)[:500]
    return ""
