"""The pages of a service show after each write what a full run of the checks finds, made in a process of its own."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from mandategraph.settings import Settings
from mandategraph.web.app import create_app
from mandategraph.wiring import load_plan, memory_installation, open_installation
from mandategraph.wiring.kept_findings import Checked, reports_of

ENTRY = "https://w3id.org/mandategraph/at/oas/cidi/cam/activity/migration-and-gender"
GAP = f"""@prefix mg: <https://w3id.org/mandategraph/ns#> . @prefix at: <https://w3id.org/mandategraph/at/oas/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/mandategraph/at/oas/accepted-gap/test> a mg:AcceptedGap ; mg:about <{ENTRY}> ;
  mg:gapKind "ActivityWithoutResponsible" ; mg:acceptedBy <https://w3id.org/mandategraph/at/oas/agent/ana> ;
  mg:acceptedOn "2016-11-01"^^xsd:date ; mg:reason "It is known."@en .
"""


@pytest.fixture
def serving(tmp_path):
    """A service on a store folder that takes writes, and its settings."""
    settings = Settings(store=str(tmp_path / "store"), free_megabytes=1)
    load_plan(settings, "cam")
    with open_installation(settings) as here:
        here.take_writes()
        yield TestClient(create_app(here)), here, settings


def _ids(told) -> set[str]:
    return {one["id"] for heading in told["headings"] for one in heading["findings"]}


def test_a_page_after_a_write_shows_what_a_full_run_finds(serving, tmp_path):
    """A command beside the service accepts a gap; the same process follows it, and many may ask at once."""
    client, here, settings = serving
    before = client.get("/checks/report.json").json()
    first = here.checker.pid
    assert first not in (0, os.getpid())
    (tmp_path / "gap.ttl").write_text(GAP, encoding="utf-8")
    with open_installation(settings, write=True) as beside:
        beside.load_files([tmp_path / "gap.ttl"])
    with ThreadPoolExecutor(4) as threads:
        profiles = ["report", "plan", "report", "draft"]
        after, *others = threads.map(lambda name: client.get(f"/checks/{name}.json").json(), profiles)
    asked = Checked("report", None, None, "compiled", datetime.now(UTC).date())
    full = reports_of(here, asked, ["en"])["en"]
    assert _ids(after) == _ids(others[1]) == {finding.id for finding in full.findings}
    gone = _ids(before) - _ids(after)
    assert len(gone) == 1
    assert client.get("/checks/report").text.count(f'id="{gone.pop()}"') == 0
    assert here.checker.pid == first
    here.close()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_in_memory_every_check_is_a_full_run():
    """There is no snapshot that another process could open."""
    with memory_installation() as here:
        assert here.checker is None
        assert TestClient(create_app(here)).get("/checks/plan").status_code == 200
