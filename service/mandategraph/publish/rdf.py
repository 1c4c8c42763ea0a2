"""
RDF as bytes: the same graph gives the same bytes, in every format.

Everything is sorted, prefixes are ours, and nothing carries the date of writing. A notice, such as licence and holder
of the rights, stands in front as comments, or as an entry without meaning where a format has no comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.formats import RDF_FORMATS, Format, format_of_media_type
from mandategraph.core.namespaces import PREFIXES, RDF, XSD
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term

_TYPE = RDF + "type"
# What needs no escape in a prefixed name, so that every reader takes it; a slash would need one.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*[A-Za-z0-9_])?\Z")
_SHORT = {
    XSD + "integer": re.compile(r"-?(?:0|[1-9][0-9]*)\Z"),
    XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+\Z"),
    XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}

Nodes = Mapping[Iri | BlankNode, Mapping[Iri, Sequence[Term]]]
"""Subject to predicate to objects, all sorted."""


def serialise(quads: Iterable[Quad], written_as: str, notice: Sequence[str] = ()) -> bytes:
    """
    Return quads as bytes in a format, named as we do (`turtle`) or by its media type (`text/turtle`).

    A format without graphs takes quads of one graph, or of none: WrongUse where there are several.

    >>> quad = Quad(Iri("urn:a"), Iri("urn:p"), Literal("1", datatype=XSD + "integer"))
    >>> print(serialise([quad], "turtle", ["Public domain"]).decode(), end="")
    # Public domain
    <BLANKLINE>
    <urn:a> <urn:p> 1 .
    """
    file_format = format_named(written_as)
    graphs = by_graph(quads)
    if not file_format.has_graphs:
        if len(graphs) > 1:
            named = [known.name for known in RDF_FORMATS if known.has_graphs]
            raise WrongUse(f"{file_format.name} holds one graph, these are {len(graphs)}; use {' or '.join(named)}.")
        graphs = {None: next(iter(graphs.values()), ())}
    # The writers of the two heavier formats are only read where they are wanted.
    if file_format.name == "jsonld":
        from mandategraph.publish.jsonld import json_ld

        return json_ld(graphs, notice)
    if file_format.name == "rdfxml":
        from mandategraph.publish.rdfxml import rdf_xml

        return rdf_xml(graphs.get(None, ()), notice)
    head = "".join(f"# {line}\n" for part in notice for line in part.splitlines())
    if file_format.name in {"ntriples", "nquads"}:
        body = "".join(_lines(graphs))
        return f"{head}{body}".encode()
    prefixes = used_prefixes(quad for part in graphs.values() for quad in part)
    declared = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in prefixes.items())
    parts = [
        _turtle(part, prefixes) if graph is None else _graph(graph, part, prefixes) for graph, part in graphs.items()
    ]
    return "\n".join(part for part in (head, declared, *parts) if part).encode()


def format_named(name: str) -> Format:
    """Return a format by our name for it or by its media type; UnknownName where we do not write it."""
    for known in RDF_FORMATS:
        if known.name == name:
            return known
    if "/" in name:
        return format_of_media_type(name)
    names = [known.name for known in RDF_FORMATS]
    raise UnknownName("RDF format", name, names, f"There are {', '.join(names)}.")


def by_graph(quads: Iterable[Quad]) -> dict[Iri | None, tuple[Quad, ...]]:
    """Return quads sorted by graph, the unnamed one first, and each graph in order, without repetition."""
    graphs: dict[Iri | None, set[Quad]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph, set()).add(quad)
    names = sorted((name for name in graphs if name is not None), key=str)
    order = ([None] if None in graphs else []) + names
    return {name: tuple(sorted(graphs[name], key=_place)) for name in order}


def nodes(quads: Iterable[Quad]) -> Nodes:
    """Return sorted quads of one graph by subject and predicate; the type of a thing comes first."""
    found: dict[Iri | BlankNode, dict[Iri, list[Term]]] = {}
    for quad in quads:
        found.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
    return found


def used_prefixes(quads: Iterable[Quad]) -> dict[str, str]:
    """Return the prefixes that shorten something here, in our order."""
    used: set[str] = set()
    for quad in quads:
        written = [quad.subject.value]
        if quad.predicate.value != _TYPE:
            written.append(quad.predicate.value)
        if not isinstance(quad.object, Literal):
            written.append(quad.object.value)
        elif not _is_bare(quad.object):
            written.append(quad.object.datatype)
        used.update(prefix for value in written if (prefix := _prefix(value)[0]))
    return {name: namespace for name, namespace in PREFIXES.items() if name in used}


def _prefix(iri: str) -> tuple[str, str]:
    """Return prefix and local part where an IRI can be shortened, else two empty texts."""
    at = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = _BY_NAMESPACE.get(iri[:at], "")
    return (prefix, iri[at:]) if prefix and _LOCAL.match(iri[at:]) else ("", "")


_BY_NAMESPACE = {namespace: name for name, namespace in PREFIXES.items()}


def _place(quad: Quad) -> tuple[tuple[int, str], tuple[bool, str], tuple[int, str, str, str]]:
    return _order(quad.subject)[:2], (quad.predicate.value != _TYPE, quad.predicate.value), _order(quad.object)


def _order(term: Term) -> tuple[int, str, str, str]:
    if isinstance(term, Literal):
        return (2, term.value, term.language, term.datatype)
    return (0 if isinstance(term, Iri) else 1, term.value, "", "")


def _lines(graphs: Mapping[Iri | None, Sequence[Quad]]) -> Iterator[str]:
    for graph, quads in graphs.items():
        end = " .\n" if graph is None else f" <{graph}> .\n"
        for quad in quads:
            yield f"{_plain(quad.subject)} <{quad.predicate}> {_plain(quad.object)}{end}"


def _plain(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode) else term.sparql()


def _turtle(quads: Iterable[Quad], prefixes: Mapping[str, str], indent: str = "") -> str:
    blocks = []
    for subject, properties in nodes(quads).items():
        written = []
        for predicate, objects in properties.items():
            name = "a" if predicate.value == _TYPE else _short(predicate, prefixes)
            written.append(f"{name} {', '.join(_short(thing, prefixes) for thing in objects)}")
        separator = f" ;\n{indent}    "
        blocks.append(f"{indent}{_short(subject, prefixes)} {separator.join(written)} .\n")
    return "\n".join(blocks)


def _graph(graph: Iri | None, quads: Iterable[Quad], prefixes: Mapping[str, str]) -> str:
    if graph is None:
        return _turtle(quads, prefixes)
    return f"<{graph}> {{\n{_turtle(quads, prefixes, '    ')}}}\n"


def _short(term: Term, prefixes: Mapping[str, str]) -> str:
    if isinstance(term, BlankNode):
        return str(term)
    if isinstance(term, Iri):
        prefix, local = _prefix(term.value)
        return f"{prefix}:{local}" if prefix in prefixes else term.sparql()
    if _is_bare(term):
        return term.value
    if term.language or term.datatype == XSD + "string":
        return term.sparql()
    return f"{Literal(term.value).sparql()}^^{_short(Iri(term.datatype), prefixes)}"


def _is_bare(literal: Literal) -> bool:
    """Return whether Turtle reads the value by itself as this literal."""
    pattern = _SHORT.get(literal.datatype)
    return pattern is not None and pattern.match(literal.value) is not None
