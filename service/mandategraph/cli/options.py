"""The options that several verbs share, and how a verb comes to its settings and its store."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mandategraph import __version__
from mandategraph.cli.output import say, write_out
from mandategraph.settings import Settings, resolve
from mandategraph.wiring import Installation, open_installation

StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="FOLDER", help="The store: a folder, or sparql+http://… for an endpoint."),
]
LangOption = Annotated[str | None, typer.Option("--lang", metavar="en|es|fr|pt", help="The language of the answer.")]
JsonFlag = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]

_before_the_verb: dict[str, str] = {}


def _print_version(wanted: bool) -> None:
    if wanted:
        write_out(f"mandategraph {__version__}\n")
        raise typer.Exit


def before_the_verb(
    store: StoreOption = None,
    lang: LangOption = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,  # noqa: ARG001
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take the options that stand before the verb, in place of those of an earlier run in this process."""
    # --debug is read where errors are told, which may be before any option is.
    _before_the_verb.clear()
    _before_the_verb.update({name: value for name, value in (("store", store), ("lang", lang)) if value is not None})


def settings_from(**flags: Any) -> Settings:
    """Return the settings that hold for a verb; an option after the verb comes before one that stood in front of it."""
    return resolve(_before_the_verb | {name: value for name, value in flags.items() if value is not None})


def open_store(settings: Settings, write: bool = False) -> Installation:
    """Open the installation of these settings; what is to be said of it goes to standard error."""
    return open_installation(settings, write=write, talk=say)
