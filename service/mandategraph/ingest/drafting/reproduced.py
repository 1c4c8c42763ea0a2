"""Sections of a plan that hold the words of another document, which they call by its own name: “this Program”."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mandategraph.ingest.drafting.citations import quoted_title
from mandategraph.ingest.drafting.voice import Voice
from mandategraph.ingest.meaning.found import Citation
from mandategraph.ingest.reading import Reading
from mandategraph.ingest.workplan.outline import WorkPlan

if TYPE_CHECKING:
    from mandategraph.ingest.drafting.work import Work
    from mandategraph.ingest.meaning import Meaning


@dataclass(frozen=True)
class Reproduced:
    """
    A document whose words a plan holds: where they stand, what it is, and who adopted it.

    `document` and `speaker` are empty where the plan lists no text that leads to it, or several that do.
    """

    places: list[tuple[int, int]] = field(default_factory=list)
    document: str = ""
    speaker: Voice = field(default_factory=Voice)

    def holds(self, place: int) -> bool:
        """Whether a place of the text lies in it."""
        return any(start <= place < end for start, end in self.places)

    def voice(self, place: int, own: Voice) -> Voice:
        """Return who speaks at a place: who adopted the document, or `own`."""
        if not self.document or not self.holds(place):
            return own
        return replace(own, issuer=self.speaker.issuer, year=self.speaker.year, keeping=self.document)


class Naming:
    """
    Finds where a plan names itself (“this Work Plan”, “2016-2017 Work Plan”), and where the document whose words it
    holds names itself (“this Program”).
    """

    def __init__(self, words: Mapping[str, Any], whole: Reproduced, plan: str) -> None:
        self._whole = whole
        self._plan = plan
        self._own = _named_by(words, "own_name")
        titles = _any_of(words.get("plan", {}).get("words", ()))
        this = _any_of(words.get("plan", {}).get("this", ()))
        years = r"(?:19|20)\d\d(?:\s*[-–/]\s*(?:19|20)?\d\d)?"
        self._itself = re.compile(
            rf"\b(?:(?:{this})\s+(?:{titles})|{years}\s+(?:{titles})|(?:{titles})\s+{years})\b", re.IGNORECASE
        )

    def with_own(self, words: str, base: int, found: Sequence[Citation]) -> list[Citation]:
        """Return the citations in words that begin at `base`, with those by which the text means itself."""
        own = [
            Citation(match.start(), match.end(), match.group(), path=self._plan, kind="named")
            for match in self._itself.finditer(words)
        ]
        if self._whole.document and self._whole.holds(base):
            own += [
                Citation(match.start(), match.end(), match.group(), path=self._whole.document, kind="named")
                for match in self._own.finditer(words)
            ]
        kept = [one for one in found if not any(one.start < it.end and it.start < one.end for it in own)]
        return sorted([*kept, *own], key=lambda one: one.start)


def _any_of(names: Sequence[str]) -> str:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(r"\s+".join(map(re.escape, name.split())) for name in ordered) or "(?!)"


def _named_by(words: Mapping[str, Any], key: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any_of(words.get(key, {}).get('words', ()))})\b", re.IGNORECASE)


def reproduced_in(
    plan: WorkPlan, reading: Reading, meaning: Meaning, words: Mapping[str, Any], work: Work
) -> Reproduced:
    """
    Return the document whose words stand in sections of the plan.

    A plan that says “this Program” of something that is no plan has taken the words over. Which document that is, the
    list of mandates tells, where one text alone bears its title: the resolution that adopted it.
    """
    own = _named_by(words, "own_name")
    ends = [*(section.heading.start for section in plan.sections[1:]), len(reading.text)]
    places = [
        (section.heading.start, end)
        for section, end in zip(plan.sections, ends, strict=True)
        if section.kind in ("actors", "follow-up") and own.search(reading.text, section.heading.end, end) is not None
    ]
    if not places:
        return Reproduced()
    found: dict[str, Voice] = {}
    for listed in plan.listed:
        heading = reading.words(listed.heading)
        title = quoted_title(heading, listed.citation) if listed.citation is not None and listed.citation.path else None
        if title is None or listed.citation is None:
            continue
        voice = work.voice_of(listed.citation.path)
        for named in meaning.citations(heading[title[0] : title[1]]):
            if (
                named.kind == "named"
                and named.path != listed.citation.path
                and named.start == 0
                and named.end >= title[1] - title[0] - 1
            ):
                found[work.entries.version(named.path, voice.year)] = voice
    if len(found) != 1:
        return Reproduced(places)
    ((document, voice),) = found.items()
    return Reproduced(places, document, voice)
