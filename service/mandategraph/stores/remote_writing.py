"""
Writing for clients to another engine: requests in line, each worked out here and sent as one update.

An engine that takes an update back as a whole has it whole or not at all. Each update leaves a mark behind all that it
writes; where its answer is lost, the mark tells whether it was made.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from mandategraph.core.errors import Busy, MandateGraphError, NotWritten, RefusedQuery, StoreUnavailable
from mandategraph.core.terms import Quad
from mandategraph.stores.remote import RemoteStore
from mandategraph.stores.remote_changes import GraphChange, There, WorkedOut, work_out
from mandategraph.stores.remote_exchange import NotReached
from mandategraph.stores.remote_graphs import OurGraphs
from mandategraph.stores.update_texts import adding, removing
from mandategraph.stores.write_requests import UNNAMED, Request
from mandategraph.stores.writer import Versions

_CLOSE_SECONDS = 20.0


class RemoteWriting:
    """
    The only writer of the graphs of clients at an endpoint, for a service; `close` ends it.

    Everything here may be called from several threads at once. What it wrote is seen at once: nothing is to be waited
    for before it is read.
    """

    is_fresh = True

    def __init__(self, store: RemoteStore, ours: OurGraphs, waiting: int = 256, waiting_megabytes: int = 256) -> None:
        ours.take()
        self._store, self._ours = store, ours
        self._most, self._most_bytes = waiting, waiting_megabytes * 1_000_000
        self._versions = Versions(secrets.token_hex(4))
        self._line: queue.SimpleQueue[tuple[Request, Future[dict[str, Any]]] | None] = queue.SimpleQueue()
        self._changing = threading.Lock()
        self._waiting = self._bytes = 0
        self._is_closed = False
        self._is_settled = False
        self._thread = threading.Thread(target=self._carry_out, name="writing-there", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> Future[dict[str, Any]]:
        """
        Return what will come of a request once the engine has acknowledged it.

        The future raises what refused it: MandateGraphError of any kind, NotWritten where the engine failed. Busy
        where too much waits already.
        """
        done: Future[dict[str, Any]] = Future()
        done.set_running_or_notify_cancel()
        with self._changing:
            if self._is_closed:
                raise Busy("The service is stopping.")
            if self._waiting >= self._most or (self._waiting and self._bytes + request.size > self._most_bytes):
                raise Busy("Too many changes are waiting. Try again in a moment.")
            self._waiting += 1
            self._bytes += request.size
            self._line.put((request, done))
        return done

    def write(self, request: Request) -> dict[str, Any]:
        """Return what came of a request, once it is written."""
        return self.submit(request).result()

    def version(self, graph: str) -> str:
        """
        Return the name of the state of a graph, as conditions tell it; no older than any write acknowledged.

        A change that another program makes at the engine is told by the number of triples alone.
        """
        return f"{self._versions.of([graph])}.{self._count(graph)}"

    def freshen(self) -> None:
        """Do nothing: a read sees every write that was acknowledged."""

    @property
    def waiting(self) -> int:
        """How many requests are on their way."""
        return self._waiting

    def close(self) -> None:
        """Let what is on its way finish, and another take changes."""
        with self._changing:
            self._is_closed = True
        self._line.put(None)
        self._thread.join(_CLOSE_SECONDS)
        self._ours.close()

    def _carry_out(self) -> None:
        while (asked := self._line.get()) is not None:
            request, done = asked
            try:
                done.set_result(self._one(request))
            except MandateGraphError as problem:
                done.set_exception(problem)
            except ValueError as problem:
                done.set_exception(StoreUnavailable(f"Nothing was written: {problem}."))
            except Exception as problem:
                # Whoever waits must hear of it, and the others have their turn.
                done.set_exception(problem)
            finally:
                with self._changing:
                    self._waiting -= 1
                    self._bytes -= request.size

    def _one(self, request: Request) -> dict[str, Any]:
        self._settle()
        touched = [self._place(graph) for graph in request.touched]
        for graph in touched:
            self._look_whose(graph)
        version = self.version(request.touched[0]) if len(request.touched) == 1 else ""
        found = work_out(request, There(self._has, self._count, self._quads), version)
        if not found.outcome.get("was_there", True) and request.kind == "delete":
            return found.outcome
        # Before anything is written: a graph of which nobody knows whose it is could be read by nobody.
        self._ours.begin(self._place(graph) for graph in (*found.there, *_graphs_of(found)))
        try:
            self._send(found.changes, request.record or secrets.token_hex(8))
        except NotReached:
            self._note(found)
            raise
        finally:
            version = self._versions.changed(request.touched)
        self._note(found)
        return found.outcome | {"version": version}

    def _note(self, found: WorkedOut) -> None:
        """Note which graphs are there now: those that were named and those that hold something."""
        made = [self._place(graph) for graph in (*found.there, *_graphs_of(found))]
        there = [graph for graph in made if graph in map(self._place, found.there) or self._holds(graph)]
        gone = [*map(self._place, found.gone), *(graph for graph in made if graph not in there)]
        self._ours.settle(there, gone)

    def _look_whose(self, graph: str) -> None:
        """Refuse a graph that is there and not ours, or whose name the installation keeps for itself."""
        if graph == self._ours.unnamed or self._ours.has(graph):
            return
        if self._ours.is_reserved(graph):
            raise RefusedQuery(f"The graph <{graph}> belongs to the installation; only its commands change it.")
        if self._holds(graph):
            told = f"The graph <{graph}> is there already at the engine, and was not written through this service"
            raise RefusedQuery(f"{told}: it may be somebody else's.")

    def _send(self, changes: tuple[GraphChange, ...], name: str) -> None:
        at_once = self._store.dialect.at_once
        operations: list[str] = []
        staged: list[str] = []
        try:
            for change in changes:
                place = self._place(change.graph)
                written = adding(change.added, self._ours.unnamed, self._store.dialect.most_together)
                if len(change.added) > at_once:
                    staged.append(self._ours.staging(f"{name}-{len(staged)}"))
                    self._gather(change, staged[-1], at_once)
                    verb = "MOVE" if change.is_emptied else "ADD"
                    operations += removing(change.removed, self._ours.unnamed)
                    operations.append(f"{verb} SILENT GRAPH <{staged[-1]}> TO GRAPH <{place}>")
                    operations.append(f"DROP SILENT GRAPH <{staged[-1]}>")
                    continue
                if change.is_emptied:
                    operations.append(f"DROP SILENT GRAPH <{place}>")
                operations += removing(change.removed, self._ours.unnamed)
                operations += (text for text, _ in written)
            if operations:
                self._store.transact(operations, name)
        except MandateGraphError:
            for graph in staged:
                with suppress(MandateGraphError):
                    self._store.drop(graph)
            raise

    def _gather(self, change: GraphChange, graph: str, at_once: int) -> None:
        """Lay down a large graph beside its place, in pieces that the engine takes; nobody can read it there."""
        from pyoxigraph import NamedNode, Quad

        name = NamedNode(graph)
        quads = (Quad(quad.subject, quad.predicate, quad.object, name) for quad in change.added)
        piece: list[str] = []
        size = 0
        try:
            for text, number in adding(quads, "", self._store.dialect.most_together):
                if piece and size + number > at_once:
                    self._store.send(piece)
                    piece, size = [], 0
                piece.append(text)
                size += number
            self._store.send(piece)
        except StoreUnavailable as problem:
            raise NotWritten(f"{problem.message} Nothing was written.") from problem

    def _settle(self) -> None:
        """Find out once what became of the graphs that were being written when somebody was cut off."""
        if self._is_settled:
            return
        for graph in self._ours.begun():
            is_there = self._holds(graph)
            self._ours.settle([graph] if is_there else [], [] if is_there else [graph])
        for graph in self._store.reserved_names():
            if graph.startswith(self._ours.staging("")):
                self._store.drop(graph)
        self._is_settled = True

    def _place(self, graph: str) -> str:
        return self._ours.unnamed if graph == UNNAMED else graph

    def _has(self, graph: str) -> bool:
        # Those of the installation are read here, where the gate let them pass.
        return self._ours.has(graph) or graph in self._ours.installation.all

    def _holds(self, graph: str) -> bool:
        return self._store.count(graph) > 0

    def _count(self, graph: str) -> int:
        return self._store.count(self._place(graph))

    def _quads(self, graph: str) -> Iterator[Quad]:
        return self._store.quads(graph or None)


def _graphs_of(found: WorkedOut) -> list[str]:
    return [change.graph for change in found.changes if change.added]
