"""From a reading to its documents, in whatever languages it is written."""

from __future__ import annotations

from dataclasses import replace

from mandategraph.ingest.lexicon import Lexicon, Lexicons
from mandategraph.ingest.reading import Block, Kind, Reading
from mandategraph.ingest.structure.languages import parted
from mandategraph.ingest.structure.misread import misread_numbers
from mandategraph.ingest.structure.outline import Document, Part, Unit
from mandategraph.ingest.structure.resolution import ResolutionReader
from mandategraph.ingest.structure.runs import split_runs

# Formats of data: what lies in them is entries of a list, whatever verb opens their words.
_RECORDS = frozenset({"json"})


def read_structure(reading: Reading, lexicons: Lexicons) -> tuple[Reading, list[Document]]:
    """
    Return the reading with run-on paragraphs cut, and its documents in order.

    An original in two languages gives the documents of both, the ones of the second language with `expression_of`.
    """
    if reading.format in _RECORDS:
        return reading, [_records(reading)]
    reading = misread_numbers(reading)
    by_language = lexicons.by_language
    parts = parted(reading)
    main = parts[0][0] or reading.language
    lexicon = by_language.get(main) or lexicons.of_text([reading.words(block) for block in reading.blocks[:200]])
    cut = split_runs(reading, lexicon)
    if len(cut.blocks) != len(reading.blocks):
        parts = parted(cut)
    documents: list[Document] = []
    for language, blocks in parts:
        own = by_language.get(language) or (lexicon if not documents else None)
        found = _in_language(cut, blocks, language, own)
        if documents:
            first = [place for place, document in enumerate(documents) if document.expression_of is None]
            same = len(found) == len(first)
            for place, document in enumerate(found):
                document.expression_of = first[place] if same else first[0]
        documents += found
    if len(parts) > 1:
        names = " and ".join(language for language, _ in parts)
        cut = replace(
            cut, notes=(*cut.notes, f"The text is an original in several languages ({names}); each was read apart.")
        )
    _check_for_paragraphs(documents)
    return cut, documents


def _records(reading: Reading) -> Document:
    parts = {Kind.FURNITURE: Part.FURNITURE, Kind.HEADING: Part.HEADING}
    language = reading.language or parted(reading)[0][0]
    document = Document(
        [Unit(parts.get(block.kind, Part.PARAGRAPH), block, block.number) for block in reading.blocks], [], language
    )
    document.notes.append("The file holds records, not a text: no paragraphs of a resolution were looked for in them.")
    return document


def _in_language(reading: Reading, blocks: list[Block], language: str, lexicon: Lexicon | None) -> list[Document]:
    if lexicon is not None:
        found = [document for document in ResolutionReader(reading, lexicon, blocks).documents() if document.units]
        for document in found:
            document.language = language or lexicon.language
        return found or [Document(language=language)]
    document = Document([Unit(Part.PARAGRAPH, block, block.number) for block in blocks], language=language)
    document.notes.append(
        f"No drafting words are known for the language “{language}”: its paragraphs were not told apart."
    )
    return [document]


def _check_for_paragraphs(documents: list[Document]) -> None:
    """No document ends silently without an operative paragraph."""
    for document in documents:
        parts = {unit.part for unit in document.walk()}
        if not parts & {Part.OPERATIVE, Part.ARTICLE}:
            kind = "a preamble but not" if Part.PREAMBLE in parts else "neither a preamble nor"
            document.notes.append(
                f"The text has {kind} an operative paragraph; if it is a resolution, they were not recognised."
            )
