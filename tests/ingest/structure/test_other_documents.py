"""Everything that the manifest of the given documents counts is found again; what cannot be is listed with a reason."""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mandategraph.ingest.lexicon import Lexicon, Lexicons
from mandategraph.ingest.meaning import Meaning
from mandategraph.ingest.readers.choose import read_document
from mandategraph.ingest.reading import Kind, Reading
from mandategraph.ingest.structure.outline import Document, Part, Unit
from mandategraph.ingest.structure.read import read_structure

DATA = Path(__file__).resolve().parents[3] / "data"
SAYS_NOTHING = {"file", "title", "origin", "kind", "format", "note", "chars", "bytes", "truncated", "count_is"}
NOT_COUNTED = {
    "language": "a word, held by its own test below",
    "labelled_operative_all_levels": "labels of one column of a two-language page; the numbers of both are counted",
    "labelled_operative_level1": "the same",
    "calendar_table": "whether there is one, not how much is in it; the reading of work plans has tests of its own",
    "deliverables_table": "the same",
    "mandate_list": "the same",
}
# Where the manifest miscounts: what is plainly there. The first run of the Cyprus page has an eighth paragraph after a
# note at the page's foot; the outline types its 43 paragraph numbers and those of its headings and items.
MISCOUNTED = {
    ("un_s_res_186_1964.txt", "operative_paragraphs_counted"): 20,
    ("un_ppb2026_plan_outline.docx", "numbered_text_paragraphs"): 55,
}


class Read:
    """A document as read, its units, and what is counted in it."""

    def __init__(self, name: str, data: bytes) -> None:
        self.reading: Reading
        self.documents: list[Document]
        self.reading, self.documents = read_structure(read_document(name, data), lexicons())

    def units(self, *parts: Part) -> list[Unit]:
        return [unit for document in self.documents for unit in document.of_part(*parts)]

    def operative(self) -> int:
        if self.reading.format == "json":
            return self.filled("document_paragraph")
        found = self.units(Part.OPERATIVE, Part.ARTICLE)
        numbered = [unit for unit in found if unit.number is not None and unit.number.printed[:1] not in "ABC"]
        articles = self.units(Part.ARTICLE)
        return len(articles) if articles else len(numbered or found)

    def runs(self) -> list[int]:
        counted = [
            sum(
                unit.number is not None and unit.number.printed[:1].isdigit()
                for unit in document.of_part(Part.OPERATIVE)
            )
            for document in self.documents
        ]
        return sorted(count for count in counted if count)

    def filled(self, head: str) -> int:
        cells = [(block.cell, self.reading.words(block)) for block in self.reading.blocks if block.cell is not None]
        columns = {cell.column for cell, words in cells if cell.row == 0 and words == head}
        return len({cell.row for cell, _ in cells if cell.row and cell.column in columns})

    def tables(self) -> int:
        return len({block.cell.table for block in self.reading.blocks if block.cell is not None})

    def numbers(self, *, computed: bool) -> int:
        return sum(block.number is not None and block.number.computed is computed for block in self.reading.blocks)

    def said(self, language: str, organisation: str, what: str) -> Iterator[Any]:
        meaning = reader(language, organisation)
        for block in self.reading.blocks:
            yield from getattr(meaning, what)(self.reading.words(block))


@functools.cache
def lexicons() -> Lexicons:
    files = sorted((DATA / "languages").glob("*.toml"), key=lambda path: path.stem != "en")
    return Lexicons(Lexicon(tomllib.loads(path.read_text(encoding="utf-8"))) for path in files)


@functools.cache
def reader(language: str, organisation: str) -> Meaning:
    def table(path: str) -> dict[str, Any]:
        return tomllib.loads((DATA / path).read_text(encoding="utf-8"))

    words, grammar = table(f"languages/{language}.toml"), table(f"meaning/{language}.toml")
    return Meaning(words, grammar, table("meaning/verbs.toml"), table(f"{organisation}/organisation.toml"), ())


def days(read: Read, language: str) -> set[str]:
    return {date.edtf for date in read.said(language, "mercosur", "dates")}


def written(day: str) -> str:
    """“01/I/2015” as it is said everywhere."""
    months = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
    date, month, year = day.split("/")
    return f"{year}-{months.index(month) + 1:02}-{date}"


# What a row of the manifest counts: what was found, and whether that is enough.
Counts = Callable[[Read, Any, dict[str, Any]], tuple[Any, bool]]


def equal(count: Callable[[Read], Any]) -> Counts:
    def compare(read: Read, due: Any, _: dict[str, Any]) -> tuple[Any, bool]:
        found = count(read)
        return found, found == due

    return compare


def recitals(read: Read) -> int:
    return len({block.place for block in read.reading.blocks if block.place.startswith("recital")})


def tracked(read: Read) -> int:
    notes = [note for note in read.reading.notes if note.startswith("Tracked changes")]
    return sum(int(note.rsplit(" ", 1)[1].rstrip(".")) for note in notes)


def runs(read: Read, due: list[int], _: dict[str, Any]) -> tuple[Any, bool]:
    found = read.runs()
    return found, len(found) == len(due) and all(one >= other for one, other in zip(found, sorted(due), strict=True))


def cited(read: Read, due: int, _: dict[str, Any]) -> tuple[Any, bool]:
    found = len(set(re.findall(r"\b\d{2}/\d{1,3}\b", read.reading.text)))
    return found, found >= due


def symbols(read: Read, due: int, entry: dict[str, Any]) -> tuple[Any, bool]:
    said = {citation.symbol for citation in read.said(entry["language"], "oas", "citations")}
    found = len({symbol for symbol in said if symbol.startswith(("AG/RES.", "AG/DEC."))})
    return found, found == due


def deadlines(read: Read, due: list[str] | str, entry: dict[str, Any]) -> tuple[Any, bool]:
    found = days(read, entry["language"])
    return found, {written(due)} <= found if isinstance(due, str) else set(due) <= found


COUNTED: dict[str, Counts] = {
    "operative_paragraphs_counted": equal(Read.operative),
    "numbered_runs": runs,
    "recitals": equal(recitals),
    "tables": equal(Read.tables),
    "auto_numbered_paragraphs": equal(functools.partial(Read.numbers, computed=True)),
    "numbered_text_paragraphs": equal(functools.partial(Read.numbers, computed=False)),
    "tracked_changes": equal(tracked),
    "cited_resolution_numbers": cited,
    "actions": equal(lambda read: read.filled("action_number")),
    "with_delivery_date": equal(lambda read: read.filled("delivery_date")),
    "table_rows": equal(lambda read: len({b.cell.row for b in read.reading.blocks if b.cell and b.kind is Kind.CELL})),
    "sub_items": equal(lambda read: len(read.units(Part.ITEM, Part.BULLET))),
    "symbols": symbols,
    "deadline": deadlines,
    "deadlines": deadlines,
}


@pytest.fixture
def manifest(shared: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((shared / "corpus/other/manifest.json").read_text())["documents"]
    assert len(rows) >= 19
    return rows


def test_every_key_of_the_manifest_is_counted_or_listed(manifest: list[dict[str, Any]]) -> None:
    """Nothing that the manifest says is passed over."""
    said = {key for row in manifest for key in row} - SAYS_NOTHING
    assert said == COUNTED.keys() | NOT_COUNTED.keys()
    assert all(NOT_COUNTED.values())


def test_every_row_of_the_manifest(shared: Path, manifest: list[dict[str, Any]]) -> None:
    """Each count of each document."""
    checked, wrong = 0, {}
    for row in manifest:
        name = row["file"]
        read = Read(name, (shared / "corpus/other" / name).read_bytes())
        for key in COUNTED.keys() & row.keys():
            due = MISCOUNTED.get((name, key), row[key])
            found, right = COUNTED[key](read, due, row)
            checked += 1
            if not right:
                wrong[f"{name}: {key}"] = (found, due)
    assert checked > 40
    assert wrong == {}


def test_the_languages_of_the_manifest(shared: Path, manifest: list[dict[str, Any]]) -> None:
    """Each document is read in its language, or in both of its languages."""
    wrong = {}
    for row in manifest:
        read = Read(row["file"], (shared / "corpus/other" / row["file"]).read_bytes())
        found = {document.language for document in read.documents}
        if found != set(row["language"].split("+")):
            wrong[row["file"]] = found
    assert wrong == {}
