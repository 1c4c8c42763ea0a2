"""Checks that follow a store folder find after any write what a full run finds, here and in a process of their own."""

from __future__ import annotations

import logging
import os
import signal
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mandategraph.core.errors import Busy, CannotLook
from mandategraph.core.namespaces import AT, KOS, MG, RDF, RDFS, XSD
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.settings import resolve
from mandategraph.stores.folder import Writer
from mandategraph.stores.pinned import PinnedSnapshot
from mandategraph.wiring import load_plan, open_installation
from mandategraph.wiring.checker import Checker
from mandategraph.wiring.kept_findings import Checked, reports_of
from mandategraph.wiring.standing_checks import StandingChecks

TODAY = date(2030, 1, 1)
TYPE, BELOW = Iri(RDF + "type"), Iri(RDFS + "subClassOf")
PLAN = Iri("https://w3id.org/mandategraph/id/oas/cidi/cam/plan/2016-2017")


class Followed:
    """A store folder with the shipped plan, its writer, and checks that follow it."""

    def __init__(self, folder) -> None:
        told = resolve({"store": str(folder)})
        load_plan(told, "cam")
        self.here = open_installation(told)
        self.writer = Writer(folder)
        self.checks = StandingChecks(folder, self.here.graphs, self.here.library)

    def write(self, added, removed) -> None:
        self.writer.store.write(added, removed)
        self.writer.checkpoint()

    def facts(self) -> list[Quad]:
        return list(self.writer.store.quads(self.here.graphs.facts))

    def full(self, asked: Checked, language: str = "en"):
        return reports_of(self.here, asked, [language])[language]


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """One for all: what an example writes it takes back."""
    found = Followed(tmp_path_factory.mktemp("followed") / "store")
    yield found
    found.checks.close()
    found.writer.close()
    found.here.close()


def _asked(profile: str = "report", on: date | None = None) -> Checked:
    return Checked(profile, on, None, "compiled", TODAY)


def _gap(graph: str, focus: Iri, at: int) -> list[Quad]:
    gap = Iri(f"{AT}oas/accepted-gap/test-{at}")
    said = {
        RDF + "type": Iri(MG + "AcceptedGap"),
        MG + "about": focus,
        MG + "gapKind": Literal("ActivityWithoutResponsible"),
        MG + "acceptedBy": Iri(f"{AT}oas/agent/ana"),
        MG + "acceptedOn": Literal("2016-11-01", datatype=XSD + "date"),
        MG + "reason": Literal("It is known.", language="en"),
    }
    return [Quad(gap, Iri(name), value, Iri(graph)) for name, value in said.items()]


def _edit(followed: Followed, kind: str, one: int, other: int) -> tuple[set[Quad], set[Quad]]:
    """Return what comes and what goes by an edit: by a person, by a withdrawal, or such as nobody would make."""
    facts = followed.facts()
    here, there = facts[one % len(facts)], facts[other % len(facts)]
    graph = Iri(followed.here.graphs.facts)
    match kind:
        case "lost":
            return set(), {here}
        case "moved":
            return {Quad(here.subject, here.predicate, there.object, graph)}, {here}
        case "typed":
            kinds = sorted({quad.object for quad in facts if quad.predicate == TYPE}, key=str)
            return {Quad(here.subject, TYPE, kinds[other % len(kinds)], graph)}, set()
        case "class":
            kinds = sorted(
                {quad.object for quad in facts if quad.predicate == TYPE and str(quad.object).startswith(MG)}
            )
            return {Quad(kinds[one % len(kinds)], BELOW, kinds[other % len(kinds)], graph)}, set()
        case "subclass":
            below = [quad for quad in facts if quad.predicate == BELOW]
            return set(), {below[one % len(below)]}
        case "day":
            dates = [quad for quad in facts if quad.subject == PLAN and quad.predicate == Iri(MG + "referenceDate")]
            day = Literal(date(2017, 1 + one % 12, 1 + other % 28).isoformat(), datatype=XSD + "date")
            return {Quad(PLAN, Iri(MG + "referenceDate"), day, graph)}, set(dates)
        case "decided":
            entries = [quad.subject for quad in facts if quad.predicate == Iri(MG + "scheduledIn")]
            return set(_gap(graph.value, entries[one % len(entries)], other)), set()
        case "status":
            status = Iri(MG + "assertionStatus")
            said = [quad for quad in facts if quad.predicate == status]
            chosen = said[one % len(said)]
            value = Iri(KOS + ("status-confirmed", "status-proposed", "status-rejected")[other % 3])
            return {Quad(chosen.subject, status, value, graph)}, {chosen}
        case _:
            documents = sorted(
                {quad.subject for quad in facts if quad.predicate == TYPE and quad.object == Iri(MG + "Document")}
            )
            gone = str(documents[one % len(documents)])
            return set(), {quad for quad in facts if str(quad.subject).startswith(gone)}


edits = st.tuples(
    st.sampled_from(["lost", "moved", "typed", "class", "subclass", "day", "decided", "status", "withdrawn"]),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)
asked_for = st.builds(
    _asked, st.sampled_from(["draft", "plan", "report"]), st.sampled_from([None, None, date(2017, 6, 1)])
)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(edits, asked_for), min_size=1, max_size=2))
def test_any_write_leads_to_the_report_of_a_full_run(followed, writes):
    """To the last word; several writes may lie between two questions, and all are taken back at the end."""
    before = set(followed.facts())
    try:
        for (kind, one, other), asked in writes:
            added, removed = _edit(followed, kind, one, other)
            there = set(followed.facts())
            followed.write(added - there, removed - added)
            assert followed.checks.report(asked, "en") == followed.full(asked)
    finally:
        now = set(followed.facts())
        followed.write(before - now, now - before)
    assert followed.checks.report(_asked(), "en") == followed.full(_asked())


@pytest.mark.parametrize("kind", ["class", "subclass", "day", "decided", "status", "withdrawn"])
def test_every_kind_of_edit_changes_something(followed, kind):
    """Or the test above would follow nothing."""
    added, removed = _edit(followed, kind, 3, 5)
    assert added or removed


def test_a_small_write_is_followed_and_a_day_that_changes_is_not(followed, caplog):
    """What was done is said in the log, for who looks for it."""
    followed.checks.report(_asked(), "en")
    with caplog.at_level(logging.DEBUG, logger="mandategraph.wiring.standing_checks"):
        lost = next(quad for quad in followed.facts() if quad.predicate == Iri(MG + "assertionStatus"))
        followed.write([], [lost])
        followed.checks.report(_asked(), "en")
        assert "1 changed triples followed" in caplog.text
        assert "a full run" not in caplog.text
        followed.write([lost], [])
        followed.checks.report(_asked(on=date(2017, 2, 3)), "en")
        assert "as of 2017-02-03: a full run" in caplog.text


def test_a_store_too_large_to_compare_is_checked_anew(followed, monkeypatch, caplog):
    """And so is one in which very much has changed."""
    checks = StandingChecks(followed.writer.folder, followed.here.graphs, followed.here.library)
    checks.report(_asked(), "en")
    monkeypatch.setattr("mandategraph.wiring.standing_checks.MOST_CHANGED", 0)
    lost = followed.facts()[7]
    with caplog.at_level(logging.DEBUG, logger="mandategraph.wiring.standing_checks"):
        followed.write([], [lost])
        assert checks.report(_asked(), "en") == followed.full(_asked())
        assert "1 triples changed" in caplog.text
        checks._store._largest = 0
        followed.write([lost], [])
        assert checks.report(_asked(), "en") == followed.full(_asked())
        assert "too large" in caplog.text
    checks.close()


def test_a_difference_is_what_is_in_one_state_alone(followed):
    """Quads come back as they were written, blank nodes and odd characters too."""
    pinned = PinnedSnapshot(followed.writer.folder)
    graph = Iri(followed.here.graphs.review)
    odd = Quad(Iri("urn:x"), Iri("urn:p"), Literal('a "b"\n\r\t\\ é \u2028 ', language="fr"), graph)
    followed.write([odd], [])
    assert not pinned.is_newest
    told = pinned.move()
    assert (told.added, told.removed) == ((odd,), ())
    followed.write([], [odd])
    told = pinned.move()
    assert (told.added, told.removed) == ((), (odd,))
    assert pinned.is_newest
    pinned.close()


@pytest.fixture
def checker(followed):
    """A process that checks the same store."""
    made = Checker(followed.writer.folder, followed.here.settings.base, 2048)
    yield made
    made.close()


def test_a_process_of_its_own_gives_the_same_report(followed, checker):
    """Before and after a write; killed, another takes its place; what it refuses is told; closed, it is gone."""
    asked = _asked()
    assert checker.report(asked, "es") == followed.full(asked, "es")
    first = checker.pid
    lost = next(quad for quad in followed.facts() if quad.predicate == Iri(MG + "scheduledIn"))
    followed.write([], [lost])
    assert checker.report(asked, "es") == followed.full(asked, "es")
    assert checker.pid == first
    os.kill(first, signal.SIGKILL)
    followed.write([lost], [])
    assert checker.report(asked, "es") == followed.full(asked, "es")
    assert checker.pid not in (0, first)
    with pytest.raises(CannotLook, match="urn:none"):
        checker.report(Checked("report", None, "urn:none", "compiled", TODAY), "en")
    checker.close()
    assert checker.pid == 0


def test_a_check_that_takes_too_long_or_too_much_is_told(followed):
    """One sentence, and the process is gone."""
    hasty = Checker(followed.writer.folder, followed.here.settings.base, 2048, seconds=0.01)
    with pytest.raises(Busy):
        hasty.report(_asked(), "en")
    assert hasty.pid == 0
    poor = Checker(followed.writer.folder, followed.here.settings.base, 1)
    with pytest.raises(CannotLook, match="1 MB"):
        poor.report(_asked(), "en")
    assert poor.pid == 0
