"""A filled worksheet to the decisions that it holds, or to what is wrong with it, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mandategraph.core.claims import Claims
from mandategraph.core.deciding import Desk
from mandategraph.core.decisions import Decision, Judge, admitted
from mandategraph.core.errors import MandateGraphError, WrongUse
from mandategraph.core.minutes import minute, things_named
from mandategraph.core.registering import put_in_charge, registered
from mandategraph.core.terms import Iri
from mandategraph.core.worksheet import DAYS, LAYOUT, Entry, choice, day, plain, seals, state_of, worded

_MOST_TOLD = 20
_KINDS = {"mandates": "status", "links": "link", "activities": "held", "participation": "participation", "gaps": "gap"}


class _Fault(WrongUse):
    """What is wrong with one row."""


@dataclass(frozen=True)
class Filled:
    """The decisions of a worksheet, each with its judge."""

    decisions: tuple[tuple[Decision, Judge], ...]
    standing: int


def decisions_of(entries: Sequence[Entry], desk: Desk, judge: Judge, gaps: Mapping[str, str], today: date) -> Filled:
    """
    Return what the filled rows of one or several sheets decide.

    `gaps` maps the key of each gap that may be excused to its words. WrongUse lists every row that cannot be decided,
    with file, sheet and row; rows of the same thing that disagree are told side by side.
    """
    faults: list[str] = []
    found: list[tuple[Decision, Judge]] = []
    standing = 0
    subjects = [subject for entry in entries if (subject := _subject(entry))]
    ends = [claim.one("to") for subject in subjects if (claim := desk.claims.get(subject)) and claim.one("to")]
    now = seals(desk.store, desk.graphs, [*subjects, *ends])
    claims = [claim for subject in subjects if (claim := desk.claims.get(subject))]
    desk.look_up([*subjects, *(thing for c in claims for thing in (c.one("from"), c.one("to"), c.holder))])
    chosen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        try:
            values = _values(entry)
            if values is None:
                continue
            same = chosen.setdefault((entry.sheet, entry.key), entry)
            if same is not entry:
                if _values(same) == values:
                    continue
                raise _Fault(f"says {_told(entry)}, but {same.place} says {_told(same)}. Which holds?")
            _unchanged(entry, desk, now, gaps)
            one = admitted(replace(judge, reason=values.get("reason") or judge.reason), desk.claims.programs, today)
            decisions = _decided(entry, values, desk, gaps, one, today)
        except (MandateGraphError, ValueError) as problem:
            faults.append(f"{entry.place}: {getattr(problem, 'message', problem)}")
            continue
        standing += sum(decision is None for decision in decisions)
        found += [(decision, one) for decision in decisions if decision is not None]
    if faults:
        more = f"\nAnd {len(faults) - _MOST_TOLD} more." if len(faults) > _MOST_TOLD else ""
        told = "\n".join(faults[:_MOST_TOLD])
        raise WrongUse(f"Nothing was written. {len(faults)} of the filled rows cannot be decided:\n{told}{more}")
    return Filled(tuple(found), standing)


def _values(entry: Entry) -> dict[str, str] | None:
    values = {}
    for column in LAYOUT[entry.sheet]:
        if not column.is_open:
            continue
        cell = entry.given.get(column.key)
        if column.choices:
            chosen = choice(cell, column.choices)
            if chosen is None:
                raise _Fault(f"“{plain(cell)}” is none of {', '.join(column.choices)}.")
            values[column.key] = "" if chosen == "later" else chosen
        elif column.key in DAYS:
            try:
                read = day(cell)
            except ValueError as problem:
                raise _Fault(f"“{plain(cell)}” is not a day, such as 2016-11-03.") from problem
            values[column.key] = read.isoformat() if read else ""
        else:
            try:
                values[column.key] = worded(cell, numbers=column.key != "reason")
            except ValueError as problem:
                raise _Fault(f"{column.key}: {problem}.") from problem
    decisive = ("status", "category", "responsible", "begins", "ends", "decision", "progress", "settled", "actor",
                "excused")  # fmt: skip
    return values if any(values.get(name) for name in decisive) else None


def _told(entry: Entry) -> str:
    values = _values(entry) or {}
    return "“" + ", ".join(value for value in values.values() if value) + "”"


def _subject(entry: Entry) -> str:
    subject = entry.key.split(" ")[-1]
    return subject if subject.startswith(("http://", "https://")) else ""


def _unchanged(entry: Entry, desk: Desk, now: Mapping[str, str], gaps: Mapping[str, str]) -> None:
    kind, subject = _KINDS[entry.sheet], _subject(entry)
    if not subject:
        raise _Fault("its hidden key is missing. Was the row added, or were cells merged?")
    if not entry.is_in_place:
        raise _Fault("it shows another text than its hidden key was written with. Were the rows sorted without that?")
    claim = desk.claims.get(subject)
    if kind in ("link", "participation") and (claim is None or claim.kind != kind):
        raise _Fault(f"its key is not known here ({entry.key}).")
    if kind == "gap" and entry.key not in gaps and not desk.claims.decided_about(entry.key):
        raise _Fault("no check finds that gap any more.")
    words = now[claim.one("to") if kind == "link" and claim is not None else subject]
    if entry.words != words:
        raise _Fault("its words have changed since the sheet was written. Write a new one and decide anew.")
    if entry.state != state_of(desk.claims, kind, entry.key):
        raise _Fault(f"somebody has decided it since the sheet was written: {_last(desk.claims, entry.key)}")


def _last(claims: Claims, key: str) -> str:
    claim = claims.get(key)
    family = claims.family(claim) if claim else [*claims.decided_about(key), *claims.in_charge_of(key)]
    decided = sorted((c for c in family if c.is_decided), key=lambda c: (c.day, claims.depth(c)))
    names = {name: name.rsplit("/", 1)[-1] for name in things_named(decided)}
    return minute(decided[-1], lambda text: names.get(text, text)) if decided else "a decision was withdrawn."


def _decided(
    entry: Entry, values: Mapping[str, str], desk: Desk, gaps: Mapping[str, str], judge: Judge, today: date
) -> list[Decision | None]:
    def when(name: str, may_come: bool = False) -> date | None:
        read = date.fromisoformat(values[name]) if values.get(name) else None
        if read is not None and read > today and not may_come:
            raise _Fault(f"{read.isoformat()} lies in the future.")
        return read

    if entry.sheet == "links":
        return [desk.link(entry.key, values["decision"])]
    if entry.sheet == "participation":
        if values["settled"]:
            return [desk.participation(entry.key, values["settled"], values["actor"])]
        raise _Fault("who is meant is filled in, but not whether it is settled.")
    if entry.sheet == "gaps":
        code, _, focus = entry.key.partition(" ")
        until = when("until", may_come=True)
        if until is not None and until < judge.day:
            raise _Fault(f"{until.isoformat()} lies before the decision, which would excuse nothing.")
        return [desk.gap(code, focus, values["excused"], gaps.get(entry.key, ""), until)]
    if entry.sheet == "activities":
        if values["progress"] == "held":
            held = when("day")
            if held is None:
                raise _Fault("it was held, but the day is missing.")
            result = desk.references.resolve("document", values["outcome"], "outcome") if values["outcome"] else None
            return [desk.held(entry.key, held, result if isinstance(result, Iri) else None)]
        if values["progress"] == "date-fixed":
            fixed = when("day", may_come=True)
            if fixed is None:
                raise _Fault("its date is fixed, but the day is missing.")
            return [desk.status(entry.key, values["progress"], judge.day, fixed)]
        return [desk.status(entry.key, values["progress"], when("day") or judge.day)]
    found: list[Decision | None] = []
    if values["status"]:
        found.append(desk.status(entry.key, values["status"], when("since") or judge.day))
    since = when("since") or judge.day
    if values["category"]:
        found.append(registered(desk, "category", entry.key, values["category"], since))
    days = {name: day for name in ("begins", "ends") if (day := when(name, may_come=True))}
    found += [registered(desk, name, entry.key, day, since, days) for name, day in days.items()]
    bodies = [body for one in values["responsible"].split(";") if (body := one.strip())]
    return found + (put_in_charge(desk, entry.key, bodies) if bodies else [])
