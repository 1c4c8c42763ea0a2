"""`mandategraph check` as a user meets it: exit status, formats, wrong use, and any shapes on any data."""

from __future__ import annotations

import json

import pytest

SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:s> a sh:NodeShape ; sh:targetClass <urn:C> ; sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .
"""


@pytest.fixture
def cam(run, tmp_path):
    """A command on a store of its own with the shipped plan."""
    store = tmp_path / "store"
    assert run("load", "cam", "--store", store).status == 0

    def command(*arguments):
        return run("check", "--store", store, *arguments)

    return command


def test_the_report_exits_1_and_speaks_to_a_secretary(cam):
    """Findings of the heaviest kind: exit 1, and words she understands."""
    found = cam("--profile", "report")
    assert found.status == 1
    assert "Work Plan 2016-2017 of the Committee on Migration Issues" in found.out
    assert "20 October 2016" in found.out
    assert "None of the 11 entries says who organises it" in found.out
    assert "To do:" in found.out
    assert "://" not in found.out


def test_the_language_is_the_readers(cam):
    """The same in Spanish, exit status too."""
    found = cam("--profile", "report", "--lang", "es")
    assert found.status == 1
    assert "Debe resolverse" in found.out
    assert "Qué hacer:" in found.out


def test_fail_on_decides_the_exit(cam):
    """A draft of this plan has nothing that must be settled."""
    assert cam("--profile", "draft").status == 0
    assert cam("--profile", "draft", "--fail-on", "warning").status == 1


def test_formats_and_files(cam, tmp_path):
    """JSON on standard output or in a file; the same findings from either engine."""
    fast = json.loads(cam("--json").out)
    target = tmp_path / "report.json"
    slow = cam("--format", "json", "--engine", "reference", "-o", target)
    assert slow.status == 1
    assert slow.out == ""
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["headings"] == fast["headings"]
    assert (fast["engine"], told["engine"]) == ("compiled", "reference")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--profile", "reprot"), "report"),
        (("--on", "yesterday"), "2017-06-01"),
        (("--fail-on", "all"), "warning"),
        (("--format", "tabel"), "table"),
        (("--plan", "can"), "cam"),
        (("--data", "x.ttl"), "--shapes"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(run, arguments, words):
    """What was expected, or the nearest name; no traceback."""
    found = run("check", *arguments)
    assert found.status == 2
    assert words in found.err
    assert "Traceback" not in found.err
    assert found.out == ""


def test_an_empty_store_is_no_clean_bill_of_health(run, tmp_path):
    """Nothing to look at is not the same as nothing found."""
    found = run("check", "--store", tmp_path / "empty")
    assert found.status == 3
    assert "no work plan" in found.err
    assert found.out == ""


def test_the_overlay_of_a_profile(run):
    """Severities for the checks of the profile, the others switched off."""
    found = run("check", "--profile", "plan", "--overlay")
    assert found.status == 0
    assert "shapes:BasisNotListed sh:severity sh:Violation ." in found.out
    assert "shapes:DocumentWithoutType sh:deactivated true ." in found.out


def test_any_shapes_on_any_data(run, tmp_path):
    """A validation report in Turtle; exit 1 where the data do not conform, 0 where they do."""
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    (tmp_path / "bad.ttl").write_text("<urn:a> a <urn:C> .", encoding="utf-8")
    (tmp_path / "good.nt").write_text('<urn:a> <urn:p> "1" .\n', encoding="utf-8")
    arguments = ("--shapes", tmp_path / "shapes.ttl", "--format", "turtle")
    bad = run("check", "--data", tmp_path / "bad.ttl", *arguments)
    assert bad.status == 1
    assert "sh:MinCountConstraintComponent" in bad.out
    assert bad.out == run("check", "--data", tmp_path / "bad.ttl", *arguments).out
    both = run("check", "--data", tmp_path / "bad.ttl", "--data", tmp_path / "good.nt", *arguments)
    assert both.status == 0
    assert "sh:conforms true" in both.out


def test_nothing_is_fetched(run, tmp_path):
    """An entity in RDF/XML and a SERVICE in a shape are refused, each in a sentence."""
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.rdf"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetClass <urn:C> ; sh:sparql "
        '[ sh:select "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ] .',
        encoding="utf-8",
    )
    data.write_text('<!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF/>', encoding="utf-8")
    declared = run("check", "--data", data, "--shapes", shapes)
    assert declared.status == 3
    assert "document type declaration" in declared.err
    (tmp_path / "data.ttl").write_text("<urn:a> a <urn:C> .", encoding="utf-8")
    served = run("check", "--data", tmp_path / "data.ttl", "--shapes", shapes)
    assert served.status == 2
    assert "SERVICE" in served.err
