"""
A copy of a store in another folder, made while the store is in use, and a store made of it again.

    backup.json    what it is a copy of, when it was made, and the SHA-256 of each file
    snapshot/      the newest snapshot of the store
    shipped/ …     whatever else the store keeps beside it

Tokens do not travel: one that was revoked after the backup would hold again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.audit import FILE as RECORD_OF_WRITES
from mandategraph.stores.audit import HEAD as HEAD_OF_RECORD
from mandategraph.stores.conclusions import FILE as CONCLUDED
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.folder import AHEAD, MARKER, Writer, create, is_store, open_snapshot, release
from mandategraph.stores.lasting import make_folder, put, swap, sync_all_names, sync_names
from mandategraph.stores.promised import PROMISED
from mandategraph.stores.tokens import FILE as TOKENS
from mandategraph.stores.tokens import Tokens

FORMAT = 1
DESCRIPTION = "backup.json"
RECORD = "last-backup.json"
# A copy concludes anew at its first change: it may be older than the note of what was concluded.
_LEFT_OUT = frozenset({"live", "snapshots", "current", PROMISED, AHEAD, MARKER, RECORD, CONCLUDED, TOKENS})
# The graphs go back to what they were; who may do what, and who did what, does not.
_STAYS = (TOKENS, RECORD_OF_WRITES, HEAD_OF_RECORD)
_PIECE = 1 << 20


@dataclass(frozen=True)
class Backup:
    """What a backup is a copy of."""

    made: str
    snapshot: str
    triples: int
    size: int


Note = Callable[[Path, Backup], None]
"""Told of a store that was made of a backup, and what it is, before it has its place."""


def back_up(folder: Path, target: Path) -> Backup:
    """
    Copy the newest snapshot of a store into a folder that is missing or empty; a writer may go on meanwhile.

    What was acknowledged before is in it. StoreUnavailable where the target holds anything, or has no room.
    """
    _refuse_what_is_there(folder, target)
    name, store, lock = open_snapshot(folder)
    building: Path | None = None
    try:
        triples = len(store)
        store.close()
        make_folder(target.parent)
        building = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
        files: dict[str, str] = {}
        size = 0
        for source, place in _files(folder, name):
            files[place] = _copied(source, building / place)
            size += source.stat().st_size
        made = Backup(datetime.now(UTC).isoformat(timespec="seconds"), name, triples, size)
        described = {"format": FORMAT, "program": "mandategraph", **asdict(made), "files": files}
        put(building / DESCRIPTION, f"{json.dumps(described, indent=1)}\n".encode())
        sync_all_names(building)
        if target.is_dir():
            target.rmdir()
        os.rename(building, target)
        sync_names(target.parent)
    except OSError as problem:
        raise StoreUnavailable(f"The backup {target} could not be made: {problem.strerror or problem}.") from problem
    finally:
        release(lock)
        if building is not None:
            shutil.rmtree(building, ignore_errors=True)
    _record(folder, target, made)
    return made


def restore(
    source: Path, folder: Path, replace: bool = False, note: Note = lambda _folder, _made: None
) -> tuple[Backup, Path | None]:
    """
    Make a store of a backup; return what it was a copy of, and where the store went that was there before.

    Every file is compared with its SHA-256 first. A store that is there is only put aside with `replace`, and only
    while nobody writes to it; its tokens and its record of writes stay. `note` is called on what was
    made before it is put in place. Whole or not at all.
    """
    backup, files = _described(source)
    if not is_store(folder):
        _created(source, files, folder, backup, 1, note)
        return backup, None
    if not replace:
        raise StoreUnavailable(f"There is a store in {folder}. Name another with --store, or say --replace.")
    # A token that is revoked meanwhile is revoked in what is put in place.
    with Writer(folder), Tokens(folder).changing():
        # Readers of the store that was there go on to the new one, because its snapshot has another name.
        number = int((folder / "current").read_text(encoding="ascii")) + 1
        beside = folder.with_name(f".{folder.name}.restored-{number:06d}")
        aside = folder.with_name(f"{folder.name}.before-{number:06d}")
        if aside.exists():
            raise StoreUnavailable(f"{aside} is in the way: it was put there by a restore before. Move it.")
        shutil.rmtree(beside, ignore_errors=True)
        _created(source, {place: seal for place, seal in files.items() if place not in _STAYS}, beside, backup, number)
        try:
            for name in _STAYS:
                if (folder / name).exists():
                    _copied(folder / name, beside / name)
            note(beside, backup)
            sync_names(beside)
            if swap(folder, beside):
                os.rename(beside, aside)
            else:
                os.rename(folder, aside)
                sync_names(folder.parent)
                os.rename(beside, folder)
                sync_names(folder.parent)
        except OSError as problem:
            raise StoreUnavailable(f"{folder} could not be replaced: {problem.strerror or problem}.") from problem
    return backup, aside


def last_backup(folder: Path) -> tuple[str, str, str] | None:
    """Return when a store was last backed up, to where, and which snapshot of it; None where nobody knows."""
    try:
        told = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return str(told["made"]), str(told["where"]), str(told["snapshot"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refuse_what_is_there(folder: Path, target: Path) -> None:
    inside, outside = target.resolve(), folder.resolve()
    if inside == outside or outside in inside.parents:
        raise StoreUnavailable(f"{target} lies in the store itself. A backup belongs elsewhere, best on another disk.")
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise StoreUnavailable(f"{target} is not empty. Name a folder that is not there yet.")
    except OSError as problem:
        raise StoreUnavailable(f"{target} cannot be read: {problem.strerror or problem}.") from problem


def _files(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Yield what belongs into a backup, and the place of each in it."""
    roots = [(folder / "snapshots" / name, "snapshot")]
    roots += [
        (path, path.name) for path in folder.iterdir() if path.name not in _LEFT_OUT and not path.name.startswith(".")
    ]
    for root, place in sorted(roots):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                yield path, f"{place}/{path.relative_to(root).as_posix()}" if root.is_dir() else place


def _described(source: Path) -> tuple[Backup, dict[str, str]]:
    try:
        told = json.loads((source / DESCRIPTION).read_text(encoding="utf-8"))
        backup = Backup(told["made"], told["snapshot"], told["triples"], told["size"])
        version, files = told["format"], dict(told["files"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StoreUnavailable(f"{source} is not a backup: its {DESCRIPTION} cannot be read.") from problem
    if version != FORMAT:
        told = f"The backup {source} has format {version}; this version reads {FORMAT}"
        raise StoreUnavailable(f"{told}. Restore it with the version that made it, or a later one.")
    if not files or any(Path(place).is_absolute() or ".." in Path(place).parts for place in files):
        raise StoreUnavailable(f"The backup {source} is damaged: its list of files is not one.")
    return backup, files


def _created(
    source: Path,
    files: dict[str, str],
    folder: Path,
    backup: Backup,
    number: int,
    note: Note = lambda _folder, _made: None,
) -> None:
    def lay(building: Path) -> None:
        for place, wanted in files.items():
            if place == TOKENS:  # an earlier version of this program put them into its backups
                continue
            head, _, rest = place.partition("/")
            target = building / "live" / rest if head == "snapshot" else building / place
            try:
                found = _copied(source / place, target)
            except FileNotFoundError as problem:
                raise StoreUnavailable(f"The backup {source} is damaged: {place} is missing.") from problem
            if found != wanted:
                raise StoreUnavailable(f"The backup {source} is damaged: {place} is not what it was.")

    def look(store: EmbeddedStore, building: Path) -> None:
        if len(store) != backup.triples:
            raise StoreUnavailable(
                f"The backup {source} is damaged: {len(store):,} triples and not {backup.triples:,}."
            )
        note(building, backup)

    create(folder, look, lay, number)


def _copied(source: Path, target: Path) -> str:
    """Copy a file so that it is on the disk; return its SHA-256."""
    digest = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as read, target.open("wb") as written:
        # What only its owner may read stays so.
        shutil.copymode(source, target)
        while piece := read.read(_PIECE):
            digest.update(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()


def _record(folder: Path, target: Path, made: Backup) -> None:
    """Note in the store where it was copied to; where it may not be written, nobody will know."""
    told = {"made": made.made, "where": str(target.resolve()), "snapshot": made.snapshot}
    with suppress(OSError):
        put(folder / RECORD, f"{json.dumps(told)}\n".encode())
