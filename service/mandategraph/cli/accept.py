"""`mandategraph accept`: a reviewed draft into the facts."""

from __future__ import annotations

from typing import Annotated

import typer

from mandategraph.cli.days import day_given, today
from mandategraph.cli.options import StoreOption, open_store, settings_from
from mandategraph.cli.output import say
from mandategraph.cli.references import draft_named

_MOST_KEPT = 5


def command(
    drafts: Annotated[
        list[str],
        typer.Argument(
            metavar="DRAFT...", help="NAME.trig, its text beside it, or the document whose draft lies in the store."
        ),
    ],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day for which states hold that the text gives no day (today)."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take out first what was read from an earlier text of the document.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """
    Take reviewed drafts into the facts, each whole or not at all.

    Quotations are compared with their texts and the integrity checks look at the result. Bodies, verbs, themes and
    other shared things that are there already stay as they are, and so do the statements of paragraphs that another
    text quotes. Links that are only proposed stay proposals. A document that is there already is left alone, unless
    it is to be replaced; decisions of persons stay, and where one would lose what it speaks of, nothing is changed.

    Several drafts go in one step. Those that cannot be accepted are left out and named, with exit status 3.
    """
    settings = settings_from(store=store)
    with open_store(settings, write=True) as here:
        given = [draft_named(draft, here.library) for draft in drafts]
        accepted = here.drafts.accept(given, day_given(on) or today(), replace)
        changed = accepted.changed
        facts, left = changed.added.get(here.graphs.facts, 0), changed.removed.get(here.graphs.facts, 0)
    what = drafts[0].rsplit("/", 1)[-1] if len(drafts) == 1 and drafts[0].endswith(".trig") else drafts[0]
    name = what if len(drafts) == 1 else f"{len(accepted.names):,} of {len(drafts):,} drafts"
    say(f"{name}: {facts:,} facts accepted, {changed.compared:,} quotations compared with their source.")
    if left:
        say(f"{left:,} facts of an earlier reading were taken out.")
    for sentence in accepted.kept[:_MOST_KEPT]:
        say(sentence)
    if len(accepted.kept) > _MOST_KEPT:
        say(f"… and {len(accepted.kept) - _MOST_KEPT:,} more paragraphs.")
    for name, problem in accepted.left_out:
        say(f"{name} is left out: {problem}")
    if accepted.left_out:
        raise typer.Exit(3)
