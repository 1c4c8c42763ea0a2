"""Tables of contents, which look like numbered paragraphs and are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mandategraph.ingest.structure.lines import Line

# A title, then dots, a tab or wide blanks, then the page: “I.  Attendance ….… 4”, “Attendance\t\t1-3\t5”.
_ENTRY = re.compile(r"(?:\t+|\s{3,}|[.…·]{2,}\s*|\s)\s*(?:\d{1,3}\s?[-–]\s?\d{1,5}|\d{1,4})\s*(?:[\t ]+\d{1,4})?\s*\Z")
_LEADER = re.compile(r"(?:\t|\s{3,}|[.…·]{3,})\s*(?:\d{1,3}\s?[-–]\s?\d{1,3}|\d{1,4})(?:[\t ]+\d{1,4})?\s*\Z")
_FAR = 300


def contents_of(lines: Sequence[Line]) -> frozenset[int]:
    """
    Return the places of the lines that belong to a table of contents, its heading included.

    A table has a heading (“Contents”) and entries that end with a page or come back later as headings; without a
    heading, three lines after one another with leaders to a page number are one too.
    """
    found: set[int] = set()
    for place, line in enumerate(lines[:_FAR]):
        if place not in found and line.lexicon.is_contents(line.words.split("(", 1)[0]):
            found |= _after_heading(lines, place)
    run: list[int] = []
    for place, line in enumerate(lines):
        if len(line.words) < 250 and _LEADER.search(line.words) and not line.is_organ:
            run.append(place)
            continue
        if len(run) >= 3:
            found.update(run)
        run = []
    if len(run) >= 3:
        found.update(run)
    return frozenset(found)


def _key(words: str) -> str:
    return re.sub(r"\W+|\d+\Z", "", words).casefold()[:60]


def _after_heading(lines: Sequence[Line], heading: int) -> set[int]:
    """A table goes on as long as its lines end with a page number or come back later as lines of their own."""
    entries: set[int] = {heading}
    later: dict[str, int] = {}
    for place in range(len(lines) - 1, heading, -1):
        if len(lines[place].words) < 250:
            later.setdefault(_key(lines[place].words), place)
    waiting: list[int] = []
    first = ""
    for place in range(heading + 1, len(lines)):
        line = lines[place]
        if len(line.words) > 300 or line.is_organ or line.is_prose or (line.is_preamble and line.ends_a_sentence):
            break
        bare = _key(_ENTRY.sub("", line.words))
        if first and bare == first:
            break  # the first heading of the text itself
        if _ENTRY.search(line.words) or later.get(bare, place) > place:
            entries.update(waiting)
            waiting.clear()
            entries.add(place)
            first = first or bare
        else:
            waiting.append(place)
            if len(waiting) > 3:
                break
    return entries if len(entries) > 2 else {heading}
