"""RDF as JSON-LD, with our prefixes as its context: nothing has to be fetched to read it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mandategraph.core.namespaces import PREFIXES, RDF, XSD
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term
from mandategraph.publish.rdf import nodes


def json_ld(graphs: Mapping[Iri | None, Sequence[Quad]], notice: Sequence[str]) -> bytes:
    """Return sorted graphs as JSON-LD; the notice stands in an entry that the context says is no statement."""
    context = _context(graphs)
    document: dict[str, Any] = {"@context": context}
    if notice:
        context["notice"] = None
        document["notice"] = list(notice)
    content: list[dict[str, Any]] = []
    for graph, quads in graphs.items():
        written = [_node(subject, properties, context) for subject, properties in nodes(quads).items()]
        content += written if graph is None else [{"@id": graph.value, "@graph": written}]
    document["@graph"] = content
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _context(graphs: Mapping[Iri | None, Sequence[Quad]]) -> dict[str, Any]:
    values = {graph.value for graph in graphs if graph is not None}
    for quads in graphs.values():
        for quad in quads:
            values.update((quad.subject.value, quad.predicate.value))
            values.add(quad.object.datatype if isinstance(quad.object, Literal) else quad.object.value)
    used = {value[: max(value.rfind("#"), value.rfind("/")) + 1] for value in values}
    # An address that begins with one of our prefixes as its scheme would be read as a short name.
    schemes = {value.partition(":")[0] for value in values}
    return {
        name: namespace
        for name, namespace in PREFIXES.items()
        if name not in schemes and any(there.startswith(namespace) for there in used)
    }


def _node(
    subject: Iri | BlankNode, properties: Mapping[Iri, Sequence[Term]], context: Mapping[str, Any]
) -> dict[str, Any]:
    written: dict[str, Any] = {"@id": _name(subject, context)}
    for predicate, objects in properties.items():
        if predicate.value == RDF + "type" and not any(isinstance(thing, Literal) for thing in objects):
            written["@type"] = _one_or_all(
                [_name(thing, context) for thing in objects if not isinstance(thing, Literal)]
            )
        else:
            written[_name(predicate, context)] = _one_or_all([_value(thing, context) for thing in objects])
    return written


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _value(term: Term, context: Mapping[str, Any]) -> Any:
    if not isinstance(term, Literal):
        return {"@id": _name(term, context)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype == XSD + "string":
        return term.value
    return {"@value": term.value, "@type": _name(Iri(term.datatype), context)}


def _name(term: Iri | BlankNode, context: Mapping[str, Any]) -> str:
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    for prefix, namespace in context.items():
        if namespace and term.value.startswith(namespace) and not term.value[len(namespace) :].startswith("//"):
            return f"{prefix}:{term.value[len(namespace) :]}"
    return term.value
