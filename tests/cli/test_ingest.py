"""`mandategraph ingest` as a user runs it."""

import json

RESOLUTION = """A/RES/99/7

The General Assembly,

Recalling its earlier decisions,

1. Requests the Secretary-General to report on lighthouses;
2. Decides to remain seized of the matter.
"""


def test_documents_become_drafts_in_a_folder(run, tmp_path):
    """A draft and its text for each file, and a summary for people."""
    (tmp_path / "lamps.txt").write_text(RESOLUTION)
    result = run("ingest", str(tmp_path / "lamps.txt"), "--organisation", "un", "--out", str(tmp_path / "out"))
    assert result.status == 0
    assert "A/RES/99/7" in result.out
    assert "2 operative" in result.out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["lamps.trig", "lamps.txt"]


def test_a_draft_goes_into_the_review_graph_of_the_store(run, tmp_path):
    """Its quotations are compared with its text on the way."""
    (tmp_path / "lamps.txt").write_text(RESOLUTION)
    store = str(tmp_path / "store")
    assert run("load", "cam", "--store", store).status == 0
    result = run("ingest", str(tmp_path / "lamps.txt"), "--organisation", "un", "--store", store)
    assert result.status == 0, result.err
    base = "https://w3id.org/mandategraph"
    query = f"ASK {{ GRAPH <{base}/at/graph/review> {{ <{base}/id/un/ga/res/99/7> ?p ?o }} }}"
    assert "true" in run("query", "-e", query, "--store", store).out


def test_a_bad_file_is_told_in_a_sentence_and_the_others_go_on(run, tmp_path):
    """Exit 3, one sentence for each file that cannot be read, no traceback, nothing half written."""
    (tmp_path / "good.txt").write_text(RESOLUTION)
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 8)
    files = [str(tmp_path / name) for name in ("empty.txt", "good.txt", "noise.bin", "absent.txt")]
    result = run("ingest", *files, "--organisation", "un", "--out", str(tmp_path / "out"), "--json")
    assert result.status == 3
    told = json.loads(result.out)
    assert [draft["file"] for draft in told["drafts"]] == ["good.txt"]
    assert told["failed"] == 3
    assert "Traceback" not in result.err
    for name in ("empty.txt", "noise.bin", "absent.txt"):
        assert name in result.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["good.trig", "good.txt"]


def test_an_unknown_organisation_is_answered_with_those_there_are(run, tmp_path):
    """Exit 2."""
    (tmp_path / "lamps.txt").write_text(RESOLUTION)
    result = run("ingest", str(tmp_path / "lamps.txt"), "--organisation", "onu")
    assert result.status == 2
    assert "un" in result.err


def test_a_draft_is_accepted_and_withdrawn_whole(run, tmp_path):
    """Into the facts through every check, and out again; a second text of it is refused meanwhile."""
    (tmp_path / "lamps.txt").write_text(RESOLUTION)
    store, out = str(tmp_path / "store"), tmp_path / "out"
    assert run("load", "cam", "--store", store).status == 0
    before = run("export", "--format", "trig", "--store", store).out
    assert run("ingest", str(tmp_path / "lamps.txt"), "--organisation", "un", "--out", str(out)).status == 0
    accepted = run("accept", str(out / "lamps.trig"), "--store", store)
    assert accepted.status == 0, accepted.err
    assert "un/ga/res/99/7/op/1" in run("export", "--format", "trig", "--store", store).out
    (tmp_path / "lamps.txt").write_text(RESOLUTION.replace("lighthouses", "harbours"))
    assert run("ingest", str(tmp_path / "lamps.txt"), "--organisation", "un", "--out", str(out)).status == 0
    again = run("accept", str(out / "lamps.trig"), "--store", store)
    assert again.status == 2
    assert "Withdraw it first" in again.err
    withdrawn = run("withdraw", "A/RES/99/7", "--store", store)
    assert withdrawn.status == 0, withdrawn.err
    after = run("export", "--format", "trig", "--store", store).out
    assert "un/ga/res/99/7" not in after
    # Registers stay: the verbs and the organ that the draft brought.
    assert len(before) < len(after)


def test_what_is_no_draft_is_not_accepted(run, tmp_path):
    """Exit 2, one sentence."""
    (tmp_path / "x.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    store = str(tmp_path / "store")
    assert run("load", "cam", "--store", store).status == 0
    assert run("accept", str(tmp_path / "x.ttl"), "--store", store).status == 2
    assert run("withdraw", "A/RES/99/7", "--store", store).status == 2
