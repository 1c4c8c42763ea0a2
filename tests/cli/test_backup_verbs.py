"""`mandategraph backup` and `restore`, rehearsed as an operator does it: back up, lose the store, restore, compare."""

import shutil

from mandategraph.stores.folder import Writer


def test_a_store_is_lost_and_restored(run, tmp_path):
    kept, lost = tmp_path / "kept", tmp_path / "lost"
    assert run("load", "cam", "--store", lost).status == 0
    export = ("export", "--scope", "all", "--format", "nquads")
    with Writer(lost) as writer:  # as a client does it over HTTP
        writer.store.update("INSERT DATA { <urn:a> <urn:b> 1 GRAPH <urn:of-a-client> { <urn:a> <urn:b> 2 } }")
        writer.checkpoint()
    before = run(*export, "--store", lost)
    assert before.out.count("\n") > 10_000
    assert before.out.count("<urn:a> <urn:b>") == 2
    assert before.out.count("<urn:of-a-client>") == 1
    made = run("backup", kept, "--store", lost)
    assert made.status == 0, made.err
    assert "triples" in made.err
    told = run("doctor", "--store", lost)
    assert str(kept) in told.out.replace("\n", "") or "the last was made" in told.out
    shutil.rmtree(lost)
    restored = run("restore", kept, "--store", lost)
    assert restored.status == 0, restored.err
    assert run(*export, "--store", lost).out == before.out
    again = run("load", "cam", "--store", lost)
    assert again.status == 0, again.err
    assert run(*export, "--store", lost).out == before.out


def test_what_is_there_is_not_overwritten(run, tmp_path):
    kept, store = tmp_path / "kept", tmp_path / "store"
    run("load", "cam", "--store", store)
    assert run("backup", kept, "--store", store).status == 0
    assert run("backup", kept, "--store", store).status == 3
    refused = run("restore", kept, "--store", store)
    assert refused.status == 3
    assert "--replace" in refused.err
    replaced = run("restore", kept, "--replace", "--store", store)
    assert replaced.status == 0, replaced.err
    assert "is now" in replaced.err


def test_a_backup_of_nothing_or_of_an_endpoint_is_told(run, tmp_path):
    assert run("backup", tmp_path / "kept", "--store", tmp_path / "nowhere").status == 3
    remote = run("backup", tmp_path / "kept", "--store", "sparql+http://127.0.0.1:1/query")
    assert remote.status == 2
    assert "export --scope all" in remote.err


def test_doctor_tells_that_there_is_no_backup_yet(run, tmp_path):
    store = tmp_path / "store"
    run("load", "cam", "--store", store)
    told = run("doctor", "--store", store, "--json")
    assert told.status == 0
    assert "mandategraph backup" in told.out
