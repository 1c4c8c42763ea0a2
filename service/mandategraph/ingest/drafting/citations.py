"""What words cite, written down: by symbol, name or title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mandategraph.core.namespaces import ID
from mandategraph.ingest.drafting.draft import Draft, Weight
from mandategraph.ingest.drafting.paper import TYPE, Paper, iri, mg, text
from mandategraph.ingest.drafting.registers import Entries
from mandategraph.ingest.drafting.voice import Voice
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.meaning.found import Citation

_TITLE_AFTER = re.compile(r"\s*,?\s*[“\"«‘](?P<title>[^”\"»’]{4,300})[”\"»’]")
_TITLE_BEFORE = re.compile(r"[“\"«‘](?P<title>[^“”\"«»]{4,300})[”\"»’]\s*,?\s*\(\Z")


class CitationWriter:
    """Writes the citations in words onto the paper, each once for its place."""

    def __init__(self, paper: Paper, draft: Draft, entries: Entries) -> None:
        self._paper = paper
        self._draft = draft
        self._entries = entries

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
            document = self._entries.document(self._entries.version(citation.path, voice.year), citation.symbol, issuer)
            pairs += [mg("refersTo"), document]
        else:
            self._draft.look(Weight.CITATION, f"“{citation.as_written}” names a document that was not recognised.")
        if citation.pinpoint is not None:
            pairs += [mg("pinpoint"), text(citation.pinpoint.as_written, paper.language)]
        paper.read(name, *pairs)
        return document

    def recalled(self, meaning: Meaning, words: str, base: int, place: str, voice: Voice) -> None:
        """Write the citations in the words of a provision: what it names, it recalls."""
        for document in self.citations(meaning.citations(words, voice.organ), words, base, place, voice):
            self._paper.add(place, mg("recalls"), document)

    def citations(self, found: Sequence[Citation], words: str, base: int, place: str, voice: Voice) -> list[str]:
        """
        Write citations in their order and return the documents.

        A title in quotation marks right after a symbol, or right before a symbol in brackets, is the title of that
        document and cites nothing of its own.
        """
        documents: dict[str, None] = {}
        inside_titles = titles_of(words, found)
        for citation in found:
            if citation in inside_titles:
                continue
            documents[self.citation(citation, base, place, voice)] = None
            title = quoted_title(words, citation) if citation.kind == "symbol" else None
            if title is not None:
                name = iri(ID, f"citation/{self._paper.sha12}/{base + citation.start}-{base + citation.end}")
                written = " ".join(words[title[0] : title[1]].split())
                self._paper.add(name, mg("citedTitle"), text(written, self._paper.language))
        return [document for document in documents if document]

    def title(self, citation: Citation, base: int, words: str) -> None:
        """Say that words that stand below a citation, in quotation marks, are the title of what it cites."""
        written = " ".join(words.split()).strip(' “”"«».,')
        name = iri(ID, f"citation/{self._paper.sha12}/{base + citation.start}-{base + citation.end}")
        self._paper.add(name, mg("citedTitle"), text(written, self._paper.language))


def titles_of(words: str, found: Sequence[Citation]) -> list[Citation]:
    """Return what only stands within the title of a document that is cited by its symbol."""
    if len(found) < 2:
        return []
    titles = [title for one in found if one.kind == "symbol" and (title := quoted_title(words, one)) is not None]
    return [one for one in found if any(start <= one.start and one.end <= end for start, end in titles)]


def quoted_title(words: str, citation: Citation) -> tuple[int, int] | None:
    """
    Return where the title beside a symbol stands, without its quotation marks, None where there is none.

    >>> words = "AG/RES. 1 (I-O/70), “On lamps,” paragraph 1"
    >>> start, end = quoted_title(words, Citation(0, 18, words[:18])) or (0, 0)
    >>> words[start:end]
    'On lamps'
    """
    after = _TITLE_AFTER.match(words, citation.end)
    before = _TITLE_BEFORE.search(words[: citation.start]) if after is None else None
    found = after or before
    if found is None:
        return None
    start, end = found.span("title")
    return start, end - (len(words[start:end]) - len(words[start:end].rstrip(" ,.")))
