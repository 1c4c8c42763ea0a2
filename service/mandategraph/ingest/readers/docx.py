"""Word documents: body in order, automatic numbers counted, tables by row and column, notes at their place."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.indents import Indents
from mandategraph.ingest.readers.numbering import Counters, Definitions
from mandategraph.ingest.readers.numerals import knows, spelled
from mandategraph.ingest.readers.ooxml import MC, R, W, child, integer, transitional, value_of
from mandategraph.ingest.readers.typed import add_typed
from mandategraph.ingest.readers.wordstyles import Styles, indent_of, numbering_of
from mandategraph.ingest.readers.wordtables import cells
from mandategraph.ingest.readers.wordtext import Gatherer, NoteMark, Tally, Words, mark_is, note_start
from mandategraph.ingest.reading import Cell, Composer, Kind, Reading
from mandategraph.ingest.safety import SAVE_AGAIN, Package, check_words, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_THROUGH = {W + name for name in ("sdtContent", "customXml", "ins", "moveTo", "smartTag")}
_GONE = {W + "del", W + "moveFrom"}
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def read_docx(name: str, data: bytes) -> Reading:
    """
    Return the reading of a Word document (.docx, .docm, .dotx).

    Numbers that Word counts are `computed`; numbers that somebody typed stand as they were typed. Tracked changes are
    read as accepted. Headers stand before the body and footers after it, both as furniture.
    """
    return _Document(name, Package(name, data), data).reading()


@dataclass(slots=True)
class _Story:
    """A run of text with counters of its own: the body, a note, a box, a header."""

    kind: Kind
    place: str
    gatherer: Gatherer
    counters: Counters
    paragraphs: int = 0
    automatic: int = 0
    sign: str = ""
    """The number of a note, until its first paragraph has it."""
    sign_typed: bool = False
    held: Words | None = None
    """Words of a paragraph whose mark was deleted: they belong to the next one."""

    def where(self, cell: Cell | None) -> str:
        """How a person finds what is read now."""
        if cell is not None:
            return f"table {cell.table + 1}, row {cell.row + 1}"
        return self.place or f"paragraph {self.paragraphs}"


@dataclass(slots=True)
class _Signs:
    """The signs of footnotes or endnotes."""

    format: str
    following: int

    def next(self) -> str:
        self.following += 1
        return spelled(self.following - 1, self.format)


@dataclass
class _Document:
    name: str
    package: Package
    data: bytes
    composer: Composer = field(default_factory=Composer)
    tally: Tally = field(default_factory=Tally)
    tables: int = 0
    empty: int = 0

    def __post_init__(self) -> None:
        self.main = self._main_part()
        self.related = dict(self._relations(self.main))
        self.styles = Styles(self._part("styles"))
        self.definitions = Definitions(self._part("numbering"), self.styles.lists)
        settings = self._part("settings")
        self.notes = {kind: self._notes(f"{kind}s", kind) for kind in ("footnote", "endnote")}
        self.signs = {kind: _Signs(*note_start(settings, kind)) for kind in ("footnote", "endnote")}
        self.indents = Indents()

    def reading(self) -> Reading:
        root = self._xml(self.main)
        body = None if root is None else child(root, "body")
        if root is None or body is None:
            raise UnreadableFile(self.name, "is damaged: it has no body", SAVE_AGAIN)
        self._furniture(root, "header")
        main = self._story(Kind.PARAGRAPH, "")
        self._blocks(body, main, None)
        self._flush(main, None)
        self._furniture(root, "footer")
        if not any(block.kind is not Kind.FURNITURE for block in self.composer.blocks):
            raise UnreadableFile(self.name, "holds no words", "give a file with text, not with pictures of it")
        check_words(self.name, len(self.composer.text))
        self.composer.blocks[:] = self.indents.applied(self.composer.blocks)
        if not main.gatherer.page:
            # Word has not laid this file out; that everything stands on page 1 is not known.
            self.composer.blocks[:] = [replace(block, page=None) for block in self.composer.blocks]
        core = self.package.xml("docProps/core.xml")
        title = "" if core is None else (core.findtext(_TITLE) or "").strip()
        return self.composer.reading(self.name, "docx", self.data, notes=self._told(), title=title)

    # The parts of the file

    def _main_part(self) -> str:
        for kind, target in self._relations(""):
            if kind == "officeDocument":
                return target
        if "word/document.xml" in self.package:
            return "word/document.xml"
        raise UnreadableFile(self.name, "is damaged: it does not say where its text is", SAVE_AGAIN)

    def _relations(self, part: str) -> Iterator[tuple[str, str]]:
        folder, file = posixpath.split(part)
        root = self.package.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        for element in root if root is not None else ():
            target = element.get("Target", "")
            # What lies outside of the file is never fetched.
            if element.get("TargetMode") == "External" or not target:
                continue
            whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield element.get("Type", "").rsplit("/", 1)[-1], whole
            yield element.get("Id", ""), whole

    def _xml(self, part: str) -> _Element | None:
        data = transitional(self.package.read(part))
        return parse_xml(self.name, data, part) if data else None

    def _part(self, kind: str) -> _Element | None:
        return self._xml(self.related[kind]) if kind in self.related else None

    def _notes(self, part: str, kind: str) -> dict[str, _Element]:
        root = self._part(part)
        found = root.findall(W + kind) if root is not None else ()
        return {note.get(W + "id", ""): note for note in found}

    def _story(self, kind: Kind, place: str) -> _Story:
        return _Story(kind, place, Gatherer(self.styles, self.tally), Counters(self.definitions))

    def _furniture(self, root: _Element, kind: str) -> None:
        seen: set[str] = set()
        for reference in root.iter(f"{W}{kind}Reference"):
            part = self.related.get(reference.get(R + "id", ""), "")
            element = self._xml(part) if part and part not in seen else None
            seen.add(part)
            if element is not None:
                story = self._story(Kind.FURNITURE, kind)
                self._blocks(element, story, None)
                self._flush(story, None)

    # The blocks of a story

    def _blocks(self, parent: _Element, story: _Story, cell: Cell | None) -> None:
        for node in parent:
            tag = node.tag
            if tag == W + "p":
                self._paragraph(node, story, cell)
            elif tag == W + "tbl":
                self._flush(story, cell)
                self._table(node, story)
            elif tag == W + "sdt":
                content = child(node, "sdtContent")
                if content is not None:
                    self._blocks(content, story, cell)
            elif tag in _GONE:
                self.tally.tracked += 1
            elif tag in _THROUGH or tag == MC + "AlternateContent":
                self._blocks(next(iter(node), node) if tag.startswith(MC) else node, story, cell)
            elif tag == W + "altChunk":
                self.tally.embedded += 1

    def _table(self, table: _Element, story: _Story) -> None:
        number = self.tables
        if story.kind is not Kind.FURNITURE:
            self.tables += 1
        for element, place in cells(table, number, self.tally):
            self._blocks(element, story, place)
            self._flush(story, place)

    def _paragraph(self, paragraph: _Element, story: _Story, cell: Cell | None) -> None:
        properties = child(paragraph, "pPr")
        style = ("" if properties is None else value_of(properties, "pStyle")) or self.styles.default_paragraph
        story.paragraphs += 1
        words = story.gatherer.gather(paragraph, style, story.held)
        story.held = None
        if mark_is(properties, "ins", "moveTo"):
            self.tally.tracked += 1
        if mark_is(properties, "del", "moveFrom"):
            self.tally.tracked += 1
            story.held = words
            return
        if mark_is(properties, "vanish") and not words.text.strip() and not words.boxes:
            return
        self._write(words, properties, style, story, cell)

    def _flush(self, story: _Story, cell: Cell | None) -> None:
        """Write what a deleted mark held back, where no paragraph follows."""
        words, story.held = story.held, None
        if words is not None and words.text.strip():
            self._write(words, None, self.styles.default_paragraph, story, cell)

    def _write(self, words: Words, properties: _Element | None, style: str, story: _Story, cell: Cell | None) -> None:
        printed, level, indent = self._number(properties, style, story)
        if words.counted and not printed:
            story.automatic += 1
            printed = f"{story.automatic}."
        text = words.text
        computed = True
        if printed and not text.strip():
            self.empty += 1
            printed = ""
        elif story.sign and not printed:
            printed, computed, story.sign = story.sign, not story.sign_typed, ""
            text = text.strip().removeprefix(printed if story.sign_typed else "")
        depth = self._heading(properties, style)
        kind = story.kind
        if cell is not None and kind in (Kind.PARAGRAPH, Kind.BOX):
            kind = Kind.CELL
        elif kind is Kind.PARAGRAPH and depth is not None:
            kind = Kind.HEADING
        left = indent_of(properties)
        left = left if left is not None else indent if indent is not None else self.styles.left(style)
        before = len(self.composer.blocks)
        add_typed(
            self.composer,
            text,
            printed=printed,
            computed=computed,
            level=level,
            kind=kind,
            depth=depth,
            emphasis=self._emphasis(words, properties, style),
            cell=cell if kind is Kind.CELL else None,
            page=(words.page or None) if story.kind is Kind.PARAGRAPH else None,
            place=story.where(cell),
        )
        if kind is Kind.PARAGRAPH:
            for block in range(before, len(self.composer.blocks)):
                self.indents.note(block, left or 0)
        for box in words.boxes:
            inner = self._story(Kind.FURNITURE if kind is Kind.FURNITURE else Kind.BOX, f"box at {story.where(cell)}")
            self._blocks(box, inner, None)
            self._flush(inner, None)
        for mark in words.notes:
            self._note(mark)

    def _number(self, properties: _Element | None, style: str, story: _Story) -> tuple[str, int | None, int | None]:
        """The printed number, its level, and how far the list indents its paragraphs."""
        number, level = numbering_of(properties)
        lineage = self.styles.lineage(style)
        if number is None:
            number = next((held.number for held in lineage if held.number is not None), None)
        if number is None or number not in self.definitions:
            return "", None, None
        if level is None:
            # A level tied to the style counts for more than one that the style names; Word ignores the latter.
            tied = (self.definitions.level_of_style(number, held.key) for held in lineage)
            named = (held.level for held in lineage)
            level = next((found for found in (*tied, *named) if found is not None), 0)
        level = min(max(level, 0), 8)
        definition = self.definitions.level(number, level)
        printed = story.counters.next(number, level)
        return printed, level if printed else None, definition.indent if definition is not None else None

    def _heading(self, properties: _Element | None, style: str) -> int | None:
        outline = "" if properties is None else value_of(properties, "outlineLvl")
        if outline:
            value = integer(outline, 9)
            return value + 1 if 0 <= value < 9 else None
        return self.styles.heading(style)

    def _emphasis(self, words: Words, properties: _Element | None, style: str) -> str:
        if words.looks is None:
            return ""
        found = [name for name in ("bold", "italic", "capitals") if words.looks.get(name)]
        align = ("" if properties is None else value_of(properties, "jc")) or self.styles.align(style)
        return " ".join([*found, *(["centred"] if align == "center" else [])])

    def _note(self, mark: NoteMark) -> None:
        note = self.notes[mark.kind].get(mark.key)
        if note is None:
            return
        printed = mark.written or self.signs[mark.kind].next()
        story = self._story(Kind.FOOTNOTE, f"{mark.kind} {printed}")
        story.sign, story.sign_typed = printed, bool(mark.written)
        self._blocks(note, story, None)
        self._flush(story, None)

    def _told(self) -> list[str]:
        tally = self.tally
        told = []
        if tally.tracked:
            told.append(f"Tracked changes were read as if accepted: {tally.tracked}.")
        if tally.hidden:
            told.append(f"Hidden words were left out in {tally.hidden} places.")
        if tally.comments:
            told.append(f"Comments were left out: {tally.comments}.")
        if tally.pictures:
            told.append(f"Pictures and charts were not read: {tally.pictures}.")
        if tally.embedded:
            told.append(f"Documents that lie inside this one were not read: {tally.embedded}.")
        if self.empty:
            told.append(f"Paragraphs that have a number and no words were counted and left out: {self.empty}.")
        if any(part.endswith("vbaProject.bin") for part in self.package.names):
            told.append("The file holds macros; they were ignored.")
        unknown = sorted(format_ for format_ in self.definitions.used if not knows(format_))
        if unknown:
            told.append(f"Numbers of these formats are written in figures: {', '.join(unknown)}.")
        return told
