"""`mandategraph backup`: a copy of the store, made while it is in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.options import StoreOption, settings_from
from mandategraph.cli.output import say
from mandategraph.wiring import back_up


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is missing or empty.")],
    store: StoreOption = None,
) -> None:
    """
    Copy the store into a folder, whole or not at all; a service may run and a writer may write meanwhile.

    Everything is in it that was written before. `mandategraph restore` makes a store of it again.
    """
    made = back_up(settings_from(store=store), folder)
    say(f"{made.triples:,} triples, {made.size / 1e6:,.1f} MB, copied to {folder} (snapshot {made.snapshot}).")
