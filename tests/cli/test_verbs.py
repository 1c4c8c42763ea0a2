"""What each verb of the store does, run as a user runs it."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from mandategraph.library import Library
from mandategraph.stores.folder import Writer

Run = Callable[..., Any]


@pytest.fixture
def filled(shipped_store: Path, tmp_path: Path) -> Path:
    """A store folder with the shipped plan, for one test to do with as it likes."""
    return shutil.copytree(shipped_store, tmp_path / "filled")


def test_the_default_store_is_filled_at_first_use_and_that_is_said(run_anew: Run) -> None:
    first = run_anew("query", "-e", "ASK { ?plan a mg:WorkPlan }")
    assert (first.status, first.out) == (0, "true\n")
    assert "First use" in first.err
    assert "First use" not in run_anew("query", "-e", "ASK {}").err


def test_a_named_store_starts_empty_and_load_cam_fills_it(run: Run, tmp_path: Path) -> None:
    count = ("query", "-e", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--format", "csv", "--store", tmp_path / "mine")
    empty = run(*count)
    assert empty.out.split() == ["n", "0"]
    assert "mandategraph load cam" in empty.err
    loaded = run("load", "cam", "--store", tmp_path / "mine")
    assert (loaded.status, loaded.out) == (0, "")
    assert "quotations compared with their source" in loaded.err
    assert int(run(*count).out.split()[1]) > 10_000
    assert "had all of it already" in run("load", "cam", "--store", tmp_path / "mine").err


@pytest.mark.parametrize("scope", ["public", "facts", "all"])
def test_an_export_loaded_and_exported_again_is_the_same(run: Run, tmp_path: Path, filled: Path, scope: str) -> None:
    first, again = tmp_path / "first.trig", tmp_path / "again.trig"
    assert run("export", "--format", "trig", "--scope", scope, "-o", first, "--store", filled).status == 0
    text = first.read_text()
    assert ("graph/inferred> {" in text) == (scope != "facts")
    assert ("graph/review> {" in text) == (scope == "all")
    loaded = run("load", first, "--store", tmp_path / "empty")
    assert loaded.status == 0, loaded.err
    assert run("export", "--format", "trig", "--scope", scope, "-o", again, "--store", tmp_path / "empty").status == 0
    assert again.read_bytes() == first.read_bytes()


def test_an_export_names_licence_and_holder_and_holds_no_proposal(run: Run, filled: Path) -> None:
    env = {"MANDATEGRAPH_LICENCE": "CC BY 4.0", "MANDATEGRAPH_RIGHTS_HOLDER": "A Council"}
    for form in ("trig", "nquads", "turtle", "ntriples", "jsonld", "rdfxml"):
        found = run("export", "--format", form, "--store", filled, env=env)
        assert found.status == 0, found.err
        assert "CC BY 4.0" in found.out[:2000]
        assert "A Council" in found.out[:2000]
    lines = run("export", "--format", "nquads", "--store", filled).out.splitlines()
    assert any("/graph/facts>" in line for line in lines)
    assert not [line for line in lines if "ns#assertionStatus>" in line and "kos/status-proposed>" in line]
    review = run("export", "--format", "nquads", "--scope", "review", "--store", filled).out.splitlines()
    assert [line for line in review if "ns#assertionStatus>" in line and "kos/status-proposed>" in line]


def test_the_format_follows_the_ending(run: Run, filled: Path, tmp_path: Path) -> None:
    run("export", "-o", tmp_path / "x.nt", "--store", filled)
    lines = (tmp_path / "x.nt").read_bytes()
    assert len(list(ox.parse(lines, ox.RdfFormat.N_TRIPLES))) > 10_000


def test_query_answers_in_every_form(run: Run, filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "plans.rq"
    file.write_text("SELECT ?plan ?date { ?plan a mg:WorkPlan ; mg:referenceDate ?date }")
    ask = ("query", file, "--store", filled, "--format")
    iri = "https://w3id.org/mandategraph/id/oas/cidi/cam/plan/2016-2017"
    assert list(csv.DictReader(io.StringIO(run(*ask, "csv").out))) == [{"plan": iri, "date": "2016-10-20"}]
    assert json.loads(run(*ask, "json").out)["results"]["bindings"][0]["plan"]["value"] == iri
    assert f"<{iri}>\t" in run(*ask, "tsv").out
    assert f"<uri>{iri}</uri>" in run(*ask, "xml").out
    table = run(*ask, "table")
    assert "id:oas/cidi/cam/plan/2016-2017  2016-10-20" in table.out
    assert table.err == "1 row.\n"
    assert run("query", "-", "--store", filled, stdin="ASK { ?s a mg:Mandate }").out == "true\n"
    graph = ("query", "-e", "CONSTRUCT { ?s a mg:WorkPlan } { ?s a mg:WorkPlan }", "--store", filled)
    assert run(*graph).out == f"@prefix mg: <https://w3id.org/mandategraph/ns#> .\n\n<{iri}> a mg:WorkPlan .\n"
    assert len(run(*graph, "--format", "ntriples").out.splitlines()) == 1


def test_query_reads_every_graph_of_its_own_store(run: Run, filled: Path) -> None:
    found = run(
        "query", "-e", "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g", "--store", filled, "--format", "csv"
    )
    assert [line.rsplit("/", 1)[-1] for line in found.out.split()] == ["g", "facts", "inferred", "review"]
    proposed = "ASK { ?link mg:assertionStatus k:status-proposed }"
    assert run("query", "-e", proposed, "--store", filled).out == "false\n", "proposals are outside the default graph"


def test_status_accounts_for_every_character(run: Run, filled: Path) -> None:
    told = json.loads(run("status", "--json", "--store", filled).out)
    assert told["triples"]["facts"] > 10_000
    assert told["triples"]["inferred"] > 100
    assert [plan["referenceDate"] for plan in told["plans"]] == ["2016-10-20"]
    (text,) = told["texts"]
    account = text["account"]
    assert account["characters"] == 19247
    assert account["covered"] == account["meaningful"] > 16_000
    assert account["leftOut"] == []
    assert len(text["unplaced"]) == 16
    assert {one["reason"] for one in text["unplaced"]} <= {"heading", "layout", "connecting words"}
    page = run("status", "--store", filled, "--lang", "es")
    assert "19,247 characters" in page.out
    assert "encabezado" in page.out


def test_infer_says_what_each_rule_gave(run: Run, filled: Path) -> None:
    found = json.loads(run("infer", "--json", "--store", filled).out)
    assert found["total"] > 100
    assert (found["added"], found["removed"]) == (0, 0)
    assert found["rules"]["within-transitive"] > 0
    assert "conclusions in all" in run("infer", "--store", filled, "--engine", "owlrl").err


def test_infer_mends_an_inferred_graph_that_was_changed(run: Run, filled: Path) -> None:
    graphs = "https://w3id.org/mandategraph/at/graph/inferred"
    with Writer(filled) as writer:
        some = list(writer.store.quads(graphs))[:5]
        writer.store.write([], some)
        writer.checkpoint()
    found = json.loads(run("infer", "--json", "--store", filled).out)
    assert found["added"] == 5


def test_doctor_says_what_works_and_what_does_not(run: Run, filled: Path, tmp_path: Path) -> None:
    well = run("doctor", "--json", "--store", filled)
    told = {one["name"]: one for one in json.loads(well.out)}
    assert well.status == 0, well.out
    assert all(one["works"] for one in told.values())
    assert "questions" in told["shipped files"]["told"]
    with Writer(filled):
        locked = run("doctor", "--store", filled)
    assert locked.status == 3
    assert re.search(r"writing +NO +.*being written by another process", locked.out)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "x").write_text("")
    assert run("doctor", "--store", tmp_path / "letters").status == 3
    assert run("doctor", env={"MANDATEGRAPH_LANG": "de"}).status == 3


def test_doctor_makes_nothing(run_anew: Run, tmp_path: Path) -> None:
    assert run_anew("doctor").status == 0
    assert not (tmp_path / "home" / ".local").exists()


def test_a_store_that_is_being_written_can_be_read_and_not_written(run: Run, filled: Path) -> None:
    with Writer(filled):
        assert run("status", "--store", filled).status == 0
        locked = run("load", "cam", "--store", filled)
    assert locked.status == 3
    assert "being written by another process" in locked.err


def test_config_tells_where_a_value_comes_from(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "home" / ".config" / "mandategraph"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('rights_holder = "A Council"\n')
    found = run("config", "show", "--origin", "--lang", "pt", env={"MANDATEGRAPH_PORT": "9000"})
    rows = {line.split()[0]: line for line in found.out.splitlines()}
    assert rows["lang"].endswith("flag")
    assert rows["port"].endswith("environment MANDATEGRAPH_PORT")
    assert rows["rights_holder"].endswith(f"file {folder / 'config.toml'}")
    assert rows["host"].endswith("default")
    assert run("config", "path").out == f"{folder / 'config.toml'}\n"


def test_a_broken_file_is_named_with_line_and_column_and_changes_nothing(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.ttl").write_text("<urn:a> <urn:b> 1 .\n<urn:a> nix:c 1 .\n")
    (tmp_path / "good.ttl").write_text("<urn:a> <urn:b> 1 .\n")
    found = run("load", "good.ttl", "broken.ttl", "--store", filled)
    assert found.status == 3
    assert found.err == "broken.ttl, line 2, column 9: The prefix nix: has not been declared.\n"
    assert run("query", "-e", "ASK { <urn:a> ?p ?o }", "--store", filled).out == "false\n"


def test_a_wrong_quotation_is_named_and_nothing_is_loaded(run: Run, tmp_path: Path, library: Library) -> None:
    text = (library.plan("cam").facts[0]).read_text()
    assert 'oa:exact "INTRODUCTION:"@en' in text
    (tmp_path / "source.ttl").write_text(text.replace('"INTRODUCTION:"@en', '"INTRODUCTION."@en'))
    found = run("load", "source.ttl", "--store", tmp_path / "new")
    assert found.status == 3
    told = found.err.splitlines()[-1]
    assert told.startswith("source.ttl: line 1 of the source is quoted as “INTRODUCTION.”, but “INTRODUCTION:” stands")
    assert run("query", "-e", "ASK { ?s ?p ?o }", "--store", tmp_path / "new").out == "false\n"


def test_loading_into_review_leaves_facts_alone(run: Run, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.nq").write_text("<urn:x:a> <urn:x:b> <urn:x:c> <urn:x:g> .\n")
    refused = run("load", "draft.nq", "--store", filled)
    assert refused.status == 2
    assert "--into facts" in refused.err
    assert run("load", "draft.nq", "--into", "review", "--store", filled).status == 0
    where = "SELECT ?g { GRAPH ?g { <urn:x:a> ?p ?o } }"
    assert run("query", "-e", where, "--format", "csv", "--store", filled).out.split()[1].endswith("/graph/review")


def test_talk_and_data_are_kept_apart(run: Run, filled: Path, tmp_path: Path) -> None:
    found = run("export", "--format", "nquads", "--store", filled)
    assert found.err == ""
    assert all(line.startswith(("<", "#")) for line in found.out.splitlines())
    to_file = run("export", "-o", tmp_path / "x.nq", "--store", filled)
    assert to_file.out == ""
    assert "triples written to" in to_file.err
