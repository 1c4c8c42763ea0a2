"""
Every question gives the answers that its cases say, and nothing of a subject that was not asked about.

One file a query, `cases/NAME.toml`, with any number of `[[case]]`: see `queries/README.md`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mandategraph.core.answers import Answer, Cell, QuestionTexts, answer
from mandategraph.core.errors import MandateGraphError
from mandategraph.core.graphs import Graphs
from mandategraph.core.references import References
from mandategraph.stores.embedded import EmbeddedStore

StoreWith = Callable[[tuple[str, ...], tuple[str, ...]], EmbeddedStore]
GRAPHS = Graphs()
QUERIES = Path(__file__).resolve().parents[2] / "queries" / "competency"
FOLDER = Path(__file__).resolve().parent / "cases"
KEYS = {"about", "id", "values", "language", "expect", "blocks", "exact", "count", "absent", "data", "review"}
_MARKS = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'"})


@dataclass(frozen=True)
class Case:
    """One claim about the answer to one question."""

    query: str
    number: int
    about: str
    values: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    language: str = "en"
    expect: tuple[tuple[str, ...], ...] = ()
    blocks: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    exact: bool = False
    count: int | None = None
    absent: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    review: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.query}-{self.number}"


def read_cases() -> list[Case]:
    """Every case of every file; a key that nobody reads is an error, not a case that checks nothing."""
    cases = []
    for file in sorted(FOLDER.glob("*.toml")):
        rows = tomllib.loads(file.read_text(encoding="utf-8"))
        unknown = set(rows) - {"case"}
        assert not unknown, f"{file.name}: a case begins with [[case]]; found {sorted(unknown)}"
        for number, row in enumerate(rows.get("case", []), 1):
            assert not set(row) - KEYS, f"{file.name}, case {number}: unknown {sorted(set(row) - KEYS)}"
            cases.append(_case(file.stem, number, row))
    return cases


def _case(query: str, number: int, row: dict[str, Any]) -> Case:
    given = dict(row)
    for key in ("absent", "data", "review"):
        given[key] = tuple(given.get(key, ()))
    given["expect"] = _rows(given.get("expect", ()))
    given["blocks"] = {key: _rows(rows) for key, rows in given.get("blocks", {}).items()}
    return Case(query=query, number=number, **given)


def _rows(rows: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(part) for part in ([row] if isinstance(row, str | int) else row)) for row in rows)


def normal(text: str) -> str:
    """Without case, kinds of quotation marks and doubled blanks."""
    return " ".join(text.translate(_MARKS).casefold().split())


def holds(cell: Cell, wanted: str) -> bool:
    """Whether a cell shows what is wanted: a number whole, words anywhere in it."""
    want = normal(wanted)
    shown = [normal(text) for text in (cell.label, cell.key, cell.value, cell.iri)]
    if len(want) < 3 or want.isdigit():
        return want in shown
    return any(want in text for text in shown)


def row_holds(row: Mapping[str, Cell], wanted: tuple[str, ...]) -> bool:
    """Whether one row shows everything that is wanted together."""
    return all(any(holds(cell, part) for cell in row.values()) for part in wanted)


def faults(case: Case, answer: Answer) -> list[str]:
    """What of a case the answer does not fulfil, one sentence each."""
    found = []
    everywhere = [row for block in answer.blocks for row in block.rows]
    looked_at = [("the answer", everywhere, case.expect)] if case.expect else []
    looked_at += [(f"block {key}", list(answer.block(key).rows), wanted) for key, wanted in case.blocks.items()]
    for where, rows, wanted in looked_at:
        for parts in wanted:
            if not any(row_holds(row, parts) for row in rows):
                found.append(f"{where} has no row with {', '.join(parts)}")
        if where != "the answer" and not wanted and rows:
            found.append(f"{where} should be empty and has {len(rows)} rows")
        if case.exact:
            for row in rows:
                if not any(row_holds(row, parts) for parts in wanted):
                    found.append(f"{where} has a row too many: {[cell.label for cell in row.values()]}")
    if case.count is not None and len(everywhere) != case.count:
        found.append(f"{len(everywhere)} rows, not {case.count}")
    for wanted_away in case.absent:
        for row in everywhere:
            if any(holds(cell, wanted_away) for cell in row.values()):
                found.append(f"“{wanted_away}” should not appear: {[cell.label for cell in row.values()]}")
    return found


def checks_something(case: Case) -> bool:
    """A case without expectation would pass on any answer."""
    return bool(case.expect or case.blocks or case.absent or case.count is not None)


CASES = read_cases()


def test_there_are_cases() -> None:
    """An empty folder is a wrong path, not a clean bill of health."""
    assert len(CASES) > 30


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, texts: QuestionTexts, store_with: StoreWith) -> None:
    assert checks_something(case), "this case checks nothing"
    name = case.id or case.query
    found = answer(store_with(case.data, case.review), GRAPHS, texts, name, case.values, case.language)
    assert found.question == case.query, f"{name} is answered by {found.question}"
    assert not faults(case, found), f"{case.about}\n" + "\n".join(faults(case, found))


@pytest.mark.parametrize("name", sorted(file.stem for file in QUERIES.glob("*.rq")))
def test_every_question_has_a_case_with_something_that_must_not_appear(name: str) -> None:
    """A query that forgets its parameter gives the right rows too: a case names a subject that it must leave out."""
    assert any(case.query == name and case.absent for case in CASES), f"no case of {name} has “absent”"


def test_every_case_is_of_a_question() -> None:
    assert {case.query for case in CASES} <= {file.stem for file in QUERIES.glob("*.rq")}


def test_what_must_not_appear_is_there_to_appear(texts: QuestionTexts, store_with: StoreWith) -> None:
    """A misspelt subject never appears: each stands in the graph of its case, or it would prove nothing."""
    words: dict[object, str] = {}
    names: dict[object, References] = {}
    seen = 0
    for case in CASES:
        graph = (case.data, case.review)
        store = store_with(*graph)
        if graph not in words:
            everything = (str(quad.object) for name in store.graph_names() for quad in store.quads(name))
            words[graph] = normal("\n".join(everything))
            names[graph] = References(store, GRAPHS.public(), texts.names, texts.symbols)
        for subject in case.absent:
            seen += 1
            if normal(subject) in words[graph]:
                continue
            try:
                names[graph].resolve("iri", subject)
            except MandateGraphError as problem:
                pytest.fail(f"{case}: “{subject}” is not in the graph: {problem}")
    assert seen
