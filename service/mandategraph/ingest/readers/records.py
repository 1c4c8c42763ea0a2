"""JSON files of records, read as the table they are: a row for each record, a column for each key."""

from __future__ import annotations

import json
from typing import Any

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.readers.encodings import decoded
from mandategraph.ingest.reading import Cell, Composer, Kind, Reading
from mandategraph.ingest.safety import check_words

_DEEPEST = 50


def read_records(name: str, data: bytes) -> Reading:
    """
    Return the reading of a JSON file that holds lists of records.

    >>> reading = read_records("a.json", b'{"actions": [{"number": 1, "milestone": "Report"}, {"number": 2}]}')
    >>> [(block.cell.row, block.cell.column, reading.words(block)) for block in reading.blocks if block.cell]
    [(0, 0, 'number'), (0, 1, 'milestone'), (1, 0, '1'), (1, 1, 'Report'), (2, 0, '2')]
    """
    text, told = decoded(data)
    try:
        held = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UnreadableFile(
            name, "is damaged: its JSON cannot be read", "give it as its program writes it"
        ) from problem
    document = _Document()
    document.walk(held, (), 0)
    if not document.composer.blocks:
        raise UnreadableFile(name, "holds no words", "give a file with records")
    check_words(name, len(document.composer.text))
    return document.composer.reading(name, "json", data, notes=told)


class _Document:
    def __init__(self) -> None:
        self.composer = Composer()
        self.tables = 0

    def walk(self, held: Any, path: tuple[str, ...], depth: int) -> None:
        if depth > _DEEPEST:
            return
        if isinstance(held, list) and held and all(isinstance(one, dict) for one in held):
            self._table(held, path)
        elif isinstance(held, dict):
            for key, value in held.items():
                if isinstance(value, (dict, list)):
                    self.composer.add(str(key), kind=Kind.HEADING, depth=depth + 1, place=".".join(path))
                    self.walk(value, (*path, str(key)), depth + 1)
                else:
                    self._line(f"{key}: {_words(value)}", (*path, str(key)))
        elif isinstance(held, list):
            for place, value in enumerate(held):
                self.walk(value, (*path, str(place + 1)), depth + 1)
        else:
            self._line(_words(held), path)

    def _line(self, words: str, path: tuple[str, ...]) -> None:
        self.composer.add(words, place=".".join(path))

    def _table(self, records: list[dict[str, Any]], path: tuple[str, ...]) -> None:
        table = self.tables
        self.tables += 1
        columns = {key: column for column, key in enumerate(dict.fromkeys(key for one in records for key in one))}
        name = ".".join(path) or f"table {table + 1}"
        for key, column in columns.items():
            self._cell(str(key), Cell(table, 0, column), f"{name}, names")
        for row, record in enumerate(records, 1):
            for key, value in record.items():
                self._cell(_words(value), Cell(table, row, columns[key]), f"{name}, record {row}")

    def _cell(self, words: str, cell: Cell, place: str) -> None:
        self.composer.add(words, kind=Kind.CELL, cell=cell, place=place)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value[:1000])))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {words}" for key, inner in value.items() if (words := _words(inner)))
    return str(value)
