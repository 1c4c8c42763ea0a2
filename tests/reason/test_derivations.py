"""Statuses from records, beginnings and ends where a text gives none, windows from the order of entries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mandategraph.reason.conclude import derive
from mandategraph.reason.rules import Rule

MG = "https://w3id.org/mandategraph/ns#"
KOS = "https://w3id.org/mandategraph/kos/"
Conclude = Callable[[str], dict[tuple[str, str], set[str]]]


@pytest.fixture
def conclude(rules: tuple[Rule, ...], n_triples: Callable[[str], bytes]) -> Conclude:
    """Return what is concluded: (last part of the subject's path, property) to values, our namespaces left off."""

    def run(turtle: str) -> dict[tuple[str, str], set[str]]:
        derived, _ = derive(n_triples(turtle), list(rules))
        found: dict[tuple[str, str], set[str]] = {}
        for triple in derived:
            subject = triple.subject.value.removeprefix("https://w3id.org/mandategraph/id/")
            key = (subject, triple.predicate.value.removeprefix(MG))
            found.setdefault(key, set()).add(triple.object.value.removeprefix(KOS))
        return found

    return run


def record(about: str, status: str, day: str, assertion: str, more: str = "") -> str:
    node = f"rec/{about}-{status}-{day}-{assertion}"
    return (
        f"<{node}> a mg:StatusRecord ; mg:about <{about}> ; mg:mandateStatus k:mandate-{status} ; "
        f'mg:onDate "{day}"^^xsd:date ; mg:assertionStatus k:status-{assertion} {more} .\n'
    )


def test_the_latest_record_tells_the_status(conclude: Conclude) -> None:
    found = conclude(
        record("p/s1", "open", "2014-06-04", "stated") + record("p/s1", "answered", "2016-06-15", "confirmed")
    )
    assert found["p/s1", "mandateStatus"] == {"mandate-answered"}


def test_what_is_stated_counts_before_a_later_inference(conclude: Conclude) -> None:
    found = conclude(
        record("p/s1", "open", "2014-06-04", "stated") + record("p/s1", "elapsed", "2016-06-15", "inferred")
    )
    assert found["p/s1", "mandateStatus"] == {"mandate-open"}


def test_an_inference_counts_where_there_is_nothing_else(conclude: Conclude) -> None:
    found = conclude(
        record("p/s1", "open", "2014-06-04", "inferred") + record("p/s1", "elapsed", "2016-01-01", "inferred")
    )
    assert found["p/s1", "mandateStatus"] == {"mandate-elapsed"}


@pytest.mark.parametrize("assertion", ["proposed", "rejected"])
def test_a_proposed_or_rejected_record_tells_nothing(conclude: Conclude, assertion: str) -> None:
    assert ("p/s1", "mandateStatus") not in conclude(record("p/s1", "open", "2014-06-04", assertion))


def test_of_one_day_the_later_decision_counts_then_the_confirmed_one(conclude: Conclude) -> None:
    day = "2016-10-20"
    stated = record("p/s1", "open", day, "stated")
    first = record("p/s1", "answered", day, "confirmed", '; mg:decidedOn "2016-11-01"^^xsd:date')
    second = record("p/s1", "fulfilled", day, "confirmed", '; mg:decidedOn "2016-12-01"^^xsd:date')
    assert conclude(stated + first)["p/s1", "mandateStatus"] == {"mandate-answered"}
    assert conclude(stated + first + second)["p/s1", "mandateStatus"] == {"mandate-fulfilled"}


def test_a_paragraph_calls_for_action_while_one_of_its_statements_does(conclude: Conclude) -> None:
    found = conclude(
        "<p/s1> mg:expressedIn <p> . <p/s2> mg:expressedIn <p> . <p/a> mg:partOf <p> ."
        + record("p/s1", "done-by-adoption", "2016-06-15", "stated")
        + record("p/s2", "open", "2016-06-15", "stated")
    )
    assert found["p", "mandateStatus"] == {"mandate-open"}
    # An item has a status only by statements of its own.
    assert ("p/a", "mandateStatus") not in found


def test_open_counts_before_continuous_and_continuous_before_unknown(conclude: Conclude) -> None:
    three = "".join(f"<p/s{n}> mg:expressedIn <p> ." for n in (1, 2, 3))
    unknown = record("p/s1", "unknown", "2016-06-15", "stated")
    continuous = record("p/s2", "continuous", "2016-06-15", "stated")
    opened = record("p/s3", "open", "2016-06-15", "stated")
    assert conclude(three + unknown + continuous + opened)["p", "mandateStatus"] == {"mandate-open"}
    assert conclude(three + unknown + continuous)["p", "mandateStatus"] == {"mandate-continuous"}
    assert conclude(three + unknown)["p", "mandateStatus"] == {"mandate-unknown"}


def test_else_the_first_statement_of_a_paragraph_tells(conclude: Conclude) -> None:
    """Statement 10 comes after statement 2, although its address sorts before."""
    found = conclude(
        "<p/s2> mg:expressedIn <p> . <p/s10> mg:expressedIn <p> ."
        + record("p/s10", "standing", "2016-06-15", "stated")
        + record("p/s2", "done-by-adoption", "2016-06-15", "stated")
    )
    assert found["p", "mandateStatus"] == {"mandate-done-by-adoption"}


TASK = "<r/op/1> mg:partOf <r> . <r/op/1/s1> a mg:Mandate ; mg:expressedIn <r/op/1> ."


def test_a_task_begins_with_the_adoption_of_its_document(conclude: Conclude) -> None:
    found = conclude(TASK + '<r> dcterms:issued "2016-06-15"^^xsd:date .')
    assert found["r/op/1/s1", "begins"] == {"2016-06-15"}


@pytest.mark.parametrize(
    "more",
    [
        "",
        '<r> dcterms:issued "2016" .',
        '<r> dcterms:issued "2016-06-15"^^xsd:date . <r/op/1/s1> mg:begins "2017-01-01"^^xsd:date .',
    ],
)
def test_a_beginning_is_neither_invented_nor_overruled(conclude: Conclude, more: str) -> None:
    assert ("r/op/1/s1", "begins") not in conclude(TASK + more)


def test_a_statement_that_asks_for_nothing_has_no_beginning(conclude: Conclude) -> None:
    statement = TASK.replace("mg:Mandate", "mg:OperativeStatement") + '<r> dcterms:issued "2016-06-15"^^xsd:date .'
    assert ("r/op/1/s1", "begins") not in conclude(statement)


def test_a_task_ends_with_the_period_for_which_it_was_asked(conclude: Conclude) -> None:
    period = (
        '<r/op/1/s1> mg:appliesDuring <d> . <d> mg:earliest "2014-01-01"^^xsd:date ; mg:latest "2015-12-31"^^xsd:date .'
    )
    found = conclude(TASK + period)
    assert found["r/op/1/s1", "ends"] == {"2015-12-31"}
    assert ("r/op/1/s1", "begins") not in found
    given = '<r/op/1/s1> mg:ends "2015-06-30"^^xsd:date .'
    assert ("r/op/1/s1", "ends") not in conclude(TASK + period + given)


def test_a_task_asked_for_a_session_ends_with_it(conclude: Conclude) -> None:
    session = '<r/op/1/s1> mg:appliesDuring <s> . <s> a mg:Session ; mg:ends "2015-06-16"^^xsd:date .'
    assert conclude(TASK + session)["r/op/1/s1", "ends"] == {"2015-06-16"}


def entry(key: str, earliest: str, latest: str, more: str = "") -> str:
    return (
        f"<{key}> a mg:ScheduledActivity ; mg:plannedTime <d/{key}> {more} . "
        f'<d/{key}> mg:earliest "{earliest}"^^xsd:date ; mg:latest "{latest}"^^xsd:date .\n'
    )


def test_what_must_come_first_narrows_the_window(conclude: Conclude) -> None:
    found = conclude(
        entry("opening", "2016-10-20", "2016-10-20")
        + entry("group", "2016-10-01", "2016-10-31", "; mg:notBefore <opening>")
    )
    assert found["group", "windowEarliest"] == {"2016-10-20"}
    assert found["group", "windowLatest"] == {"2016-10-31"}
    assert found["opening", "windowEarliest"] == found["opening", "windowLatest"] == {"2016-10-20"}


def test_the_order_may_be_given_for_an_item_of_an_entry(conclude: Conclude) -> None:
    found = conclude(
        entry("opening", "2016-10-20", "2016-10-20")
        + "<installation> a mg:AgendaItem ; mg:agendaOf <opening> .\n"
        + entry("group", "2016-10-01", "2016-10-31", "; mg:notBefore <installation>")
    )
    assert found["group", "windowEarliest"] == {"2016-10-20"}


def test_what_must_come_later_narrows_it_too_and_at_a_distance(conclude: Conclude) -> None:
    found = conclude(
        entry("a", "2017-01-01", "2017-12-31")
        + entry("b", "2017-01-01", "2017-12-31", "; mg:notBefore <a>")
        + entry("c", "2017-05-01", "2017-05-31", "; mg:notBefore <b>")
    )
    assert found["a", "windowLatest"] == found["b", "windowLatest"] == {"2017-05-31"}
    assert found["c", "windowEarliest"] == {"2017-05-01"}


def test_an_entry_without_bounds_has_no_window(conclude: Conclude) -> None:
    found = conclude('<a> a mg:ScheduledActivity ; mg:plannedTime <d> . <d> mg:asWritten "in due course" .')
    assert not any(name.startswith("window") for _, name in found)


def test_entries_ordered_in_a_circle_do_not_stop_the_run(conclude: Conclude) -> None:
    found = conclude(
        entry("a", "2017-01-01", "2017-01-31", "; mg:notBefore <b>")
        + entry("b", "2017-02-01", "2017-02-28", "; mg:notBefore <a>")
    )
    assert found["a", "windowEarliest"] == {"2017-02-01"}
