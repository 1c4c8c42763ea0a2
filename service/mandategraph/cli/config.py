"""`mandategraph config`: the settings that hold, and where each comes from."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from mandategraph.cli.options import JsonFlag, LangOption, StoreOption, settings_from
from mandategraph.cli.output import print_table, write_out
from mandategraph.core.errors import UnknownName
from mandategraph.settings import MEANINGS, config_file


def command(
    action: Annotated[str, typer.Argument(metavar="show | path", help="show, or path of the settings file.")] = "show",
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value comes from.")] = False,
    store: StoreOption = None,
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Show the settings that hold.

    A flag comes before the environment (MANDATEGRAPH_LANG …), the environment before the settings file, the file
    before the default.
    """
    if action == "path":
        write_out(f"{config_file()}\n")
        return
    if action != "show":
        raise UnknownName("action of config", action, ["show", "path"])
    settings = settings_from(store=store, lang=lang)
    values = {name: str(getattr(settings, name)) for name in MEANINGS}
    if settings.is_default_store:
        values["store"] = str(settings.store_folder)
    if as_json:
        told = {
            name: {"value": value, "origin": settings.origin(name), "meaning": MEANINGS[name]}
            for name, value in values.items()
        }
        write_out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    elif origin:
        print_table(["setting", "value", "origin"], [[*pair, settings.origin(pair[0])] for pair in values.items()])
    else:
        print_table(["setting", "value", "meaning"], [[*pair, MEANINGS[pair[0]]] for pair in values.items()])
