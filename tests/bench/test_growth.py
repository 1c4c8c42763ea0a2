"""Checks and rules grow with the graph, not with its square."""

from __future__ import annotations

import io
import math
import sys
import time
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from mandategraph.checks import Catalogue
from mandategraph.checks.results import Run
from mandategraph.checks.run import engine_named
from mandategraph.core.graphs import Graphs
from mandategraph.core.terms import Iri
from mandategraph.library import Library
from mandategraph.reason.conclude import infer
from mandategraph.reason.horn import Program, close, relations_of
from mandategraph.reason.rules import Rule, read_rules
from mandategraph.stores.embedded import EmbeddedStore

BENCH = str(Path(__file__).resolve().parents[2] / "bench")
GRAPHS = Graphs()
SMALL, LARGE = 15_000, 60_000


@pytest.fixture(scope="module")
def rules(library: Library) -> tuple[Rule, ...]:
    return read_rules(library.rules(), library.ontology())


@pytest.fixture(scope="module")
def made(rules: tuple[Rule, ...]):
    """Two graphs, one four times as large as the other, with what follows from them."""
    sys.path.insert(0, BENCH)
    from generate import generate

    graphs = []
    for triples in (SMALL, LARGE):
        stream = io.StringIO()
        setting, _ = generate(triples, 1, stream)
        store = EmbeddedStore.in_memory()
        store.engine.bulk_load(stream.getvalue().encode(), format=ox.RdfFormat.N_QUADS)
        infer(store, rules)
        graphs.append((setting, store))
    sys.path.remove(BENCH)
    return graphs


def allowed(small: float, large: float, margin: float) -> float:
    """n log n, with a margin."""
    return large * math.log(large) / (small * math.log(small)) * margin


def test_the_steps_of_the_rules_grow_with_the_graph(made, rules: tuple[Rule, ...]) -> None:
    """Counted, not timed."""
    program = Program.of(rules)
    steps = []
    for _, store in made:
        facts = store.engine.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(GRAPHS.facts)).decode()
        lines = facts.removesuffix(" .\n").split(" .\n")
        steps.append(close(program, relations_of(lines, program)).steps)
    assert 0 < steps[0] < steps[1] <= steps[0] * allowed(SMALL, LARGE, 1.5)


def test_the_checks_grow_with_the_graph(made, library: Library) -> None:
    """By the processor time of this process, each the best of three; a check of its own counts where it takes long."""
    catalogue = Catalogue.read(library.shapes_folder)
    shapes = {shape.code: shape for name in ("draft", "plan", "report") for shape, _ in catalogue.profile(name)}
    slow = []
    for code, shape in shapes.items():
        taken = []
        for setting, store in made:
            run = engine_named("compiled", store, GRAPHS, catalogue)
            about = Run(date(2027, 6, 1), Iri(setting.plan.iri[1:-1]))
            best = math.inf
            for _ in range(3):
                start = time.process_time()
                run([shape], about)
                best = min(best, time.process_time() - start)
                if best < 0.05:
                    break
            taken.append(best)
        if taken[1] > allowed(SMALL, LARGE, 2.0) * max(taken[0], 0.02):
            slow.append((code, *taken))
    assert slow == []


def test_many_links_from_one_entry_cost_no_more_than_their_number(made, library: Library) -> None:
    """What is asked of the start of each link goes through all that is said of it: once for each link is the square."""
    catalogue = Catalogue.read(library.shapes_folder)
    shapes = {shape.code: shape for name in ("integrity", "report") for shape, _ in catalogue.profile(name)}
    run = Run(date(2027, 6, 1), Iri(made[0][0].plan.iri[1:-1]))
    links = 4_000
    seconds: dict[str, list[float]] = {}
    for entries in (links, 1):
        store = EmbeddedStore.in_memory()
        store.engine.bulk_load(_linked(links, entries).encode(), format=ox.RdfFormat.N_QUADS)
        engine = engine_named("compiled", store, GRAPHS, catalogue)
        for code in ("LinkBetweenWrongThings", "LinkIncomplete", "StatedLinkWithoutWords", "BasisEnded"):
            best = math.inf
            for _ in range(2):
                start = time.process_time()
                outcome = engine([shapes[code]], run)
                best = min(best, time.process_time() - start)
            assert outcome.looked_at[code] == links
            seconds.setdefault(code, []).append(best)
    assert {code: pair for code, pair in seconds.items() if pair[1] > 4 * max(pair[0], 0.03)} == {}


def _linked(links: int, entries: int) -> str:
    """Write links from so many entries to paragraphs, each told by the entry itself too."""
    mg, k = "https://w3id.org/mandategraph/ns#", "https://w3id.org/mandategraph/kos/"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = []
    for n in range(links):
        link, start, end = f"<urn:link:{n}>", f"<urn:entry:{n % entries}>", f"<urn:paragraph:{n}>"
        lines += [
            f"{link} {kind} <{mg}TraceLink>",
            f"{link} <{mg}linkType> <{k}link-contributes>",
            f"{link} <{mg}assertionStatus> <{k}status-confirmed>",
            f"{link} <{mg}from> {start}",
            f"{link} <{mg}to> {end}",
            f"{end} {kind} <{mg}Provision>",
            f"<urn:task:{n}> {kind} <{mg}Task>",
            f"{start} <{mg}contributesTo> {end}",
        ]
    lines += [f"<urn:entry:{n}> {kind} <{mg}ScheduledActivity>" for n in range(entries)]
    return "".join(f"{line} <{GRAPHS.facts}> .\n" for line in lines)
