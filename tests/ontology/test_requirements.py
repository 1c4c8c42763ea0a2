"""From a question that somebody asks to the query that answers it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from mandategraph.core.questions import header_of

COLUMNS = ["id", "question", "asked_by", "source", "query", "state"]


@pytest.fixture(scope="module")
def rows(root: Path) -> list[dict[str, str]]:
    with (root / "ontology" / "requirements.csv").open(encoding="utf-8", newline="") as table:
        reader = csv.DictReader(table)
        assert reader.fieldnames == COLUMNS
        rows = list(reader)
    assert len(rows) >= 50
    return rows


@pytest.fixture(scope="module")
def headers(root: Path) -> dict[str, dict[str, object]]:
    files = sorted((root / "queries" / "competency").glob("*.rq"))
    assert files
    return {file.stem: yaml.safe_load(header_of(file.read_text(encoding="utf-8"))) for file in files}


def ids_of(header: dict[str, object]) -> set[str]:
    ids = header.get("ids") or header.get("id") or []
    return {ids} if isinstance(ids, str) else set(ids)  # type: ignore[call-overload]


def test_every_requirement_is_whole(rows: list[dict[str, str]]) -> None:
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["question"].endswith("?"), row["id"]
        assert row["asked_by"], row["id"]
        assert row["source"], row["id"]
        assert row["state"] in ("answered", "open"), row["id"]
        assert (row["state"] == "answered") <= bool(row["query"]), row["id"]


def test_the_query_of_an_answered_requirement_exists(rows: list[dict[str, str]], headers) -> None:
    answered = [row for row in rows if row["state"] == "answered"]
    assert answered
    for row in answered:
        for query in row["query"].split():
            assert query in headers, f"{row['id']}: there is no queries/competency/{query}.rq"


def test_a_query_names_the_competency_questions_that_it_answers(rows: list[dict[str, str]], headers) -> None:
    by_table = {(row["id"], query) for row in rows if row["id"].startswith("CQ") for query in row["query"].split()}
    by_header = {(id_, name) for name, header in headers.items() for id_ in ids_of(header)}
    assert by_table == by_header


def test_every_query_answers_a_requirement(rows: list[dict[str, str]], headers) -> None:
    named = {query for row in rows for query in row["query"].split()}
    assert sorted(set(headers) - named) == [], "add a row to ontology/requirements.csv: who asks this, and why"


def test_no_requirement_is_open(rows: list[dict[str, str]]) -> None:
    assert [row["id"] for row in rows if row["state"] == "open"] == []


def test_the_open_questions_are_all_there(rows: list[dict[str, str]], shared: Path) -> None:
    import json

    asked = json.loads((shared / "questions" / "competency-open.json").read_text(encoding="utf-8"))["questions"]
    assert {(question["id"], question["question"]) for question in asked} <= {
        (row["id"], row["question"]) for row in rows
    }
