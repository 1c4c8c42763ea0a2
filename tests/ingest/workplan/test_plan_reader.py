"""Work plans are read by their headings, numbers and columns: the CAM plan as text, and an invented one in Spanish."""

import tomllib
from pathlib import Path

import pyoxigraph
import pytest

from mandategraph.ingest.lexicon import Lexicon
from mandategraph.ingest.meaning import Known, Meaning
from mandategraph.ingest.readers.text import read_text
from mandategraph.ingest.reading import Cell, Composer, Kind
from mandategraph.ingest.structure.outline import Part
from mandategraph.ingest.workplan.reader import PlanReader, is_work_plan

DATA = Path(__file__).parents[3] / "data"
FACTS = DATA / "oas" / "cam-work-plan-2016-2017"
NAMES = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?key ?label ?class { ?x a ?class ; dcterms:identifier ?key ; skos:prefLabel|skos:altLabel|dcterms:title ?label }
"""


def toml(path):
    return tomllib.loads((DATA / path).read_text(encoding="utf-8"))


def families(class_name):
    return {"Body": "body", "CollectiveActor": "collective"}.get(class_name, "document")


@pytest.fixture(scope="module")
def register():
    store = pyoxigraph.Store()
    for name in ("actors.ttl", "documents.ttl"):
        store.load(path=DATA / "oas" / name, format=pyoxigraph.RdfFormat.TURTLE)
    known = [
        Known(
            row["key"].value,
            row["label"].value,
            row["label"].language or "",
            families(row["class"].value.split("#")[-1]),
        )
        for row in store.query(NAMES)
    ]
    assert len(known) > 100
    return known


def plan_of(reading, language, register):
    words = toml(f"languages/{language}.toml")
    grammar = toml(f"meaning/{language}.toml") if (DATA / "meaning" / f"{language}.toml").exists() else {}
    meaning = Meaning(words, grammar, toml("meaning/verbs.toml"), toml("oas/organisation.toml"), register)
    return PlanReader(reading, Lexicon(words), meaning, toml("work-plans.toml")).plan()


@pytest.fixture(scope="module")
def reading():
    return read_text("source.txt", (FACTS / "source.txt").read_bytes())


@pytest.fixture(scope="module")
def cam(reading, register):
    return plan_of(reading, "en", register)


@pytest.fixture(scope="module")
def entered():
    """What was entered by hand, to compare with."""
    store = pyoxigraph.Store()
    for name in ("structure.ttl", "statements.ttl", "plan.ttl", "source.ttl"):
        store.load(path=FACTS / name, format=pyoxigraph.RdfFormat.TURTLE)
    return store


def test_the_text_is_known_as_a_work_plan(reading):
    """Its headings tell; a resolution is none."""
    assert is_work_plan(reading, toml("work-plans.toml"))
    resolution = read_text(
        "r.txt", b"The General Assembly,\nRecalling peace,\n1. Requests the Secretariat to report;\n"
    )
    assert not is_work_plan(resolution, toml("work-plans.toml"))


@pytest.mark.parametrize(
    ("words", "is_plan"),
    [
        ("COMMITTEE ON LAMPS\nWORK PLAN 2044-2045\nIn my capacity as Chair I submit it.\n", True),
        ("COMISIÓN DE FAROS\nPlan de trabajo para 2044\nPresento el plan.\n", True),
        ("The Council,\nRecalling its work plan 2044-2045,\n1. Requests the Secretariat to report;\n", False),
        ("Programme of work of the Council for 2044\n1. Requests the Secretariat to report;\n", False),
    ],
)
def test_a_title_that_is_nothing_but_a_plan_and_its_years_tells_as_well(words, is_plan):
    """Without a calendar too; a text that only speaks of a plan is none."""
    assert is_work_plan(read_text("a.txt", words.encode()), toml("work-plans.toml")) == is_plan


def test_the_listed_texts_have_the_paragraphs_they_announce(cam):
    """Four resolutions; every announced paragraph is there, and no other."""
    found = {
        text.citation.path: [int(unit.number.printed.rstrip(".")) for unit in text.units if unit.part is Part.OPERATIVE]
        for text in cam.listed
    }
    assert found == {
        "oas/ag/res/2012/2738": [1, 2, 3],
        "oas/ag/res/2014/2816": [18, 19, 20, 21, 22],
        "oas/ag/res/2016/2881": [33, 34, 35, 36, 37],
        "oas/ag/res/2016/2883": [1, 2, 3],
    }
    assert [text.announced for text in cam.listed] == [(1, 3), (18, 22), (33, 37), (1, 3)]


def test_items_and_bullets_hang_under_their_paragraphs(cam):
    """14 lettered items and 3 bullets."""
    units = [unit for text in cam.listed for top in text.units for unit in top.walk()]
    assert sum(unit.part is Part.ITEM for unit in units) == 14
    assert sum(unit.part is Part.BULLET for unit in units) == 3


def test_the_quoted_article_has_its_letters(cam, reading):
    """Article 58, a to d."""
    (article,) = cam.articles
    assert article.number == "58"
    assert [item.number.printed for item in article.items] == ["a.", "b.", "c.", "d."]


def test_suggestions_stand_under_their_actors(cam, entered):
    """The twenty addresses are those entered by hand."""
    base = "https://w3id.org/mandategraph/id/oas/cidi/cam/plan/2016-2017/sec/"
    by_hand = {
        row["p"].value.removeprefix(base)
        for row in entered.query(
            "PREFIX mg: <https://w3id.org/mandategraph/ns#> SELECT ?p { ?s a mg:SuggestedActivity ; mg:expressedIn ?p }"
        )
    }
    assert {suggestion.path for suggestion in cam.suggestions} == by_hand
    assert len(by_hand) == 20


def test_duties_have_the_modality_and_recurrence_entered_by_hand(cam):
    """Eight sentences; “yearly meetings” that are only mentioned are no recurrence."""
    assert [(duty.path, duty.modality, duty.rrule, duty.before_each) for duty in cam.duties] == [
        ("vi/1", "will", "", ""),
        ("vi/1", "will", "", ""),
        ("vi/2", "will", "FREQ=YEARLY", ""),
        ("vi/2", "invited", "", ""),
        ("vi/3", "will-consider", "FREQ=YEARLY", ""),
        ("vi/3", "may", "", ""),
        ("vi/4", "will-consider", "", "Summit of the Americas"),
        ("vi/4", "will", "", ""),
    ]


def test_the_calendar_has_its_entries_dates_and_mandates(cam, entered):
    """Eleven entries, each with the date in EDTF and the documents entered by hand."""
    by_hand = {}
    for row in entered.query(
        """PREFIX mg: <https://w3id.org/mandategraph/ns#> PREFIX k: <https://w3id.org/mandategraph/kos/>
        SELECT ?order ?edtf ?to { ?a a mg:ScheduledActivity ; mg:order ?order ; mg:plannedTime/mg:edtf ?edtf .
        ?l mg:from ?a ; mg:linkType k:link-cites ; mg:to ?to }"""
    ):
        key = int(row["order"].value), row["edtf"].value
        by_hand.setdefault(key, set()).add(row["to"].value.removeprefix("https://w3id.org/mandategraph/id/"))
    found = {
        (entry.order, entry.date.edtf): {citation.path for _, citation in entry.citations} for entry in cam.calendar
    }
    assert found == by_hand
    assert [entry.date.precision for entry in cam.calendar].count("open") == 1


def test_doubled_numbers_of_the_agenda_count_once(cam, reading):
    """“1. 1. Election” is item 1, election."""
    agenda = [(part.number, reading.text[part.start : part.end]) for part in cam.calendar[0].agenda]
    assert agenda[:2] == [("1", "Election of vice chair"), ("2", "Consideration of 2016-2017 Work Plan")]
    assert len(agenda) == 3


def test_guests_are_as_certain_as_their_words(cam, reading):
    """Possible guests are possible, considered ones considered; one comma less is one guest less."""
    guests = {
        entry.order: {reading.text[guest.start : guest.end]: guest.certainty for guest in entry.guests}
        for entry in cam.calendar
    }
    assert guests[5] == {"PMA": "possible", "IOM": "possible", "IDB El Salvador": "possible"}
    assert guests[3]["Scalabrini"] == guests[3]["IOM"] == "to-be-considered"
    assert guests[7] == {
        "South American Conference on Migration": "planned",
        "Regional Conference on Migration": "planned",
        "IOM": "will-participate",
    }
    assert set(guests[8]) == {"SMS", "IACHR", "CIM", "IIN"}


def test_a_table_with_other_columns_in_another_language_is_read(register):
    """The heads of the columns decide, not their order."""
    composer = Composer()
    composer.add("CALENDARIO DE ACTIVIDADES", kind=Kind.HEADING)
    rows = [
        ("Actividad", "Fecha", "Mandato"),
        ("Taller sobre remesas", "abril de 2019", "AG/RES. 2910 (XLVII-O/17)"),
        ("Reunión de cierre", "por determinar", "AG/RES. 2910 (XLVII-O/17)"),
    ]
    for row, cells in enumerate(rows):
        for column, words in enumerate(cells):
            composer.add(words, kind=Kind.CELL, cell=Cell(0, row, column))
    plan = plan_of(composer.reading("plan.docx", "docx", b""), "es", register)
    assert [entry.date.edtf if entry.date else None for entry in plan.calendar] == ["2019-04", None]
    assert [citation.path for entry in plan.calendar for _, citation in entry.citations] == ["oas/ag/res/2017/2910"] * 2
    assert plan.calendar[1].notes
