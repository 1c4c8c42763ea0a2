"""The soak of `bench/`, for some seconds: nothing lost, nothing refused without need, nothing left over."""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow
BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(scope="module")
def soak() -> ModuleType:
    sys.path.insert(0, str(BENCH))
    try:
        return importlib.import_module("soak")
    finally:
        sys.path.remove(str(BENCH))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="processes are counted in /proc")
def test_a_mixed_load_leaves_no_trace(soak: ModuleType) -> None:
    running = importlib.import_module("running")
    with running.service() as here:
        seen, sizes, elsewhere = soak.soak(here, 0.05, 2)
        assert seen.wrong == []
        assert seen.statuses["read 200"] > 0
        for number in range(5):
            update = f"INSERT DATA {{ GRAPH <{soak.GRAPH}> {{ <urn:soak:{number}> <urn:soak:is> {number} }} }}"
            headers = {"Authorization": f"Bearer {here.token}", "Content-Type": "application/sparql-update"}
            assert soak.request(here, "POST", "/update", update, headers) == 204
        assert seen.acknowledged | set(range(5)) <= soak.present(here)
        assert elsewhere == 0
        assert sizes[-1].megabytes > 10
        for query in soak.HOSTILE[2:]:
            assert soak.request(here, "GET", f"/sparql?query={soak.urllib.parse.quote(query)}") == 403
        family = [here.pid, *soak.children_of(here.pid)]
        assert len(family) > 1
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in family):
        assert time.monotonic() < until, "a process outlived the service"
        time.sleep(0.1)


def test_a_promise_that_is_broken_is_told(soak: ModuleType) -> None:
    small, large = soak.Size(100, 10, 20, 3), soak.Size(200, 12, 60, 5)
    seen = soak.Seen(acknowledged={1, 2})
    assert all(soak.judged(seen, [small] * 20, small, small, 0, 0).values())
    broken = soak.judged(seen, [small] * 10 + [large] * 10, small, large, 1, 1)
    assert [promise.split(":")[0] for promise, is_kept in broken.items() if not is_kept] == [
        "acknowledged writes lost",
        "memory",
        "processes",
        "threads",
        "open files",
        "connections to elsewhere",
    ]
