"""`ask`, `questions` and `show` as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def test_ask_by_name_and_by_id(run: Run) -> None:
    """Paragraph 33 has no activity of its own; the resolution has; the proposal stands apart."""
    found = run("ask", "activities-for-paragraph", "paragraph=AG/RES. 2881, 33", "--json")
    assert found.status == 0, found.err
    blocks = {block["key"]: block for block in json.loads(found.out)["blocks"]}
    assert blocks["here"]["rows"] == []
    assert [row["activity"]["key"] for row in blocks["document"]["rows"]] == ["migration-and-health"]
    assert blocks["proposals"]["proposals"] is True
    assert len(blocks["proposals"]["rows"]) == 1
    by_id = run("ask", "cq13", "letter=A", "--format", "csv")
    assert by_id.status == 0, by_id.err
    assert by_id.out.splitlines()[0] == "Item,Words,Line"
    assert "Migrant integration in host countries" in by_id.out
    assert "Protection of human rights of migrants" in by_id.out


def test_ask_in_another_language(run: Run) -> None:
    found = run("ask", "CQ41", "document=2881", "--lang", "fr")
    assert found.status == 0, found.err
    assert "Au 20 octobre 2016" in found.out
    assert "3 novembre 2016" in found.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", "asked-of-bdy"), ["“asked-of-bdy”", "asked-of-body"]),
        (("ask", "items-of-paragraph", "paragraf=2881/33"), ["“paragraf”", "paragraph"]),
        (("ask", "items-of-paragraph", "paragraph=2881/38"), ["“2881/38”", "2881/37"]),
        (("ask", "items-of-paragraph", "paragraph=CAM"), ["“CAM” is not", 'paragraph="AG/RES. 2881, 33"']),
        (("ask", "items-of-paragraph", "2881/33"), ["key=value", "paragraph="]),
        (("ask", "about"), ["needs a value for thing"]),
        (("ask", "agenda-of", "activity=April 2017"), ["more than one activity", "working-group-progress-report"]),
        (("ask", "CQ11", "--format", "xls"), ["“xls”", "markdown"]),
        (("show", "Nobody in particular"), ["“Nobody in particular”"]),
        (("questions", "zebra"), ["“zebra”", "mandategraph questions"]),
    ],
)
def test_wrong_use_says_what_was_wrong_and_ends_with_2(run: Run, arguments: tuple[str, ...], words: list[str]) -> None:
    found = run(*arguments)
    assert found.status == 2
    assert not found.out
    assert "Traceback" not in found.err
    for word in words:
        assert word in found.err


def test_questions_are_listed_with_what_they_take(run: Run) -> None:
    found = run("questions", "--lang", "es")
    assert found.status == 0, found.err
    assert "items-of-paragraph [CQ11] [CQ15]" in found.out
    assert 'Recibe: [paragraph="AG/RES. 2881, 33"]' in found.out
    assert max(map(len, found.out.splitlines())) <= 120
    listed = json.loads(run("questions", "--json").out)
    assert len(listed) >= 50
    assert all(one["summary"] and "parameters" in one for one in listed)


def test_show_one_thing_by_any_of_its_names(run: Run) -> None:
    first, second = run("show", "OPS", "--json"), run("show", "id:org/paho", "--json")
    assert first.status == second.status == 0, first.err + second.err
    assert first.out == second.out
    assert json.loads(first.out)["parameters"]["thing"][0]["key"] == "PAHO"
