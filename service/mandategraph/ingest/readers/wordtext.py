"""The words of one Word paragraph: fields by their results, tracked changes as accepted, notes and boxes set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandategraph.ingest.readers.numerals import sign
from mandategraph.ingest.readers.ooxml import MC, M, W, child, integer, is_on, value_of
from mandategraph.ingest.readers.wordstyles import Styles, looks_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXT = {W + "t", M + "t"}
_DROPPED = {W + "del", W + "moveFrom"}
_KEPT = {W + "ins", W + "moveTo"}
_SILENT = {W + name for name in ("pPr", "rPr", "delText", "delInstrText", "rt", "sdtPr", "sdtEndPr", "tblPr", "sectPr")}
_DRAWN = {W + "drawing", W + "pict", W + "object"}
_BOX = W + "txbxContent"
_SIGNS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    # The file has an element here, no character; a plain hyphen is what symbols of documents are written with.
    W + "noBreakHyphen": "-",
}
_REFERENCES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}


@dataclass(slots=True)
class NoteMark:
    """Where a footnote or endnote is called; `written` is the sign if the author chose one."""

    kind: str
    key: str
    written: str = ""


@dataclass(slots=True)
class Words:
    """What a paragraph holds."""

    pieces: list[str] = field(default_factory=list)
    notes: list[NoteMark] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    looks: dict[str, bool] | None = None
    """The look of the first words, None where there are none."""
    page: int = 0
    counted: str = ""
    """The field that numbers the paragraph (AUTONUM and its kin), "" without one."""

    @property
    def text(self) -> str:
        """The words as one string, line breaks kept."""
        return "".join(self.pieces)


@dataclass(slots=True)
class Tally:
    """What was met on the way and is told in notes."""

    tracked: int = 0
    hidden: int = 0
    pictures: int = 0
    comments: int = 0
    embedded: int = 0


class Gatherer:
    """Gathers the words of the paragraphs of one story; fields may run over several of them."""

    def __init__(self, styles: Styles, tally: Tally) -> None:
        self._styles = styles
        self._tally = tally
        self._fields: list[list[str]] = []
        self.page = 0

    def gather(self, paragraph: _Element, style: str, words: Words | None = None) -> Words:
        """Return the words of a paragraph, added to those of an earlier one where its mark was deleted."""
        words = words if words is not None else Words()
        self._walk(paragraph, style, words)
        return words

    def _walk(self, element: _Element, style: str, words: Words) -> None:
        for node in element:
            tag = node.tag
            if tag == W + "r":
                self._run(node, style, words)
            elif tag in _SILENT:
                continue
            elif tag in _DROPPED:
                self._tally.tracked += 1
            elif tag == MC + "AlternateContent":
                self._walk(_chosen(node), style, words)
            elif tag in _TEXT:
                self._write(node.text or "", style, {}, words)
            else:
                self._tally.tracked += tag in _KEPT
                self._walk(node, style, words)

    def _run(self, run: _Element, style: str, words: Words) -> None:
        properties = child(run, "rPr")
        looks = self._looks(properties, style)
        hidden = looks.get("hidden", False)
        custom: NoteMark | None = None
        for node in run:
            tag = node.tag
            if tag in _TEXT:
                if hidden:
                    self._tally.hidden += bool(node.text and not self._is_instruction)
                elif custom is not None and not custom.written:
                    custom.written = (node.text or "").strip()
                else:
                    self._write(node.text or "", style, looks, words)
            elif tag in _SIGNS:
                if not hidden and not self._is_instruction:
                    words.pieces.append(_SIGNS[tag])
            elif tag == W + "fldChar":
                self._field(node, words)
            elif tag == W + "instrText":
                if self._fields:
                    self._fields[-1].append(node.text or "")
            elif tag == W + "sym":
                self._write(_symbol(node), style, looks, words)
            elif tag in _REFERENCES:
                mark = NoteMark(_REFERENCES[tag], node.get(W + "id", ""))
                words.notes.append(mark)
                custom = mark if node.get(W + "customMarkFollows", "0") in ("1", "true", "on") else None
            elif tag == W + "lastRenderedPageBreak":
                self.page += 1
            elif tag == MC + "AlternateContent":
                self._drawn(_chosen(node), words)
            elif tag in _DRAWN:
                self._drawn(node, words)
            elif tag == W + "commentReference":
                self._tally.comments += 1
            elif tag == W + "ruby":
                base = child(node, "rubyBase")
                if base is not None:
                    self._walk(base, style, words)

    @property
    def _is_instruction(self) -> bool:
        # Words between the beginning of a field and its result tell Word what to write there.
        return any(not held or held[0] != "=" for held in self._fields)

    def _field(self, node: _Element, words: Words) -> None:
        kind = node.get(W + "fldCharType")
        if kind == "begin":
            self._fields.append([])
        elif kind == "separate" and self._fields:
            self._fields[-1] = ["=", *self._fields[-1]]
        elif kind == "end" and self._fields:
            instruction = "".join(self._fields.pop()).lstrip("= ").upper()
            if instruction.startswith("AUTONUM") and not words.text.strip():
                words.counted = instruction.split()[0]

    def _drawn(self, element: _Element, words: Words) -> None:
        boxes = [box for box in element.iter(_BOX) if not _inside_another(box, element)]
        if boxes:
            words.boxes += boxes
        else:
            self._tally.pictures += 1

    def _write(self, text: str, style: str, looks: dict[str, bool], words: Words) -> None:
        if self._is_instruction or not text:
            return
        # Soft hyphens say where a word may be broken; they are no part of it.
        text = text.replace("\u00ad", "")
        words.pieces.append(text)
        if not words.page and text.strip():
            words.page = self.page + 1
        if words.looks is None and sum(map(str.isalpha, text)) > 1:
            words.looks = {**looks, "capitals": looks.get("capitals", False) or text.isupper()}
            for name in ("bold", "italic"):
                words.looks.setdefault(name, self._toggled(name, style, ""))

    def _looks(self, properties: _Element | None, style: str) -> dict[str, bool]:
        looks = looks_of(properties)
        character = "" if properties is None else value_of(properties, "rStyle")
        for name in ("bold", "italic", "capitals", "hidden"):
            if name not in looks:
                looks[name] = self._toggled(name, style, character)
        return looks

    def _toggled(self, name: str, style: str, character: str) -> bool:
        """A bold style on bold words makes them plain again: switches of styles of different kinds cancel."""
        held = self._styles.look(style, name)
        if held is None:
            held = self._styles.defaults.get(name, False)
        return held != bool(character and self._styles.look(character, name))


def _chosen(alternatives: _Element) -> _Element:
    """Of a drawing in several forms one; both say the same words."""
    fallback = alternatives
    for node in alternatives:
        if node.tag == MC + "Choice":
            if next(node.iter(_BOX, W + "t"), None) is not None:
                return node
            fallback = node
    for node in alternatives:
        if node.tag == MC + "Fallback" and next(node.iter(_BOX, W + "t"), None) is not None:
            return node
    return fallback


def _inside_another(box: _Element, top: _Element) -> bool:
    above = box.getparent()
    while above is not None and above is not top:
        if above.tag == _BOX or (above.tag == MC + "Fallback" and above is not top):
            return True
        above = above.getparent()
    return False


def _symbol(node: _Element) -> str:
    code = node.get(W + "char", "")
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    # Fonts of signs put them at F000 and above, and some programs leave that off.
    if value < 0xF000 and node.get(W + "font", "").casefold().startswith(("symbol", "wingdings", "webdings")):
        value += 0xF000
    return sign(chr(value)) if 0x20 < value < 0xFFFE and not 0xD800 <= value < 0xE000 else ""


def mark_is(properties: _Element | None, *names: str) -> bool:
    """Return whether the mark at the end of a paragraph was deleted, moved away, or the like."""
    run = None if properties is None else child(properties, "rPr")
    return run is not None and any(is_on(child(run, name)) for name in names)


def note_start(settings: _Element | None, kind: str) -> tuple[str, int]:
    """Return the format of the signs of footnotes or endnotes and the number of the first."""
    held = None if settings is None else child(settings, f"{kind}Pr")
    usual = "decimal" if kind == "footnote" else "lowerRoman"
    if held is None:
        return usual, 1
    return value_of(held, "numFmt") or usual, integer(value_of(held, "numStart"), 1)
