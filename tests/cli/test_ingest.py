"""`mandategraph ingest` as a user runs it."""

import json
from pathlib import Path

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
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == ["lamps.trig", "lamps.txt"]


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
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == ["good.trig", "good.txt"]


def test_an_unknown_organisation_is_answered_with_those_there_are(run, tmp_path):
    """Exit 2."""
    (tmp_path / "lamps.txt").write_text(RESOLUTION)
    result = run("ingest", str(tmp_path / "lamps.txt"), "--organisation", "onu")
    assert result.status == 2
    assert "un" in result.err


def test_a_draft_is_accepted_and_withdrawn_whole(run, tmp_path):
    """Into the facts through every check, and out again; another text of it replaces the first only where told to."""
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
    assert "--replace" in again.err
    replaced = run("accept", str(out / "lamps.trig"), "--replace", "--store", store)
    assert replaced.status == 0, replaced.err
    now = run("export", "--format", "trig", "--store", store).out
    assert "harbours" in now
    assert "lighthouses" not in now
    withdrawn = run("withdraw", "A/RES/99/7", "--store", store)
    assert withdrawn.status == 0, withdrawn.err
    after = run("export", "--format", "trig", "--store", store).out
    assert "harbours" not in after
    assert "withdrawnOn" in after
    # Registers stay: the verbs and the bodies that came with the draft.
    assert len(before) < len(after)


def test_a_draft_in_the_store_is_checked_and_accepted_by_its_symbol(run, tmp_path):
    """Nothing bars it; afterwards it is in the facts, its words can be shown, and no draft of it is left."""
    (tmp_path / "lamps.txt").write_text(RESOLUTION)
    store = str(tmp_path / "store")
    assert run("ingest", str(tmp_path / "lamps.txt"), "--organisation", "un", "--store", store).status == 0
    checked = run("check", "--draft", "A/RES/99/7", "--store", store)
    assert checked.status == 0, checked.err
    assert "Nothing bars the draft" in checked.err
    assert "Checked as: draft" in checked.out
    accepted = run("accept", "A/RES/99/7", "--on", "2045-01-31", "--store", store)
    assert accepted.status == 0, accepted.err
    base = "https://w3id.org/mandategraph"
    left = f"ASK {{ GRAPH <{base}/at/graph/review> {{ ?s ?p ?o }} }}"
    assert "false" in run("query", "-e", left, "--store", store).out
    days = f"SELECT DISTINCT ?day {{ ?record <{base}/ns#onDate> ?day }}"
    assert "2045-01-31" in run("query", "-e", days, "--store", store).out
    assert "0 in none" in run("status", "--store", store).out


def test_of_several_drafts_in_the_store_only_the_named_one_is_accepted(run, tmp_path):
    """The others wait in the review graph, and are accepted in their turn."""
    (tmp_path / "lamps.txt").write_text(RESOLUTION)
    (tmp_path / "buoys.txt").write_text(RESOLUTION.replace("99/7", "99/8").replace("lighthouses", "buoys"))
    store = str(tmp_path / "store")
    files = [str(tmp_path / "lamps.txt"), str(tmp_path / "buoys.txt")]
    assert run("ingest", *files, "--organisation", "un", "--store", store).status == 0
    assert run("accept", "A/RES/99/7", "--store", store).status == 0
    now = run("export", "--format", "trig", "--store", store).out
    assert "lighthouses" in now
    assert "buoys" not in now
    second = run("accept", "A/RES/99/8", "--store", store)
    assert second.status == 0, second.err
    assert "buoys" in run("export", "--format", "trig", "--store", store).out


def test_several_drafts_go_in_one_step_and_those_that_are_barred_are_left_out(run, tmp_path):
    """A number that stands twice bars its own draft, and a document that is there already; the third goes in."""
    out, store = tmp_path / "out", str(tmp_path / "store")
    for number, word in (("7", "lighthouses"), ("8", "buoys"), ("9", "harbours")):
        (tmp_path / f"r{number}.txt").write_text(
            RESOLUTION.replace("99/7", f"99/{number}").replace("lighthouses", word)
        )
    files = [str(tmp_path / f"r{number}.txt") for number in "789"]
    assert run("ingest", *files, "--organisation", "un", "--out", str(out)).status == 0
    twice = '<https://w3id.org/mandategraph/ns#number> "{}"'
    broken = (out / "r8.trig").read_text().replace(twice.format("2"), twice.format("1"))
    (out / "r8.trig").write_text(broken)
    assert run("accept", str(out / "r7.trig"), "--store", store).status == 0
    several = run("accept", *(str(out / f"r{number}.trig") for number in "789"), "--store", store)
    assert several.status == 3
    assert "1 of 3 drafts" in several.err
    assert "r7.trig is left out" in several.err
    assert "--replace" in several.err
    assert "r8.trig is left out" in several.err
    now = run("export", "--format", "trig", "--store", store).out
    assert "harbours" in now
    assert "lighthouses" in now
    assert "buoys" not in now


def test_a_draft_that_breaks_a_rule_is_barred_and_nothing_is_changed(run, tmp_path):
    """A number that stands twice: told by check, refused by accept."""
    (tmp_path / "lamps.txt").write_text(RESOLUTION)
    store, out = str(tmp_path / "store"), tmp_path / "out"
    assert run("ingest", str(tmp_path / "lamps.txt"), "--organisation", "un", "--out", str(out)).status == 0
    draft = out / "lamps.trig"
    number = '<https://w3id.org/mandategraph/ns#number> "{}"'
    broken = draft.read_text().replace(number.format("2"), number.format("1"))
    assert broken != draft.read_text()
    draft.write_text(broken)
    checked = run("check", "--draft", str(draft), "--store", store)
    assert checked.status == 1
    assert "bar it" in checked.err
    refused = run("accept", str(draft), "--store", store)
    assert refused.status == 3
    assert "A/RES/99/7" not in run("export", "--format", "trig", "--store", store).out


def test_what_is_no_draft_is_not_accepted(run, tmp_path):
    """Exit 2, one sentence."""
    (tmp_path / "x.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    store = str(tmp_path / "store")
    assert run("load", "cam", "--store", store).status == 0
    for words in (str(tmp_path / "x.ttl"), "A/RES/99/7", str(tmp_path / "absent.trig"), "no symbol"):
        assert run("accept", words, "--store", store).status == 2
    assert run("withdraw", "A/RES/99/7", "--store", store).status == 2


def test_the_given_work_plan_goes_into_a_fresh_store_and_answers(run, tmp_path, shared):
    """Nothing bars it; then its calendar, its paragraphs and its checks are there as for the shipped one."""
    store, out = str(tmp_path / "store"), tmp_path / "out"
    source = shared / "source" / "cam-work-plan-2016-2017.txt"
    read = run("ingest", str(source), "--organisation", "oas", "--out", str(out))
    assert read.status == 0, read.err
    assert "11 entries" in read.out
    registers = sorted((Path(__file__).parents[2] / "data" / "oas").glob("*.ttl"))
    assert run("load", *map(str, registers), "--store", store).status == 0
    accepted = run("accept", str(out / f"{source.stem}.trig"), "--store", store)
    assert accepted.status == 0, accepted.err
    plan = "https://w3id.org/mandategraph/id/oas/cidi/cam/plan/2016-2017"
    entries = run(
        "query", "-e", f"SELECT ?e {{ ?e <https://w3id.org/mandategraph/ns#scheduledIn> <{plan}> }}", "--store", store
    )
    assert entries.out.count("activity/") == 11
    asked = run("ask", "paragraph-brief", "paragraph=AG/RES. 2881, 33", "--store", store)
    assert "center its cooperation work" in asked.out
    checked = run("check", "--profile", "plan", "--store", store)
    assert checked.status == 1
    assert "11 entries of the calendar" in checked.out
