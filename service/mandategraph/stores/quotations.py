"""Every quotation is compared with its source: the words, at the place, on the line, in the text of that SHA-256."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mandategraph.core.errors import SourceMismatch
from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import GraphStore, Row

_SPANS = """
PREFIX mg: <https://w3id.org/mandategraph/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT ?span ?text ?sha ?start ?end ?exact ?line WHERE {
  ?text a mg:SourceText . ?span oa:hasSource ?text .
  OPTIONAL { ?text mg:sha256 ?sha }
  OPTIONAL { ?span oa:hasSelector ?position . ?position oa:start ?start ; oa:end ?end }
  OPTIONAL { ?span oa:hasSelector ?quote . ?quote oa:exact ?exact }
  OPTIONAL { ?span mg:line ?line }
}
ORDER BY ?span
"""

_LARGEST_TEXT = 50_000_000

Sources = Callable[[str], str | None]
"""Gives the source text of a SHA-256, or None where it is not here."""


@dataclass(frozen=True, slots=True)
class Verified:
    """How many quotations were compared with their source, and how many could not be, by source text."""

    compared: int
    not_compared: Mapping[str, int]


def verify(store: GraphStore, dataset: Dataset, sources: Sources, files: Mapping[str, str]) -> Verified:
    """
    Compare every quotation with its source; SourceMismatch at the first that differs.

    `files` says in which file a span was read, for the sentence. A quotation whose source text is not here cannot be
    compared, and is counted.
    """
    texts: dict[str, _Text | None] = {}
    compared = 0
    not_compared: dict[str, int] = {}
    for row in store.select(_SPANS, dataset).rows:
        name = str(row["text"])
        if name not in texts:
            found = sources(str(row["sha"])) if "sha" in row else None
            texts[name] = None if found is None else _Text(found)
        text = texts[name]
        if text is None:
            not_compared[name] = not_compared.get(name, 0) + 1
        else:
            _compare(row, text, files.get(str(row["span"]), ""))
            compared += 1
    return Verified(compared, not_compared)


class _Text:
    """A source text that knows its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.breaks = [at for at, character in enumerate(text) if character == "\n"]

    def line(self, at: int) -> int:
        """The line, from 1, on which a character stands."""
        return bisect_right(self.breaks, at - 1) + 1


def text_in(folders: Iterable[Path], sha256: str) -> str | None:
    """Return the text of this SHA-256 from the text files of some folders, or None."""
    for folder in sorted(set(folders)):
        for path in sorted(folder.glob("*.txt")):
            data = path.read_bytes() if path.stat().st_size <= _LARGEST_TEXT else b""
            if hashlib.sha256(data).hexdigest() == sha256:
                return data.decode("utf-8")
    return None


def _compare(row: Row, text: _Text, file: str) -> None:
    words = str(row.get("exact", ""))
    where = f"{file}: " if file else ""
    missing = [name for name in ("start", "end", "exact", "line") if name not in row]
    line = int(str(row["line"])) if "line" in row else 0
    if missing:
        of = f"the span {row['span']}" if not words else f"the quotation {_shown(words)}"
        raise SourceMismatch(f"{where}{of} does not say its {' and '.join(missing)}.", file, line, words)
    start, end = int(str(row["start"])), int(str(row["end"]))
    if not 0 <= start < end <= len(text.text):
        sentence = f"the quotation {_shown(words)}, line {line}, lies outside its source ({start}-{end})."
        raise SourceMismatch(f"{where}{sentence}", file, line, words)
    stands = text.text[start:end]
    if stands != words:
        sentence = f"line {line} of the source is quoted as {_shown(words)}, but {_shown(stands)} stands there"
        raise SourceMismatch(f"{where}{sentence} ({start}-{end}).", file, line, words)
    if text.line(start) != line:
        sentence = f"the quotation {_shown(words)} is said to stand on line {line}; it is line {text.line(start)}."
        raise SourceMismatch(f"{where}{sentence}", file, line, words)


def _shown(words: str) -> str:
    return f"“{words}”" if len(words) <= 120 else f"“{words[:117]}…”"
