"""The five graphs of an installation, and which of them a reader sees."""

from __future__ import annotations

from dataclasses import dataclass

from mandategraph.core.namespaces import AT


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a query reads: `default` is its default graph, merged (None: the unnamed graph); `named` answers GRAPH."""

    default: tuple[str | None, ...]
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graphs:
    """
    The names of the five graphs under the installation's own base.

    >>> Graphs().facts
    'https://w3id.org/mandategraph/at/graph/facts'
    """

    base: str = AT

    @property
    def facts(self) -> str:
        """Accepted facts and decisions of persons."""
        return f"{self.base}graph/facts"

    @property
    def internal(self) -> str:
        """Facts for member states or the secretariat only."""
        return f"{self.base}graph/internal"

    @property
    def inferred(self) -> str:
        """What the rules derive; can be thrown away and rebuilt."""
        return f"{self.base}graph/inferred"

    @property
    def review(self) -> str:
        """Drafts and proposals that nobody has decided."""
        return f"{self.base}graph/review"

    @property
    def validation(self) -> str:
        """Reports of checks."""
        return f"{self.base}graph/validation"

    @property
    def all(self) -> tuple[str, ...]:
        """Every graph of the installation, in a fixed order."""
        return (self.facts, self.internal, self.inferred, self.review, self.validation)

    def public(self) -> Dataset:
        """What anybody may read: facts and inferred, also by name."""
        return Dataset((None, self.facts, self.inferred), (self.facts, self.inferred, self.validation))

    def with_proposals(self) -> Dataset:
        """The same, and the review graph by name only: for questions that show proposals in a block of their own."""
        return Dataset((None, self.facts, self.inferred), (self.facts, self.inferred, self.validation, self.review))

    def everything(self) -> Dataset:
        """What a command may read that opens its own store: every graph by name."""
        return Dataset((None, self.facts, self.inferred), self.all)
