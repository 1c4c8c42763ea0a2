"""
Who works with whom: one installation, opened as its settings say.

Every change takes the same way: it is tried on a copy, its quotations are compared with their sources, what follows
from it is concluded, the integrity checks look at the result, and only then the difference is written, whole or not at
all.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from mandategraph.core.errors import IntegrityFault, StoreUnavailable, WrongUse
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.ports import GraphStore
from mandategraph.library import Library
from mandategraph.settings import Settings

if TYPE_CHECKING:
    import pyoxigraph as ox

    from mandategraph.core.decisions import Decision, Judge
    from mandategraph.reason.rules import Inference
    from mandategraph.stores.backends import Backend
    from mandategraph.stores.backup import Backup
    from mandategraph.stores.limits import Limits
    from mandategraph.stores.loading import Reading
    from mandategraph.stores.readers import Readers
    from mandategraph.stores.recording import RecordingStore

Talk = Callable[[str], None]
"""Takes a sentence for the person at the terminal."""


def _silent(_sentence: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Changed:
    """What a change came to: triples read, added and removed by graph, and quotations compared with their sources."""

    read: int
    added: Mapping[str, int]
    removed: Mapping[str, int]
    compared: int
    not_compared: Mapping[str, int]
    derived_left_out: int = 0


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

    @property
    def readers(self) -> Readers | None:
        """The processes that answer queries from outside; None where the store is an endpoint that answers itself."""
        if self._readers is None:
            source = self._backend.source()
            if source is not None:
                from mandategraph.stores.readers import Readers

                self._readers = Readers(source, _limits(self.settings))
        return self._readers

    @property
    def store(self) -> GraphStore:
        """The store, as the port describes it."""
        return self._backend.store

    def labels(self, iris: Collection[str], language: str) -> Mapping[str, str]:
        """Return the label of each IRI in a language, by one query."""
        from mandategraph.core.labels import labels
        from mandategraph.core.symbols import Symbols

        symbols = [Symbols.of(self.library.organisation(key)) for key in self.library.organisations()]
        query = self.library.query("pages/labels")
        found = labels(self.store, self.graphs.public(), query, iris, language, symbols)
        return {iri: label.text for iri, label in found.items()}

    def load_plan(self, name: str) -> Changed:
        """
        Load a shipped plan, or refresh it: only what came with an earlier version of it is taken away.

        The ontology, the code lists and what the plan's organisation shares come with it. Raises SourceMismatch,
        IntegrityFault and BadData before anything is written.
        """
        reading = _shipped(self.library, name, self.graphs)
        shipments = self._backend.shipments
        before = shipments.of(name)
        now = set(reading.quads)

        def edit(stage: RecordingStore) -> None:
            stage.put(reading.quads, before - now - shipments.of_others(name))

        # Killed between the two, the list says more than the store holds, and a refresh takes it away where it is.
        return self._change(
            edit, reading, before=lambda: shipments.keep(name, before | now), after=lambda: shipments.keep(name, now)
        )

    def load_files(self, paths: Sequence[Path], into: str | None = None) -> Changed:
        """Add what files hold to the graphs they name, or to `into`; raises before anything is written."""
        from mandategraph.stores.loading import read_foreign

        reading = read_foreign(paths, self.graphs, into)
        return self._change(
            lambda stage: stage.put(reading.quads, ()), reading, folders={path.parent for path in paths}
        )

    def accept(self, draft: Path) -> Changed:
        """Move a reviewed draft into the facts, whole or not at all; the same triples leave the review graph."""
        from mandategraph.stores.drafts import to_accept
        from mandategraph.stores.loading import read_foreign

        reading = read_foreign([draft], self.graphs, self.graphs.facts)
        leaving = to_accept(self.store, self.graphs, reading.quads)
        return self._change(lambda stage: stage.put(reading.quads, leaving), reading, folders={draft.parent})

    def withdraw(self, document: str) -> Changed:
        """Take out of the facts what was read from the text of a document; registers and decisions stay."""
        from mandategraph.stores.drafts import entered_from
        from mandategraph.stores.loading import Reading

        leaving = entered_from(self.store, self.graphs, document)
        return self._change(lambda stage: stage.put((), leaving), Reading())

    def decide(self, decisions: Sequence[tuple[Decision, Judge]], dry_run: bool = False) -> Changed:
        """
        Write decisions of persons, all or none; a dry run goes the whole way but the last step.

        Raises IntegrityFault where the graph would not hold with them.
        """
        from mandategraph.core.decisions import difference
        from mandategraph.stores.convert import from_quad
        from mandategraph.stores.loading import Reading

        written = difference(decisions, self.graphs, self.library.plan(self.settings.plan).organisation)
        added, removed = [from_quad(quad) for quad in written.added], [from_quad(quad) for quad in written.removed]

        def edit(stage: RecordingStore) -> None:
            stage.put(added, removed)

        reading = Reading()
        reading.quads.extend(added)
        if not dry_run:
            return self._change(edit, reading)
        with self._backend.staging() as stage:
            edit(stage)
            return _admitted(stage, reading, self.library, self.graphs)

    def infer(self, engine: str = "rules") -> Inference:
        """Bring the inferred graph up to date by the rules, or with owlrl in place of those that are axioms."""
        found: list[Inference] = []
        with self._backend.staging() as stage:
            found.append(_concluded(stage, self.library, self.graphs, engine))
            self._backend.apply(stage.added, stage.removed)
        return found[0]

    def close(self) -> None:
        """Let go of the store."""
        if self._readers is not None:
            self._readers.close()
        self._backend.close()

    def __enter__(self) -> Installation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _change(
        self,
        edit: Callable[[RecordingStore], None],
        reading: Reading,
        before: Callable[[], None] | None = None,
        after: Callable[[], None] | None = None,
        folders: Collection[Path] = (),
    ) -> Changed:
        with self._backend.staging() as stage:
            edit(stage)
            changed = _admitted(stage, reading, self.library, self.graphs, folders)
            if before is not None:
                before()
            self._backend.apply(stage.added, stage.removed)
        if after is not None:
            after()
        return changed


def open_installation(settings: Settings, write: bool = False, talk: Talk = _silent) -> Installation:
    """
    Open the installation that the settings name, for reading or for writing.

    The default store is made and filled with the shipped plan at first use, and `talk` is told so. A store that
    somebody named starts empty. Raises StoreUnavailable where it cannot be opened.
    """
    library = Library.shipped()
    if settings.store_address:
        return Installation(_remote(settings), library, settings)
    from mandategraph.stores.backends import InFolder, ReadOnly
    from mandategraph.stores.folder import Writer, create, is_store
    from mandategraph.stores.snapshot import SnapshotReader

    folder = settings.store_folder
    if not is_store(folder):
        if settings.is_default_store:
            _make_default(folder, library, settings, talk)
        elif write:
            create(folder)
            talk(f"A new, empty store was made in {folder}.")
        else:
            talk(f"There is no store in {folder} yet; it is read as empty. Fill it with: mandategraph load cam")
            return memory_installation(settings, filled=False)
    if write:
        return Installation(InFolder(Writer(folder)), library, settings)
    return Installation(ReadOnly(SnapshotReader(folder)), library, settings)


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
            changed = _create_with(folder, Library.shipped(), settings, name)
            talk(f"A new store was made in {folder}.")
            return changed
    with open_installation(settings, write=True, talk=talk) as installation:
        return installation.load_plan(name)


def _limits(settings: Settings) -> Limits:
    from mandategraph.stores.limits import Limits

    return Limits(
        seconds=settings.query_seconds,
        megabytes=settings.query_megabytes,
        rows=settings.query_rows,
        answer_megabytes=settings.answer_megabytes,
        most=settings.readers,
    )


def back_up(settings: Settings, target: Path) -> Backup:
    """Copy the store that the settings name into a folder; it may be in use."""
    from mandategraph.stores import backup

    return backup.back_up(_own_folder(settings), target)


def restore(settings: Settings, source: Path, replace: bool = False) -> tuple[Backup, Path | None]:
    """Make the store that the settings name of a backup; return too where the one went that was there."""
    from mandategraph.stores import backup

    return backup.restore(source, _own_folder(settings), replace)


def _own_folder(settings: Settings) -> Path:
    if settings.store_address:
        raise WrongUse("An endpoint is backed up where it runs. Its content: mandategraph export --scope all")
    return settings.store_folder


def _remote(settings: Settings) -> Backend:
    from mandategraph.stores.backends import Remote
    from mandategraph.stores.remote import RemoteStore
    from mandategraph.stores.shipments import Shipments

    told = os.environ.get("XDG_STATE_HOME", "")
    state = Path(told) if told and Path(told).is_absolute() else Path.home() / ".local/state"
    # The endpoint has no place of ours for what a plan put there last: it is kept here, by address.
    key = hashlib.sha256(settings.store_address.encode()).hexdigest()[:16]
    store = RemoteStore(settings.store_address, settings.store_update, settings.timeout_seconds)
    return Remote(store, Graphs(settings.base), Shipments(state / "mandategraph" / "remote" / key))


def _make_default(folder: Path, library: Library, settings: Settings, talk: Talk) -> None:
    from mandategraph.stores.folder import is_store

    plan = library.plan(settings.plan)
    try:
        _create_with(folder, library, settings, settings.plan)
    except StoreUnavailable:
        # Two first uses at once: the other one was faster.
        if not is_store(folder):
            raise
        return
    talk(f"First use: a store with the shipped plan was made in {folder} ({plan.title}).")


def _create_with(folder: Path, library: Library, settings: Settings, plan: str) -> Changed:
    from mandategraph.stores.backends import empty_stage
    from mandategraph.stores.embedded import EmbeddedStore
    from mandategraph.stores.folder import create
    from mandategraph.stores.shipments import Shipments

    graphs = Graphs(settings.base)
    reading = _shipped(library, plan, graphs)
    stage = empty_stage()
    stage.put(reading.quads, ())
    changed = _admitted(stage, reading, library, graphs)

    def fill(store: EmbeddedStore, building: Path) -> None:
        store.bulk_load(stage.engine)
        Shipments(building / "shipped").keep(plan, reading.quads)

    create(folder, fill)
    return changed


def _shipped(library: Library, name: str, graphs: Graphs) -> Reading:
    from mandategraph.stores.loading import read_files

    plan = library.plan(name)
    facts = [*library.ontology_files(), *library.organisation_files(plan.organisation), *plan.facts]
    files = [(path, graphs.facts) for path in facts] + [(path, graphs.review) for path in plan.review]
    return read_files(files, graphs)


def _admitted(
    stage: RecordingStore, reading: Reading, library: Library, graphs: Graphs, folders: Collection[Path] = ()
) -> Changed:
    """Verify, conclude and check a staged change; return what it came to. Source texts may lie in `folders`."""
    from mandategraph.checks import Catalogue, integrity
    from mandategraph.stores.quotations import text_in, verify

    def source(sha256: str) -> str | None:
        return library.read_source(sha256) or text_in(folders, sha256)

    everywhere = Dataset((None, graphs.facts, graphs.internal, graphs.review))
    verified = verify(stage, everywhere, source, reading.files_of_spans)
    _concluded(stage, library, graphs, "rules")
    faults = integrity(stage, graphs, Catalogue.read(library.shapes_folder))
    if faults:
        more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
        raise IntegrityFault(f"Nothing was loaded: {faults[0]}{more}", faults)
    return Changed(
        read=len(reading.quads),
        added=_by_graph(stage.added),
        removed=_by_graph(stage.removed),
        compared=verified.compared,
        not_compared=verified.not_compared,
        derived_left_out=reading.derived,
    )


def _concluded(stage: RecordingStore, library: Library, graphs: Graphs, engine: str) -> Inference:
    from mandategraph.core.errors import UnknownName
    from mandategraph.reason.rules import infer, read_rules

    rules = read_rules(library.rules())
    if engine == "rules":
        return infer(stage, rules, graphs)
    if engine != "owlrl":
        raise UnknownName("engine", engine, ["rules", "owlrl"], "There are rules and owlrl.")
    from mandategraph.reason.reference import closure_step

    axioms = b"\n".join(path.read_bytes() for path in library.ontology_files() if path.stem == "axioms")
    return infer(stage, rules, graphs, closure_step(axioms))


def _by_graph(quads: Collection[ox.Quad]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for quad in quads:
        name = getattr(quad.graph_name, "value", "")
        counts[name] = counts.get(name, 0) + 1
    return counts
