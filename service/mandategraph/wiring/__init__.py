"""
Who works with whom: one installation, opened as its settings say.

Every change takes the same way: it is tried on a copy, its quotations are compared with their sources, what follows
from it is concluded, the integrity checks look at the result, and only then the difference is written, whole or not at
all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.graphs import Graphs
from mandategraph.core.ports import GraphStore
from mandategraph.library import Library
from mandategraph.settings import Settings
from mandategraph.wiring.admission import Changed, admitted, concluded, note_withdrawn, rules_of, set_aside_decisions
from mandategraph.wiring.making import created_with, shipped
from mandategraph.wiring.places import back_up, limits, remote, restore, write_limits
from mandategraph.wiring.recorded import What, recorded

__all__ = [
    "Changed",
    "Installation",
    "back_up",
    "load_plan",
    "memory_installation",
    "open_installation",
    "restore",
]

if TYPE_CHECKING:
    from mandategraph.core.decisions import Decision, Judge
    from mandategraph.core.symbols import Symbols
    from mandategraph.core.terms import Quad
    from mandategraph.reason.conclude import Inference
    from mandategraph.stores.audit import AuditLog
    from mandategraph.stores.backends import Backend
    from mandategraph.stores.loading import Reading
    from mandategraph.stores.readers import Readers
    from mandategraph.stores.recording import RecordingStore
    from mandategraph.stores.remote_writing import RemoteWriting
    from mandategraph.stores.texts import Texts
    from mandategraph.stores.writing import Writing
    from mandategraph.stores.writing_socket import Door
    from mandategraph.wiring.checker import Checker
    from mandategraph.wiring.drafts import Drafts

Talk = Callable[[str], None]
"""Takes a sentence for the person at the terminal."""


def _silent(_sentence: str) -> None:
    """Say nothing."""


class Installation:
    """
    An open installation: its store, its graphs, the shipped library and the settings.

    A context manager; closing lets the next writer in.
    """

    def __init__(self, backend: Backend, library: Library, settings: Settings) -> None:
        self._backend = backend
        self.library = library
        self.settings = settings
        self.graphs = Graphs(settings.base)
        self._readers: Readers | None = None
        self._writing: Writing | RemoteWriting | None = None
        self._door: Door | None = None

    @property
    def readers(self) -> Readers | None:
        """The processes that answer queries from outside; None where the store is an endpoint that answers itself."""
        if self._readers is None:
            source = self._backend.source()
            if source is not None:
                from mandategraph.stores.readers import Readers

                self._readers = Readers(source, limits(self.settings))
        return self._readers

    @cached_property
    def checker(self) -> Checker | None:
        """The process that keeps up to date what checks find; None where every check is a full run, and it is said."""
        from mandategraph.wiring.checker import checker_of

        return checker_of(self)

    @property
    def writing(self) -> Writing | RemoteWriting | None:
        """What takes changes from clients and other commands; None where this installation only reads."""
        return self._writing

    def take_writes(self) -> None:
        """Take changes from clients from now on, and in a folder of ours from other commands."""
        from mandategraph.stores.writing import Writing

        self._writing = self._backend.writing(write_limits(self.settings))
        if isinstance(self._writing, Writing):
            from mandategraph.stores.writing_socket import Door

            self._door = Door(self._writing)

    @property
    def store(self) -> GraphStore:
        """The store, as the port describes it."""
        return self._backend.store

    @property
    def texts(self) -> Texts:
        """The source texts that came with drafts."""
        return self._backend.texts

    @property
    def drafts(self) -> Drafts:
        """Drafts on their way into the facts, and out again."""
        from mandategraph.wiring.drafts import Drafts

        return Drafts(self)

    @property
    def audit(self) -> AuditLog:
        """The record of who wrote what."""
        return self._backend.audit

    def labels(self, iris: Collection[str], language: str) -> Mapping[str, str]:
        """Return the label of each IRI in a language, by one query."""
        return self.labels_in(self.store, iris, language)

    def labels_in(self, store: GraphStore, iris: Collection[str], language: str) -> Mapping[str, str]:
        """Return the label of each IRI in a language, as a store has it, such as a copy on which a change is tried."""
        from mandategraph.core.labels import labels

        found = labels(store, self.graphs.public(), self._label_query, iris, language, self._symbols)
        return {iri: label.text for iri, label in found.items()}

    @cached_property
    def _label_query(self) -> str:
        return self.library.query("pages/labels")

    @cached_property
    def _symbols(self) -> Sequence[Symbols]:
        from mandategraph.core.symbols import Symbols

        return [Symbols.of(self.library.organisation(key)) for key in self.library.organisations()]

    def load_plan(self, name: str) -> Changed:
        """
        Load a shipped plan, or refresh it: only what came with an earlier version of it is taken away.

        The ontology, the code lists and what the plan's organisation shares come with it. Raises SourceMismatch,
        IntegrityFault and BadData before anything is written.
        """
        reading = shipped(self.library, name, self.graphs)
        shipments = self._backend.shipments
        before = shipments.of(name)
        now = set(reading.quads)

        def edit(stage: RecordingStore) -> None:
            stage.put(reading.quads, before - now - shipments.of_others(name))

        # Killed between the two, the list says more than the store holds, and a refresh takes it away where it is.
        return self.change(
            ("load", name),
            edit,
            reading,
            before=lambda: shipments.keep(name, before | now),
            after=lambda: shipments.keep(name, now),
        )

    def load_files(self, paths: Sequence[Path], into: str | None = None) -> Changed:
        """Add what files hold to the graphs they name, or to `into`; raises before anything is written."""
        from mandategraph.stores.loading import Reading, foreign

        reading = Reading()
        named = ", ".join(path.name for path in paths)
        return self.change(
            ("load", named),
            lambda stage: stage.put(foreign(paths, self.graphs, reading, into), ()),
            reading,
            folders={path.parent for path in paths},
        )

    def source_text(self, sha256: str) -> str | None:
        """Return the source text of this SHA-256: a shipped one, or one that came with a draft; None if not here."""
        return self.library.read_source(sha256) or self._backend.texts.read(sha256)

    def decide(self, decisions: Sequence[tuple[Decision, Judge]], dry_run: bool = False) -> Changed:
        """
        Write decisions of persons, all or none; a dry run goes the whole way but the last step.

        Raises IntegrityFault where the graph would not hold with them.
        """
        from mandategraph.core.decisions import difference
        from mandategraph.engine.terms import from_quad
        from mandategraph.stores.loading import Reading

        written = difference(decisions, self.graphs, self.library.plan(self.settings.plan).organisation)
        added, removed = [from_quad(quad) for quad in written.added], [from_quad(quad) for quad in written.removed]

        def edit(stage: RecordingStore) -> None:
            stage.put(added, removed)

        reading = Reading()
        reading.add(added)
        if not dry_run:
            told = f"{len(decisions)} by {', '.join(dict.fromkeys(judge.name for _, judge in decisions))}"
            return self.change(("decide", told), edit, reading)
        with self._backend.staging() as stage:
            edit(stage)
            made_by = self._backend.conclusions.made_by
            return admitted(stage, reading, self.library, self.graphs, kept=self._backend.texts.read, made_by=made_by)

    def infer(self, engine: str = "rules") -> Inference:
        """Bring the inferred graph up to date by the rules, or with owlrl in place of those that are axioms."""
        found: list[Inference] = []
        with self._backend.staging() as stage:
            found.append(concluded(stage, self.library, self.graphs, engine))
            self._apply(("infer", engine), stage)
        return found[0]

    def keep_findings(self, about: str, added: Collection[Quad], removed: Collection[Quad]) -> None:
        """Write into the validation layer, from which nothing follows; all or nothing, and nothing for no change."""
        from mandategraph.engine.terms import from_quad

        if added or removed:
            new, gone = [from_quad(quad) for quad in added], [from_quad(quad) for quad in removed]
            with recorded(self._backend.audit, ("check", about), new, gone) as name:
                self._backend.apply(new, gone, name)

    def close(self) -> None:
        """Let go of the store."""
        if self._readers is not None:
            self._readers.close()
        checker = vars(self).pop("checker", None)
        if checker is not None:
            checker.close()
        if self._door is not None:
            self._door.close()
        if self._writing is not None:
            self._writing.close()
        self._backend.close()

    def __enter__(self) -> Installation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _apply(self, what: What, stage: RecordingStore) -> None:
        rules, conclusions = rules_of(self.library), self._backend.conclusions
        if conclusions.made_by != rules:
            # Killed before the end of this, nobody knows; that costs time, and nothing else.
            conclusions.forget()
        with recorded(self._backend.audit, what, stage.added, stage.removed) as name:
            self._backend.apply(stage.added, stage.removed, name)
        conclusions.keep(rules)

    def change(
        self,
        what: What,
        edit: Callable[[RecordingStore], None],
        reading: Reading,
        before: Callable[[], None] | None = None,
        after: Callable[[], None] | None = None,
        folders: Collection[Path] = (),
    ) -> Changed:
        """Try an edit on a copy, and write what it came to; `before` and `after` are called around the writing."""
        with self._backend.staging() as stage:
            edit(stage)
            set_aside_decisions(stage, self.graphs)
            note_withdrawn(stage, self.graphs)
            made_by = self._backend.conclusions.made_by
            texts = self._backend.texts.read
            changed = admitted(stage, reading, self.library, self.graphs, folders, texts, made_by)
            if before is not None:
                before()
            self._apply(what, stage)
        if after is not None:
            after()
        return changed


def open_installation(
    settings: Settings, write: bool = False, talk: Talk = _silent, make: bool = False
) -> Installation:
    """
    Open the installation that the settings name, for reading or for writing.

    The default store is made and filled with the shipped plan at first use, and `talk` is told so. A store that
    somebody named starts empty, and is made where it is opened for writing, or by `make`. Raises StoreUnavailable where
    it cannot be opened.
    """
    library = Library.shipped()
    if settings.store_address:
        return Installation(remote(settings), library, settings)
    from mandategraph.stores.backends import ReadOnly
    from mandategraph.stores.folder import create, is_store
    from mandategraph.stores.snapshot import SnapshotReader

    folder = settings.store_folder
    if not is_store(folder):
        if settings.is_default_store:
            _make_default(folder, library, settings, talk)
        elif write or make:
            create(folder)
            talk(f"A new, empty store was made in {folder}.")
        else:
            talk(f"There is no store in {folder} yet; it is read as empty. Fill it with: mandategraph load cam")
            return memory_installation(settings, filled=False)
    if write:
        return Installation(_changeable(folder), library, settings)
    return Installation(ReadOnly(SnapshotReader(folder)), library, settings)


def _changeable(folder: Path) -> Backend:
    """Return a store folder to be changed: through the service that has it open, or by ourselves."""
    from mandategraph.stores.backends import InFolder
    from mandategraph.stores.folder import Writer
    from mandategraph.stores.writing_socket import visit

    visitor = visit(folder)
    if visitor is None:
        return InFolder(Writer(folder))
    from mandategraph.stores.beside_service import BesideService

    return BesideService(folder, visitor)


def memory_installation(settings: Settings | None = None, filled: bool = True) -> Installation:
    """Return an installation in memory, with the shipped plan of the settings or empty: for tests and first looks."""
    from mandategraph.stores.backends import InMemory

    settings = settings or Settings()
    installation = Installation(InMemory(), Library.shipped(), settings)
    if filled:
        installation.load_plan(settings.plan)
    return installation


def load_plan(settings: Settings, name: str, talk: Talk = _silent) -> Changed:
    """
    Load a shipped plan into the store that the settings name, or refresh it there.

    A store that is not there yet is made with the plan in it, in one go: nothing is left where the plan is refused.
    """
    if not settings.store_address:
        from mandategraph.stores.folder import is_store

        folder = settings.store_folder
        if not is_store(folder):
            changed = created_with(folder, Library.shipped(), settings, name)
            talk(f"A new store was made in {folder}.")
            return changed
    with open_installation(settings, write=True, talk=talk) as installation:
        return installation.load_plan(name)


def _make_default(folder: Path, library: Library, settings: Settings, talk: Talk) -> None:
    from mandategraph.stores.folder import is_store

    plan = library.plan(settings.plan)
    try:
        created_with(folder, library, settings, settings.plan)
    except StoreUnavailable:
        # Two first uses at once: the other one was faster.
        if not is_store(folder):
            raise
        return
    talk(f"First use: a store with the shipped plan was made in {folder} ({plan.title}).")
