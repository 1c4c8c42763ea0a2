"""`mandategraph questions`: the named questions that can be asked."""

from __future__ import annotations

import json
import shutil
import textwrap
from typing import Annotated, Any

import typer

from mandategraph.cli.options import JsonFlag, LangOption, settings_from
from mandategraph.cli.output import write_out
from mandategraph.core.errors import UnknownName
from mandategraph.core.questions import Parameter, Question, QuestionBook
from mandategraph.library import Library

_TAKES = {"en": "Takes:", "es": "Recibe:", "fr": "Prend :", "pt": "Recebe:"}


def command(
    words: Annotated[
        str | None, typer.Argument(help="Only questions whose name, id or text contains these words.")
    ] = None,
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List the named questions: what each asks and takes, with an example; in brackets what may be left out."""
    settings = settings_from(lang=lang)
    library = Library.shipped()
    book = QuestionBook({name: library.text(path) for name, path in library.questions().items()})
    found = [question for question in book.questions() if _is_meant(question, words, settings.lang)]
    if words and not found:
        raise UnknownName("question", words, book.names(), "List all with: mandategraph questions")
    if as_json:
        listed = [_object(question, settings.lang) for question in found]
        write_out(json.dumps(listed, ensure_ascii=False, indent=2) + "\n", None)
        return
    width = max(80, min(120, shutil.get_terminal_size((100, 24)).columns))
    write_out("".join(_entry(question, settings.lang, width) for question in found), None)


def _entry(question: Question, language: str, width: int) -> str:
    """Return the lines of one question: name and ids, what it asks, what it takes."""
    lines = [" ".join((question.name, *(f"[{identifier}]" for identifier in question.ids)))]
    lines += textwrap.wrap(question.summary[language], width, initial_indent="    ", subsequent_indent="    ")
    takes = "; ".join(_shown(parameter) for parameter in question.parameters)
    if takes:
        lines += textwrap.wrap(f"{_TAKES[language]} {takes}", width, initial_indent="    ", subsequent_indent="      ")
    return "\n".join(lines) + "\n"


def _is_meant(question: Question, words: str | None, language: str) -> bool:
    if not words:
        return True
    text = " ".join((question.name, *question.ids, question.summary[language])).casefold()
    return all(word in text for word in words.casefold().split())


def _shown(parameter: Parameter) -> str:
    quoted = f'"{parameter.example}"' if " " in parameter.example else parameter.example
    return f"{parameter.name}={quoted}" if parameter.required else f"[{parameter.name}={quoted}]"


def _object(question: Question, language: str) -> dict[str, Any]:
    return {
        "name": question.name,
        "ids": list(question.ids),
        "summary": question.summary[language],
        "proposals": question.proposals,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "example": parameter.example,
                "required": parameter.required,
                "default": list(parameter.default),
                "many": parameter.many,
            }
            for parameter in question.parameters
        ],
    }
