"""What was acknowledged over HTTP is there after kill -9, of the writer and of the whole service."""

import importlib.util
import random
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def crash():
    """The bench that kills; `make bench-crash` does so a thousand times."""
    path = Path(__file__).resolve().parents[2] / "bench" / "crash.py"
    described = importlib.util.spec_from_file_location("bench_crash", path)
    module = importlib.util.module_from_spec(described)
    sys.modules[described.name] = module
    described.loader.exec_module(module)
    return module


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system does not tell who started whom")
def test_nothing_acknowledged_is_lost_and_nothing_is_torn(crash, tmp_path):
    """Four writers, kills at random moments; after each the store is read and compared with what was told."""
    happened = crash.run(tmp_path / "store", kills=10, whole=0.2, clients=4, chance=random.Random(20))  # noqa: S311
    assert happened[crash.ACKNOWLEDGED] > 10
    assert happened["kills of the service"] > 0
    assert happened["kills of the writer"] > 0


@pytest.mark.parametrize(
    ("told", "found", "fault"),
    [
        ("acknowledged", {}, "lost"),
        ("acknowledged", {"urn:a": 3}, "torn"),
        ("unknown", {"urn:a": 4}, "torn"),
        ("refused", {"urn:a": 5}, "there all the same"),
        ("status 500", {}, "status 500"),
        ("acknowledged", {"urn:a": 5, "urn:b": 5}, "nobody wrote"),
    ],
)
def test_the_judge_sees_what_is_wrong(crash, told, found, fault):
    """A test that could not fail would show nothing."""
    with pytest.raises(crash.Broken, match=fault):
        crash.judge({"urn:a": told}, found)
    for fine in ({"urn:a": 5}, {}):
        crash.judge({"urn:a": crash.UNKNOWN}, fine)
