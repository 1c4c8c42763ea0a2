"""`mandategraph show`: one thing, by any name it has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.ask import question_texts, written
from mandategraph.cli.days import today
from mandategraph.cli.options import JsonFlag, LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.output import write_out
from mandategraph.core.answers import answer
from mandategraph.core.errors import UnknownName
from mandategraph.core.renderings import FORMATS


def command(
    thing: Annotated[
        str, typer.Argument(help='An address, or a thing by its name: "AG/RES. 2881, 33.A", CAM, "3 November 2016".')
    ],
    output_format: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    store: StoreOption = None,
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Show what the graph says about one thing: its words, its properties, and what points at it."""
    form = "json" if as_json else output_format
    if form not in FORMATS:
        raise UnknownName("format", form, FORMATS, f"There are {', '.join(FORMATS)}.")
    settings = settings_from(store=store, lang=lang)
    with open_store(settings) as here:
        texts, day = question_texts(here.library), today().isoformat()
        found = answer(here.store, here.graphs, texts, "about", {"thing": thing}, settings.lang, day)
    write_out(written(found, form), output)
