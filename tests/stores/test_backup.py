"""A backup of a store in use is whole; what is restored is what was there."""

import hashlib
import io
import json
import os
import stat
import threading

import pytest

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.audit import FILE as RECORD
from mandategraph.stores.audit import AuditLog, Write
from mandategraph.stores.backup import DESCRIPTION, back_up, last_backup, restore
from mandategraph.stores.folder import Writer, create, open_snapshot, release
from mandategraph.stores.limits import Limits
from mandategraph.stores.readable import FolderSource
from mandategraph.stores.readers import Readers
from mandategraph.stores.tokens import FILE as TOKENS
from mandategraph.stores.tokens import Tokens


def lines(folder):
    """Return what a store holds, as sorted N-Quads."""
    _, store, lock = open_snapshot(folder)
    try:
        return sorted(str(quad) for quad in store.engine)
    finally:
        release(lock)


def write(folder, text):
    with Writer(folder) as writer:
        writer.store.load(io.BytesIO(text.encode()), "text/turtle", "urn:g")
        writer.checkpoint()


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "store"
    create(place)
    write(place, "".join(f'<urn:s{n}> <urn:p> "{n}", [ <urn:q> "ä{n}"@de ] .\n' for n in range(300)))
    (place / "shipped").mkdir(exist_ok=True)
    (place / "shipped" / "cam.nq").write_text("<urn:a> <urn:b> <urn:c> .\n")
    return place


def test_what_is_restored_is_what_was_there(folder, tmp_path):
    before = lines(folder)
    made = back_up(folder, tmp_path / "backup")
    assert made.triples == len(before) == 900
    other = tmp_path / "elsewhere" / "store"
    told, aside = restore(tmp_path / "backup", other)
    assert told == made
    assert aside is None
    assert lines(other) == before
    assert (other / "shipped" / "cam.nq").read_text() == "<urn:a> <urn:b> <urn:c> .\n"
    write(other, "<urn:new> <urn:p> 1 .")
    assert len(lines(other)) == 901, "a restored store can be written to"
    assert len(lines(folder)) == 900, "it shares nothing with the store it came from"


def test_a_backup_is_made_while_a_writer_writes(folder, tmp_path):
    """Each backup is one state that was acknowledged, and never older than what was acknowledged before it."""
    acknowledged = [0]
    stop = threading.Event()

    def keep_writing():
        with Writer(folder) as writer:
            while not stop.is_set():
                number = acknowledged[0] + 1
                writer.store.load(io.BytesIO(f"<urn:w{number}> <urn:w> 1, 2 .".encode()), "text/turtle", "urn:g")
                writer.checkpoint()
                acknowledged[0] = number

    writing = threading.Thread(target=keep_writing)
    writing.start()
    try:
        for number in range(5):
            before = acknowledged[0]
            made = back_up(folder, tmp_path / f"backup-{number}")
            written = (made.triples - 900) / 2
            assert written == int(written) >= before
    finally:
        stop.set()
        writing.join()
    restore(tmp_path / "backup-4", tmp_path / "again")
    assert len(lines(tmp_path / "again")) == made.triples


def test_a_folder_that_holds_something_is_refused(folder, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(StoreUnavailable, match="not empty"):
        back_up(folder, full)
    with pytest.raises(StoreUnavailable, match="in the store itself"):
        back_up(folder, folder / "backup")
    back_up(folder, tmp_path / "backup")
    with pytest.raises(StoreUnavailable, match="is not a store"):
        restore(tmp_path / "backup", full)
    assert [path.name for path in full.iterdir()] == ["mine.txt"]


def test_a_store_that_is_there_is_only_put_aside_when_told(folder, tmp_path):
    back_up(folder, tmp_path / "backup")
    write(folder, "<urn:later> <urn:p> 1 .")
    with pytest.raises(StoreUnavailable, match="--replace"):
        restore(tmp_path / "backup", folder)
    assert len(lines(folder)) == 901
    _, aside = restore(tmp_path / "backup", folder, replace=True)
    assert len(lines(folder)) == 900
    assert len(lines(aside)) == 901


def test_a_store_that_is_being_written_is_not_replaced(folder, tmp_path):
    back_up(folder, tmp_path / "backup")
    with Writer(folder), pytest.raises(StoreUnavailable, match="another process"):
        restore(tmp_path / "backup", folder, replace=True)
    assert len(lines(folder)) == 900


def test_readers_go_on_to_what_was_restored(folder, tmp_path):
    from mandategraph.core.graphs import Dataset

    def count():
        query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
        return b"".join(readers.query(query, Dataset(("urn:g",)), "text/csv").pieces())

    readers = Readers(FolderSource(folder), Limits(warm=1))
    try:
        back_up(folder, tmp_path / "backup")
        write(folder, "<urn:later> <urn:p> 1 .")
        assert b"901" in count()
        restore(tmp_path / "backup", folder, replace=True)
        assert b"900" in count()
    finally:
        readers.close()


def files_of(backup):
    return [path for path in (backup / "snapshot").iterdir() if path.suffix == ".sst" or path.name == "CURRENT"]


def change(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [change, lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_a_damaged_backup_is_refused_and_nothing_is_left(folder, tmp_path, damage):
    backup = tmp_path / "backup"
    back_up(folder, backup)
    assert files_of(backup)
    for path in files_of(backup):
        kept = path.read_bytes()
        damage(path)
        with pytest.raises(StoreUnavailable, match="damaged"):
            restore(backup, tmp_path / "again")
        path.write_bytes(kept)
    assert not [path for path in tmp_path.iterdir() if "again" in path.name]
    restore(backup, tmp_path / "again")


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', '{"format": 2}'])
def test_what_is_no_backup_is_told_so(folder, tmp_path, text):
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / DESCRIPTION).write_text(text)
    with pytest.raises(StoreUnavailable, match="not a backup"):
        restore(tmp_path / "none", tmp_path / "again")


def test_a_backup_of_another_format_or_with_paths_that_lead_outside_is_refused(folder, tmp_path):
    backup = tmp_path / "backup"
    back_up(folder, backup)
    told = json.loads((backup / DESCRIPTION).read_text())
    (backup / DESCRIPTION).write_text(json.dumps(told | {"format": 2}))
    with pytest.raises(StoreUnavailable, match="format 2"):
        restore(backup, tmp_path / "again")
    (backup / DESCRIPTION).write_text(json.dumps(told | {"files": {"../../outside": "0"}}))
    with pytest.raises(StoreUnavailable, match="damaged"):
        restore(backup, tmp_path / "again")


def test_the_store_knows_when_it_was_last_backed_up(folder, tmp_path):
    assert last_backup(folder) is None
    made = back_up(folder, tmp_path / "backup")
    assert last_backup(folder) == (made.made, str(tmp_path / "backup"), made.snapshot)


def test_no_token_comes_back_to_life(folder, tmp_path):
    """Whether a store is restored over itself, elsewhere, or from a backup of an earlier version that holds tokens."""
    tokens = Tokens(folder)
    revoked, kept = tokens.create(["write"])
    held = (folder / TOKENS).read_bytes()
    back_up(folder, tmp_path / "backup")
    assert not list((tmp_path / "backup").rglob(f"*{TOKENS}*"))
    assert hashlib.sha256(revoked.encode()).hexdigest().encode() in held
    tokens.revoke(kept.id)
    later, _ = tokens.create(["read"])

    restore(tmp_path / "backup", tmp_path / "elsewhere")
    assert Tokens(tmp_path / "elsewhere").all() == ()

    earlier = tmp_path / "backup" / DESCRIPTION
    told = json.loads(earlier.read_text())
    (tmp_path / "backup" / TOKENS).write_bytes(held)
    earlier.write_text(json.dumps(told | {"files": told["files"] | {TOKENS: hashlib.sha256(held).hexdigest()}}))
    restore(tmp_path / "backup", tmp_path / "third")
    assert Tokens(tmp_path / "third").find(revoked) is None

    restore(tmp_path / "backup", folder, replace=True)
    assert Tokens(folder).find(revoked) is None
    assert Tokens(folder).find(later) is not None


def test_a_token_that_is_revoked_during_a_restore_is_revoked_after_it(folder, tmp_path, monkeypatch):
    """Who revokes waits until the tokens are in place, and then revokes the one that is there."""
    secret, made = Tokens(folder).create(["write"])
    back_up(folder, tmp_path / "backup")
    real, threads = os.rename, []

    def rename(source, target):
        if not threads:
            threads.append(threading.Thread(target=lambda: Tokens(folder).revoke(made.id)))
            threads[0].start()
            threads[0].join(0.2)
        real(source, target)

    monkeypatch.setattr("mandategraph.stores.backup.os.rename", rename)
    restore(tmp_path / "backup", folder, replace=True)
    threads[0].join(30)
    assert not threads[0].is_alive()
    assert Tokens(folder).find(secret) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other rights")
def test_what_only_its_owner_may_read_stays_so(folder, tmp_path):
    AuditLog(folder).record(Write("put", "somebody"))
    back_up(folder, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "elsewhere")
    for place in (tmp_path / "backup", tmp_path / "elsewhere"):
        assert stat.S_IMODE((place / RECORD).stat().st_mode) == 0o600
