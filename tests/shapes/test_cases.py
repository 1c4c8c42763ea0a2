"""Every shape finds the faults of its case and nothing else, in both engines, and tells them in four languages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from mandategraph.checks import check
from mandategraph.checks.catalogue import INTEGRITY, PROFILES
from mandategraph.checks.compiled import as_model
from mandategraph.checks.integrity import integrity
from mandategraph.checks.results import Run
from mandategraph.checks.run import engine_named
from mandategraph.checks.shacl.engine import Engine
from mandategraph.checks.shacl.graph import ShapesGraph
from mandategraph.checks.shacl.model import Shapes
from mandategraph.checks.shapes import read_shapes
from mandategraph.checks.wording import LANGUAGES
from mandategraph.stores.embedded import EmbeddedStore

_SPEC = importlib.util.spec_from_file_location("case_files", Path(__file__).with_name("case_files.py"))
case_files = importlib.util.module_from_spec(_SPEC)
sys.modules["case_files"] = case_files
_SPEC.loader.exec_module(case_files)

CODES = sorted(case_files.catalogue().rows)
SHAPES = {shape.code: shape for shape in read_shapes(case_files.catalogue().texts.items())}
named = pytest.mark.parametrize("path", case_files.CASES, ids=lambda path: path.name.rsplit(".", 1)[0])


def test_there_are_shapes_and_cases():
    """An empty folder is a wrong path, not a clean bill of health."""
    assert len(SHAPES) > 20
    assert len(case_files.CASES) > 20


def test_shapes_rows_messages_and_cases_are_of_the_same_checks():
    """A shape without a row never runs; a row, a message or a case without a shape is a wrong name."""
    messages = {path.stem for path in (case_files.ROOT / "shapes/messages").glob("*.toml")}
    cases = {case_files.code_of(path) for path in case_files.CASES}
    assert set(CODES) == set(SHAPES)
    assert messages == set(SHAPES)
    assert cases == set(SHAPES)


@pytest.mark.parametrize("code", sorted(SHAPES))
def test_a_shape_has_a_sentence_in_each_language(code):
    """An outside validator shows these sentences to people who know nothing of this product."""
    told = SHAPES[code].messages
    assert set(told) == set(LANGUAGES)
    assert len(set(told.values())) == len(LANGUAGES)
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in told.values())


@pytest.mark.parametrize("code", sorted(SHAPES))
def test_a_shape_runs_without_falling_back(code):
    """Falling back is for shapes of other people; ours run where the data is."""
    engine = Engine(EmbeddedStore.in_memory(), case_files.GRAPHS.public(), Shapes({}, ShapesGraph(())))
    assert SHAPES[code].constraints
    assert engine.why_left(as_model(SHAPES[code], Run())) == ""


@named
def test_the_engines_find_the_faults_and_nothing_else(path):
    """A fault must be found, a fine must not, nor any other node; both engines agree on focus and value."""
    case = case_files.read_case(path)
    some = case_files.catalogue().only(case.code)
    shapes = [some.shapes[case.code]]
    outcomes = {
        engine: engine_named(engine, case.store, case_files.GRAPHS, some)(shapes, case.run)
        for engine in ("compiled", "reference")
    }
    for engine, outcome in outcomes.items():
        assert {str(result.focus) for result in outcome.results} == case.fault | case.excused, engine
        assert outcome.engines == {case.code: engine}
    assert outcomes["compiled"].looked_at == outcomes["reference"].looked_at
    assert set(outcomes["compiled"].results) == set(outcomes["reference"].results)
    rows = {
        engine: {(one.focus, one.value): _rows(one) for one in outcome.results} for engine, outcome in outcomes.items()
    }
    assert rows["compiled"] == rows["reference"]


def _rows(result):
    return {frozenset((name, term) for name, term in row.items() if name != "this") for row in result.rows}


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_fault_and_a_fine(code):
    """A check that has never failed has not been seen to work."""
    cases = [case_files.read_case(path) for path in case_files.CASES if case_files.code_of(path) == code]
    assert any(case.fault for case in cases)
    assert any(case.fine for case in cases)
    if case_files.catalogue().rows[code].excusable:
        assert any(case.excused for case in cases)


@named
def test_findings_are_told_in_four_languages(path):
    """No address, no placeholder, no empty sentence reaches the reader; accepted gaps are listed and do not count."""
    case = case_files.read_case(path)
    some = case_files.catalogue().only(case.code)
    row = some.rows[case.code]
    labels = case_files.labeller(case.store)
    if INTEGRITY in row.severities:
        for language in LANGUAGES:
            sentences = integrity(case.store, case_files.GRAPHS, some, labels, language)
            assert len(sentences) >= len(case.fault)
            assert all("{" not in sentence for sentence in sentences)
        return
    told = {}
    for language in LANGUAGES:
        for profile in (name for name in PROFILES if name in row.severities):
            report = check(
                case.store,
                case_files.GRAPHS,
                some,
                labels,
                profile=profile,
                on=case.run.on,
                plan=str(case.run.plan) if case.run.plan else None,
                language=language,
            )
            assert {str(one.focus) for one in report.findings} == case.fault
            assert {str(one.focus) for gap in report.accepted for one in gap.silenced} == case.excused
            assert all(gap.lapsed == "" for gap in report.accepted if gap.silenced[0].focus.value in case.excused)
            for one in report.findings:
                for sentence in (one.heading, one.message, one.why, one.todo):
                    assert sentence.strip()
                    assert "://" not in sentence
                    assert not set("{}[]") & set(sentence.replace("[…]", ""))
                assert one.severity is row.severities[profile]
            told[language] = [one.why + one.todo for one in report.findings]
    if case.fault:
        assert len({tuple(sentences) for sentences in told.values()}) == len(LANGUAGES)
