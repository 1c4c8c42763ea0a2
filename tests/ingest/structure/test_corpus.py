"""The sample of labelled resolutions beside the checkout is read as well as was measured."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mandategraph.ingest.lexicon import Lexicon, Lexicons

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The script that measures."""
    spec = importlib.util.spec_from_file_location("ingest_structure", ROOT / "bench" / "ingest_structure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "recall", "precision"),
    [("printed", 99.9, 99.9), ("wrapped", 99.5, 99.5), ("oneline", 97, 97), ("unnumbered", 95, 97)],
)
def test_operative_paragraphs_are_found(
    shared: Path, bench: ModuleType, form: str, recall: float, precision: float
) -> None:
    """Against the labels as corrected by our list."""
    import tomllib

    files = sorted((ROOT / "data" / "languages").glob("*.toml"), key=lambda path: path.stem != "en")
    lexicons = Lexicons(Lexicon(tomllib.loads(path.read_text(encoding="utf-8"))) for path in files)
    wrong, tally = bench.faults(), bench.Tally()
    for name, data in bench.texts(form, 1):
        bench.score(name, data, lexicons, wrong.get(name, []), tally)
    assert tally.count["documents"] > 300
    assert tally.share("hit", "due") >= recall
    assert tally.share("hit", "found") >= precision


def test_each_label_fault_has_a_reason(bench: ModuleType) -> None:
    """And names no more than six words of a text."""
    import csv

    with (ROOT / "tests" / "ingest" / "label-faults.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    assert all(row["reason"].endswith(".") and len(row["words"].split()) <= 6 for row in rows)
    assert all(row["paragraph"].startswith("line ") and row["claimed"] != row["judged"] for row in rows)
    # Row by row: what is said is said of that paragraph.
    assert len({row["reason"] for row in rows}) > len(rows) / 3
