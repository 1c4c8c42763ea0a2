"""Zones of a text, each read by its own habits: the text itself and each of its annexes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mandategraph.ingest.structure.lines import Line

# How large a share of the paragraphs must open with a verb in which a body speaks; less in a text all of whose
# paragraphs are whole sentences, which is no statute or list and explains what it asks.
_SPEAKING, _SPEAKING_IN_PROSE = 0.4, 0.2
_FIRM = 0.6
# A report: so many paragraphs of prose, so large a share of them closed by a full stop, so few of them recitals.
_REPORT_LENGTH, _REPORT_CLOSED, _REPORT_RECITALS = 6, 0.8, 0.1


@dataclass(frozen=True, slots=True)
class Zone:
    """
    The habits of a stretch of text.

    `numbered`: its paragraphs print their numbers, so that a paragraph without one is no paragraph of its own. `mixed`:
    some do and some do not. `speaks`: it asks, decides or declares itself, as a resolution or an outcome document does;
    a statute, a list or a budget does not. `narrative`: whole sentences one after another, as in a report or a letter,
    without a body that names itself and without recitals. `firm`: most paragraphs, numbers lost, open with a verb.
    """

    numbered: bool
    speaks: bool
    mixed: bool = False
    narrative: bool = False
    firm: bool = False


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
    narrative = not numbered and _narrates(lines)
    needed = _SPEAKING_IN_PROSE if narrative else _SPEAKING
    speaks = prose > 0 and prose_speaks >= needed * prose
    firm = speaks and prose_speaks >= _FIRM * prose
    return Zone(False, speaks, mixed, narrative and not annexed, firm)


def _narrates(lines: Sequence[Line]) -> bool:
    """Whether the words are a report's: almost every paragraph a closed sentence, hardly one a recital."""
    prose = closed = recitals = 0
    for place, line in enumerate(lines):
        if line.is_organ and any(after.is_recital or after.is_operative for after in lines[place + 1 : place + 2]):
            return False
        if line.mark is None and line.is_prose:
            prose += 1
            closed += line.ends_with_full_stop
            recitals += line.is_recital
    return prose >= _REPORT_LENGTH and closed >= _REPORT_CLOSED * prose and recitals <= _REPORT_RECITALS * prose


def _is_infinitive(line: Line) -> bool:
    """“1. To instruct”: how the resolutions of some organisations speak, after their “RESOLVES:”."""
    return line.opening is not None and line.opening.infinitive
