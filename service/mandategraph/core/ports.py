"""What the inside asks of the outside: a store of graphs, in plain terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from mandategraph.core.graphs import Dataset
from mandategraph.core.terms import Quad, Term

Row = Mapping[str, Term]
"""One solution: variable name (without `?`) to term; an unbound variable is absent."""


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT, all read: variables in the order of the query, rows in the order of the answer."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]


class GraphStore(Protocol):
    """
    A set of graphs that answers SPARQL.

    Every reading method raises MalformedQuery for SPARQL that does not parse and StoreUnavailable where the store
    cannot be reached. Graph None is the unnamed graph.
    """

    @property
    def revision(self) -> str:
        """What names the state of the data: another after every write, the same as long as nothing was written."""
        ...

    def select(self, query: str, dataset: Dataset) -> Table:
        """Return the solutions of a SELECT."""
        ...

    def ask(self, query: str, dataset: Dataset) -> bool:
        """Return the answer of an ASK."""
        ...

    def construct(self, query: str, dataset: Dataset) -> Iterator[Quad]:
        """Yield the triples of a CONSTRUCT or DESCRIBE, as quads of the unnamed graph."""
        ...

    def answer(self, query: str, dataset: Dataset, media_type: str) -> Iterator[bytes]:
        """Yield the answer of any query in a media type that suits its form; WrongUse where it does not."""
        ...

    def quads(self, graph: str | None) -> Iterator[Quad]:
        """Yield what lies in one graph."""
        ...

    def graph_names(self) -> tuple[str, ...]:
        """Return the names of the named graphs that hold something, sorted."""
        ...

    def has_graph(self, graph: str | None) -> bool:
        """Return whether a graph is there; the unnamed one always is, and one that holds nothing may be."""
        ...

    def load(self, stream: BinaryIO, media_type: str, graph: str | None = None) -> int:
        """Read RDF into one graph (graph None: where the file says, else the unnamed one); return the quads read."""
        ...

    def write(self, additions: Iterable[Quad], removals: Iterable[Quad] = ()) -> None:
        """Apply a difference whole or not at all."""
        ...
