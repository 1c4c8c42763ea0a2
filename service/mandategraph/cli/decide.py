"""`mandategraph decide`: what people judge, written as their decision, or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.options import LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.orders import Clerk, as_day
from mandategraph.cli.output import say, write_out
from mandategraph.cli.wording import wording
from mandategraph.core.dates import write_date
from mandategraph.core.deciding import LINK_TYPES, VERDICTS
from mandategraph.core.decisions import Decision, Judge, admitted
from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.minutes import announcement, as_claim, decided_by, in_place_of
from mandategraph.core.orders import KINDS, Order, with_defaults
from mandategraph.settings import Settings
from mandategraph.wiring import Installation

MOST = 1_000


def command(
    what: Annotated[str, typer.Argument(metavar="KIND | FILE", help=f"One of {', '.join(KINDS)}; or a file.")],
    thing: Annotated[
        str | None, typer.Argument(help="What is decided, by its key or as people write it: “AG/RES. 2881, 33.A”.")
    ] = None,
    verdict: Annotated[
        str | None,
        typer.Argument(
            help=f"{', '.join(VERDICTS)}; of a status its value, of a category A, B or C, of a day the day."
        ),
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
    day: Annotated[
        str | None, typer.Option("--day", metavar="DATE", help="The day for which an entry is set: with date-fixed.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="When an accepted gap ends.")] = None,
    actor: Annotated[str, typer.Option("--actor", help="The body in charge, or who is meant.")] = "",
    code: Annotated[str, typer.Option("--code", help="The check whose gap is accepted.")] = "",
    link_type: Annotated[
        str, typer.Option("--type", help=f"Of a link that you make: {', '.join(LINK_TYPES)}.")
    ] = "contributes",
    outcome: Annotated[str, typer.Option("--outcome", help="A document we have that the meeting produced.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help=f"Yes: more than {MOST:,} changes, or a day outside the plan.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """
    Decide a link, who is in charge, a gap, a status, a category, a beginning or end, a meeting held, who takes part.

    Says in words what changes, then writes it whole or not at all. Nothing is overwritten: a decision is a claim of its
    own with person, day and reason, and a later one may withdraw it. A program never decides. Of a gap, a body in
    charge, a status, category, beginning or end, the name of a check stands for all that it finds. A file is a filled
    worksheet, or a list: CSV or XLSX whose first row names the columns kind, thing, verdict, by, reason …
    """
    said = {"by": by, "on": on or "", "role": role, "reason": reason}
    settings = settings_from(store=store, lang=lang)
    if what not in KINDS and _is_file(what):
        files = [Path(one) for one in (what, thing, verdict) if one]
        _files(files, said, dry_run, yes, settings)
        return
    if what not in KINDS:
        raise UnknownName("kind of decision or file", what, KINDS, f"There are {', '.join(KINDS)}, or a worksheet.")
    if not thing:
        raise WrongUse(f'What is decided? For example: mandategraph decide {what} {_EXAMPLES[what]} --by "Ana Pérez" …')
    if not verdict:
        raise WrongUse(f"What is decided of it? For example: mandategraph decide {what} {_EXAMPLES[what]}")
    order = Order(what, thing, verdict, **said, since=since or "", day=day or "", until=until or "", actor=actor,
                  code=code, type=link_type, outcome=outcome)  # fmt: skip
    with open_store(settings, write=True) as here:
        clerk = Clerk(here, date.today(), yes)
        judge = clerk.judge(order)
        decisions = clerk.decided(order, judge)
        if not decisions:
            say("That has been decided so already; nothing to change.")
            return
        tell(here, decisions, settings.lang)
        say(f"Decided by {decided_by(judge)}: {judge.reason}")
        changed = here.decide([(decision, judge) for decision in decisions], dry_run=dry_run)
    written = sum(changed.added.values())
    say("Nothing was written: this was a dry run." if dry_run else f"Written: {written:,} triples.")


_EXAMPLES = {
    "link": "health-2881-33-a accept",
    "responsible": "responsible-2816-21-s1 accept",
    "gap": "ActivityWithoutResponsible accept",
    "status": '"AG/RES. 2881, 33 s1" fulfilled',
    "category": '"AG/RES. 2881, 33 s1" A',
    "begins": '"AG/RES. 2881, 33 s1" 2016-06-14',
    "ends": '"AG/RES. 2881, 33 s1" 2017-12-31',
    "held": "migration-and-health 2016-11-03",
    "participation": "food-security-migration-climate-change-iom accept",
}


def tell(here: Installation, decisions: Sequence[Decision], language: str) -> None:
    """Print a line for each decision: what it will change; and say whose earlier decisions it takes the place of."""
    claims = [as_claim(decision) for decision in decisions]
    displaced = [claim for decision in decisions for claim in decision.displaced if decision.accepted or claim.person]
    said = wording(here, [*claims, *displaced], language)
    write_out("".join(f"{announcement(decision, said, language)}\n" for decision in decisions))
    for decision in decisions:
        earlier = [claim for claim in decision.displaced if claim.is_decided]
        is_withdrawal = not decision.accepted and set(decision.origins) <= {claim.iri for claim in decision.displaced}
        for claim in () if is_withdrawal else earlier:
            say(in_place_of(claim, said, language))


def _is_file(text: str) -> bool:
    return Path(text).exists() or text.casefold().endswith((".xlsx", ".csv")) or "/" in text


def _files(files: Sequence[Path], said: Mapping[str, str], dry_run: bool, yes: bool, settings: Settings) -> None:
    from mandategraph.publish.decision_lists import as_list

    lists = [(file, as_list(file)) for file in files]
    if all(found is None for _, found in lists):
        _worksheets(files, said, dry_run, yes, settings)
        return
    if any(found is None for _, found in lists):
        raise WrongUse("Worksheets and lists of decisions are decided apart.")
    orders = [with_defaults(order, said) for _, found in lists if found is not None for order in found]
    with open_store(settings, write=True) as here:
        decisions, standing = Clerk(here, date.today(), yes).of_list(orders)
        _write(here, decisions, standing, dry_run, yes)


def _worksheets(files: Sequence[Path], said: Mapping[str, str], dry_run: bool, yes: bool, settings: Settings) -> None:
    from mandategraph.checks.places import places
    from mandategraph.cli.worksheet import excusable, plan_address
    from mandategraph.core.filled import decisions_of
    from mandategraph.publish.workbook import read

    today = date.today()
    judge = Judge(said["by"], as_day("--on", said["on"]) or today, said["reason"], said["role"])
    with open_store(settings, write=True) as here:
        plan = plan_address(here, settings.plan)
        entries = [entry for file in files for entry in read(file, plan)]
        clerk = Clerk(here, today, yes)
        # A row may lack its reason only where one is given for all; name and day are looked at before any row.
        whole = Judge(judge.name, judge.day, judge.reason or "as the row says", judge.role)
        judge = replace(admitted(whole, clerk.claims.programs, today), reason=judge.reason)
        open_now = excusable(here, plan, settings.lang) | excusable(here, plan, settings.lang, judge.day)
        words = places(here.store, here.graphs.public(), sorted({str(one.focus) for one in open_now.values()}))
        gaps = {key: words[str(f.focus)].words if str(f.focus) in words else "" for key, f in open_now.items()}
        filled = decisions_of(entries, clerk.desk, judge, gaps, today)
        _write(here, filled.decisions, filled.standing, dry_run, yes)


def judges_of(decisions: Sequence[tuple[Decision, Judge]]) -> dict[tuple[str, str], list[str]]:
    """Return the days of the decisions of each person, by name and capacity."""
    found: dict[tuple[str, str], list[str]] = {}
    for _, judge in decisions:
        found.setdefault((judge.name, judge.role), []).append(judge.day.isoformat())
    return found


def _write(
    here: Installation,
    decisions: Sequence[tuple[Decision, Judge]],
    standing: int,
    dry_run: bool,
    yes: bool,
) -> None:
    if standing:
        say(f"{standing:,} rows have been decided so already.")
    if not decisions:
        say("Nothing to change.")
        return
    tell(here, [one for one, _ in decisions], here.settings.lang)
    if len(decisions) > MOST and not (yes or dry_run):
        raise WrongUse(f"These are {len(decisions):,} changes at once. If they are meant, say --yes.")
    changed = here.decide(decisions, dry_run=dry_run)
    written = sum(changed.added.values())
    for (name, role), days in judges_of(decisions).items():
        until = f" to {write_date(max(days))}" if len(set(days)) > 1 else ""
        who = f"{name} ({role})" if role else name
        say(f"Decisions of {who}, {write_date(min(days))}{until}: {len(days):,}.")
    say("Nothing was written: this was a dry run." if dry_run else f"Written: {written:,} triples.")
