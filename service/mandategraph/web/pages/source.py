"""The text that was read, line by line, the asked words marked and every provision beside its line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from mandategraph.core.namespaces import DCTERMS, MG
from mandategraph.core.terms import Iri
from mandategraph.web.pages.thing import Thing
from mandategraph.web.problems import Problem, not_found
from mandategraph.web.visit import Visit

Span = tuple[int, int]


@dataclass(frozen=True)
class Run:
    """Characters of one line that are shown alike."""

    text: str
    marked: bool = False
    is_first: bool = False


@dataclass
class Line:
    """One line of the text: its number, its runs, and what is read from words that begin on it."""

    number: int
    runs: list[Run]
    beside: list[Iri] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read on it."""
        return not any(run.text.strip() for run in self.runs)


def lines_of(text: str, spans: Sequence[Span]) -> list[Line]:
    """
    Return the lines of a text with the characters of the spans marked; offsets count code points.

    >>> [(run.text, run.marked) for run in lines_of("To urge\\nStates", [(3, 9)])[1].runs]
    [('S', True), ('tates', False)]
    """
    lines, start, seen = [], 0, False
    for number, words in enumerate(text.split("\n"), 1):
        end = start + len(words)
        cuts = sorted({start, end, *(place for span in spans for place in span if start < place < end)})
        runs = []
        for left, right in pairwise(cuts):
            marked = any(first <= left and right <= last for first, last in spans)
            runs.append(Run(text[left:right], marked, marked and not seen))
            seen = seen or marked
        lines.append(Line(number, runs))
        start = end + 1
    return lines


def read_spans(asked: Iterable[str], length: int) -> list[Span]:
    """
    Return the spans an address asks for; a span that is none of this text is a Problem.

    >>> read_spans(["0-4"], 10)
    [(0, 4)]
    """
    spans = []
    for written in asked:
        first, _, last = written.partition("-")
        if not (first.isdecimal() and last.isdecimal() and int(first) < int(last) <= length):
            raise Problem(400, "wrong-value", f"“{written}” is no span of this text, such as 0-{min(length, 20)}.")
        spans.append((int(first), int(last)))
    return spans


def show(visit: Visit, thing: Thing) -> dict[str, Any]:
    """Return what the page of a source text shows."""
    sha256 = str(thing.one(MG + "sha256") or "")
    text = visit.service.installation.source_text(sha256) if sha256 else None
    if text is None:
        raise not_found("The words of this text are not kept here; only what was read from them.")
    spans = read_spans(visit.request.query_params.getlist("span"), len(text))
    lines = lines_of(text, spans)
    for row in visit.service.rows("source", {"text": [thing.iri]}):
        number, node = int(str(row["line"])), row["node"]
        if isinstance(node, Iri) and 0 < number <= len(lines) and node not in lines[number - 1].beside:
            lines[number - 1].beside.append(node)
    return {
        "thing": thing,
        "title": thing.text(visit.language, DCTERMS + "title"),
        "document": next(iter(thing.iris(MG + "textOf")), None),
        "sha256": sha256,
        "characters": len(text),
        "lines": lines,
        "spans": spans,
    }
