"""The quads of a plan's calendar: entries, dates, agenda, guests, the mandates cited, and suggested links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mandategraph.core.namespaces import AT, DCTERMS, ID, PROV
from mandategraph.ingest.drafting.draft import Weight
from mandategraph.ingest.drafting.identity import Identity
from mandategraph.ingest.drafting.paper import TYPE, iri, kos, mg, text, typed
from mandategraph.ingest.drafting.statements import Voice
from mandategraph.ingest.meaning.found import Citation
from mandategraph.ingest.proposals import Asked, Candidate, proposals
from mandategraph.ingest.reading import Block
from mandategraph.ingest.workplan.outline import AgendaPart, CalendarEntry, Guest, WorkPlan

if TYPE_CHECKING:
    from mandategraph.ingest.drafting.work import Work
    from mandategraph.ingest.meaning import Meaning

_LONGEST_KEY = 60
_SMALL_WORDS = """a an and the of on in for to with by
    de la el los las y en para con les des du et le da do e o"""
_SMALL = frozenset(_SMALL_WORDS.split())


def key_of(title: str) -> str:
    """
    Return a readable key made of a title.

    >>> key_of("Thematic meeting:  Migration and Health, with PAHO specialists")
    'thematic-meeting-migration-health-paho-specialists'
    """
    plain = unicodedata.normalize("NFKD", title.casefold())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    key = ""
    for word in (word for word in words if word not in _SMALL):
        if len(key) + len(word) >= _LONGEST_KEY:
            break
        key = f"{key}-{word}" if key else word
    return key or "entry"


class CalendarWriter:
    """Writes the entries of a calendar that was read."""

    def __init__(
        self, work: Work, meaning: Meaning, words: Mapping[str, Any], identity: Identity, voice: Voice
    ) -> None:
        self._work = work
        self._paper = work.paper
        self._meaning = meaning
        self._words = words
        self._identity = identity
        self._voice = voice
        self._keys: set[str] = set()
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
        key, count = key_of(title), 1
        candidate = over + key
        while candidate in self._keys:
            count += 1
            candidate = f"{over}{key}-{count}"
        self._keys.add(candidate)
        return candidate

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
            mg("order"),
            typed(entry.order, "integer"),
            f"<{DCTERMS}title>",
            text(title, paper.language),
        ]
        form = self._form(title)
        pairs += [mg("form"), kos(f"form-{form}")] if form else []
        pairs += [part for theme in themes for part in (mg("theme"), iri(ID, theme))]
        pairs += [part for term in ("place", "expectedResult") for part in (mg("notStated"), mg(term))]
        if block is not None and not entry.agenda:
            pairs += [mg("textSpan"), paper.span(block.start, block.end)]
        date = self._date(entry)
        pairs += [mg("plannedTime"), date] if date else []
        paper.read(name, *pairs)
        self._work.draft.activities += 1
        documents = self._mandates(entry, name, key)
        for part in entry.agenda:
            self._item(part, name, path)
        for block in entry.words[0 if entry.agenda else 1 :]:
            self._further(block, name, entry)
        for count, guest in enumerate(entry.guests, 1):
            self._guest(guest, name, f"{key}-{count}")
        self._organizer(name, key, title, heading)
        for note in entry.notes:
            self._work.draft.look(Weight.NUMBERS, f"Entry {entry.order}: {note}")
        self._asked.append(Asked(name, title, documents, themes))

    def _form(self, title: str) -> str:
        folded = title.casefold()
        for form, words in self._words.get("forms", {}).items():
            if any(re.search(rf"\b{re.escape(word)}\b", folded) for word in words):
                return str(form)
        return ""

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
                self._citation(citation, block, name)
            if not own and cited:
                # The title below a symbol belongs to it.
                cited[next(reversed(cited))].append((block.start, block.end))
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
                text("Column of the calendar that names the mandate.", "en"),
            ]
            pairs += [part for start, end in spans for part in (mg("textSpan"), self._paper.span(start, end))]
            self._paper.read(iri(AT, f"{self._work.key}/link/{key}-cites-{path.rsplit('/', 1)[-1]}"), *pairs)
        return list(cited)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        words = self._paper.reading.text[start:end].rstrip(" ,;\t\n")
        return start, start + len(words)

    def _citation(self, citation: Citation, block: Block, name: str) -> None:
        self._work.says.citation(citation, block.start, name, self._voice)

    def _item(self, part: AgendaPart, name: str, over: str) -> None:
        paper = self._paper
        title = paper.reading.text[part.start : part.end].rstrip(". ")
        path = self._key(title, f"{over}/item/")
        paper.read(
            iri(AT, path),
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
        )

    def _further(self, block: Block, name: str, entry: CalendarEntry) -> None:
        """Words below the title that neither guests nor agenda take up belong to the entry as they stand."""
        inside = [(one.start, one.end) for one in entry.guests] + [(one.start, one.end) for one in entry.agenda]
        if block.end > block.start and not any(block.start <= start and end <= block.end for start, end in inside):
            self._paper.add(name, mg("textSpan"), self._paper.span(block.start, block.end))

    def _guest(self, guest: Guest, name: str, key: str) -> None:
        paper = self._paper
        participation = iri(AT, f"{self._work.key}/participation/{key}")
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
        if guest.is_person:
            pairs += [mg("memberKind"), kos("body-person")]
        if guest.certainty_end > guest.certainty_start:
            pairs += [mg("certaintySpan"), paper.span(guest.certainty_start, guest.certainty_end)]
        paper.read(participation, *pairs)

    def _organizer(self, name: str, key: str, title: str, heading: Block | None) -> None:
        """The body in the heading of the calendar organizes what the calendar lists: an inference, never stated."""
        elsewhere = tuple(self._words.get("elsewhere", {}).get("words", []))
        if not self._identity.body or heading is None or title.casefold().startswith(elsewhere):
            return
        if not any(mention.key == self._identity.body for mention in self._meaning.mentions(self._text(heading))):
            return
        participation = iri(AT, f"{self._work.key}/participation/{key}-organizer")
        self._paper.add(name, mg("participation"), participation)
        self._paper.read(
            participation,
            TYPE,
            mg("Participation"),
            mg("role"),
            kos("role-organizer"),
            mg("actor"),
            iri(ID, self._identity.body),
            mg("assertionStatus"),
            kos("status-inferred"),
            mg("basis"),
            text(f"Heading of the calendar: {' '.join(self._text(heading).split())}", self._paper.language),
        )

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
