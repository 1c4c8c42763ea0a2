"""RDF as RDF/XML, for those who read nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from mandategraph.core.errors import WrongUse
from mandategraph.core.namespaces import PREFIXES, RDF, XSD
from mandategraph.core.terms import BlankNode, Iri, Quad, Term
from mandategraph.publish.rdf import nodes

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def rdf_xml(quads: Iterable[Quad], notice: Sequence[str]) -> bytes:
    """
    Return sorted quads of one graph as RDF/XML.

    WrongUse for a property whose name XML cannot hold. A character that XML cannot hold is replaced.
    """
    names = _Names()
    body = []
    for subject, properties in nodes(quads).items():
        lines = [f"  <rdf:Description {_about(subject)}>"]
        for predicate, objects in properties.items():
            name = names.of(predicate)
            lines += [f"    {_property(name, thing)}" for thing in objects]
        body.append("\n".join([*lines, "  </rdf:Description>\n"]))
    declared = "".join(f"\n    xmlns:{prefix}={quoteattr(space)}" for prefix, space in names.declared())
    told = "".join(f"<!-- {_clean(line).replace('--', '- -')} -->\n" for part in notice for line in part.splitlines())
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{told}<rdf:RDF{declared}>\n'
    return f"{head}{''.join(body)}</rdf:RDF>\n".encode()


class _Names:
    """Qualified names of properties, and the namespaces they came to use."""

    def __init__(self) -> None:
        self._by_space = {RDF: "rdf"}
        self._ours = {space: prefix for prefix, space in PREFIXES.items()}

    def of(self, predicate: Iri) -> str:
        value = predicate.value
        at = max(value.rfind("#"), value.rfind("/"), value.rfind(":")) + 1
        space, local = value[:at], value[at:]
        if not _NAME.match(local):
            raise WrongUse(f"RDF/XML cannot name the property <{value}>; use another format.")
        if space not in self._by_space:
            self._by_space[space] = self._ours.get(space) or f"ns{len(self._by_space)}"
        return f"{self._by_space[space]}:{local}"

    def declared(self) -> list[tuple[str, str]]:
        return sorted((prefix, space) for space, prefix in self._by_space.items())


def _about(subject: Iri | BlankNode) -> str:
    if isinstance(subject, BlankNode):
        return f"rdf:nodeID={quoteattr(subject.value)}"
    return f"rdf:about={quoteattr(subject.value)}"


def _property(name: str, thing: Term) -> str:
    if isinstance(thing, BlankNode):
        return f"<{name} rdf:nodeID={quoteattr(thing.value)}/>"
    if isinstance(thing, Iri):
        return f"<{name} rdf:resource={quoteattr(thing.value)}/>"
    kind = ""
    if thing.language:
        kind = f" xml:lang={quoteattr(thing.language)}"
    elif thing.datatype != XSD + "string":
        kind = f" rdf:datatype={quoteattr(thing.datatype)}"
    # A bare carriage return would come back as a line feed.
    text = escape(_clean(thing.value), {"\r": "&#13;"})
    return f"<{name}{kind}>{text}</{name}>"


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
