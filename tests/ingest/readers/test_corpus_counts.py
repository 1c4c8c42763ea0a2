"""What can be counted in the documents given to us, where the reader alone can tell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mandategraph.ingest.readers.choose import read_document
from mandategraph.ingest.reading import Kind, Reading
from mandategraph.ingest.worker import Worker

ARTICLE = re.compile(r"\b(?:article|artículo) [^,]*", re.IGNORECASE)


def articles(reading: Reading) -> int:
    return len({found.group() for block in reading.blocks if (found := ARTICLE.search(block.place))})


def tables(reading: Reading) -> int:
    return len({block.cell.table for block in reading.blocks if block.cell is not None})


def tracked(reading: Reading) -> int:
    return sum(int(note.rsplit(" ", 1)[1].rstrip(".")) for note in reading.notes if note.startswith("Tracked changes"))


def typed(reading: Reading) -> int:
    return sum(block.number is not None and not block.number.computed for block in reading.blocks)


COUNTS: list[tuple[str, str, Callable[[Reading], int]]] = [
    (".docx", "tables", tables),
    (".docx", "auto_numbered_paragraphs", lambda r: sum(bool(b.number and b.number.computed) for b in r.blocks)),
    (".docx", "tracked_changes", tracked),
    (".docx", "numbered_text_paragraphs", typed),
    (".xml", "operative_paragraphs_counted", articles),
    (".xml", "recitals", lambda r: len({b.place for b in r.blocks if b.place.startswith("recital")})),
    (".json", "actions", lambda r: max(b.cell.row for b in r.blocks if b.cell is not None)),
]


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "corpus" / "other"


@pytest.fixture
def manifest(folder: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text())["documents"]
    assert len(listed) > 10
    return listed


def test_every_count_of_the_manifest(folder, manifest):
    different = {}
    checked = 0
    for entry in manifest:
        file = folder / entry["file"]
        for suffix, key, count in COUNTS:
            if file.suffix == suffix and entry.get(key):
                checked += 1
                found = count(read_document(file.name, file.read_bytes()))
                if found != entry[key]:
                    different[f"{file.name}, {key}"] = (found, entry[key])
    assert checked >= 8
    assert different == {}


def test_the_table_of_the_pdf(folder):
    file = folder / "un80_progress_wp1.pdf"
    reading = read_document(file.name, file.read_bytes())
    places = {(block.cell.row, block.cell.column) for block in reading.blocks if block.cell is not None}
    assert places == {(row, column) for row in range(3) for column in range(4)}
    assert {block.page for block in reading.blocks} == {1}
    assert sum(block.kind is Kind.FURNITURE for block in reading.blocks) == 2


def test_every_file_is_read_and_loses_nothing(folder):
    """Blocks do not overlap, and between them stand only blanks and the strokes between the cells of a table."""
    files = sorted(file for file in folder.iterdir() if file.is_file())
    assert len(files) > 15
    with Worker() as worker:
        for file in files:
            reading = worker.read(file)
            covered = bytearray(len(reading.text))
            for block in reading.blocks:
                spans = [(block.start, block.end)]
                if block.number is not None:
                    spans.append((block.number.start, block.number.end))
                for start, end in spans:
                    assert not any(covered[start:end]), (file.name, block)
                    covered[start:end] = b"\1" * (end - start)
            left = "".join(letter for letter, held in zip(reading.text, covered, strict=True) if not held)
            assert not left.strip(" \n\t\r\f|"), (file.name, left.strip()[:80])
