"""Days in the future, outside the plan or before the decision are told, on a sheet, on a list and alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mandategraph.cli.orders import Clerk
from mandategraph.core.claims import Claims
from mandategraph.core.decisions import Judge
from mandategraph.core.errors import MandateGraphError
from mandategraph.core.filled import decisions_of
from mandategraph.core.namespaces import AT
from mandategraph.core.orders import Order
from mandategraph.core.worksheet import Entry
from mandategraph.core.worksheet_rows import rows_of
from mandategraph.wiring import Installation, memory_installation

TODAY = date(2026, 1, 1)
MEETING = f"{AT}oas/cidi/cam/activity/migration-and-health"
OUTSIDE = "lies outside the period of the plan, 1 January 2016 to 31 December 2017. If it is meant, say --yes."
BEFORE = "2016-11-01 lies before the decision"


@pytest.fixture(scope="module")
def here() -> Iterator[Installation]:
    with memory_installation() as installation:
        yield installation


CASES = [
    (Order("held", "migration-and-health", "1916-11-03"), OUTSIDE),
    (Order("held", "migration-and-health", "2020-11-03"), OUTSIDE),
    (Order("held", "migration-and-health", "2030-11-03"), "2030-11-03 lies in the future"),
    (Order("status", "migration-and-health", "date-fixed", day="2019-01-19"), OUTSIDE),
    (Order("status", "migration-and-health", "postponed", since="2030-01-01"), "2030-01-01 lies in the future"),
    (Order("category", "AG/RES. 2881, 33", "A", since="2030-01-01"), "2030-01-01 lies in the future"),
    (Order("gap", "migration-and-health", "accept", code="ActivityWithoutResponsible", until="2016-11-01"), BEFORE),
]


@pytest.mark.parametrize(("order", "sentence"), CASES)
def test_one_decision_and_a_row_of_a_list_are_refused(here: Installation, order: Order, sentence: str) -> None:
    said = {"by": "Ana", "on": "2020-12-01", "reason": "x", "place": "a.csv, row 7"}
    with pytest.raises(MandateGraphError) as faults:
        Clerk(here, TODAY).of_list([Order(**{**vars(order), **said})])
    assert "a.csv, row 7: " in str(faults.value)
    assert sentence in str(faults.value)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_day_outside_the_plan_that_is_meant_is_taken(here: Installation, number: int) -> None:
    order = Order(**{**vars(CASES[number][0]), "by": "Ana", "on": "2020-12-01", "reason": "x"})
    decisions, _ = Clerk(here, TODAY, any_day=True).of_list([order])
    assert len(decisions) == 1


@pytest.mark.parametrize(
    ("sheet", "given", "sentence"),
    [
        ("activities", {"progress": "held", "day": "1916-11-03"}, OUTSIDE),
        ("activities", {"progress": "held", "day": date(2030, 1, 1)}, "2030-01-01 lies in the future"),
        ("activities", {"progress": "date-fixed", "day": 43500.0}, OUTSIDE),
        ("mandates", {"status": "fulfilled", "since": "2030-01-01"}, "2030-01-01 lies in the future"),
        ("mandates", {"ends": "10-12"}, "“10-12” is not a day"),
    ],
)
def test_a_row_of_a_sheet_is_refused(
    here: Installation, sheet: str, given: dict[str, str | date | float], sentence: str
) -> None:
    row = rows_of(here.store, here.graphs, Claims.read(here.store, here.graphs), [], {}, "en")[sheet][0]
    entry = Entry("a.xlsx", sheet, 9, sheet, row.key, row.words, row.state, {**given, "reason": "x"})
    with pytest.raises(MandateGraphError) as faults:
        decisions_of([entry], Clerk(here, TODAY).desk, Judge("Ana", date(2020, 12, 1), ""), {}, TODAY)
    assert f"a.xlsx, sheet {sheet}, row 9: " in str(faults.value)
    assert sentence in str(faults.value)


def test_a_gap_on_a_sheet_is_not_excused_until_yesterday(here: Installation) -> None:
    claims = Claims.read(here.store, here.graphs)
    key = f"ActivityWithoutResponsible {MEETING}"
    row = next(r for r in rows_of(here.store, here.graphs, claims, [], {}, "en")["activities"] if r.key == MEETING)
    from mandategraph.core.worksheet import state_of

    given = {"excused": "accept", "until": "2016-11-01", "reason": "x"}
    entry = Entry("a.xlsx", "Gaps", 9, "gaps", key, row.words, state_of(claims, "gap", key), given)
    with pytest.raises(MandateGraphError, match=BEFORE):
        decisions_of([entry], Clerk(here, TODAY).desk, Judge("Ana", date(2020, 12, 1), ""), {key: ""}, TODAY)
