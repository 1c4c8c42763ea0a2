"""What the words of a provision say, written down: statements and their state, dates, citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mandategraph.core.namespaces import AT, DCTERMS, ID
from mandategraph.ingest.drafting.draft import Draft, Weight
from mandategraph.ingest.drafting.paper import TYPE, Paper, edtf, iri, kos, mg, text, typed
from mandategraph.ingest.drafting.registers import NO_VERB, Entries
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.meaning.found import Citation, DateFound, Details, Mention, SessionFound, Statement

# The state that a verb of no request leaves, and why.
_STATES = {
    "performative": ("done-by-adoption", "Done by adopting the paragraph."),
    "declaratory": ("declaratory", "The verb declares; it asks nobody to act."),
    "permission": ("standing", "A permission: it asks for nothing."),
}
_ASIDE = 4
_OPEN = ("open", "The words ask for it; nothing entered here tells what became of it.")
_GOES_ON = ("continuous", "A task that comes again; the words state no end.")
_UNKNOWN = ("unknown", "The force of the verb is not known.")
_NO_VERB = ("unknown", "No operative verb was found in the paragraph.")


@dataclass(frozen=True, slots=True)
class Voice:
    """
    Who speaks in a document: the body, the organ that it is in the configuration (“un/ga”), and the day of adoption.

    Each is empty where the text does not tell it. `paths` leads from the organs of the organisation to their bodies.
    """

    issuer: str = ""
    organ: str = ""
    adopted: str = ""
    bodies: Mapping[str, str] | None = None

    def organ_of(self, body: str | None) -> str:
        """Return the organ that a body is; that of the document where none is named."""
        if body is None:
            return self.organ
        return next((organ for organ, name in (self.bodies or {}).items() if name == body), "")


class StatementWriter:
    """Writes what is found in the words of provisions onto the paper."""

    def __init__(self, key: str, paper: Paper, draft: Draft, entries: Entries) -> None:
        self._key = key
        self._paper = paper
        self._draft = draft
        self._entries = entries

    # statements

    def statements(
        self, words: str, base: int, provision: str, path: str, voice: Voice, meaning: Meaning, printed: str
    ) -> int:
        """Write the statements of an operative paragraph or article; return how many there are."""
        found = meaning.statements(words)
        for place, statement in enumerate(found, 1):
            self._statement(statement, words, base, provision, f"{path}/s{place}", voice, printed)
        return len(found)

    def item_statements(
        self, words: str, base: int, provision: str, path: str, voice: Voice, meaning: Meaning, printed: str
    ) -> None:
        """Write what an item says of its own, where a body speaks in it."""
        for place, statement in enumerate(meaning.statements(words, is_item=True), 1):
            self._statement(statement, words, base, provision, f"{path}/s{place}", voice, printed)

    def without_verb(self, base: int, end: int, provision: str, path: str, voice: Voice, printed: str) -> None:
        """Write the statement of an operative paragraph in which no operative verb was found."""
        name = iri(ID, f"{path}/s1")
        self._draft.statements += 1
        self._paper.read(
            name,
            TYPE,
            mg("OperativeStatement"),
            f"<{DCTERMS}identifier>",
            text(f"{path}/s1"),
            mg("expressedIn"),
            provision,
            mg("verb"),
            self._entries.verb(NO_VERB, ""),
            mg("notStated"),
            mg("verbAsWritten"),
            mg("textSpan"),
            self._paper.span(base, end),
            *self._issuer(voice),
        )
        self.status(f"{path}/s1", _NO_VERB, voice.adopted)
        self._draft.look(Weight.VERB, f"{printed}: no operative verb was found.")

    def _issuer(self, voice: Voice) -> list[str]:
        return [mg("issuer"), self._entries.body(voice.issuer)] if voice.issuer else [mg("notStated"), mg("issuer")]

    def _statement(
        self, statement: Statement, words: str, base: int, provision: str, path: str, voice: Voice, printed: str
    ) -> None:
        paper, draft = self._paper, self._draft
        draft.statements += 1
        draft.mandates += statement.is_mandate
        act = words[statement.act_start : statement.act_end].strip()
        pairs = [
            TYPE,
            mg("Mandate" if statement.is_mandate else "OperativeStatement"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("expressedIn"),
            provision,
            mg("verb"),
            self._entries.verb(statement.verb, statement.force),
            mg("verbAsWritten"),
            text(statement.verb_as_written, paper.language),
            mg("textSpan"),
            paper.span(base + statement.start, base + statement.end),
            *self._issuer(voice),
            *self._named("addressee", statement.addressees),
        ]
        if statement.is_mandate:
            pairs += [mg("requiredAct"), text(act or words[statement.start : statement.end].strip(), paper.language)]
        pairs += self._details(statement, base, voice)
        paper.read(iri(ID, path), *pairs)
        state = _STATES.get(statement.force, _UNKNOWN)
        if statement.is_mandate:
            state = _GOES_ON if statement.details.recurrences else _OPEN
        self.status(path, state, voice.adopted)
        for doubt in statement.doubts:
            weight = Weight.VERB if "verb" in doubt else Weight.ACTOR
            # What no register knows is told once for the whole text, with a count.
            draft.look(weight, doubt if doubt.startswith("No register") else f"{printed}: {doubt}")

    def _named(self, term: str, mentions: Sequence[Mention]) -> list[str]:
        pairs: list[str] = []
        for mention in mentions:
            if mention.key is not None:
                pairs += [mg(term), iri(ID, mention.key)]
            elif term == "addressee":
                pairs += [mg("addresseeAsWritten"), text(mention.as_written, self._paper.language)]
        return pairs

    def _details(self, statement: Statement, base: int, voice: Voice) -> list[str]:
        details = statement.details
        pairs = self.told(details, base, voice)
        if statement.is_mandate:
            ends = details.periods or details.deadlines
            unsaid = ["begins", *([] if ends else ["ends"]), "programmeArea", "priority"]
            pairs += [part for term in unsaid for part in (mg("notStated"), mg(term))]
            if details.recurrences:
                pairs += [mg("dutyKind"), kos("duty-sustained")]
        return pairs

    def told(self, details: Details, base: int, voice: Voice, *, recurs: bool = True) -> list[str]:
        """Return what is said of an act as predicates and objects; dates and sessions are written on the way."""
        language = self._paper.language
        pairs = [
            *self._named("recipient", details.recipients),
            *self._named("beneficiary", details.beneficiaries),
            *self._named("inConsultationWith", details.consulted),
            *self._named("supportedBy", details.supporters),
        ]
        for condition in details.conditions:
            pairs += [mg("condition"), text(condition.as_written, language)]
        for deadline in details.deadlines:
            found = self.date(deadline, base) if isinstance(deadline, DateFound) else self._session(deadline, voice)
            pairs += [mg("deadline"), found] if found else []
        for period in details.periods:
            pairs += [mg("appliesDuring"), self.date(period, base)]
        for recurrence in details.recurrences if recurs else ():
            pairs += [mg("rrule"), text(recurrence.rrule)]
        if details.is_reporting:
            pairs += [mg("isReportingTask"), typed("true", "boolean")]
        if details.asks_for_money:
            pairs += [mg("asksForMoney"), typed("true", "boolean")]
        return pairs

    def status(self, path: str, state: tuple[str, str], day: str) -> None:
        """
        Write the state of a statement or task as its words tell it, on the day of the text.

        A text that tells no day leaves it open; whoever accepts the draft says for which day it holds.
        """
        value, why = state
        self._paper.read(
            iri(AT, f"{self._key}/status-record/{path.removeprefix(self._key + '/').replace('/', '-')}"),
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
            *([mg("onDate"), typed(day, "date")] if day else [mg("notStated"), mg("onDate")]),
        )

    # times

    def _session(self, session: SessionFound, voice: Voice) -> str:
        organ = voice.organ_of(session.of.key if session.of is not None else None)
        body = (voice.bodies or {}).get(organ, "")
        if not organ or not body:
            return ""
        return self._entries.session(organ, body, session.number, session.kind)

    def date(self, date: DateFound, base: int, written: str = "", term: str = "") -> str:
        """Write a date, once for its place in the text; `written` where it is written in several pieces."""
        paper = self._paper
        start, end = base + date.start, base + date.end
        name = iri(ID, f"date/{paper.sha12}/{start}-{end}")
        if not paper.is_first(name):
            return name
        pairs = [
            TYPE,
            mg("DateExpression"),
            mg("asWritten"),
            text(written or date.as_written),
            mg("precision"),
            # “12 to 17 June”: two days are no day.
            kos(f"precision-{'period' if '/' in date.edtf and date.precision in ('day', 'month') else date.precision}"),
            mg("textSpan"),
            paper.span(start, end),
        ]
        if date.edtf:
            pairs += [mg("edtf"), edtf(date.edtf)]
        if date.earliest:
            pairs += [mg("earliest"), typed(date.earliest, "date")]
        if date.latest:
            pairs += [mg("latest"), typed(date.latest, "date")]
        if date.day_announced:
            pairs += [mg("dayAnnounced"), typed("true", "boolean")]
        paper.read(name, *pairs)
        if term:
            paper.add(term, mg("plannedTime"), name)
        return name

    # citations

    def citation(self, citation: Citation, base: int, place: str, voice: Voice) -> str:
        """Write a citation; `base` is where its words begin in the text; return the document cited, "" if unknown."""
        paper = self._paper
        start, end = base + citation.start, base + citation.end
        name = iri(ID, f"citation/{paper.sha12}/{start}-{end}")
        if not paper.is_first(name):
            return ""
        self._draft.citations += 1
        pairs = [
            TYPE,
            mg("Citation"),
            mg("asWritten"),
            text(citation.as_written),
            mg("textSpan"),
            paper.span(start, end),
            mg("occursIn"),
            place,
        ]
        document = ""
        if citation.path:
            issuer = next(
                (body for organ, body in (voice.bodies or {}).items() if citation.path.startswith(f"{organ}/")), ""
            )
            document = self._entries.document(citation.path, citation.symbol, issuer)
            pairs += [mg("refersTo"), document]
        else:
            self._draft.look(Weight.CITATION, f"“{citation.as_written}” names a document that was not recognised.")
        if citation.pinpoint is not None:
            pairs += [mg("pinpoint"), text(citation.pinpoint.as_written, paper.language)]
        paper.read(name, *pairs)
        return document

    def recalled(self, meaning: Meaning, words: str, base: int, place: str, voice: Voice, *, recalls: bool) -> None:
        """Write the citations in the words of a provision; what a preamble or a plan names, it recalls."""
        documents = self.citations(meaning.citations(words, voice.organ), words, base, place, voice)
        if recalls:
            for document in documents:
                self._paper.add(place, mg("recalls"), document)

    def citations(self, found: Sequence[Citation], words: str, base: int, place: str, voice: Voice) -> list[str]:
        """Write citations in their order; a title right after a symbol is the title of that document."""
        documents: dict[str, None] = {}
        for at, citation in enumerate(found):
            before = found[at - 1] if at else None
            if before is not None and before.kind == "symbol" and citation.kind == "named":
                between = words[before.end : citation.start]
                if len(between) <= _ASIDE and not any(character.isalnum() for character in between):
                    name = iri(ID, f"citation/{self._paper.sha12}/{base + before.start}-{base + before.end}")
                    self._paper.add(name, mg("citedTitle"), text(citation.as_written, self._paper.language))
                    continue
            documents[self.citation(citation, base, place, voice)] = None
        return [document for document in documents if document]
