"""
The axioms of the ontology, read as what a reasoner has to do.

Kinds that are supported are the OWL 2 RL axioms between named properties and named classes of MODEL 3.8. Everything
else that OWL or RDFS could conclude from is refused by name: an axiom that is silently left out would be worse than
none, and some kinds (domains, ranges, functional properties) type or merge things behind people's backs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.namespaces import OWL, PREFIXES, RDF, RDFS, SKOS

SUBCLASS = RDFS + "subClassOf"
SUBPROPERTY = RDFS + "subPropertyOf"
SAME_CLASS = OWL + "equivalentClass"
SAME_PROPERTY = OWL + "equivalentProperty"
INVERSE = OWL + "inverseOf"
CHAIN = OWL + "propertyChainAxiom"
TRANSITIVE = OWL + "TransitiveProperty"
SYMMETRIC = OWL + "SymmetricProperty"

SUPPORTED = (SUBCLASS, SUBPROPERTY, SAME_CLASS, SAME_PROPERTY, INVERSE, CHAIN, TRANSITIVE, SYMMETRIC)
"""The kinds of axioms that become rules."""

_WHY_NOT = {
    RDFS + "domain": "it would type things that nobody typed; say it in a shape",
    RDFS + "range": "it would type things that nobody typed; say it in a shape",
    OWL + "FunctionalProperty": "a second value would make two things one; say it in a shape",
    OWL + "InverseFunctionalProperty": "a shared value would make two things one; say it in a shape",
    OWL + "sameAs": "it would make two things one; use a SKOS match",
    OWL + "hasKey": "a shared key would make two things one; say it in a shape",
    OWL + "disjointWith": "the reasoner looks for no contradictions; say it in a shape",
}
# They declare, describe or join files, and nothing follows from them.
_SILENT_TYPES = {
    *(OWL + name for name in ("Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    *(OWL + name for name in ("NamedIndividual", "DeprecatedClass", "DeprecatedProperty", "OntologyProperty")),
    *(RDFS + name for name in ("Class", "Datatype")),
}
_SILENT = {
    *(OWL + name for name in ("imports", "versionIRI", "versionInfo", "priorVersion", "deprecated")),
    *(OWL + name for name in ("backwardCompatibleWith", "incompatibleWith")),
    *(RDFS + name for name in ("label", "comment", "isDefinedBy", "seeAlso", "member")),
}


@dataclass(frozen=True, slots=True)
class Axiom:
    """
    One axiom: its kind, what is given (one property or class; of a chain several) and what follows from it.

    `labels` holds the words of the ontology for its terms, by IRI and language.
    """

    kind: str
    given: tuple[str, ...]
    then: str
    labels: Mapping[str, Mapping[str, str]]

    @property
    def text(self) -> str:
        """The axiom as the ontology writes it."""
        if self.kind in (TRANSITIVE, SYMMETRIC):
            return f"{short(self.then)} a {short(self.kind)}"
        if self.kind == CHAIN:
            return f"{short(self.then)} {short(self.kind)} ( {' '.join(map(short, self.given))} )"
        return f"{short(self.given[0])} {short(self.kind)} {short(self.then)}"

    @property
    def name(self) -> str:
        """
        What the axiom is called where conclusions are told.

        >>> Axiom(TRANSITIVE, ("urn:x#partOf",), "urn:x#partOf", {}).name
        'part-of-transitive'
        """
        given = [_kebab(iri) for iri in self.given]
        if self.kind == TRANSITIVE:
            return f"{given[0]}-transitive"
        if self.kind == SYMMETRIC:
            return f"{given[0]}-symmetric"
        if self.kind == INVERSE:
            return f"{given[0]}-inverse-{_kebab(self.then)}"
        if self.kind == CHAIN:
            return f"{'-then-'.join(given)}-is-{_kebab(self.then)}"
        return f"{given[0]}-is-{_kebab(self.then)}"

    def query(self) -> str:
        """Return the axiom as a CONSTRUCT that any SPARQL engine runs."""
        variables = [f"?a{number}" for number in range(len(self.given) + 1)]
        if self.kind in (SUBCLASS, SAME_CLASS):
            return f"CONSTRUCT {{ ?a0 a <{self.then}> }} WHERE {{ ?a0 a <{self.given[0]}> }}"
        if self.kind == TRANSITIVE:
            variables = ["?a0", "?a1", "?a2"]
        given = self.given * 2 if self.kind == TRANSITIVE else self.given
        body = " . ".join(f"{variables[number]} <{iri}> {variables[number + 1]}" for number, iri in enumerate(given))
        first, last = variables[0], variables[-1]
        if self.kind in (INVERSE, SYMMETRIC):
            first, last = last, first
        return f"CONSTRUCT {{ {first} <{self.then}> {last} }} WHERE {{ {body} }}"

    def summary(self) -> Mapping[str, str]:
        """Return in four languages what follows from what, in the words of the ontology."""
        told = {}
        for language, templates in _SUMMARIES.items():
            words = [_words(iri, self.labels, language) for iri in (*self.given, self.then)]
            template = templates[{SAME_CLASS: SUBCLASS, SAME_PROPERTY: SUBPROPERTY}.get(self.kind, self.kind)]
            told[language] = template.format(given=_AND[language].join(words[:-1]), then=words[-1])
        return told


def read_axioms(texts: Mapping[str, bytes]) -> tuple[Axiom, ...]:
    """
    Return the axioms of the modules of an ontology (file name to Turtle), in a fixed order, each once.

    BrokenLibrary names an axiom of a kind that is not supported, with its file, and a chain that is no list.

    >>> owl = b"PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX mg: <https://w3id.org/mandategraph/ns#> "
    >>> [axiom.text for axiom in read_axioms({"a.ttl": owl + b"mg:within a owl:TransitiveProperty ."})]
    ['mg:within a owl:TransitiveProperty']
    >>> read_axioms({"a.ttl": owl + b"mg:symbol a owl:FunctionalProperty ."})
    Traceback (most recent call last):
    ...
    mandategraph.core.errors.BrokenLibrary: a.ttl: mg:symbol a owl:FunctionalProperty is not supported: a second value \
would make two things one; say it in a shape.
    """
    quads: list[tuple[str, ox.Quad]] = []
    for file, text in texts.items():
        try:
            quads.extend((file, quad) for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))
        except SyntaxError as problem:
            raise BrokenLibrary(f"{file}: {problem}") from problem
    labels: dict[str, dict[str, str]] = {}
    lists: dict[str, dict[str, str]] = {}
    for _, quad in quads:
        name, value = quad.predicate.value, quad.object
        if name == SKOS + "prefLabel" and isinstance(value, ox.Literal):
            labels.setdefault(str(quad.subject), {})[value.language or "en"] = value.value
        elif name in (RDF + "first", RDF + "rest"):
            lists.setdefault(str(quad.subject), {})[name] = str(value)
    found: dict[tuple[str, tuple[str, ...], str], Axiom] = {}
    for file, quad in quads:
        for kind, given, then in _axioms_of(file, quad, lists):
            known = {iri: labels.get(f"<{iri}>", {}) for iri in (*given, then)}
            found.setdefault((kind, given, then), Axiom(kind, given, then, known))
    return tuple(found[key] for key in sorted(found))


def short(iri: str) -> str:
    """
    Return an IRI as Turtle with our usual prefixes writes it.

    >>> short("https://w3id.org/mandategraph/ns#within"), short("urn:x")
    ('mg:within', '<urn:x>')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[A-Za-z_][\w-]*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def _axioms_of(
    file: str, quad: ox.Quad, lists: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, tuple[str, ...], str]]:
    name, value = quad.predicate.value, quad.object
    kind = name
    if name == RDF + "type":
        if not isinstance(value, ox.NamedNode) or not value.value.startswith((OWL, RDFS)):
            return
        kind = value.value
        if kind in _SILENT_TYPES:
            return
    elif not name.startswith((OWL, RDFS)) or name in _SILENT:
        return
    if kind not in SUPPORTED or (name == RDF + "type") != (kind in (TRANSITIVE, SYMMETRIC)):
        raise _refused(file, quad, _WHY_NOT.get(kind, f"{short(kind)} is no kind of axiom that becomes a rule"))
    if not isinstance(quad.subject, ox.NamedNode) or (kind != CHAIN and not isinstance(value, ox.NamedNode)):
        raise _refused(file, quad, "it speaks of a class or property without a name")
    subject, object_ = quad.subject.value, getattr(value, "value", "")
    if kind in (TRANSITIVE, SYMMETRIC):
        yield kind, (subject,), subject
    elif kind == CHAIN:
        yield kind, tuple(_members(file, quad, lists)), subject
    elif kind in (SAME_CLASS, SAME_PROPERTY, INVERSE):
        yield kind, (subject,), object_
        yield kind, (object_,), subject
    elif subject != object_:
        yield kind, (subject,), object_


def _members(file: str, quad: ox.Quad, lists: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    node, seen = str(quad.object), 0
    while node != f"<{RDF}nil>":
        item = lists.get(node, {})
        first, rest = item.get(RDF + "first", ""), item.get(RDF + "rest", "")
        seen += 1
        if not first.startswith("<") or not rest or seen > len(lists):
            raise _refused(file, quad, "its chain is no list of named properties")
        yield first[1:-1]
        node = rest
    if seen < 2:
        raise _refused(file, quad, "a chain has two links or more")


def _refused(file: str, quad: ox.Quad, why: str) -> BrokenLibrary:
    subject, predicate, value = (
        short(term.value) if isinstance(term, ox.NamedNode) else str(term)
        for term in (quad.subject, quad.predicate, quad.object)
    )
    said = "a" if predicate == "rdf:type" else predicate
    return BrokenLibrary(f"{file}: {subject} {said} {value} is not supported: {why}.")


def _kebab(iri: str) -> str:
    local = re.split(r"[#/:]", iri)[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", local).lower()


def _words(iri: str, labels: Mapping[str, Mapping[str, str]], language: str) -> str:
    own = labels.get(iri, {})
    return own.get(language) or own.get("en") or _kebab(iri).replace("-", " ")


def names_of(axioms: Iterable[Axiom]) -> frozenset[str]:
    """Return every property and class that axioms speak of."""
    return frozenset(iri for axiom in axioms for iri in (*axiom.given, axiom.then))


_AND = {"en": "” and then “", "es": "» y luego «", "fr": " » puis « ", "pt": "” e depois “"}
_SUMMARIES = {
    "en": {
        SUBCLASS: "Whatever is of the class “{given}” is of the class “{then}” too.",
        SUBPROPERTY: "Where “{given}” holds, “{then}” holds too.",
        INVERSE: "“{then}” is “{given}” read from the other end.",
        CHAIN: "“{given}” lead to “{then}”.",
        TRANSITIVE: "“{given}” carries over: from the first to the second and on to the third.",
        SYMMETRIC: "“{given}” holds in both directions.",
    },
    "es": {
        SUBCLASS: "Todo lo que es de la clase «{given}» es también de la clase «{then}».",
        SUBPROPERTY: "Donde vale «{given}», vale también «{then}».",
        INVERSE: "«{then}» es «{given}» leído desde el otro extremo.",
        CHAIN: "«{given}» llevan a «{then}».",
        TRANSITIVE: "«{given}» se transmite: de lo primero a lo segundo y de ahí a lo tercero.",
        SYMMETRIC: "«{given}» vale en ambos sentidos.",
    },
    "fr": {
        SUBCLASS: "Tout ce qui est de la classe « {given} » est aussi de la classe « {then} ».",
        SUBPROPERTY: "Là où vaut « {given} », vaut aussi « {then} ».",
        INVERSE: "« {then} » est « {given} » lu depuis l’autre bout.",
        CHAIN: "« {given} » mènent à « {then} ».",
        TRANSITIVE: "« {given} » se transmet : du premier au deuxième, et de là au troisième.",
        SYMMETRIC: "« {given} » vaut dans les deux sens.",
    },
    "pt": {
        SUBCLASS: "Tudo o que é da classe “{given}” é também da classe “{then}”.",
        SUBPROPERTY: "Onde vale “{given}”, vale também “{then}”.",
        INVERSE: "“{then}” é “{given}” lido da outra ponta.",
        CHAIN: "“{given}” levam a “{then}”.",
        TRANSITIVE: "“{given}” transmite-se: do primeiro ao segundo e daí ao terceiro.",
        SYMMETRIC: "“{given}” vale nos dois sentidos.",
    },
}
