"""`mandategraph decide`: what people judge, written as their decision, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.ask import question_texts
from mandategraph.cli.options import LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.output import say, write_out
from mandategraph.core.claims import Claims
from mandategraph.core.dates import read_date
from mandategraph.core.deciding import LINK_TYPES, VERDICTS, Desk
from mandategraph.core.decisions import Decision, Judge, admitted
from mandategraph.core.errors import UnknownName, WrongUse, WrongValue
from mandategraph.core.minutes import announcement, as_claim, decided_by, things_named
from mandategraph.core.references import References
from mandategraph.core.terms import Iri
from mandategraph.wiring import Installation

MOST = 1_000
KINDS = ("link", "responsible", "gap", "status", "held", "participation")


def command(
    what: Annotated[str, typer.Argument(metavar="KIND | FILE", help=f"One of {', '.join(KINDS)}; or a worksheet.")],
    thing: Annotated[
        str | None, typer.Argument(help="What is decided, by its key or as people write it: “AG/RES. 2881, 33.A”.")
    ] = None,
    verdict: Annotated[
        str | None,
        typer.Argument(help=f"{', '.join(VERDICTS)}; of a status its value, of a meeting held its day."),
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="The person who decides.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    role: Annotated[str, typer.Option("--role", help="In which capacity the person decides.")] = "",
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day of the decision; today unless told.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="The day from which a status holds; that of --on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="When an accepted gap ends.")] = None,
    actor: Annotated[str, typer.Option("--actor", help="The body in charge, or who is meant.")] = "",
    code: Annotated[str, typer.Option("--code", help="The check whose gap is accepted.")] = "",
    link_type: Annotated[
        str, typer.Option("--type", help=f"Of a link that you make: {', '.join(LINK_TYPES)}.")
    ] = "contributes",
    outcome: Annotated[str, typer.Option("--outcome", help="A document we have that the meeting produced.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help=f"Yes, more than {MOST:,} changes at once are meant.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """
    Decide a link, who is in charge, a gap, a status, that a meeting was held, or who takes part.

    Says in words what changes, then writes it whole or not at all. Nothing is overwritten: a decision is a claim of its
    own with person, day and reason, and a later one may withdraw it. A program never decides.
    """
    if what not in KINDS and _is_file(what):
        files = [Path(one) for one in (what, thing, verdict) if one]
        _worksheets(files, Judge(by, _day("--on", on) or date.today(), reason, role), dry_run, yes, store, lang)
        return
    if what not in KINDS:
        raise UnknownName("kind of decision or file", what, KINDS, f"There are {', '.join(KINDS)}, or a worksheet.")
    if not thing:
        raise WrongUse(f'What is decided? For example: mandategraph decide {what} {_EXAMPLES[what]} --by "Ana Pérez" …')
    if not verdict:
        raise WrongUse(f"What is decided of it? For example: mandategraph decide {what} {_EXAMPLES[what]}")
    today = date.today()
    judge = Judge(by, _day("--on", on) or today, reason, role)
    settings = settings_from(store=store, lang=lang)
    with open_store(settings, write=True) as here:
        claims = Claims.read(here.store, here.graphs)
        judge = admitted(judge, claims.programs, today)
        desk = desk_of(here, claims)
        if what == "link":
            found = [desk.link(thing, verdict, link_type)]
        elif what == "responsible":
            found = [desk.responsible(thing, verdict, actor)]
        elif what == "participation":
            found = [desk.participation(thing, verdict, actor)]
        elif what == "status":
            found = [desk.status(thing, verdict, _not_future("--since", since, today) or judge.day)]
        elif what == "held":
            found = [_held(desk, thing, verdict, outcome, today)]
        else:
            found = _gaps(desk, here, thing, verdict, code, _day("--until", until))
        decisions = [decision for decision in found if decision is not None]
        if not decisions:
            say("That has been decided so already; nothing to change.")
            return
        write_out("".join(f"{line}\n" for line in told(here, decisions, settings.lang)))
        say(f"Decided by {decided_by(judge)}: {judge.reason}")
        changed = here.decide([(decision, judge) for decision in decisions], dry_run=dry_run)
    written = sum(changed.added.values())
    say("Nothing was written: this was a dry run." if dry_run else f"Written: {written:,} triples.")


_EXAMPLES = {
    "link": "health-2881-33-a accept",
    "responsible": "responsible-2816-21-s1 accept",
    "gap": "ActivityWithoutResponsible accept",
    "status": '"AG/RES. 2881, 33 s1" fulfilled',
    "held": "migration-and-health 2016-11-03",
    "participation": "food-security-migration-climate-change-iom accept",
}


def desk_of(here: Installation, claims: Claims) -> Desk:
    """Return the desk at which decisions on this installation are prepared."""
    texts = question_texts(here.library)
    references = References(here.store, here.graphs.public(), texts.names, texts.symbols)
    return Desk(here.store, here.graphs, references, claims)


def told(here: Installation, decisions: Sequence[Decision], language: str) -> list[str]:
    """Return a line for each decision: what it will change."""
    labels = here.labels(things_named([as_claim(decision) for decision in decisions]), language)
    return [announcement(decision, lambda text: labels.get(text, text), language) for decision in decisions]


def _is_file(text: str) -> bool:
    return Path(text).exists() or text.casefold().endswith((".xlsx", ".csv")) or "/" in text


def _worksheets(
    files: Sequence[Path], judge: Judge, dry_run: bool, yes: bool, store: str | None, lang: str | None
) -> None:
    from mandategraph.checks.places import places
    from mandategraph.cli.worksheet import excusable, plan_address
    from mandategraph.core.filled import decisions_of
    from mandategraph.publish.workbook import read

    settings = settings_from(store=store, lang=lang)
    today = date.today()
    with open_store(settings, write=True) as here:
        plan = plan_address(here, settings.plan)
        entries = [entry for file in files for entry in read(file, plan)]
        claims = Claims.read(here.store, here.graphs)
        # A row may lack its reason only where one is given for all; name and day are looked at before any row.
        admitted(Judge(judge.name, judge.day, judge.reason or "as the row says", judge.role), claims.programs, today)
        open_now = excusable(here, plan, settings.lang)
        words = places(here.store, here.graphs.public(), sorted({str(one.focus) for one in open_now.values()}))
        gaps = {key: words[str(f.focus)].words if str(f.focus) in words else "" for key, f in open_now.items()}
        filled = decisions_of(entries, desk_of(here, claims), judge, gaps, today)
        if filled.standing:
            say(f"{filled.standing:,} rows have been decided so already.")
        if not filled.decisions:
            say("Nothing to change.")
            return
        write_out("".join(f"{line}\n" for line in told(here, [one for one, _ in filled.decisions], settings.lang)))
        if len(filled.decisions) > MOST and not (yes or dry_run):
            raise WrongUse(f"These are {len(filled.decisions):,} changes at once. If they are meant, say --yes.")
        changed = here.decide(filled.decisions, dry_run=dry_run)
    written = sum(changed.added.values())
    say(f"Decisions of {decided_by(judge)}: {len(filled.decisions):,}.")
    say("Nothing was written: this was a dry run." if dry_run else f"Written: {written:,} triples.")


def _held(desk: Desk, thing: str, verdict: str, outcome: str, today: date) -> Decision | None:
    if verdict in ("withdraw", "reject"):
        return desk.not_held(thing)
    when = _not_future("the day of the meeting", verdict, today)
    if when is None:
        raise WrongUse(
            "On which day was it held? For example: mandategraph decide held migration-and-health 2016-11-03"
        )
    result = desk.references.resolve("document", outcome, "--outcome", "AG/RES. 2881") if outcome else None
    return desk.held(thing, when, result if isinstance(result, Iri) else None)


def _gaps(
    desk: Desk, here: Installation, thing: str, verdict: str, code: str, until: date | None
) -> list[Decision | None]:
    from mandategraph.checks import Catalogue, check
    from mandategraph.checks.places import places

    catalogue = Catalogue.read(here.library.shapes_folder)
    excusable = sorted(name for name, row in catalogue.rows.items() if row.excusable)
    report = check(here.store, here.graphs, catalogue, here.labels, profile="report")
    if thing in catalogue.rows and not code:
        code, thing = thing, ""
    if code and code not in catalogue.rows:
        raise UnknownName("check", code, catalogue.rows)
    if code and code not in excusable:
        raise WrongUse(f"A gap of the check {code} cannot be excused: it has to be mended.")
    open_now = [finding for finding in report.findings if not code or finding.code == code]
    if verdict != "accept":
        open_now = [row for gap in report.accepted for row in gap.silenced if not code or row.code == code]
    if thing:
        by_id = [finding for finding in open_now if finding.id == thing]
        if not by_id:
            try:
                focus = str(desk.references.resolve("iri", thing, "thing", "AG/RES. 2881, 37"))
            except UnknownName as problem:
                raise UnknownName("check or thing", thing, [*excusable, *problem.nearest]) from problem
            by_id = [f for f in open_now if focus in (str(f.focus), str(f.focus).rsplit("/", 1)[0])]
            by_id = [f for f in by_id if str(f.focus) == focus or str(f.focus).rsplit("/", 1)[-1].startswith("s")]
        open_now = by_id
    elif not code:
        raise UnknownName("check", thing, catalogue.rows)
    if not open_now:
        raise WrongUse("No check finds that gap now. List them with: mandategraph check --profile report")
    codes = sorted({finding.code for finding in open_now})
    if len(codes) > 1:
        raise WrongUse(f"Several gaps are open there. Which: --code {' or --code '.join(codes)}?")
    if codes[0] not in excusable:
        raise WrongUse(f"A gap of the check {codes[0]} cannot be excused: it has to be mended.")
    things = sorted({str(finding.focus) for finding in open_now})
    words = places(here.store, here.graphs.public(), things)
    return [desk.gap(codes[0], one, verdict, words[one].words if one in words else "", until) for one in things]


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    edtf = read_date(text.strip())
    try:
        return date.fromisoformat(edtf or "")
    except ValueError as problem:
        raise WrongValue(name, text, "a day", "2016-11-10") from problem


def _not_future(name: str, text: str | None, today: date) -> date | None:
    day = _day(name, text)
    if day is not None and day > today:
        raise WrongUse(f"{name}: {day.isoformat()} lies in the future; today is {today.isoformat()}.")
    return day
