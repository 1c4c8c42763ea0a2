"""
What a reader makes of a file: one fixed text, and blocks that say where in it the parts of the page stand.

Every reader, whatever its format, returns a `Reading`; nothing after the readers knows of formats.
"""

from __future__ import annotations

import bisect
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

# Every kind of blank and mark of direction is a blank, full-width letters and figures are the usual ones: one for one.
_BLANKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BLANKS += "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_UNUSUAL = re.compile(f"[{_BLANKS}\uff01-\uff5e]")
_PLAIN = str.maketrans(_BLANKS, " " * len(_BLANKS)) | {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


def plainly(text: str) -> str:
    """
    Return a text as it is compared, character for character: its blanks plain, its full-width characters usual ones.

    >>> plainly("１．\u00a0Decides")
    '1. Decides'
    """
    if text.isascii() or _UNUSUAL.search(text) is None:
        return text
    return _UNUSUAL.sub(lambda found: found.group().translate(_PLAIN), text)


class Kind(StrEnum):
    """What a block is on the page."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CELL = "cell"
    FOOTNOTE = "footnote"
    BOX = "box"
    FURNITURE = "furniture"
    """Running heads, page numbers, marks of the printer: kept apart, never part of a provision."""


@dataclass(frozen=True, slots=True)
class Number:
    """
    The number of a block as it stands in the text: “18.”, “(a)”, “•”.

    `computed` says that the file holds no such characters: the word processor counts them, and so did the reader.
    """

    start: int
    end: int
    printed: str
    computed: bool = False
    level: int | None = None
    """Depth in the word processor's list, from 0; None where the file does not tell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of a block in a table; tables, rows and columns count from 0."""

    table: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """
    A run of words that the page sets apart: code points `start` to before `end` of the text, without its number.

    `depth` is the level of a heading (from 1) or the indentation of a paragraph in steps (from 0), None if unknown.
    `emphasis` names what the first words look like: any of "bold", "italic", "capitals", "centred", joined by blanks.
    `place` is how a person finds it in the file: "line 12", "paragraph 17", "page 3", "table 2, row 3".
    """

    start: int
    end: int
    kind: Kind = Kind.PARAGRAPH
    number: Number | None = None
    depth: int | None = None
    emphasis: str = ""
    cell: Cell | None = None
    page: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Stitch:
    """From code point `start` of the text on, characters stand at `offset` in the part of the file named by `place`."""

    start: int
    place: str
    offset: int


@dataclass(frozen=True)
class Reading:
    """
    One file as read.

    `text` is the source text that spans are counted in; `blocks` are in reading order and do not overlap, numbers
    included. `notes` are sentences for people: what was repaired, ignored or uncertain. `stitches` map offsets of the
    text back to the file. `layout` is whatever of the text lies in no block: line ends, tabs, rules.
    """

    file: str
    format: str
    file_sha256: str
    text: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    stitches: tuple[Stitch, ...] = ()
    language: str = ""
    title: str = ""
    """A title or symbol that the file's own metadata gives."""
    joined: bool = False
    """Whether lines that had been broken at a width were joined to paragraphs again."""
    _sha256: list[str] = field(default_factory=list, repr=False, compare=False)
    _plain: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text as UTF-8, which names it."""
        if not self._sha256:
            self._sha256.append(hashlib.sha256(self.text.encode("utf-8")).hexdigest())
        return self._sha256[0]

    @property
    def plain(self) -> str:
        """The text as it is compared, of the same length; see `plainly`."""
        if not self._plain:
            self._plain.append(plainly(self.text))
        return self._plain[0]

    def words(self, block: Block) -> str:
        """Return the words of a block."""
        return self.text[block.start : block.end]

    def place_in_file(self, offset: int) -> tuple[str, int]:
        """
        Return where a code point of the text stands in the file: the part's name and the offset in it.

        >>> reading = Reading("a.txt", "text", "0", "one two", (), stitches=(Stitch(0, "", 3), Stitch(4, "", 20)))
        >>> reading.place_in_file(5)
        ('', 21)
        """
        if not self.stitches:
            return ("", offset)
        nearest = self.stitches[max(0, bisect.bisect_right([stitch.start for stitch in self.stitches], offset) - 1)]
        return (nearest.place, nearest.offset + offset - nearest.start)


class Composer:
    """
    Builds the text of a reading block by block, for formats whose file is not itself the text.

    >>> composer = Composer()
    >>> composer.add("To urge member States:", printed="1.", computed=True, place="paragraph 1")
    >>> composer.add("Peace", printed="(a)", place="paragraph 2")
    >>> composer.text
    '1.\\tTo urge member States:\\n(a)\\tPeace\\n'
    >>> [composer.text[block.start:block.end] for block in composer.blocks]
    ['To urge member States:', 'Peace']
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []
        self.stitches: list[Stitch] = []

    def _write(self, piece: str) -> int:
        start = self._length
        self._pieces.append(piece)
        self._length += len(piece)
        return start

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    def add(
        self,
        words: str,
        *,
        printed: str = "",
        computed: bool = False,
        level: int | None = None,
        kind: Kind = Kind.PARAGRAPH,
        depth: int | None = None,
        emphasis: str = "",
        cell: Cell | None = None,
        page: int | None = None,
        place: str = "",
        offset: int = 0,
        separator: str = "\t",
    ) -> None:
        """Add a block on a line of its own, its number before it; blanks at the ends are dropped."""
        words = words.strip()
        if not words and not printed:
            return
        number = None
        if printed:
            at = self._write(printed)
            number = Number(at, at + len(printed), printed, computed, level)
            self._write(separator if words else "")
        start = self._write(words)
        self.stitches.append(Stitch(number.start if number else start, place, offset))
        self._write("\n")
        self.blocks.append(Block(start, start + len(words), kind, number, depth, emphasis, cell, page, place))

    def reading(
        self,
        file: str,
        format_: str,
        file_bytes: bytes,
        *,
        notes: Sequence[str] = (),
        language: str = "",
        title: str = "",
    ) -> Reading:
        """Return what was composed as a Reading."""
        return Reading(
            file,
            format_,
            hashlib.sha256(file_bytes).hexdigest(),
            self.text,
            tuple(self.blocks),
            tuple(notes),
            tuple(self.stitches),
            language,
            title,
        )
