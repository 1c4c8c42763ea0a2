"""A store in memory, the shipped rules and the axioms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox
import pytest

from mandategraph.core.terms import Quad
from mandategraph.library import Library
from mandategraph.reason.rules import Rule, read_rules
from mandategraph.stores.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
PREFIXES = """
@base <https://w3id.org/mandategraph/id/> .
@prefix mg: <https://w3id.org/mandategraph/ns#> .
@prefix k: <https://w3id.org/mandategraph/kos/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class CountingStore(EmbeddedStore):
    """The embedded store, in memory; `writes` counts the differences written, `loads` what was put in beside them."""

    writes = loads = 0

    def write(self, additions: Iterable[Quad], removals: Iterable[Quad] = ()) -> None:
        self.writes += 1
        super().write(additions, removals)

    def load(self, stream: BinaryIO, media_type: str, graph: str | None = None) -> int:
        self.loads += 1
        return super().load(stream, media_type, graph)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore(ox.Store())


@pytest.fixture(scope="session")
def rule_texts() -> dict[str, str]:
    texts = dict(Library.shipped().rules())
    assert len(texts) >= 10, "the rules were not found"
    return texts


@pytest.fixture(scope="session")
def rules(rule_texts: dict[str, str]) -> tuple[Rule, ...]:
    return read_rules(rule_texts, Library.shipped().ontology())


@pytest.fixture(scope="session")
def axioms() -> bytes:
    return (ROOT / "ontology" / "axioms.ttl").read_bytes()


@pytest.fixture(scope="session")
def example_files() -> list[Path]:
    files = sorted((ROOT / "ontology" / "examples").glob("*.ttl"))
    assert len(files) >= 10
    return files


@pytest.fixture(scope="session")
def n_triples() -> Callable[[str], bytes]:
    """Turn Turtle that uses our usual prefixes into N-Triples, as the rules take it."""

    def convert(turtle: str) -> bytes:
        triples = {quad.triple for quad in ox.parse((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)}
        return bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))

    return convert
