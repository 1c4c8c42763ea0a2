"""The labelled paragraphs of UN resolutions: verbs and addressees, at least 95 % each, in both halves."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def bench():
    """The script that measures."""
    spec = importlib.util.spec_from_file_location("bench_ingest_meaning", ROOT / "bench" / "ingest_meaning.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("part", ["first", "second"])
def test_verbs_and_addressees_of_the_sample(part, bench, shared):
    """Nothing labelled is missed and nothing is invented, but for one in twenty."""
    corpus = shared / "corpus" / "un"
    if not corpus.is_dir():
        pytest.skip("the corpus is not beside this checkout")
    figures = bench.measure(corpus, part)
    assert figures["paragraphs"] == 100
    for name in ("verbs recall", "verbs precision", "addressees recall", "addressees precision"):
        assert figures[name] >= 95, figures


def test_the_sample_holds_no_sentences():
    """Labels are verbs and at most the first six words of a name."""
    rows = [
        line.split("\t")
        for line in (ROOT / "tests/ingest/meaning/sample.tsv").read_text("utf-8").splitlines()
        if line[:1] != "#"
    ]
    assert len(rows) == 200
    for _, _, _, *statements in rows:
        assert len(statements) >= 2
        for statement in statements:
            verb, _, actors = statement.partition("|")
            assert len(verb.split()) <= 5
            assert all(len(actor.split()) <= 6 for actor in actors.split(";"))


def test_the_measure_sees_a_miss(bench):
    """A label that nothing answers is counted as missed."""
    from collections import Counter

    row = bench.Row("first", "none", 1, (("requests", ("board",)), ("urges", ())))
    count: Counter[str] = Counter()
    wrong = bench.compare(row, bench.drafted_in_english().statements("Requests the Council to act"), count)
    assert count["verbs right"] == 1
    assert count["addressees right"] == 0
    assert "verb missed: urges" in wrong
