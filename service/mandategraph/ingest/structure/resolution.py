"""From blocks to the tree of a resolution: preamble, operative paragraphs, their items, annexes."""

from __future__ import annotations

from collections.abc import Callable

from mandategraph.ingest.lexicon import Lexicon
from mandategraph.ingest.reading import Block, Kind, Reading
from mandategraph.ingest.structure.contents import contents_of
from mandategraph.ingest.structure.counting import counts_within, note_jump
from mandategraph.ingest.structure.lines import Line
from mandategraph.ingest.structure.lists import Nesting
from mandategraph.ingest.structure.marks import Mark, Style
from mandategraph.ingest.structure.outline import Document, Part, Unit, taken_along
from mandategraph.ingest.structure.parallels import UnmarkedList
from mandategraph.ingest.structure.quotations import quoted
from mandategraph.ingest.structure.states import State
from mandategraph.ingest.structure.surroundings import Surroundings
from mandategraph.ingest.structure.zones import Zone

_SECTION = frozenset({Style.CAPITAL_ROMAN, Style.CAPITAL})


class ResolutionReader:
    """
    Reads the blocks of one text, in order, into documents.

    The number that a paragraph prints decides first; where the numbers are lost, the verb and the place decide.
    """

    def __init__(self, reading: Reading, lexicon: Lexicon, blocks: list[Block] | None = None) -> None:
        held = list(reading.blocks) if blocks is None else blocks
        self._lines = [Line(block, reading, lexicon) for block in held]
        self._documents = [Document(language=lexicon.language)]
        self._state = State.FRONT
        self._nesting = Nesting()
        self._list = UnmarkedList()
        self._last: Line | None = None
        self._last_unit: Unit | None = None
        self._last_number = 0
        self._operative_count = 0
        self._text_adopted = False
        self._is_resolution = False
        self._ends: set[int] = set()
        self._place = 0
        self._around = Surroundings(self._lines, contents_of(self._lines))
        self._quoted = quoted(self._lines)
        self._quoting = False
        self._is_record = self._around.is_record()
        self._zone = self._around.zone_from(0)
        self._is_plan = self._around.is_plan(self._zone)

    def documents(self) -> list[Document]:
        """Return the documents of the text; at least one."""
        handlers: dict[State, Callable[[Line], None]] = {
            State.FRONT: self._in_front,
            State.PREAMBLE: self._in_preamble,
            State.OPERATIVE: self._in_operative,
            State.BACK: self._in_back,
            State.ANNEX: self._in_annex,
        }
        under_rule = False
        for place, line in enumerate(self._lines):
            self._place = place
            if line.block.kind is Kind.FURNITURE or line.is_printer:
                self._put(Part.FURNITURE, line)
            elif line.is_note or (under_rule and line.is_note_under_rule):
                self._put(Part.NOTE, line)
                continue  # the rule over it holds for the next line too
            elif place in self._around.contents:
                self._put(Part.CONTENTS, line)
            elif line.is_article_line and self._state in (State.OPERATIVE, State.ANNEX, State.PREAMBLE):
                self._article(line)
            elif self._in_quotation(place):
                self._put(Part.QUOTATION, line, self._nesting.last)
            else:
                handlers[self._state](line)
            under_rule = line.is_rule or (under_rule and line.is_printer)
        return self._documents

    def _in_quotation(self, place: int) -> bool:
        """Whether a line stands in words that a paragraph quotes; a statement quoted as a whole is the document."""
        start = self._quoted.get(place)
        if start is None:
            return False
        if start == place:
            self._quoting = self._nesting.root is not None
        return self._quoting

    def _put(self, part: Part, line: Line, parent: Unit | None = None) -> Unit:
        unit = Unit(part, line.block, line.block.number)
        (parent.children if parent is not None else self._documents[-1].units).append(unit)
        if part in (Part.ORGAN, Part.PREAMBLE) or (part is Part.OPERATIVE and line.mark is not None):
            self._is_resolution = True
        if part is Part.BACK and line.is_end:
            self._ends.add(id(unit))
        if part not in (Part.FURNITURE, Part.NOTE, Part.CONTENTS):
            self._last, self._last_unit = line, unit
        return unit

    def _in_front(self, line: Line) -> None:
        if line.is_organ:
            self._state = State.PREAMBLE
            self._put(Part.ORGAN, line)
        elif line.mark is None and line.is_recital and not self._zone.narrative:
            self._state = State.PREAMBLE
            self._preamble(line)
        elif (
            line.is_top
            and not self._around.numbers_a_heading(self._place)
            and (line.opening is not None or line.is_paragraph)
        ):
            self._state = State.OPERATIVE
            self._in_operative(line)
        elif line.enacts and line.words.isupper():
            self._enact(line)
        elif line.is_annex and self._place and len(line.words) < 60:
            self._open_annex(line)
        elif line.is_decision and self._is_record:
            self._state = State.OPERATIVE
            self._operative(line, None)
        elif line.mark is None and line.is_prose and not self._zone.numbered and self._speaks(line):
            self._state = State.OPERATIVE
            self._in_operative(line)
        else:
            narrates = self._zone.narrative and line.is_prose and line.ends_with_full_stop
            self._put(Part.PARAGRAPH if narrates else Part.FRONT, line)

    def _in_preamble(self, line: Line) -> None:
        begins = line.mark is not None and (
            line.mark.value == 1 or line.opening is not None or (line.is_prose and not self._in_list())
        )
        if line.is_top and begins:
            self._state = State.OPERATIVE
            self._in_operative(line)
        elif (
            line.enacts and not line.is_preamble and (line.words.isupper() or self._around.numbers_follow(self._place))
        ):
            self._enact(line)
        elif line.is_organ:
            self._put(Part.ORGAN, line)
        elif line.mark is None and line.is_operative and not line.is_preamble and self._begins_operative(line):
            self._state = State.OPERATIVE
            self._operative(line, None)
        elif line.is_annex:
            self._open_annex(line)
        elif not self._zone.numbered and self._around.ends_preamble(self._place, self._last):
            self._state = State.OPERATIVE
            self._operative(line, None)
        elif line.mark is not None and line.mark.style in _SECTION and line.looks_like_heading:
            self._put(Part.HEADING, line)
        elif (
            line.mark is not None
            and 1 in (line.mark.value, line.mark.roman)
            and line.is_operative
            and line.is_spoken
            and not self._in_list()
        ):
            self._state = State.OPERATIVE
            self._operative(line, line.mark)
        elif line.mark is not None and self._nesting.root is not None:
            self._nest(line, line.mark)
        elif line.looks_like_heading and not line.is_preamble:
            self._put(Part.HEADING, line)
        elif line.is_end:
            self._state = State.BACK
            self._put(Part.BACK, line)
        else:
            self._preamble(line)

    def _begins_operative(self, line: Line) -> bool:
        """Whether the operative part begins: not with a slip in a preamble that goes on after it."""
        if self._around.preamble_goes_on(self._place):
            return False
        return line.is_spoken or not self._zone.numbered

    def _speaks(self, line: Line) -> bool:
        """Whether a body speaks; that it once did so counts where most of the text tells it, as a report does."""
        return line.is_spoken or (self._zone.speaks and line.is_told)

    def _preamble(self, line: Line) -> None:
        self._nesting.begin(self._put(Part.PREAMBLE, line))

    def _enact(self, line: Line) -> None:
        self._state = State.OPERATIVE
        self._nesting.clear()
        self._put(Part.ORGAN, line)

    def _in_operative(self, line: Line) -> None:
        mark = line.mark
        if mark is not None:
            self._numbered_operative(line, mark)
        elif line.is_annex:
            self._open_annex(line)
        elif line.is_organ and self._operative_count:
            self._open_document(line)
        elif line.is_end and not self._zone.narrative:
            self._state = State.BACK
            self._put(Part.BACK, line)
        elif (line.is_preamble and line.is_prose and not self._zone.narrative and self._opens_a_section()) or (
            not self._in_list() and self._around.recitals_begin(self._place)
        ):
            # A section of a resolution may have a preamble of its own.
            self._state = State.PREAMBLE
            self._preamble(line)
        elif self._zone.numbered:
            self._unnumbered_among_numbers(line)
        else:
            self._without_numbers(line)

    def _opens_a_section(self) -> bool:
        return self._last_unit is not None and self._last_unit.part in (Part.HEADING, Part.ORGAN)

    def _numbered_operative(self, line: Line, mark: Mark) -> None:
        if line.is_top:
            if self._around.numbers_a_heading(self._place):
                self._nesting.clear()
                self._put(Part.HEADING, line)
            elif self._counts_within(mark):
                self._nest(line, mark)
            elif self._is_plan and not line.is_spoken:
                self._counted_paragraph(line, mark)
            else:
                self._operative(line, mark)
        elif (
            mark.style in _SECTION
            and line.looks_like_heading
            and not self._nesting.holds(mark.style)
            and not self._in_list()
        ):
            self._nesting.clear()
            self._put(Part.HEADING, line)
        elif self._nesting.follows_root(mark) and line.is_operative:
            self._operative(line, mark)
        elif self._nesting.root is not None:
            self._nest(line, mark)
        elif line.looks_like_heading:
            self._put(Part.HEADING, line)
        elif line.is_operative:
            self._operative(line, mark)
        else:
            self._put(Part.PARAGRAPH, line)

    def _unnumbered_among_numbers(self, line: Line) -> None:
        if line.is_operative and line.is_spoken and line.is_prose and self._opens_a_section():
            self._operative(line, None)
        elif line.looks_like_heading and not self._in_list():
            if self._nesting.root is not None and self._nesting.root.part is Part.ARTICLE:
                self._nesting.clear()
            self._put(Part.HEADING, line)
        else:
            # It goes on with the paragraph before, as a part of it.
            self._put(Part.PARAGRAPH, line, self._nesting.root)

    def _without_numbers(self, line: Line) -> None:
        in_list = self._in_list()
        opens = not in_list and (self._speaks(line) or line.is_operative or (self._is_record and line.is_decision))
        if self._nesting.root is not None and self._list.claims(
            self._lines, self._place, self._last_unit, in_list=in_list, firm=self._zone.firm
        ):
            self._nest(line, None)
        elif opens or line.form == "speaks" or self._list.parts(line):
            self._operative(line, None)
        elif line.looks_like_heading and not in_list:
            self._put(Part.HEADING, line)
        elif in_list and self._nesting.root is not None:
            self._nest(line, None)
        elif (
            line.is_capitalised
            and line.is_prose
            and (self._text_adopted or (self._zone.speaks and not self._zone.mixed))
        ):
            self._operative(line, None)
        else:
            self._put(Part.PARAGRAPH, line, self._nesting.root)

    def _in_list(self) -> bool:
        """Whether the paragraph before opened a list, or is an item of one that goes on."""
        if self._last is None or self._last_unit is None:
            return False
        if self._last_unit.part in (Part.ITEM, Part.BULLET):
            return not self._last.ends_with_full_stop
        return self._last.opens_a_list and not self._last.lexicon.introduces_text(self._last.words)

    def _counts_within(self, mark: Mark) -> bool:
        opened = self._last if self._last is not None and self._last.opens_a_list else None
        return counts_within(self._lines, self._place, mark, self._nesting, opened, self._last_number)

    def _operative(self, line: Line, mark: Mark | None) -> None:
        part = Part.ARTICLE if mark is not None and mark.style is Style.ARTICLE else Part.OPERATIVE
        unit = self._put(part, line)
        self._operative_count += 1
        self._text_adopted = self._text_adopted or line.lexicon.introduces_text(line.words)
        counted = mark.counted_after(self._last_number) if mark is not None else None
        if counted is not None:
            note_jump(unit, counted.value, self._last_number)
            self._last_number = counted.value
        self._nesting.begin(unit, counted.style if counted else None, counted.value if counted else 0)
        self._list = UnmarkedList(line, self._list)

    def _counted_paragraph(self, line: Line, mark: Mark) -> None:
        """A numbered paragraph in which nobody asks or decides: of a statute, a budget, a plan."""
        unit = self._put(Part.PARAGRAPH, line)
        note_jump(unit, mark.value, self._last_number)
        self._last_number = mark.value
        self._nesting.begin(unit, mark.style)

    def _article(self, line: Line) -> None:
        """“Article 5” on a line of its own: its numbered paragraphs hang under it."""
        if self._state is State.PREAMBLE:
            self._state = State.OPERATIVE
        self._nesting.begin(self._put(Part.ARTICLE, line), Style.ARTICLE)

    def _nest(self, line: Line, mark: Mark | None) -> None:
        part = Part.BULLET if mark is not None and mark.style is Style.BULLET else Part.ITEM
        unit = Unit(part, line.block, line.block.number)
        if mark is None:
            self._list.add(line)
        self._nesting.place(mark, unit, opens=self._last is not None and self._last.opens_a_list)
        self._last, self._last_unit = line, unit

    def _open_annex(self, line: Line) -> None:
        self._state = State.ANNEX
        self._nesting.clear()
        self._last_number = 0
        zone = self._around.zone_from(self._place + 1)
        # A note or a letter whose annex is its whole text speaks in the annex.
        self._zone = Zone(zone.numbered, zone.speaks or (not self._is_resolution and zone.numbered))
        self._put(Part.ANNEX, line)

    def _open_document(self, line: Line, part: Part = Part.ORGAN) -> None:
        document = Document(language=self._documents[-1].language)
        document.units.extend(taken_along(self._documents[-1], self._ends))
        self._documents.append(document)
        self._nesting.clear()
        self._last_number = self._operative_count = 0
        self._text_adopted = False
        self._zone = self._around.zone_from(self._place)
        self._state = State.PREAMBLE
        unit = self._put(part, line)
        if part is Part.PREAMBLE:
            self._nesting.begin(unit)

    def _in_back(self, line: Line) -> None:
        if line.is_annex:
            self._open_annex(line)
        elif line.is_organ:
            self._open_document(line)
        elif line.mark is None and line.is_recital:
            self._open_document(line, Part.PREAMBLE)
        elif (
            line.is_top
            and line.mark is not None
            and line.mark.value == self._last_number + 1
            and line.opening is not None
        ):
            self._state = State.OPERATIVE
            self._in_operative(line)
        else:
            self._put(Part.BACK, line)

    def _in_annex(self, line: Line) -> None:
        mark = line.mark
        if line.is_organ:
            self._open_document(line)
        elif line.is_annex:
            self._open_annex(line)
        elif not self._in_list() and self._around.recitals_begin(self._place):
            self._state = State.PREAMBLE
            self._preamble(line)
        elif line.is_top and mark is not None:
            if self._around.numbers_a_heading(self._place):
                self._nesting.clear()
                self._put(Part.HEADING, line)
            elif self._counts_within(mark):
                self._nest(line, mark)
            elif self._zone.speaks:
                self._operative(line, mark)
            else:
                self._counted_paragraph(line, mark)
        elif mark is not None and mark.style in _SECTION and line.looks_like_heading and not self._in_list():
            self._nesting.clear()
            self._put(Part.HEADING, line)
        elif mark is not None and self._nesting.root is not None:
            self._nest(line, mark)
        elif mark is not None:
            self._nesting.begin(self._put(Part.BULLET if mark.style is Style.BULLET else Part.ITEM, line), mark.style)
        elif (
            not self._zone.numbered and line.is_prose and not self._in_list() and (self._zone.speaks or line.is_spoken)
        ):
            self._operative(line, None)
        elif not self._zone.numbered and self._in_list() and self._nesting.root is not None and not line.is_spoken:
            self._nest(line, None)
        elif line.looks_like_heading:
            self._nesting.clear()
            self._put(Part.HEADING, line)
        else:
            self._put(Part.PARAGRAPH, line, self._nesting.root)
