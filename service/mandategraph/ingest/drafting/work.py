"""A draft in the making: documents, provisions, statements, citations, and the account of every character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mandategraph.core.coverage import account_for
from mandategraph.core.namespaces import AT, DCTERMS, ID, RDFS
from mandategraph.core.symbols import Symbol, Symbols
from mandategraph.ingest.drafting.paper import TYPE, Paper, edtf, iri, kos, mg, text, typed
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.meaning.found import Citation, DateFound, Statement
from mandategraph.ingest.structure.outline import PROVISIONS, Document, Part, Unit

_SEGMENT = {Part.PREAMBLE: "pre", Part.OPERATIVE: "op", Part.ARTICLE: "art", Part.PARAGRAPH: "par", Part.SECTION: "sec"}
_TYPE_OF_PATH = {"res": "resolution", "dec": "decision", "prst": "declaration"}
# Why the words of a unit carry no provision: value of the code list, and the sentence for people.
_UNPLACED = {
    Part.FRONT: ("front", "Stands before the text: session, item, origin, title."),
    Part.TITLE: ("front", "Title of the text."),
    Part.HEADING: ("heading", "Heading within the text."),
    Part.ORGAN: ("front", "The organ names itself."),
    Part.ANNEX: ("heading", "Heading of an annex."),
    Part.NOTE: ("note", "Note at the foot of the page or the end of the text."),
    Part.CONTENTS: ("contents", "Line of a table of contents."),
    Part.BACK: ("closing", "Closes the text: meeting, vote, day, signature."),
    Part.FURNITURE: ("layout", "Running head, page number or mark of the printer."),
}
# The state that a verb of no request leaves, and why.
_STATES = {
    "performative": ("done-by-adoption", "Done by adopting the paragraph."),
    "declaratory": ("declaratory", "The verb declares; it asks nobody to act."),
    "permission": ("standing", "A permission: it asks for nothing."),
}


def body_of(organ: str) -> str:
    """
    Return the address of the body that an organ of the configuration is.

    >>> body_of("oas/ag"), body_of("oas/cidi/cam"), body_of("un/ga")
    ('oas/org/ag', 'oas/org/cam', 'un/org/ga')
    """
    organisation, _, rest = organ.partition("/")
    return f"{organisation}/org/{rest.rsplit('/', 1)[-1]}"


@dataclass
class Draft:
    """A draft of one file: TriG and source text, and what a summary tells."""

    name: str
    trig: str
    source_text: str
    documents: list[str] = field(default_factory=list)
    provisions: Counter[str] = field(default_factory=Counter)
    statements: int = 0
    mandates: int = 0
    citations: int = 0
    activities: int = 0
    unplaced: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    unaccounted: int = 0
    notes: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Return the counts as plain values, for JSON and tables."""
        return {
            "file": self.name,
            "documents": self.documents,
            "provisions": dict(sorted(self.provisions.items())),
            "statements": self.statements,
            "mandates": self.mandates,
            "citations": self.citations,
            "calendar entries": self.activities,
            "unplaced": dict(sorted(self.unplaced.items())),
            "characters": self.characters,
            "unaccounted": self.unaccounted,
            "needs a look": self.notes,
        }


class Work:
    """One draft in the making."""

    def __init__(self, key: str, symbols: Symbols, meanings: Mapping[str, Meaning], paper: Paper, draft: Draft) -> None:
        self.key = key
        self.paper = paper
        self.draft = draft
        self._symbols = symbols
        self._meanings = meanings
        self.verbs: dict[str, str] = {}
        self.issuers: set[str] = set()
        self._taken: set[str] = set()

    def _words(self, unit: Unit) -> str:
        return self.paper.reading.words(unit.block)

    def unique(self, path: str) -> str:
        """Return the path, with a count behind it where the text prints a number twice."""
        candidate, count = path, 1
        while candidate in self._taken:
            count += 1
            candidate = f"{path}-{count}"
        self._taken.add(candidate)
        return candidate

    # documents

    def document(self, document: Document, place: int) -> None:
        """Write a document and all in it."""
        paper, draft = self.paper, self.draft
        symbol = self._symbol(document)
        if symbol is not None and symbol.path:
            path = symbol.path
        else:
            path = f"text/{paper.sha12}/document/{place + 1}"
            if document.of_part(*PROVISIONS):
                draft.notes.append("No symbol of the organisation was recognised; the document is named by its text.")
        path = self.unique(path)
        name = iri(ID, path)
        kind = next((value for segment, value in _TYPE_OF_PATH.items() if f"/{segment}/" in path), "document")
        paper.read(
            name,
            TYPE,
            mg("Document"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("documentType"),
            kos(f"type-{kind}"),
            mg("entered"),
            kos("entered-full"),
        )
        paper.add(paper.source, mg("textOf"), name)
        if symbol is not None and symbol.path:
            paper.add(name, mg("symbol"), text(symbol.written))
        title = self._title(document)
        if title:
            paper.add(name, f"<{DCTERMS}title>", text(title, document.language or paper.language))
        issuer = self._issuer(path)
        if issuer:
            self.issuers.add(issuer)
            paper.add(name, mg("adoptedBy"), iri(ID, issuer))
        else:
            paper.add(name, mg("notStated"), mg("adoptedBy"))
        draft.documents.append(symbol.written if symbol is not None and symbol.path else path)
        draft.notes += document.notes
        meaning = self._meanings.get(document.language) or self._meanings.get("en")
        order: Counter[str] = Counter()
        prefix = path
        for unit in document.units:
            if unit.part is Part.ANNEX:
                order["annex"] += 1
                prefix = f"{path}/annex/{order['annex']}"
            self._unit(unit, name, prefix, order, issuer, meaning)
        operative = sum(1 for unit in document.units if unit.part in (Part.OPERATIVE, Part.ARTICLE))
        paper.add(name, mg("operativeCount"), typed(operative, "integer"))

    def _symbol(self, document: Document) -> Symbol | None:
        """The symbol that the head of the text prints, or the name of the file if that is one."""
        found: list[Symbol] = []
        for unit in document.units[:40]:
            if unit.part not in (Part.FRONT, Part.TITLE, Part.FURNITURE, Part.HEADING):
                continue
            words = self._words(unit)
            found += [symbol for symbol in self._symbols.find(words) if symbol.path and symbol.start < 12]
        stem = self.paper.reading.file.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", "/")
        by_name = self._symbols.read(stem)
        if by_name is not None and by_name.path and len(self.draft.documents) == 0:
            return by_name
        return found[0] if found else None

    def _title(self, document: Document) -> str:
        titles = [unit for unit in document.units if unit.part is Part.TITLE] or [
            unit for unit in document.units if unit.part is Part.FRONT and len(self._words(unit)) > 12
        ]
        return " ".join(self._words(titles[-1]).split())[:300] if titles else ""

    def _issuer(self, path: str) -> str:
        organ = next((str(o["path"]) for o in self._symbols.organs.values() if path.startswith(f"{o['path']}/")), "")
        return body_of(organ) if organ else ""

    # units

    def units(self, units: Sequence[Unit], document: str, path: str, meaning: Meaning | None) -> None:
        """Write the units of a text that a plan quotes, under its document."""
        order: Counter[str] = Counter()
        for unit in units:
            self._unit(unit, document, path, order, self._issuer(path), meaning)

    def _unit(
        self, unit: Unit, parent: str, prefix: str, order: Counter[str], issuer: str, meaning: Meaning | None
    ) -> None:
        if unit.part in PROVISIONS or unit.part is Part.QUOTATION:
            self._provision(unit, parent, prefix, order, issuer, meaning)
            return
        self._unplaced(unit)
        for child in unit.children:
            self._unit(child, parent, prefix, order, issuer, meaning)

    def _unplaced(self, unit: Unit) -> None:
        reason, why = _UNPLACED.get(unit.part, ("layout", "Not read."))
        for start, end in (
            (unit.number.start, unit.number.end) if unit.number else (0, 0),
            (unit.block.start, unit.block.end),
        ):
            self._leave(start, end, reason, why)

    def _leave(self, start: int, end: int, reason: str, why: str) -> None:
        source = self.paper.reading.text
        while start < end and source[start].isspace():
            start += 1
        while end > start and source[end - 1].isspace():
            end -= 1
        if start >= end:
            return
        self.draft.unplaced[reason] += 1
        self.paper.read(
            iri(AT, f"{self.key}/unplaced/{self.paper.sha12}-{start}-{end}"),
            TYPE,
            mg("UnplacedText"),
            mg("textSpan"),
            self.paper.span(start, end),
            mg("unplacedReason"),
            kos(f"unplaced-{reason}"),
            f"<{RDFS}comment>",
            text(why, "en"),
        )

    def _provision(
        self, unit: Unit, parent: str, prefix: str, order: Counter[str], issuer: str, meaning: Meaning | None
    ) -> None:
        paper, draft = self.paper, self.draft
        order[f"{prefix}:{unit.part}"] += 1
        count = order[f"{prefix}:{unit.part}"]
        printed = unit.number.printed.strip("().º° ") if unit.number is not None else ""
        key = "".join(c for c in printed.lower() if c.isalnum()) or str(count)
        segment = _SEGMENT.get(unit.part)
        path = self.unique(f"{prefix}/{segment}/{key}" if segment else f"{prefix}/{key}")
        name = iri(ID, path)
        kind = "paragraph" if unit.part is Part.QUOTATION else str(unit.part)
        draft.provisions[kind] += 1
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
            text(printed or str(count)),
            mg("order"),
            typed(count, "integer"),
        ]
        if unit.block.end > unit.block.start:
            pairs += [mg("textSpan"), paper.span(unit.block.start, unit.block.end)]
        if unit.number is not None:
            pairs += [mg("numberSpan"), paper.span(unit.number.start, unit.number.end)]
        paper.read(name, *pairs)
        draft.notes += [f"{printed or kind}: {note}" for note in unit.notes]
        if meaning is not None:
            self._meaning(unit, name, path, issuer, meaning)
        below: Counter[str] = Counter()
        for child in unit.children:
            self._unit(child, name, path, below, issuer, meaning)

    # what the words say

    def _meaning(self, unit: Unit, provision: str, path: str, issuer: str, meaning: Meaning) -> None:
        words = self._words(unit)
        if unit.part in (Part.OPERATIVE, Part.ARTICLE):
            for place, statement in enumerate(meaning.statements(words), 1):
                self._statement(statement, place, unit, provision, path, issuer)
        elif unit.part in (Part.ITEM, Part.BULLET):
            for place, statement in enumerate(meaning.statements(words, is_item=True), 1):
                self._statement(statement, place, unit, provision, path, issuer)
        for citation in meaning.citations(words):
            self.citation(citation, unit.block.start, provision)

    def _statement(self, statement: Statement, place: int, unit: Unit, provision: str, path: str, issuer: str) -> None:
        paper, draft, base = self.paper, self.draft, unit.block.start
        draft.statements += 1
        draft.mandates += statement.is_mandate
        name = iri(ID, f"{path}/s{place}")
        words = self._words(unit)
        act = words[statement.act_start : statement.act_end].strip()
        pairs = [
            TYPE,
            mg("Mandate" if statement.is_mandate else "OperativeStatement"),
            f"<{DCTERMS}identifier>",
            text(f"{path}/s{place}"),
            mg("expressedIn"),
            provision,
            mg("verb"),
            iri(ID, f"{self.key}/verb/{statement.verb}"),
            mg("verbAsWritten"),
            text(statement.verb_as_written, paper.language),
            mg("textSpan"),
            paper.span(base + statement.start, base + statement.end),
        ]
        if statement.force:
            pairs += [mg("force"), kos(f"force-{statement.force}")]
        if issuer:
            pairs += [mg("issuer"), iri(ID, issuer)]
        if act and statement.is_mandate:
            pairs += [mg("requiredAct"), text(act, paper.language)]
        for mention in statement.addressees:
            if mention.key is not None:
                pairs += [mg("addressee"), iri(ID, mention.key)]
            else:
                pairs += [mg("addresseeAsWritten"), text(mention.as_written, paper.language)]
        details = statement.details
        for term, mentions in (("recipient", details.recipients), ("beneficiary", details.beneficiaries)):
            pairs += [part for mention in mentions if mention.key for part in (mg(term), iri(ID, mention.key))]
        for condition in details.conditions:
            pairs += [mg("condition"), text(condition.as_written, paper.language)]
        for deadline in details.deadlines:
            if isinstance(deadline, DateFound):
                pairs += [mg("deadline"), self._date(deadline, base)]
        for recurrence in details.recurrences:
            pairs += [mg("rrule"), text(recurrence.rrule)]
        if details.is_reporting:
            pairs += [mg("isReportingTask"), typed("true", "boolean")]
        if details.asks_for_money:
            pairs += [mg("asksForMoney"), typed("true", "boolean")]
        paper.read(name, *pairs)
        self.verbs[statement.verb] = statement.force
        self._status(statement, f"{path}/s{place}")
        printed = unit.number.printed if unit.number is not None else "A paragraph"
        draft.notes += [f"{printed} {doubt}" for doubt in statement.doubts]

    def _status(self, statement: Statement, path: str) -> None:
        """The state of a statement as its verb tells it; a person who knows more decides otherwise."""
        if statement.is_mandate:
            value, why = "open", "The words ask for it; nothing entered here tells what became of it."
        else:
            value, why = _STATES.get(statement.force, ("unknown", "The force of the verb is not known."))
        self.paper.read(
            iri(AT, f"{self.key}/status-record/{path.removeprefix(self.key + '/').replace('/', '-')}"),
            TYPE,
            mg("StatusRecord"),
            mg("about"),
            iri(ID, path),
            mg("mandateStatus"),
            kos(f"mandate-{value}"),
            mg("assertionStatus"),
            kos("status-inferred"),
            mg("basis"),
            text(why, "en"),
            mg("notStated"),
            mg("onDate"),
        )

    def _date(self, date: DateFound, base: int) -> str:
        paper = self.paper
        start, end = base + date.start, base + date.end
        name = iri(ID, f"date/{paper.sha12}/{start}-{end}")
        paper.read(
            name,
            TYPE,
            mg("DateExpression"),
            mg("asWritten"),
            text(date.as_written),
            mg("edtf"),
            edtf(date.edtf),
            mg("earliest"),
            typed(date.earliest, "date"),
            mg("latest"),
            typed(date.latest, "date"),
            mg("precision"),
            kos(f"precision-{date.precision}"),
            mg("textSpan"),
            paper.span(start, end),
        )
        return name

    def citation(self, citation: Citation, base: int, provision: str) -> None:
        """Write a citation; `base` is where its words begin in the text."""
        paper = self.paper
        self.draft.citations += 1
        start, end = base + citation.start, base + citation.end
        pairs = [
            TYPE,
            mg("Citation"),
            mg("asWritten"),
            text(citation.as_written),
            mg("textSpan"),
            paper.span(start, end),
            mg("occursIn"),
            provision,
        ]
        if citation.path:
            pairs += [mg("refersTo"), iri(ID, citation.path)]
        if citation.pinpoint is not None:
            pairs += [mg("pinpoint"), text(citation.pinpoint.as_written, paper.language)]
        paper.read(iri(ID, f"citation/{paper.sha12}/{start}-{end}"), *pairs)

    # the account

    def account(self) -> None:
        """Put every stretch that lies in no span yet on the list, so that no character is lost; count what is left."""
        paper, draft = self.paper, self.draft
        for stretch in account_for(paper.reading.text, paper.spans).left_out:
            self._leave(
                stretch.start, stretch.end, "layout", "Between two parts of the text: punctuation, rules, tabs."
            )
        account = account_for(paper.reading.text, paper.spans)
        draft.characters = account.meaningful
        draft.unaccounted = account.meaningful - account.covered
