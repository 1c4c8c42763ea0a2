"""What either engine returns, in one form: which node of which shape, with which value, and the rows behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from mandategraph.checks.shapes import Shape
from mandategraph.core.namespaces import AT, MG, XSD
from mandategraph.core.terms import BlankNode, Iri, Literal, Term

RUN = Iri(AT + "run")
"""The node of the run: its day and its plan are given to the shapes and stored nowhere."""


@dataclass(frozen=True, slots=True)
class Run:
    """
    What a run of the checks is about: the day it speaks of and the plan it looks at.

    >>> Run(on=date(2016, 10, 20)).values(MG + "onDate")
    (Literal(value='2016-10-20', datatype='http://www.w3.org/2001/XMLSchema#date', language=''),)
    """

    on: date | None = None
    plan: Iri | None = None

    def values(self, predicate: str) -> tuple[Iri | Literal, ...]:
        """Return what the run node says by one predicate: none or one value."""
        if predicate == MG + "onDate" and self.on is not None:
            return (Literal(self.on.isoformat(), datatype=XSD + "date"),)
        if predicate == MG + "plan" and self.plan is not None:
            return (self.plan,)
        return ()

    def triples(self) -> Iterable[tuple[Iri, Iri, Iri | Literal]]:
        """Yield the run as triples, for an engine that reads a copy."""
        for predicate in (MG + "onDate", MG + "plan"):
            for value in self.values(predicate):
                yield RUN, Iri(predicate), value


@dataclass(frozen=True, slots=True)
class Result:
    """
    One (shape, focus, value) that fails, and the rows of the SELECT behind it.

    `value` is None where SHACL gives none (a missing or a surplus property). Several rows differ in what they bind:
    `bound` returns every distinct term of a variable, in the order of the terms' spelling.
    """

    code: str
    focus: Iri | BlankNode
    value: Term | None
    rows: tuple[Mapping[str, Term], ...] = field(default=(), compare=False, hash=False)

    def bound(self, variable: str) -> tuple[Term, ...]:
        """Return the distinct terms that the rows bind to a variable."""
        found = {row[variable] for row in self.rows if variable in row}
        return tuple(sorted(found, key=_spelling))


def _spelling(term: Term) -> tuple[int, str]:
    number = term.value if isinstance(term, Literal) and term.datatype == XSD + "integer" else ""
    padded = number.zfill(20) if number.isdigit() else ""
    return (0 if padded else 1, padded or str(term))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found, how many nodes each shape looked at, and which engine each shape ran in."""

    results: tuple[Result, ...]
    looked_at: Mapping[str, int]
    engines: Mapping[str, str]
    notes: tuple[str, ...] = ()


class Engine(Protocol):
    """Runs shapes over the default dataset of a store."""

    def __call__(self, shapes: Sequence[Shape], run: Run) -> Outcome:
        """Return what the shapes find."""
        ...


def gathered(code: str, rows: Iterable[tuple[Iri | BlankNode, Term | None, Mapping[str, Term]]]) -> tuple[Result, ...]:
    """Return one result for each focus and value, sorted, with every row that speaks of it."""
    together: dict[tuple[Iri | BlankNode, Term | None], list[Mapping[str, Term]]] = {}
    for focus, value, bound in rows:
        together.setdefault((focus, value), []).append(bound)
    ordered = sorted(
        together.items(), key=lambda pair: (str(pair[0][0]), "" if pair[0][1] is None else str(pair[0][1]))
    )
    return tuple(Result(code, focus, value, tuple(bound)) for (focus, value), bound in ordered)
