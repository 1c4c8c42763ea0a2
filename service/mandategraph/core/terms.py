"""IRIs, literals and triples as plain values, and the one place that writes them into SPARQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mandategraph.core.namespaces import RDF, XSD

XSD_STRING = XSD + "string"
LANG_STRING = RDF + "langString"

# SPARQL 1.1, production 139 (IRIREF): these characters cannot stand between < and >.
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_LANGUAGE = re.compile(r"[A-Za-z]+(-[A-Za-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True, order=True)
class Iri:
    """
    An absolute IRI.

    >>> Iri("https://w3id.org/mandategraph/id/oas/org/cam").sparql()
    '<https://w3id.org/mandategraph/id/oas/org/cam>'
    >>> Iri("no> spaces")
    Traceback (most recent call last):
    ...
    ValueError: not an IRI: 'no> spaces'
    """

    value: str

    def __post_init__(self) -> None:
        if _NOT_IN_IRI.search(self.value) or ":" not in self.value:
            raise ValueError(f"not an IRI: {self.value!r}")

    def sparql(self) -> str:
        """Return the IRI as SPARQL and Turtle write it."""
        return f"<{self.value}>"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    r"""
    A literal: text with a datatype, or with a language.

    >>> Literal('a "word"\n').sparql()
    '"a \\"word\\"\\n"'
    >>> Literal("oui", language="fr").sparql()
    '"oui"@fr'
    >>> Literal("3", datatype="http://www.w3.org/2001/XMLSchema#integer").sparql()
    '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """

    value: str
    datatype: str = XSD_STRING
    language: str = ""

    def __post_init__(self) -> None:
        if self.language:
            if not _LANGUAGE.match(self.language):
                raise ValueError(f"not a language tag: {self.language!r}")
            object.__setattr__(self, "datatype", LANG_STRING)
        elif self.datatype != XSD_STRING:
            Iri(self.datatype)

    def sparql(self) -> str:
        """Return the literal as SPARQL and Turtle write it, every character that could end it escaped."""
        quoted = _TO_ESCAPE.sub(_escaped, self.value)
        if self.language:
            return f'"{quoted}"@{self.language}'
        if self.datatype == XSD_STRING:
            return f'"{quoted}"'
        return f'"{quoted}"^^<{self.datatype}>'

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class BlankNode:
    """A node without a name, as it may come in answers of other people's data; our own data has none."""

    value: str

    def __str__(self) -> str:
        return f"_:{self.value}"


Term = Iri | Literal | BlankNode


@dataclass(frozen=True, slots=True)
class Quad:
    """A triple and the graph it lies in; `graph` None is the unnamed graph."""

    subject: Iri | BlankNode
    predicate: Iri
    object: Term
    graph: Iri | None = None


_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}

_TO_ESCAPE = re.compile('["\\\\\x00-\x1f\x7f\ud800-\udfff]')


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        raise ValueError("a lone surrogate is not text")
    return f"\\u{code:04X}"


def values_block(variables: Sequence[str], rows: Iterable[Sequence[Iri | Literal | None]]) -> str:
    """
    Return a SPARQL VALUES block; this is the only way in which values enter a query.

    None writes UNDEF. Raises ValueError where a row is as long as no list of variables.

    >>> values_block(["p"], [[Iri("urn:a")], [Literal("b")]])
    'VALUES (?p) { (<urn:a>) ("b") }'
    """
    for variable in variables:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", variable):
            raise ValueError(f"not a variable: {variable!r}")
    written = []
    for row in rows:
        if len(row) != len(variables):
            raise ValueError(f"a row of {len(row)} values for {len(variables)} variables")
        written.append("(" + " ".join("UNDEF" if term is None else term.sparql() for term in row) + ")")
    names = " ".join(f"?{variable}" for variable in variables)
    return f"VALUES ({names}) {{ {' '.join(written)} }}"
