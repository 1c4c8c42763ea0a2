"""A change that a client asks for: who may, how far it may reach, how much it may send, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request

from mandategraph.core.errors import BadData, MandateGraphError
from mandategraph.core.graphs import Dataset
from mandategraph.core.scopes import WRITE
from mandategraph.core.update_gate import Reach, hidden_of
from mandategraph.stores.audit import Write
from mandategraph.stores.outcomes import record_outcome
from mandategraph.stores.write_requests import NoLongerPlain
from mandategraph.stores.write_requests import Request as Change
from mandategraph.stores.writing import Outcome, Writing
from mandategraph.web.access import readable, require
from mandategraph.web.problems import Problem
from mandategraph.web.service import Service

if TYPE_CHECKING:
    from mandategraph.stores.remote_writing import RemoteWriting

Make = Callable[[Reach, tuple[str, ...]], Change]
"""Makes the change, given how far it may reach and which graphs may hold nothing while it is carried out."""


async def change(request: Request, what: str, make: Make) -> Outcome:
    """
    Carry out a change and return what came of it, once it is on the disk and in the record of writes.

    Raises Problems: 401 and 403 where the client may not, 403 where this service only reads; and whatever the change
    itself is refused with.
    """
    service: Service = request.app.state.service
    writing, audit = writer_of(service), service.installation.audit
    who = require(request, WRITE)
    by = f"token {who.id} ({who.name})" if who.name else f"token {who.id}"
    for is_last in (False, True):
        made = await service.streams.call(lambda: make(*_reach(request, service)))
        # Not among the queries, where it might be told to come again.
        announced = await asyncio.to_thread(audit.announce, Write(what, by, made.touched))
        settled = partial(record_outcome, audit, announced)
        try:
            under_way = writing.submit(replace(made, record=announced.id))
        except MandateGraphError:
            audit.not_made(announced)
            raise
        try:
            outcome = await asyncio.wrap_future(under_way)
        except asyncio.CancelledError:
            # The service stops, and nobody waits any more: what was begun is carried out all the same.
            under_way.add_done_callback(settled)
            raise
        except MandateGraphError as problem:
            await asyncio.to_thread(settled, under_way)
            if isinstance(problem, BadData):
                members = {"line": problem.line, "column": problem.column} if problem.line else {}
                raise Problem(400, problem.code, problem.message, members) from problem
            if is_last or not isinstance(problem, NoLongerPlain):
                raise
            # Somebody has loaded a plan meanwhile: it is looked at again, by the rules that hold now.
            await service.streams.call(writing.freshen)
        else:
            await asyncio.to_thread(settled, under_way)
            break
    return outcome


def writer_of(service: Service) -> Writing | RemoteWriting:
    """Return what writes for a service; a Problem 403 where it only reads."""
    if service.writing is None:
        told = "its store is changed by the commands, or served without --read-only"
        raise Problem(403, "read-only", f"This service only reads; {told}.")
    return service.writing


def _reach(request: Request, service: Service) -> tuple[Reach, tuple[str, ...]]:
    """
    Return how far a client may reach.

    A store of ours without graphs of an installation is anybody's who may write; another engine holds graphs of others.
    """
    graphs = service.graphs.all
    if service.readers is not None and not any(
        service.store.ask("ASK { ?s ?p ?o }", Dataset((graph,))) for graph in graphs
    ):
        return Reach(), graphs
    return Reach(frozenset(graphs), hidden_of(graphs, readable(request).named)), ()
