"""`mandategraph accept`: a reviewed draft into the facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from mandategraph.cli.options import StoreOption, open_store, settings_from
from mandategraph.cli.output import say
from mandategraph.cli.references import draft_named
from mandategraph.core.errors import WrongValue

_MOST_KEPT = 5


def command(
    draft: Annotated[
        str,
        typer.Argument(
            metavar="DRAFT", help="NAME.trig, its text beside it, or the document whose draft lies in the store."
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
    Take a reviewed draft into the facts, whole or not at all.

    Its quotations are compared with its text and the integrity checks look at the result. Bodies, verbs, themes and
    other shared things that are there already stay as they are, and so do the statements of paragraphs that another
    text quotes. Links that are only proposed stay proposals. A document that is there already is left alone, unless
    it is to be replaced; decisions of persons stay, and where one would lose what it speaks of, nothing is changed.
    """
    settings = settings_from(store=store)
    with open_store(settings, write=True) as here:
        given = draft_named(draft, here.library)
        changed, kept = here.accept(given, day_named(on), replace)
        facts, left = changed.added.get(here.graphs.facts, 0), changed.removed.get(here.graphs.facts, 0)
    name = draft if isinstance(given, str) else given.name
    say(f"{name}: {facts:,} facts accepted, {changed.compared:,} quotations compared with their source.")
    if left:
        say(f"{left:,} facts of an earlier reading were taken out.")
    for sentence in kept[:_MOST_KEPT]:
        say(sentence)
    if len(kept) > _MOST_KEPT:
        say(f"… and {len(kept) - _MOST_KEPT:,} more paragraphs.")


def day_named(text: str | None) -> date:
    """Return the day that was given, today without one."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise WrongValue("--on", text, "a day", "2017-06-01") from problem
