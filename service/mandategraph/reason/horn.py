"""
The axioms as operations on relations, and the closure of facts under them in memory.

A relation is a property, or membership of one class. Terms are strings as N-Triples writes them, which Python compares
and keeps more cheaply than anything else. Every step starts from a pair that is new, so no pair is joined twice from
the same side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandategraph.core.namespaces import RDF
from mandategraph.reason.axioms import CHAIN, INVERSE, SAME_CLASS, SUBCLASS, SYMMETRIC, TRANSITIVE

if TYPE_CHECKING:
    from mandategraph.reason.rules import Rule

TYPE = f"<{RDF}type>"
Pair = tuple[str, str]
Fact = tuple[str, str, str]
"""Relation, subject, object."""


@dataclass(frozen=True, slots=True)
class Move:
    """Whoever stands in one relation stands in another, too, or the other way round: (x, y) gives (x, y) or (y, x)."""

    rule: str
    target: str
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """(x, y) in `left` and (y, z) in `right` give (x, z) in `target`."""

    rule: str
    left: str
    right: str
    target: str


@dataclass(slots=True)
class Program:
    """The operations by the relation that sets them off. Relations whose name begins with + hold halves of a chain."""

    moves: dict[str, list[Move]] = field(default_factory=dict)
    lefts: dict[str, list[Join]] = field(default_factory=dict)
    rights: dict[str, list[Join]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Sequence[Rule]) -> Program:
        """Return the operations of the rules that are axioms."""
        program = cls()
        for rule in rules:
            axiom = rule.axiom
            if axiom is None:
                continue
            given = [class_relation(iri) for iri in axiom.given]
            then = class_relation(axiom.then)
            if axiom.kind not in (SUBCLASS, SAME_CLASS):
                given, then = [f"<{iri}>" for iri in axiom.given], f"<{axiom.then}>"
            if axiom.kind == TRANSITIVE:
                program._join(Join(rule.name, then, then, then))
            elif axiom.kind == CHAIN:
                left = given[0]
                for number, right in enumerate(given[1:], 2):
                    target = then if number == len(given) else f"+{rule.name} {number}"
                    program._join(Join(rule.name, left, right, target))
                    left = target
            else:
                turned = axiom.kind in (INVERSE, SYMMETRIC)
                program.moves.setdefault(given[0], []).append(Move(rule.name, then, turned))
        return program

    @property
    def relations(self) -> frozenset[str]:
        """Every relation that some operation reads."""
        return frozenset((*self.moves, *self.lefts, *self.rights))

    @property
    def predicates(self) -> frozenset[str]:
        """The predicates of what operations read or add to, in angle brackets."""
        names = self.relations | self.targets
        return frozenset(predicate_of(name) for name in names if name[0] != "+")

    @property
    def targets(self) -> frozenset[str]:
        """Every relation that some operation adds to."""
        moves = (move.target for moves in self.moves.values() for move in moves)
        joins = (join.target for joins in self.lefts.values() for join in joins)
        return frozenset((*moves, *joins))

    def _join(self, join: Join) -> None:
        self.lefts.setdefault(join.left, []).append(join)
        self.rights.setdefault(join.right, []).append(join)


def class_relation(iri: str) -> str:
    """Return the relation of the members of a class."""
    return f"a <{iri}>"


def is_class(relation: str) -> bool:
    """Return whether a relation is the membership of a class."""
    return relation.startswith("a ")


def relation_of(predicate: str, value: str) -> str:
    """Return the relation in which a triple with this predicate and object stands; both as N-Triples writes them."""
    return f"a {value}" if predicate == TYPE else predicate


def predicate_of(relation: str) -> str:
    """Return the predicate of a relation's triples, as N-Triples writes it."""
    return TYPE if is_class(relation) else relation


def can_stand(subject: str, value: str) -> bool:
    """Return whether a conclusion may be written: its subject is an IRI, and its object has a name or is a literal."""
    return subject[0] == "<" and value[0] != "_"


def facts_of(lines: Iterable[str], program: Program) -> Iterator[Fact]:
    """Yield what a program can use of lines of N-Triples, written the one canonical way; nothing about blank nodes."""
    wanted, predicates = program.relations | program.targets, program.predicates
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        if predicate in predicates and subject[0] == "<" and rest[0] != "_":
            value = rest[:-2] if rest.endswith(" .") else rest
            relation = relation_of(predicate, value)
            if relation in wanted:
                yield relation, subject, value


def close(program: Program, facts: Iterable[Fact]) -> tuple[dict[Fact, str], int]:
    """
    Return what follows from facts and is not among them, with the rule that gave it first, and how many steps it took.

    >>> from mandategraph.reason.axioms import SUBPROPERTY, Axiom
    >>> from mandategraph.reason.rules import axiom_rules
    >>> carries_over = Axiom(TRANSITIVE, ("urn:in",), "urn:in", {})
    >>> rules = axiom_rules([Axiom(SUBPROPERTY, ("urn:part",), "urn:in", {}), carries_over])
    >>> found, _ = close(Program.of(rules), [("<urn:part>", "<urn:a>", "<urn:b>"), ("<urn:in>", "<urn:b>", "<urn:c>")])
    >>> sorted((subject, value) for _, subject, value in found)
    [('<urn:a>', '<urn:b>'), ('<urn:a>', '<urn:c>')]
    """
    onward: dict[str, dict[str, set[str]]] = {}
    backward: dict[str, dict[str, set[str]]] = {}
    waiting: list[Fact] = []
    derived: dict[Fact, str] = {}
    steps = 0
    lefts, rights, moves = program.lefts, program.rights, program.moves

    def know(fact: Fact) -> bool:
        relation, subject, value = fact
        objects = onward.setdefault(relation, {}).setdefault(subject, set())
        if value in objects:
            return False
        objects.add(value)
        if relation in lefts:
            backward.setdefault(relation, {}).setdefault(value, set()).add(subject)
        waiting.append(fact)
        return True

    for fact in facts:
        know(fact)
    while waiting:
        relation, subject, value = waiting.pop()
        for move in moves.get(relation, ()):
            steps += 1
            if move.turned:
                new = (move.target, value, subject)
            elif is_class(move.target):
                new = (move.target, subject, move.target[2:])
            else:
                new = (move.target, subject, value)
            if can_stand(new[1], new[2]) and know(new):
                derived[new] = move.rule
        for join in lefts.get(relation, ()):
            for end in tuple(onward.get(join.right, {}).get(value, ())):
                steps += 1
                new = (join.target, subject, end)
                if can_stand(subject, end) and know(new):
                    derived[new] = join.rule
        for join in rights.get(relation, ()):
            for start in tuple(backward.get(join.left, {}).get(subject, ())):
                steps += 1
                new = (join.target, start, value)
                if can_stand(start, value) and know(new):
                    derived[new] = join.rule
    return {fact: rule for fact, rule in derived.items() if fact[0][0] != "+"}, steps


def line_of(fact: Fact) -> str:
    """Return a fact as a triple in N-Triples, without the final full stop."""
    relation, subject, value = fact
    return f"{subject} {predicate_of(relation)} {value}"
