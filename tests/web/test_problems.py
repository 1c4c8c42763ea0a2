"""Every error of ours becomes a problem with its own status and what a program wants to know."""

import inspect
import json

import pytest

from mandategraph.core import errors
from mandategraph.web.problems import Problem, problem_of

CASES = [
    (errors.UnknownName("question", "regster", ["register"]), 404, {"nearest": ["register"]}),
    (errors.AmbiguousName("activity", "May 2017", ["a", "b"]), 400, {"candidates": ["a", "b"]}),
    (errors.WrongValue("paragraph", "x", "a paragraph", "2881/33"), 400, {"example": "2881/33"}),
    (errors.MalformedQuery("no", 3, 7), 400, {"line": 3, "column": 7}),
    (errors.RefusedQuery("no"), 403, {}),
    (errors.WrongUse("no"), 400, {}),
    (errors.StoreUnavailable("gone"), 503, {}),
    (errors.BrokenLibrary("ours"), 500, {}),
    (ZeroDivisionError("x"), 500, {}),
    (Problem(418, "teapot", "short and stout"), 418, {}),
]


@pytest.mark.parametrize(("error", "status", "members"), CASES, ids=lambda value: type(value).__name__)
def test_a_problem_tells_its_status_and_members(error, status, members):
    problem = problem_of(error)
    document = json.loads(problem.body())
    assert problem.status == document["status"] == status
    assert document["type"] == f"/errors#{problem.code}"
    assert document["title"]
    for name, value in members.items():
        assert document[name] == value


def test_every_code_is_explained(browser_like):
    page = browser_like("/errors").text
    kinds = [
        kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, errors.MandateGraphError)
    ]
    assert len(kinds) > 8
    for kind in kinds:
        assert f'id="{kind.code}"' in page, kind


def test_a_problem_is_a_page_for_people_and_data_for_programs(client):
    for accept, kind in (
        ("text/html", "text/html"),
        ("*/*", "application/problem+json"),
        ("image/png", "application/problem+json"),
    ):
        answer = client.get("/nowhere", headers={"Accept": accept})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith(kind)


def test_a_wait_says_how_long():
    assert problem_of(errors.StoreUnavailable("gone")).headers["Retry-After"]
