"""Paragraphs that run on in one line, as on a flattened page: found again by number, verb and punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mandategraph.ingest.lexicon import Lexicon
from mandategraph.ingest.reading import Block, Kind, Number, Reading
from mandategraph.ingest.structure.marks import Mark, Style, read_mark

# Where a new paragraph may begin within a line: after a stop or comma, a closing quotation mark and a note's number allowed.
_AFTER_STOP = re.compile(r"(?<=[.;:,])[”\"’)\]]?(?:\d{1,3})?\s+(?=\S)")
_BEFORE_NUMBER = re.compile(r"\s(?=(?:\d{1,3}\.|\([a-z]{1,5}\)|[•∙●♦])\s)")
_ANY_BLANK = re.compile(r"\s+(?=[A-Z“\"])")


def split_runs(reading: Reading, lexicon: Lexicon) -> Reading:
    """
    Return the reading with blocks cut where paragraphs run on; the text stays as it is.

    A text whose lines are whole paragraphs comes back unchanged.
    """
    splitter = _Splitter(reading, lexicon)
    if not splitter.runs_on():
        return reading
    blocks = tuple(splitter.blocks())
    note = "Several paragraphs stood in one line; they were told apart by their numbers and verbs."
    return replace(reading, blocks=blocks, notes=(*reading.notes, note))


class _Splitter:
    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self._reading = reading
        self._lexicon = lexicon
        self._last = 0
        self._operative = False
        self._letters: list[Mark] = []

    def runs_on(self) -> bool:
        """Whether lines hold several paragraphs: two or more openings after stops, in many of the long lines."""
        running = whole = 0
        for block in self._reading.blocks:
            words = self._reading.words(block)
            if len(words) < 120:
                continue
            openings = sum(
                1
                for found in _AFTER_STOP.finditer(words)
                if self._opens_numbered(words, found.end()) or self._opens_preamble(words, found)
            )
            running += openings >= 1
            whole += openings == 0
        return running >= 2 and running >= 0.15 * (running + whole)

    def _opens_numbered(self, words: str, at: int) -> bool:
        mark = read_mark(words, at)
        if mark is None or mark.style is not Style.ARABIC:
            return False
        rest = words[at + len(mark.printed) : at + len(mark.printed) + 160].lstrip()
        return rest[:1].isupper() and self._lexicon.operative(rest) is not None

    def _opens_preamble(self, words: str, found: re.Match[str]) -> bool:
        rest = words[found.end() : found.end() + 60]
        return words[found.start() - 1] in ",;" and rest[:1].isupper() and self._lexicon.preamble(rest) is not None

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks, cut."""
        for block in self._reading.blocks:
            if block.kind is not Kind.PARAGRAPH:
                yield block
                continue
            yield from self._cut(block)

    def _cut(self, block: Block) -> Iterator[Block]:
        text = self._reading.text
        begin = block.number.start if block.number is not None else block.start
        cuts = [begin, *self._places(begin, block.end), block.end]
        for start, end in zip(cuts, cuts[1:], strict=False):
            yield from self._piece(text, start, end, block)

    def _places(self, begin: int, end: int) -> list[int]:
        """Where paragraphs begin within begin..end, in order, `begin` itself left out but counted."""
        text, lexicon = self._reading.text, self._lexicon
        self._note(text, begin, end)
        places: list[int] = []
        candidates = {found.end() for found in _AFTER_STOP.finditer(text, begin, end)}
        candidates |= {found.end() for found in _BEFORE_NUMBER.finditer(text, begin, end)}
        stops = {found.end() for found in _AFTER_STOP.finditer(text, begin, end)}
        for at in sorted(candidates):
            rest = text[at : min(end, at + 400)]
            mark = read_mark(text[at:end])
            if mark is not None and self._goes_on(mark, text[at + len(mark.printed) : min(end, at + 300)].lstrip(), at in stops):
                places.append(at)
                self._count(mark)
            elif at in stops and mark is None and rest[:1].isupper() and self._begins(text, at, rest):
                places.append(at)
            elif at in stops and lexicon.is_end(rest[:60]) and text[at - 2 : at].strip()[-1:] in ".":
                places.append(at)
        # The line on which the organ names itself stands before its comma.
        for name in lexicon.organ_lines(text, begin, end):
            if name > begin and name not in places:
                places.append(name)
        return sorted(places)

    def _begins(self, text: str, at: int, rest: str) -> bool:
        before = text[at - 3 : at].strip()[-1:]
        if self._lexicon.preamble(rest[:60]) is not None and not self._operative and before in ",;:":
            return True
        if before in ";." and not self._last and self._lexicon.operative(rest) is not None:
            return self._lexicon.preamble(rest[:60]) is None and rest.split(" ", 1)[0].lower() not in ("states", "notes", "calls")
        return False

    def _note(self, text: str, begin: int, end: int) -> None:
        mark = read_mark(text[begin:end])
        if mark is not None:
            self._count(mark)

    def _count(self, mark: Mark) -> None:
        if mark.style is Style.ARABIC:
            self._last, self._operative, self._letters = mark.value, True, []
        elif mark.style is not Style.BULLET:
            self._letters = [held for held in self._letters if held.style != mark.style][-1:] + [mark]

    def _goes_on(self, mark: Mark, rest: str, after_stop: bool) -> bool:
        """Whether a number that stands within a line is the next of its list."""
        if not rest:
            return False
        if mark.style is Style.ARABIC:
            verb = rest[:1].isupper() and self._lexicon.operative(rest) is not None
            if mark.value == self._last + 1:
                return (after_stop and rest[:1].isupper()) or verb
            return mark.value == 1 and after_stop and verb
        if mark.style is Style.BULLET:
            return after_stop
        if mark.style not in (Style.LETTER_BOTH, Style.ROMAN_BOTH, Style.CAPITAL_BOTH):
            return False
        if not after_stop:
            return False
        if mark.value == 1 or mark.roman == 1:
            return True
        return any(
            (held.style == mark.style and mark.value == held.value + 1)
            or (mark.roman is not None and held.roman is not None and mark.roman == held.roman + 1)
            for held in self._letters
        )

    def _piece(self, text: str, start: int, end: int, block: Block) -> Iterator[Block]:
        """One paragraph; a heading or a closing line that hangs on its end, after the last stop, is a block of its own."""
        words = text[start:end].rstrip()
        end = start + len(words)
        mark = read_mark(words)
        number = None
        if mark is not None and len(mark.printed) < len(words):
            number = Number(start, start + len(mark.printed), mark.printed)
            rest = words[len(mark.printed) :]
            start += len(words) - len(rest.lstrip())
        stop = max((found.start() for found in _ANY_BLANK.finditer(text, start, end) if text[found.start() - 1] in ".;" or text[found.start() - 2 : found.start()][:1] in ".;" and text[found.start() - 1].isdigit()), default=-1)
        tail = text[stop:end].strip() if stop > 0 else ""
        if number is not None and 0 < len(tail) < 140 and tail[-1:] not in ".;:,”" and (end < block.end or self._lexicon.is_end(tail)):
            at = end - len(tail)
            yield Block(start, stop, block.kind, number, page=block.page, place=block.place)
            yield Block(at, end, block.kind, page=block.page, place=block.place)
            return
        if end > start:
            yield Block(start, end, block.kind, number, page=block.page, place=block.place)
