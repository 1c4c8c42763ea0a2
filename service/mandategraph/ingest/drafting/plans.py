"""The quads of a work plan: its sections and suggestions, the texts it lists, its duties; the calendar is beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mandategraph.core.namespaces import DCTERMS, ID
from mandategraph.core.symbols import roman_number
from mandategraph.ingest.drafting.calendars import CalendarWriter
from mandategraph.ingest.drafting.draft import Weight
from mandategraph.ingest.drafting.identity import Identity, identity_of
from mandategraph.ingest.drafting.names import write_names
from mandategraph.ingest.drafting.paper import TYPE, iri, kos, mg, text, typed
from mandategraph.ingest.drafting.registers import type_of
from mandategraph.ingest.drafting.reproduced import Naming, reproduced_in
from mandategraph.ingest.drafting.tasks import TaskWriter
from mandategraph.ingest.drafting.voice import Voice
from mandategraph.ingest.reading import Block
from mandategraph.ingest.structure.outline import Unit
from mandategraph.ingest.workplan.outline import ListedText, QuotedArticle, Section, Suggestion, WorkPlan

if TYPE_CHECKING:
    from mandategraph.ingest.drafting.work import Work
    from mandategraph.ingest.meaning import Meaning

_BASIS = {
    "en": "The plan carries no date; the first day of its calendar stands for it.",
    "es": "El plan no lleva fecha; la reemplaza el primer día de su calendario.",
    "fr": "Le plan ne porte pas de date ; le premier jour de son calendrier en tient lieu.",
    "pt": "O plano não traz data; vale por ela o primeiro dia de seu calendário.",
}


_VERSION = {
    "en": "Work Plan {}, version entered",
    "es": "Plan de Trabajo {}, versión ingresada",
    "fr": "Plan de travail {}, version saisie",
    "pt": "Plano de Trabalho {}, versão inserida",
}


class PlanWriter:
    """Writes a plan that was read; `work` holds the paper, the counts and what is shared with resolutions."""

    def __init__(self, work: Work, meaning: Meaning, words: Mapping[str, Any]) -> None:
        self._work = work
        self._paper = work.paper
        self._draft = work.draft
        self._meaning = meaning
        self._words = words

    def write(self, plan: WorkPlan) -> None:
        """Write the plan whole."""
        identity = identity_of(self._work, self._meaning, self._words, plan)
        self._path, self._plan = identity.path, iri(ID, identity.path)
        dates = [entry.date for entry in plan.calendar if entry.date is not None and entry.date.earliest]
        # A whole day before a month, of which nobody knows the day.
        days = [date.earliest for date in dates if date.precision == "day"] or [date.earliest for date in dates]
        self._day = min(days, default="")
        own = self._work.voice_of(f"{self._path}/", self._day)
        self._voice = Voice("", own.organ, self._day, self._work.bodies, self._day[:4])
        self._whole = reproduced_in(plan, self._paper.reading, self._meaning, self._words, self._work)
        self._naming = Naming(self._words, self._whole, self._path)
        self._tasks = TaskWriter(self._work, self._meaning, self._words, self._path, self._whole, self._voice)
        self._work.entries.own(self._path)
        self._head(plan, identity)
        for note in plan.notes:
            self._draft.look(Weight.NUMBERS, note)
        for order, section in enumerate(plan.sections, 1):
            for end in [end for start, end in self._whole.places if start == section.heading.start]:
                self._paper.quote(section.heading.end + 1, end)
            self._section(section, self._plan, self._order(section, order), is_outer=True)
            if section.kind == "mandates":
                self._claims(section)
                for place, listed in enumerate(plan.listed, 1):
                    self._listed(listed, section, place)
        for article in plan.articles:
            self._article(article)
        for place, suggestion in enumerate(plan.suggestions):
            same = sum(
                one.path.rsplit("/", 1)[0] == suggestion.path.rsplit("/", 1)[0] for one in plan.suggestions[:place]
            )
            self._suggestion(suggestion, same + 1)
        counts: Counter[str] = Counter()
        for duty in plan.duties:
            counts[duty.path] += 1
            self._tasks.duty(duty, counts[duty.path])
        write_names(self._paper, self._meaning.known)
        for head in plan.heads:
            self._work.account.leave(head.start, head.end, "heading", "Heading of a column of the calendar.")
        CalendarWriter(self._work, self._meaning, self._words, identity, self._voice, self._naming).write(plan)

    def _head(self, plan: WorkPlan, identity: Identity) -> None:
        paper = self._paper
        pairs = [
            TYPE,
            mg("WorkPlan"),
            f"<{DCTERMS}identifier>",
            text(self._path),
            f"<{DCTERMS}title>",
            text(identity.title or paper.reading.title or paper.reading.file, paper.language),
            mg("documentType"),
            kos("type-plan"),
            mg("entered"),
            kos("entered-full"),
        ]
        if identity.body:
            pairs += [mg("preparedBy"), iri(ID, identity.body)]
        if identity.period is not None:
            pairs += [mg("plannedPeriod"), self._work.says.date(identity.period, 0)]
        if self._day:
            pairs += [mg("referenceDate"), typed(self._day, "date")]
            pairs += [
                part for tongue, basis in _BASIS.items() for part in (mg("referenceDateBasis"), text(basis, tongue))
            ]
        for term in (mg("symbol"), f"<{DCTERMS}issued>", mg("adoptedBy"), mg("adoptedAt"), mg("officialText")):
            pairs += [mg("notStated"), term]
        if plan.calendar:
            columns = {"place": "place", "form": "form", "result": "expectedResult", "progress": "progress"}
            missing = [term for kind, term in columns.items() if kind not in plan.columns]
            pairs += [part for term in missing for part in (mg("columnMissing"), mg(term))]
        paper.read(self._plan, *pairs)
        paper.add(paper.source, mg("textOf"), self._plan)
        self._draft.documents.append(self._path)
        self._version(identity)

    def _version(self, identity: Identity) -> None:
        """The text that was read is the first version of the plan; a later one says what it adds and leaves out."""
        paper = self._paper
        paper.read(
            iri(ID, f"{self._path}/v/1"),
            TYPE,
            mg("Document"),
            f"<{DCTERMS}identifier>",
            text(f"{self._path}/v/1"),
            *(
                part
                for tongue, words in _VERSION.items()
                for part in (f"<{DCTERMS}title>", text(words.format(identity.years).strip(), tongue))
            ),
            mg("documentType"),
            kos("type-plan"),
            mg("entered"),
            kos("entered-full"),
            mg("versionOf"),
            self._plan,
            *([mg("preparedBy"), iri(ID, identity.body)] if identity.body else []),
            *(
                part
                for term in (
                    mg("symbol"),
                    f"<{DCTERMS}issued>",
                    mg("adoptedBy"),
                    mg("officialText"),
                    mg("previousVersion"),
                )
                for part in (mg("notStated"), term)
            ),
        )

    def _text(self, block: Block) -> str:
        return self._paper.reading.words(block)

    # provisions

    def _provision(
        self,
        path: str,
        kind: str,
        parent: str,
        number: str,
        order: int,
        block: Block | None = None,
        *,
        lists: bool = False,
    ) -> str:
        name = self._work.node(path, kind, parent, number, order)
        if block is not None:
            if block.number is not None:
                self._paper.add(name, mg("numberSpan"), self._paper.span(block.number.start, block.number.end))
            self._spoken(name, block, mg("textSpan"), lists=lists)
        return name

    @staticmethod
    def _order(section: Section, order: int) -> int:
        """The place of a section that is numbered is its number; else that among its neighbours."""
        return roman_number(section.path.upper()) or order

    def _spoken(self, name: str, block: Block, term: str, *, lists: bool = False) -> None:
        """Say where the words of a provision stand, and what they cite and are about."""
        if block.end > block.start:
            self._paper.add(name, term, self._paper.span(block.start, block.end))
        words = self._text(block)
        voice = self._voice_at(block)
        found = self._naming.with_own(words, block.start, self._meaning.citations(words, voice.organ))
        for document in self._work.cites.citations(found, words, block.start, name, voice):
            # A list of mandates announces its texts; a plan that names itself recalls nothing.
            if document != self._plan and not lists:
                self._paper.add(name, mg("recalls"), document)
        for theme in self._meaning.themes(words):
            self._paper.add(name, mg("theme"), iri(ID, theme.key))

    def _voice_at(self, block: Block) -> Voice:
        """Who speaks there: the plan's body, or who adopted the document whose words the section holds."""
        return self._whole.voice(block.start, self._voice)

    @staticmethod
    def _printed(block: Block) -> str:
        return block.number.printed.strip("().º° ") if block.number is not None else ""

    def _section(self, section: Section, parent: str, order: int, *, is_outer: bool = False) -> None:
        path = f"{self._path}/sec/{section.path}"
        # “C) Member states” with one paragraph below it is one provision: a heading and its words.
        is_one = not is_outer and len(section.paragraphs) == 1 and not section.sections
        name = self._provision(
            path, "section", parent, self._printed(section.heading), order, None if is_one else section.heading
        )
        if is_one:
            heading, block = section.heading, section.paragraphs[0]
            if heading.number is not None:
                self._paper.add(name, mg("numberSpan"), self._paper.span(heading.number.start, heading.number.end))
            self._paper.add(name, mg("headingSpan"), self._paper.span(heading.start, heading.end))
            self._spoken(name, block, mg("textSpan"))
            words = self._text(block)
            self._work.says.statements(words, block.start, name, path, self._voice_at(block), self._meaning, path)
            return
        if is_outer and self._whole.document and self._whole.holds(section.heading.start):
            self._paper.add(name, mg("reproduces"), iri(ID, self._whole.document))
        if section.kind != "calendar":
            for count, block in enumerate(section.paragraphs, 1):
                self._provision(f"{path}/{count}", "paragraph", name, self._printed(block) or str(count), count, block)
        for count, below in enumerate(section.sections, 1):
            self._section(below, name, count)

    def _claims(self, section: Section) -> None:
        """The organs on whose mandates the plan says it rests."""
        bodies = set(self._work.bodies.values())
        for block in section.paragraphs:
            for mention in self._meaning.mentions(self._text(block)):
                if mention.key in bodies and mention.key != self._work.bodies.get(self._voice.organ):
                    self._paper.add(self._plan, mg("claimsMandatesOf"), iri(ID, mention.key))

    def _article(self, article: QuotedArticle) -> None:
        words = self._text(article.lead)
        citation = next((one for one in self._meaning.citations(words) if one.path), None)
        document = citation.path if citation is not None else self._path
        path = f"{document}/art/{article.number}"
        base = article.lead.start
        found = re.search(rf"\S+\s*{re.escape(article.number)}\b", words)
        start = found.end() if found is not None else 0
        start += len(words[start:]) - len(words[start:].lstrip(" ,:"))
        end = len(words.rstrip(" :"))
        name = self._work.node(path, "article", iri(ID, document), article.number, int(article.number))
        if found is not None:
            self._paper.add(name, mg("numberSpan"), self._paper.span(base + found.start(), base + found.end()))
            self._paper.quote(base + found.start(), max([base + end, *(item.end for item in article.items)]))
        if end > start:
            self._paper.add(name, mg("textSpan"), self._paper.span(base + start, base + end))
        for order, item in enumerate(article.items, 1):
            printed = self._printed(item) or str(order)
            part = f"{path}/{printed.lower()}"
            provision = self._provision(part, "item", name, printed, order, item)
            self._tasks.function(item, part, provision, words[start:end], document)

    def _listed(self, listed: ListedText, section: Section, place: int) -> None:
        paper, citation = self._paper, listed.citation
        number = self._printed(listed.heading)
        path = f"{self._path}/sec/{section.path}/{number.lower() or place}"
        parent = iri(ID, f"{self._path}/sec/{section.path}")
        order = place + len(section.paragraphs)
        name = self._provision(path, "section", parent, number or str(place), order, listed.heading, lists=True)
        key = citation.path if citation is not None and citation.path else f"{self._path}/listed/{place}"
        document, voice = iri(ID, key), self._work.voice_of(key, self._day)
        self._work.entries.own(key)
        paper.add(self._plan, mg("listsMandate"), document)
        paper.add(name, mg("announces"), document)
        pairs = [
            TYPE,
            mg("Document"),
            f"<{DCTERMS}identifier>",
            text(key),
            mg("documentType"),
            kos(f"type-{type_of(key)}"),
            mg("entered"),
            kos("entered-part" if listed.units else "entered-none"),
        ]
        if citation is not None:
            pairs += [mg("symbol"), text(citation.symbol or citation.as_written)]
        pairs += (
            [mg("adoptedBy"), self._work.entries.body(voice.issuer)]
            if voice.issuer
            else [mg("notStated"), mg("adoptedBy")]
        )
        paper.add(document, *pairs)
        if listed.announced is not None:
            first, last = listed.announced
            paper.add(name, mg("firstAnnounced"), typed(first, "integer"), mg("lastAnnounced"), typed(last, "integer"))
        for unit in listed.units:
            first = unit.number.start if unit.number is not None else unit.block.start
            paper.quote(first, _end(unit))
        self._work.units(listed.units, key, voice)

    def _suggestion(self, suggestion: Suggestion, order: int) -> None:
        full, block = f"{self._path}/sec/{suggestion.path}", suggestion.block
        number = self._printed(block) or str(order)
        provision = self._provision(full, "item", iri(ID, full.rsplit("/", 1)[0]), number, order, block)
        self._tasks.suggestion(full, provision, block, self._text(suggestion.actor))


def _end(unit: Unit) -> int:
    """Where a unit ends with all that is below it."""
    return max([unit.block.end, *(_end(child) for child in unit.children)])
