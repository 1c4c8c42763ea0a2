"""A store of a few lines behind the port, the shipped rules and the axioms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox
import pytest

from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import Table
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term
from mandategraph.reason.rules import Rule, read_rules

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


class SmallStore:
    """The part of the port that reasoning needs; `writes` counts what was asked of it."""

    def __init__(self) -> None:
        self.inner = ox.Store()
        self.writes = 0

    def select(self, query: str, dataset: Dataset) -> Table:
        raise NotImplementedError

    def ask(self, query: str, dataset: Dataset) -> bool:
        raise NotImplementedError

    def construct(self, query: str, dataset: Dataset) -> Iterator[Quad]:
        raise NotImplementedError

    def answer(self, query: str, dataset: Dataset, media_type: str) -> Iterator[bytes]:
        default = [ox.DefaultGraph() if name is None else ox.NamedNode(name) for name in dataset.default]
        found = self.inner.query(
            query, default_graph=default, named_graphs=[ox.NamedNode(name) for name in dataset.named]
        )
        assert isinstance(found, ox.QueryTriples)
        form = ox.RdfFormat.from_media_type(media_type)
        assert form
        yield found.serialize(format=form) or b""

    def quads(self, graph: str | None) -> Iterator[Quad]:
        name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        for quad in self.inner.quads_for_pattern(None, None, None, name):
            subject, predicate, object_ = (_plain(term) for term in quad.triple)
            assert isinstance(subject, Iri)
            assert isinstance(predicate, Iri)
            yield Quad(subject, predicate, object_, None if graph is None else Iri(graph))

    def graph_names(self) -> tuple[str, ...]:
        return tuple(sorted(graph.value for graph in self.inner.named_graphs()))

    def load(self, stream: BinaryIO, media_type: str, graph: str | None = None) -> int:
        before = len(self.inner)
        to = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        self.inner.load(stream, format=ox.RdfFormat.from_media_type(media_type), to_graph=to)
        return len(self.inner) - before

    def write(self, additions: Iterable[Quad], removals: Iterable[Quad] = ()) -> None:
        self.writes += 1
        for quad in removals:
            self.inner.remove(_quad(quad))
        self.inner.extend(_quad(quad) for quad in additions)


def _quad(quad: Quad) -> ox.Quad:
    graph = ox.NamedNode(quad.graph.value) if quad.graph else ox.DefaultGraph()
    return ox.Quad(_term(quad.subject), _term(quad.predicate), _term(quad.object), graph)  # type: ignore[arg-type]


def _term(term: Term) -> ox.NamedNode | ox.Literal:
    if isinstance(term, Iri):
        return ox.NamedNode(term.value)
    assert isinstance(term, Literal)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))


def _plain(term: object) -> Term:
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    assert isinstance(term, ox.Literal)
    return Literal(term.value, language=term.language or "", datatype=term.datatype.value)


@pytest.fixture
def small_store() -> SmallStore:
    return SmallStore()


@pytest.fixture(scope="session")
def rule_texts() -> dict[str, str]:
    texts = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "queries" / "rules").glob("*.rq")}
    assert len(texts) >= 20, "the rules were not found"
    return texts


@pytest.fixture(scope="session")
def rules(rule_texts: dict[str, str]) -> tuple[Rule, ...]:
    return read_rules(rule_texts)


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
