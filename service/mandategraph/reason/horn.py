"""
The axioms as operations on relations, and the closure of facts under them in memory.

A relation is a property, or membership of one class. Terms are strings as N-Triples writes them, which Python compares
and keeps more cheaply than anything else, and what one node leads to is taken as a set. Every step starts from pairs
that are new, so no pair is joined twice from the same side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandategraph.core.namespaces import RDF
from mandategraph.reason.axioms import CHAIN, INVERSE, SAME_CLASS, SUBCLASS, SYMMETRIC, TRANSITIVE

if TYPE_CHECKING:
    from mandategraph.reason.rules import Rule

TYPE = f"<{RDF}type>"
Fact = tuple[str, str, str]
"""Relation, subject, object."""
Ends = defaultdict[str, set[str]]
"""What each node leads to in a relation; of a class, its members by the class."""
Relations = defaultdict[str, Ends]


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


def relations_of(lines: Iterable[str], program: Program) -> Relations:
    """Return what a program can use of triples in N-Triples without full stops; nothing about blank nodes."""
    relations = no_relations()
    wanted = program.relations | program.targets
    of_classes = {TYPE} if any(map(is_class, wanted)) else set()
    for line in lines:
        subject, predicate, value = line.split(" ", 2)
        if predicate in wanted:
            if subject[0] == "<" and value[0] != "_":
                relations[predicate][subject].add(value)
        elif predicate in of_classes and subject[0] == "<" and (relation := f"a {value}") in wanted:
            relations[relation][value].add(subject)
    return relations


def no_relations() -> Relations:
    """Return relations in which nothing stands."""
    return defaultdict(lambda: defaultdict(set))


@dataclass(slots=True)
class Closed:
    """What follows from facts and is not among them, how much each rule gave first, and how many steps it took."""

    found: list[tuple[str, Ends]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    steps: int = 0

    def lines(self) -> list[str]:
        """Return what follows as triples in N-Triples, without full stops."""
        told: list[str] = []
        for relation, ends in self.found:
            if is_class(relation):
                told += [f"{member} {TYPE} {iri}" for iri, members in ends.items() for member in members]
            elif relation[0] != "+":
                told += [f"{subject} {relation} {value}" for subject, values in ends.items() for value in values]
        return told


def close(program: Program, facts: Relations) -> Closed:
    """
    Return what follows from facts, which are added to.

    >>> from mandategraph.reason.axioms import SUBPROPERTY, Axiom
    >>> from mandategraph.reason.rules import axiom_rules
    >>> carries_over = Axiom(TRANSITIVE, ("urn:in",), "urn:in", {})
    >>> rules = axiom_rules([Axiom(SUBPROPERTY, ("urn:part",), "urn:in", {}), carries_over])
    >>> program = Program.of(rules)
    >>> facts = relations_of(["<urn:a> <urn:part> <urn:b>", "<urn:b> <urn:in> <urn:c>"], program)
    >>> sorted(close(program, facts).lines())
    ['<urn:a> <urn:in> <urn:b>', '<urn:a> <urn:in> <urn:c>']
    """
    run = _Run(program, facts)
    for relation in tuple(facts):
        run.turn(relation, facts[relation])
    # All facts are known at once, so that each pair of them is met from its left side.
    for relation in tuple(facts):
        run.move(relation, facts[relation])
        run.join_right(relation, facts[relation])
    while run.waiting:
        relation = next(iter(run.waiting))
        new = run.waiting.pop(relation)
        run.closed.found.append((relation, new))
        known = facts[relation]
        for subject, values in new.items():
            known[subject] |= values
        run.turn(relation, new)
        run.move(relation, new)
        run.join_right(relation, new)
        run.join_left(relation, new)
    return run.closed


_NOTHING: dict[str, set[str]] = {}


@dataclass(slots=True)
class _Run:
    """What is known, and what follows and waits to be known and followed up."""

    program: Program
    known: Relations
    # What is known from the other end, where a chain can be continued to the left.
    before: Relations = field(default_factory=no_relations)
    waiting: Relations = field(default_factory=no_relations)
    closed: Closed = field(default_factory=Closed)

    def turn(self, relation: str, new: Ends) -> None:
        if relation in self.program.lefts:
            before = self.before[relation]
            for subject, values in new.items():
                for value in values:
                    before[value].add(subject)

    def move(self, relation: str, new: Ends) -> None:
        for move in self.program.moves.get(relation, ()):
            offers: Iterable[tuple[str, set[str]]] = new.items()
            if is_class(move.target):
                offers = [(move.target[2:], members) for members in new.values()]
            elif move.turned:
                turned: Ends = defaultdict(set)
                for subject, values in new.items():
                    for value in values:
                        if can_stand(value, subject):
                            turned[value].add(subject)
                offers = turned.items()
            self._offer(move.rule, move.target, offers)

    def join_right(self, relation: str, new: Ends) -> None:
        for join in self.program.lefts.get(relation, ()):
            right = self.known.get(join.right)
            if right:
                offers = (
                    (subject, right[value]) for subject, values in new.items() for value in values if value in right
                )
                self._offer(join.rule, join.target, offers)

    def join_left(self, relation: str, new: Ends) -> None:
        for join in self.program.rights.get(relation, ()):
            left = self.before.get(join.left)
            if left:
                offers = (
                    (start, values) for subject, values in new.items() if subject in left for start in left[subject]
                )
                self._offer(join.rule, join.target, offers)

    def _offer(self, rule: str, target: str, offers: Iterable[tuple[str, set[str]]]) -> None:
        """Let wait what is offered and not known; nothing that is known changes meanwhile."""
        # Looking up what is not there would put it there.
        known = self.known.get(target, _NOTHING)
        waiting = self.waiting[target]
        steps = count = 0
        for subject, values in offers:
            steps += len(values)
            there = known.get(subject)
            fresh = values.difference(there) if there else values
            if not fresh:
                continue
            if subject in waiting:
                ahead = waiting[subject]
                count -= len(ahead)
                ahead |= fresh
                count += len(ahead)
            else:
                waiting[subject] = set(fresh)
                count += len(fresh)
        self.closed.steps += steps
        if count:
            self.closed.counts[rule] += count
        elif not waiting:
            del self.waiting[target]
