"""The named questions: a form, an answer as page, JSON or CSV, and the query that was put."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from mandategraph.core.answers import Answer, answer, as_of_line
from mandategraph.core.errors import WrongUse, WrongValue
from mandategraph.core.past import note_of
from mandategraph.core.questions import Question
from mandategraph.core.renderings import as_csv, as_json
from mandategraph.web import negotiation as n
from mandategraph.web.negotiation import Offer, split_suffix
from mandategraph.web.past import store_of
from mandategraph.web.problems import problem_of
from mandategraph.web.rendering import render
from mandategraph.web.visit import Reader, Visit

LIST = (Offer(n.HTML, ("html",)), Offer(n.JSON, ("json",)))
ANSWER = (*LIST, Offer(n.CSV, ("csv",)))
_NOT_VALUES = frozenset({"lang", "format", "decisions"})

router = APIRouter(tags=["Questions"], default_response_class=Response)


@router.get("/questions", summary="The named questions")
@router.get("/questions.json", include_in_schema=False)
def questions(visit: Reader) -> Response:
    """List the questions with what each wants to be told."""
    named = n.by_name("json", LIST) if visit.request.url.path.endswith(".json") else None
    offer = visit.choose(LIST, named)
    listed = [visit.service.named(name) for name in visit.service.question_names()]
    if offer.media_type == n.JSON:
        return visit.answer(offer, lambda: _json([_told(question, visit.language) for question in listed]))
    forms = visit.forms(LIST, "/questions")
    return visit.answer(offer, lambda: render(visit, "questions.html", {"questions": listed}, forms))


@router.get("/questions/{name}", summary="Ask a named question")
def ask(
    visit: Reader,
    name: str,
    decisions: Annotated[
        str | None,
        Query(
            description="With the decisions as they stood on this day; facts are those of now.", examples=["2016-11-12"]
        ),
    ] = None,
) -> Response:
    """
    Answer a question; its parameters are those of the address, as people write them.

    `decisions=DATE` answers with the decisions as they stood on that day; the facts are those of now.
    """
    day = _day(decisions)
    stem, suffix = split_suffix(name, ANSWER)
    question = visit.service.named(stem)
    offer = visit.choose(ANSWER, suffix)
    given = _given(visit, question)
    missing = [one.name for one in question.parameters if one.required and not given.get(one.name)]
    if offer.media_type == n.HTML:
        return _page(visit, question, given, day, asked=not missing)
    write = as_csv if offer.media_type == n.CSV else as_json
    return visit.answer(offer, lambda: write(_answer(visit, question, given, day)).encode())


def _answer(visit: Visit, question: Question, given: Mapping[str, Sequence[str]], day: date | None) -> Answer:
    service = visit.service
    if day is None:
        return service.answer(question.name, given, visit.language)
    store = store_of(service, day)
    found = answer(store, service.graphs, service.texts, question.name, given, visit.language, service.as_of.value)
    return replace(found, note=f"{found.note} {note_of(day, visit.language)}".strip())


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise WrongValue("decisions", text, "a day", "2017-06-01") from problem


def _given(visit: Visit, question: Question) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    lists = {one.name for one in question.parameters if one.many}
    for name, value in visit.request.query_params.multi_items():
        if name not in _NOT_VALUES:
            # The form has one field for a list; a semicolon stands in no name of ours.
            values = value.split(";") if name in lists else [value]
            given.setdefault(name, []).extend(one.strip() for one in values if one.strip())
    return {name: values for name, values in given.items() if values}


def _page(
    visit: Visit, question: Question, given: Mapping[str, Sequence[str]], day: date | None, asked: bool
) -> Response:
    found, problem = None, None
    if asked:
        try:
            found = _answer(visit, question, given, day)
        except WrongUse as error:
            # The form comes back with what was typed and what is wrong with it.
            problem = problem_of(error)
    offer = ANSWER[0]
    context = {
        "question": question,
        "given": given,
        "answer": found,
        "decisions": day.isoformat() if day else "",
        "as_of": as_of_line(found) if found else "",
        "problem": problem,
        "titles": _titles(visit, question),
        "example": _example(visit, question),
        "query": visit.service.query_text(question, given if found else {}, visit.language),
    }
    forms = _forms(visit, question) if found else []
    response = visit.answer(offer, lambda: render(visit, "question.html", context, forms))
    if problem is not None:
        response.status_code = problem.status
    return response


def _titles(visit: Visit, question: Question) -> dict[str, str]:
    """Return what people call each parameter: the heading of the column of that name, where there is one."""
    headings = visit.service.texts.headings
    names = [*(one.name for one in question.parameters), "plan", "asOf"]
    return {name: headings.get(name, {}).get(visit.language, name) for name in names}


def _forms(visit: Visit, question: Question) -> list[Any]:
    found = visit.forms(ANSWER, f"/questions/{question.name}")
    asked = visit.request.url.query
    return [
        type(one)(f"{one.address.partition('?')[0]}?{asked}" if asked else one.address, one.media_type, one.name)
        for one in found
    ]


def _example(visit: Visit, question: Question) -> str:
    values = {one.name: one.example for one in question.parameters if one.required}
    return visit.links.page(f"/questions/{question.name}", **values)


def _told(question: Question, language: str) -> dict[str, Any]:
    return {
        "name": question.name,
        "ids": list(question.ids),
        "summary": question.summary[language],
        "parameters": [
            {"name": one.name, "type": one.type, "example": one.example, "required": one.required, "many": one.many}
            for one in question.parameters
        ],
        "proposals": question.proposals,
    }


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
