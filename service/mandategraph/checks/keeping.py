"""
The findings of a plan over time, kept in the validation layer.

A finding is a node of its own, the same in every run. For each time that it stood in the report of a profile there is
a period: the day on which it was first seen, the last day, and the day on which it was gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mandategraph.checks.catalogue import Row
from mandategraph.core.findings import Finding, Report, Severity
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import ID, MG, RDF, SH, SHAPES, XSD
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import BlankNode, Iri, Literal, Quad, Term, values_block

_SEVERITIES = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}
_WORDS = {f"{SH}{name}": severity for severity, name in _SEVERITIES.items()}
_TYPE = Iri(RDF + "type")


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which a finding stood; `gone` is None while it does."""

    finding: str
    severity: Severity
    first: date
    last: date
    gone: date | None = None

    def holds_on(self, day: date) -> bool:
        """
        Whether the finding stood at the end of a day.

        >>> period = Period("x", Severity.INFO, date(2030, 1, 1), date(2030, 1, 5), date(2030, 1, 9))
        >>> [period.holds_on(date(2030, 1, day)) for day in (1, 8, 9)]
        [True, True, False]
        """
        return self.first <= day and (self.gone is None or day < self.gone)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one plan in one profile: from which day to which, and the periods of its findings."""

    first_run: date | None = None
    last_run: date | None = None
    periods: tuple[Period, ...] = ()

    def since(self) -> dict[str, date]:
        """Return since when each finding has stood that stands."""
        return {one.finding: one.first for one in self.periods if one.gone is None}

    def on(self, day: date) -> dict[str, Period]:
        """Return the findings that stood at the end of a day."""
        return {one.finding: one for one in self.periods if one.holds_on(day)}


def report_address(graphs: Graphs, plan: str, profile: str) -> Iri:
    """
    Return the address of the report that stands of a plan in a profile.

    >>> report_address(Graphs(), "https://w3id.org/mandategraph/id/oas/cidi/cam/plan/2016-2017", "plan").value
    'https://w3id.org/mandategraph/at/report/oas/cidi/cam/plan/2016-2017/plan'
    """
    path = plan.removeprefix(ID).removeprefix(graphs.base).replace("://", "/").strip("/") or "all"
    return Iri(f"{graphs.base}report/{path}/{profile}")


def read_kept(store: GraphStore, graphs: Graphs, plan: str, profile: str) -> Kept:
    """Return what is kept of a plan in a profile."""
    report = report_address(graphs, plan, profile)
    dataset = _validation(graphs)
    asked = values_block(["report"], [(report,)])
    runs = store.select(
        f"SELECT ?first ?last WHERE {{ {asked} ?report <{MG}firstRunOn> ?first ; <{MG}lastRunOn> ?last }}", dataset
    ).rows
    if not runs:
        return Kept()
    rows = store.select(
        f"""
SELECT ?finding ?severity ?first ?last ?gone WHERE {{
  {asked}
  ?period <{MG}inReport> ?report ; <{MG}periodOf> ?finding ; <{SH}resultSeverity> ?severity ;
    <{MG}firstSeen> ?first ; <{MG}lastSeen> ?last .
  OPTIONAL {{ ?period <{MG}goneOn> ?gone }}
}}""",
        dataset,
    ).rows
    found = (
        Period(
            str(row["finding"]).rsplit("/", 1)[-1],
            _WORDS[str(row["severity"])],
            _day(row["first"]),
            _day(row["last"]),
            _day(row["gone"]) if "gone" in row else None,
        )
        for row in rows
    )
    periods = tuple(sorted(found, key=lambda one: (one.finding, one.first)))
    return Kept(_day(runs[0]["first"]), _day(runs[0]["last"]), periods)


def told_again(
    store: GraphStore, graphs: Graphs, rows: Mapping[str, Row], periods: Collection[Period], language: str
) -> tuple[Finding, ...]:
    """Return the findings of some periods in the words in which they were last seen; `rows` are those of the checks."""
    wanted = {one.finding: one for one in periods}
    found = []
    for told in store.select(
        f"""
SELECT ?finding ?shape ?focus ?message WHERE {{
  {values_block(["finding"], [(_address(graphs, name),) for name in sorted(wanted)])}
  ?finding <{SH}sourceShape> ?shape ; <{SH}focusNode> ?focus ; <{SH}resultMessage> ?message .
  FILTER(LANG(?message) = {Literal(language).sparql()})
}}""",
        _validation(graphs),
    ).rows:
        name, code = str(told["finding"]).rsplit("/", 1)[-1], str(told["shape"]).removeprefix(SHAPES)
        focus, row = told["focus"], rows.get(code)
        # A check that this version does not have any more has nothing to say.
        if row is not None and isinstance(focus, Iri):
            message, severity = str(told["message"]), wanted[name].severity
            said = Finding(
                code, row.number, severity, row.owner, focus, None, "", "", message, "", "", "", lasting=name
            )
            found.append(said)
    return tuple(sorted(found, key=lambda one: (-one.severity, one.number, one.code, one.message)))


def kept_now(
    store: GraphStore, graphs: Graphs, reports: Mapping[str, Report], day: date
) -> tuple[set[Quad], set[Quad]]:
    """
    Return what is to be added to the validation layer, and removed from it, so that it holds a report of this day.

    `reports` are one report in each language. Both are empty where it holds all of it already. A day before that of
    the last run counts as that day.
    """
    report = next(iter(reports.values()))
    kept = read_kept(store, graphs, report.plan, report.profile)
    day = max(day, kept.last_run or day)
    address = report_address(graphs, report.plan, report.profile)
    periods = _periods(kept, report, day)
    # Periods that were over before are left as they are.
    changed = [one for one in periods if one not in kept.periods]
    wanted = set(_report(address, graphs, report, kept.first_run or day, day))
    for period in changed:
        wanted |= set(_period(address, graphs, period))
    for at in range(len(report.findings)):
        wanted |= set(_finding(graphs, [one.findings[at] for one in reports.values()], list(reports)))
    subjects = {quad.subject for quad in wanted}
    held = {quad for quad in store.quads(graphs.validation) if quad.subject in subjects}
    return wanted - held, held - wanted


def _periods(kept: Kept, report: Report, day: date) -> list[Period]:
    now = {finding.id: finding.severity for finding in report.findings}
    last = {one.finding: one for one in kept.periods}
    periods = [one for one in kept.periods if one is not last[one.finding]]
    for name, one in last.items():
        if name in now and (one.gone is None or one.gone == day):
            periods.append(replace(one, severity=now.pop(name), last=day, gone=None))
        elif one.gone is None:
            periods.append(replace(one, gone=day))
        else:
            periods.append(one)
    return periods + [Period(name, severity, day, day) for name, severity in now.items()]


def _report(address: Iri, graphs: Graphs, report: Report, first: date, day: date) -> Iterator[Quad]:
    conforms = Literal("false" if report.findings else "true", datatype=XSD + "boolean")
    said: list[tuple[str, Term]] = [
        (_TYPE.value, Iri(SH + "ValidationReport")),
        (SH + "conforms", conforms),
        (MG + "profile", Literal(report.profile)),
        (MG + "firstRunOn", _date(first)),
        (MG + "lastRunOn", _date(day)),
    ]
    if report.plan:
        said.append((MG + "plan", Iri(report.plan)))
    if report.on is not None:
        said.append((MG + "onDate", _date(report.on)))
    return _quads(address, graphs, said)


def _period(address: Iri, graphs: Graphs, period: Period) -> Iterator[Quad]:
    said: list[tuple[str, Term]] = [
        (_TYPE.value, Iri(MG + "FindingPeriod")),
        (MG + "periodOf", _address(graphs, period.finding)),
        (MG + "inReport", address),
        (SH + "resultSeverity", Iri(SH + _SEVERITIES[period.severity])),
        (MG + "firstSeen", _date(period.first)),
        (MG + "lastSeen", _date(period.last)),
    ]
    if period.gone is not None:
        said.append((MG + "goneOn", _date(period.gone)))
    return _quads(Iri(f"{address.value}/{period.finding}/{period.first.isoformat()}"), graphs, said)


def _finding(graphs: Graphs, told: Collection[Finding], languages: Collection[str]) -> Iterator[Quad]:
    one = next(iter(told))
    said: list[tuple[str, Term]] = [
        (_TYPE.value, Iri(MG + "Finding")),
        (_TYPE.value, Iri(SH + "ValidationResult")),
        (SH + "sourceShape", Iri(SHAPES + one.code)),
        (SH + "sourceConstraintComponent", Iri(SH + one.component)),
        (SH + "focusNode", _named(graphs, one.focus, one.id)),
    ]
    if one.value is not None:
        said.append((SH + "value", _named(graphs, one.value, one.id)))
    for finding, language in zip(told, languages, strict=True):
        said.append((SH + "resultMessage", Literal(finding.message, language=language)))
    return _quads(_address(graphs, one.id), graphs, said)


def _quads(subject: Iri, graphs: Graphs, said: Collection[tuple[str, Term]]) -> Iterator[Quad]:
    return (Quad(subject, Iri(predicate), value, Iri(graphs.validation)) for predicate, value in said)


def _address(graphs: Graphs, finding: str) -> Iri:
    return Iri(f"{graphs.base}finding/{finding}")


def _named(graphs: Graphs, term: Term, finding: str) -> Term:
    # A blank node of the data has no name in another graph.
    return Iri(f"{graphs.base}blank/{finding}") if isinstance(term, BlankNode) else term


def _validation(graphs: Graphs) -> Dataset:
    return Dataset((graphs.validation,), ())


def _date(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD + "date")


def _day(term: Term) -> date:
    return date.fromisoformat(str(term)[:10])
