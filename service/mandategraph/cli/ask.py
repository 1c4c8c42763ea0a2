"""`mandategraph ask`: put a named question to the store."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.days import day_given, today
from mandategraph.cli.options import JsonFlag, LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.output import write_out
from mandategraph.core.answers import Answer, QuestionTexts, answer
from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.past import note_of
from mandategraph.core.renderings import FORMATS, as_table
from mandategraph.library import Library
from mandategraph.wiring.past import as_it_stood


def command(
    name: Annotated[str, typer.Argument(help="Name or id of a question; `mandategraph questions` lists them.")],
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help='What the question asks for: paragraph="AG/RES. 2881, 33.A".'),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="With the decisions as they stood on this day.")
    ] = None,
    output_format: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    store: StoreOption = None,
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Put a named question to the store.

    A value is an address, or as people write it: a symbol, a paragraph, a name or abbreviation in any of the
    languages, a date. Proposals stand in a list of their own. --as-of leaves the facts as they are now and takes
    back what persons decided later; the answer says so.
    """
    form = "json" if as_json else output_format
    if form not in FORMATS:
        raise UnknownName("format", form, FORMATS, f"There are {', '.join(FORMATS)}.")
    given = read_values(values or (), name)
    settings = settings_from(store=store, lang=lang)
    with open_store(settings) as here:
        texts, day = question_texts(here.library), today().isoformat()
        past = day_given(as_of, "--as-of")
        store_then = here.store if past is None else as_it_stood(here.store, here.library, here.graphs, past)
        found = answer(store_then, here.graphs, texts, name, given, here.settings.lang, day)
        if past is not None:
            found = replace(found, note=f"{found.note} {note_of(past, here.settings.lang)}".strip())
    write_out(written(found, form), output)


def question_texts(library: Library) -> QuestionTexts:
    """Return the shipped texts that answering needs."""
    return QuestionTexts.of(
        {name: library.text(path) for name, path in library.questions().items()},
        names=library.query("pages/names"),
        labels=library.query("pages/labels"),
        columns=library.columns(),
        organisations=[library.organisation(key) for key in library.organisations()],
    )


def read_values(pairs: Sequence[str], question: str) -> dict[str, list[str]]:
    """
    Return the values by parameter; one that is given twice has two values.

    >>> read_values(["letter=B", "paragraph=2816/19", "paragraph=2881/33"], "letter-in-paragraphs")
    {'letter': ['B'], 'paragraph': ['2816/19', '2881/33']}
    """
    values: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise WrongUse(
                f"“{pair}” is not a value of the form key=value. For example: "
                f'mandategraph ask {question} paragraph="AG/RES. 2881, 33"'
            )
        values.setdefault(key.strip(), []).append(value)
    return values


def written(found: Answer, form: str) -> str:
    """Return an answer in one of the forms, a table as wide as the terminal."""
    if form == "table":
        return as_table(found, shutil.get_terminal_size((100, 24)).columns)
    return FORMATS[form](found)
