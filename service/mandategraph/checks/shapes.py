"""Reads shapes into plain values; only the forms told in shapes/README.md, each other one refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.namespaces import RDF, SH, SHAPES
from mandategraph.core.terms import Iri, Term
from mandategraph.engine.terms import to_term

OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_TYPE = ox.NamedNode(RDF + "type")
_CORE = ("minCount", "maxCount", "in", "datatype", "nodeKind", "class")
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
# Everything else a shape may say; a property outside these lists is a constraint we do not know.
_SAID = {"message", "severity", "deactivated", "path", "sparql", "name", "description", *_CORE, *_TARGETS}


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """Which nodes a shape looks at: `kind` is the local name of the SHACL property, `of` its value."""

    kind: str
    of: Iri


@dataclass(frozen=True, slots=True)
class Sparql:
    """A constraint written as a SELECT, with the prefixes it declares."""

    select: str
    prefixes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Core:
    """One parameter of SHACL Core on one predicate, such as `minCount` 1."""

    path: Iri
    parameter: str
    values: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One check: the nodes it looks at, what must hold for them, and a plain sentence in each language."""

    iri: Iri
    code: str
    file: str
    targets: tuple[Target, ...]
    constraints: tuple[Sparql | Core, ...]
    messages: Mapping[str, str]


def read_shapes(files: Iterable[tuple[str, str]]) -> tuple[Shape, ...]:
    """
    Return the shapes of some Turtle texts, each given with its name, sorted by code.

    Prefixes are declared once, in any of the texts. Raises BrokenLibrary for Turtle that does not parse and for a
    shape in a form we do not use.
    """
    store = ox.Store()
    home: dict[str, str] = {}
    for name, text in files:
        try:
            for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
                store.add(quad)
                if quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode):
                    local = quad.object.value.removeprefix(SH)
                    if local in ("NodeShape", "PropertyShape") and isinstance(quad.subject, ox.NamedNode):
                        home[quad.subject.value] = name
        except SyntaxError as problem:
            raise BrokenLibrary(f"{name}: {problem}") from problem
    return tuple(_shape(store, iri, home[iri]) for iri in sorted(home))


def _shape(store: ox.Store, iri: str, file: str) -> Shape:
    node = ox.NamedNode(iri)
    if not iri.startswith(SHAPES):
        raise BrokenLibrary(f"{file}: the shape {iri} is not under {SHAPES}")
    code = iri.removeprefix(SHAPES)
    for quad in store.quads_for_pattern(node, None, None):
        local = quad.predicate.value.removeprefix(SH)
        if quad.predicate.value.startswith(SH) and local not in _SAID:
            raise BrokenLibrary(f"{file}: {code} uses sh:{local}, which is not among the forms of shapes/README.md")
    targets = tuple(
        sorted(Target(kind, _iri(value, file, code)) for kind in _TARGETS for value in _objects(store, node, kind))
    )
    if not targets:
        raise BrokenLibrary(f"{file}: {code} looks at nothing: it has no target")
    constraints: tuple[Sparql | Core, ...] = (*_sparql(store, node, file, code), *_core(store, node, file, code))
    if not constraints:
        raise BrokenLibrary(f"{file}: {code} demands nothing")
    messages: dict[str, str] = {}
    for value in _objects(store, node, "message"):
        if not isinstance(value, ox.Literal) or not value.language:
            raise BrokenLibrary(f"{file}: {code} has a message without a language")
        if value.language in messages:
            raise BrokenLibrary(f"{file}: {code} has two messages in {value.language}")
        messages[value.language] = value.value
    return Shape(Iri(iri), code, file, targets, constraints, messages)


def _sparql(store: ox.Store, node: ox.NamedNode, file: str, code: str) -> list[Sparql]:
    found = []
    for constraint in _objects(store, node, "sparql"):
        if not isinstance(constraint, ox.NamedNode | ox.BlankNode):
            raise BrokenLibrary(f"{file}: {code}: sh:sparql is not a node")
        selects = _objects(store, constraint, "select")
        if len(selects) != 1 or not isinstance(selects[0], ox.Literal):
            raise BrokenLibrary(f"{file}: {code}: a SPARQL constraint has exactly one sh:select")
        said = {quad.predicate.value for quad in store.quads_for_pattern(constraint, None, None)}
        odd = said - {SH + "select", SH + "prefixes", RDF + "type"}
        if odd:
            raise BrokenLibrary(f"{file}: {code}: a SPARQL constraint has only sh:select and sh:prefixes, not {odd}")
        found.append(Sparql(selects[0].value, _prefixes(store, constraint)))
    return found


def _prefixes(store: ox.Store, constraint: ox.NamedNode | ox.BlankNode) -> tuple[tuple[str, str], ...]:
    declared: dict[str, str] = {}
    for owner in _objects(store, constraint, "prefixes"):
        if not isinstance(owner, ox.NamedNode | ox.BlankNode):
            continue
        for declaration in _objects(store, owner, "declare"):
            if not isinstance(declaration, ox.NamedNode | ox.BlankNode):
                continue
            prefix = _texts(store, declaration, "prefix")
            space = _texts(store, declaration, "namespace")
            if len(prefix) == len(space) == 1:
                declared[prefix[0]] = space[0]
    return tuple(sorted(declared.items()))


def _core(store: ox.Store, node: ox.NamedNode, file: str, code: str) -> list[Core]:
    found = []
    paths = _objects(store, node, "path")
    kind = ox.NamedNode(SH + "PropertyShape")
    if paths and not any(store.quads_for_pattern(node, _TYPE, kind)):
        raise BrokenLibrary(f"{file}: {code} has a path but is no sh:PropertyShape")
    for parameter in _CORE:
        for value in _objects(store, node, parameter):
            if len(paths) != 1:
                raise BrokenLibrary(f"{file}: {code}: sh:{parameter} needs one sh:path")
            path = _iri(paths[0], file, code)
            values = _list(store, value) if parameter == "in" else (_term(value),)
            found.append(Core(path, parameter, values))
    return sorted(found, key=lambda one: (one.parameter, str(one.values)))


def _objects(store: ox.Store, subject: ox.NamedNode | ox.BlankNode, local: str) -> list[OxTerm]:
    return [quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(SH + local), None)]


def _texts(store: ox.Store, subject: ox.NamedNode | ox.BlankNode, local: str) -> list[str]:
    return [value.value for value in _objects(store, subject, local) if isinstance(value, ox.Literal)]


def _list(store: ox.Store, head: OxTerm) -> tuple[Term, ...]:
    items: list[Term] = []
    while isinstance(head, ox.BlankNode):
        items += [_term(quad.object) for quad in store.quads_for_pattern(head, ox.NamedNode(RDF + "first"), None)]
        rest = [quad.object for quad in store.quads_for_pattern(head, ox.NamedNode(RDF + "rest"), None)]
        head = rest[0] if rest else ox.NamedNode(RDF + "nil")
    return tuple(items)


def _iri(term: OxTerm, file: str, code: str) -> Iri:
    if not isinstance(term, ox.NamedNode):
        raise BrokenLibrary(f"{file}: {code}: targets and paths are single IRIs here, not {term}")
    return Iri(term.value)


def _term(term: OxTerm) -> Term:
    if not isinstance(term, ox.NamedNode | ox.Literal):
        raise BrokenLibrary(f"a value of a shape is neither an IRI nor a literal: {term}")
    return to_term(term)
