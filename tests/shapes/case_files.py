"""Reads the cases of the shapes: a small graph each, whose nodes say in their own names what must be found."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from mandategraph.checks import Catalogue
from mandategraph.checks.results import Run
from mandategraph.core.graphs import Graphs
from mandategraph.core.labels import labels
from mandategraph.core.namespaces import AT, MG
from mandategraph.core.terms import Iri
from mandategraph.stores.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(path for path in (ROOT / "tests/shapes/cases").iterdir() if path.suffix in (".ttl", ".trig"))
GRAPHS = Graphs()
_CASE = re.compile(re.escape(AT) + r"case/(fault|fine|excused)/[^/]+\Z")
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


@dataclass(frozen=True)
class Case:
    """A case: the store it makes, the run it asks for, and the nodes that it names."""

    code: str
    path: Path
    store: EmbeddedStore
    run: Run
    fault: frozenset[str]
    fine: frozenset[str]
    excused: frozenset[str]


@cache
def catalogue() -> Catalogue:
    """The shipped checks."""
    return Catalogue.read(ROOT / "shapes")


@cache
def _subclasses() -> tuple[ox.Quad, ...]:
    found = []
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        with path.open("rb") as stream:
            found += [quad for quad in ox.parse(stream, format=ox.RdfFormat.TURTLE) if quad.predicate == _SUBCLASS]
    return tuple(found)


def code_of(path: Path) -> str:
    """`CODE.ttl`, `CODE.fine.ttl` and `CODE.more.trig` are cases of one code."""
    return path.name.split(".")[0]


def read_case(path: Path) -> Case:
    """Load a case into a store in memory, the run left out: it is never stored."""
    form = ox.RdfFormat.TRIG if path.suffix == ".trig" else ox.RdfFormat.TURTLE
    quads = [*ox.parse(path.read_bytes(), format=form), *_subclasses()]
    said = {quad.predicate.value: quad.object.value for quad in quads if quad.subject == ox.NamedNode(AT + "run")}
    on, plan = said.get(MG + "onDate"), said.get(MG + "plan")
    kept = [quad for quad in quads if quad.subject != ox.NamedNode(AT + "run")]
    facts = ox.NamedNode(GRAPHS.facts)
    placed = [
        ox.Quad(q.subject, q.predicate, q.object, facts if isinstance(q.graph_name, ox.DefaultGraph) else q.graph_name)
        for q in kept
    ]
    store = EmbeddedStore.in_memory()
    store.load(io.BytesIO(ox.serialize(placed, format=ox.RdfFormat.N_QUADS)), "application/n-quads")
    named: dict[str, set[str]] = {"fault": set(), "fine": set(), "excused": set()}
    for quad in kept:
        found = _CASE.match(quad.subject.value) if isinstance(quad.subject, ox.NamedNode) else None
        if found:
            named[found[1]].add(quad.subject.value)
    return Case(
        code=code_of(path),
        path=path,
        store=store,
        run=Run(date.fromisoformat(on) if on else None, Iri(plan) if plan else None),
        fault=frozenset(named["fault"]),
        fine=frozenset(named["fine"]),
        excused=frozenset(named["excused"]),
    )


def labeller(store: EmbeddedStore):
    """The labels that the product gives."""
    query = (ROOT / "queries/pages/labels.rq").read_text(encoding="utf-8")

    def ask(iris, language):
        found = labels(store, GRAPHS.public(), query, iris, language)
        return {iri: label.text for iri, label in found.items()}

    return ask
