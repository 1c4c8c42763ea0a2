"""
The store on disk: a folder of ours with a live database for one writer and checkpoints for any number of readers.

    mandategraph.json   says that the folder is ours, and in which format
    live/               the database; whoever has it open is the writer
    snapshots/000003/   checkpoints of it, which nothing changes
    current             the name of the newest one
    promised/           there while a large change is being carried into the database
    ahead               there while the database may hold what no checkpoint holds
    shipped/            what each shipped plan put into the store when it was last loaded

A live database must not be opened by a second process, even to read; a checkpoint may, and costs milliseconds.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.audit import AuditLog
from mandategraph.stores.changes import Changes
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.journal import Journal, verdict_of
from mandategraph.stores.lasting import is_full, make_folder, put, sync_all_names, sync_names
from mandategraph.stores.promised import keep_promise, promise

FORMAT = 1
MARKER = "mandategraph.json"
AHEAD = "ahead"
KEPT_SNAPSHOTS = 2

Fill = Callable[[EmbeddedStore, Path], None]
"""Puts the first content into a new store; is handed the store and the folder that is being made."""


def is_store(folder: Path) -> bool:
    """
    Return whether a store is there; False for a folder that is missing or empty.

    StoreUnavailable for anything else: a folder that holds somebody's files is never taken over.
    """
    try:
        if (folder / MARKER).is_file():
            _check_format(folder)
            return True
        if not folder.exists():
            return False
        if not folder.is_dir():
            raise StoreUnavailable(f"{folder} is a file, not the folder of a store. Name another with --store.")
        if any(folder.iterdir()):
            raise StoreUnavailable(f"The folder {folder} is not a store of Mandate Graph. Name another with --store.")
    except OSError as problem:
        raise StoreUnavailable(_no_access(folder, problem)) from problem
    return False


def create(folder: Path, fill: Fill | None = None, lay: Callable[[Path], None] | None = None, number: int = 1) -> None:
    """
    Make a store with its first content, whole or not at all.

    `lay` may put files into the folder that is being made, before the store in it is opened; `number` is the one of
    its first snapshot.

    It is built beside the folder and put in place by one rename, so that nobody ever sees half of it.
    """
    if is_store(folder):
        raise StoreUnavailable(f"There is a store in {folder} already.")
    try:
        make_folder(folder.parent)
        _remove_remains(folder)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
        # As any folder that this user makes, so that a service under another name may read it.
        mask = os.umask(0o077)
        os.umask(mask)
        building.chmod(0o777 & ~mask)
    except OSError as problem:
        raise StoreUnavailable(_no_access(folder, problem)) from problem
    lock = _lock(building)
    try:
        if lay is not None:
            lay(building)
        store = EmbeddedStore.from_folder(building / "live")
        if fill is not None:
            fill(store, building)
        store.engine.flush()
        (building / "snapshots").mkdir()
        store.engine.backup(str(building / "snapshots" / _name(number)))
        store.close()
        _write(building / "current", _name(number))
        _write(building / MARKER, json.dumps({"format": FORMAT, "program": "mandategraph"}))
        sync_all_names(building)
        os.rename(building, folder)
        sync_names(folder.parent)
    except OSError as problem:
        if is_store(folder):
            raise StoreUnavailable(f"Another process has just made a store in {folder}. Try again.") from problem
        raise StoreUnavailable(_no_access(folder, problem)) from problem
    finally:
        shutil.rmtree(building, ignore_errors=True)
        _unlock(lock)


class Writer:
    """
    The one writer of a store folder, for as long as it is open.

    Every write is followed by `checkpoint()`, which makes it visible to readers. StoreUnavailable where another has
    the store open, or it may not be written.
    """

    def __init__(self, folder: Path) -> None:
        if not is_store(folder):
            raise StoreUnavailable(f"There is no store in {folder}.")
        self.folder = folder
        if not os.access(folder, os.W_OK):
            raise StoreUnavailable(f"The store {folder} may not be written here: it is read-only.")
        if not (folder / "live" / "CURRENT").exists():
            # The engine would make an empty one, and the next snapshot would hold nothing.
            raise StoreUnavailable(f"The store {folder} is damaged: its folder “live” is gone. Restore a backup of it.")
        # Before the database: its log tells what became of a change that was cut off.
        self.journal = Journal(folder)
        try:
            self.store = EmbeddedStore.from_folder(folder / "live")
        except StoreUnavailable:
            self.journal.close()
            raise
        self.store.where = f"The store {folder}"
        was_killed = (folder / AHEAD).exists()
        self._in_snapshot = "" if was_killed else self.store.revision
        try:
            if not was_killed:
                _write(folder / AHEAD, str(os.getpid()))
            self.keep_promise()
            # Where the disk takes no more, it is settled another time.
            with suppress(StoreUnavailable):
                AuditLog(folder).settle(verdict_of(folder))
        except (OSError, StoreUnavailable) as problem:
            self.store.close()
            self.journal.close()
            if isinstance(problem, StoreUnavailable):
                raise
            raise StoreUnavailable(_no_access(folder, problem)) from problem

    @property
    def is_ahead(self) -> bool:
        """Whether there is something that readers do not see yet, left by a writer that was killed or written here."""
        return self._in_snapshot != self.store.revision

    def put_large(self, added: Changes, removed: Changes, record: str = "") -> None:
        """
        Write a difference that is too large for one transaction, whole or not at all; `record` names it in the journal.

        StoreUnavailable where there is no room: told before anything is written, or, once the change is laid down, that
        the next who writes goes on with it.
        """
        try:
            promise(self.folder, added, removed, record)
        except OSError as problem:
            raise StoreUnavailable(_no_access(self.folder, problem)) from problem
        self.keep_promise()

    def keep_promise(self) -> None:
        """Carry over what is laid down, if anything is; StoreUnavailable where that has to wait."""
        try:
            keep_promise(self.folder, self.store, self.journal)
        except (OSError, StoreUnavailable) as problem:
            told = problem.strerror if isinstance(problem, OSError) else problem.message
            raise StoreUnavailable(
                f"A change is laid down in {self.folder} and not carried over yet ({told}). Make room on the disk; "
                "the next command that writes goes on with it."
            ) from problem

    def checkpoint(self) -> None:
        """Put what was written on disk for good and before the eyes of readers."""
        number = int(_newest(self.folder) or 0) + 1
        snapshots = self.folder / "snapshots"
        target = snapshots / _name(number)
        try:
            make_folder(snapshots)
            # What is there without being named by `current` was left by a process that was killed.
            shutil.rmtree(target, ignore_errors=True)
            holds = self.store.revision
            self.store.engine.flush()
            self.store.engine.backup(str(target))
            sync_names(snapshots)
            _write(self.folder / "current", _name(number))
            self._in_snapshot = holds
            self._remove_old(number)
        except OSError as problem:
            raise StoreUnavailable(_no_access(self.folder, problem)) from problem

    @contextmanager
    def staging(self) -> Iterator[EmbeddedStore]:
        """Give a copy of the store to try a change on; it is gone afterwards, and costs no copying of data."""
        with suppress(OSError):
            for left in self.folder.glob(".staging-*"):
                shutil.rmtree(left, ignore_errors=True)
        try:
            place = Path(tempfile.mkdtemp(prefix=".staging-", dir=self.folder))
            self.store.engine.backup(str(place / "live"))
        except OSError as problem:
            raise StoreUnavailable(_no_access(self.folder, problem)) from problem
        copy = EmbeddedStore.from_folder(place / "live")
        try:
            yield copy
        finally:
            copy.close()
            shutil.rmtree(place, ignore_errors=True)

    def close(self) -> None:
        """Let the next writer in."""
        if not self.is_ahead:
            (self.folder / AHEAD).unlink(missing_ok=True)
        self.store.close()
        self.journal.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _remove_old(self, newest: int) -> None:
        for snapshot in (self.folder / "snapshots").iterdir():
            if not snapshot.name.isdigit() or int(snapshot.name) > newest - KEPT_SNAPSHOTS:
                continue
            # A reader holds a shared lock on the snapshot that it reads; it will be removed after a later write.
            lock = _lock(snapshot)
            if lock is not None:
                shutil.rmtree(snapshot, ignore_errors=True)
                _unlock(lock)


def open_snapshot(folder: Path) -> tuple[str, EmbeddedStore, int | None]:
    """
    Return the name of the newest snapshot, the store opened on it and a lock that keeps it from being removed.

    StoreUnavailable where the folder holds no store of ours, or one that cannot be read.
    """
    if not is_store(folder):
        raise StoreUnavailable(f"There is no store in {folder}. Make one with: mandategraph load cam --store {folder}")
    problem: Exception | None = None
    for _ in range(5):
        name = _newest(folder)
        place = folder / "snapshots" / name
        if not name or not place.is_dir():
            raise StoreUnavailable(
                f"The store {folder} is damaged: its snapshot is missing. Any write makes a new one."
            )
        lock = _lock(place, shared=True)
        try:
            if _newest(folder) == name:
                store = EmbeddedStore.from_folder(place, read_only=True)
                store.where = f"The store {folder}"
                return name, store, lock
        except StoreUnavailable as unavailable:
            problem = unavailable
        # A writer has gone on meanwhile: look again.
        _unlock(lock)
    raise StoreUnavailable(f"The snapshot of the store {folder} cannot be read: {problem}") from problem


def newest_snapshot(folder: Path) -> Path:
    """Return the folder of the newest snapshot; a writer may remove it at any time unless a reader has locked it."""
    name = _newest(folder)
    if not name:
        raise StoreUnavailable(f"There is no store in {folder}. Make one with: mandategraph load cam --store {folder}")
    return folder / "snapshots" / name


def release(lock: int | None) -> None:
    """Give up the lock of a snapshot."""
    _unlock(lock)


def newest_name(folder: Path) -> str:
    """Return the name of the newest snapshot."""
    return _newest(folder)


def may_be_ahead(folder: Path) -> bool:
    """Return whether somebody writes, or was killed while he did: the newest snapshot may not hold all there is."""
    return (folder / AHEAD).exists()


def newest_stamp(folder: Path) -> tuple[int, int]:
    """Return what changes whenever there is a newer snapshot; costs one look at the disk."""
    try:
        told = os.stat(f"{folder}/current")  # every request comes here: a Path takes longer than the look
    except OSError as problem:
        raise StoreUnavailable(_no_access(folder, problem)) from problem
    return told.st_ino, told.st_mtime_ns


def _check_format(folder: Path) -> None:
    try:
        told = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        version = told["format"]
    except (ValueError, KeyError, TypeError) as problem:
        raise StoreUnavailable(f"The store {folder} is damaged: its {MARKER} cannot be read.") from problem
    if version != FORMAT:
        is_newer = isinstance(version, int) and version > FORMAT
        made = f"was made by {'a newer' if is_newer else 'another'} version of Mandate Graph"
        way = (
            "Use that version or a later one."
            if is_newer
            else "Back it up with the version that made it, and restore the backup with this one into a new store."
        )
        raise StoreUnavailable(f"The store {folder} {made} (format {version}; this one reads {FORMAT}). {way}")


def _newest(folder: Path) -> str:
    try:
        return (folder / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as problem:
        raise StoreUnavailable(f"The store {folder} is damaged: {problem}") from problem


def _name(number: int) -> str:
    return f"{number:06d}"


def _write(path: Path, text: str) -> None:
    put(path, f"{text}\n".encode())


def _remove_remains(folder: Path) -> None:
    """Remove what a killed process left beside the folder, unless one is still at work there."""
    for left in folder.parent.glob(f".{folder.name}.new-*"):
        lock = _lock(left)
        if lock is not None:
            shutil.rmtree(left, ignore_errors=True)
            _unlock(lock)


def _lock(folder: Path, shared: bool = False) -> int | None:
    """Lock a folder against others of our processes; None where somebody else has it."""
    try:
        import fcntl
    except ImportError:  # Windows has no such lock, and removes no file that somebody has open
        return None
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(number, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        os.close(number)
        return None
    return number


def _unlock(lock: int | None) -> None:
    if lock is not None:
        with suppress(OSError):
            os.close(lock)


def _no_access(folder: Path, problem: OSError) -> str:
    if isinstance(problem, PermissionError) or "Read-only file system" in str(problem):
        return f"The store {folder} may not be read or written here: {problem.strerror or problem}."
    if is_full(problem):
        return f"There is no space left for the store {folder}."
    return f"The store {folder} cannot be used: {problem.strerror or problem}."
