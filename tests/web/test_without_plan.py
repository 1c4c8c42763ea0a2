"""A store with documents and no work plan: pages, questions and checks speak of the documents."""

import re
from datetime import UTC, date, datetime

import pytest
from fastapi.testclient import TestClient

from mandategraph.cli.drafters import drafter_of
from mandategraph.core.graphs import Graphs
from mandategraph.ingest.readers.text import read_text
from mandategraph.settings import Settings
from mandategraph.wiring import memory_installation

RESOLUTION = """A/RES/99/7

Resolution adopted by the General Assembly on 3 December 2044

99/7. On lighthouses

The General Assembly,

Recalling its earlier decisions,

1. Requests the Secretary-General to report on lighthouses at its hundredth session;
2. Calls for the lamps to be lit.
"""


@pytest.fixture(scope="module")
def client(library, tmp_path_factory):
    from mandategraph.web.app import create_app

    draft = tmp_path_factory.mktemp("draft") / "lamps.trig"
    made = drafter_of(library, "un", Graphs().review).draft(read_text("lamps.txt", RESOLUTION.encode()))
    draft.with_suffix(".txt").write_bytes(made.source_text.encode())
    draft.write_bytes(made.trig.encode())
    with memory_installation(Settings(), filled=False) as here:
        here.drafts.accept([draft], date(2045, 1, 31))
        with TestClient(create_app(here), headers={"Accept": "text/html"}) as asking:
            yield asking


@pytest.mark.parametrize("path", ["/", "/calendar", "/checks", "/checks/report", "/data", "/documents", "/catalog"])
@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_page_answers_and_shows_no_plan_that_is_not_there(client, path, language):
    answer = client.get(path, params={"lang": language}, headers={"Accept": "*/*"})
    assert answer.status_code == 200, answer.text
    assert "plan/2016-2017" not in answer.text
    assert "1970" not in answer.text


def test_the_first_page_lists_the_documents_and_what_needs_attention(client):
    page = client.get("/").text
    assert "No work plan is entered" in page
    assert re.search(r'href="[^"]*/un/ga/res/99/7"', page)
    assert "says what is to be done but not by whom" in page or "not by whom" in page


def test_a_question_is_put_to_the_documents(client):
    """The report that is asked for is found, as of today, and it is said that there is no plan."""
    answer = client.get("/questions/reports-due", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    told = answer.json()
    assert "the documents that are (1)" in told["note"]
    assert told["asOf"] == datetime.now(UTC).date().isoformat()
    assert any("lighthouses" in str(row) for block in told["blocks"] for row in block["rows"])
