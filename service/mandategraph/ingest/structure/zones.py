"""Zones of a text, each read by its own habits: the text itself and each of its annexes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mandategraph.ingest.structure.lines import Line

# How large a share of the paragraphs must open with a verb in which a body speaks.
_SPEAKING = 0.4
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Zone:
    """
    The habits of a stretch of text.

    `numbered`: its paragraphs print their numbers, so that a paragraph without one is no paragraph of its own.
    `speaks`: it asks, decides or declares itself, as a resolution or an outcome document does; a statute, a list or
    a budget does not.
    """

    numbered: bool
    speaks: bool


def zone_of(lines: Sequence[Line]) -> Zone:
    """Return the habits of lines."""
    numbered = with_verb = top_speaks = prose = prose_operative = prose_speaks = 0
    for line in lines:
        if line.is_top:
            numbered += 1
            with_verb += line.is_operative
            top_speaks += line.is_spoken
        elif line.mark is None and len(line.words) > 40 and not line.is_preamble:
            operative = line.is_operative and line.is_spoken
            prose_operative += operative
            if line.is_prose:
                prose += 1
                prose_speaks += operative or line.is_spoken
    # Numbers lost: the verbs stand at the head of paragraphs that have none.
    is_numbered = with_verb > 0 or numbered > 2 * prose_operative
    if is_numbered:
        return Zone(numbered > 0, numbered > 0 and top_speaks >= _SPEAKING * numbered)
    return Zone(False, prose_speaks >= _SPEAKING * prose and prose > 0)
