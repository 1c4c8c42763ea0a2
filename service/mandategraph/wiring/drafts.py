"""Drafts on their way: into the review graph, into the facts, and out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mandategraph.core.errors import IntegrityFault, MandateGraphError, WrongUse
from mandategraph.wiring.admission import Changed, concluded

if TYPE_CHECKING:
    from mandategraph.stores.drafts import Acceptance, DraftHeld
    from mandategraph.stores.recording import RecordingStore
    from mandategraph.wiring import Installation

Given = Path | str
"""A draft that lies in a file, or the address of a document whose draft lies in the review graph."""


@dataclass(frozen=True)
class Accepted:
    """What accepting drafts came to: the change, what stays as it was entered before, and which were left out, why."""

    changed: Changed
    names: tuple[str, ...]
    kept: tuple[str, ...] = ()
    left_out: tuple[tuple[str, MandateGraphError], ...] = ()


@dataclass
class _Batch:
    """Drafts that go together, and those that were found unfit for it."""

    held: dict[str, DraftHeld]
    unfit: list[tuple[str, MandateGraphError]] = field(default_factory=list)

    def leave_out(self, name: str, why: MandateGraphError) -> None:
        del self.held[name]
        self.unfit.append((name, why))


class Drafts:
    """The drafts of an installation."""

    def __init__(self, here: Installation) -> None:
        self._here = here

    def take(self, drafts: Sequence[Path]) -> Changed:
        """Put drafts into the review graph, in place of earlier drafts of the same texts; their texts are kept."""
        from mandategraph.stores.drafts import in_review
        from mandategraph.stores.loading import Reading, foreign

        here = self._here
        reading = Reading()
        self._keep_texts(drafts)

        def edit(stage: RecordingStore) -> None:
            for draft in drafts:
                quads = list(foreign([draft], here.graphs, reading, here.graphs.review))
                stage.put(quads, in_review(stage, here.graphs, quads))

        what = ("ingest", ", ".join(draft.name for draft in drafts))
        return here.change(what, edit, reading, folders={draft.parent for draft in drafts})

    def accept(self, drafts: Sequence[Given], on: date, replace: bool = False) -> Accepted:
        """
        Move reviewed drafts into the facts in one step, each whole or not at all.

        What their words leave without a day holds for the day `on`; proposed links stay in the review graph. One draft
        alone that cannot be accepted raises: WrongUse where its document is in the facts already and is not to be
        replaced, IntegrityFault where the checks bar it. Of several, those are left out and the others accepted.
        """
        from mandategraph.stores.drafts import read_draft
        from mandategraph.stores.loading import Reading

        here, batch = self._here, _Batch({})
        for draft in drafts:
            name = draft.name if isinstance(draft, Path) else draft
            try:
                batch.held[name] = read_draft(here.store, here.graphs, draft)
            except MandateGraphError as problem:
                if len(drafts) == 1:
                    raise
                batch.unfit.append((name, problem))
        files = [draft for draft in drafts if isinstance(draft, Path)]
        self._keep_texts(files)
        while True:
            kept: list[str] = []
            registered: set[str] = set()
            reading = Reading(files=files)
            reading.counts[here.graphs.review] = sum(held.number for held in batch.held.values())

            def edit(stage: RecordingStore, kept: list[str] = kept, registered: set[str] = registered) -> None:
                for name, held in list(batch.held.items()):
                    try:
                        kept += self.apply(stage, held, on, replace=replace, registered=registered).kept
                    except WrongUse as problem:
                        if len(drafts) == 1:
                            raise
                        batch.leave_out(name, problem)

            try:
                what = ("accept", ", ".join(batch.held))
                changed = here.change(what, edit, reading, folders={draft.parent for draft in files})
            except IntegrityFault as fault:
                barred = [name for name, held in batch.held.items() if held.subjects & fault.focuses]
                if len(drafts) == 1 or not barred:
                    raise
                for name in barred:
                    batch.leave_out(name, _of_its_own(fault, batch.held[name]))
                continue
            return Accepted(changed, tuple(batch.held), tuple(kept), tuple(batch.unfit))

    def apply(
        self, stage: RecordingStore, draft: DraftHeld, on: date, *, replace: bool, registered: set[str]
    ) -> Acceptance:
        """
        Put a draft into the facts of a copy, with the registers of its organisation where they are missing.

        `registered` are the organisations whose registers the copy has got already.
        """
        from mandategraph.stores.drafts import acceptance
        from mandategraph.stores.loading import read_files

        here = self._here
        if draft.organisation in here.library.organisations() and draft.organisation not in registered:
            files = [*here.library.ontology_files(), *here.library.organisation_files(draft.organisation)]
            stage.put(read_files([(file, here.graphs.facts) for file in files], here.graphs).quads, ())
            registered.add(draft.organisation)
        found = acceptance(stage, here.graphs, draft, on.isoformat())
        if found.replaced and not replace:
            raise WrongUse(
                f"{draft.symbol_of(found.replaced)} is in the facts already; {found.leaving:,} facts read from its "
                "text would go, with whatever was entered by hand among them. Accept it with --replace."
            )
        stage.put(found.added, found.removed)
        stage.put_new(found.fresh)
        return found

    @contextmanager
    def tried(self, draft: Given, on: date) -> Iterator[tuple[RecordingStore, DraftHeld, Acceptance]]:
        """Give a copy in memory in which a draft is accepted, whatever the checks say; nothing is changed."""
        from mandategraph.engine.terms import from_quad
        from mandategraph.stores.backends import empty_stage
        from mandategraph.stores.drafts import read_draft

        here = self._here
        held = read_draft(here.store, here.graphs, draft)
        stage = empty_stage()
        for graph in here.graphs.all:
            stage.engine.extend(map(from_quad, here.store.quads(graph)))
        found = self.apply(stage, held, on, replace=True, registered=set())
        concluded(stage, here.library, here.graphs)
        yield stage, held, found

    def withdraw(self, document: str) -> Changed:
        """Take out of the facts what was read from the text of a document; registers and decisions stay."""
        from mandategraph.stores.drafts import withdrawal
        from mandategraph.stores.loading import Reading

        here = self._here

        def edit(stage: RecordingStore) -> None:
            found = withdrawal(stage, here.graphs, [document])
            stage.put(found.added, found.removed)

        return here.change(("withdraw", document), edit, Reading())

    def _keep_texts(self, drafts: Sequence[Path]) -> None:
        from mandategraph.stores.texts import text_beside

        for draft in drafts:
            text = text_beside(draft)
            if text is not None:
                self._here.texts.keep(text)


def _of_its_own(fault: IntegrityFault, draft: DraftHeld) -> IntegrityFault:
    """Return what of a fault is about the nodes of one draft."""
    focuses = draft.subjects & fault.focuses
    faults = [sentence for sentence in fault.faults if any(focus in sentence for focus in focuses)]
    return IntegrityFault((faults or fault.faults)[0], faults, focuses)
