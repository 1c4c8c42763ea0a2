"""What was withdrawn answers that it is no more, and with what has its words now."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from fastapi.testclient import TestClient

from mandategraph.cli.ask import question_texts
from mandategraph.core.answers import answer
from mandategraph.core.errors import UnknownName
from mandategraph.core.namespaces import ID, MG
from mandategraph.core.withdrawn import withdrawn
from mandategraph.settings import Settings
from mandategraph.web.app import create_app
from mandategraph.wiring import memory_installation

DAY = date(2021, 1, 31)
DOCUMENT = "oas/ag/res/2020/2999"
TEXT = """AG/RES. 2999 (L-O/20)

ON LIGHTHOUSES

THE GENERAL ASSEMBLY,

RESOLVES:

1. To thank the keepers.

2. To request the General Secretariat to pay the keepers.

3. To instruct the CAM to count lighthouses in the region.
"""
# The second paragraph is gone, and the third has its number.
SHORTER = TEXT.replace("2. To request the General Secretariat to pay the keepers.\n\n", "").replace("3. To", "2. To")
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def here(draft):
    with memory_installation(Settings(), filled=False) as installation:
        installation.drafts.accept([draft(TEXT)], DAY)
        yield installation


@pytest.fixture
def visitor(here, tokens):
    with TestClient(create_app(here, tokens), follow_redirects=False, headers={"Accept": "*/*"}) as made:
        yield made


def known(here, path):
    return withdrawn(here.store, here.graphs.public(), [ID + path]).get(ID + path)


def test_a_paragraph_with_another_number_answers_with_it(here, draft, visitor):
    assert visitor.get(f"/id/{DOCUMENT}/op/3").status_code == 303
    here.drafts.accept([draft(SHORTER)], DAY, replace=True)
    for path in (f"/id/{DOCUMENT}/op/3", f"/doc/{DOCUMENT}/op/3"):
        gone = visitor.get(path)
        assert (gone.status_code, gone.headers["content-type"]) == (410, "application/problem+json"), path
        told = gone.json()
        assert [one["address"] for one in told["successors"]] == [f"/doc/{DOCUMENT}/op/2"]
        assert told["within"][0]["address"] == f"/doc/{DOCUMENT}"
        assert "AG/RES. 2999 (L-O/20), op. para. 2" in told["detail"]
    statement = visitor.get(f"/doc/{DOCUMENT}/op/3/s1")
    assert [one["address"] for one in statement.json()["successors"]] == [f"/doc/{DOCUMENT}/op/2/s1"]
    assert visitor.get(f"/id/{DOCUMENT}/op/2").status_code == 303


def test_it_is_a_page_for_people_and_data_for_programs(here, draft, visitor):
    here.drafts.accept([draft(SHORTER)], DAY, replace=True)
    page = visitor.get(f"/doc/{DOCUMENT}/op/3?lang=es", headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (410, "text/html")
    assert f'href="/doc/{DOCUMENT}/op/2?lang=es"' in page.text
    assert "se retiró el" in page.text
    data = visitor.get(f"/doc/{DOCUMENT}/op/3", headers={"Accept": "application/n-triples"})
    assert data.status_code == 410
    assert f"<{ID}{DOCUMENT}/op/3> <{MG}succeededBy> <{ID}{DOCUMENT}/op/2> ." in data.text.splitlines()


def test_a_withdrawn_document_says_so_and_comes_back_as_it_was(here, draft, visitor):
    here.drafts.withdraw(ID + DOCUMENT)
    for path in ("", "/op/1", "/op/2/s1"):
        gone = visitor.get(f"/id/{DOCUMENT}{path}")
        assert (gone.status_code, gone.json()["successors"]) == (410, []), path
        assert "Nothing here is known to have taken its place." in gone.json()["detail"]
    assert visitor.get(f"/id/{DOCUMENT}/op/99").status_code == 303, "nothing was there"
    assert visitor.get(f"/doc/{DOCUMENT}/op/99").status_code == 404
    here.drafts.accept([draft(TEXT)], DAY)
    for path in ("", "/op/1", "/op/2/s1"):
        assert known(here, DOCUMENT + path) is None
        assert visitor.get(f"/doc/{DOCUMENT}{path}").status_code in (200, 303)
    marks = f"ASK {{ ?thing <{MG}withdrawnOn> ?day }}"
    assert not here.store.ask(marks, here.graphs.public())


def test_only_a_document_or_a_provision_is_what_it_was_a_part_of(here, visitor):
    """What else has an address above it, such as the catalogue of everything, is no whole of it."""
    above = f"<{ID.rstrip('/')}> a <http://www.w3.org/ns/dcat#Dataset> ."
    here.store.load(io.BytesIO(above.encode()), "text/turtle", here.graphs.facts)
    here.drafts.withdraw(ID + DOCUMENT)
    page = visitor.get(f"/doc/{DOCUMENT}/op/1", headers={"Accept": BROWSER})
    assert page.status_code == 410
    assert "It was a part of" not in page.text
    assert "This was withdrawn" in page.text
    assert f"{DOCUMENT}/op/1 was withdrawn on" in page.text


def test_words_that_come_back_later_under_another_number_are_found(here, draft):
    here.drafts.withdraw(ID + DOCUMENT)
    here.drafts.accept([draft(SHORTER)], DAY)
    assert known(here, f"{DOCUMENT}/op/3").successors == (f"{ID}{DOCUMENT}/op/2",)
    assert known(here, f"{DOCUMENT}/op/1") is None


def test_words_that_stand_twice_or_nowhere_name_no_successor(here, draft):
    twice = SHORTER.replace("1. To thank the keepers.", "1. To instruct the CAM to count lighthouses in the region.")
    here.drafts.accept([draft(twice)], DAY, replace=True)
    told = known(here, f"{DOCUMENT}/op/3")
    assert (told.successors, told.within) == ((), ID + DOCUMENT)


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
def test_an_answer_about_it_says_so_in_a_sentence(here, draft, language):
    here.drafts.accept([draft(SHORTER)], DAY, replace=True)
    texts = question_texts(here.library)
    found = answer(here.store, here.graphs, texts, "about", {"thing": f"{ID}{DOCUMENT}/op/3"}, language, "2021-02-01")
    assert known(here, f"{DOCUMENT}/op/3").sentence(language).split(" ")[1] in found.note
    assert "AG/RES. 2999 (L-O/20)" in found.note
    other = answer(here.store, here.graphs, texts, "about", {"thing": f"{ID}{DOCUMENT}/op/1"}, language, "2021-02-01")
    assert other.note != found.note
    assert json.dumps(found.note).isascii() or language != "en"


def test_a_name_that_it_had_is_told_what_became_of_it(here, draft):
    here.drafts.accept([draft(SHORTER)], DAY, replace=True)
    texts = question_texts(here.library)
    with pytest.raises(UnknownName, match=r"2999/3 was withdrawn on .* Its words stand here now: 2999/2\."):
        answer(here.store, here.graphs, texts, "about", {"thing": "AG/RES. 2999, 3"}, "en", "2021-02-01")
    with pytest.raises(UnknownName) as never:
        answer(here.store, here.graphs, texts, "about", {"thing": "AG/RES. 2999, 9"}, "en", "2021-02-01")
    assert "withdrawn" not in str(never.value)


LATER = TEXT.replace("2999 (L-O/20)", "3010 (LI-O/21)").replace("thank the keepers", "thank all the keepers")


def test_a_withdrawn_document_names_the_one_that_replaces_it(here, draft, visitor):
    here.drafts.accept([draft(LATER, "later")], DAY)
    heir = "oas/ag/res/2021/3010"
    replaces = f"<{ID}{heir}> <{MG}replaces> <{ID}{DOCUMENT}> ."
    here.store.load(io.BytesIO(replaces.encode()), "text/turtle", here.graphs.facts)
    here.drafts.withdraw(ID + DOCUMENT)
    told = known(here, DOCUMENT)
    assert (told.successors, told.replaced_by) == ((), (f"{ID}{heir}",))
    page = visitor.get(f"/doc/{DOCUMENT}", headers={"Accept": BROWSER})
    assert page.status_code == 410
    assert f'href="/doc/{heir}"' in page.text
    assert "This has taken its place: AG/RES. 3010 (LI-O/21)" in page.text
    here.drafts.withdraw(ID + heir)
    assert known(here, DOCUMENT).heirs == ()


@pytest.mark.parametrize("path", [f"/id/{DOCUMENT}", f"/doc/{DOCUMENT}", f"/doc/{DOCUMENT}.json"])
def test_who_asks_for_json_is_told_in_json(here, visitor, path):
    before = visitor.get(f"/doc/{DOCUMENT}", headers={"Accept": "application/json"})
    assert (before.status_code, "@context" in before.json()) == (200, True)
    here.drafts.withdraw(ID + DOCUMENT)
    gone = visitor.get(path, headers={"Accept": "application/json"})
    assert (gone.status_code, gone.headers["content-type"]) == (410, "application/problem+json")
    assert (gone.json()["type"], gone.json()["successors"]) == ("/errors#withdrawn", [])
