"""Broken and hostile texts, some thousand here; `make fuzz` sends a hundred thousand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def fuzz():
    """The bench that makes and sends them."""
    path = Path(__file__).resolve().parents[2] / "bench" / "fuzz.py"
    described = importlib.util.spec_from_file_location("bench_fuzz", path)
    module = importlib.util.module_from_spec(described)
    sys.modules[described.name] = module
    described.loader.exec_module(module)
    return module


def test_the_gates_say_yes_no_or_malformed(fuzz):
    said, faults = fuzz.at_the_gates(fuzz.Inputs(fuzz.good_texts(), 20), 250)
    assert not faults, faults[:5]
    # None of the six answers is rare: the texts are neither all well nor all nonsense.
    assert len(said) == 6
    assert min(said.values()) > 10


def test_the_doors_answer_and_go_on(fuzz, written, tokens, served):
    secret, _ = tokens.create(["write"])
    client = written("cam", query_seconds=2.0)
    with served(client.app) as address:
        said, faults = fuzz.at_the_doors(address, secret, fuzz.Inputs(fuzz.good_texts(), 20), 120)
        assert not faults, faults[:5]
        assert sum(said.values()) == 120
        assert {name.split()[0] for name in said} == {"/sparql", "/update", "/graphs"}
    assert client.get("/readyz").status_code == 200


def test_a_fault_is_noticed(fuzz, monkeypatch):
    def broken(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(fuzz, "admit", broken)
    assert len(fuzz.at_the_gates(fuzz.Inputs(["ASK {}"], 1), 5)[1]) == 5
