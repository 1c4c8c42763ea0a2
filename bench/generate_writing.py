"""Lines of N-Quads in the product's own terms: nodes, literals, and words with their place in a text."""

from __future__ import annotations

import hashlib
import json
from typing import TextIO

MG = "https://w3id.org/mandategraph/ns#"
KOS = "https://w3id.org/mandategraph/kos/"
ID = "https://w3id.org/mandategraph/id/"
AT = "https://w3id.org/mandategraph/at/"
NAMESPACES = {
    "mg": MG,
    "k": KOS,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
LANGUAGES = ("en", "es", "fr", "pt")
XSD = "http://www.w3.org/2001/XMLSchema#"
FACTS = f"<{AT}graph/facts>"
REVIEW = f"<{AT}graph/review>"

_named: dict[str, str] = {"a": f"<{NAMESPACES['rdf']}type>"}


def node(name: str) -> str:
    """
    Return a term of our vocabularies, by its short name.

    >>> node("mg:Mandate"), node("a")
    ('<https://w3id.org/mandategraph/ns#Mandate>', '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>')
    """
    if name not in _named:
        prefix, _, local = name.partition(":")
        _named[name] = f"<{NAMESPACES[prefix]}{local}>"
    return _named[name]


def shared(path: str) -> str:
    """Return the address of a thing that any installation would name so."""
    return f"<{ID}{path}>"


def local(path: str) -> str:
    """Return the address of a thing of this installation."""
    return f"<{AT}{path}>"


def text(words: str, language: str = "") -> str:
    """Return words as a literal."""
    quoted = json.dumps(words, ensure_ascii=False)
    return f"{quoted}@{language}" if language else quoted


def day(date: str) -> str:
    """Return a day as a literal."""
    return f'"{date}"^^<{XSD}date>'


def number(value: int) -> str:
    """Return a whole number as a literal."""
    return f'"{value}"^^<{XSD}integer>'


TRUE = f'"true"^^<{XSD}boolean>'


class Writer:
    """Writes triples as they come and counts them."""

    def __init__(self, stream: TextIO) -> None:
        self._write = stream.write
        self.count = 0

    def add(self, subject: str, *pairs: tuple[str, str], graph: str = FACTS) -> str:
        """Write what is said of one thing, by short names of properties; return the thing."""
        for name, value in pairs:
            self._write(f"{subject} {_named.get(name) or node(name)} {value} {graph} .\n")
        self.count += len(pairs)
        return subject


class Source:
    """A source text, of which only the words are kept that something points at."""

    def __init__(self, writer: Writer, document: str, path: str) -> None:
        self.writer = writer
        self.sha256 = hashlib.sha256(path.encode()).hexdigest()
        self.key = self.sha256[:12]
        self.iri = shared(f"text/{self.key}")
        self._at = self._line = 0
        writer.add(self.iri, ("a", node("mg:SourceText")), ("mg:textOf", document), ("mg:sha256", text(self.sha256)))

    def span(self, words: str, language: str = "en", standing: str = "certified", slip: int = 0) -> str:
        """Write words with their place; `slip` puts the end elsewhere, `standing` may be empty."""
        start, end = self._at, self._at + len(words)
        self._at, self._line = end + 1, self._line + 1
        path = f"span/{self.key}/{start}-{end}"
        span, place, quote = shared(path), shared(f"{path}/position"), shared(f"{path}/quote")
        if standing:
            self.writer.add(span, ("mg:standing", node(f"k:standing-{standing}")))
        self.writer.add(
            span,
            ("a", node("oa:SpecificResource")),
            ("mg:line", number(self._line)),
            ("oa:hasSource", self.iri),
            ("oa:hasSelector", place),
            ("oa:hasSelector", quote),
        )
        self.writer.add(
            place,
            ("a", node("oa:TextPositionSelector")),
            ("oa:start", number(start)),
            ("oa:end", number(end + slip)),
        )
        self.writer.add(quote, ("a", node("oa:TextQuoteSelector")), ("oa:exact", text(words, language)))
        return span
