"""Which graphs of an endpoint are ours: those of the installation, and those that clients wrote through it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.graphs import Graphs
from mandategraph.stores.audit import FILE as RECORD_OF_WRITES
from mandategraph.stores.lasting import make_folder, put
from mandategraph.stores.locks import is_taken_alone

FILE = "graphs"
_LOCK = ".graphs.lock"
_BEGUN = " begun"


class OurGraphs:
    """
    The record of the graphs at an endpoint that are ours; without a folder, in memory.

    An endpoint holds graphs of others, too, and nobody tells which: what stands here was not there before a client
    wrote it through this installation. One IRI a line, sorted; a line that ends with “ begun” is of a graph that was
    being written. Whoever wants a graph to be read here that came another way adds its line.

    >>> ours = OurGraphs(Graphs("urn:at/"))
    >>> ours.begin(["urn:notes"])
    >>> ours.settle(["urn:notes"], [])
    >>> ours.of_clients(), ours.has("urn:notes"), ours.has("urn:of-others")
    (('urn:notes',), True, False)
    """

    def __init__(self, installation: Graphs, folder: Path | None = None) -> None:
        self.installation = installation
        self._folder = folder
        self._held: dict[str, bool] = {}
        self._read_at: tuple[int, int] = (-1, -1)
        self._lock = -1

    @property
    def unnamed(self) -> str:
        """Where at an endpoint lies what clients write into the graph without a name: not every engine has one."""
        return f"{self.installation.base}graph/unnamed"

    @property
    def marks(self) -> str:
        """Where a change leaves its name, by which is told afterwards whether it was made."""
        return f"{self.installation.base}graph/changes"

    def staging(self, name: str) -> str:
        """Return where a large graph is gathered before it takes its place."""
        return f"{self.installation.base}graph/staging/{name}"

    def is_reserved(self, graph: str) -> bool:
        """Return whether no client may write a graph of this name."""
        return graph.startswith(f"{self.installation.base}graph/")

    def of_clients(self) -> tuple[str, ...]:
        """Return the named graphs that clients wrote, sorted."""
        return tuple(sorted(set(self._now()) - {self.unnamed}))

    def has(self, graph: str) -> bool:
        """Return whether clients wrote this graph; the one without a name is told by the name it has there."""
        return graph in self._now()

    def begun(self) -> tuple[str, ...]:
        """Return the graphs that were being written when somebody was cut off."""
        return tuple(sorted(graph for graph, is_begun in self._now().items() if is_begun))

    def begin(self, graphs: Iterable[str]) -> None:
        """Note on the disk that graphs are about to be written that were not there."""
        held = self._now()
        new = {graph: True for graph in graphs if graph not in held}
        if new:
            self._keep(held | new)

    def settle(self, there: Iterable[str], gone: Iterable[str]) -> None:
        """Note which graphs are there now, and which are not."""
        held = self._now()
        left = {graph: is_begun for graph, is_begun in held.items() if graph not in set(gone)}
        left |= dict.fromkeys(there, False)
        if left != held:
            self._keep(left)

    def mark(self) -> str:
        """Return what changes with every write of this user to the endpoint, by whatever command."""
        if self._folder is None:
            return ""
        with suppress(OSError):
            found = (self._folder / RECORD_OF_WRITES).stat()
            return f"{found.st_mtime_ns}.{found.st_size}"
        return ""

    def take(self) -> None:
        """Be the only one who writes graphs of clients, until closed; StoreUnavailable where another is."""
        if self._folder is None:
            return
        try:
            make_folder(self._folder)
            number = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise StoreUnavailable(f"{self._folder} cannot be written: {problem.strerror or problem}.") from problem
        if not is_taken_alone(number):
            os.close(number)
            told = f"Another service takes changes for this engine; its record lies in {self._folder}"
            raise StoreUnavailable(f"{told}. Stop it, or let this one only read: mandategraph serve --read-only")
        self._lock = number

    def close(self) -> None:
        """Let another take changes."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _now(self) -> dict[str, bool]:
        if self._folder is None:
            return self._held
        path = self._folder / FILE
        try:
            found = path.stat()
            read_at = (found.st_mtime_ns, found.st_ino)
            if read_at != self._read_at:
                lines = path.read_text(encoding="utf-8").splitlines()
                held = [line for line in map(str.strip, lines) if line]
                self._held = {line.removesuffix(_BEGUN): line.endswith(_BEGUN) for line in held}
                self._read_at = read_at
        except FileNotFoundError:
            self._held, self._read_at = {}, (-1, -1)
        except (OSError, UnicodeDecodeError) as problem:
            raise StoreUnavailable(
                f"{path} cannot be read, which tells whose graphs are whose: {problem}."
            ) from problem
        return self._held

    def _keep(self, held: dict[str, bool]) -> None:
        if self._folder is None:
            self._held = held
            return
        written = "".join(f"{graph}{_BEGUN if is_begun else ''}\n" for graph, is_begun in sorted(held.items()))
        try:
            make_folder(self._folder)
            put(self._folder / FILE, written.encode(), 0o600)
        except OSError as problem:
            told = f"Nothing was written: {self._folder / FILE} does not take the names of graphs"
            raise StoreUnavailable(f"{told}: {problem.strerror or problem}.") from problem
