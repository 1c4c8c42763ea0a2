"""What the decision on columns rests on: filled columns hold what checks read, and answer as the store does."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mandategraph.core.graphs import Graphs

BENCH = str(Path(__file__).resolve().parents[2] / "bench")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sys.path.insert(0, BENCH)
    from generate import generate

    stream = io.StringIO()
    generate(2_000, 1, stream)
    sys.path.remove(BENCH)
    made = tmp_path_factory.mktemp("columns") / "graph.nq"
    made.write_text(stream.getvalue(), encoding="utf-8")
    return made


@pytest.fixture
def columns(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCH)
    import columns

    return columns


def test_the_columns_hold_what_checks_read(columns: ModuleType, file: Path) -> None:
    told = columns.by_python(file)
    store = columns.concluded(file)
    graphs = {Graphs().facts, Graphs().inferred}
    read = [quad for quad in store if getattr(quad.graph_name, "value", "") in graphs]
    assert told["rows"] == len(read) > 1_000


def test_the_steps_have_answers_and_columns_give_the_same(columns: ModuleType, file: Path) -> None:
    store = columns.concluded(file)
    for query, _ in columns.STEPS:
        assert next(iter(store.query(query, **columns.read_graphs())), None) is not None, query
    pytest.importorskip("polars", reason="the steps on columns need polars, which is no dependency")
    assert columns.steps(file)["different"] == 0


def test_the_report_says_what_filling_leaves_to_be_won(columns: ModuleType) -> None:
    found = {name: {"seconds": 1.0, "rows": 5.0} for name in columns.PARTS}
    found["checks"]["seconds"] = 7.0
    found["steps"] |= {"store": 20.0, "different": 1.0}
    told = columns.report(found)
    assert "All checks take 7.0 times what filling the columns takes" in told
    assert "20.0 times as long in the store" in told
    assert f"1 of {len(columns.STEPS)} answers differ" in told
