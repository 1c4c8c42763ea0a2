"""A report in the form its reader wants: for people, for programs, for other validators, for build servers."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from mandategraph.core.errors import UnknownName
from mandategraph.core.findings import Report

FORMATS: dict[str, str] = {
    "table": "text/plain",
    "summary": "text/plain",
    "json": "application/json",
    "turtle": "text/turtle",
    "csv": "text/csv",
    "html": "text/html",
    "sarif": "application/sarif+json",
    "junit": "application/xml",
}
"""The names of the formats and their media types."""

_MODULES = {name: name for name in FORMATS} | {"csv": "spreadsheet"}


def write(report: Report, name: str = "table") -> str:
    """Return the report in a format; UnknownName for a format there is not."""
    if name not in FORMATS:
        raise UnknownName("format", name, FORMATS, hint=f"The formats are {', '.join(FORMATS)}.")
    module = import_module(f"mandategraph.checks.formats.{_MODULES[name]}_report")
    written: Callable[[Report], str] = module.written
    return written(report)
