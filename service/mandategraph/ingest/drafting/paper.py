"""Where the triples of a draft are written down, in order, as N-Triples within one graph: no objects, same bytes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager

from mandategraph.core.namespaces import EDTF, ID, KOS, MG, OA, RDF, XSD
from mandategraph.core.terms import Literal
from mandategraph.ingest.reading import Reading

TYPE = f"<{RDF}type>"
_BREAK = re.compile("\n")


def iri(base: str, path: str) -> str:
    """Return an IRI as N-Triples write it."""
    return f"<{base}{path}>"


def mg(term: str) -> str:
    """Return a term of the ontology."""
    return f"<{MG}{term}>"


def kos(value: str) -> str:
    """Return a value of a code list."""
    return f"<{KOS}{value}>"


def text(value: str, language: str = "") -> str:
    """Return a literal."""
    return Literal(value, language=language).sparql()


def typed(value: object, datatype: str) -> str:
    """Return a literal of an XML Schema datatype."""
    return f'"{value}"^^<{XSD}{datatype}>'


def edtf(value: str) -> str:
    """Return an EDTF literal."""
    return f'"{value}"^^<{EDTF}EDTF>'


class Paper:
    """
    The triples of one draft, and the spans of its text that they point at.

    `standing` is that of the words: certified, provisional or quoted.
    """

    def __init__(self, reading: Reading, standing: str, language: str) -> None:
        self.reading = reading
        self.sha12 = reading.sha256[:12]
        self.source = iri(ID, f"text/{self.sha12}")
        self.language = language
        self.spans: set[tuple[int, int]] = set()
        self._standing = kos(f"standing-{standing}")
        self._own_standing = self._standing
        self._lines: list[str] = []
        self._breaks = [found.start() for found in _BREAK.finditer(reading.text)]
        self._named: set[str] = set()

    @contextmanager
    def quoting(self) -> Iterator[None]:
        """Within it, spans that are written for the first time are words quoted from another document."""
        self._standing = kos("standing-quoted")
        try:
            yield
        finally:
            self._standing = self._own_standing

    def add(self, subject: str, *pairs: str) -> str:
        """Write predicates and objects of a subject, in turn; return the subject."""
        for place in range(0, len(pairs), 2):
            self._lines.append(f"{subject} {pairs[place]} {pairs[place + 1]} .")
        return subject

    def read(self, subject: str, *pairs: str) -> str:
        """The same for a node read from the text, which it then names."""
        return self.add(subject, *pairs, mg("readFrom"), self.source)

    def span(self, start: int, end: int) -> str:
        """Return the span of some words, written once, with position, quotation, line and standing."""
        name = f"{ID}span/{self.sha12}/{start}-{end}"
        span = f"<{name}>"
        if (start, end) not in self.spans:
            self.spans.add((start, end))
            words = self.reading.text[start:end]
            self.add(
                span,
                TYPE,
                f"<{OA}SpecificResource>",
                mg("standing"),
                self._standing,
                mg("line"),
                typed(self._line(start), "integer"),
                f"<{OA}hasSource>",
                self.source,
                f"<{OA}hasSelector>",
                f"<{name}/position>",
                f"<{OA}hasSelector>",
                f"<{name}/quote>",
            )
            self.add(
                f"<{name}/position>",
                TYPE,
                f"<{OA}TextPositionSelector>",
                f"<{OA}start>",
                typed(start, "integer"),
                f"<{OA}end>",
                typed(end, "integer"),
            )
            self.add(f"<{name}/quote>", TYPE, f"<{OA}TextQuoteSelector>", f"<{OA}exact>", text(words, self.language))
        return span

    def is_first(self, name: str) -> bool:
        """Whether a node is named for the first time; it is taken to be written then."""
        if name in self._named:
            return False
        self._named.add(name)
        return True

    def _line(self, offset: int) -> int:
        return bisect_left(self._breaks, offset) + 1

    def trig(self, graph: str, head: str) -> str:
        """Return the draft as TriG: one graph, a comment before it."""
        comment = "".join(f"# {line}\n" for line in head.splitlines())
        return f"{comment}<{graph}> {{\n" + "\n".join(self._lines) + "\n}\n"
