"""
The rules: the axioms of the ontology, and the files of queries/rules for what OWL cannot say.

A rule is a CONSTRUCT over the default graph. Rules run in stages: a rule that looks for what is absent, or for the
latest of several, belongs to a later stage than the rules that could still add to it. Axioms belong to the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.namespaces import RDF
from mandategraph.core.questions import header_of
from mandategraph.reason.axioms import SAME_CLASS, SUBCLASS, Axiom, read_axioms

AXIOM, DERIVATION = "axiom", "derivation"
SUBJECT, OBJECT = "subject", "object"
TYPE = RDF + "type"

_COMMENT = re.compile(r"(?m)^\s*#.*$|(?<=\s)#[^\n>]*$")
_PREFIX = re.compile(r"(?im)^\s*PREFIX\s+([A-Za-z][\w-]*):\s*<([^>]*)>")
_IRI = re.compile(r"<([^<>\s]*)>")
_MEMBER = re.compile(r"(?<=[\s;.{])a\s+(<[^<>\s]*>|[A-Za-z][\w-]*:[A-Za-z][\w-]*)\s*(?=[.;}])")
_NAME = re.compile(r"(?<![\w:?$])([A-Za-z][\w-]*):([A-Za-z][\w-]*)")
_HEAD = re.compile(r"CONSTRUCT\s*\{\s*\?(\w+)\s+(\S+)\s+\?(\w+)\s*\}\s*WHERE\s*", re.IGNORECASE)
_GROUP = re.compile(r"WHERE\s*\{(?!\s*SELECT)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reach:
    """How a changed triple leads to what a rule has to look at again: from its subject or object along a path."""

    predicate: str
    side: str
    path: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """
    What a rule file says beyond its query: `subject head ?value` is concluded of one `subject` at a time.

    `reach` tells which subjects a changed triple can touch. Where `through` names two properties, each conclusion
    stands behind one node, which has its subject in the first and its value in the second, and `reach` tells which
    nodes a changed triple can touch: no other conclusion about the subject is looked at.

    `because` lists the ways in which the conclusion can have come about, each a list of triples (subject, predicate,
    object as SPARQL) that must be there.
    """

    subject: str
    head: str
    value: str
    prefixes: str
    where: str
    reach: tuple[Reach, ...]
    through: tuple[str, str] | None
    because: tuple[tuple[tuple[str, str, str], ...], ...]

    @property
    def looks_at_itself(self) -> bool:
        """Whether the rule asks if its subject has already what it would conclude."""
        return any(reach.predicate == self.head and not reach.path for reach in self.reach)

    def where_for(self, block: str) -> str:
        """Return the query's group pattern for the subjects of a VALUES block, which stands inside every sub-select."""
        return _GROUP.sub(lambda found: f"{found[0]} {block} ", f"WHERE {self.where}").removeprefix("WHERE ")


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule: what it concludes, in words and as a query, and the names it speaks of.

    `classes` are those whose members it reads or concludes; None where it may read those of any.
    """

    name: str
    kind: str
    stage: int
    summary: Mapping[str, str]
    why: str
    query: str
    names: frozenset[str]
    classes: frozenset[str] | None = frozenset()
    axiom: Axiom | None = None
    derivation: Derivation | None = None


def read_rule(name: str, text: str) -> Rule:
    r"""
    Return the rule that a file holds; BrokenLibrary, naming the file, where its header is not a rule's.

    >>> text = '''#+ id: within
    ... #+ kind: derivation
    ... #+ stage: 1
    ... #+ reason: "A part is within the whole."
    ... #+ summary: {en: A part is within the whole.}
    ... #+ reach: {"mg:partOf": subject}
    ... #+ because: ["?part mg:partOf ?whole"]
    ... PREFIX mg: <https://w3id.org/mandategraph/ns#>
    ... CONSTRUCT { ?part mg:within ?whole } WHERE { ?part mg:partOf ?whole }'''
    >>> rule = read_rule("within", text)
    >>> rule.stage, sorted(rule.names)[0], rule.derivation.subject
    (1, 'https://w3id.org/mandategraph/ns#partOf', 'part')
    """
    import yaml  # 20 ms that only this step needs

    file = f"queries/rules/{name}.rq"
    try:
        header = yaml.safe_load(header_of(text))
        kind, stage, summary = str(header["kind"]), int(header["stage"]), dict(header["summary"])
        why, reach, because = str(header["reason"]), dict(header["reach"]), list(header["because"])
        through = str(header.get("through", "")).split()
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as problem:
        raise BrokenLibrary(f"{file}: the header lacks id, kind, stage, reason, summary, reach or because") from problem
    if header.get("id") != name or kind != DERIVATION or stage < 1:
        raise BrokenLibrary(f"{file}: id must be the file's name, kind derivation, stage a number from 1")
    names, classes = _names_in(text, file)
    derivation = _derivation(file, text, reach, because, through)
    return Rule(name, kind, stage, summary, why, text, names, classes, None, derivation)


def read_rules(texts: Mapping[str, str], ontology: Mapping[str, bytes]) -> tuple[Rule, ...]:
    """
    Return the rules of these files (name to text) and of the axioms of an ontology, in the order in which they run.

    BrokenLibrary where there are none, where a file is no rule, or where an axiom is of a kind that is not supported.
    """
    return _read_rules(tuple(sorted(texts.items())), tuple(sorted(ontology.items())))


@lru_cache(maxsize=8)
def _read_rules(texts: tuple[tuple[str, str], ...], ontology: tuple[tuple[str, bytes], ...]) -> tuple[Rule, ...]:
    axioms = read_axioms(dict(ontology))
    if not texts:
        raise BrokenLibrary("queries/rules holds no rule")
    if not axioms:
        raise BrokenLibrary("the ontology holds no axiom")
    rules = [read_rule(name, text) for name, text in texts] + axiom_rules(axioms)
    _refuse_loops(rules)
    return tuple(sorted(rules, key=lambda rule: (rule.stage, rule.kind == AXIOM, rule.name)))


def _refuse_loops(rules: Sequence[Rule]) -> None:
    # A rule file sees what earlier stages concluded, whole; what its own stage concludes must not concern it.
    for rule in rules:
        read = {reach.predicate for reach in rule.derivation.reach} if rule.derivation else set()
        for other in rules:
            if other is not rule and other.stage == rule.stage and head_of(other) in read:
                told = f"it reads what {other.name} concludes in the same stage"
                raise BrokenLibrary(f"queries/rules/{rule.name}.rq: {told}; give it a later one")


def head_of(rule: Rule) -> str:
    """Return the property in which a rule concludes, or the type property where it concludes classes."""
    if rule.derivation is not None:
        return rule.derivation.head
    assert rule.axiom is not None  # noqa: S101 - a rule is the one or the other
    return TYPE if rule.axiom.kind in (SUBCLASS, SAME_CLASS) else rule.axiom.then


def axiom_rules(axioms: Sequence[Axiom]) -> list[Rule]:
    """Return a rule for each axiom, under a name of its own."""
    rules: dict[str, Rule] = {}
    for axiom in axioms:
        name, number = axiom.name, 1
        while name in rules:
            number += 1
            name = f"{axiom.name}-{number}"
        names = frozenset((*axiom.given, axiom.then))
        classes: frozenset[str] = frozenset()
        if axiom.kind in (SUBCLASS, SAME_CLASS):
            names, classes = names | {TYPE}, names
        rules[name] = Rule(name, AXIOM, 1, axiom.summary(), axiom.text, axiom.query(), names, classes, axiom)
    return list(rules.values())


def _derivation(
    file: str, text: str, reach: Mapping[str, Any], because: Sequence[Any], through: Sequence[str]
) -> Derivation:
    found = _HEAD.search(text)
    if found is None:
        raise BrokenLibrary(f"{file}: it must be CONSTRUCT {{ ?a <p> ?b }} WHERE {{ … }}, one triple in its head")
    prefixes: dict[str, str] = dict(_PREFIX.findall(text))

    def full(name: str) -> str:
        prefix, _, local = name.partition(":")
        if name == "a":
            return TYPE
        if prefix not in prefixes:
            raise BrokenLibrary(f"{file}: the prefix {prefix}: is not declared")
        return prefixes[prefix] + local

    def part(text: str) -> str:
        return text if text[0] == "?" else f"<{full(text)}>"

    paths = []
    for predicate, told in reach.items():
        for path in [told] if isinstance(told, str) else told:
            side, _, rest = str(path).partition("/")
            if side not in (SUBJECT, OBJECT):
                raise BrokenLibrary(f"{file}: reach of {predicate} must begin with subject or object")
            paths.append(Reach(full(predicate), side, rest))
    ways = []
    for way in because:
        triples = [tuple(triple.split()) for triple in str(way).split(" . ")]
        if any(len(triple) != 3 for triple in triples):
            raise BrokenLibrary(f"{file}: because must list ways, each of triples between full stops")
        ways.append(tuple((part(subject), part(name), part(value)) for subject, name, value in triples))
    declared = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes.items())
    if len(through) not in (0, 2):
        raise BrokenLibrary(f"{file}: through must name the properties of subject and value")
    behind = (full(through[0]), full(through[1])) if through else None
    subject, head, value = found.groups()
    where = _COMMENT.sub("", text[found.end() :])
    return Derivation(subject, full(head), value, declared, where, tuple(paths), behind, tuple(ways))


def _names_in(text: str, file: str) -> tuple[frozenset[str], frozenset[str] | None]:
    prefixes: dict[str, str] = dict(_PREFIX.findall(text))
    body = _COMMENT.sub("", _PREFIX.sub("", text))

    def full(name: str) -> str:
        prefix, _, local = name.partition(":")
        if prefix not in prefixes:
            raise BrokenLibrary(f"{file}: the prefix {prefix}: is not declared")
        return prefixes[prefix] + local

    names = set(_IRI.findall(body))
    names.update(full(":".join(found)) for found in _NAME.findall(_IRI.sub("", body)))
    classes = {name[1:-1] if name[0] == "<" else full(name) for name in _MEMBER.findall(body)}
    # What is left asks for types in another way: for those of any class, as far as this reader knows.
    others = _MEMBER.sub("", body)
    asks_otherwise = re.search(r"[\s;(/|^]a[\s/|)]", others) or TYPE in names
    if classes or asks_otherwise:
        names.add(TYPE)
    return frozenset(names), None if asks_otherwise else frozenset(classes)
