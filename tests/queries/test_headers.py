"""A file that is itself wrong is named, with what is wrong in it; nothing is asked of a store with it."""

from __future__ import annotations

import pytest

from mandategraph.core.errors import BrokenLibrary, UnknownName
from mandategraph.core.questions import QuestionBook, bind, read_question
from mandategraph.core.terms import Iri, Literal

SUMMARY = "#+ summary: {en: What?, es: ¿Qué?, fr: Quoi ?, pt: O quê?}\n"
WHOLE = (
    "#+ name: letters\n#+ ids: {CQ90: {paragraph: [a, b]}, CQ91: {}}\n" + SUMMARY + "#+ parameters:\n"
    '#+   paragraph: {type: provision, example: "2881, 33", default: "2881, 33", many: true}\n'
    "SELECT ?item WHERE {\n"
    "  # VALUES ?paragraph { <urn:comment> }\n"
    '  VALUES ?paragraph { <urn:a> } ?item <urn:p> ?paragraph , "VALUES ?paragraph { x }" .\n'
    "  { SELECT ?x WHERE { values $paragraph{<urn:b>} ?x ?y ?paragraph } }\n"
    "  VALUES ?fixed { <urn:kept> }\n}"
)


def test_every_block_of_a_parameter_is_filled_and_nothing_else() -> None:
    question = read_question("letters", WHOLE)
    bound = bind(question, {"paragraph": [Iri("urn:c"), Literal('a "quoted" } one')]})
    assert bound.count('{ <urn:c> "a \\"quoted\\" } one" }') == 2
    for kept in ("# VALUES ?paragraph { <urn:comment> }", '"VALUES ?paragraph { x }"', "{ <urn:kept> }"):
        assert kept in bound


def test_no_value_is_no_restriction() -> None:
    assert bind(read_question("letters", WHOLE), {"paragraph": []}).count("{ UNDEF }") == 2


def test_what_the_query_has_no_block_for_is_refused() -> None:
    with pytest.raises(UnknownName):
        bind(read_question("letters", WHOLE), {"paragraf": [Iri("urn:c")]})


def test_an_id_brings_its_values_and_any_case_will_do() -> None:
    book = QuestionBook({"letters": WHOLE})
    question, values = book.find("cq90")
    assert question.name == "letters"
    assert values == {"paragraph": ("a", "b")}
    assert book.find("CQ91")[1] == {}


def test_an_unknown_question_offers_the_nearest() -> None:
    with pytest.raises(UnknownName) as told:
        QuestionBook({"letters": WHOLE}).find("leters")
    assert told.value.nearest == ["letters"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT * {}", "no header"),
        ("#+ name: other\n" + SUMMARY + "SELECT * {}", "the file's own"),
        ("#+ name: x\n#+ summary: {en: What?}\nSELECT * {}", "needed in en, es, fr, pt"),
        ("#+ name: x\n#+ colour: red\n" + SUMMARY + "SELECT * {}", "does not know “colour”"),
        ("#+ name: x\n#+ summary: What: who?\nSELECT * {}", "not YAML"),
        (
            "#+ name: x\n" + SUMMARY + "#+ parameters: {p: {type: provision, example: a}}\nSELECT * {}",
            "no VALUES ?p",
        ),
        (
            "#+ name: x\n" + SUMMARY + "#+ parameters: {p: {type: provision, example: a}}\n"
            "SELECT * { VALUES (?p ?q) { (1 2) } }",
            "no VALUES ?p",
        ),
        (
            "#+ name: x\n" + SUMMARY + "#+ parameters: {p: {type: colour, example: a}}\nSELECT * { VALUES ?p {1} }",
            "of type “colour”",
        ),
        (
            "#+ name: x\n" + SUMMARY + "#+ parameters: {p: {type: text}}\nSELECT * { VALUES ?p {1} }",
            "no example",
        ),
        (
            "#+ name: x\n" + SUMMARY + "#+ parameters: {plan: {type: text, example: a}}\nSELECT * { VALUES ?plan {1} }",
            "reserved name",
        ),
        (
            "#+ name: x\n" + SUMMARY + "#+ parameters: {p: {type: text, example: a, default: [a, b]}}\n"
            "SELECT * { VALUES ?p {1} }",
            "2 defaults",
        ),
        ("#+ name: x\n" + SUMMARY + "#+ proposals: true\nSELECT * {}", "a block of their own"),
        (
            "#+ name: x\n" + SUMMARY + "#+ blocks: {proposed: {en: a, es: b, fr: c, pt: d}}\nSELECT * {}",
            "“proposals: true”",
        ),
        ("#+ name: x\n" + SUMMARY + "#+ ids: {CQ1: {q: a}}\nSELECT * {}", "does not know “q”"),
        ("#+ name: x\n" + SUMMARY + "SELECT * { VALUES ?p { 'open }", "queries/competency/x.rq"),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(text: str, fault: str) -> None:
    with pytest.raises(BrokenLibrary) as told:
        read_question("x", text)
    assert "queries/competency/x.rq" in told.value.message
    assert fault in told.value.message
