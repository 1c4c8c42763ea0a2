"""The quads that a tried change adds, or takes away: in memory while they are few, else in files beside the copy."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

_FEW = 20_000
_PIECE = 200_000
_N_QUADS = ox.RdfFormat.N_QUADS


class Changes(Collection[ox.Quad]):
    """
    Quads, each once, in no promised order.

    Without a folder they stay in memory. In a folder they are held in pieces of N-Quads, and only what was taken back
    after it was written there is held in memory.

    >>> quad = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"), ox.NamedNode("urn:g"))
    >>> changes = Changes()
    >>> changes.add([quad]); len(changes), dict(changes.by_graph)
    (1, {'urn:g': 1})
    >>> changes.take_back(quad); list(changes)
    []
    """

    def __init__(self, folder: Path | None = None, name: str = "changes") -> None:
        self.by_graph: Counter[str] = Counter()
        self._folder = folder
        self._name = name
        self._few: dict[ox.Quad, None] = {}
        self._pieces: list[Path] = []
        self._in_piece = 0
        self._taken_back: set[ox.Quad] = set()

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Take in quads that are not among these."""
        fresh = dict.fromkeys(quads)
        self.by_graph.update(map(_graph_of, fresh))
        again = self._taken_back.intersection(fresh) if self._taken_back else ()
        for quad in again:
            self._taken_back.discard(quad)
            del fresh[quad]
        self._few |= fresh
        if self._folder is not None and len(self._few) >= _FEW:
            self._write_out(self._folder)

    def take_back(self, quad: ox.Quad) -> None:
        """Leave out a quad that is among these."""
        self.by_graph[_graph_of(quad)] -= 1
        if quad in self._few:
            del self._few[quad]
        else:
            self._taken_back.add(quad)

    def in_pieces(self, folder: Path) -> list[Path]:
        """Return N-Quads files that hold these quads, made in a folder of the same file system."""
        found: list[Path] = []
        if not self._taken_back:
            if self._folder is not None and self._few:
                self._write_out(self._folder)
            for piece in self._pieces:
                found.append(folder / piece.name)
                try:
                    found[-1].hardlink_to(piece)
                except OSError:  # no hard links here
                    shutil.copyfile(piece, found[-1])
            return found
        left = iter(self)
        for first in left:
            found.append(folder / f"{self._name}-{len(found):05d}.nq")
            with found[-1].open("wb") as file:
                ox.serialize(chain([first], islice(left, _PIECE - 1)), file, format=_N_QUADS)
        return found

    def __len__(self) -> int:
        return self.by_graph.total()

    def __iter__(self) -> Iterator[ox.Quad]:
        for piece in self._pieces:
            for quad in ox.parse(path=str(piece), format=_N_QUADS):
                if quad not in self._taken_back:
                    yield quad
        yield from self._few

    def __contains__(self, quad: object) -> bool:
        if quad in self._few:
            return True
        return bool(self._pieces) and any(quad == other for other in self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Collection) and len(self) == len(other) and all(quad in other for quad in self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} quads>"

    def _write_out(self, folder: Path) -> None:
        if not self._pieces or self._in_piece >= _PIECE:
            self._pieces.append(folder / f"{self._name}-{len(self._pieces):05d}.nq")
            self._in_piece = 0
        with self._pieces[-1].open("ab") as file:
            ox.serialize(self._few, file, format=_N_QUADS)
        self._in_piece += len(self._few)
        self._few.clear()


def _graph_of(quad: ox.Quad) -> str:
    return getattr(quad.graph_name, "value", "")
