"""Zones of a text, each read by its own habits: the text itself and each of its annexes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mandategraph.ingest.structure.lines import Line

# How large a share of the paragraphs must open with a verb in which a body speaks.
_SPEAKING = 0.4


@dataclass(frozen=True, slots=True)
class Zone:
    """
    The habits of a stretch of text.

    `numbered`: its paragraphs print their numbers, so that a paragraph without one is no paragraph of its own. `mixed`:
    some do and some do not. `speaks`: it asks, decides or declares itself, as a resolution or an outcome document does;
    a statute, a list or a budget does not.
    """

    numbered: bool
    speaks: bool
    mixed: bool = False


def zone_of(lines: Sequence[Line], *, annexed: bool = False) -> Zone:
    """Return the habits of lines; annexed lists of actions (“Assess …”, “Propose …”) speak for nobody."""
    numbered = with_verb = top_speaks = prose = prose_operative = prose_speaks = 0
    in_list = False
    for line in lines:
        if line.is_top:
            if line.looks_like_heading and not line.is_operative:
                continue  # the number of a heading counts no paragraphs
            numbered += 1
            with_verb += line.is_operative
            top_speaks += line.is_told or (line.is_operative and (not annexed or _is_infinitive(line)))
        elif line.mark is None and len(line.words) > 40 and not line.is_preamble:
            operative = line.is_operative and (line.is_spoken or not (annexed or in_list))
            prose_operative += operative
            if line.is_prose and not in_list:
                prose += 1
                prose_speaks += operative or line.is_told
                prose_operative += line.is_spoken and not operative
        in_list = line.opens_a_list or (in_list and not line.ends_with_full_stop)
    # Numbers lost: the verbs stand at the head of paragraphs that have none.
    mixed = numbered > 0 and prose_operative > max(2, numbered // 2)
    if numbered and not mixed and (with_verb or numbered > 2 * prose_operative):
        return Zone(True, top_speaks >= _SPEAKING * numbered)
    return Zone(False, prose > 0 and prose_speaks >= _SPEAKING * prose, mixed)


def _is_infinitive(line: Line) -> bool:
    """“1. To instruct”: how the resolutions of some organisations speak, after their “RESOLVES:”."""
    return line.opening is not None and line.opening.infinitive
