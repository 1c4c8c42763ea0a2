"""What the checks find in the CAM work plan is what was found reading it with the document in hand."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from mandategraph.checks import Catalogue, check
from mandategraph.core.findings import Finding, Severity
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import AT, ID
from mandategraph.core.terms import Iri
from mandategraph.library import Library
from mandategraph.reason.conclude import infer
from mandategraph.reason.rules import read_rules
from mandategraph.stores.embedded import EmbeddedStore

EXPECTED = sorted((Path(__file__).parent / "expected").glob("cam-*.tsv"))
GRAPHS = Graphs()
LATER = date(2017, 6, 1)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.shipped()


@pytest.fixture(scope="module")
def catalogue(library: Library) -> Catalogue:
    return Catalogue.read(library.shapes_folder)


@pytest.fixture(scope="module")
def store(library: Library) -> EmbeddedStore:
    """The plan as it is shipped, with what the rules conclude from it."""
    store = EmbeddedStore.in_memory()
    plan = library.plan("cam")
    facts = [*library.ontology_files(), *library.organisation_files(plan.organisation), *plan.facts]
    for graph, files in ((GRAPHS.facts, facts), (GRAPHS.review, plan.review)):
        for file in files:
            with file.open("rb") as stream:
                store.load(stream, "text/turtle", graph)
    infer(store, read_rules(library.rules(), library.ontology()))
    return store


def found(store: EmbeddedStore, catalogue: Catalogue, **how: object) -> tuple[Finding, ...]:
    # The words are tested elsewhere; here an address will do for a label.
    report = check(store, GRAPHS, catalogue, lambda iris, _: {iri: iri for iri in iris}, **how)  # type: ignore[arg-type]
    assert not report.notes
    return report.findings


def key(term: object) -> str:
    return str(term).removeprefix(ID).removeprefix(AT)


def named(one: Finding) -> tuple[str, str, str, str]:
    value = key(one.value) if isinstance(one.value, Iri) and one.value != one.focus else ""
    return (one.code, one.severity.word, key(one.focus), value)


def read(path: Path) -> list[tuple[str, str, str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file, delimiter="\t")]
    assert rows.pop(0) == ("code", "severity", "focus", "value")
    return rows  # type: ignore[return-value]


def asked(path: Path) -> dict[str, object]:
    """`cam-report.tsv` is of the plan's own day, `cam-report-2017-06-01.tsv` of another."""
    profile, *day = path.stem.removeprefix("cam-").split("-", 1)
    return {"profile": profile, "on": date.fromisoformat(day[0]) if day else None}


def test_every_profile_is_expected_and_one_at_a_later_day() -> None:
    assert [path.name for path in EXPECTED] == [
        "cam-draft.tsv",
        "cam-plan.tsv",
        "cam-report-2017-06-01.tsv",
        "cam-report.tsv",
    ]


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_the_findings_are_those_that_were_reviewed(path: Path, store: EmbeddedStore, catalogue: Catalogue) -> None:
    """Nothing more and nothing less: a change here is a change of what the secretary reads, and is reviewed as one."""
    expected = read(path)
    assert len(expected) > 40
    findings = [named(one) for one in found(store, catalogue, **asked(path))]
    assert len(findings) == len(set(findings))
    assert sorted(findings) == sorted(expected)


def test_the_reference_engine_finds_the_same(store: EmbeddedStore, catalogue: Catalogue) -> None:
    """Two engines that were written apart say the same of the real plan, at the later day, when the most is found."""
    compiled = found(store, catalogue, profile="report", on=LATER)
    reference = found(store, catalogue, profile="report", on=LATER, engine="reference")
    assert {(one.id, one.message) for one in compiled} == {(one.id, one.message) for one in reference}


def test_a_day_moves_only_what_depends_on_the_day(store: EmbeddedStore, catalogue: Catalogue) -> None:
    """Once the calendar is past, each entry is asked for, and nobody is invited, settled or put in order any more."""
    now = {named(one) for one in found(store, catalogue, profile="report")}
    later = {named(one) for one in found(store, catalogue, profile="report", on=LATER)}
    assert {row[0] for row in later - now} == {"PastActivityWithoutRecord"}
    assert len(later - now) == 11
    assert {row[0] for row in now - later} == {"GuestsOpen", "GuestsOpenSoon", "OrderUnclear", "PersonWithoutOffice"}


def test_what_blocks_a_report_is_what_the_document_leaves_open(store: EmbeddedStore, catalogue: Catalogue) -> None:
    violations = {one.code for one in found(store, catalogue, profile="report") if one.severity is Severity.VIOLATION}
    assert {"MandateWithoutActivityOwn", "ReportNotPlanned", "CitationOfWholeText"} <= violations
