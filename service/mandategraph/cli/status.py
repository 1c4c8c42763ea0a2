"""`mandategraph status`: what is in the store, who wrote last, and the account of every source text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer

from mandategraph.cli.options import JsonFlag, LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.output import table, write_out
from mandategraph.core.coverage import Accounting, account_for
from mandategraph.core.terms import Iri, values_block
from mandategraph.stores.audit import Looked
from mandategraph.wiring import Installation

_SIZES = "SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
_PREFIXES = "PREFIX mg: <https://w3id.org/mandategraph/ns#> PREFIX oa: <http://www.w3.org/ns/oa#> "
_PLANS = (
    _PREFIXES
    + "SELECT ?plan ?date WHERE { ?plan a mg:WorkPlan OPTIONAL { ?plan mg:referenceDate ?date } } ORDER BY ?plan"
)
_TEXTS = _PREFIXES + "SELECT ?text ?sha WHERE { ?text a mg:SourceText ; mg:sha256 ?sha } ORDER BY ?text"
# Only a span that some fact points at carries meaning.
_SPANS = """SELECT DISTINCT ?start ?end WHERE {
  %s ?fact ?property ?span . ?span oa:hasSource ?text ; oa:hasSelector ?position .
  ?position oa:start ?start ; oa:end ?end
}"""
_UNPLACED = """SELECT DISTINCT ?start ?line ?words ?reason WHERE {
  %s ?node a mg:UnplacedText ; mg:unplacedReason ?reason ; mg:textSpan ?span .
  ?span oa:hasSource ?text ; mg:line ?line ; oa:hasSelector ?quote, ?position .
  ?quote oa:exact ?words . ?position oa:start ?start
} ORDER BY ?start"""


@dataclass(frozen=True)
class _Text:
    """The account of one source text; none where the text is not here."""

    iri: str
    account: Accounting | None
    unplaced: tuple[tuple[int, str, str], ...]


def command(store: StoreOption = None, lang: LangOption = None, as_json: JsonFlag = False) -> None:
    """
    Tell what is in the store.

    Every character of a source text that is not blank lies in words that a fact points at, or is listed here with the
    reason why it says nothing by itself. The record of writes is looked through: exit status 1 where a line of it was
    changed or is missing.
    """
    settings = settings_from(store=store, lang=lang)
    with open_store(settings) as here:
        sizes = _sizes(here)
        plans = [(str(row["plan"]), str(row.get("date", ""))) for row in _rows(here, _PLANS)]
        texts = tuple(_texts(here))
        reasons = {reason for text in texts for _, _, reason in text.unplaced}
        labels = here.labels([*(iri for iri, _ in plans), *reasons, *(text.iri for text in texts)], settings.lang)
        looked = here.audit.look()
    where = settings.store if settings.store_address else str(settings.store_folder)
    if as_json:
        write_out(
            json.dumps(_as_object(where, sizes, looked, plans, texts, labels), ensure_ascii=False, indent=2) + "\n"
        )
    else:
        write_out("".join(f"{line}\n" for line in _lines(where, sizes, looked, plans, texts, labels)))
    if not looked.holds:
        raise typer.Exit(1)


def _written(looked: Looked) -> str:
    if not looked.holds:
        return f"the record is broken from line {looked.broken_line} on: {looked.fault}."
    if not looked.lines:
        return "none is recorded"
    return f"{looked.lines:,} recorded; no line of the record was changed, and none is missing"


def _sizes(here: Installation) -> dict[str, int]:
    found = here.store.select(_SIZES, here.graphs.everything()).rows
    counts = {str(row["graph"]): int(str(row["triples"])) for row in found}
    return {graph.rsplit("/", 1)[-1]: counts.get(graph, 0) for graph in here.graphs.all}


def _rows(here: Installation, query: str) -> Any:
    return here.store.select(query, here.graphs.everything()).rows


def _texts(here: Installation) -> Iterator[_Text]:
    for row in _rows(here, _TEXTS):
        text, only = str(row["text"]), values_block(["text"], [[Iri(str(row["text"]))]])
        words = here.source_text(str(row["sha"]))
        spans = [(int(str(found["start"])), int(str(found["end"]))) for found in _rows(here, _PREFIXES + _SPANS % only)]
        unplaced = tuple(
            (int(str(found["line"])), str(found["words"]), str(found["reason"]))
            for found in _rows(here, _PREFIXES + _UNPLACED % only)
        )
        yield _Text(text, None if words is None else account_for(words, spans), unplaced)


def _lines(
    where: str,
    sizes: dict[str, int],
    looked: Looked,
    plans: list[tuple[str, str]],
    texts: tuple[_Text, ...],
    labels: Any,
) -> Iterator[str]:
    yield f"Store: {where}"
    yield "Triples: " + ", ".join(f"{name} {number:,}" for name, number in sizes.items())
    yield f"Writes: {_written(looked)}"
    if not plans:
        yield "Plans: none. Load the shipped one with: mandategraph load cam"
    for plan, date in plans:
        yield f"Plan: {labels.get(plan, plan)}" + (f" (as of {date})" if date else "")
    for text in texts:
        yield ""
        yield f"Source text: {labels.get(text.iri, text.iri)}"
        account = text.account
        if account is None:
            yield "  The text itself is not here, so it cannot be accounted for."
            continue
        in_none = account.meaningful - account.covered
        yield (
            f"  {account.characters:,} characters, {account.meaningful:,} of them not blank: "
            f"{account.covered:,} stand in words that a fact points at, {in_none:,} in none."
        )
        for left in account.left_out:
            yield f"  Line {left.line} is not accounted for: “{left.words}” ({left.start}-{left.end})"
        if text.unplaced:
            yield f"  {len(text.unplaced)} stretches say nothing by themselves:"
            rows = [[str(line), f"“{words}”", labels.get(reason, reason)] for line, words, reason in text.unplaced]
            yield from (f"    {line}" for line in table(["line", "words", "reason"], rows).splitlines())


def _as_object(
    where: str,
    sizes: dict[str, int],
    looked: Looked,
    plans: list[tuple[str, str]],
    texts: tuple[_Text, ...],
    labels: Any,
) -> dict[str, Any]:
    told: dict[str, Any] = {"store": where, "triples": sizes}
    told["writes"] = {"lines": looked.lines, "holds": looked.holds, "seal": looked.seal, "last": looked.last_when}
    if not looked.holds:
        told["writes"] |= {"brokenLine": looked.broken_line, "fault": looked.fault}
    told["plans"] = [{"iri": plan, "label": labels.get(plan, plan), "referenceDate": date} for plan, date in plans]
    told["texts"] = []
    for text in texts:
        account = text.account
        counts = None
        if account is not None:
            left = [
                {"start": one.start, "end": one.end, "line": one.line, "words": one.words} for one in account.left_out
            ]
            counts = {
                "characters": account.characters,
                "meaningful": account.meaningful,
                "covered": account.covered,
                "leftOut": left,
            }
        unplaced = [
            {"line": line, "words": words, "reason": labels.get(reason, reason), "iri": reason}
            for line, words, reason in text.unplaced
        ]
        told["texts"].append(
            {"iri": text.iri, "label": labels.get(text.iri, ""), "account": counts, "unplaced": unplaced}
        )
    return told
