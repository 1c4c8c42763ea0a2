"""`mandategraph restore`: a store, made of a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.options import StoreOption, settings_from
from mandategraph.cli.output import say
from mandategraph.wiring import restore


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `mandategraph backup` made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put the store aside that is there.")] = False,
    store: StoreOption = None,
) -> None:
    """
    Make a store of a backup, whole or not at all; every file is compared with its checksum.

    A store that is there stays as it is, unless --replace puts it aside; it is never deleted. Its tokens stay as they
    are, revoked ones revoked. A backup holds no tokens: where no store was there, make new ones.
    """
    settings = settings_from(store=store)
    made, aside = restore(settings, folder, replace)
    say(f"{made.triples:,} triples restored to {settings.store_folder}, as they were at {made.made}.")
    if aside is not None:
        say("Its tokens and its record of writes stay as they are.")
        say(f"The store that was there is now {aside}. Delete it when you are sure.")
    else:
        say("A backup holds no tokens. Make new ones for those who need them: mandategraph token create")
