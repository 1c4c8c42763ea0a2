"""Findings over time: the same finding has the same id, and what is kept tells how it stood on any day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandategraph.checks import Catalogue
from mandategraph.checks.keeping import kept_now, read_kept, told_again
from mandategraph.checks.lasting_names import names_in
from mandategraph.core.findings import Finding, Owner, Report, Severity
from mandategraph.core.graphs import Graphs
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad
from mandategraph.settings import Settings
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.wiring import memory_installation
from mandategraph.wiring.kept_findings import Checked, keep, kept_of, reports_of, stood_on

GRAPHS = Graphs()
PLAN = "https://w3id.org/mandategraph/id/example/plan/2030"
FIRST = date(2030, 1, 1)
NAMES = ["ActivityWithoutMandate", "ActivityWithoutResponsible"]


def _finding(name: str, node: str, severity: Severity, language: str = "en") -> Finding:
    about = (name, 17, severity, Owner.OWN, Iri(f"urn:{node}"), None)
    return Finding(*about, node, "", f"{node} lacks something ({language}).", "", "", "")


def _reports(found: dict[tuple[str, str], Severity], profile: str = "report") -> dict[str, Report]:
    return {
        language: Report(
            profile, PLAN, "", "", date(2030, 1, 1), "", language, "compiled",
            tuple(_finding(code, node, severity, language) for (code, node), severity in found.items()),
        )
        for language in ("en", "fr")
    }  # fmt: skip


found = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from("abc")), st.sampled_from(list(Severity)), max_size=5
)


@given(st.lists(st.tuples(st.integers(0, 3), found), min_size=1, max_size=6))
def test_what_is_kept_tells_what_was_found_on_every_day(runs):
    """Some days pass between the runs, or none: the last run of a day is what the day says."""
    store = EmbeddedStore.in_memory()
    store.write([Quad(Iri("urn:x"), Iri("urn:y"), Literal("z"), Iri(GRAPHS.validation))])
    day, on_day = FIRST, {}
    for passed, now in runs:
        day += timedelta(days=passed)
        store.write(*kept_now(store, GRAPHS, _reports(now), day))
        assert kept_now(store, GRAPHS, _reports(now), day) == (set(), set())
        on_day[day] = {finding.id for finding in _reports(now)["en"].findings}
    kept = read_kept(store, GRAPHS, PLAN, "report")
    assert (kept.first_run, kept.last_run) == (min(on_day), max(on_day))
    expected: set[str] = set()
    first, at = min(on_day), min(on_day)
    while at <= max(on_day):
        expected = on_day.get(at, expected)
        assert set(kept.on(at)) == expected
        at += timedelta(days=1)
    assert not kept.on(first - timedelta(days=1))
    assert set(kept.since()) == on_day[max(on_day)]
    assert all(one.first <= one.last <= day for one in kept.periods)
    assert all(one.last == day for one in kept.periods if one.gone is None)


def test_a_finding_that_comes_back_has_another_period():
    """Since when it stands is then the day on which it came back; a severity is that of the last run."""
    store = EmbeddedStore.in_memory()
    one = (NAMES[0], "a")
    for day, now in ((1, {one: Severity.INFO}), (5, {}), (9, {one: Severity.WARNING}), (12, {one: Severity.INFO})):
        store.write(*kept_now(store, GRAPHS, _reports(now), date(2030, 1, day)))
    kept = read_kept(store, GRAPHS, PLAN, "report")
    told = [(one.first.day, one.last.day, one.gone and one.gone.day, one.severity) for one in kept.periods]
    assert told == [(1, 1, 5, Severity.INFO), (9, 12, None, Severity.INFO)]
    assert [finding for finding, since in kept.since().items() if since == date(2030, 1, 9)]


def test_profiles_are_kept_apart():
    """What one profile finds says nothing of another."""
    store = EmbeddedStore.in_memory()
    store.write(*kept_now(store, GRAPHS, _reports({(NAMES[0], "a"): Severity.INFO}, "draft"), FIRST))
    store.write(*kept_now(store, GRAPHS, _reports({}), FIRST))
    assert len(read_kept(store, GRAPHS, PLAN, "draft").since()) == 1
    assert read_kept(store, GRAPHS, PLAN, "report").since() == {}
    assert read_kept(store, GRAPHS, PLAN, "plan").first_run is None


def test_what_is_gone_is_told_in_its_last_words(library):
    """In the reader's language, though the thing may be gone as well."""
    store = EmbeddedStore.in_memory()
    store.write(*kept_now(store, GRAPHS, _reports({(NAMES[0], "a"): Severity.INFO}), FIRST))
    store.write(*kept_now(store, GRAPHS, _reports({}), FIRST + timedelta(days=1)))
    kept = read_kept(store, GRAPHS, PLAN, "report")
    rows = Catalogue.read(library.shapes_folder).rows
    (told,) = told_again(store, GRAPHS, rows, kept.on(FIRST).values(), "fr")
    assert told.message == "a lacks something (fr)."
    assert told.id == _finding(NAMES[0], "a", Severity.INFO).id


NODES = [BlankNode(name) for name in "abcd"]
TRIPLES = st.lists(
    st.tuples(
        st.sampled_from([*NODES, Iri("urn:x")]),
        st.sampled_from([Iri("urn:p"), Iri("urn:q")]),
        st.sampled_from([*NODES, Iri("urn:y"), Literal("1")]),
    ),
    min_size=1,
    max_size=8,
)


@given(TRIPLES, st.permutations(NODES), st.randoms(use_true_random=False))
def test_a_blank_node_has_its_name_whatever_it_is_called(triples, others, random: Random):
    """The same data with other labels and in another order names the same nodes the same."""
    called = dict(zip(NODES, others, strict=True))
    moved = [(called.get(s, s), p, called.get(o, o)) for s, p, o in triples]
    random.shuffle(moved)
    before, after = names_in(triples), names_in(moved)
    assert {called[node]: name for node, name in before.items()} == after


def test_blank_nodes_with_different_words_have_different_names():
    """Also where the difference is some steps away."""
    a, b, c, d = NODES
    p = Iri("urn:p")
    names = names_in([(a, p, b), (b, p, Literal("1")), (c, p, d), (d, p, Literal("2"))])
    assert len(set(names.values())) == 4


@pytest.fixture
def plan_here():
    """The shipped plan in memory, to be written to."""
    with memory_installation(Settings()) as here:
        yield here


def _asked(profile: str = "report") -> Checked:
    return Checked(profile, None, None, "compiled", date(2030, 1, 1))


def test_findings_of_the_plan_are_kept_and_change_nothing_else(plan_here):
    """The facts, what follows from them and the report are as before; the second time nothing is written."""
    graphs = plan_here.graphs
    others = [graph for graph in graphs.all if graph != graphs.validation]
    before = {graph: set(plan_here.store.quads(graph)) for graph in others}
    first = keep(plan_here, _asked(), FIRST)
    assert first.is_changed
    assert first.new == len(first.report.findings) > 100
    revision = plan_here.store.revision
    again = keep(plan_here, _asked(), FIRST)
    assert not again.is_changed
    assert plan_here.store.revision == revision
    assert again.report == first.report
    assert {graph: set(plan_here.store.quads(graph)) for graph in others} == before
    assert set(kept_of(plan_here, first.report).since()) == {finding.id for finding in first.report.findings}
    words = {finding.id: finding.message for finding in first.report.findings}
    told = stood_on(plan_here, Catalogue.read(plan_here.library.shapes_folder), first.report, FIRST)
    assert {one.id: one.message for one in told} == words


def test_a_finding_about_a_blank_node_keeps_its_id(plan_here):
    """The same entry without a name, entered twice under other labels, is one and the same finding."""
    mg = "https://w3id.org/mandategraph/ns#"
    (report,) = reports_of(plan_here, _asked(), ["en"]).values()
    known = {finding.id for finding in report.findings}

    def found_with(label: str) -> list[str]:
        node, graph = BlankNode(label), Iri(plan_here.graphs.facts)
        told = [
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", Iri(mg + "ScheduledActivity")),
            (mg + "scheduledIn", Iri(report.plan)),
            ("http://purl.org/dc/terms/title", Literal("Canoe day", language="en")),
        ]
        quads = [Quad(node, Iri(predicate), value, graph) for predicate, value in told]
        plan_here.store.write(quads)
        (now,) = reports_of(plan_here, _asked(), ["en"]).values()
        said = f"GRAPH <{graph}> {{ ?s ?p ?o }}"
        plan_here.store.change(f"DELETE {{ {said} }} WHERE {{ {said} FILTER(isBlank(?s)) }}", (), ())
        return sorted(finding.id for finding in now.findings if isinstance(finding.focus, BlankNode))

    once, again = found_with("one"), found_with("other")
    assert once == again
    assert once
    assert not known & set(once)


def test_ids_do_not_depend_on_the_order_of_results(plan_here):
    """Nor on the language or the weight."""
    (report,) = reports_of(plan_here, _asked(), ["es"]).values()
    one = report.findings[0]
    assert replace(one, severity=Severity.INFO, message="").id == one.id
    assert len({finding.id for finding in report.findings}) == len(report.findings)
