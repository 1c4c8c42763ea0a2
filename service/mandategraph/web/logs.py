"""The log: one JSON object a line for programs, lines to read on a terminal; each with the request it belongs to."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

JSON, TEXT, AUTOMATIC = "json", "text", "automatic"
LEVELS = ("debug", "info", "warning", "error")
# What a request adds to every line that is written while it is served.
_BOUND: ContextVar[dict[str, str]] = ContextVar("bound", default={})  # noqa: B039  (never changed, only replaced)
# The fields of `extra`; all else that a record holds is its own business.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


@contextmanager
def bound(**fields: str) -> Iterator[None]:
    """Add fields to every line that is written within."""
    token = _BOUND.set({**_BOUND.get(), **fields})
    try:
        yield
    finally:
        _BOUND.reset(token)


def begin(form: str = AUTOMATIC, level: str = "", stream: TextIO | None = None) -> None:
    """
    Write the log of this process to standard error from now on.

    Automatic is text on a terminal and JSON elsewhere, from `warning` upwards: nobody asked for a line a request, and a
    pipe that nobody reads is full one day. JSON that was asked for has every request.
    """
    import structlog

    out = stream or sys.stderr
    is_json = form == JSON or (form == AUTOMATIC and not out.isatty())
    shared: list[Any] = [
        _with_bound,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    last: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info if is_json else _as_it_is,
        # Whatever a client sent is escaped: a line break cannot begin a line of its own.
        structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=False),
    ]
    handler = logging.StreamHandler(out)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel((level or ("info" if form == JSON else "warning")).upper())
    for chatty in ("uvicorn", "uvicorn.error", "asyncio"):
        logging.getLogger(chatty).handlers = []
        logging.getLogger(chatty).propagate = True
        logging.getLogger(chatty).setLevel("WARNING")


def _with_bound(_: Any, __: str, event: Any) -> Any:
    record = event.get("_record")
    if record is not None:
        event.update({name: value for name, value in vars(record).items() if name not in _OWN})
    event.update(_BOUND.get())
    return event


def _as_it_is(_: Any, __: str, event: Any) -> Any:
    return event
