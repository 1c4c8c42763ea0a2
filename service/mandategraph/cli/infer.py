"""`mandategraph infer`: what follows from the facts, brought up to date."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from mandategraph.cli.options import JsonFlag, StoreOption, open_store, settings_from
from mandategraph.cli.output import print_table, say, write_out


def command(
    engine: Annotated[str, typer.Option("--engine", help="rules, or owlrl for the rules that are axioms.")] = "rules",
    store: StoreOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Bring what follows from the facts up to date; only what changed is written.

    Both engines come to the same; owlrl is the reference and takes its time.
    """
    with open_store(settings_from(store=store), write=True) as here:
        found = here.infer(engine)
    if as_json:
        told = {"total": found.total, "added": found.added, "removed": found.removed, "rules": dict(found.counts)}
        write_out(json.dumps(told, indent=2) + "\n")
        return
    print_table(["rule", "conclusions"], [[name, f"{number:,}"] for name, number in sorted(found.counts.items())])
    say(f"{found.total:,} conclusions in all: {found.added:,} added, {found.removed:,} removed.")
