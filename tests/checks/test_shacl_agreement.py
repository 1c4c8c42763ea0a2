"""Our SHACL engine finds what pySHACL finds on random data and shapes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(scope="module")
def pairs():
    """The module that makes pairs of data and shapes."""
    spec = importlib.util.spec_from_file_location("shacl_random", BENCH / "shacl_random.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("ignore")
def test_two_hundred_random_pairs_agree(pairs):
    """Focus, path, value, component, shape and severity of every result; `bench/shacl_random.py` takes ten thousand."""
    found, components, judged = 0, set(), 0
    for seed in range(200):
        try:
            ours, theirs, _ = pairs.compared(seed)
        except pairs.NotJudged:
            continue
        assert ours == theirs, f"seed {seed}"
        judged += 1
        found += sum(ours.values())
        components |= {key[2] for key in ours}
    # Agreement over nothing proves nothing.
    assert judged > 180
    assert found > 400
    assert len(components) > 20


def test_pairs_have_every_demand_of_the_standard(pairs):
    """What the shapes never ask is not compared."""
    texts = "\n".join(pairs.text_of(seed)[1] for seed in range(400))
    from mandategraph.checks.shacl.parameters import PARAMETERS

    missing = [name for name in PARAMETERS if f"sh:{name} " not in texts]
    assert missing == []
    for path in ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"):
        assert f"sh:{path} " in texts


@pytest.mark.filterwarnings("ignore")
def test_pairs_agree_where_values_are_looked_at_first(pairs, monkeypatch):
    """The way that pays on much data only, taken on little."""
    from mandategraph.checks.shacl import scan

    monkeypatch.setattr(scan, "_WORTH_IT", 0)
    monkeypatch.setattr(scan, "_TIMES", 1_000)
    asked = []
    query = scan.Scans.query
    monkeypatch.setattr(scan.Scans, "query", lambda *given: asked.append(query(*given)) or asked[-1])
    assert list(pairs.disagreements(range(1_000, 1_080))) == []
    assert sum(map(bool, asked)) > 40
