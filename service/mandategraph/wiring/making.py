"""A new store with a shipped plan in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mandategraph.core.graphs import Graphs
from mandategraph.library import Library
from mandategraph.settings import Settings
from mandategraph.wiring.admission import Changed, admitted, rules_of
from mandategraph.wiring.recorded import write_of

if TYPE_CHECKING:
    from mandategraph.stores.embedded import EmbeddedStore
    from mandategraph.stores.loading import Reading


def created_with(folder: Path, library: Library, settings: Settings, plan: str) -> Changed:
    """Make a store with a shipped plan in it, whole or not at all."""
    from mandategraph.stores.audit import AuditLog
    from mandategraph.stores.backends import empty_stage
    from mandategraph.stores.conclusions import Conclusions
    from mandategraph.stores.folder import create
    from mandategraph.stores.shipments import Shipments

    graphs = Graphs(settings.base)
    reading = shipped(library, plan, graphs)
    stage = empty_stage()
    stage.put(reading.quads, ())
    changed = admitted(stage, reading, library, graphs)

    def fill(store: EmbeddedStore, building: Path) -> None:
        store.bulk_load(stage.engine)
        # Before the folder has its name: a store that is there is recorded.
        AuditLog(building).record(write_of(("load", f"{plan}, into a new store"), list(stage.engine), ()))
        Shipments(building / "shipped").keep(plan, reading.quads)
        Conclusions(building).keep(rules_of(library))

    create(folder, fill)
    return changed


def shipped(library: Library, name: str, graphs: Graphs) -> Reading:
    """Return what is shipped of a plan: the ontology, what its organisation shares, the plan and its proposals."""
    from mandategraph.stores.loading import read_files

    plan = library.plan(name)
    facts = [*library.ontology_files(), *library.organisation_files(plan.organisation), *plan.facts]
    files = [(path, graphs.facts) for path in facts] + [(path, graphs.review) for path in plan.review]
    return read_files(files, graphs)
