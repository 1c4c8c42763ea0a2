"""The checks of a store folder, kept up to date: after a write only what the changed triples reach is asked again."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mandategraph.checks import Catalogue
from mandategraph.checks.catalogue import PROFILES
from mandategraph.checks.results import Outcome, Run
from mandategraph.checks.run import datasets_of, report_of
from mandategraph.checks.standing import Standing
from mandategraph.checks.subject import subject_of
from mandategraph.core.labels import labels
from mandategraph.core.symbols import Symbols
from mandategraph.stores.pinned import Difference, PinnedSnapshot

if TYPE_CHECKING:
    from pathlib import Path

    from mandategraph.core.findings import Report
    from mandategraph.core.graphs import Graphs
    from mandategraph.library import Library
    from mandategraph.wiring.kept_findings import Checked

log = logging.getLogger(__name__)

MOST_CHANGED = 2_000
"""A write of more triples than this is followed by a full run: it costs no more."""
# Each day that is asked about has results of its own.
_MOST_RUNS = 4


class StandingChecks:
    """
    What the checks find in the newest snapshot of a store folder, always what a full run would find.

    To be used by one thread at a time.
    """

    def __init__(self, folder: Path, graphs: Graphs, library: Library) -> None:
        from mandategraph.checks.reference import ReferenceEngine

        self._store = PinnedSnapshot(folder)
        self._graphs = graphs
        self._catalogue = Catalogue.read(library.shapes_folder)
        self._label_query = library.query("pages/labels")
        self._symbols = [Symbols.of(library.organisation(key)) for key in library.organisations()]
        self._labels: dict[str, dict[str, str]] = {}
        self._dataset_of = datasets_of(graphs, self._catalogue)
        self._others = ReferenceEngine(self._store, self._dataset_of, self._catalogue.texts)
        shapes = {shape.code: shape for name in PROFILES for shape, _ in self._catalogue.profile(name)}
        self._shapes = tuple(shapes.values())
        self._standing: dict[Run, Standing] = {}

    @property
    def revision(self) -> str:
        """The name of the snapshot that was looked at last."""
        return self._store.revision

    def report(self, asked: Checked, language: str) -> Report:
        """Return what a check of the newest snapshot finds."""
        self.follow()
        subject = subject_of(self._store, self._graphs, asked.plan)
        run = subject.run(asked.on, asked.today)
        return report_of(
            self._store,
            self._graphs,
            self._catalogue,
            self._named,
            self._found(run, asked.profile),
            subject,
            run,
            profile=asked.profile,
            language=language,
            is_day_given=asked.on is not None,
        )

    def follow(self) -> bool:
        """Bring the results up to date with the newest snapshot; tell whether there was a newer one."""
        if self._store.is_newest:
            return False
        difference = self._store.move()
        self._labels.clear()
        if difference is None:
            self._forget("the store is too large to compare two states of it")
        elif len(difference) > MOST_CHANGED:
            self._forget(f"{len(difference):,} triples changed")
        else:
            self._take(difference)
        return True

    def close(self) -> None:
        """Let go of the snapshot."""
        self._store.close()

    def _take(self, difference: Difference) -> None:
        for run, standing in self._standing.items():
            began = time.perf_counter()
            try:
                asked = standing.follow(difference.added, difference.removed)
            except Exception:
                # Half of it was followed: nothing of it is to be believed.
                self._standing.clear()
                raise
            log.debug(
                "checks as of %s: %d changed triples followed in %.0f ms: %d checks asked whole, %d of some nodes",
                run.on, len(difference), (time.perf_counter() - began) * 1000, len(asked.whole), len(asked.nodes),
            )  # fmt: skip

    def _forget(self, why: str) -> None:
        if self._standing:
            log.debug("checks: a full run is to follow: %s", why)
        self._standing.clear()

    def _found(self, run: Run, profile: str) -> Outcome:
        standing = self._standing.pop(run, None)
        if standing is None:
            began = time.perf_counter()
            standing = Standing(self._store, self._dataset_of, self._others, self._shapes, run)
            log.debug("checks as of %s: a full run in %.0f ms", run.on, (time.perf_counter() - began) * 1000)
        # The last one that was asked about stands last.
        self._standing[run] = standing
        if len(self._standing) > _MOST_RUNS:
            del self._standing[next(iter(self._standing))]
        return self._of_profile(standing.outcome, profile)

    def _of_profile(self, outcome: Outcome, profile: str) -> Outcome:
        order = {shape.code: at for at, (shape, _) in enumerate(self._catalogue.profile(profile))}
        results = sorted((one for one in outcome.results if one.code in order), key=lambda one: order[one.code])
        return replace(
            outcome,
            results=tuple(results),
            notes=tuple(note for note in outcome.notes if note.split(":", 1)[0] in order),
        )

    def _named(self, iris: Collection[str], language: str) -> Mapping[str, str]:
        known = self._labels.setdefault(language, {})
        missing = [iri for iri in iris if iri not in known]
        found = labels(self._store, self._graphs.public(), self._label_query, missing, language, self._symbols)
        known |= {iri: label.text for iri, label in found.items()}
        return {iri: known[iri] for iri in iris}
