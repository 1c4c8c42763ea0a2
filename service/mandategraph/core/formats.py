"""The formats in which RDF and answers are read and written: names, media types, endings."""

from __future__ import annotations

from dataclasses import dataclass

from mandategraph.core.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Format:
    """A serialisation of RDF; `has_graphs` where it can name graphs."""

    name: str
    media_type: str
    endings: tuple[str, ...]
    has_graphs: bool = False


RDF_FORMATS = (
    Format("turtle", "text/turtle", (".ttl",)),
    Format("ntriples", "application/n-triples", (".nt",)),
    Format("trig", "application/trig", (".trig",), has_graphs=True),
    Format("nquads", "application/n-quads", (".nq",), has_graphs=True),
    Format("jsonld", "application/ld+json", (".jsonld", ".json-ld"), has_graphs=True),
    Format("rdfxml", "application/rdf+xml", (".rdf", ".owl", ".xml")),
)

ANSWER_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
}
"""Names of the formats of a SELECT or ASK, and their media types."""


def format_of_media_type(media_type: str) -> Format:
    """
    Return the RDF format of a media type; UnknownName where there is none.

    >>> format_of_media_type("text/turtle; charset=utf-8").name
    'turtle'
    """
    bare = media_type.partition(";")[0].strip().lower()
    for known in RDF_FORMATS:
        if known.media_type == bare:
            return known
    raise UnknownName("media type of RDF", media_type, [known.media_type for known in RDF_FORMATS])


def format_of_file(name: str) -> Format:
    """
    Return the RDF format of a file by its ending; UnknownName where the ending is none of RDF.

    >>> format_of_file("plan.TTL").media_type
    'text/turtle'
    """
    lowered = name.lower()
    for known in RDF_FORMATS:
        if lowered.endswith(known.endings):
            return known
    endings = [ending for known in RDF_FORMATS for ending in known.endings]
    raise UnknownName("RDF format of the file", name, endings, f"Known endings: {' '.join(endings)}.")
