"""Example queries and prefixes as SHACL, the form in which editors of SPARQL look for them."""

from __future__ import annotations

from collections.abc import Iterator

from mandategraph.core.namespaces import OWL, PREFIXES, RDF, RDFS, SH, XSD
from mandategraph.core.questions import Question
from mandategraph.core.terms import Iri, Literal, Term
from mandategraph.web.service import Service

_SCHEMA = "https://schema.org/"

Triple = tuple[Iri, str, Term]


def examples(service: Service, endpoint: Iri) -> Iterator[Triple]:
    """
    Yield every named question as a query that can be run as it is, and the prefixes that our queries use.

    sh:SPARQLExecutable, rdfs:comment, sh:select, sh:declare: as the guidelines of the SIB for SPARQL endpoints have it.
    """
    prefixes = Iri(f"{endpoint}#prefixes")
    yield prefixes, RDF + "type", Iri(OWL + "Ontology")
    for prefix, namespace in PREFIXES.items():
        node = Iri(f"{endpoint}#prefix-{prefix}")
        yield prefixes, SH + "declare", node
        yield node, RDF + "type", Iri(SH + "PrefixDeclaration")
        yield node, SH + "prefix", Literal(prefix)
        yield node, SH + "namespace", Literal(namespace, XSD + "anyURI")
    for name in service.question_names():
        question = service.named(name)
        node = Iri(f"{endpoint}#{name}")
        yield node, RDF + "type", Iri(SH + "SPARQLExecutable")
        yield node, RDF + "type", Iri(SH + "SPARQLSelectExecutable")
        # One comment: an editor shows a query once for each that it has.
        yield node, RDFS + "comment", Literal(question.summary["en"], language="en")
        for language, summary in question.summary.items():
            yield node, RDFS + "label", Literal(summary, language=language)
        yield node, SH + "prefixes", prefixes
        yield node, SH + "select", Literal(plain(question))
        yield node, _SCHEMA + "target", endpoint


def plain(question: Question) -> str:
    """Return the query of a question as it stands in its file, without the header."""
    return "\n".join(line for line in question.text.splitlines() if not line.startswith("#+")).strip() + "\n"
