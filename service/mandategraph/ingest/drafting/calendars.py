"""The quads of a plan's calendar: entries, dates, agenda, guests, the mandates cited, and suggested links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mandategraph.core.namespaces import AT, DCTERMS, ID, PROV
from mandategraph.ingest.drafting.draft import Weight
from mandategraph.ingest.drafting.identity import Identity
from mandategraph.ingest.drafting.keys import key_of, short_of, slug_of
from mandategraph.ingest.drafting.paper import TYPE, iri, kos, mg, text, typed
from mandategraph.ingest.drafting.reproduced import Naming
from mandategraph.ingest.drafting.voice import Voice
from mandategraph.ingest.proposals import Asked, Candidate, proposals
from mandategraph.ingest.reading import Block
from mandategraph.ingest.workplan.outline import AgendaPart, CalendarEntry, Guest, WorkPlan

if TYPE_CHECKING:
    from mandategraph.ingest.drafting.work import Work
    from mandategraph.ingest.meaning import Meaning

_NEAR = 12
_LABEL = re.compile(r"(?:^|[\n\r])[^\S\n]*(\w+:\s*)\Z")


class CalendarWriter:
    """Writes the entries of a calendar that was read."""

    def __init__(
        self, work: Work, meaning: Meaning, words: Mapping[str, Any], identity: Identity, voice: Voice, naming: Naming
    ) -> None:
        self._work = work
        self._paper = work.paper
        self._meaning = meaning
        self._words = words
        self._identity = identity
        self._voice = voice
        self._naming = naming
        self._keys: set[str] = set()
        self._given = work.entries.keys(identity.path)
        self._asked: list[Asked] = []

    def write(self, plan: WorkPlan) -> None:
        """Write all entries, and what they may contribute to."""
        heading = next((section.heading for section in plan.sections if section.kind == "calendar"), None)
        for entry in plan.calendar:
            self._entry(entry, heading)
        self._suggest()

    def _text(self, block: Block) -> str:
        return self._paper.reading.words(block)

    def _key(self, title: str, over: str = "") -> str:
        """The key that people have given to an entry with these words; else one made of the words."""
        return self._unique(over + (self._given.get(" ".join(title.casefold().split())) or key_of(title)))

    # entries

    def _entry(self, entry: CalendarEntry, heading: Block | None) -> None:
        paper = self._paper
        block = next(iter(entry.words), None)
        if entry.agenda:
            title = "; ".join(paper.reading.text[part.start : part.end].rstrip(". ") for part in entry.agenda)
        else:
            title = self._text(block) if block is not None else ""
        title = " ".join(title.split()).rstrip(".") or f"Entry {entry.order}"
        key = self._key(title)
        path = f"{self._identity.local}/activity/{key}"
        name = iri(AT, path)
        themes = list(dict.fromkeys(theme.key for theme in self._meaning.themes(title)))
        pairs = [
            TYPE,
            mg("ScheduledActivity"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("scheduledIn"),
            iri(ID, self._identity.path),
            mg("introducedIn"),
            iri(ID, f"{self._identity.path}/v/1"),
            mg("order"),
            typed(entry.order, "integer"),
            f"<{DCTERMS}title>",
            text(title, paper.language),
        ]
        form = self._form(title)
        pairs += [mg("form"), kos(f"form-{form}")] if form else []
        pairs += [part for theme in themes for part in (mg("theme"), iri(ID, theme))]
        pairs += [part for term in ("place", "expectedResult") for part in (mg("notStated"), mg(term))]
        date = self._date(entry)
        pairs += [mg("plannedTime"), date] if date else []
        if block is not None and not entry.agenda:
            pairs += [mg("textSpan"), paper.span(block.start, block.end)]
            pairs += self._named(block, name, entry)
        paper.read(name, *pairs)
        self._work.draft.activities += 1
        documents = self._mandates(entry, name, key)
        for part in entry.agenda:
            self._item(part, name, path)
        for block in entry.words[0 if entry.agenda else 1 :]:
            self._further(block, name, entry)
        for guest in entry.guests:
            self._guest(guest, name, key)
        self._organizer(name, key, title, heading)
        self._conducted(name, key, title)
        for note in entry.notes:
            self._work.draft.look(Weight.NUMBERS, f"Entry {entry.order}: {note}")
        self._asked.append(Asked(name, title, documents, themes))

    def _named(self, block: Block, name: str, entry: CalendarEntry) -> list[str]:
        """What the title of an entry names: documents, bodies without a part in it, the session that it prepares."""
        words, pairs = self._text(block), []
        citations = self._naming.with_own(words, block.start, self._meaning.citations(words, self._voice.organ))
        documents = self._work.cites.citations(citations, words, block.start, name, self._voice)
        pairs += [part for document in documents for part in (mg("mentions"), document)]
        details = self._meaning.details(words)
        recipients = {mention.key for mention in details.recipients if mention.key}
        taken = {guest.key for guest in entry.guests} | recipients
        pairs += [part for key in sorted(recipients) for part in (mg("recipient"), iri(ID, key))]
        for session in self._meaning.sessions(words):
            before = words[: session.start].rstrip().casefold()
            if before.endswith(tuple(self._words.get("prepares", {}).get("words", []))):
                after = [one.key for one in self._meaning.mentions(words) if 0 <= one.start - session.end <= _NEAR]
                of = session.of.key if session.of is not None else None
                organ = next(
                    (organ for key in (of, *reversed(after)) if (organ := self._voice.organ_of(key or "-"))), ""
                )
                body = self._work.bodies.get(organ, "")
                if body:
                    found = self._work.entries.session(organ, body, session.number, session.kind)
                    pairs += [mg("prepares"), found]
        inside = [(citation.start, citation.end) for citation in citations]
        for mention in self._meaning.mentions(words):
            if mention.key and mention.key not in taken and not any(a <= mention.start < b for a, b in inside):
                taken.add(mention.key)
                if not self._is_conducting(words.lstrip(), mention.start):
                    pairs += [mg("mentions"), iri(ID, mention.key)]
        return pairs

    def _form(self, title: str) -> str:
        """The form whose word stands first in a title, the longest of those that begin there."""
        folded, found = title.casefold(), []
        for form, words in self._words.get("forms", {}).items():
            for word in words:
                place = re.search(rf"\b{re.escape(word)}\b", folded)
                if place is not None:
                    found.append((place.start(), -len(word), str(form)))
        return min(found, default=(0, 0, ""))[2]

    def _date(self, entry: CalendarEntry) -> str:
        if entry.date is None:
            return ""
        written = ", ".join(" ".join(self._text(block).split()) for block in entry.dates)
        name = self._work.says.date(entry.date, 0, written)
        for block in entry.dates[1:]:
            self._paper.add(name, mg("textSpan"), self._paper.span(block.start, block.end))
        return name

    def _mandates(self, entry: CalendarEntry, name: str, key: str) -> list[str]:
        """The links that the column of mandates states; return the addresses of the documents."""
        cited: dict[str, list[tuple[int, int]]] = {}
        for block in entry.mandates:
            own = [citation for place, citation in entry.citations if place is block]
            for at, citation in enumerate(own):
                end = block.start + own[at + 1].start if at + 1 < len(own) else block.end
                if citation.path:
                    cited.setdefault(citation.path, []).append(self._trimmed(block.start + citation.start, end))
            self._work.cites.citations(own, self._text(block), block.start, name, self._voice)
            if not own and cited:
                # The title below a symbol belongs to it.
                cited[next(reversed(cited))].append((block.start, block.end))
                last = [(place, one) for place, one in entry.citations if place.start < block.start][-1:]
                for place, citation in last:
                    self._work.cites.title(citation, place.start, self._text(block))
        for path, spans in cited.items():
            pairs = [
                TYPE,
                mg("TraceLink"),
                mg("from"),
                name,
                mg("to"),
                iri(ID, path),
                mg("linkType"),
                kos("link-cites"),
                mg("assertionStatus"),
                kos("status-stated"),
                mg("basis"),
                text("Column “mandate” of the calendar.", "en"),
            ]
            pairs += [part for start, end in spans for part in (mg("textSpan"), self._paper.span(start, end))]
            self._paper.read(iri(AT, f"{self._work.key}/link/{key}-cites-{short_of(path)}"), *pairs)
        return list(cited)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        words = self._paper.reading.text[start:end].rstrip(" ,;.\t\n")
        return end - len(self._paper.reading.text[start:end].lstrip()), start + len(words)

    def _item(self, part: AgendaPart, name: str, over: str) -> None:
        paper = self._paper
        words = paper.reading.text[part.start : part.end]
        title = words.rstrip(". ")
        path = self._key(title, f"{over}/item/")
        item = iri(AT, path)
        pairs = [
            TYPE,
            mg("AgendaItem"),
            f"<{DCTERMS}identifier>",
            text(path),
            mg("agendaOf"),
            name,
            mg("number"),
            text(part.number),
            mg("order"),
            typed(part.number, "integer"),
            f"<{DCTERMS}title>",
            text(" ".join(title.split()), paper.language),
            mg("numberSpan"),
            paper.span(part.number_start, part.number_end),
            mg("textSpan"),
            paper.span(part.start, part.end),
        ]
        if any(re.search(rf"\b{re.escape(said)}", title.casefold()) for said in self._listed("procedural")):
            pairs += [mg("isProcedural"), typed("true", "boolean")]
        found = self._naming.with_own(words, part.start, self._meaning.citations(words, self._voice.organ))
        documents = self._work.cites.citations(found, words, part.start, item, self._voice)
        pairs += [piece for document in documents for piece in (mg("mentions"), document)]
        inside = [(citation.start, citation.end) for citation in found]
        for mention in self._meaning.mentions(words):
            if mention.key and not any(start <= mention.start < end for start, end in inside):
                pairs += [mg("mentions"), iri(ID, mention.key)]
        paper.read(item, *pairs)

    def _listed(self, key: str) -> list[str]:
        return list(self._words.get(key, {}).get("words", []))

    def _further(self, block: Block, name: str, entry: CalendarEntry) -> None:
        """Words below the title that neither guests nor agenda take up belong to the entry as they stand."""
        inside = [(one.start, one.end) for one in entry.guests] + [(one.start, one.end) for one in entry.agenda]
        if block.end > block.start and not any(block.start <= start and end <= block.end for start, end in inside):
            self._paper.add(name, mg("textSpan"), self._paper.span(block.start, block.end))

    def _guest(self, guest: Guest, name: str, key: str) -> None:
        paper = self._paper
        written = paper.reading.text[guest.start : guest.end]
        who = guest.key.rsplit("/", 1)[-1] if guest.key is not None else slug_of(written)
        participation = self._participation(name, key, who)
        pairs = [
            TYPE,
            mg("Participation"),
            mg("role"),
            kos(f"role-{guest.role}"),
            mg("asWritten"),
            text(written, paper.language),
            mg("certainty"),
            kos(f"certainty-{guest.certainty}"),
            mg("assertionStatus"),
            kos("status-stated"),
            mg("textSpan"),
            paper.span(guest.start, guest.end),
        ]
        if guest.key is not None:
            pairs += [mg("actor"), iri(ID, guest.key)]
        else:
            named = dict.fromkeys(mention.key for mention in self._meaning.mentions(written) if mention.key)
            pairs += [part for one in named for part in (mg("mentions"), iri(ID, one))]
        if guest.is_person:
            pairs += [mg("memberKind"), kos("body-person")]
        if guest.certainty_end > guest.certainty_start:
            pairs += [mg("certaintySpan"), paper.span(*self._whole(guest.certainty_start, guest.certainty_end))]
        paper.read(participation, *pairs)

    def _whole(self, start: int, end: int) -> tuple[int, int]:
        """The words that give a certainty, with the label before them and the stop after them: “Note: …:”."""
        start, end = self._trimmed(start, end)
        source = self._paper.reading.text
        label = _LABEL.search(source, max(0, start - _NEAR), start)
        return (label.start(1) if label is not None else start), end + (source[end : end + 1] in (":", "."))

    def _organizer(self, name: str, key: str, title: str, heading: Block | None) -> None:
        """The body in the heading of the calendar organizes what the calendar lists: an inference, never stated."""
        elsewhere = tuple(self._words.get("elsewhere", {}).get("words", []))
        if not self._identity.body or heading is None or title.casefold().startswith(elsewhere):
            return
        if not any(mention.key == self._identity.body for mention in self._meaning.mentions(self._text(heading))):
            return
        self._paper.read(
            self._participation(name, key, self._identity.body.rsplit("/", 1)[-1]),
            TYPE,
            mg("Participation"),
            mg("role"),
            kos("role-organizer"),
            mg("actor"),
            iri(ID, self._identity.body),
            mg("assertionStatus"),
            kos("status-inferred"),
            mg("basis"),
            text(f"Heading of the table: {' '.join(self._text(heading).split())}", self._paper.language),
        )

    def _is_conducting(self, words: str, at: int) -> bool:
        before = re.sub(r"\s+(?:the|el|la|le|o)?\s*\Z", "", words[:at].casefold())
        return before in self._listed("conducted")

    def _conducted(self, name: str, key: str, title: str) -> None:
        """“Meeting of Working Group”: the body whose meeting or report it is conducts it, which is an inference."""
        for mention in self._meaning.mentions(title):
            if mention.key and self._is_conducting(title, mention.start):
                words = title[: mention.end]
                self._paper.read(
                    self._participation(name, key, mention.key.rsplit("/", 1)[-1]),
                    TYPE,
                    mg("Participation"),
                    mg("role"),
                    kos("role-conducted-by"),
                    mg("actor"),
                    iri(ID, mention.key),
                    mg("assertionStatus"),
                    kos("status-inferred"),
                    mg("basis"),
                    text(f"“{words}” in the words of the entry", "en"),
                )

    def _participation(self, name: str, key: str, who: str) -> str:
        """Return the name of a participation, once it hangs on its entry."""
        participation = iri(AT, self._unique(f"{self._work.key}/participation/{key}-{who}"))
        self._paper.add(name, mg("participation"), participation)
        return participation

    def _unique(self, path: str) -> str:
        candidate, count = path, 1
        while candidate in self._keys:
            count += 1
            candidate = f"{path}-{count}"
        self._keys.add(candidate)
        return candidate

    # suggestions

    def _suggest(self) -> None:
        """Write the links to paragraphs that a person may confirm."""
        candidates = [
            Candidate(path, document, words, [theme.key for theme in self._meaning.themes(words)])
            for path, document, words in self._work.paragraphs
        ]
        suggester = iri(AT, f"{self._work.key}/agent/mandategraph-ingest")
        for place, found in enumerate(proposals(self._asked, candidates), 1):
            self._work.draft.proposals += 1
            self._paper.read(
                iri(AT, f"{self._work.key}/link/proposal-{self._paper.sha12}-{place}"),
                TYPE,
                mg("TraceLink"),
                mg("from"),
                found.name,
                mg("to"),
                iri(ID, found.path),
                mg("linkType"),
                kos("link-contributes"),
                mg("assertionStatus"),
                kos("status-proposed"),
                mg("basis"),
                text(found.basis, "en"),
                mg("score"),
                typed(found.score, "decimal"),
                f"<{PROV}wasAttributedTo>",
                suggester,
            )
