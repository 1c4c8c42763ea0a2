"""What the answers of a service depend on besides the request: the data as it is now, the day, the program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from mandategraph.core import scopes
from mandategraph.core.graphs import Dataset, Graphs

_APART = "\0"


@dataclass(slots=True)
class State:
    """
    One state, told from every other by its names; it remembers what is asked of it with every request.

    >>> state = State(Graphs("urn:at/"), ("000003", "17"), ("1.0", "000003", "17"))
    >>> state.tag("/sparql", "en") == state.tag("/sparql", "es")
    False
    >>> state.readable(scopes.NOBODY) is None
    True
    >>> state.look(["urn:mine"])
    >>> state.readable(scopes.NOBODY).named[-1]
    'urn:mine'
    """

    graphs: Graphs
    of: tuple[str, str]
    """The names of the data."""
    names: tuple[str, ...]
    day: str = ""
    """The day, where the data does not say as of which day it is to be read."""
    others: tuple[str, ...] | None = None
    """The graphs that belong to nobody; None before somebody looked."""
    _begun: hashlib._Hash = field(init=False)
    _readable: dict[frozenset[str], Dataset] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._begun = hashlib.sha256(_APART.join(self.names).encode())

    def tag(self, *told: str) -> str:
        """Return the entity tag of what is told of an answer, in this state."""
        begun = self._begun.copy()
        begun.update(_APART.join(("", *told)).encode("utf-8", "surrogatepass"))
        return f'"{begun.hexdigest()[:32]}"'

    def readable(self, granted: frozenset[str]) -> Dataset | None:
        """Return what somebody may read to whom this is granted; None before somebody looked which graphs there are."""
        if self.others is None:
            return None
        found = self._readable.get(granted)
        if found is None:
            # At most as many as there are sets of scopes.
            found = self._readable[granted] = scopes.readable(self.graphs, granted, self.others)
        return found

    def look(self, names: Iterable[str]) -> None:
        """Take the names of the graphs there are."""
        self.others = tuple(sorted(set(names).difference(self.graphs.all)))
