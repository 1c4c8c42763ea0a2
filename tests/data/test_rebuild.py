"""The shipped plan is held to its source text: reading and reviewed decisions give its files, byte for byte."""

import importlib.util
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
SPEC = importlib.util.spec_from_file_location("rebuild_of_data", DATA / "rebuild.py")
assert SPEC is not None
assert SPEC.loader is not None
REBUILD = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(REBUILD)


@pytest.fixture(scope="module")
def rebuilt(library):
    plan = library.plan("cam")
    return plan, REBUILD.rebuilt(library, plan)


def test_the_files_are_what_reading_and_decisions_give(rebuilt):
    """`make data` would write nothing."""
    plan, (files, _, _) = rebuilt
    named = {path.name for path in (*plan.facts, *plan.review)}
    assert named == set(files)
    differing = [
        path.name for path in (*plan.facts, *plan.review) if path.read_text(encoding="utf-8") != files[path.name]
    ]
    assert differing == [], "run `make data`"


def test_most_of_the_plan_is_read_and_not_entered(rebuilt):
    """Less than a fifth of the facts rests on a person, and every theme of decisions says why and by whom."""
    _, (_, decisions, found) = rebuilt
    assert len(decisions) > 5
    assert all(one.why and one.by and len(one) for one in decisions)
    assert 0 < found.share < 0.2
    assert found.counted > 4_000


def test_decisions_leave_structure_and_calendar_as_they_were_read(rebuilt):
    """No paragraph, suggestion, duty or entry of the calendar exists by a decision alone, but for two sentences."""
    _, (_, _, found) = rebuilt
    kinds = (
        "Provision",
        "Mandate",
        "Duty",
        "SuggestedActivity",
        "ScheduledActivity",
        "AgendaItem",
        "OperativeStatement",
    )
    by_hand = {
        triple[0].value.rsplit("plan/2016-2017/", 1)[-1]
        for triple in found.decided
        if triple[1].value.endswith("#type") and triple[2].value.rsplit("#", 1)[-1] in kinds
    }
    assert by_hand == {"sec/v/c/s1", "sec/v/c/s2"}
