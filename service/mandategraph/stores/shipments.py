"""What each shipped plan put into a store when it was last loaded, so that a refresh touches nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.lasting import make_folder, put


class Shipments:
    """
    The quads of each loaded plan, one sorted N-Quads file a plan in a folder; without a folder, in memory.

    >>> shipments = Shipments(None)
    >>> shipments.keep("cam", [ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))])
    >>> len(shipments.of("cam")), len(shipments.of_others("cam"))
    (1, 0)
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._held: dict[str, set[ox.Quad]] = {}

    def names(self) -> tuple[str, ...]:
        """Return the names of the plans that were loaded."""
        if self.folder is None:
            return tuple(sorted(self._held))
        return tuple(sorted(path.stem for path in self.folder.glob("*.nq")))

    def of(self, name: str) -> set[ox.Quad]:
        """Return the quads of a plan as they were when it was last loaded."""
        if self.folder is None:
            return self._held.get(name, set())
        path = self.folder / f"{name}.nq"
        try:
            return set(ox.parse(path.read_bytes(), ox.RdfFormat.N_QUADS)) if path.exists() else set()
        except (OSError, SyntaxError) as problem:
            raise StoreUnavailable(f"The store is damaged: {path} cannot be read ({problem}).") from problem

    def of_others(self, name: str) -> set[ox.Quad]:
        """Return the quads of all plans but one: what they share must stay."""
        return set().union(*(self.of(other) for other in self.names() if other != name))

    def keep(self, name: str, quads: Iterable[ox.Quad]) -> None:
        """Remember what a plan put into the store."""
        if self.folder is None:
            self._held[name] = set(quads)
            return
        text = "".join(sorted(f"{quad} .\n" for quad in set(quads)))
        try:
            make_folder(self.folder)
            put(self.folder / f"{name}.nq", text.encode())
        except OSError as problem:
            raise StoreUnavailable(f"{self.folder} cannot be written: {problem.strerror}.") from problem
