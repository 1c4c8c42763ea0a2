"""The quads of a work plan: its sections and suggestions, the texts it lists, its duties and its calendar."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mandategraph.core.namespaces import AT, DCTERMS, ID
from mandategraph.ingest.drafting.paper import TYPE, edtf, iri, kos, mg, text, typed
from mandategraph.ingest.reading import Block
from mandategraph.ingest.workplan.outline import CalendarEntry, PlannedDuty, QuotedArticle, Section, WorkPlan

if TYPE_CHECKING:
    from mandategraph.ingest.drafting.work import Work
    from mandategraph.ingest.meaning import Meaning


class PlanWriter:
    """Writes a plan that was read; `work` holds the paper, the counts and what is shared with resolutions."""

    def __init__(self, work: Work, meaning: Meaning) -> None:
        self._work = work
        self._paper = work.paper
        self._draft = work.draft
        self._meaning = meaning
        self._path = f"text/{work.paper.sha12}/plan"
        self._plan = iri(ID, self._path)
        self._local = f"{work.key}/draft/{work.paper.sha12}"

    def write(self, plan: WorkPlan) -> None:
        """Write the plan whole."""
        paper = self._paper
        paper.read(
            self._plan,
            TYPE,
            mg("WorkPlan"),
            f"<{DCTERMS}identifier>",
            text(self._path),
            mg("documentType"),
            kos("type-plan"),
            mg("entered"),
            kos("entered-full"),
            mg("notStated"),
            mg("symbol"),
        )
        paper.add(paper.source, mg("textOf"), self._plan)
        self._draft.documents.append(self._path)
        self._draft.notes += plan.notes
        for order, section in enumerate(plan.sections, 1):
            self._section(section, self._plan, order)
        for article in plan.articles:
            self._article(article)
        for listed in plan.listed:
            self._listed(listed.citation.path if listed.citation is not None else "", listed)
        for suggestion in plan.suggestions:
            self._suggestion(suggestion.path, suggestion.block, suggestion.actor)
        counts: Counter[str] = Counter()
        for duty in plan.duties:
            counts[duty.path] += 1
            self._duty(duty, counts[duty.path])
        for entry in plan.calendar:
            self._entry(entry)

    def _words(self, block: Block) -> str:
        return self._paper.reading.words(block)

    def _provision(self, path: str, kind: str, parent: str, number: str, order: int, block: Block | None) -> str:
        name = iri(ID, self._work.unique(path))
        self._draft.provisions[kind] += 1
        pairs = [
            TYPE,
            mg("Provision"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("provisionType"),
            kos(f"provision-{kind}"),
            mg("partOf"),
            parent,
            mg("number"),
            text(number),
            mg("order"),
            typed(order, "integer"),
        ]
        if block is not None:
            if block.end > block.start:
                pairs += [mg("textSpan"), self._paper.span(block.start, block.end)]
            if block.number is not None:
                pairs += [mg("numberSpan"), self._paper.span(block.number.start, block.number.end)]
        self._paper.read(name, *pairs)
        if block is not None:
            for citation in self._meaning.citations(self._words(block)):
                self._work.citation(citation, block.start, name)
        return name

    def _section(self, section: Section, parent: str, order: int) -> None:
        path = f"{self._path}/sec/{section.path}"
        number = section.path.rsplit("/", 1)[-1]
        name = self._provision(path, "section", parent, number, order, section.heading)
        for count, block in enumerate(section.paragraphs, 1):
            self._provision(f"{path}/{count}", "paragraph", name, str(count), count, block)
        for count, below in enumerate(section.sections, 1):
            self._section(below, name, count)

    def _article(self, article: QuotedArticle) -> None:
        path = f"{self._path}/art/{article.number}"
        name = self._provision(path, "article", self._plan, article.number, int(article.number), None)
        for order, item in enumerate(article.items, 1):
            printed = item.number.printed.strip("().") if item.number is not None else str(order)
            self._provision(f"{path}/{printed.lower()}", "item", name, printed, order, item)

    def _listed(self, path: str, listed: object) -> None:
        from mandategraph.ingest.workplan.outline import ListedText

        if not isinstance(listed, ListedText):
            return
        paper = self._paper
        section = self._provision(
            f"{self._path}/sec/mandates/{path.rsplit('/', 1)[-1] or 'text'}",
            "section",
            self._plan,
            "•",
            1,
            listed.heading,
        )
        key = path or f"{self._path}/listed/{listed.heading.start}"
        document = iri(ID, key)
        paper.add(self._plan, mg("listsMandate"), document)
        paper.add(section, mg("announces"), document)
        if listed.announced is not None:
            first, last = listed.announced
            paper.add(
                section, mg("firstAnnounced"), typed(first, "integer"), mg("lastAnnounced"), typed(last, "integer")
            )
        paper.read(
            document,
            TYPE,
            mg("Document"),
            f"<{DCTERMS}identifier>",
            text(key),
            mg("documentType"),
            kos("type-resolution" if "/res/" in key else "type-document"),
            mg("entered"),
            kos("entered-part"),
        )
        if listed.citation is not None:
            paper.add(document, mg("symbol"), text(listed.citation.symbol or listed.citation.as_written))
        self._work.units(listed.units, document, key, self._meaning)

    def _suggestion(self, path: str, block: Block, actor: Block) -> None:
        full = f"{self._path}/sec/{path}"
        number = path.rsplit("/", 1)[-1]
        provision = self._provision(full, "item", iri(ID, full.rsplit("/", 1)[0]), number, ord(number[:1]) - 96, block)
        words = self._words(block)
        name = iri(ID, f"{full}/s1")
        self._draft.statements += 1
        pairs = [
            TYPE,
            mg("SuggestedActivity"),
            f"<{DCTERMS}identifier>",
            text(f"{full}/s1"),
            mg("expressedIn"),
            provision,
            mg("verbAsWritten"),
            text(words.split(" ", 1)[0], self._paper.language),
            mg("requiredAct"),
            text(words.rstrip("."), self._paper.language),
            mg("textSpan"),
            self._paper.span(block.start, block.end),
        ]
        self._paper.read(name, *pairs, *self._addressees(self._words(actor).rstrip(" :")))

    def _addressees(self, words: str) -> list[str]:
        pairs: list[str] = []
        for mention in self._meaning.addressees(words):
            if mention.key is not None:
                pairs += [mg("addressee"), iri(ID, mention.key)]
            else:
                pairs += [mg("addresseeAsWritten"), text(mention.as_written, self._paper.language)]
        return pairs or [mg("addresseeAsWritten"), text(words, self._paper.language)]

    def _duty(self, duty: PlannedDuty, count: int) -> None:
        full = f"{self._path}/sec/{duty.path}"
        words = self._paper.reading.text[duty.start : duty.end]
        name = iri(ID, f"{full}/s{count}")
        self._draft.statements += 1
        pairs = [
            TYPE,
            mg("Duty"),
            f"<{DCTERMS}identifier>",
            text(f"{full}/s{count}"),
            mg("expressedIn"),
            iri(ID, full),
            mg("verbAsWritten"),
            text(duty.verb, self._paper.language),
            mg("modality"),
            kos(f"modality-{duty.modality}"),
            mg("requiredAct"),
            text(words.rstrip(".;"), self._paper.language),
            mg("textSpan"),
            self._paper.span(duty.start, duty.end),
        ]
        if duty.rrule:
            pairs += [mg("rrule"), text(duty.rrule)]
        subject = words.split(duty.verb, 1)[0].strip(" ,")
        # “Each year the Council …”: what stands before the body is no part of its name.
        subject = re.sub(r"^[^,]*?\b(?=[Tt]he [A-Z])", "", subject)
        self._paper.read(name, *pairs, *(self._addressees(subject) if subject else []))

    # the calendar

    def _entry(self, entry: CalendarEntry) -> None:
        paper = self._paper
        name = iri(AT, f"{self._local}/activity/{entry.order}")
        title = " ".join(" ".join(self._words(block) for block in entry.words[:1]).split())
        pairs = [
            TYPE,
            mg("ScheduledActivity"),
            f"<{DCTERMS}identifier>",
            text(f"{self._local}/activity/{entry.order}"),
            mg("scheduledIn"),
            self._plan,
            mg("order"),
            typed(entry.order, "integer"),
            f"<{DCTERMS}title>",
            text(title, paper.language),
        ]
        for block in (*entry.dates, *entry.mandates, *entry.words):
            begin = block.number.start if block.number is not None else block.start
            pairs += [mg("textSpan"), paper.span(begin, block.end)]
        if entry.date is not None:
            pairs += [mg("plannedTime"), self._date(entry)]
        paper.read(name, *pairs)
        for count, (block, citation) in enumerate(entry.citations, 1):
            self._work.citation(citation, block.start, name)
            if citation.path:
                start, end = block.start + citation.start, block.start + citation.end
                paper.read(
                    iri(AT, f"{self._local}/link/{entry.order}-cites-{count}"),
                    TYPE,
                    mg("TraceLink"),
                    mg("from"),
                    name,
                    mg("to"),
                    iri(ID, citation.path),
                    mg("linkType"),
                    kos("link-cites"),
                    mg("assertionStatus"),
                    kos("status-stated"),
                    mg("textSpan"),
                    paper.span(start, end),
                )
        for part in entry.agenda:
            paper.read(
                iri(AT, f"{self._local}/activity/{entry.order}/item/{part.number}"),
                TYPE,
                mg("AgendaItem"),
                mg("agendaOf"),
                name,
                mg("number"),
                text(part.number),
                mg("order"),
                typed(part.number, "integer"),
                f"<{DCTERMS}title>",
                text(paper.reading.text[part.start : part.end].rstrip(". "), paper.language),
                mg("textSpan"),
                paper.span(part.start, part.end),
            )
        for count, guest in enumerate(entry.guests, 1):
            participation = iri(AT, f"{self._local}/participation/{entry.order}-{count}")
            paper.add(name, mg("participation"), participation)
            pairs = [
                TYPE,
                mg("Participation"),
                mg("role"),
                kos(f"role-{guest.role}"),
                mg("asWritten"),
                text(paper.reading.text[guest.start : guest.end], paper.language),
                mg("certainty"),
                kos(f"certainty-{guest.certainty}"),
                mg("assertionStatus"),
                kos("status-stated"),
                mg("textSpan"),
                paper.span(guest.start, guest.end),
            ]
            if guest.key is not None:
                pairs += [mg("actor"), iri(ID, guest.key)]
            paper.read(participation, *pairs)
        self._draft.activities += 1
        self._draft.notes += [f"Entry {entry.order}: {note}" for note in entry.notes]

    def _date(self, entry: CalendarEntry) -> str:
        date, paper = entry.date, self._paper
        if date is None:
            return ""
        name = iri(ID, f"date/{paper.sha12}/{date.start}-{date.end}")
        written = ", ".join(self._words(block).strip() for block in entry.dates)
        pairs = [
            TYPE,
            mg("DateExpression"),
            mg("asWritten"),
            text(written),
            mg("edtf"),
            edtf(date.edtf),
            mg("precision"),
            kos(f"precision-{date.precision}"),
            mg("textSpan"),
            paper.span(date.start, date.end),
        ]
        if date.earliest:
            pairs += [mg("earliest"), typed(date.earliest, "date"), mg("latest"), typed(date.latest, "date")]
        if date.day_announced:
            pairs += [mg("dayAnnounced"), typed("true", "boolean")]
        return paper.read(name, *pairs)
