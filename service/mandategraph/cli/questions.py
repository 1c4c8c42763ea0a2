"""`mandategraph questions`: the named questions that can be asked."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from mandategraph.cli.options import JsonFlag, LangOption, settings_from
from mandategraph.cli.output import print_table, write_out
from mandategraph.core.questions import Parameter, Question, QuestionBook
from mandategraph.library import Library

_HEADINGS = {
    "en": ("Name", "Ids", "Question", "Asks for"),
    "es": ("Nombre", "Id.", "Pregunta", "Pide"),
    "fr": ("Nom", "Id.", "Question", "Demande"),
    "pt": ("Nome", "Id.", "Pergunta", "Pede"),
}


def command(
    words: Annotated[
        str | None, typer.Argument(help="Only questions whose name, id or text contains these words.")
    ] = None,
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List the named questions: what each asks, and what it wants to be told, with an example."""
    settings = settings_from(lang=lang)
    library = Library.shipped()
    book = QuestionBook({name: library.text(path) for name, path in library.questions().items()})
    found = [question for question in book.questions() if _is_meant(question, words, settings.lang)]
    if as_json:
        listed = [_object(question, settings.lang) for question in found]
        write_out(json.dumps(listed, ensure_ascii=False, indent=2) + "\n", None)
        return
    rows = [
        (
            question.name,
            " ".join(question.ids),
            question.summary[settings.lang],
            "; ".join(_shown(parameter) for parameter in question.parameters),
        )
        for question in found
    ]
    print_table(_HEADINGS[settings.lang], rows)


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
