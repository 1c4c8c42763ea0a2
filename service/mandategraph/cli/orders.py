"""From decisions as a person tells them, one or a list, to the decisions that are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mandategraph.cli.ask import question_texts
from mandategraph.core.claims import Claims
from mandategraph.core.dates import read_date
from mandategraph.core.deciding import Desk
from mandategraph.core.decisions import Decision, Judge, admitted
from mandategraph.core.errors import MandateGraphError, UnknownName, WrongUse, WrongValue
from mandategraph.core.findings import Finding
from mandategraph.core.orders import Order, in_words, told_apart, what_is_claimed
from mandategraph.core.references import References
from mandategraph.core.registering import TERMS, registered
from mandategraph.core.terms import Iri
from mandategraph.core.worksheet import CATEGORIES
from mandategraph.wiring import Installation

_MOST_TOLD = 20
_ONE_THING_OF_A_CHECK = ("responsible", "status", *TERMS)


def desk_of(here: Installation, claims: Claims, any_day: bool = False) -> Desk:
    """Return the desk at which decisions on this installation are prepared; `any_day` says that odd days are meant."""
    texts = question_texts(here.library)
    references = References(here.store, here.graphs.public(), texts.names, texts.symbols)
    return Desk(here.store, here.graphs, references, claims, any_day)


class Clerk:
    """Prepares what people tell to be decided: at a desk, with the checks as they stand on a day."""

    def __init__(self, here: Installation, today: date, any_day: bool = False) -> None:
        from mandategraph.checks import Catalogue

        self.here, self.today = here, today
        self.claims = Claims.read(here.store, here.graphs)
        self.desk = desk_of(here, self.claims, any_day)
        self.catalogue = Catalogue.read(here.library.shapes_folder)
        self._found: dict[date, tuple[list[Finding], list[Finding]]] = {}

    def judge(self, order: Order) -> Judge:
        """Return who decides, on which day and why; WrongUse says what is missing."""
        judge = Judge(order.by, as_day("--on", order.on) or self.today, order.reason, order.role)
        return admitted(judge, self.claims.programs, self.today)

    def decided(self, order: Order, judge: Judge) -> list[Decision]:
        """Return what an order decides, without what has been decided so already."""
        return [decision for decision in self._decided(order, judge) if decision is not None]

    def of_list(self, orders: Sequence[Order]) -> tuple[list[tuple[Decision, Judge]], int]:
        """
        Return what a list of orders decides, and how many orders are decided so already.

        WrongUse lists every row that cannot be decided; two that disagree on one thing are told side by side.
        """
        found: list[tuple[Decision, Judge]] = []
        standing, faults = 0, []
        first: dict[tuple[object, ...], tuple[Order, Decision]] = {}
        for order in orders:
            try:
                judge = self.judge(order)
                decisions = self.decided(order, judge)
                standing += not decisions
                for decision in decisions:
                    key = told_apart(order, decision)
                    if key not in first:
                        first[key] = order, decision
                        found.append((decision, judge))
                        continue
                    other, said = first[key]
                    if what_is_claimed(said) != what_is_claimed(decision):
                        raise WrongUse(
                            f"says {in_words(order)}, but {other.place} says {in_words(other)}. Which holds?"
                        )
            except MandateGraphError as problem:
                faults.append(f"{order.place}: {problem.message}")
        if faults:
            more = f"\nAnd {len(faults) - _MOST_TOLD} more." if len(faults) > _MOST_TOLD else ""
            told = "\n".join(faults[:_MOST_TOLD])
            raise WrongUse(f"Nothing was written. {len(faults)} of the rows cannot be decided:\n{told}{more}")
        return found, standing

    def _decided(self, order: Order, judge: Judge) -> list[Decision | None]:
        if order.kind in _ONE_THING_OF_A_CHECK and order.thing in self.catalogue.rows:
            things = sorted({str(finding.focus) for finding in self._findings(judge.day)[0]
                             if finding.code == order.thing})  # fmt: skip
            if not things:
                raise WrongUse(f"The check {order.thing} finds nothing now.")
            return [one for thing in things for one in self._decided(replace(order, thing=thing), judge)]
        if order.kind == "link":
            return [self.desk.link(order.thing, order.verdict, order.type)]
        if order.kind == "responsible":
            return [self.desk.responsible(order.thing, order.verdict, order.actor)]
        if order.kind == "participation":
            return [self.desk.participation(order.thing, order.verdict, order.actor)]
        if order.kind in TERMS:
            return [self._registered(order, judge)]
        if order.kind == "status":
            since = _not_future("--since", order.since, self.today) or judge.day
            return [self.desk.status(order.thing, order.verdict, since, as_day("--day", order.day))]
        if order.kind == "held":
            return [self._held(order)]
        return self._gaps(order, judge)

    def _registered(self, order: Order, judge: Judge) -> Decision | None:
        since = _not_future("--since", order.since, self.today) or judge.day
        told: str | date | None = None
        if order.verdict != "withdraw" and order.kind == "category":
            told = order.verdict.upper()
            if told not in CATEGORIES:
                known = (*CATEGORIES, "withdraw")
                raise UnknownName("category", order.verdict, known, f"There are {', '.join(known)}.")
        elif order.verdict != "withdraw":
            told = as_day(order.kind, order.verdict)
        return registered(self.desk, order.kind, order.thing, told, since)

    def _held(self, order: Order) -> Decision | None:
        if order.verdict in ("withdraw", "reject"):
            return self.desk.not_held(order.thing)
        when = _not_future("the day of the meeting", order.verdict, self.today)
        if when is None:
            raise WrongUse(
                "On which day was it held? For example: mandategraph decide held migration-and-health 2016-11-03"
            )
        if not order.outcome:
            return self.desk.held(order.thing, when)
        result = self.desk.references.resolve("document", order.outcome, "--outcome", "AG/RES. 2881")
        return self.desk.held(order.thing, when, result if isinstance(result, Iri) else None)

    def _findings(self, day: date) -> tuple[list[Finding], list[Finding]]:
        """Return what the strictest profile finds as of the plan's own day or a later one, and what is excused."""
        from mandategraph.checks import check

        if day not in self._found:
            plan = self.here.library.plan(self.here.settings.plan).iri
            reports = [
                check(self.here.store, self.here.graphs, self.catalogue, self.here.labels, on=on, plan=plan)
                for on in (None, day)
            ]
            open_now = {(f.code, str(f.focus), f.id): f for report in reports for f in report.findings}
            excused = {(f.code, str(f.focus), f.id): f for report in reports
                       for gap in report.accepted for f in gap.silenced}  # fmt: skip
            self._found[day] = list(open_now.values()), list(excused.values())
        return self._found[day]

    def _gaps(self, order: Order, judge: Judge) -> list[Decision | None]:
        from mandategraph.checks.places import places

        thing, code = order.thing, order.code
        excusable = sorted(name for name, row in self.catalogue.rows.items() if row.excusable)
        if thing in self.catalogue.rows and not code:
            code, thing = thing, ""
        if code and code not in self.catalogue.rows:
            raise UnknownName("check", code, self.catalogue.rows)
        if code and code not in excusable:
            raise WrongUse(f"A gap of the check {code} cannot be excused: it has to be mended.")
        found, excused = self._findings(judge.day)
        open_now = [finding for finding in (found if order.verdict == "accept" else excused)
                    if not code or finding.code == code]  # fmt: skip
        if thing:
            by_id = [finding for finding in open_now if finding.id == thing]
            if not by_id:
                try:
                    focus = str(self.desk.references.resolve("iri", thing, "thing", "AG/RES. 2881, 37"))
                except UnknownName as problem:
                    raise UnknownName("check or thing", thing, [*excusable, *problem.nearest]) from problem
                by_id = [finding for finding in open_now if self._is_about(str(finding.focus), focus)]
            open_now = by_id
        elif not code:
            raise UnknownName("check", thing, self.catalogue.rows)
        if not open_now:
            raise WrongUse("No check finds that gap now. List them with: mandategraph check --profile report")
        codes = sorted({finding.code for finding in open_now})
        if len(codes) > 1:
            raise WrongUse(f"Several gaps are open there. Which: --code {' or --code '.join(codes)}?")
        if codes[0] not in excusable:
            raise WrongUse(f"A gap of the check {codes[0]} cannot be excused: it has to be mended.")
        things = sorted({str(finding.focus) for finding in open_now})
        words = places(self.here.store, self.here.graphs.public(), things)
        until = as_day("--until", order.until)
        if until is not None and until < judge.day:
            raise WrongUse(f"--until: {until.isoformat()} lies before the decision, which would excuse nothing.")
        return [
            self.desk.gap(codes[0], one, order.verdict, words[one].words if one in words else "", until)
            for one in things
        ]

    def _is_about(self, found: str, thing: str) -> bool:
        """Whether what a check found is the thing that a person names, a statement of it, or a link or role of it."""
        above, _, last = found.rpartition("/")
        claim = self.claims.get(found)
        return (
            found == thing
            or (above == thing and last.startswith("s"))
            or (claim is not None and thing in (claim.one("from"), claim.holder))
        )


def as_day(name: str, text: str | None) -> date | None:
    """Return the day that a person wrote, None where nothing; WrongValue where it is none."""
    if not text:
        return None
    edtf = read_date(text.strip())
    try:
        return date.fromisoformat(edtf or "")
    except ValueError as problem:
        raise WrongValue(name, text, "a day", "2016-11-10") from problem


def _not_future(name: str, text: str | None, today: date) -> date | None:
    day = as_day(name, text)
    if day is not None and day > today:
        raise WrongUse(f"{name}: {day.isoformat()} lies in the future; today is {today.isoformat()}.")
    return day
