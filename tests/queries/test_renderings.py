"""The same answer as table, JSON, CSV and Markdown; what is unknown or proposed is never mistaken in any of them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from mandategraph.core.answers import Answer, AnswerBlock, Cell, QuestionTexts, answer, read_headings
from mandategraph.core.errors import BrokenLibrary, UnknownName, WrongUse
from mandategraph.core.graphs import Graphs
from mandategraph.core.renderings import FORMATS, as_csv, as_json, as_markdown, as_table
from mandategraph.stores.embedded import EmbeddedStore

GRAPHS = Graphs()


@pytest.fixture(scope="module")
def activities(plan_store: EmbeddedStore, texts: QuestionTexts) -> Answer:
    return answer(plan_store, GRAPHS, texts, "activities-for-paragraph", {"paragraph": "AG/RES. 2881, 33"})


@pytest.mark.parametrize("width", [40, 80, 100, 120, 300])
def test_no_line_is_wider_than_the_terminal(width: int, plan_store: EmbeddedStore, texts: QuestionTexts) -> None:
    room = max(80, min(120, width))
    for read in texts.book.questions():
        given = {one.name: one.example for one in read.parameters if one.required}
        lines = as_table(answer(plan_store, GRAPHS, texts, read.name, given), width).splitlines()
        assert lines
        assert max(map(len, lines)) <= room, read.name


def test_table_sets_proposals_apart_and_says_none(activities: Answer) -> None:
    lines = as_table(activities, 100).splitlines()
    assert "As of 20 October 2016" in lines
    assert "(none)" in lines
    start = next(number for number, line in enumerate(lines) if line.startswith("~"))
    assert "proposed, not decided" in lines[start]
    assert all(line.startswith("~") for line in lines[start:] if line)
    assert not [line for line in lines[:start] if "33.A" in line]


def test_json_has_what_a_program_needs(activities: Answer) -> None:
    told = json.loads(as_json(activities))
    assert told["question"] == "activities-for-paragraph"
    assert told["asOf"] == "2016-10-20"
    assert told["parameters"]["paragraph"][0]["key"] == "2881/33"
    blocks = {block["key"]: block for block in told["blocks"]}
    assert [block["key"] for block in told["blocks"] if block["proposals"]] == ["proposals"]
    assert blocks["here"]["rows"] == []
    cell = blocks["document"]["rows"][0]["activity"]
    assert cell["label"].startswith("3 November 2016: ")
    assert cell["iri"].endswith("/activity/migration-and-health")
    assert set(cell) == {"label", "iri", "key", "value", "lang"}


def test_csv_is_exact_and_names_the_block(activities: Answer) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(activities), newline="")))
    assert rows[0][0] == "Block"
    assert len({len(row) for row in rows}) == 1
    assert [row for row in rows[1:] if "proposed, not decided" in row[0]]


def test_every_form_keeps_marks_that_have_a_meaning_in_it() -> None:
    cell = Cell('a | "b", c\\', value="x")
    block = AnswerBlock(
        "answer", "What?", False, ("words", "line"), ("Words", "Line"), ({"words": cell, "line": cell},)
    )
    odd = Answer("odd", "What?", "", "", "en", {}, (block,))
    assert list(csv.reader(io.StringIO(as_csv(odd), newline="")))[1] == [cell.label, cell.label]
    assert json.loads(as_json(odd))["blocks"][0]["rows"][0]["words"]["label"] == cell.label
    assert "a \\| " in as_markdown(odd)
    assert cell.label in as_table(odd)


def test_not_stated_is_a_value_in_every_language(plan_store: EmbeddedStore, texts: QuestionTexts) -> None:
    words = {"en": "not stated", "es": "no se indica", "fr": "non indiqué", "pt": "não consta"}
    for language, expected in words.items():
        found = answer(plan_store, GRAPHS, texts, "CQ35", {}, language)
        missing = found.block("missing")
        assert len(missing.rows) == 11
        assert {row["actor"].label for row in missing.rows} == {expected}
        assert not any(row["actor"].stated for row in missing.rows)
        for form in FORMATS.values():
            assert expected in form(found) or form is as_json


def test_labels_are_in_the_language_asked_and_say_so(plan_store: EmbeddedStore, texts: QuestionTexts) -> None:
    found = answer(plan_store, GRAPHS, texts, "CQ27", {}, "es")
    assert found.parameters["actor"][0].label == "Organización Internacional para las Migraciones (OIM)"
    cell = found.block("named").rows[0]["activity"]
    assert cell.label.startswith("3 de noviembre de 2016: ")
    assert cell.language == "en", "a title that is not translated says in which language it is"


def test_a_needed_value_that_is_missing_is_named_with_an_example(
    plan_store: EmbeddedStore, texts: QuestionTexts
) -> None:
    with pytest.raises(WrongUse) as told:
        answer(plan_store, GRAPHS, texts, "about", {})
    assert 'thing="AG/RES. 2881, 33.A"' in told.value.message


def test_an_unknown_parameter_names_those_there_are(plan_store: EmbeddedStore, texts: QuestionTexts) -> None:
    with pytest.raises(UnknownName) as told:
        answer(plan_store, GRAPHS, texts, "CQ11", {"paragraf": "2881/33"})
    assert told.value.nearest == ["paragraph"]
    assert told.value.exit_status == 2


def test_the_day_and_the_plan_may_be_given(plan_store: EmbeddedStore, texts: QuestionTexts) -> None:
    found = answer(plan_store, GRAPHS, texts, "mandates-of-plan", {"plan": "CAM"})
    assert found.parameters["plan"][0].label.startswith("Work Plan 2016-2017")
    assert found.as_of == "2016-10-20"


def test_what_is_remembered_is_forgotten_when_the_store_changes(texts: QuestionTexts) -> None:
    store = EmbeddedStore.in_memory()
    turtle = (
        '<urn:x> a <https://w3id.org/mandategraph/ns#Body> ; <http://www.w3.org/2004/02/skos/core#prefLabel> "{}"@en .'
    )
    store.load(io.BytesIO(turtle.format("Harbour Board").encode()), "text/turtle", GRAPHS.facts)
    first = answer(store, GRAPHS, texts, "about", {"thing": "Harbour Board"})
    assert first.parameters["thing"][0].label == "Harbour Board"
    store.load(io.BytesIO(turtle.format("Anchor Board").encode()), "text/turtle", GRAPHS.facts)
    second = answer(store, GRAPHS, texts, "about", {"thing": "Anchor Board"})
    assert second.parameters["thing"][0].label == "Anchor Board"


def test_headings_that_are_not_whole_are_refused() -> None:
    with pytest.raises(BrokenLibrary, match="line 2"):
        read_headings("column,en,es,fr,pt\nactivity,Activity,Actividad,,Atividade\n")
