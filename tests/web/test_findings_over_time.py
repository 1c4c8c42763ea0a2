"""The page of a check says since when each finding stands, what is new and what is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from fastapi.testclient import TestClient

from mandategraph.core.namespaces import RDF
from mandategraph.core.terms import Iri
from mandategraph.web.app import create_app
from mandategraph.wiring import memory_installation
from mandategraph.wiring.kept_findings import Checked, keep

FIRST = date(2030, 1, 1)
MG = "https://w3id.org/mandategraph/ns#"


@pytest.fixture
def here():
    """The shipped plan in memory, its own."""
    with memory_installation() as here:
        yield here


def _keep(here, day: date):
    return keep(here, Checked("report", None, None, "compiled", datetime.now(UTC).date()), day)


def test_nothing_is_said_of_time_where_nothing_is_kept(here):
    """No empty section."""
    page = TestClient(create_app(here)).get("/checks/report").text
    assert "over-time" not in page


def test_what_is_new_and_what_is_gone(here):
    """After a link to a mandate is lost there is more to find; after an entry is gone, less; both are told by day."""
    kept = _keep(here, FIRST)
    client = TestClient(create_app(here))
    before = client.get("/checks/report").text
    assert before.count("Since 1 January 2030.") == len(kept.report.findings)
    assert "0 findings are new." in before
    entry = Iri(next(str(one.focus) for one in kept.report.findings if one.code == "ActivityWithoutResponsible"))
    graph = here.graphs.facts
    gone = [q for q in here.store.quads(graph) if q.subject == entry and q.predicate in _of_an_entry()]
    assert gone
    here.store.write([], gone)
    after = client.get("/checks/report").text
    assert "0 findings are new." not in after or "0 are settled or accepted." not in after
    told = client.get("/checks/report", params={"since": "2030-01-01", "lang": "es"}).text
    assert "Desde el 1 de enero de 2030" in told
    again = _keep(here, date(2030, 2, 1))
    assert again.gone
    now = client.get("/checks/report").text
    assert "Since 1 February 2030" in now
    assert "0 findings are new." in now
    assert "0 are settled or accepted." in now
    then = client.get("/checks/report", params={"since": "2030-01-15"}).text
    assert f"{again.gone} are settled or accepted." in then
    assert "the last time on 1 February 2030" in then


def _of_an_entry() -> set[Iri]:
    return {Iri(RDF + "type"), Iri(MG + "scheduledIn")}


def test_a_day_that_is_none_is_refused_and_an_empty_one_is_the_last(here):
    """As a form sends it."""
    _keep(here, FIRST)
    client = TestClient(create_app(here))
    assert client.get("/checks/report", params={"since": "soon"}).status_code == 400
    assert "Since 1 January 2030" in client.get("/checks/report", params={"since": ""}).text
    assert "Since 1 January 2030" in client.get("/checks/report", params={"since": "2029-01-01"}).text
