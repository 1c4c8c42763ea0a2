"""The report as people read it in a terminal: weightiest first, what has one cause under one heading."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from mandategraph.checks.formats.phrases import PROFILES as PROFILE_NAMES
from mandategraph.checks.formats.phrases import (
    SEVERITIES,
    acceptance_said,
    day_said,
    found_said,
    looked_said,
    named,
    owner_said,
    phrase,
)
from mandategraph.core.findings import Finding, Heading, Report

WIDTH = 100


def written(report: Report) -> str:
    """Return the report as text of at most a hundred columns."""
    lines = [*_header(report), *_findings(report), *_accepted(report), *_empty(report)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def at_a_glance(report: Report) -> str:
    """Return what the report is about, how much was found, and its headings without their rows."""
    lines = [*_header(report), *_findings(report, whole=False)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _header(report: Report) -> Iterator[str]:
    language = report.language
    title = phrase(language, "title")
    yield title
    yield "=" * len(title)
    rows = [
        ("plan", report.plan_label or phrase(language, "no_plan")),
        ("body", report.body_label),
        ("profile", PROFILE_NAMES[language].get(report.profile, report.profile)),
        ("on", day_said(report)),
        ("looked", looked_said(report)),
        ("found", found_said(report)),
    ]
    shown = [(named(language, key), text) for key, text in rows if text]
    margin = max(len(name) for name, _ in shown) + 1
    for name, text in shown:
        yield from wrapped(text, name.ljust(margin), " " * margin)
    for note in report.notes:
        yield from wrapped(note, "! ", "  ")


def _findings(report: Report, whole: bool = True) -> Iterator[str]:
    if not report.findings:
        yield ""
        yield phrase(report.language, "none")
    severity = owner = None
    for heading in report.headings:
        if heading.severity is not severity:
            severity, owner = heading.severity, None
            title = f"{SEVERITIES[report.language][severity]} ({report.count(severity)})"
            yield from ("", title, "-" * len(title))
        if heading.owner is not owner:
            owner = heading.owner
            yield from ("", f"[{owner_said(report, owner)}]")
        number = phrase(report.language, "number", n=heading.number)
        if whole:
            yield ""
        yield from wrapped(f"{heading.text} ({number})", "* ", "  ")
        if whole:
            yield from _rows(report, heading)


def _rows(report: Report, heading: Heading) -> Iterator[str]:
    language = report.language
    rows = heading.findings
    common = {key: _common(rows, key) for key in ("why", "where", "todo")}
    for finding in rows:
        yield from wrapped(finding.message, "  - ", "    ")
        for key in ("why", "where", "todo"):
            said = getattr(finding, key)
            if said and not common[key]:
                yield from wrapped(said, f"    {named(language, key)} ", "      ")
    for key, said in common.items():
        if said:
            yield from wrapped(said, f"  {named(language, key)} ", "    ")


def _common(rows: Sequence[Finding], key: str) -> str:
    said: set[str] = {getattr(finding, key) for finding in rows}
    return said.pop() if len(said) == 1 else ""


def _accepted(report: Report) -> Iterator[str]:
    if not report.accepted:
        return
    title = phrase(report.language, "accepted")
    yield from ("", title, "-" * len(title), "")
    for gap in report.accepted:
        yield from wrapped(acceptance_said(report, gap), "* ", "  ")
        if gap.reason:
            yield from wrapped(gap.reason, f"  {named(report.language, 'reason')} ", "    ")
        for finding in gap.silenced:
            yield from wrapped(finding.message, "  - ", "    ")


def _empty(report: Report) -> Iterator[str]:
    empty = [one for one in report.looked_at if not one.nodes]
    if not empty:
        return
    title = phrase(report.language, "empty")
    yield from ("", title, "-" * len(title), "")
    for one in empty:
        yield from wrapped(f"{one.says} ({phrase(report.language, 'number', n=one.number)})", "  - ", "    ")


def wrapped(text: str, first: str, rest: str) -> list[str]:
    """Return a text as lines of at most a hundred columns, the first and the others each with its beginning."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [first.rstrip()]
