"""Gaps that a named person has accepted: which of them still hold, and what they silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mandategraph.core.findings import AcceptedGap, Finding
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, Literal, Term

_QUERY = f"""
SELECT ?gap ?property ?value WHERE {{ ?gap a <{MG}AcceptedGap> ; ?property ?value }} ORDER BY ?gap ?property ?value
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """An acceptance as it stands in the graph; `words` are those that it was given for, where it says so."""

    iri: str
    code: str
    about: frozenset[str]
    accepted_by: tuple[Term, ...]
    accepted_on: str
    reason: tuple[Literal, ...]
    until: date | None
    words: str


def read_gaps(store: GraphStore, dataset: Dataset) -> tuple[Gap, ...]:
    """Return the acceptances that stand in the graph."""
    told: dict[str, dict[str, list[Term]]] = {}
    for row in store.select(_QUERY, dataset).rows:
        name = str(row["property"]).removeprefix(MG)
        told.setdefault(str(row["gap"]), {}).setdefault(name, []).append(row["value"])
    return tuple(_gap(iri, said) for iri, said in sorted(told.items()))


def _gap(iri: str, said: Mapping[str, Sequence[Term]]) -> Gap:
    def one(name: str) -> str:
        return min((str(value) for value in said.get(name, ())), default="")

    return Gap(
        iri=iri,
        code=one("gapKind"),
        about=frozenset(str(value) for value in said.get("about", ()) if isinstance(value, Iri)),
        accepted_by=tuple(said.get("acceptedBy", ())),
        accepted_on=one("acceptedOn")[:10],
        reason=tuple(value for value in said.get("reason", ()) if isinstance(value, Literal)),
        until=_day(one("until")),
        words=one("asWritten"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        # An end that is no date cannot keep a gap open for ever: it counts as past.
        return date.min


def silenced(
    findings: Sequence[Finding],
    gaps: Sequence[Gap],
    excusable: Callable[[str], bool],
    on: date | None,
    words_now: Mapping[str, str],
    say: Callable[[Gap], tuple[str, str]],
) -> tuple[tuple[Finding, ...], tuple[AcceptedGap, ...]]:
    """
    Part the findings into those that still count and the accepted gaps with what they hold back.

    An acceptance lapses when its term is over, when the words it was given for have changed, or where the check may not
    be excused; it is then listed with the reason and silences nothing. `say` gives a gap's person and reason in words.
    """
    held: dict[str, list[Finding]] = {}
    counted = []
    for finding in findings:
        about = [gap for gap in gaps if gap.code == finding.code and str(finding.focus) in gap.about]
        valid = [gap for gap in about if not _lapsed(gap, finding, excusable, on, words_now)]
        for gap in valid[:1] or about:
            held.setdefault(gap.iri, []).append(finding)
        if not valid:
            counted.append(finding)
    listed = []
    for gap in gaps:
        rows = held.get(gap.iri, [])
        if not rows:
            continue
        lapsed = {_lapsed(gap, finding, excusable, on, words_now) for finding in rows}
        person, reason = say(gap)
        told = AcceptedGap(
            iri=gap.iri,
            code=gap.code,
            about=tuple(sorted(gap.about)),
            accepted_by=person,
            accepted_on=gap.accepted_on,
            reason=reason,
            until=gap.until.isoformat() if gap.until else "",
        )
        for why in sorted(lapsed):
            some = tuple(row for row in rows if _lapsed(gap, row, excusable, on, words_now) == why)
            listed.append(replace(told, lapsed=why, silenced=some))
    return tuple(counted), tuple(listed)


def _lapsed(
    gap: Gap, finding: Finding, excusable: Callable[[str], bool], on: date | None, words_now: Mapping[str, str]
) -> str:
    if not excusable(gap.code):
        return "not-excusable"
    if gap.until is not None and on is not None and gap.until < on:
        return "expired"
    if gap.words and " ".join(gap.words.split()) != " ".join(words_now.get(str(finding.focus), "").split()):
        return "reworded"
    return ""
