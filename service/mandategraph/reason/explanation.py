"""Why a conclusion holds: the rule that gave it and the triples that it came from, down to what is stated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.ports import GraphStore, Row
from mandategraph.core.terms import Iri, Literal, Term, values_block
from mandategraph.reason.horn import is_class
from mandategraph.reason.rules import TYPE, Rule
from mandategraph.reason.steps import Step, steps_of

DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Triple:
    """A triple without its graph."""

    subject: Iri
    predicate: Iri
    object: Iri | Literal


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which a conclusion came about: a rule, and what it started from."""

    rule: Rule
    premises: tuple[Explained, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """
    A triple, and why it holds: it is stated, or it has reasons.

    `ways` counts the reasons there are, of which some may be left untold; a triple that is neither stated nor concluded
    has none. A reason that would rest on the triple itself is no reason.
    """

    triple: Triple
    stated: bool
    ways: int = 0
    reasons: tuple[Reason, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the triple is stated or follows."""
        return self.stated or bool(self.reasons)

    def grounds(self) -> Iterator[Triple]:
        """Yield the stated triples at the bottom of what is told, each once."""
        seen: set[Triple] = set()
        waiting = [self]
        while waiting:
            one = waiting.pop(0)
            if one.stated and one.triple not in seen:
                seen.add(one.triple)
                yield one.triple
            waiting.extend(premise for reason in one.reasons for premise in reason.premises)


def explain(
    store: GraphStore, rules: Sequence[Rule], graphs: Graphs, triple: Triple, most: int = 3, inner: int = 1
) -> Explained:
    """
    Return why a triple holds; `most` reasons are told of it, `inner` of each thing that it rests on.

    What the store holds as inferred is believed to be up to date.
    """
    return _Explainer(store, rules, graphs, inner).explain(triple, most, ())


@dataclass
class _Explainer:
    store: GraphStore
    rules: Sequence[Rule]
    graphs: Graphs
    inner: int
    stated: dict[Triple, bool] = field(default_factory=dict)
    found: dict[Triple, list[tuple[Rule, tuple[Triple, ...]]]] = field(default_factory=dict)

    def explain(self, triple: Triple, most: int, above: tuple[Triple, ...]) -> Explained:
        if self._is_stated(triple):
            return Explained(triple, True)
        path = (*above, triple)
        if len(path) > DEEPEST:
            return Explained(triple, False)
        # Without those that come back to where they started.
        ways = [way for way in self._ways(triple) if not set(way[1]).intersection(path)]
        reasons: list[Reason] = []
        for rule, premises in ways:
            if len(reasons) == most:
                break
            explained: list[Explained] = []
            for premise in premises:
                told = self.explain(premise, self.inner, path)
                if not told.holds:
                    break
                explained.append(told)
            else:
                reasons.append(Reason(rule, tuple(explained)))
        return Explained(triple, False, len(ways) if reasons else 0, tuple(reasons))

    def _is_stated(self, triple: Triple) -> bool:
        if triple not in self.stated:
            pattern = " ".join(term.sparql() for term in (triple.subject, triple.predicate, triple.object))
            dataset = Dataset((None, self.graphs.facts))
            self.stated[triple] = self.store.ask(f"ASK {{ {pattern} }}", dataset)
        return self.stated[triple]

    def _ways(self, triple: Triple) -> list[tuple[Rule, tuple[Triple, ...]]]:
        if triple not in self.found:
            ways = [way for rule in self.rules for way in self._ways_of(rule, triple)]
            # What rests on stated triples alone comes first.
            ways.sort(key=lambda way: sum(not self._is_stated(premise) for premise in way[1]))
            self.found[triple] = ways
        return self.found[triple]

    def _ways_of(self, rule: Rule, triple: Triple) -> Iterator[tuple[Rule, tuple[Triple, ...]]]:
        if rule.axiom is not None:
            [step] = steps_of([rule])
            if _fits(step, triple):
                yield from ((rule, premises) for premises in self._by_step(step, triple))
        elif rule.derivation is not None and rule.derivation.head == triple.predicate.value:
            derivation = rule.derivation
            ends = values_block([derivation.subject, derivation.value], [(triple.subject, triple.object)])
            where = ""
            if not derivation.looks_at_itself:
                where = derivation.where_for(values_block([derivation.subject], [(triple.subject,)]))
            for way in derivation.because:
                body = " . ".join(" ".join(part) for part in way)
                variables = sorted({part for parts in way for part in parts if part[0] == "?"})
                asked = f"SELECT DISTINCT {' '.join(variables)} WHERE {{ {ends} {where} {body} }}"
                for row in self._rows(derivation.prefixes + asked):
                    yield rule, tuple(_triple(parts, row) for parts in way)

    def _by_step(self, step: Step, triple: Triple) -> Iterator[tuple[Triple, ...]]:
        start, end = (triple.object, triple.subject) if step.turned else (triple.subject, triple.object)
        if is_class(step.body[0]):
            way = [("?a0", f"<{TYPE}>", step.body[0][2:])]
            ends = values_block(["a0"], [(start,)])
        else:
            way = [(f"?a{number}", relation, f"?a{number + 1}") for number, relation in enumerate(step.body)]
            if isinstance(start, Literal):
                return
            ends = values_block(["a0", f"a{len(way)}"], [(start, end)])
        body = " . ".join(" ".join(parts) for parts in way)
        for row in self._rows(f"SELECT DISTINCT * WHERE {{ {ends} {body} }}"):
            yield tuple(_triple(parts, row) for parts in way)

    def _rows(self, query: str) -> Sequence[Row]:
        dataset = Dataset((None, self.graphs.facts, self.graphs.inferred))
        return self.store.select(query, dataset).rows


def _fits(step: Step, triple: Triple) -> bool:
    if is_class(step.target):
        return triple.predicate.value == TYPE and triple.object.sparql() == step.target[2:]
    return triple.predicate.sparql() == step.target


def _triple(parts: tuple[str, str, str], row: Row) -> Triple:
    subject, predicate, value = (_term(part, row) for part in parts)
    assert isinstance(subject, Iri) and isinstance(predicate, Iri)  # noqa: S101, PT018 - no rule reads blank nodes
    assert isinstance(value, Iri | Literal)  # noqa: S101
    return Triple(subject, predicate, value)


def _term(part: str, row: Row) -> Term:
    return row[part[1:]] if part[0] == "?" else Iri(part[1:-1])
