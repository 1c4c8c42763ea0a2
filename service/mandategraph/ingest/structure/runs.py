"""Paragraphs that run on in one line, as on a flattened page: found again by number, verb and punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from mandategraph.ingest.lexicon import Lexicon
from mandategraph.ingest.reading import Block, Kind, Number, Reading
from mandategraph.ingest.structure.marks import Mark, Style, read_mark

# What looks like the beginning of a paragraph within a line: a number, a bullet, or a capital.
_CANDIDATE = re.compile(
    r"\s(?=\d{1,3}\.\s?[“\"]?[A-ZÀ-Ý]|\d{1,3}\.\s|\([a-zA-Z0-9]{1,5}\)\s?\S|[•∙●♦]\s?\S"
    r"|(?:Art|ART)\S*\s\d|[“\"«]?[A-ZÀ-Ý])"
)
# The same after a stop, where a paragraph may plainly begin.
_STOPPED_OPENING = re.compile(
    r"[.;:,][”\"’»)\]]*(?:\d{1,3})?(?:\s+(?:and|or|y|o|et|ou|e))?\s+(?=\d{1,3}\.\s*[A-ZÀ-Ý]|[“«]?[A-ZÀ-Ý])"
)
_STOPPED = re.compile(r"[.;:,][”\"’»)\]]*(?:\d{1,3})?(?:\s+(?:and|or|y|o|et|ou|e))?\s*\Z")
_HEADING_BEFORE = re.compile(
    r"[.;:][”\"’»)\]]*(?:\d{1,3})?\s+(?:(?:[A-Z]|[IVX]+|\d{1,2})\.\s?)?([A-ZÀ-Ý][^.;:]{2,140})\Z"
)
_HEADING_ALONE = re.compile(r"(?:(?:[A-Z]|[IVX]+|\d{1,2})\.\s?)?[A-ZÀ-Ý][^.;:,]{2,140}\Z")
_TAIL = re.compile(r"(?<=[.;:])(?:[”\"’»)\]]*(?:\d{1,3})?)\s+(?=[A-Z“\"\[<]|\d+(?:st|nd|rd|th) )")
_ANNEX = re.compile(r"(?:Annex|ANNEX|Appendix|APPENDIX)(?:es)?(?:\s+[IVX\d]+\b)?\s+(?=[A-Z])")
# What stands before an annex: the end of a sentence, or the day of the meeting.
_CLOSED = re.compile(r"(?:[.;][”\"’»)\]]*(?:\d{1,3})?|\b\d{4}\.?)\s+\Z")
_CLOSING = re.compile(r"[.;”](?:[”\"’»)\]]*(?:\d{1,3})?)\s+(?=\d{1,5}(?:st|nd|rd|th|[.ªº]|e|ème)?\s|\[[A-Z])")
_COUNTED = re.compile(r"(?P<count>\d{1,3})\.\s+(?=[“\"]?[A-ZÀ-Ý][a-zà-ý]*\s)")
_LONG = 8
_ITEMS = frozenset({Style.LETTER_BOTH, Style.ROMAN_BOTH, Style.CAPITAL_BOTH, Style.ARABIC_BOTH})
_NUMBERED = (Style.ARABIC, Style.ARTICLE)


def split_runs(reading: Reading, lexicon: Lexicon) -> Reading:
    """
    Return the reading with blocks cut where paragraphs run on; the text stays as it is.

    A text whose lines are whole paragraphs comes back unchanged. Where lines that were broken at a width were joined
    again, a paragraph may have been joined to the one before: it is cut only where a line of the file began.
    """
    reading = _closing_apart(reading, lexicon)
    splitter = _Splitter(reading, lexicon)
    joined = reading.joined
    if not joined and not splitter.runs_on():
        return reading
    blocks = tuple(splitter.blocks({stitch.start for stitch in reading.stitches} if joined else None))
    if len(blocks) == len(reading.blocks):
        return reading
    note = "Several paragraphs stood in one line; they were told apart by their numbers and verbs."
    return replace(reading, blocks=blocks, notes=(*reading.notes, note))


def _closing_apart(reading: Reading, lexicon: Lexicon) -> Reading:
    """The meeting, the day and the vote that hang on the end of the last paragraph are a block of their own."""
    blocks: list[Block] = []
    for block in reading.blocks:
        cut = 0
        if block.kind is Kind.PARAGRAPH and block.end - block.start > 40:
            for found in _CLOSING.finditer(reading.plain, block.start, block.end):
                if lexicon.is_end(reading.plain[found.end() : min(block.end, found.end() + 44)]):
                    cut = found.end()
                    break
        if cut:
            end = block.start + len(reading.plain[block.start : cut].rstrip())
            blocks += [replace(block, end=end), replace(block, start=cut, number=None)]
        else:
            blocks.append(block)
    return reading if len(blocks) == len(reading.blocks) else replace(reading, blocks=tuple(blocks))


@lru_cache(maxsize=1)
def _long_chain(text: str) -> frozenset[int]:
    """Where numbers stand that count on one by one through the whole text: 1. … 2. … 3. … whatever is between them."""
    found = [
        (at, int(place["count"]))
        for place in _COUNTED.finditer(text)
        if not (at := place.start()) or text[at - 1].isspace()
    ]
    back: dict[int, int] = {}
    reached: dict[int, int] = {}
    for at, count in found:
        reached[count] = back[at] = 1 + reached.get(count - 1, 0)
    onward: dict[int, int] = {}
    reached = {}
    for at, count in reversed(found):
        reached[count] = onward[at] = 1 + reached.get(count + 1, 0)
    return frozenset(at for at in back if back[at] + onward[at] > _LONG)


class _Splitter:
    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self._text = reading.plain
        self._reading = reading
        self._lexicon = lexicon
        self._last = 0
        self._operative = False
        self._letters: list[Mark] = []
        self._chain = frozenset[int]()
        self._before_jump = 0
        self._number_follows = False

    def runs_on(self) -> bool:
        """Whether lines hold several paragraphs: openings after stops, in many of the long lines."""
        running = whole = openings = 0
        chain = _long_chain(self._text)
        for block in self._reading.blocks:
            number = read_mark(self._text, block.number.start) if block.number is not None else None
            if number is not None and number.style is Style.ARABIC:
                self._last = number.value
            if block.end - block.start < 120:
                continue
            inside = 0
            for found in _STOPPED_OPENING.finditer(self._text, block.start, block.end):
                inside += found.end() in chain or self._plainly_opens(found.end(), found.group()[0])
            openings += inside
            running += inside > 0
            whole += inside == 0
        self._last = 0
        return openings >= 3 and openings >= 0.15 * (running + whole)

    def _plainly_opens(self, at: int, before: str) -> bool:
        text = self._text
        if text[at] in "“«":
            # “… of the region. “The Council welcomes”: each paragraph of a statement quoted as a whole.
            return before == "." and self._lexicon.spoken(text[at : at + 400]) is not None
        mark = read_mark(text, at) if not text[at].isalpha() else None
        if mark is not None:
            if mark.style is not Style.ARABIC:
                return False
            rest = _after(text, at, mark)
            counts = mark.value == self._last + 1 and before in ".;"
            if not rest[:1].isupper() or not (counts or self._lexicon.operative(rest) is not None):
                return False
            self._last = mark.value
            return True
        return before in (",", ";") and text[at].isupper() and self._lexicon.preamble(text[at : at + 60]) is not None

    def blocks(self, only: set[int] | None) -> Iterator[Block]:
        """Yield the blocks, cut; with `only`, cut nowhere but there."""
        self._chain = _long_chain(self._text) if only is None else frozenset()
        following = [*self._reading.blocks[1:], None]
        for block, after in zip(self._reading.blocks, following, strict=True):
            if block.kind is not Kind.PARAGRAPH:
                yield block
                continue
            self._number_follows = after is not None and after.number is not None
            begin = block.number.start if block.number is not None and block.number.end <= block.start else block.start
            own = block.number is None or self._text[block.number.end : block.start].strip() == ""
            self._enter(block, begin)
            places = self._places(block.start, block.end, only)
            if not places and only is not None:
                yield block
                continue
            cuts = [begin if own else block.start, *places, block.end]
            for place, (start, end) in enumerate(pairwise(cuts)):
                pieces = list(self._pieces(start, end, block))
                if place == 0 and not own and pieces:
                    pieces[0] = replace(pieces[0], number=block.number)
                yield from pieces

    def _enter(self, block: Block, begin: int) -> None:
        words = self._text[block.start : block.start + 260]
        mark = read_mark(self._text, begin) if block.number is not None else None
        if mark is not None:
            self._count(mark)
        elif self._lexicon.is_organ(self._text[block.start : block.end]) or self._lexicon.is_annex(
            self._text[block.start : block.end]
        ):
            self._restart()
        elif not self._operative and self._lexicon.preamble(words) is None:
            opening = self._lexicon.operative(words)
            self._operative = opening is not None and opening.speaks

    def _restart(self) -> None:
        self._last, self._operative, self._letters = 0, False, []

    def _places(self, begin: int, end: int, only: set[int] | None) -> list[int]:
        """Where paragraphs begin within a block, in order, its own beginning left out."""
        text = self._text
        organs = self._lexicon.organ_lines(text, begin, end) if only is None else []
        places: list[int] = []
        after_organ = -1
        if begin in organs:
            self._restart()
            after_organ = begin
        for found in _CANDIDATE.finditer(text, begin, end):
            at = found.end()
            if only is not None and at not in only:
                continue
            if at in organs:
                self._restart()
                places.append(at)
                after_organ = at
                continue
            if at <= begin:
                continue
            annex = _ANNEX.match(text, at, end) if only is None and self._operative else None
            if annex is not None and _CLOSED.search(text[max(begin, at - 12) : at]) is not None:
                self._restart()
                places += [at, annex.end()]
                continue
            if at <= (places[-1] if places else begin):
                continue
            if (text[at].isalpha() and read_mark(text, at) is None) or text[at] in '“"«':
                if self._opens_words(at, end, places[-1] if places else begin, after_organ):
                    places.append(at)
                continue
            mark = read_mark(text, at)
            if mark is not None and self._goes_on(mark, at, end, places[-1] if places else begin):
                places.append(at)
                self._count(mark)
        return places

    def _opens_words(self, at: int, end: int, begun: int, after_organ: int) -> bool:
        text, lexicon = self._text, self._lexicon
        before = _before(text, at)
        rest = text[at : min(end, at + 400)]
        if not before and begun == after_organ and at - begun < 200:
            # The comma after the organ's name is lost.
            return lexicon.preamble(rest[:60]) is not None and lexicon.is_organ(text[begun:at].strip())
        if not before:
            return False
        if not self._operative and before in ",;:." and lexicon.preamble(rest[:60]) is not None:
            return True
        if before in "." and self._operative and lexicon.is_end(rest[:48]) and lexicon.operative(rest) is None:
            return True
        if text[at] in "“«" and before in ".”»" and lexicon.spoken(rest) is not None:
            return True
        if before in ";.," and not self._last and lexicon.preamble(rest[:60]) is None:
            opening = lexicon.operative(rest)
            if (
                opening is not None
                and opening.speaks
                and opening.start < 40
                and (before == ";" or opening.written[:1].isupper())
            ):
                if before == "," and self._operative:
                    return False
                # Where the paragraphs have numbers, one without is a slip in a preamble that goes on.
                self._operative = not self._chain
                return True
        return False

    def _count(self, mark: Mark) -> None:
        if mark.style in _NUMBERED:
            # A heading may count on its own among the paragraphs: “35. … 2. Statements 36. …”.
            if mark.value != self._last + 1:
                self._before_jump = self._last
            self._last, self._operative, self._letters = mark.value, True, []
        elif mark.style is not Style.BULLET:
            self._letters = [*[held for held in self._letters if held.style != mark.style][-1:], mark]

    def _goes_on(self, mark: Mark, at: int, end: int, begun: int) -> bool:
        """Whether a number that stands within a line is the next of its list."""
        text = self._text
        rest = _after(text, at, mark)[: max(0, end - at)]
        if not rest:
            return False
        before = _before(text, at)
        if mark.style in _NUMBERED:
            if not (rest[:1].isupper() or rest[:1] in '“"«'):
                return False
            opening = self._lexicon.operative(rest)
            if at in self._chain:
                return True
            if mark.value == self._last + 1 or (self._before_jump and mark.value == self._before_jump + 1):
                return bool(before) or opening is not None or self._follows_heading(begun, at)
            if mark.value == 1:
                if opening is None:
                    return not before and self._follows_heading(begun, at) and len(rest) > 80
                return bool(before) or self._follows_heading(begun, at)
            # A number was lost or is printed twice; only a verb and a stop together can tell.
            return (
                bool(before)
                and before in ".;"
                and opening is not None
                and opening.speaks
                and self._last < mark.value <= self._last + 3
            )
        if mark.style is Style.BULLET:
            return bool(before)
        if mark.style not in _ITEMS or not before:
            return False
        if mark.value == 1 or mark.roman == 1:
            return before in ":;,."
        return any(
            (held.style == mark.style and mark.value == held.value + 1)
            or (mark.roman is not None and held.roman is not None and mark.roman == held.roman + 1)
            for held in self._letters
        )

    def _follows_heading(self, begun: int, at: int) -> bool:
        """Whether a heading stands between the stop of the paragraph before and a number."""
        words = self._text[max(begun, at - 170) : at].rstrip()
        if _HEADING_BEFORE.search(words) is not None:
            return True
        return at - begun < 140 and _HEADING_ALONE.match(words) is not None

    def _pieces(self, start: int, end: int, block: Block) -> Iterator[Block]:
        """One paragraph; a heading or a closing line that hangs on its end is a block of its own."""
        text = self._text
        words = text[start:end].rstrip()
        end = start + len(words)
        mark = read_mark(words)
        number = None
        if mark is not None and len(mark.printed) < len(words):
            number = Number(start, start + len(mark.printed), mark.printed)
            rest = words[len(mark.printed) :]
            start += len(words) - len(rest.lstrip())
        if end <= start:
            return
        tail = self._tail(start, end, last=end >= block.end) if words[-1:] not in ".;:,”»" else -1
        if tail > start and (number is not None or self._operative or tail - start > 60):
            yield Block(
                start, start + len(text[start:tail].rstrip()), block.kind, number, page=block.page, place=block.place
            )
            yield Block(tail, end, block.kind, page=block.page, place=block.place)
        else:
            yield Block(start, end, block.kind, number, page=block.page, place=block.place)

    def _tail(self, start: int, end: int, *, last: bool) -> int:
        """Where the heading begins that hangs on the end of a paragraph, -1 if none does."""
        place = -1
        for found in _TAIL.finditer(self._text, max(start, end - 240), end):
            place = found.end()
        if place < 0 or end - place > 200:
            return -1
        tail = self._text[place:end]
        heads = (
            self._text[start:place].rstrip()[-1:] == ";" or tail.isupper() or (self._number_follows and len(tail) < 120)
        )
        return place if not last or heads or self._lexicon.is_end(tail) else -1


def _before(text: str, at: int) -> str:
    """The stop before a place, closing marks, a note's number and a conjunction apart; empty where there is none."""
    found = _STOPPED.search(text[max(0, at - 14) : at])
    return found.group()[0] if found is not None else ""


def _after(text: str, at: int, mark: Mark) -> str:
    return text[at + len(mark.printed) : at + len(mark.printed) + 300].lstrip()
