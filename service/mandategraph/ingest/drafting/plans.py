"""The quads of a work plan: its sections and suggestions, the texts it lists, its duties; the calendar is beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mandategraph.core.namespaces import DCTERMS, ID
from mandategraph.ingest.drafting.calendars import CalendarWriter, key_of
from mandategraph.ingest.drafting.draft import Weight
from mandategraph.ingest.drafting.identity import Identity, identity_of
from mandategraph.ingest.drafting.paper import TYPE, iri, kos, mg, text, typed
from mandategraph.ingest.drafting.registers import NO_VERB, type_of
from mandategraph.ingest.drafting.statements import Voice
from mandategraph.ingest.reading import Block
from mandategraph.ingest.workplan.outline import ListedText, PlannedDuty, QuotedArticle, Section, Suggestion, WorkPlan

if TYPE_CHECKING:
    from mandategraph.ingest.drafting.work import Work
    from mandategraph.ingest.meaning import Meaning

_SUGGESTED = ("open", "A suggested activity: nothing entered here says that it was taken up or dropped.")
_GOES_ON = ("continuous", "A task that goes on; the words state no end.")
_FUNCTION = ("continuous", "A function of the body; the words state no end.")
_NOT_STATED = ("begins", "ends", "programmeArea", "priority")
_BASIS = {
    "en": "The plan carries no date; the first day of its calendar stands for it.",
    "es": "El plan no lleva fecha; la reemplaza el primer día de su calendario.",
    "fr": "Le plan ne porte pas de date ; le premier jour de son calendrier en tient lieu.",
    "pt": "O plano não traz data; vale por ela o primeiro dia de seu calendário.",
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
        self._voice = Voice("", self._work.voice_of(f"{self._path}/").organ, self._day, self._work.bodies)
        self._work.entries.own(self._path)
        self._head(plan, identity)
        for note in plan.notes:
            self._draft.look(Weight.NUMBERS, note)
        for order, section in enumerate(plan.sections, 1):
            self._section(section, self._plan, order, is_outer=True)
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
            self._duty(duty, counts[duty.path])
        CalendarWriter(self._work, self._meaning, self._words, identity, self._voice).write(plan)

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

    def _text(self, block: Block) -> str:
        return self._paper.reading.words(block)

    # provisions

    def _provision(self, path: str, kind: str, parent: str, number: str, order: int, block: Block | None = None) -> str:
        self._draft.provisions[kind] += 1
        name = iri(ID, path)
        pairs = [
            TYPE,
            mg("Provision"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("provisionType"),
            kos(f"provision-{kind}"),
            mg("partOf"),
            parent,
            mg("order"),
            typed(order, "integer"),
        ]
        if number:
            pairs += [mg("number"), text(number)]
        if block is not None and block.number is not None:
            pairs += [mg("numberSpan"), self._paper.span(block.number.start, block.number.end)]
        self._paper.read(name, *pairs)
        if block is not None:
            self._spoken(name, block, mg("textSpan"))
        return name

    def _spoken(self, name: str, block: Block, term: str) -> None:
        """Say where the words of a provision stand, and what they cite and are about."""
        if block.end > block.start:
            self._paper.add(name, term, self._paper.span(block.start, block.end))
        words = self._text(block)
        self._work.says.recalled(self._meaning, words, block.start, name, self._voice, recalls=True)
        for theme in self._meaning.themes(words):
            self._paper.add(name, mg("theme"), iri(ID, theme.key))

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
            self._work.says.statements(words, block.start, name, path, self._voice, self._meaning, path)
            return
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
        self._draft.provisions["article"] += 1
        base = article.lead.start
        found = re.search(rf"\S+\s*{re.escape(article.number)}\b", words)
        start = found.end() if found is not None else 0
        start += len(words[start:]) - len(words[start:].lstrip(" ,:"))
        end = len(words.rstrip(" :"))
        pairs = [
            TYPE,
            mg("Provision"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("provisionType"),
            kos("provision-article"),
            mg("partOf"),
            iri(ID, document),
            mg("number"),
            text(article.number),
            mg("order"),
            typed(article.number, "integer"),
        ]
        with self._paper.quoting():
            if found is not None:
                pairs += [mg("numberSpan"), self._paper.span(base + found.start(), base + found.end())]
            if end > start:
                pairs += [mg("textSpan"), self._paper.span(base + start, base + end)]
            name = self._paper.read(iri(ID, path), *pairs)
            for order, item in enumerate(article.items, 1):
                printed = self._printed(item) or str(order)
                part = f"{path}/{printed.lower()}"
                provision = self._provision(part, "item", name, printed, order, item)
                self._function(item, part, provision, words[start:end], document)

    def _function(self, item: Block, path: str, provision: str, lead: str, document: str) -> None:
        """A letter of an article that gives a body its functions is a task of that body."""
        phrases = "|".join(re.escape(phrase) for phrase in self._words.get("functions", {}).get("words", []))
        found = re.search(rf"(?:{phrases})", lead, re.IGNORECASE)
        if found is None or not phrases:
            return
        self._draft.statements += 1
        self._draft.mandates += 1
        voice, language = self._work.voice_of(document), self._paper.language
        pairs = [
            TYPE,
            mg("Mandate"),
            f"<{DCTERMS}identifier>",
            text(f"{path}/s1"),
            mg("expressedIn"),
            provision,
            mg("verb"),
            self._work.entries.verb("have-as-function", "binding"),
            mg("verbAsWritten"),
            text(found[0], language),
            mg("requiredAct"),
            text(re.sub(r";\s*\w*$", "", self._text(item)).rstrip(".; "), language),
            mg("dutyKind"),
            kos("duty-sustained"),
            mg("textSpan"),
            self._paper.span(item.start, item.end),
            *([mg("issuer"), self._work.entries.body(voice.issuer)] if voice.issuer else []),
            *self._asked(lead[found.end() :].strip(" ():")),
        ]
        pairs += [part for term in _NOT_STATED for part in (mg("notStated"), mg(term))]
        self._paper.read(iri(ID, f"{path}/s1"), *pairs)
        self._work.says.status(f"{path}/s1", _FUNCTION, self._day)

    def _listed(self, listed: ListedText, section: Section, place: int) -> None:
        paper, citation = self._paper, listed.citation
        number = self._printed(listed.heading)
        path = f"{self._path}/sec/{section.path}/{number.lower() or place}"
        parent = iri(ID, f"{self._path}/sec/{section.path}")
        name = self._provision(path, "section", parent, number or str(place), place, listed.heading)
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
        with paper.quoting():
            self._work.units(listed.units, key, voice)

    # tasks

    def _suggestion(self, suggestion: Suggestion, order: int) -> None:
        full, block = f"{self._path}/sec/{suggestion.path}", suggestion.block
        number = self._printed(block) or str(order)
        provision = self._provision(full, "item", iri(ID, full.rsplit("/", 1)[0]), number, order, block)
        words, language = self._text(block), self._paper.language
        self._draft.statements += 1
        asked = self._text(suggestion.actor).rstrip(" :")
        self._paper.read(
            iri(ID, f"{full}/s1"),
            TYPE,
            mg("SuggestedActivity"),
            f"<{DCTERMS}identifier>",
            text(f"{full}/s1"),
            mg("expressedIn"),
            provision,
            mg("verb"),
            self._work.entries.verb(key_of(words.split(" ", 1)[0]) or NO_VERB, ""),
            mg("verbAsWritten"),
            text(words.split(" ", 1)[0], language),
            mg("requiredAct"),
            text(words.rstrip("."), language),
            mg("textSpan"),
            self._paper.span(block.start, block.end),
            *self._asked(asked),
            *self._work.says.told(self._meaning.details(words), block.start, self._voice),
            *(part for term in ("begins", "ends", "deadline") for part in (mg("notStated"), mg(term))),
        )
        self._work.says.status(f"{full}/s1", _SUGGESTED, self._day)

    def _asked(self, words: str) -> list[str]:
        pairs: list[str] = []
        found = self._meaning.addressees(words)
        if not any(mention.key for mention in found):
            # “In order to ensure follow-up, the Council, through the Committee”: the first body named is asked.
            found = self._meaning.mentions(words)[:1] or found
        mentions = {mention.key or mention.as_written: mention for mention in found}
        for mention in mentions.values():
            if mention.key is not None:
                pairs += [mg("addressee"), iri(ID, mention.key)]
            else:
                pairs += [mg("addresseeAsWritten"), text(mention.as_written, self._paper.language)]
                self._draft.look(Weight.ACTOR, f"No register knows “{mention.as_written}”.")
        if not pairs and words:
            self._draft.look(Weight.ACTOR, f"No register knows “{words}”.")
            pairs = [mg("addresseeAsWritten"), text(words, self._paper.language)]
        return pairs

    def _duty(self, duty: PlannedDuty, count: int) -> None:
        full, paper = f"{self._path}/sec/{duty.path}", self._paper
        words = paper.reading.text[duty.start : duty.end]
        self._draft.statements += 1
        pairs = [
            TYPE,
            mg("Duty"),
            f"<{DCTERMS}identifier>",
            text(f"{full}/s{count}"),
            mg("expressedIn"),
            iri(ID, full),
            mg("verbAsWritten"),
            text(duty.verb, paper.language),
            mg("modality"),
            kos(f"modality-{duty.modality}"),
            mg("requiredAct"),
            text(words.rstrip(".;"), paper.language),
            mg("dutyKind"),
            kos("duty-sustained"),
            mg("textSpan"),
            paper.span(duty.start, duty.end),
        ]
        pairs += [part for term in _NOT_STATED for part in (mg("notStated"), mg(term))]
        pairs += self._work.says.told(self._meaning.details(words), duty.start, self._voice, recurs=not duty.rrule)
        if duty.rrule:
            pairs += [mg("rrule"), text(duty.rrule)]
        subject = words.split(duty.verb, 1)[0].strip(" ,")
        # “Each year the Council …”: what stands before the body is no part of its name.
        subject = re.sub(r"^[^,]*?\b(?=[Tt]he [A-Z])", "", subject)
        paper.read(iri(ID, f"{full}/s{count}"), *pairs, *(self._asked(subject) if subject else []))
        self._work.says.status(f"{full}/s{count}", _GOES_ON, self._day)
        if duty.before_each:
            self._draft.look(
                Weight.NUMBERS, f"A duty falls before each “{duty.before_each}”: name the series of events."
            )
