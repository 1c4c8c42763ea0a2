"""The report as one HTML page that needs nothing else: no script, no font, no address."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from mandategraph.checks.formats.phrases import (
    PROFILES,
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

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
body { color: #1a1a1a; background: #fff }
h1 { font-size: 1.6rem }
h2 { font-size: 1.3rem; border-bottom: 2px solid; padding-bottom: .2rem }
h3 { font-size: 1.1rem; margin-bottom: .2rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem }
dt { font-weight: 600 }
dd { margin: 0 }
li { margin-bottom: .8rem }
.more { color: #4a4a4a; margin: 0 }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616 } .more { color: #c4c4c4 } }
@media print { li { break-inside: avoid } }
"""


def written(report: Report) -> str:
    """Return the report as a page in its own language."""
    body = "\n".join([*_header(report), *_findings(report), *_accepted(report), *_empty(report)])
    title = escape(phrase(report.language, "title"))
    return (
        f'<!doctype html>\n<html lang="{report.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _header(report: Report) -> Iterator[str]:
    language = report.language
    yield f"<h1>{escape(phrase(language, 'title'))}</h1>"
    rows = {
        "plan": report.plan_label or phrase(language, "no_plan"),
        "body": report.body_label,
        "profile": PROFILES[language].get(report.profile, report.profile),
        "on": day_said(report),
        "looked": looked_said(report),
        "found": found_said(report),
    }
    yield "<dl>"
    for key, text in rows.items():
        if text:
            yield f"<dt>{escape(phrase(language, key))}</dt><dd>{escape(text)}</dd>"
    yield "</dl>"
    for note in report.notes:
        yield f"<p>{escape(note)}</p>"


def _findings(report: Report) -> Iterator[str]:
    if not report.findings:
        yield f"<p>{escape(phrase(report.language, 'none'))}</p>"
    severity = owner = None
    for heading in report.headings:
        if heading.severity is not severity:
            severity, owner = heading.severity, None
            yield f"<h2>{escape(SEVERITIES[report.language][severity])} ({report.count(severity)})</h2>"
        if heading.owner is not owner:
            owner = heading.owner
            yield f"<p><strong>{escape(owner_said(report, owner))}</strong></p>"
        yield from _heading(report, heading)


def _heading(report: Report, heading: Heading) -> Iterator[str]:
    number = escape(phrase(report.language, "number", n=heading.number))
    yield f'<h3 id="{escape(heading.findings[0].id)}-heading">{escape(heading.text)} <small>({number})</small></h3>'
    yield "<ul>"
    yield from (_row(report, finding) for finding in heading.findings)
    yield "</ul>"


def _row(report: Report, finding: Finding) -> str:
    more = []
    for key in ("why", "where", "todo"):
        said = getattr(finding, key)
        if said:
            more.append(f'<p class="more"><strong>{escape(named(report.language, key))}</strong> {escape(said)}</p>')
    return f'<li id="{finding.id}">{escape(finding.message)}{"".join(more)}</li>'


def _accepted(report: Report) -> Iterator[str]:
    if not report.accepted:
        return
    yield f"<h2>{escape(phrase(report.language, 'accepted'))}</h2>"
    for gap in report.accepted:
        reason = f" {escape(named(report.language, 'reason'))} {escape(gap.reason)}" if gap.reason else ""
        yield f"<p>{escape(acceptance_said(report, gap))}.{reason}</p>"
        yield "<ul>" + "".join(f"<li>{escape(finding.message)}</li>" for finding in gap.silenced) + "</ul>"


def _empty(report: Report) -> Iterator[str]:
    empty = [one for one in report.looked_at if not one.nodes]
    if empty:
        yield f"<h2>{escape(phrase(report.language, 'empty'))}</h2>"
        yield "<ul>" + "".join(f"<li>{escape(one.says)}</li>" for one in empty) + "</ul>"
