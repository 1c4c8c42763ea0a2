"""The rules against what was entered by hand: the resolutions that the plan of 2016 quotes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyoxigraph as oxigraph
import pytest

from mandategraph.ingest.meaning import Known, Meaning

DATA = Path(__file__).resolve().parents[3] / "data"
ID = "https://w3id.org/mandategraph/id/"
PREFIXES = """
PREFIX mg: <https://w3id.org/mandategraph/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
STATEMENTS = """
SELECT ?paragraph ?words ?statement ?verb ?written ?said
  (GROUP_CONCAT(DISTINCT STR(?addressee); SEPARATOR=" ") AS ?addressees)
  (GROUP_CONCAT(DISTINCT STR(?recipient); SEPARATOR=" ") AS ?recipients)
  (MAX(?reports) AS ?reporting) (MAX(?asks) AS ?money) {
  ?statement mg:verb ?verb ; mg:verbAsWritten ?written ; mg:expressedIn ?paragraph ;
    mg:textSpan/oa:hasSelector/oa:exact ?said .
  ?paragraph mg:textSpan/oa:hasSelector/oa:exact ?words
  OPTIONAL { ?statement mg:addressee ?addressee }
  OPTIONAL { ?statement mg:recipient ?recipient }
  OPTIONAL { ?statement mg:isReportingTask ?reports }
  OPTIONAL { ?statement mg:asksForMoney ?asks }
  FILTER CONTAINS(STR(?paragraph), "/op/")
} GROUP BY ?paragraph ?words ?statement ?verb ?written ?said ORDER BY ?statement
"""
NAMES = """
SELECT ?thing ?name ?kind {
  ?thing skos:prefLabel|skos:altLabel|mg:asWritten ?name ; a ?kind FILTER(?kind IN (mg:Body, mg:CollectiveActor))
}
"""


@pytest.fixture(scope="module")
def entered():
    """The graph as entered."""
    store = oxigraph.Store()
    files = [*(DATA / "oas").glob("*.ttl"), *(DATA / "oas" / "cam-work-plan-2016-2017").glob("*.ttl")]
    assert files
    for file in files:
        store.load(path=str(file), format=oxigraph.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def meaning(entered):
    """The reader with the organisation's register."""
    names = [
        Known(
            row["thing"].value.removeprefix(ID),
            row["name"].value,
            row["name"].language or "",
            "body" if row["kind"].value.endswith("Body") else "collective",
        )
        for row in entered.query(PREFIXES + NAMES)
    ]
    files = ("languages/en.toml", "meaning/en.toml", "meaning/verbs.toml", "oas/organisation.toml")
    return Meaning(*(tomllib.loads((DATA / file).read_text("utf-8")) for file in files), names)


def paths(value) -> list[str]:
    """Addresses below the base."""
    return sorted(path.removeprefix(ID) for path in value.value.split()) if value is not None else []


def test_statements_agree_with_those_entered_by_hand(entered, meaning):
    """Every paragraph: the same statements, words, verbs, addressees, recipients, reports and money asked."""
    paragraphs: dict[tuple[str, str], list] = {}
    for row in entered.query(PREFIXES + STATEMENTS):
        paragraphs.setdefault((row["paragraph"].value.removeprefix(ID), row["words"].value), []).append(row)
    assert len(paragraphs) > 15
    different = []
    for (paragraph, words), rows in paragraphs.items():
        read = meaning.statements(words)
        if len(read) != len(rows):
            different.append((paragraph, len(rows), [one.verb_as_written for one in read]))
            continue
        for row, one in zip(rows, read, strict=True):
            wanted = (
                row["verb"].value.rsplit("/", 1)[1],
                row["written"].value,
                row["said"].value,
                paths(row["addressees"]),
                paths(row["recipients"]),
                row["money"] is not None,
            )
            found = (
                one.verb,
                one.verb_as_written,
                words[one.start : one.end],
                sorted(mention.key or mention.as_written for mention in one.addressees),
                sorted(mention.key or mention.as_written for mention in one.details.recipients),
                one.details.asks_for_money,
            )
            if wanted != found:
                different.append((paragraph, wanted, found))
    # Whom “It will …” means stands in the paragraph above, which the rules do not see.
    assert [one[0] for one in different] == ["oas/ag/res/2012/2738/op/2/f"], different


PARTICIPATIONS = """
SELECT ?written ?role ?certainty ?actor {
  ?one mg:role ?role ; mg:certainty ?certainty ; mg:textSpan/oa:hasSelector/oa:exact ?written ;
    mg:assertionStatus <https://w3id.org/mandategraph/kos/status-stated>
  OPTIONAL { ?one mg:actor ?actor }
  FILTER(STRENDS(STR(?role), "guest") || STRENDS(STR(?role), "participant") || STRENDS(STR(?role), "consulted"))
}
"""


def test_participations_of_the_calendar_agree_with_those_entered_by_hand(entered, meaning):
    """Who, in which role, how surely, and which body of the register."""
    source = (DATA / "oas" / "cam-work-plan-2016-2017" / "source.txt").read_text("utf-8")
    calendar = source[source.index("VII. CALENDAR") :]
    wanted = sorted(
        (
            row["written"].value,
            row["role"].value.rsplit("role-", 1)[1],
            row["certainty"].value.rsplit("certainty-", 1)[1],
            row["actor"].value.removeprefix(ID) if row["actor"] is not None else "",
        )
        for row in entered.query(PREFIXES + PARTICIPATIONS)
    )
    assert len(wanted) == 19
    found = sorted(
        (one.as_written, one.role, one.certainty, one.key or "")
        for line in calendar.split("\n")
        for one in meaning.participants(line)
    )
    assert found == wanted
