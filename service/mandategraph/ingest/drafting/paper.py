"""Where the triples of a draft are written down, in order, as N-Triples within one graph: no objects, same bytes."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

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
    if value.isprintable() and '"' not in value and "\\" not in value and (not language or language.isalpha()):
        # As nearly all are: nothing to escape, nothing that may not stand there.
        return f'"{value}"@{language}' if language else f'"{value}"'
    return Literal(value, language=language).sparql()


def typed(value: object, datatype: str) -> str:
    """Return a literal of an XML Schema datatype."""
    return f'"{value}"^^<{XSD}{datatype}>'


def edtf(value: str) -> str:
    """Return an EDTF literal."""
    return f'"{value}"^^<{EDTF}EDTF>'


_STANDING, _LINE = mg("standing"), mg("line")
_SELECTORS = ("SpecificResource", "TextPositionSelector", "TextQuoteSelector")


class Paper:
    """
    The triples of one draft, and the spans of its text that they point at.

    `standing` is that of the text's own words: certified or provisional. What it quotes has the standing quoted.
    """

    def __init__(self, reading: Reading, standing: str, language: str) -> None:
        self.reading = reading
        self.sha12 = reading.sha256[:12]
        self.source = iri(ID, f"text/{self.sha12}")
        self.language = language
        self.spans: dict[tuple[int, int], str] = {}
        self.quoted: list[tuple[int, int]] = []
        """Where the text holds the words of another document."""
        self.own_standing = standing
        self._lines: list[str] = []
        self._breaks = [found.start() for found in _BREAK.finditer(reading.text)]
        self._named: set[str] = set()

    def quote(self, start: int, end: int) -> None:
        """Say that some words are those of another document; every span within them is then quoted."""
        if end > start:
            self.quoted.append((start, end))

    def add(self, subject: str, *pairs: str) -> str:
        """Write predicates and objects of a subject, in turn; return the subject."""
        for place in range(0, len(pairs), 2):
            self._lines.append(f"{subject} {pairs[place]} {pairs[place + 1]} .")
        return subject

    def read(self, subject: str, *pairs: str) -> str:
        """The same for a node read from the text, which it then names."""
        return self.add(subject, *pairs, mg("readFrom"), self.source)

    def span(self, start: int, end: int) -> str:
        """Return the name of the span of some words; position, quotation, line and standing are written at the end."""
        self.spans.setdefault((start, end), self.language)
        return f"<{ID}span/{self.sha12}/{start}-{end}>"

    def is_first(self, name: str) -> bool:
        """Whether a node is named for the first time; it is taken to be written then."""
        if name in self._named:
            return False
        self._named.add(name)
        return True

    def trig(self, graph: str, head: str) -> str:
        """Return the draft as TriG: one graph, a comment before it."""
        comment = "".join(f"# {line}\n" for line in head.splitlines())
        return "\n".join([f"{comment}<{graph}> {{", *self._lines, *self.described_spans(), "}\n"])

    def described_spans(self) -> Iterator[str]:
        """Yield the triples of each span, in the order of the text."""
        own, other = kos(f"standing-{self.own_standing}"), kos("standing-quoted")
        quoted = _merged(self.quoted)
        starts = [start for start, _ in quoted]
        kind, position, quotation = (f"{TYPE} <{OA}{name}>" for name in _SELECTORS)
        number = f"^^<{XSD}integer>"
        for (start, end), language in sorted(self.spans.items()):
            at = bisect_right(starts, start) - 1
            standing = other if at >= 0 and end <= quoted[at][1] else own
            name = f"{ID}span/{self.sha12}/{start}-{end}"
            words = text(self.reading.text[start:end], language)
            line = bisect_left(self._breaks, start) + 1
            yield (
                f'<{name}> {kind} .\n<{name}> {_STANDING} {standing} .\n<{name}> {_LINE} "{line}"{number} .\n'
                f"<{name}> <{OA}hasSource> {self.source} .\n<{name}> <{OA}hasSelector> <{name}/position> .\n"
                f"<{name}> <{OA}hasSelector> <{name}/quote> .\n<{name}/position> {position} .\n"
                f'<{name}/position> <{OA}start> "{start}"{number} .\n'
                f'<{name}/position> <{OA}end> "{end}"{number} .\n'
                f"<{name}/quote> {quotation} .\n<{name}/quote> <{OA}exact> {words} ."
            )


def _merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
