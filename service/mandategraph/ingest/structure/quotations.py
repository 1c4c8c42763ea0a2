"""Words quoted inside a paragraph, such as the amended text of a rule: they belong to the paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from mandategraph.ingest.structure.lines import Line

_OPENING, _CLOSING = "“«", "”»"
_FAR = 40


def quoted(lines: Sequence[Line]) -> dict[int, int]:
    """
    Return the places of lines that stand in a quotation which a paragraph before them introduced, with its first line.

    A quotation begins after a colon, with a quotation mark; each of its paragraphs may open with one again. It ends
    where the marks are closed; a quotation that nothing closes is none.
    """
    found: dict[int, int] = {}
    place = 0
    while place < len(lines):
        words = lines[place].words
        if place and words[:1] in _OPENING and words[:1] and _introduced(lines, place):
            end = _end_of(lines, place)
            if end is not None:
                found.update(dict.fromkeys(range(place, end + 1), place))
                place = end
        place += 1
    return found


def _introduced(lines: Sequence[Line], place: int) -> bool:
    return lines[place].mark is None and lines[place - 1].words.rstrip().endswith(":")


def _end_of(lines: Sequence[Line], start: int) -> int | None:
    """Where the quotation that begins at `start` is closed, None if nowhere near."""
    depth = 0
    for place in range(start, min(len(lines), start + _FAR)):
        words = lines[place].words
        if place > start and words[:1] in _OPENING:
            depth -= 1  # the mark that opens each further paragraph of one quotation
        for character in words:
            depth += (character in _OPENING) - (character in _CLOSING)
        if depth <= 0:
            return place
        if lines[place].is_organ or (place > start and lines[place].is_annex):
            return None
    return None
