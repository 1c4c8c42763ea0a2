"""A copy of a store in memory in which decisions are as they stood on a past day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mandategraph.core.graphs import Graphs
from mandategraph.core.ports import GraphStore
from mandategraph.library import Library
from mandategraph.wiring.admission import concluded

if TYPE_CHECKING:
    from mandategraph.stores.recording import RecordingStore


def as_it_stood(store: GraphStore, library: Library, graphs: Graphs, day: date) -> RecordingStore:
    """Return the copy, with what follows from it; the store is not changed."""
    from mandategraph.core.claims import Claims
    from mandategraph.core.past import undone
    from mandategraph.engine.terms import from_quad
    from mandategraph.stores.backends import empty_stage

    stage = empty_stage()
    for graph in graphs.all:
        stage.engine.extend(map(from_quad, store.quads(graph)))
    added, removed = undone(Claims.read(store, graphs), graphs, day)
    stage.put(map(from_quad, added), map(from_quad, removed))
    concluded(stage, library, graphs)
    return stage
