"""What stands around a line: the next one, the habits of the stretch it stands in, whether a number is a heading's."""

from __future__ import annotations

from collections.abc import Sequence

from mandategraph.ingest.reading import Kind
from mandategraph.ingest.structure.lines import Line
from mandategraph.ingest.structure.marks import Style
from mandategraph.ingest.structure.zones import Zone, zone_of


class Surroundings:
    """The lines of a text, asked by place; `contents` are the places of tables of contents."""

    def __init__(self, lines: Sequence[Line], contents: frozenset[int]) -> None:
        self._lines = lines
        self.contents = contents

    def following(self, place: int) -> Line | None:
        """Return the next line that is not of the page."""
        for line in self._lines[place + 1 : place + 6]:
            if line.block.kind is not Kind.FURNITURE and not line.is_printer and not line.is_note:
                return line
        return None

    def zone_from(self, start: int) -> Zone:
        """Return the habits from a place on, up to the next annex or the next resolution."""
        lines: list[Line] = []
        decides = False
        for place in range(start, len(self._lines)):
            line = self._lines[place]
            if place in self.contents or line.is_note:
                continue
            if place > start and (line.is_annex or (decides and line.is_organ)):
                break
            decides = decides or line.is_top or line.is_operative
            lines.append(line)
        return zone_of(lines, annexed=start > 0 and self._lines[start - 1].is_annex)

    def is_record(self) -> bool:
        """Whether the text is the record of a decision: a few paragraphs that tell what a meeting decided."""
        prose = [line for line in self._lines if line.is_prose]
        if not prose or len(prose) > 24 or any(line.is_organ or line.is_recital for line in self._lines):
            return False
        return prose[0].is_decision and not any(line.is_operative and line.is_top for line in prose)

    def is_plan(self, zone: Zone) -> bool:
        """
        Whether the text calls itself a budget before its first paragraph, and no body speaks in it.

        Once is the item of the agenda, under which reports are written too; the title comes after it.
        """
        if zone.speaks or any(line.is_organ for line in self._lines[:200]):
            return False
        titles = 0
        for line in self._lines[:80]:
            if line.is_top and line.is_prose:
                break
            titles += line.mark is None and not line.is_prose and line.lexicon.is_plan_title(line.words)
        return titles > 1

    def numbers_follow(self, place: int) -> bool:
        """Whether “1.” follows."""
        following = self.following(place)
        return following is not None and following.is_top and following.mark is not None and following.mark.value == 1

    def preamble_goes_on(self, place: int) -> bool:
        """Whether paragraphs of a preamble follow, so that an operative verb at a place is a slip among them."""
        if self._lines[place].opens_a_list:
            return False
        following: list[Line] = []
        for line in self._lines[place + 1 : place + 9]:
            if line.mark is None and not line.is_printer and not line.is_note:
                following.append(line)
                if len(following) == 5 or line.opens_a_list:
                    break  # participles after a colon are items: “encourages States to: / Developing …”
        preambles = [line.is_preamble and line.is_prose for line in following]
        return sum(preambles) >= 3 or (preambles[:1] == [True] and len(preambles) > 1)

    def recitals_begin(self, place: int) -> bool:
        """Whether the preamble of a text within the text begins: recitals without numbers, one after another."""
        held = [line for line in self._lines[place : place + 6] if not line.is_printer and not line.is_note]
        return len(held) > 3 and all(line.mark is None and line.is_recital and line.is_prose for line in held[:4])

    def ends_preamble(self, place: int, last: Line | None) -> bool:
        """Whether a verb in none of our lists opens the operative part, after a recital that ends with a comma."""
        line = self._lines[place]
        if line.mark is not None or last is None or not last.words.endswith(","):
            return False
        return line.resembles_operative and not self.preamble_goes_on(place)

    def numbers_a_heading(self, place: int) -> bool:
        """Whether a number is that of a heading: “2. Strategy” before paragraphs that count on their own."""
        line = self._lines[place]
        if line.mark is None or line.mark.style is Style.ARTICLE or len(line.words) > 150 or line.ends_a_sentence:
            return False
        if line.opening is not None and line.opening.speaks:
            return False
        following = self.following(place)
        if following is None or (following.mark is None and not following.is_capitalised):
            return False  # a paragraph that a page broke
        if following.opens_a_list and not following.is_top:
            return False
        return not following.is_top or following.mark is None or following.mark.value != line.mark.value + 1
