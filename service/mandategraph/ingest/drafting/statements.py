"""What the words of a provision say, written down: statements and their state, dates, citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mandategraph.core.namespaces import AT, DCTERMS, ID
from mandategraph.ingest.drafting.citations import titles_of
from mandategraph.ingest.drafting.draft import Draft, Weight
from mandategraph.ingest.drafting.paper import TYPE, Paper, edtf, iri, kos, mg, text, typed
from mandategraph.ingest.drafting.registers import NO_VERB, Entries
from mandategraph.ingest.drafting.voice import Voice
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.meaning.found import DateFound, Details, Mention, SessionFound, Statement

# The state that a verb of no request leaves, and why.
_STATES = {
    "performative": ("done-by-adoption", "Done by adopting the paragraph."),
    "declaratory": ("declaratory", "The verb declares; it asks nobody to act."),
    "permission": ("standing", "A permission: it asks for nothing."),
}
_OPEN = ("open", "The words ask for it and state no end; nothing entered here answers, ends or replaces it.")
_GOES_ON = ("continuous", "A task that goes on; the words state no end.")
_RULE = ("standing", "A rule to observe in all work: it calls for no activity of its own.")
_ELAPSED = ("elapsed", "The paragraph limits itself to {}, which has passed.")
_RUNS = ("open", "The paragraph is for {}, which runs.")
_UNKNOWN = ("unknown", "The force of the verb is not known.")
_NO_VERB = ("unknown", "No operative verb was found in the paragraph.")


class StatementWriter:
    """Writes what is found in the words of provisions onto the paper."""

    def __init__(self, key: str, paper: Paper, draft: Draft, entries: Entries) -> None:
        self._key = key
        self._paper = paper
        self._draft = draft
        self._entries = entries
        self._asked: dict[str, tuple[Mention, ...]] = {}
        # The mandate that the items of a provision go on with, and what is told of it already.
        self._open: dict[str, tuple[str, set[tuple[str, str]]]] = {}

    # statements

    def statements(
        self, words: str, base: int, provision: str, path: str, voice: Voice, meaning: Meaning, printed: str
    ) -> int:
        """Write the statements of an operative paragraph or article; return how many there are."""
        found = self._resolved(meaning.statements(words), meaning, provision, provision)
        for place, statement in enumerate(found, 1):
            self._statement(statement, words, base, provision, f"{path}/s{place}", voice, printed, meaning)
        return len(found)

    def item_statements(
        self,
        words: str,
        base: int,
        provision: str,
        path: str,
        voice: Voice,
        meaning: Meaning,
        printed: str,
        over: str,
    ) -> None:
        """
        Write what an item says of its own, where a body speaks in it; “It” in it may mean who its paragraph asks.

        Of an item that goes on with its paragraph, what it tells belongs to the last mandate there.
        """
        found = self._resolved(meaning.statements(words, is_item=True), meaning, provision, over)
        if not found and over in self._open:
            self._open[provision] = self._open[over]
            name, told = self._open[over]
            more = self.told(meaning.details(words), base, voice)
            for pair in zip(more[::2], more[1::2], strict=True):
                if pair not in told:
                    told.add(pair)
                    self._paper.add(name, *pair)
        for place, statement in enumerate(found, 1):
            self._statement(statement, words, base, provision, f"{path}/s{place}", voice, printed, meaning)

    def _resolved(self, found: list[Statement], meaning: Meaning, provision: str, over: str) -> list[Statement]:
        """Put the actor that a pronoun certainly means in its place; of any other the list of doubts tells."""
        before = self._asked.get(over, ())
        kept = []
        for statement in found:
            asked = tuple(
                known for mention in statement.addressees for known in meaning.meant(mention, before) or (mention,)
            )
            if asked != statement.addressees:
                left = {mention.as_written for mention in asked if mention.key is None}
                doubts = tuple(d for d in statement.doubts if not d.startswith("Whom ") or any(w in d for w in left))
                statement = replace(statement, addressees=asked, doubts=doubts)
            before = asked or before
            kept.append(statement)
        self._asked[provision] = before
        return kept

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
        self,
        statement: Statement,
        words: str,
        base: int,
        provision: str,
        path: str,
        voice: Voice,
        printed: str,
        meaning: Meaning,
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
        kind = meaning.kind_of_act(act) if statement.is_mandate else ""
        if statement.is_mandate:
            pairs += [mg("requiredAct"), text(act or words[statement.start : statement.end].strip(), paper.language)]
            if not statement.addressees:
                pairs += [mg("notStated"), mg("addressee")]
        pairs += self._details(statement, base, voice, kind)
        pairs += self.documents(meaning, statement.verb, words, statement.verb_end, statement.end, voice, statement)
        paper.read(iri(ID, path), *pairs)
        if statement.is_mandate:
            self._open[provision] = (iri(ID, path), set(zip(pairs[::2], pairs[1::2], strict=True)))
        else:
            self._open.pop(provision, None)
        self._state(statement, path, base, provision, voice, kind)
        for doubt in statement.doubts:
            weight = Weight.VERB if "verb" in doubt else Weight.ACTOR
            # What no register knows is told once for the whole text, with a count.
            draft.look(weight, doubt if doubt.startswith("No register") else f"{printed}: {doubt}")

    def _state(self, statement: Statement, path: str, base: int, provision: str, voice: Voice, kind: str) -> None:
        """Write the state that the words leave: a period that they name is stated, all else inferred."""
        if not statement.is_mandate:
            state = _STATES.get(statement.force, _UNKNOWN)
            verb = self._paper.span(base + statement.verb_start, base + statement.verb_end)
            where = [mg("restsOn"), provision, mg("textSpan"), verb] if state is not _UNKNOWN else []
            self.status(path, state, voice.adopted, where=where)
            return
        details = statement.details
        period = next((period for period in details.periods if _is_ahead(period, voice)), None)
        if period is not None and voice.adopted:
            value, why = _ELAPSED if period.latest < voice.adopted else _RUNS
            where = [mg("restsOn"), provision, mg("textSpan"), self._paper.span(base + period.start, base + period.end)]
            self.status(path, (value, why.format(period.as_written)), voice.adopted, "stated", where)
        elif kind == "standing":
            self.status(path, _RULE, voice.adopted)
        else:
            goes_on = details.recurrences or kind == "sustained"
            self.status(path, _GOES_ON if goes_on else _OPEN, voice.adopted)

    def documents(
        self,
        meaning: Meaning,
        verb: str,
        words: str,
        start: int,
        end: int,
        voice: Voice,
        statement: Statement | None = None,
    ) -> list[str]:
        """
        Return what a statement does to the documents and bodies that it names, as predicates and objects.

        What follows the verb at once is its object: adopted, established, brought up to date. An act is in keeping
        with what its words rest on; anything else is mentioned.
        """
        pairs: dict[tuple[str, str], None] = {}
        taken: set[str] = set()
        if statement is not None:
            named = (statement.addressees, statement.details.recipients, statement.details.beneficiaries)
            more = (statement.details.consulted, statement.details.supporters)
            taken = {mention.key for group in (*named, *more) for mention in group if mention.key}
        spans = []
        found = meaning.citations(words, voice.organ)
        inside_titles = titles_of(words, found)
        for citation in found:
            if not (citation.path and start <= citation.start < end) or citation in inside_titles:
                continue
            spans.append((citation.start, citation.end))
            term = meaning.bearing(words, start, citation.start, verb)
            path = self._entries.version(citation.path, voice.year)
            if path not in {known for _, known in pairs}:
                pairs[term or "mentions", path] = None
        if voice.keeping and not any(path == voice.keeping and term != "mentions" for term, path in pairs):
            pairs.pop(("mentions", voice.keeping), None)
            pairs["inKeepingWith", voice.keeping] = None
        for mention in meaning.mentions(words):
            inside = any(begin <= mention.start < finish for begin, finish in spans)
            if start <= mention.start < end and mention.key and mention.key not in taken and not inside:
                term = meaning.bearing(words, start, mention.start, verb)
                taken.add(mention.key)
                pairs[term if term == "establishes" else "mentions", mention.key] = None
        return [part for term, path in pairs for part in (mg(term), iri(ID, path))]

    def _named(self, term: str, mentions: Sequence[Mention]) -> list[str]:
        pairs: list[str] = []
        for mention in mentions:
            if mention.key is not None:
                pairs += [mg(term), iri(ID, mention.key)]
            elif term == "addressee":
                pairs += [mg("addresseeAsWritten"), text(mention.as_written, self._paper.language)]
        return pairs

    def _details(self, statement: Statement, base: int, voice: Voice, kind: str) -> list[str]:
        details = statement.details
        pairs = self.told(details, base, voice)
        if statement.is_mandate:
            dates = [date for date in (*details.periods, *details.deadlines) if isinstance(date, DateFound)]
            ends = max((date.latest for date in dates if _is_ahead(date, voice)), default="")
            pairs += [mg("ends"), typed(ends, "date")] if ends else []
            unsaid = ["begins", *([] if ends else ["ends"]), "programmeArea", "priority"]
            pairs += [part for term in unsaid for part in (mg("notStated"), mg(term))]
            if kind or details.recurrences:
                pairs += [mg("dutyKind"), kos("duty-once" if kind == "once" else "duty-sustained")]
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

    def status(
        self, path: str, state: tuple[str, str], day: str, how: str = "inferred", where: Sequence[str] = ()
    ) -> None:
        """
        Write the state of a statement or task as its words tell it, on the day of the text.

        A text that tells no day leaves it open; whoever accepts the draft says for which day it holds. `where` says
        which words it rests on.
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
            kos(f"status-{how}"),
            mg("basis"),
            text(why, "en"),
            *where,
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


def _is_ahead(date: DateFound, voice: Voice) -> bool:
    """Whether a date lies not before the year of the text: what is over by then is reported on, not asked for."""
    return bool(date.latest) and date.latest[:4] >= voice.year
