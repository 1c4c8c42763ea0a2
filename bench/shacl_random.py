"""
Our SHACL engine beside pySHACL on random data and shapes.

    python bench/shacl_random.py [PAIRS] [FIRST_SEED]

Each seed makes one graph and some shapes with what the standard has: every target, every component of SHACL Core, paths
of every kind, shapes within shapes, queries. Left out is where pySHACL goes its own way: it puts literals that SPARQL
cannot compare into an order of its own (so values are compared in data of one kind only), lets a blank node have length
0, follows an inverse sequence in its forward order, and tells once what a query finds twice. No value is spelt in two
ways, for a query can tell but one of them. Prints how many pairs agree on every result (focus, path, value, component,
shape, severity, and how often) and each pair that does not.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import pyoxigraph as ox

from mandategraph.cli.check_files import report_on
from mandategraph.core.errors import MandateGraphError
from mandategraph.core.namespaces import RDF, SH
from mandategraph.core.terms import Quad, Term

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <urn:e:> .
"""
NODES = ("e:a", "e:b", "e:c", "e:d", "_:x", "_:y")
PREDICATES = ("e:p", "e:q", "e:r")
CLASSES = ("e:C", "e:D", "e:E")
LITERALS = (
    '"1"', "1", "2", "7", '"03"^^xsd:integer', '"one"^^xsd:integer', "1.5", '"4.50"^^xsd:decimal', "2.5e0", "true",
    '"maybe"^^xsd:boolean', '"5"^^xsd:byte', '"300"^^xsd:byte', '"4"^^xsd:nonNegativeInteger', '"abc"', '"abcabc"',
    '"x"@en', '"y"@en', '"x"@fr', '"x"@en-gb', '"2016-10-01"^^xsd:date', '"2017-01-01"^^xsd:date',
    '"2016-13-45"^^xsd:date', '"2016-10-01T10:00:00Z"^^xsd:dateTime', '"2016-10-01T10:00:00"^^xsd:dateTime', '""',
)  # fmt: skip
KINDS = (
    ("1", "2", "7", "1.5", "2.5e0", '"03"^^xsd:integer', '"5"^^xsd:byte', '"4.50"^^xsd:decimal'),
    ('"2016-10-01"^^xsd:date', '"2017-01-01"^^xsd:date', '"2015-02-28"^^xsd:date'),
    ('"2016-10-01T10:00:00Z"^^xsd:dateTime', '"2016-10-01T12:00:00+01:00"^^xsd:dateTime'),
    ('"abc"', '"abcabc"', '"b"', '""'),
)
DATATYPES = ("integer", "string", "date", "boolean", "byte", "decimal", "dateTime", "nonNegativeInteger")
SELECTS = (
    "SELECT $this ?value WHERE { $this e:p ?value . FILTER(isLiteral(?value)) }",
    "SELECT $this WHERE { $this e:p ?a . FILTER NOT EXISTS { ?a e:q ?b . ?b e:r ?c } }",
    "SELECT $this (?b AS ?value) WHERE { $this e:p ?a . OPTIONAL { ?a e:q ?b } FILTER(BOUND(?b)) }",
    "SELECT $this WHERE { { $this a e:C } UNION { FILTER($this = e:a) } }",
    "SELECT DISTINCT $this WHERE { $this e:p ?m . ?m e:q ?a . ?a a ?c . FILTER EXISTS { ?a e:r ?b } }",
    "SELECT $this (COUNT(?o) AS ?n) WHERE { $this e:p ?o } GROUP BY $this HAVING (COUNT(?o) > 1)",
    "SELECT $this ?path ?value WHERE { $this ?path ?value . FILTER(?path IN (e:q, e:r)) FILTER(isIRI(?value)) }",
    "SELECT $this WHERE { BIND($this AS ?that) FILTER NOT EXISTS { ?that e:q ?o } }",
    "SELECT $this ?value WHERE { { SELECT $this ?value WHERE { $this e:q ?value } } FILTER(?value != $this) }",
)


def text_of(seed: int) -> tuple[str, str]:
    """Return the Turtle of a random graph and of random shapes."""
    # Data of any values; of nodes and values of one kind; of values of one kind only.
    kind = KINDS[seed // 3 % len(KINDS)] if seed % 3 else ()
    data = random.Random(seed)  # noqa: S311  no secret hangs on it
    shapes = random.Random(~seed)  # noqa: S311
    return _data(data, kind or LITERALS, 0.0 if seed % 3 == 2 else 0.5), _Writer(shapes, kind, seed % 3 == 2).text()


def _data(chance: random.Random, literals: Sequence[str], nodes: float) -> str:
    lines = [HEAD]
    if chance.random() < 0.6:
        lines.append("e:D rdfs:subClassOf e:C . e:E rdfs:subClassOf e:D .")
    for _ in range(chance.randint(4, 22)):
        if chance.random() < 0.3:
            lines.append(f"{chance.choice(NODES)} a {chance.choice(CLASSES)} .")
        else:
            value = chance.choice(NODES) if chance.random() < nodes else chance.choice(literals)
            lines.append(f"{chance.choice(NODES)} {chance.choice(PREDICATES)} {value} .")
    return "\n".join(lines)


class _Writer:
    """Writes random shapes; each has an address, so that results can be compared by it."""

    def __init__(self, chance: random.Random, kind: Sequence[str], has_pairs: bool) -> None:
        self.chance, self.kind, self.has_pairs = chance, kind, has_pairs
        self.literals = kind or LITERALS
        self.lines: list[str] = [HEAD]
        self.count = 0

    def text(self) -> str:
        for _ in range(self.chance.randint(1, 3)):
            name = self._shape(2, has_path=self.chance.random() < 0.6)
            self.lines += [f"{name} {target} ." for target in self._targets()]
            if self.chance.random() < 0.2:
                self.lines.append(f"{name} sh:severity sh:Warning .")
        self.lines.append('e: sh:declare [ sh:prefix "e" ; sh:namespace "urn:e:"^^xsd:anyURI ] .')
        return "\n".join(self.lines)

    def _targets(self) -> list[str]:
        kinds: list[Callable[[], str]] = [
            lambda: f"sh:targetClass {self._one(CLASSES)}",
            lambda: f"sh:targetNode {self._one(('e:a', 'e:b', 'e:nowhere'))}",
            lambda: f"sh:targetNode {self._one(self.literals)}",
            lambda: f"sh:targetSubjectsOf {self._one(PREDICATES)}",
            lambda: f"sh:targetObjectsOf {self._one(PREDICATES)}",
        ]
        return [self.chance.choice(kinds)() for _ in range(self.chance.randint(1, 2))]

    def _one(self, items: Iterable[str]) -> str:
        return self.chance.choice(tuple(items))

    def _shape(self, depth: int, *, has_path: bool) -> str:
        self.count += 1
        name = f"e:s{self.count}"
        self.lines.append(f"{name} a sh:{'Property' if has_path else 'Node'}Shape .")
        if has_path:
            self.lines.append(f"{name} sh:path {self._path(2)} .")
        if self.chance.random() < 0.05:
            self.lines.append(f"{name} sh:deactivated true .")
        wanted = self.chance.sample(self._constraints(depth, has_path), self.chance.randint(1, 2))
        self.lines += [f"{name} {write()} ." for write in wanted]
        return name

    def _path(self, depth: int) -> str:
        if depth == 0 or self.chance.random() < 0.5:
            return self._one(PREDICATES)
        inner = [self._path(depth - 1) for _ in range(2)]
        return self._one(
            [
                f"( {inner[0]} {inner[1]} )",
                f"[ sh:alternativePath ( {inner[0]} {inner[1]} ) ]",
                f"[ sh:inversePath {self._one(PREDICATES)} ]",
                f"[ sh:inversePath [ sh:alternativePath ( {self._one(PREDICATES)} e:p ) ] ]",
                *(f"[ sh:{kind} {inner[0]} ]" for kind in ("zeroOrMorePath", "oneOrMorePath")),
                f"[ sh:zeroOrOnePath {inner[0]} ]",
            ]
        )

    def _constraints(self, depth: int, has_path: bool) -> list[Callable[[], str]]:
        chance, one = self.chance, self._one
        found: list[Callable[[], str]] = [
            lambda: f"sh:class {one(CLASSES)}",
            lambda: f"sh:datatype xsd:{one(DATATYPES)}",
            lambda: f"sh:nodeKind sh:{one(('IRI', 'Literal', 'BlankNode', 'BlankNodeOrIRI', 'IRIOrLiteral'))}",
            lambda: f"sh:{one(('minLength', 'maxLength'))} {chance.randint(1, 5)}",
            lambda: f"sh:pattern {one(PATTERNS)}",
            lambda: 'sh:languageIn ( "en" "fr" )' if chance.random() < 0.5 else 'sh:languageIn ( "en-gb" )',
            lambda: f"sh:{one(('equals', 'disjoint'))} {one(PREDICATES)}",
            lambda: f"sh:hasValue {one((*NODES[:4], *self.literals))}",
            lambda: f"sh:in ( {' '.join(one((*NODES[:4], *self.literals)) for _ in range(4))} )",
            lambda: f"sh:sparql [ sh:prefixes e: ; sh:select {_quoted(one(SELECTS))} ]",
        ]
        if self.kind:
            names = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
            found += [lambda name=name: f"sh:{name} {one(self.kind)}" for name in names]  # type: ignore[misc]
        if has_path and self.has_pairs:
            found += [lambda: f"sh:{one(('lessThan', 'lessThanOrEquals'))} {one(PREDICATES)}"] * 3
        if not has_path:
            found.append(lambda: f"sh:closed true ; sh:ignoredProperties ( {one(PREDICATES)} <{RDF}type> )")
        else:
            found += [
                lambda: f"sh:{one(('minCount', 'maxCount'))} {chance.randint(0, 3)}",
                lambda: "sh:uniqueLang true",
            ]
        if depth:
            found += self._nested(depth - 1, has_path)
        return found

    def _nested(self, depth: int, has_path: bool) -> list[Callable[[], str]]:
        chance, one = self.chance, self._one

        def some() -> str:
            return self._shape(depth, has_path=chance.random() < 0.6)

        def listed() -> str:
            return f"( {' '.join(some() for _ in range(chance.randint(1, 3)))} )"

        found: list[Callable[[], str]] = [
            lambda: f"sh:node {self._shape(depth, has_path=False)}",
            lambda: f"sh:property {self._shape(depth, has_path=True)}",
            lambda: f"sh:not {some()}",
            *(lambda name=name: f"sh:{name} {listed()}" for name in ("and", "or", "xone")),  # type: ignore[misc]
        ]
        if has_path:
            found += [
                lambda: (
                    f"sh:qualifiedValueShape {some()} ; sh:qualified{one(('Min', 'Max'))}Count {chance.randint(0, 3)}"
                )
            ]
        return found


PATTERNS = ('"^a"', '"B" ; sh:flags "i"', '"^[0-9]+$"', '"e:"')


def _quoted(text: str) -> str:
    return f'"{text}"'


def results(report: Iterable[Quad]) -> Counter[tuple[str, ...]]:
    """Return the results of a report, each as text, with how often it comes; paths are written out."""
    said: dict[Term, dict[str, list[Term]]] = {}
    for quad in report:
        said.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    found: Counter[tuple[str, ...]] = Counter()
    for about in said.values():
        for result in about.get(SH + "result", ()):
            of = said[result]
            fields = ("focusNode", "value", "sourceConstraintComponent", "sourceShape", "resultSeverity")
            path = of.get(SH + "resultPath")
            written = tuple(repr(one[0]) if (one := of.get(SH + field)) else "" for field in fields)
            found[(*written, _path_text(path[0], said) if path else "")] += 1
    return Counter({key: 1 if "SPARQLConstraint" in key[2] else number for key, number in found.items()})


def _path_text(node: Term, said: dict[Term, dict[str, list[Term]]]) -> str:
    parts = said.get(node, {})
    if RDF + "first" in parts:
        return f"({_path_text(parts[RDF + 'first'][0], said)} . {_path_text(parts[RDF + 'rest'][0], said)})"
    inner = sorted((name, _path_text(value[0], said)) for name, value in parts.items() if name.startswith(SH))
    return " ".join(f"{name.removeprefix(SH)}({value})" for name, value in inner) or str(node)


class NotJudged(Exception):
    """A pair that pySHACL does not take, for a reason that the standard does not have."""


def compared(seed: int) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]], tuple[str, ...]]:
    """Return what our engine and pySHACL find on one pair, and what our engine says beside."""
    data, shapes = (list(ox.parse(text, format=ox.RdfFormat.TURTLE)) for text in text_of(seed))
    ours = report_on(lambda: data, shapes)
    try:
        theirs = report_on(lambda: data, shapes, by_reference=True)
    except MandateGraphError as problem:
        raise NotJudged(problem.message) from problem
    return results(ours.triples()), results(theirs.triples()), ours.notes


def disagreements(seeds: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield each seed whose reports differ, with what one has and the other has not."""
    for seed in seeds:
        try:
            ours, theirs, _ = compared(seed)
        except NotJudged:
            continue
        if ours != theirs:
            yield seed, f"only ours: {dict(ours - theirs)}; only pySHACL's: {dict(theirs - ours)}"


def main() -> None:
    """Compare and print."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    start, differ, found = time.perf_counter(), 0, 0
    refused: Counter[str] = Counter()
    for seed in range(first, first + pairs):
        try:
            ours, theirs, notes = compared(seed)
        except NotJudged as problem:
            refused[str(problem)] += 1
            continue
        found += sum(ours.values())
        if ours != theirs:
            differ += 1
            print(
                f"seed {seed}\n  only ours: {dict(ours - theirs)}\n  only pySHACL's: {dict(theirs - ours)}\n  {notes}"
            )
    for why, number in refused.most_common():
        print(f"not judged by pySHACL: {number} ({why})")
    judged = pairs - sum(refused.values())
    print(f"{judged - differ} of {judged} pairs agree, {found} results, {time.perf_counter() - start:.0f} s")
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()
