"""A change larger than memory should hold: the difference is kept in files, and made whole or not at all."""

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import StoreUnavailable
from mandategraph.settings import Settings
from mandategraph.stores import changes, promised, recording
from mandategraph.stores.backends import InFolder
from mandategraph.stores.changes import Changes
from mandategraph.stores.folder import Writer, create, open_snapshot, release
from mandategraph.stores.journal import verdict_of
from mandategraph.stores.recording import RecordingStore
from mandategraph.wiring import open_installation

GRAPH = ox.NamedNode("urn:g")


def quad(number: int) -> ox.Quad:
    return ox.Quad(ox.NamedNode(f"urn:n{number}"), ox.NamedNode("urn:p"), ox.Literal("a\nb"), GRAPH)


@pytest.fixture
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is done for large changes, done for small ones."""
    monkeypatch.setattr(changes, "_FEW", 3)
    monkeypatch.setattr(changes, "_PIECE", 5)
    monkeypatch.setattr(recording, "_PIECE", 7)
    monkeypatch.setattr(recording, "_BULK", 4)
    monkeypatch.setattr("mandategraph.stores.backends.LARGE", 4)


@pytest.mark.parametrize("seed", range(12))
def test_the_difference_is_that_of_sets(tmp_path: Path, in_small_pieces: None, seed: int) -> None:
    """Whatever is written and taken away in whatever steps, also what comes back after it was written out."""
    dice = random.Random(seed)  # noqa: S311
    before = {quad(number) for number in range(20) if dice.random() < 0.5}
    base, engine = ox.Store(), ox.Store(str(tmp_path / "live"))
    base.extend(before)
    engine.extend(before)
    stage = RecordingStore(engine, before=base, folder=tmp_path)
    held = set(before)
    for _ in range(40):
        additions = [quad(dice.randrange(20)) for _ in range(dice.randrange(9))]
        removals = [quad(dice.randrange(20)) for _ in range(dice.choice((0, 0, 1, 5)))]
        stage.put(iter(additions), iter(removals))
        held = (held - set(removals)) | set(additions)
        some = quad(dice.randrange(20))
        assert stage.holds(some) == (some in held)
        assert set(stage.matching(None, None, None, GRAPH)) == held
    assert set(stage.engine) == held
    assert sorted(map(str, stage.added)) == sorted(map(str, held - before))
    assert sorted(map(str, stage.removed)) == sorted(map(str, before - held))
    assert (len(stage.added), len(stage.removed)) == (len(held - before), len(before - held))
    (tmp_path / "pieces").mkdir()
    pieces = stage.added.in_pieces(tmp_path / "pieces")
    assert sorted(str(one) for piece in pieces for one in ox.parse(path=str(piece))) == sorted(map(str, held - before))


def laid(folder: Path, numbers: range) -> Changes:
    found = Changes(folder, "added" if numbers.start else "removed")
    found.add(map(quad, numbers))
    return found


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    create(folder, lambda new, _: new.put(map(quad, range(3)), ()))
    return folder


def seen(folder: Path) -> set[ox.Quad]:
    _, snapshot, lock = open_snapshot(folder)
    try:
        return set(snapshot.engine)
    finally:
        snapshot.close()
        release(lock)


def test_who_comes_after_a_kill_carries_a_promised_change_over(store: Path, in_small_pieces: None) -> None:
    """From the moment that it is laid down whole; readers see nothing of it before it is all there."""
    with Writer(store) as writer:
        promised.promise(store, laid(store, range(10, 40)), laid(store, range(2)), "one")
        writer.journal.begun("one", (1, 0))
        writer.store.put([quad(10), quad(11)], [quad(0)])  # as far as it came
        assert seen(store) == set(map(quad, range(3)))
    with Writer(store) as writer:
        assert set(writer.store.engine) == {quad(2), *map(quad, range(10, 40))}
        assert writer.is_ahead
        writer.checkpoint()
    assert seen(store) == {quad(2), *map(quad, range(10, 40))}
    assert not list(store.glob("*promised*"))
    assert verdict_of(store)("one") is True


def test_a_change_that_was_not_laid_down_whole_was_not_made(
    store: Path, in_small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    with Writer(store) as writer:
        monkeypatch.setattr(promised, "_sync", full)
        with pytest.raises(StoreUnavailable, match="no space left"):
            writer.put_large(laid(store, range(10, 40)), laid(store, range(2)))
        assert set(writer.store.engine) == set(map(quad, range(3)))
    monkeypatch.undo()
    with Writer(store) as writer:
        assert set(writer.store.engine) == set(map(quad, range(3)))


def test_where_the_disk_is_full_midway_it_is_said_and_finished_later(
    store: Path, in_small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable("The store could not answer: No space left on device")

    with Writer(store) as writer:
        monkeypatch.setattr("mandategraph.stores.embedded.EmbeddedStore.bulk_load", full)
        with pytest.raises(StoreUnavailable, match="Make room on the disk"):
            writer.put_large(laid(store, range(10, 40)), laid(store, range(2)))
    with pytest.raises(StoreUnavailable, match="Make room on the disk"):
        Writer(store)
    monkeypatch.undo()
    with Writer(store) as writer:
        assert set(writer.store.engine) == {quad(2), *map(quad, range(10, 40))}


def test_a_large_file_is_loaded_and_refused_like_a_small_one(
    tmp_path: Path, in_small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes by way of a promise; where its end does not parse, nothing of it is there."""
    large: list[int] = []
    put_large = Writer.put_large

    def noted(writer: Writer, added: Changes, removed: Changes, record: str) -> None:
        large.append(len(added))
        put_large(writer, added, removed, record)

    monkeypatch.setattr(Writer, "put_large", noted)
    settings = Settings(store=str(tmp_path / "store"))
    lines = "".join(f'<urn:n{number}> <urn:p> "{number}" .\n' for number in range(50))
    (tmp_path / "whole.nt").write_text(lines)
    (tmp_path / "torn.nt").write_text(lines.replace("urn:n", "urn:m") + "<urn:torn> <urn:p>\n")
    with open_installation(settings, write=True) as here:
        assert isinstance(here._backend, InFolder)
        facts = here.graphs.facts
        assert here.load_files([tmp_path / "whole.nt"]).added[facts] == 50
        with pytest.raises(Exception, match=r"torn\.nt, line 5"):
            here.load_files([tmp_path / "torn.nt"])
    assert large == [50]
    with open_installation(settings) as here:
        assert sum(1 for _ in here.store.quads(facts)) == 50
    assert not list((tmp_path / "store").glob(".staging-*"))
