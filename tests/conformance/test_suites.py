"""The test suites of the W3C, within this machine: what passes, and that what fails does so for a reason we tell."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
PAGE = ROOT / "docs" / "reference" / "conformance.md"


def reasons() -> dict[str, tuple[str, ...]]:
    described = importlib.util.spec_from_file_location("suite_reasons", BENCH / "suite_reasons.py")
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    found: dict[str, tuple[str, ...]] = module.REASONS
    return found


@pytest.fixture(scope="module")
def outcomes(shared: Path) -> list[dict[str, str]]:
    suites = shared / "suites"
    if not (suites / "run_sparql.py").exists():
        pytest.skip("the suites are not beside this checkout")
    # In a process of its own: the runners change how rdflib reads literals.
    done = subprocess.run(
        [sys.executable, str(BENCH / "suite_embedded.py"), str(suites)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def passed(outcomes: list[dict[str, str]], *suites: str) -> tuple[int, int]:
    statuses = Counter(one["status"] for one in outcomes if one["suite"] in suites)
    return statuses["pass"], statuses.total() - statuses["skip"]


def test_every_test_of_syntax_passes(outcomes: list[dict[str, str]]) -> None:
    assert passed(outcomes, "sparql10 query syntax") == (199, 199)
    assert passed(outcomes, "sparql11 query syntax") == (114, 114)
    assert passed(outcomes, "sparql11 update syntax") == (55, 55)


def test_every_update_does_what_it_should(outcomes: list[dict[str, str]]) -> None:
    assert passed(outcomes, "sparql11 update eval") == (94, 94)


def test_every_rdf_format_is_read(outcomes: list[dict[str, str]]) -> None:
    wanted = {"rdf-n-triples": 70, "rdf-n-quads": 87, "rdf-turtle": 313, "rdf-trig": 356, "rdf-xml": 166}
    assert {suite: passed(outcomes, suite) for suite in wanted} == {suite: (n, n) for suite, n in wanted.items()}
    assert passed(outcomes, "json-ld toRdf") == (417, 422)


def test_more_of_sparql_passes_than_with_the_engine_alone(outcomes: list[dict[str, str]]) -> None:
    kinds = ("query syntax", "query eval", "update syntax", "update eval")
    right, run = passed(outcomes, *(f"{version} {kind}" for version in ("sparql10", "sparql11") for kind in kinds))
    assert run == 980
    assert right > 953


def test_what_fails_is_what_we_say(outcomes: list[dict[str, str]]) -> None:
    failing = {one["test"] for one in outcomes if one["status"] in {"fail", "error"}}
    told = {test for tests in reasons().values() for test in tests}
    assert failing == told


def test_the_page_tells_each_of_them() -> None:
    page: Any = PAGE.read_text()
    for reason, tests in reasons().items():
        assert reason in page
        assert all(f"`{test}`" in page for test in tests)
