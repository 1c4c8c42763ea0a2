"""Reports written out, piece by piece."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import IO

import pyoxigraph as ox

from mandategraph.core.namespaces import SH, XSD
from mandategraph.core.terms import Quad
from mandategraph.engine.terms import from_triple

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_PREFIXES = {"sh": SH, "xsd": XSD}


def write_report(triples: Iterable[Quad], output: IO[bytes], form: str = "turtle") -> None:
    """Write the triples of a report as they come, in one of FORMATS."""
    ox.serialize(map(from_triple, triples), output, format=FORMATS[form], prefixes=_PREFIXES)


def as_text(triples: Iterable[Quad], form: str = "turtle") -> str:
    """Return the triples of a report as one text."""
    written = io.BytesIO()
    write_report(triples, written, form)
    return written.getvalue().decode()
