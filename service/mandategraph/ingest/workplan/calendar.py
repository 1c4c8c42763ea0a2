"""The calendar of a work plan: a table, or a table that was flattened to lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mandategraph.core.dates import read_date
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.meaning.found import DateFound
from mandategraph.ingest.meaning.times import bounds
from mandategraph.ingest.reading import Block, Kind, Reading
from mandategraph.ingest.structure.marks import read_mark
from mandategraph.ingest.workplan.outline import AgendaPart, CalendarEntry, Guest

_DOUBLED = re.compile(r"(\d+)\.\s+(?=\1\.\s)")
_DATE_WORDS = 40


class CalendarReader:
    """
    Reads the entries of a calendar.

    In a table the heads of the columns say what a cell is; in lines an entry begins with a date and ends at the next.
    """

    def __init__(self, reading: Reading, meaning: Meaning, words: Mapping[str, Any]) -> None:
        self._reading = reading
        self._meaning = meaning
        self._words = words
        self.notes: list[str] = []
        self.columns: set[str] = set()
        """The kinds of column that the calendar has."""
        self.heads: list[Block] = []

    def entries(self, blocks: Sequence[Block]) -> list[CalendarEntry]:
        """Return the entries in the order of the text."""
        cells = [block for block in blocks if block.cell is not None]
        found = self._of_table(cells) if cells else self._of_lines(blocks)
        for entry in found:
            self._tell(entry)
        return found

    def _text(self, block: Block) -> str:
        return self._reading.words(block)

    # a table

    def _of_table(self, cells: Sequence[Block]) -> list[CalendarEntry]:
        columns: dict[int, str] = {}
        entries: list[CalendarEntry] = []
        row = -1
        table = -1
        for block in cells:
            if block.cell is None:
                continue
            column = self._column(self._text(block))
            if column and (block.cell.row == 0 or block.cell.column not in columns):
                columns[block.cell.column] = column
                self.heads.append(block)
                continue
            if (block.cell.table, block.cell.row) != (table, row):
                table, row = block.cell.table, block.cell.row
                entries.append(CalendarEntry(len(entries) + 1, None))
            kind = columns.get(block.cell.column, "activity")
            entry = entries[-1]
            {"date": entry.dates, "mandate": entry.mandates}.get(kind, entry.words).append(block)
        if not columns and cells:
            self.notes.append(
                "The calendar has no heads that say what its columns are; all words were read as activity."
            )
        return [entry for entry in entries if entry.words or entry.mandates]

    def _column(self, words: str) -> str:
        folded = words.casefold().strip(" :.")
        for kind, names in self._words.get("columns", {}).items():
            if folded in names:
                self.columns.add(str(kind))
                return str(kind)
        return ""

    # lines

    def _of_lines(self, blocks: Sequence[Block]) -> list[CalendarEntry]:
        entries: list[CalendarEntry] = []
        for block in blocks:
            if block.kind is Kind.FURNITURE:
                continue
            words = self._text(block).strip()
            if self._column(words):
                self.heads.append(block)
                continue
            if self._is_date(words):
                entries.append(CalendarEntry(len(entries) + 1, None, dates=[block]))
            elif not entries:
                self.notes.append(f"“{words[:60]}” stands before the first date of the calendar.")
            elif self._is_open(words) and not entries[-1].words:
                entries[-1].dates.append(block)
            elif not entries[-1].words and self._is_mandate(words, entries[-1]):
                entries[-1].mandates.append(block)
            else:
                entries[-1].words.append(block)
        return entries

    def _is_date(self, words: str) -> bool:
        dates = self._dates(words)
        whole = bool(dates) and dates[0].start <= 1 and dates[0].end >= len(words.rstrip(" ,.;:")) - 2
        return whole and len(words) <= _DATE_WORDS

    def _dates(self, words: str) -> list[DateFound]:
        """The dates in the words; one in any official language counts, whatever the plan's own."""
        found = list(self._meaning.dates(words))
        edtf = None if found else read_date(words.strip(" ,.;:"))
        if edtf is None:
            return found
        earliest, latest = bounds(edtf)
        precision = {4: "year", 7: "month", 10: "day"}.get(len(edtf), "period")
        return [DateFound(0, len(words), words, edtf, earliest, latest, precision)]

    def _is_open(self, words: str) -> bool:
        folded = words.casefold()
        return len(words) < 60 and any(name in folded for name in self._words.get("open_dates", {}).get("words", []))

    def _is_mandate(self, words: str, entry: CalendarEntry) -> bool:
        """A line of the column of mandates: it opens with a document, or is the title of the one above."""
        citations = self._meaning.citations(words)
        if citations and citations[0].start <= 1:
            return True
        title = words[:1] in '“"«‘' and words[-1:] in '”"»’'
        return title and bool(entry.mandates)

    # what the words of an entry say

    def _tell(self, entry: CalendarEntry) -> None:
        for block in entry.dates:
            words = self._text(block)
            for date in self._dates(words):
                if entry.date is None:
                    entry.date = replace(date, start=block.start + date.start, end=block.start + date.end)
        if entry.date is not None and any(self._is_open(self._text(block)) for block in entry.dates):
            entry.date = _opened(entry.date)
        if entry.date is None:
            entry.notes.append("The entry has no date that was understood.")
        for block in entry.mandates:
            citations = self._meaning.citations(self._text(block))
            # The title after a symbol names no second document.
            symbols = [citation for citation in citations if citation.kind == "symbol"]
            title = self._text(block).lstrip()[:1] in '“"«‘'
            if not (title and entry.citations):
                entry.citations += [(block, citation) for citation in symbols or citations]
        if not entry.citations:
            entry.notes.append("The entry cites no mandate that was recognised.")
        self._agenda(entry)
        for block in entry.words:
            words = self._text(block)
            for guest in self._meaning.participants(words):
                certain = guest.certainty_words
                entry.guests.append(
                    Guest(
                        start=block.start + guest.start,
                        end=block.start + guest.end,
                        role=guest.role,
                        certainty=guest.certainty,
                        key=guest.key,
                        certainty_start=block.start + certain.start if certain else 0,
                        certainty_end=block.start + certain.end if certain else 0,
                        is_person=guest.is_person,
                    )
                )

    def _agenda(self, entry: CalendarEntry) -> None:
        """Numbered items; a number that is computed and typed as well (“1. 1. Election”) counts once."""
        for block in entry.words:
            begin = block.number.start if block.number is not None else block.start
            words = self._reading.text[begin : block.end]
            doubled = _DOUBLED.match(words)
            at = doubled.end() if doubled else 0
            mark = read_mark(words[at:])
            if mark is not None and mark.printed[:1].isdigit():
                rest = words[at + len(mark.printed) :]
                start = begin + len(words) - len(rest.lstrip())
                number_end = begin + at + len(mark.printed)
                entry.agenda.append(AgendaPart(mark.printed.strip("."), start, block.end, begin, number_end))


def _opened(date: DateFound) -> DateFound:
    return replace(date, precision="open", day_announced=True)
