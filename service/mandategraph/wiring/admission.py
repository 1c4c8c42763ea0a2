"""What every change goes through on a copy: quotations compared, conclusions drawn, integrity checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mandategraph.core.errors import IntegrityFault
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.library import Library

if TYPE_CHECKING:
    from mandategraph.reason.conclude import Inference
    from mandategraph.stores.loading import Reading
    from mandategraph.stores.recording import RecordingStore

Sources = Callable[[str], str | None]
"""Gives the source text of a SHA-256, or None where it is not kept."""


def _none(_sha256: str) -> None:
    """Keep nothing."""


@dataclass(frozen=True)
class Changed:
    """What a change came to: triples read, added and removed by graph, and quotations compared with their sources."""

    read: int
    added: Mapping[str, int]
    removed: Mapping[str, int]
    compared: int
    not_compared: Mapping[str, int]
    derived_left_out: int = 0


def admitted(
    stage: RecordingStore,
    reading: Reading,
    library: Library,
    graphs: Graphs,
    folders: Collection[Path] = (),
    kept: Sources = _none,
    made_by: str = "",
) -> Changed:
    """
    Verify, conclude and check a staged change; return what it came to.

    Source texts are the shipped ones, those that `kept` gives, and those that lie in `folders`. `made_by` names the
    rules whose conclusions the stage held before the change, if that is known.
    """
    from mandategraph.checks import Catalogue
    from mandategraph.checks.integrity import integrity_outcome, sentences
    from mandategraph.stores.quotations import text_in, verify

    def source(sha256: str) -> str | None:
        return library.read_source(sha256) or kept(sha256) or text_in(folders, sha256)

    # Apart: a draft of a text that was accepted before has the same triples, and each would count twice in a join.
    looked = [
        verify(stage, dataset, source, reading.file_of)
        for dataset in (Dataset((None, graphs.facts, graphs.internal)), Dataset((graphs.review,)))
    ]
    conclude_change(stage, library, graphs, made_by)
    catalogue = Catalogue.read(library.shapes_folder)
    outcome = integrity_outcome(stage, graphs, catalogue)
    faults = sentences(outcome, stage, graphs, catalogue)
    if faults:
        more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
        foci = (str(result.focus) for result in outcome.results)
        raise IntegrityFault(f"Nothing was loaded: {faults[0]}{more}", faults, foci)
    return Changed(
        read=reading.number,
        added=+stage.added.by_graph,
        removed=+stage.removed.by_graph,
        compared=sum(verified.compared for verified in looked),
        not_compared={text: number for verified in looked for text, number in verified.not_compared.items()},
        derived_left_out=reading.derived,
    )


def concluded(stage: RecordingStore, library: Library, graphs: Graphs, engine: str = "rules") -> Inference:
    """Bring the inferred graph of a stage up to date."""
    from mandategraph.core.errors import UnknownName
    from mandategraph.reason.conclude import infer
    from mandategraph.reason.rules import read_rules

    rules = read_rules(library.rules(), library.ontology())
    if engine == "rules":
        return infer(stage, rules, graphs)
    if engine != "owlrl":
        raise UnknownName("engine", engine, ["rules", "owlrl"], "There are rules and owlrl.")
    from mandategraph.reason.reference import closure_step

    axioms = b"\n".join(path.read_bytes() for path in library.ontology_files() if path.stem == "axioms")
    return infer(stage, rules, graphs, closure_step(axioms))


def conclude_change(stage: RecordingStore, library: Library, graphs: Graphs, made_by: str) -> None:
    """
    Bring the inferred graph of a stage up to date after the change that it has recorded.

    Where the conclusions of these very rules were there before, and the change is not too large, only what it reaches
    is looked at.
    """
    from mandategraph.reason.conclude import infer
    from mandategraph.reason.rules import read_rules
    from mandategraph.reason.update import LARGEST, fingerprint, update

    rules = read_rules(library.rules(), library.ontology())
    if made_by == fingerprint(rules) and len(stage.added) + len(stage.removed) <= LARGEST:
        update(stage, rules, set(stage.added), set(stage.removed), graphs)
    else:
        infer(stage, rules, graphs)


def rules_of(library: Library) -> str:
    """Return the name of the shipped rules."""
    from mandategraph.reason.rules import read_rules
    from mandategraph.reason.update import fingerprint

    return fingerprint(read_rules(library.rules(), library.ontology()))


def set_aside_decisions(stage: RecordingStore, graphs: Graphs) -> None:
    """Put decisions on things that a change takes away among those that wait for somebody to decide anew."""
    from mandategraph.core.suspicion import set_aside
    from mandategraph.engine.terms import from_quad

    if any(quad.predicate.value.endswith("#type") for quad in stage.removed):
        added, removed = set_aside(stage, graphs)
        stage.put(map(from_quad, added), map(from_quad, removed))


def note_withdrawn(stage: RecordingStore, graphs: Graphs) -> None:
    """Leave a mark of what a change takes out of the facts, and of what has its words now."""
    from mandategraph.stores.withdrawals import mark_withdrawn

    mark_withdrawn(stage, graphs, datetime.now(UTC).date().isoformat())
