"""The service: one application made of an open installation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response
from starlette.routing import Route

from mandategraph import __version__
from mandategraph.stores.tokens import Tokens
from mandategraph.web import (
    checking,
    discovery,
    graphs,
    operation,
    problems,
    questions,
    resources,
    site,
    sparql,
    update,
    vocabulary,
)
from mandategraph.web.access import Access
from mandategraph.web.compression import Compression
from mandategraph.web.freshness import Freshness
from mandategraph.web.headers import PlainHttp
from mandategraph.web.metrics import Metrics
from mandategraph.web.observation import Observation
from mandategraph.web.problems import not_found
from mandategraph.web.service import Service
from mandategraph.web.shortcut import Shortcut

if TYPE_CHECKING:
    from mandategraph.wiring import Installation

_ROOMS = (site, questions, checking, sparql, update, graphs, discovery, operation, vocabulary, resources)
_STATIC = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}


def create_app(installation: Installation, tokens: Tokens | None = None) -> FastAPI:
    """
    Return the application that serves an installation; `tokens` are those it takes, none by default.

    The installation stays open for as long as the application is used; who opened it
    closes it.
    """
    service = Service(installation)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if service.readers is not None:
            service.readers.close()

    app = FastAPI(
        title="Mandate Graph",
        lifespan=lifespan,
        version=__version__,
        description="Who was asked to do what, by which paragraph, and what answers it.",
        openapi_url="/api/openapi.json",
        # The pages that FastAPI offers load scripts from other hosts; /api is ours.
        docs_url=None,
        redoc_url=None,
        # What is counted stands at /metrics, and is sent nowhere.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    app.state.metrics = Metrics()
    problems.install(app)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    for module in _ROOMS:
        app.include_router(module.router)
    app.add_api_route("/static/{name}", _static, include_in_schema=False)
    app.add_api_route("/robots.txt", _robots, include_in_schema=False)
    routes = [*app.router.routes, *(route for module in _ROOMS for route in module.router.routes)]
    app.add_middleware(Shortcut, answers=sparql.ANSWERS)
    app.add_middleware(Freshness, service=service)
    app.add_middleware(Access, tokens=tokens or Tokens(None), reading=installation.settings.reading)
    app.add_middleware(Compression)
    app.add_middleware(PlainHttp, routes=[route for route in routes if isinstance(route, Route)])
    app.add_middleware(Observation, metrics=app.state.metrics)
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """Return the description of the addresses, in which every refusal is a problem as we write it."""
    if app.openapi_schema is None:
        described = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        refusal = {"description": "A problem (RFC 9457)", "content": {problems.PROBLEM_JSON: {}}}
        for methods in described["paths"].values():
            for operation in methods.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = refusal
        described.get("components", {}).pop("schemas", None)
        app.openapi_schema = described
    return app.openapi_schema


def _static(name: str) -> Response:
    media_type = _STATIC.get(name)
    if media_type is None:
        raise not_found("There is no such file.", sorted(_STATIC))
    content = files(__package__).joinpath("static", name).read_bytes()
    # The address carries a mark of the content, so a copy never goes stale.
    return Response(
        content, headers={"Content-Type": media_type, "Cache-Control": "public, max-age=31536000, immutable"}
    )


def _robots() -> Response:
    return Response("User-agent: *\nDisallow: /sparql\n", media_type="text/plain")
