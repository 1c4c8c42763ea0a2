"""Every quotation is compared with its source: the words, at the place, on the line, in the text of that SHA-256."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mandategraph.core.errors import SourceMismatch
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import MG, OA, RDF
from mandategraph.stores.embedded import EmbeddedStore

_TYPE = ox.NamedNode(f"{RDF}type")
_SOURCE_TEXT, _SHA256, _LINE = (ox.NamedNode(f"{MG}{name}") for name in ("SourceText", "sha256", "line"))
_SOURCE, _SELECTOR, _START, _END, _EXACT = (
    ox.NamedNode(f"{OA}{name}") for name in ("hasSource", "hasSelector", "start", "end", "exact")
)
_LARGEST_TEXT = 50_000_000

Sources = Callable[[str], str | None]
"""Gives the source text of a SHA-256, or None where it is not here."""

FileOf = Callable[[str], str]
"""Gives the name of the file in which a span was read, empty where that is not known."""

_Node = ox.NamedNode | ox.BlankNode | ox.Triple
_Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verified:
    """How many quotations were compared with their source, and how many could not be, by source text."""

    compared: int
    not_compared: Mapping[str, int]


def verify(store: EmbeddedStore, dataset: Dataset, sources: Sources, file_of: FileOf) -> Verified:
    """
    Compare every quotation with its source; SourceMismatch at the first that differs.

    `file_of` says in which file a span was read, for the sentence. A quotation whose source text is not here cannot be
    compared, and is counted. One text after another is looked at, and held no longer.
    """
    look = _Look(store.engine, dataset)
    compared = 0
    not_compared: dict[str, int] = {}
    for text in look.subjects(_TYPE, _SOURCE_TEXT):
        name = str(getattr(text, "value", text))
        digests = [digest.value for digest in _literals(look.told(text), _SHA256)]
        for digest in digests or [""]:
            found = sources(digest) if digest else None
            held = None if found is None else _Text(found)
            for span in look.subjects(_SOURCE, text):
                for row in look.rows(span):
                    if held is None:
                        not_compared[name] = not_compared.get(name, 0) + 1
                    else:
                        _compare(row, str(getattr(span, "value", span)), held, file_of)
                        compared += 1
    return Verified(compared, not_compared)


class _Look:
    """The graphs in which quotations are looked up, as one."""

    def __init__(self, engine: ox.Store, dataset: Dataset) -> None:
        self._engine = engine
        names = (ox.DefaultGraph() if name is None else ox.NamedNode(name) for name in dataset.default)
        self._graphs = [name for name in names if any(engine.quads_for_pattern(None, None, None, name))]

    def subjects(self, predicate: ox.NamedNode, thing: _Node) -> list[_Node]:
        """Return what stands before a predicate and a term, sorted."""
        return sorted({quad.subject for quad in self._quads(None, predicate, thing)}, key=str)

    def told(self, node: _Node) -> dict[ox.NamedNode, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]:
        """Return what is said of a node, by predicate."""
        said: dict[ox.NamedNode, dict[Any, None]] = {}
        for quad in self._quads(node, None, None):
            said.setdefault(quad.predicate, {})[quad.object] = None
        return {predicate: list(things) for predicate, things in said.items()}

    def rows(self, span: _Node) -> Iterator[_Row]:
        """Yield each place, quotation and line that a span tells of, in every combination; mostly one."""
        said = self.told(span)
        places: list[_Row] = []
        quotes: list[_Row] = []
        for selector in said.get(_SELECTOR, ()):
            if isinstance(selector, ox.Literal):
                continue
            of = self.told(selector)
            places += [
                {"start": start.value, "end": end.value}
                for start, end in product(_literals(of, _START), _literals(of, _END))
            ]
            quotes += [{"exact": exact.value} for exact in _literals(of, _EXACT)]
        lines: list[_Row] = [{"line": line.value} for line in _literals(said, _LINE)]
        for place, quote, line in product(places or [{}], quotes or [{}], lines or [{}]):
            yield {**place, **quote, **line}

    def _quads(self, subject: _Node | None, predicate: ox.NamedNode | None, thing: _Node | None) -> Iterator[ox.Quad]:
        look = self._engine.quads_for_pattern
        return chain.from_iterable(look(subject, predicate, thing, graph) for graph in self._graphs)


def _literals(said: Mapping[ox.NamedNode, Iterable[object]], predicate: ox.NamedNode) -> list[ox.Literal]:
    return [thing for thing in said.get(predicate, ()) if isinstance(thing, ox.Literal)]


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


def _compare(row: _Row, span: str, text: _Text, file_of: FileOf) -> None:
    words = row.get("exact", "")
    if "line" in row and "start" in row and "exact" in row:
        start, end, line = int(row["start"]), int(row["end"]), int(row["line"])
        if 0 <= start < end <= len(text.text) and text.text[start:end] == words and text.line(start) == line:
            return
    raise _mismatch(row, span, text, file_of(span))


def _mismatch(row: _Row, span: str, text: _Text, file: str) -> SourceMismatch:
    """Return what is wrong with a quotation that does not match."""
    words, line = row.get("exact", ""), int(row.get("line", 0))
    missing = [name for name in ("start", "end", "exact", "line") if name not in row]
    if missing:
        of = f"the span {span}" if not words else f"the quotation {_shown(words)}"
        sentence = f"{of} does not say its {' and '.join(missing)}."
    else:
        start, end = int(row["start"]), int(row["end"])
        stands = text.text[start:end]
        if not 0 <= start < end <= len(text.text):
            sentence = f"the quotation {_shown(words)}, line {line}, lies outside its source ({start}-{end})."
        elif stands != words:
            told = f"line {line} of the source is quoted as {_shown(words)}, but {_shown(stands)} stands there"
            sentence = f"{told} ({start}-{end})."
        else:
            told = f"the quotation {_shown(words)} is said to stand on line {line}"
            sentence = f"{told}; it is line {text.line(start)}."
    return SourceMismatch(f"{file}: {sentence}" if file else sentence, file, line, words)


def _shown(words: str) -> str:
    return f"“{words}”" if len(words) <= 120 else f"“{words[:117]}…”"
