"""Category, beginning, end and who is in charge are decided, recorded, shown, and decided otherwise later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from mandategraph.cli.ask import question_texts
from mandategraph.cli.log import decided_claims, is_withdrawal
from mandategraph.cli.orders import Clerk
from mandategraph.cli.wording import wording
from mandategraph.core.answers import answer
from mandategraph.core.claims import Claims, digest, words_of
from mandategraph.core.decisions import Judge
from mandategraph.core.errors import MandateGraphError
from mandategraph.core.filled import decisions_of
from mandategraph.core.minutes import minute
from mandategraph.core.namespaces import ID, KOS, MG
from mandategraph.core.orders import Order
from mandategraph.core.worksheet import Cell, Entry
from mandategraph.core.worksheet_rows import rows_of, things_shown
from mandategraph.wiring import Installation, memory_installation

TODAY = date(2026, 1, 1)
TASK = f"{ID}oas/ag/res/2016/2881/op/33/s1"
THING = "AG/RES. 2881, 33"


@pytest.fixture
def here() -> Iterator[Installation]:
    with memory_installation() as installation:
        yield installation


def decide(here: Installation, kind: str, verdict: str, on: str = "2016-11-10", thing: str = THING, **more: str) -> int:
    clerk = Clerk(here, TODAY)
    order = Order(kind, thing, verdict, by="Ana Pérez", on=on, reason="Letter of the chair.", **more)
    judge = clerk.judge(order)
    decisions = clerk.decided(order, judge)
    if decisions:
        here.decide([(decision, judge) for decision in decisions])
    return len(decisions)


def told(here: Installation, term: str, task: str = TASK) -> set[str]:
    rows = here.store.select(f"SELECT ?v {{ <{task}> <{MG}{term}> ?v }}", here.graphs.public()).rows
    return {str(row["v"]) for row in rows}


def minutes(here: Installation) -> list[str]:
    claims = Claims.read(here.store, here.graphs)
    decided = decided_claims(claims)
    said = wording(here, decided, "en")
    return [minute(claim, said, "en", is_withdrawal(claims, claim)) for claim in decided]


def register(here: Installation) -> dict[str, str]:
    found = answer(here.store, here.graphs, question_texts(here.library), "register", {})
    [row] = [row for row in found.block("mandates").rows if row["paragraph"].iri == TASK.rpartition("/")[0]]
    return {name: row[name].label for name in ("category", "begins", "ends", "responsible")}


def test_each_is_recorded_with_person_day_reason_and_words(here: Installation) -> None:
    assert register(here)["category"] == "not stated"
    assert decide(here, "category", "b") == decide(here, "begins", "14 June 2016") == 1
    assert decide(here, "ends", "2018-06-30") == decide(here, "responsible", "accept", actor="SEDI") == 1
    assert told(here, "priority") == {f"{KOS}priority-b"}
    assert told(here, "begins") == {"2016-06-14"}
    assert "2018-06-30" in told(here, "ends")
    shown = register(here)
    assert (shown["category"], shown["begins"], shown["ends"]) == ("B", "14 June 2016", "30 June 2018")
    assert "SEDI" in shown["responsible"]
    decided = [claim for claim in Claims.read(here.store, here.graphs).all if claim.is_decided]
    assert len(decided) == 4
    words = words_of(here.store, here.graphs, [TASK])[TASK]
    assert words
    for claim in decided:
        assert (claim.day, claim.reason) == ("2016-11-10", "Letter of the chair.")
        assert claim.person.endswith("/agent/ana-perez")
        assert set(map(digest, words)) <= {str(one) for one in claim.said[MG + "wordsDigest"]}
    log = "\n".join(minutes(here))
    for words_of_it in ("is of category B.", "begins on 14 June 2016.", "ends on 30 June 2018.", "is in charge of"):
        assert words_of_it in log


def test_a_later_decision_takes_the_place_of_an_earlier_one_which_is_kept(here: Installation) -> None:
    before = told(here, "ends")
    assert before == {"2017-12-31"}
    decide(here, "category", "A")
    assert decide(here, "category", "A", on="2016-11-20") == 0
    assert decide(here, "category", "C", on="2016-11-21") == 1
    decide(here, "ends", "2018-06-30")
    decide(here, "ends", "2019-06-30", on="2016-11-22")
    assert told(here, "priority") == {f"{KOS}priority-c"}
    assert register(here)["ends"] == "30 June 2019"
    assert len(minutes(here)) == 4
    decide(here, "category", "withdraw", on="2016-11-23")
    decide(here, "ends", "withdraw", on="2016-11-23")
    assert told(here, "priority") == set()
    assert told(here, "ends") == before
    assert sum("withdrew the decision that" in line for line in minutes(here)) == 2
    assert here.infer().added == 0


def test_a_beginning_that_is_decided_goes_before_one_that_a_rule_gives(here: Installation) -> None:
    from mandategraph.core.terms import Iri, Literal, Quad

    adopted = Quad(
        Iri(f"{ID}oas/ag/res/2016/2881"),
        Iri("http://purl.org/dc/terms/issued"),
        Literal("2016-06-14", datatype="http://www.w3.org/2001/XMLSchema#date"),
        Iri(here.graphs.facts),
    )
    here.store.write([adopted])
    here.infer()
    assert told(here, "begins") == {"2016-06-14"}
    decide(here, "begins", "2016-07-01")
    assert told(here, "begins") == {"2016-07-01"}
    decide(here, "begins", "withdraw", on="2016-11-12")
    assert told(here, "begins") == {"2016-06-14"}


@pytest.mark.parametrize(
    ("kind", "verdict", "thing", "sentence"),
    [
        ("category", "D", THING, "There is no category “D”. There are A, B, C, withdraw."),
        ("category", "withdraw", THING, "Nobody has decided a category of"),
        ("begins", "soon", THING, "“soon” is not a day"),
        ("begins", "2018-01-01", THING, "It would end on 31 December 2017, before it begins on 1 January 2018."),
        ("ends", "2017-01-01", "migration-and-health", "There is no task “migration-and-health”"),
    ],
)
def test_what_cannot_be_is_told(here: Installation, kind: str, verdict: str, thing: str, sentence: str) -> None:
    with pytest.raises(MandateGraphError) as told_so:
        decide(here, kind, verdict, thing=thing)
    assert sentence in str(told_so.value)
    assert minutes(here) == []


def test_a_check_stands_for_all_that_it_finds(here: Installation) -> None:
    assert decide(here, "begins", "2012-06-05", thing="RegisterIncomplete") > 5


def test_a_list_holds_all_of_them_and_says_where_two_rows_disagree(here: Installation) -> None:
    orders = [
        Order("category", THING, "A", by="Ana", on="2016-11-10", reason="x", place="a.csv, row 2"),
        Order("category", THING, "A", by="Juan", on="2016-11-11", reason="y", place="a.csv, row 3"),
        Order("begins", THING, "2016-06-14", by="Ana", on="2016-11-10", reason="x", place="a.csv, row 4"),
        Order("ends", THING, "2017-12-30", by="Ana", on="2016-11-10", reason="x", place="a.csv, row 5"),
    ]
    decisions, _ = Clerk(here, TODAY).of_list(orders)
    assert len(decisions) == 3
    with pytest.raises(MandateGraphError) as faults:
        Clerk(here, TODAY).of_list([*orders, replace(orders[0], verdict="B", place="b.csv, row 9")])
    assert "b.csv, row 9: says “B, Ana, 2016-11-10, x”, but a.csv, row 2 says “A, Ana" in str(faults.value)


def on_sheet(here: Installation, *filled: dict[str, Cell], judge: Judge | None = None) -> Sequence[str]:
    """Fill in the row of the task on a new sheet, once for each person, and decide; return who is in charge then."""
    claims = Claims.read(here.store, here.graphs)
    labels = here.labels(things_shown(here.store, here.graphs, claims), "en")
    [row] = [r for r in rows_of(here.store, here.graphs, claims, [], labels, "en")["mandates"] if r.key == TASK]
    entries = [
        Entry(f"{number}.xlsx", "Mandates", 3, "mandates", row.key, row.words, row.state, given)
        for number, given in enumerate(filled)
    ]
    judge = judge or Judge("Ana Pérez", date(2016, 11, 20), "")
    written = decisions_of(entries, Clerk(here, TODAY).desk, judge, {}, TODAY)
    here.decide(written.decisions)
    claims = Claims.read(here.store, here.graphs)
    labels = here.labels(things_shown(here.store, here.graphs, claims), "en")
    [row] = [r for r in rows_of(here.store, here.graphs, claims, [], labels, "en")["mandates"] if r.key == TASK]
    return [row.cells[name] for name in ("categoryNow", "charge", "beginsNow", "endsNow")]


def test_a_row_of_the_sheet_decides_all_of_them_at_once(here: Installation) -> None:
    given: dict[str, Cell] = {"category": "a", "responsible": "SEDI; CAM", "begins": 42535.0, "ends": date(2018, 6, 30)}
    category, charge, begins, ends = on_sheet(here, {**given, "reason": "Letter."})
    assert (category, begins, ends) == ("A", "14 June 2016", "30 June 2018")
    assert "SEDI" in charge
    assert "CAM" in charge
    assert len(minutes(here)) == 5


def test_who_is_in_charge_on_the_sheet_takes_the_place_of_who_was(here: Installation) -> None:
    on_sheet(here, {"responsible": "SEDI", "reason": "Letter."})
    later = Judge("Juan Gómez", date(2016, 12, 1), "")
    _, charge, *_ = on_sheet(here, {"responsible": "CAM", "reason": "The chair."}, judge=later)
    assert "CAM" in charge
    assert "SEDI" not in charge
    assert any("Juan Gómez withdrew the decision that" in line and "SEDI" in line for line in minutes(here))


def test_two_people_who_disagree_are_shown_side_by_side(here: Installation) -> None:
    with pytest.raises(MandateGraphError) as faults:
        on_sheet(here, {"category": "A", "reason": "x"}, {"category": "B", "reason": "y"})
    assert "1.xlsx, sheet Mandates, row 3: says “B, y”, but 0.xlsx, sheet Mandates, row 3 says “A, x”" in str(
        faults.value
    )
    assert minutes(here) == []


def test_a_sheet_that_ends_a_mandate_before_it_begins_is_refused(here: Installation) -> None:
    with pytest.raises(MandateGraphError) as faults:
        on_sheet(here, {"begins": "2019-01-01", "ends": "2018-01-01", "reason": "x"})
    assert "row 3: It would end on 1 January 2018, before it begins on 1 January 2019." in str(faults.value)


def test_a_sheet_does_not_overrule_who_was_put_in_charge_meanwhile(here: Installation) -> None:
    claims = Claims.read(here.store, here.graphs)
    [row] = [r for r in rows_of(here.store, here.graphs, claims, [], {}, "en")["mandates"] if r.key == TASK]
    decide(here, "responsible", "accept", actor="SEDI")
    entry = Entry("a.xlsx", "Mandates", 3, "mandates", row.key, row.words, row.state, {"responsible": "CAM"})
    with pytest.raises(MandateGraphError) as faults:
        decisions_of([entry], Clerk(here, TODAY).desk, Judge("Juan", date(2016, 12, 1), "x"), {}, TODAY)
    assert "somebody has decided it since the sheet was written" in str(faults.value)
