"""How the paragraphs of a text count: jumps and repetitions, and lists that count within a paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from mandategraph.ingest.structure.lines import Line
from mandategraph.ingest.structure.lists import Nesting
from mandategraph.ingest.structure.marks import Mark, Style
from mandategraph.ingest.structure.outline import Part, Unit

_FAR = 120


def jump(printed: str, value: int, before: int) -> str:
    """
    Return what is odd in a number after the one before, as a sentence; empty where nothing is.

    A count that begins anew with 1 is that of another section.

    >>> jump("5.", 5, 3)
    'The number 5. comes after 3: something may be missing between them.'
    >>> jump("4.", 4, 3), jump("1.", 1, 9), jump("3.", 3, 3)
    ('', '', 'The number 3. stands twice.')
    """
    if before and value == before:
        return f"The number {printed} stands twice."
    if before and value not in (1, before + 1):
        return f"The number {printed} comes after {before}: something may be missing between them."
    if not before and value != 1:
        return f"The first number is {printed}: what comes before it may be missing."
    return ""


def note_jump(unit: Unit, value: int, before: int) -> None:
    """Note on a unit what is odd in its number after the one before."""
    note = jump(unit.number.printed if unit.number is not None else "", value, before)
    if note:
        unit.notes.append(note)


def counts_on_after(lines: Sequence[Line], place: int, mark: Mark, last: int) -> bool:
    """
    Whether the “1.” at a place opens a list within paragraph `last`: the count of the paragraphs goes on after it.

    A list of 1, 2, 3 after paragraph 6 is followed by paragraph 7; a section that begins anew is not.
    """
    expected = 2
    for following in lines[place + 1 : place + _FAR]:
        if following.is_organ or following.is_annex or following.is_end:
            return False
        if following.mark is None or following.mark.style is not mark.style:
            continue
        value = following.mark.value
        if value == last + 1 and value != expected:
            return expected > 2
        if value != expected:
            return False
        if value == last + 1 and following.opening is not None and expected > 2:
            return lines[place].opening is None
        expected += 1
    return False


def counts_within(
    lines: Sequence[Line], place: int, mark: Mark, nesting: Nesting, opened: Line | None, last: int
) -> bool:
    """
    Whether “1.” opens, or its successor goes on with, a list inside a paragraph that is itself numbered.

    `opened` is the line before where it ends with a colon, `last` the number of the paragraph.
    """
    root = nesting.root
    if root is None:
        return False
    if mark.style is Style.ARABIC and root.part is Part.ARTICLE:
        return True
    line = lines[place]
    if nesting.holds_below(mark.style):
        ambiguous = mark.value == last + 1
        return nesting.continues(mark) and not (ambiguous and line.opens_sentence_of_act)
    if mark.value != 1 or not last or opened is None:
        return False
    plain = nesting.depth == 1 and not line.opens_sentence_of_act
    if last == 1 and plain and not opened.lexicon.introduces_text(opened.words):
        return True  # “1. …:” and then “1.” again: what the colon announces
    return counts_on_after(lines, place, mark, last)
