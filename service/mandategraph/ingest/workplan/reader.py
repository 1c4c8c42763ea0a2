"""From the blocks of a work plan to its outline, by headings, numbers, columns and the words of the configuration."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mandategraph.ingest.lexicon import Lexicon
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.reading import Block, Kind, Reading
from mandategraph.ingest.structure.marks import Style
from mandategraph.ingest.structure.outline import Part
from mandategraph.ingest.structure.resolution import ResolutionReader
from mandategraph.ingest.workplan.calendar import CalendarReader
from mandategraph.ingest.workplan.headings import Headings, is_outer, mark_of
from mandategraph.ingest.workplan.outline import (
    ListedText,
    PlannedDuty,
    QuotedArticle,
    Section,
    Suggestion,
    WorkPlan,
)

_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[^\W\d_])")


_FIRST_LINES = 30


def is_work_plan(reading: Reading, words: Mapping[str, Any]) -> bool:
    """
    Whether a text is a work plan: it has a section of mandates or actors and a calendar, or says so in its title.

    A title is a line near the top that is nothing but the name of a plan and its years: “WORK PLAN 2005-2006”.
    """
    names = "|".join(re.escape(name) for name in words.get("plan", {}).get("words", ()))
    years = r"(?:19|20)\d\d(?:\s*[-–/]\s*(?:19|20)?\d\d)?"
    title = re.compile(rf"(?:{names})\s+(?:\w+\s+)?{years}|{years}\s+(?:{names})", re.IGNORECASE)
    if names and any(title.fullmatch(reading.words(block).strip(" .:")) for block in reading.blocks[:_FIRST_LINES]):
        return True
    headings = Headings(reading, words)
    kinds = {headings.kind(reading.words(block)) for block in headings.blocks()}
    return "calendar" in kinds and bool(kinds & {"mandates", "actors", "introduction"})


class PlanReader:
    """Reads one plan; nothing is looked up but the words of the configuration and the register that `meaning` knows."""

    def __init__(self, reading: Reading, lexicon: Lexicon, meaning: Meaning, words: Mapping[str, Any]) -> None:
        self._reading = reading
        self._lexicon = lexicon
        self._meaning = meaning
        self._words = words
        self._headings = Headings(reading, words)

    def plan(self) -> WorkPlan:
        """Return the plan."""
        plan = WorkPlan()
        for section, blocks in self._split():
            plan.sections.append(section)
            if section.kind == "mandates":
                self._mandates(section, blocks, plan)
            elif section.kind == "actors":
                self._actors(section, blocks, plan)
            elif section.kind == "follow-up":
                self._duties(section, blocks, plan)
            elif section.kind == "calendar":
                calendar = CalendarReader(self._reading, self._meaning, self._words)
                plan.calendar += calendar.entries(blocks)
                plan.notes += calendar.notes
                plan.columns |= calendar.columns
                plan.heads += calendar.heads
            else:
                self._introduction(section, blocks, plan)
        if not plan.calendar:
            plan.notes.append("No calendar was recognised in the plan.")
        return plan

    # sections

    def _text(self, block: Block) -> str:
        return self._reading.words(block)

    def _split(self) -> Iterator[tuple[Section, list[Block]]]:
        section: Section | None = None
        held: list[Block] = []
        headings = set(self._headings.blocks())
        for block in self._reading.blocks:
            if block.kind is Kind.FURNITURE:
                continue
            if block in headings:
                if section is not None:
                    yield section, held
                words = self._text(block)
                kind = self._headings.kind(words)
                number = block.number.printed.strip(".) ").lower() if block.number is not None else ""
                section, held = Section(number or kind or f"part-{block.start}", block, kind), []
            elif section is not None:
                held.append(block)
            else:
                section, held = Section("head", block), []
        if section is not None:
            yield section, held

    # introduction, with quoted articles

    def _introduction(self, section: Section, blocks: Sequence[Block], plan: WorkPlan) -> None:
        names = "|".join(re.escape(word) for word in self._words.get("article", {}).get("words", []))
        pattern = re.compile(rf"\b(?:{names})\s*(\d+)")
        article: QuotedArticle | None = None
        for block in blocks:
            mark, words = mark_of(block), self._text(block)
            if (
                article is not None
                and mark is not None
                and mark.style in (Style.LETTER, Style.LETTER_PARENTHESIS, Style.LETTER_BOTH)
            ):
                article.items.append(block)
                continue
            article = None
            section.paragraphs.append(block)
            found = pattern.search(words)
            if found is not None and words.rstrip().endswith(":"):
                article = QuotedArticle(block, found[1], [])
                plan.articles.append(article)

    # mandates

    def _mandates(self, section: Section, blocks: Sequence[Block], plan: WorkPlan) -> None:
        current: ListedText | None = None
        held: list[Block] = []

        def close() -> None:
            if current is not None:
                documents = ResolutionReader(self._reading, self._lexicon, held).documents()
                current.units = [unit for document in documents for unit in document.units]
                for unit in current.units:
                    if unit.part not in (Part.OPERATIVE, Part.ARTICLE):
                        heading, words = self._text(current.heading)[:40], self._text(unit.block)[:40]
                        plan.notes.append(f"Under {heading}: “{words}” is no paragraph.")
                plan.listed.append(current)

        for block in blocks:
            words = self._text(block)
            citations = self._meaning.citations(words)
            opens = bool(citations) and citations[0].start < 4 and (block.number is None or is_outer(block))
            if opens:
                close()
                current, held = ListedText(block, citations[0], self._announced(words), []), []
            elif current is None:
                section.paragraphs.append(block)
            else:
                held.append(block)
        close()

    def _announced(self, words: str) -> tuple[int, int] | None:
        """
        Return the range of paragraphs that a line announces: (18, 22) for “operative paragraphs 18 to 22”.
        """
        table = self._words.get("announced", {})
        names = "|".join(re.escape(name) for name in table.get("paragraphs", []))
        between = "|".join(re.escape(word) for word in table.get("between", []))
        found = re.search(rf"(?:{names})\s+(\d+)(?:\s*(?:{between})\s*(\d+))?", words, re.IGNORECASE)
        return (int(found[1]), int(found[2] or found[1])) if found else None

    # actors and what is suggested to them

    def _actors(self, section: Section, blocks: Sequence[Block], plan: WorkPlan) -> None:
        group: Section | None = None
        actor: Section | None = None
        for block in blocks:
            mark, words = mark_of(block), self._text(block)
            if mark is not None and mark.style in (Style.CAPITAL_PARENTHESIS, Style.CAPITAL, Style.CAPITAL_BOTH):
                group = Section(f"{section.path}/{mark.printed.strip('().').lower()}", block)
                section.sections.append(group)
                actor = None
            elif (
                mark is not None
                and mark.style in (Style.ARABIC, Style.ARABIC_PARENTHESIS)
                and words.rstrip().endswith(":")
            ):
                over = group or section
                actor = Section(f"{over.path}/{mark.value}", block)
                over.sections.append(actor)
            elif (
                mark is not None
                and mark.style in (Style.LETTER, Style.LETTER_PARENTHESIS, Style.LETTER_BOTH)
                and actor is not None
            ):
                letter = mark.printed.strip("().").lower()
                plan.suggestions.append(Suggestion(f"{actor.path}/{letter}", block, actor.heading))
            else:
                (actor or group or section).paragraphs.append(block)

    # duties

    def _duties(self, section: Section, blocks: Sequence[Block], plan: WorkPlan) -> None:
        for order, block in enumerate(blocks, 1):
            section.paragraphs.append(block)
            start = block.start
            words = self._text(block)
            cuts = [0, *(found.end() for found in _SENTENCE.finditer(words)), len(words)]
            for at, end in itertools.pairwise(cuts):
                sentence = words[at:end].rstrip()
                duty = self._duty(sentence)
                if duty is not None:
                    modality, verb = duty
                    plan.duties.append(
                        PlannedDuty(
                            path=f"{section.path}/{order}",
                            start=start + at,
                            end=start + at + len(sentence),
                            modality=modality,
                            verb=verb,
                            rrule=self._recurrence(sentence),
                            before_each=self._before_each(sentence),
                        )
                    )

    def _duty(self, sentence: str) -> tuple[str, str] | None:
        for row in self._words.get("modality", []):
            for words in row["words"]:
                found = re.search(rf"\b{re.escape(words)}\b", sentence)
                if found is not None:
                    return str(row["key"]), found.group()
        return None

    def _recurrence(self, sentence: str) -> str:
        folded = sentence.casefold()
        for row in self._words.get("recurrence", []):
            if any(words in folded for words in row["words"]):
                return str(row["rrule"])
        return ""

    def _before_each(self, sentence: str) -> str:
        words = "|".join(re.escape(word) for word in self._words.get("before_each", {}).get("words", []))
        found = re.search(rf"(?:{words})\s+([A-Z][^,.;]+)", sentence)
        return found[1].strip() if found else ""
