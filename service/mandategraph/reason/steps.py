"""The axioms as single steps between pairs, for runs that start from a change: what gives what, and what gave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mandategraph.reason.axioms import CHAIN, INVERSE, SAME_CLASS, SUBCLASS, SYMMETRIC, TRANSITIVE
from mandategraph.reason.horn import Fact, can_stand, class_relation, is_class
from mandategraph.reason.rules import Rule
from mandategraph.reason.view import View


@dataclass(frozen=True, slots=True)
class Step:
    """A chain of relations leads to a pair of `target`; `turned` where the ends change places."""

    rule: str
    body: tuple[str, ...]
    target: str
    turned: bool = False

    def head(self, start: str, end: str) -> Fact:
        """Return what follows from a chain that runs from start to end."""
        if is_class(self.target):
            return (self.target, start, self.target[2:])
        return (self.target, end, start) if self.turned else (self.target, start, end)


def steps_of(rules: Sequence[Rule]) -> tuple[Step, ...]:
    """Return the steps of the rules that are axioms."""
    steps = []
    for rule in rules:
        axiom = rule.axiom
        if axiom is None:
            continue
        if axiom.kind in (SUBCLASS, SAME_CLASS):
            steps.append(Step(rule.name, (class_relation(axiom.given[0]),), class_relation(axiom.then)))
            continue
        body = tuple(f"<{iri}>" for iri in axiom.given) * (2 if axiom.kind == TRANSITIVE else 1)
        turned = axiom.kind in (INVERSE, SYMMETRIC)
        assert axiom.kind == CHAIN or len(axiom.given) == 1  # noqa: S101 - only a chain gives several
        steps.append(Step(rule.name, body, f"<{axiom.then}>", turned))
    return tuple(steps)


def consequences(steps: Sequence[Step], facts: Iterable[Fact], view: View) -> set[Fact]:
    """Return what follows in one step from facts together with what a view knows; the facts must be known in it."""
    by_relation: dict[str, set[tuple[str, str]]] = {}
    for relation, subject, value in facts:
        by_relation.setdefault(relation, set()).add((subject, value))
    heads: set[Fact] = set()
    for step in steps:
        for place, relation in enumerate(step.body):
            pairs = by_relation.get(relation)
            if pairs:
                heads.update(_heads(step, place, pairs, view))
    return heads


def derivable(steps: Sequence[Step], facts: Iterable[Fact], view: View) -> set[Fact]:
    """Return those of some facts that follow in one step from what a view knows."""
    found: set[Fact] = set()
    by_relation: dict[str, set[Fact]] = {}
    for fact in facts:
        by_relation.setdefault(fact[0], set()).add(fact)
    for step in steps:
        wanted = by_relation.get(step.target, set()) - found
        if not wanted:
            continue
        if step.turned:
            turned = {(step.target, value, subject) for _, subject, value in wanted if value[0] == "<"}
            reached = view.chained(turned, step.body)
            found |= {(relation, value, subject) for relation, subject, value in reached}
        else:
            found |= view.chained(wanted, step.body)
    return found


def _heads(step: Step, place: int, pairs: set[tuple[str, str]], view: View) -> Iterator[Fact]:
    onward = view.along(step.body[place + 1 :], {value for _, value in pairs})
    before = view.along(step.body[:place][::-1], {subject for subject, _ in pairs}, backward=True)
    for subject, value in pairs:
        for start in before.get(subject, ()):
            for end in onward.get(value, ()):
                head = step.head(start, end)
                if can_stand(head[1], head[2]):
                    yield head
