"""From a reading to a draft graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mandategraph.core.namespaces import AT, DCTERMS, PROV, RDFS
from mandategraph.core.symbols import Symbols
from mandategraph.ingest.drafting.draft import Draft, Weight
from mandategraph.ingest.drafting.paper import TYPE, Paper, iri, kos, mg, text, typed
from mandategraph.ingest.drafting.plans import PlanWriter
from mandategraph.ingest.drafting.registers import Registers
from mandategraph.ingest.drafting.work import Work
from mandategraph.ingest.lexicon import Lexicons
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.reading import Reading
from mandategraph.ingest.structure.read import read_structure
from mandategraph.ingest.workplan.reader import PlanReader, is_work_plan


class Drafter:
    """
    Makes drafts for one organisation: `key` its path ("un"), `symbols` how it prints them, `meanings` by language.

    `graph` is the IRI of the review graph, in which a draft lies until somebody accepts it.
    """

    def __init__(
        self,
        key: str,
        symbols: Symbols,
        lexicons: Lexicons,
        meanings: Mapping[str, Meaning],
        plan_words: Mapping[str, Any],
        registers: Registers,
        graph: str,
        version: str,
    ) -> None:
        self._key = key
        self._symbols = symbols
        self._lexicons = lexicons
        self._meanings = meanings
        self._plan_words = plan_words
        self._registers = registers
        self._graph = graph
        self._version = version

    def draft(self, reading: Reading) -> Draft:
        """Return the draft of a reading; what was not understood is in its notes, never left out."""
        if is_work_plan(reading, self._plan_words):
            lexicon = self._lexicons.of_text([reading.words(block) for block in reading.blocks])
            work = self._work(reading, lexicon.language)
            meaning = self._meanings.get(lexicon.language) or self._meanings["en"]
            PlanWriter(work, meaning, self._plan_words).write(
                PlanReader(reading, lexicon, meaning, self._plan_words).plan()
            )
        else:
            reading, documents = read_structure(reading, self._lexicons)
            language = next((document.language for document in documents if document.language), "en")
            work = self._work(reading, language)
            for place, document in enumerate(documents):
                work.document(document, place)
        paper, draft, language = work.paper, work.draft, work.paper.language
        paper.add(
            paper.source,
            TYPE,
            mg("SourceText"),
            f"<{DCTERMS}identifier>",
            text(f"text/{paper.sha12}"),
            f"<{DCTERMS}title>",
            text(reading.file),
            f"<{DCTERMS}language>",
            f"<http://id.loc.gov/vocabulary/iso639-1/{language}>",
            mg("audience"),
            kos("audience-public"),
            mg("sha256"),
            text(reading.sha256),
            mg("characters"),
            typed(len(reading.text), "integer"),
            f"<{PROV}wasAttributedTo>",
            iri(AT, f"{self._key}/agent/mandategraph-ingest"),
        )
        paper.add(
            iri(AT, f"{self._key}/agent/mandategraph-ingest"),
            TYPE,
            f"<{PROV}SoftwareAgent>",
            f"<{RDFS}label>",
            text(f"Mandate Graph {self._version}, reading of documents", "en"),
        )
        work.entries.close()
        work.account.close()
        name = reading.file.splitlines()[0] if reading.file else ""
        head = f"Draft of {name}, read by Mandate Graph {self._version}; SHA-256 of the file {reading.file_sha256}."
        draft.language, draft.standing, draft.quoted = language, paper.own_standing, paper.quoted
        draft.trig = paper.trig(self._graph, head)
        return draft

    def _work(self, reading: Reading, language: str) -> Work:
        draft = Draft(reading.file, "", reading.text, reading.file_sha256)
        for note in reading.notes:
            draft.look(Weight.READING, note)
        paper = Paper(reading, "provisional", language)
        return Work(self._key, self._symbols, self._meanings, self._registers, paper, draft)
