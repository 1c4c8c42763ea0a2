"""What a check found, as SHACL tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mandategraph.checks.shacl.graph import Node
from mandategraph.checks.shacl.paths import Path
from mandategraph.core.terms import Iri, Literal, Term


@dataclass(frozen=True, slots=True)
class Result:
    """
    One result of a validation.

    `row` is the solution of the query behind it, with every variable the query selects.
    """

    focus: Term
    path: Path | None
    value: Term | None
    component: Iri
    shape: Node
    severity: Iri
    constraint: Node | None = None
    messages: tuple[Literal, ...] = ()
    details: tuple[Result, ...] = ()
    row: Mapping[str, Term] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What a validation came to: the results, which shapes found no node to look at, and what is to be said beside.

    `left` are shapes this engine could not take, each with the reason.
    """

    results: tuple[Result, ...]
    idle: tuple[Node, ...]
    left: Mapping[Node, str]
    notes: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether nothing was found; SHACL counts results of any severity."""
        return not self.results
