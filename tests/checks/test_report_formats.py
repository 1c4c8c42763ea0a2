"""Every format tells the same findings, the same bytes each time, to a reader that can read it."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from mandategraph.checks import Catalogue, check
from mandategraph.checks.formats import FORMATS, write
from mandategraph.checks.overlay import overlay
from mandategraph.checks.wording import LANGUAGES
from mandategraph.core.errors import UnknownName
from mandategraph.core.findings import Severity
from mandategraph.core.namespaces import SH, SHAPES


@pytest.fixture(scope="module")
def reports(installation, library):
    catalogue = Catalogue.read(library.shapes_folder)
    return {
        language: check(installation.store, installation.graphs, catalogue, installation.labels, language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def report(reports):
    assert reports["en"].findings
    return reports["en"]


@pytest.mark.parametrize("name", FORMATS)
def test_same_report_same_bytes(report, name):
    assert write(report, name) == write(report, name)
    assert write(report, name).endswith(("\n", "\r\n"))


def test_a_format_there_is_not(report):
    with pytest.raises(UnknownName, match="sarif"):
        write(report, "sariff")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_fits_a_terminal_and_speaks_one_language(reports, language):
    text = write(reports[language])
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert "://" not in text
    assert not {"violation", "warning"} & set(text.lower().replace(":", " ").split())
    assert all(str(number) in text for number in (17, 19, 20, 32))


def test_the_table_says_once_what_all_rows_share(report):
    text = write(report)
    shared = next(one.todo for one in report.findings if one.code == "ActivityWithoutResponsible")
    assert " ".join(text.split()).count(shared) == 1


def test_json_holds_everything(report):
    told = json.loads(write(report, "json"))
    rows = [row for heading in told["headings"] for row in heading["findings"]]
    assert [row["id"] for row in rows] == [finding.id for finding in report.findings]
    assert told["counts"]["violation"] == report.count(Severity.VIOLATION)
    assert told["asOf"] == "2016-10-20"
    assert told["scope"]["entries"] == 11
    assert all(row["message"] and row["focus"]["label"] for row in rows)


def test_turtle_is_a_validation_report(report):
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in ox.parse(write(report, "turtle"), format=ox.RdfFormat.TURTLE))
    rows = store.query(
        f"""SELECT ?focus ?shape ?severity WHERE {{
            ?report a <{SH}ValidationReport> ; <{SH}conforms> false ; <{SH}result> ?result .
            ?result <{SH}focusNode> ?focus ; <{SH}sourceShape> ?shape ; <{SH}resultSeverity> ?severity ;
                    <{SH}sourceConstraintComponent> ?component ; <{SH}resultMessage> ?message . }}"""
    )
    found = sorted((row["focus"].value, row["shape"].value.removeprefix(SHAPES)) for row in rows)
    assert found == sorted((str(one.focus), one.code) for one in report.findings)
    assert not any(isinstance(quad.subject, ox.BlankNode) for quad in store)


def test_csv_has_a_row_a_finding(report):
    rows = list(csv.DictReader(io.StringIO(write(report, "csv"), newline="")))
    assert [row["id"] for row in rows] == [finding.id for finding in report.findings]
    assert {row["severity"] for row in rows} == {"violation", "warning", "info"}
    assert [row["message"] for row in rows] == [finding.message for finding in report.findings]


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.language = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        told = dict(attrs)
        self.addresses += [told[name] for name in ("src", "href") if name in told]
        self.language = told.get("lang") or self.language


def test_html_needs_nothing_else(reports):
    page = _Page()
    page.feed(write(reports["fr"], "html"))
    assert page.language == "fr"
    assert not page.addresses
    assert not {"script", "img", "link"} & set(page.tags)
    assert page.tags.count("h1") == 1
    assert page.tags.count("li") >= len(reports["fr"].findings)


def test_sarif_has_rules_lines_and_fingerprints(report):
    log = json.loads(write(report, "sarif"))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(report.findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
    prints = {result["partialFingerprints"]["mandategraphFinding/v1"] for result in run["results"]}
    assert prints == {finding.id for finding in report.findings}
    placed = [r["locations"][0]["physicalLocation"] for r in run["results"] if "physicalLocation" in r["locations"][0]]
    assert placed
    assert all(place["region"]["startLine"] > 0 and place["artifactLocation"]["uri"] for place in placed)


def test_junit_has_a_test_a_check(report):
    suite = ElementTree.fromstring(write(report, "junit")).find("testsuite")  # noqa: S314  our own text
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.get("tests")) == len(report.looked_at)
    failed = {case.get("name") for case in cases if case.find("failure") is not None}
    assert failed == {one.code for one in report.findings if one.severity > Severity.INFO}
    assert int(suite.get("failures")) == len(failed)


@pytest.mark.parametrize("profile", ["draft", "plan", "report"])
def test_an_overlay_makes_the_shapes_a_profile_for_any_validator(library, profile):
    """pySHACL with the shapes and the overlay gives the severities of the table."""
    import rdflib

    catalogue = Catalogue.read(library.shapes_folder)
    graph = rdflib.Graph().parse(data=overlay(catalogue, profile), format="turtle")
    shacl = rdflib.Namespace(SH)
    weights = {
        str(node).removeprefix(SHAPES): str(word).removeprefix(SH)
        for node, word in graph.subject_objects(shacl.severity)
    }
    off = {str(node).removeprefix(SHAPES) for node in graph.subjects(shacl.deactivated)}
    wanted = {row.code: row.severities[profile].word for _, row in catalogue.profile(profile)}
    assert {code: word.lower() for code, word in weights.items()} == wanted
    assert off == set(catalogue.rows) - set(wanted)
