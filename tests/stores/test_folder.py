"""A store folder is whole or not there, has one writer and any number of readers, and says why it cannot be used."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.graphs import Dataset
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.folder import KEPT_SNAPSHOTS, MARKER, Writer, create, is_store, open_snapshot, release
from mandategraph.stores.snapshot import SnapshotReader

A, P = Iri("urn:a"), Iri("urn:p")
UNNAMED = Dataset((None,))


def quad(words: str) -> Quad:
    return Quad(A, P, Literal(words))


def words(store: SnapshotReader | EmbeddedStore) -> set[str]:
    return {str(row["o"]) for row in store.select("SELECT ?o { ?s ?p ?o }", UNNAMED).rows}


def filled(store: EmbeddedStore, _building: Path) -> None:
    store.write([quad("first")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "new" / "store"
    create(folder, filled)
    return folder


def test_a_reader_sees_what_was_put_in_at_the_start(folder: Path) -> None:
    assert is_store(folder)
    assert words(SnapshotReader(folder)) == {"first"}


def test_an_empty_folder_becomes_a_store(tmp_path: Path) -> None:
    assert not is_store(tmp_path)
    create(tmp_path / "there")
    shutil.rmtree(tmp_path / "there")
    (tmp_path / "there").mkdir()
    create(tmp_path / "there", filled)
    assert words(SnapshotReader(tmp_path / "there")) == {"first"}


def test_a_checkpoint_shows_a_write_to_readers_that_are_open(folder: Path) -> None:
    reader = SnapshotReader(folder)
    before = reader.revision
    with Writer(folder) as writer:
        writer.store.write([quad("second")])
        assert words(reader) == {"first"}
        writer.checkpoint()
    assert words(reader) == {"first", "second"}
    assert reader.revision != before


def test_a_reader_never_writes(folder: Path) -> None:
    reader = SnapshotReader(folder)
    with pytest.raises(StoreUnavailable, match="reading only"):
        reader.write([quad("no")])


def test_a_second_writer_is_told(folder: Path) -> None:
    with Writer(folder), pytest.raises(StoreUnavailable, match="being written by another process"):
        Writer(folder)
    Writer(folder).close()


def test_a_second_writer_in_another_process_is_told(folder: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from mandategraph.stores.folder import Writer\n"
        "writer = Writer(pathlib.Path(sys.argv[1]))\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "open\n"
    with pytest.raises(StoreUnavailable, match="being written by another process"):
        Writer(folder)
    assert words(SnapshotReader(folder)) == {"first"}, "readers go on beside a writer"
    other.communicate(timeout=20)


def test_old_snapshots_are_removed_when_nobody_reads_them(folder: Path) -> None:
    name, store, lock = open_snapshot(folder)
    with Writer(folder) as writer:
        for number in range(5):
            writer.store.write([quad(str(number))])
            writer.checkpoint()
        kept = {path.name for path in (folder / "snapshots").iterdir()}
        assert name in kept, "somebody reads it"
        assert len(kept) == KEPT_SNAPSHOTS + 1
        assert words(store) == {"first"}
        store.close()
        release(lock)
        writer.checkpoint()
        assert len(list((folder / "snapshots").iterdir())) == KEPT_SNAPSHOTS


def test_readers_go_on_while_snapshots_come_and_go(folder: Path) -> None:
    problems: list[Exception] = []
    stop = threading.Event()

    def read() -> None:
        reader = SnapshotReader(folder)
        try:
            while not stop.is_set():
                assert "first" in words(reader)
        except Exception as problem:
            problems.append(problem)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    with Writer(folder) as writer:
        for number in range(20):
            writer.store.write([quad(str(number))])
            writer.checkpoint()
    stop.set()
    for reader in readers:
        reader.join(20)
    assert problems == []


def test_a_copy_for_trying_changes_nothing_and_leaves_nothing(folder: Path) -> None:
    with Writer(folder) as writer:
        with writer.staging() as copy:
            copy.write([quad("tried")])
            assert words(copy) == {"first", "tried"}
        writer.checkpoint()
    assert words(SnapshotReader(folder)) == {"first"}
    assert not list(folder.glob(".staging-*"))


def test_nothing_is_left_where_filling_fails(tmp_path: Path) -> None:
    def fail(store: EmbeddedStore, building: Path) -> None:
        filled(store, building)
        raise RuntimeError("the light went out")

    with pytest.raises(RuntimeError):
        create(tmp_path / "store", fail)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from mandategraph.stores.folder import create\n"
        "create(pathlib.Path(sys.argv[1]), lambda store, building: os._exit(9))"
    )
    folder = tmp_path / "store"
    assert subprocess.run([sys.executable, "-c", program, str(folder)], check=False).returncode == 9
    assert not folder.exists(), "half a store is no store"
    assert len(list(tmp_path.iterdir())) == 1
    create(folder, filled)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_foreign_folder_is_never_taken_over(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("Dear")
    for use in (is_store, create, Writer, SnapshotReader):
        with pytest.raises(StoreUnavailable, match="is not a store of Mandate Graph"):
            use(tmp_path / "letters")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="is a file"):
        is_store(tmp_path / "file")


def test_a_missing_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="mandategraph load cam"):
        SnapshotReader(tmp_path / "none")
    with pytest.raises(StoreUnavailable, match="There is no store"):
        Writer(tmp_path / "none")


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ({"format": 99}, r"a newer version .*\. Use that version or a later one"),
        ({"format": 0}, r"another version .*\. Back it up with the version that made it, and restore"),
    ],
)
def test_a_store_of_another_version_is_told(folder: Path, marker: dict[str, int], sentence: str) -> None:
    (folder / MARKER).write_text(json.dumps(marker))
    with pytest.raises(StoreUnavailable, match=sentence):
        SnapshotReader(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_marker_that_cannot_be_read_is_told(folder: Path, text: str) -> None:
    (folder / MARKER).write_text(text)
    with pytest.raises(StoreUnavailable, match="damaged"):
        SnapshotReader(folder)


def test_a_store_that_lost_its_snapshot_is_mended_by_a_write(folder: Path) -> None:
    shutil.rmtree(folder / "snapshots")
    with pytest.raises(StoreUnavailable, match="damaged"):
        SnapshotReader(folder)
    with Writer(folder) as writer:
        writer.checkpoint()
    assert words(SnapshotReader(folder)) == {"first"}


def test_a_snapshot_that_was_cut_off_is_told_and_replaced(folder: Path) -> None:
    for table in (folder / "snapshots" / "000001").glob("*.sst"):
        table.unlink()
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        SnapshotReader(folder)
    (folder / "snapshots" / "000002").mkdir()
    with Writer(folder) as writer:
        writer.checkpoint()
    assert words(SnapshotReader(folder)) == {"first"}


def test_a_folder_that_may_only_be_read_can_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write anywhere, so the permission itself is taken away.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert words(SnapshotReader(folder)) == {"first"}
    with pytest.raises(StoreUnavailable, match="read-only"):
        Writer(folder)


def test_reading_leaves_no_trace_in_the_folder(folder: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        paths = [path for path in folder.rglob("*") if path.is_file()]
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}

    before = state()
    assert before
    words(SnapshotReader(folder))
    assert state() == before


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(StoreUnavailable, match="may not be read or written here: Permission denied"):
        create(tmp_path / "store")


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match="no space left"):
        create(tmp_path / "store", filled)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_writer_loses_nothing_that_was_checkpointed_and_leaves_a_store_that_works(folder: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from mandategraph.core.terms import Iri, Literal, Quad\n"
        "from mandategraph.stores.folder import Writer\n"
        "writer = Writer(pathlib.Path(sys.argv[1]))\n"
        "for number in range(100000):\n"
        "    writer.store.write([Quad(Iri('urn:a'), Iri('urn:p'), Literal(f'{number}'))])\n"
        "    writer.checkpoint()\n"
        "    print(number, flush=True)\n"
    )
    acknowledged = 0
    for _ in range(3):
        other = subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        for _ in range(5):
            acknowledged = int(other.stdout.readline())
        other.kill()
        told = other.stdout.read().split()
        other.wait(20)
        acknowledged = max([acknowledged, *(int(line) for line in told)])
        assert {str(number) for number in range(acknowledged + 1)} <= words(SnapshotReader(folder))
        with Writer(folder) as writer:
            writer.checkpoint()
    assert len(list((folder / "snapshots").iterdir())) <= KEPT_SNAPSHOTS + 1


def test_a_store_without_its_live_part_is_damaged_and_not_empty(tmp_path: Path) -> None:
    """The engine would make a new one in its place, and what the snapshots hold would be gone with the next write."""
    create(tmp_path / "store")
    (tmp_path / "store" / "live").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailable, match="Restore a backup"):
        Writer(tmp_path / "store")
    assert not (tmp_path / "store" / "live").exists()
