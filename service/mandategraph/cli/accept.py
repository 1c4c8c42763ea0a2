"""`mandategraph accept`: a reviewed draft into the facts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.options import StoreOption, open_store, settings_from
from mandategraph.cli.output import say
from mandategraph.core.errors import WrongUse


def command(
    draft: Annotated[
        Path, typer.Argument(metavar="DRAFT", help="A draft that ingest wrote: NAME.trig, its text beside it.")
    ],
    store: StoreOption = None,
) -> None:
    """
    Take a reviewed draft into the facts.

    Its quotations are compared with its text and the integrity checks look at the whole; where anything is wrong,
    nothing is changed. What the draft had in the review graph leaves it.
    """
    if not draft.is_file():
        raise WrongUse(f"There is no draft {draft}. `mandategraph ingest FILE --out DIR` writes one.")
    with open_store(settings_from(store=store), write=True) as here:
        changed = here.accept(draft)
        facts = changed.added.get(here.graphs.facts, 0)
    say(f"{draft.name}: {facts:,} facts accepted, {changed.compared:,} quotations compared with their source.")
