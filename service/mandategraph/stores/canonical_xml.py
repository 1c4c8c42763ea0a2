"""XML that stands as a literal in RDF/XML, in the one form in which the standard wants it."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from mandategraph.core.namespaces import RDF

_XML = RDF + "XMLLiteral"


def with_canonical_xml(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """
    Return quads whose XML literals are in exclusive canonical form (RDF 1.1 XML Syntax, 7.2.17).

    The engine leaves every namespace of the document in them, whether it is used or not.

    >>> literal = ox.Literal('<br xmlns:n="urn:n"/>', datatype=ox.NamedNode(_XML))
    >>> quad = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), literal)
    >>> with_canonical_xml([quad])[0].object.value
    '<br></br>'
    """
    return [_canonical(quad) if _is_xml(quad.object) else quad for quad in quads]


def _is_xml(term: object) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value == _XML


def _canonical(quad: ox.Quad) -> ox.Quad:
    from lxml import etree

    assert isinstance(quad.object, ox.Literal)  # noqa: S101  it was looked at
    reader = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        whole = etree.fromstring(f"<whole>{quad.object.value}</whole>", reader)
    except etree.XMLSyntaxError:
        return quad
    written = etree.tostring(whole, method="c14n", exclusive=True, with_comments=True).decode()
    value = written.removeprefix("<whole>").removesuffix("</whole>")
    return ox.Quad(quad.subject, quad.predicate, ox.Literal(value, datatype=quad.object.datatype), quad.graph_name)
