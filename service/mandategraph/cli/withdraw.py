"""`mandategraph withdraw`: a document out of the facts again."""

from __future__ import annotations

from typing import Annotated

import typer

from mandategraph.cli.options import StoreOption, open_store, settings_from
from mandategraph.cli.output import say
from mandategraph.cli.references import document_named


def command(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="A symbol such as A/RES/71/1, or an IRI.")],
    store: StoreOption = None,
) -> None:
    """
    Take out of the facts what was read from the text of a document.

    All that was read from the same text goes with it; registers, decisions of persons and other documents stay. Where
    something that stays rests on it, nothing is changed.
    """
    settings = settings_from(store=store)
    with open_store(settings, write=True) as here:
        changed = here.drafts.withdraw(document_named(document, here.library))
        facts = changed.removed.get(here.graphs.facts, 0)
    say(f"{document}: {facts:,} facts withdrawn.")
