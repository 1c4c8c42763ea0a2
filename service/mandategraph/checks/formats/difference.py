"""What two reports of one plan differ in: the findings that are new and those that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mandategraph.checks.formats.json_report import finding_data
from mandategraph.checks.formats.phrases import SEVERITIES, found_said, named, phrase
from mandategraph.checks.formats.table_report import wrapped
from mandategraph.core.findings import Finding, Report


def difference(before: Report, after: Report, since: str = "") -> str:
    """Return what is new and what is gone as text, and how much is found now; `since` names the day of `before`."""
    new, gone = _new_and_gone(before, after)
    lines = [named(after.language, "since").format(when=since) if since else ""]
    if since and not new and not gone:
        lines.append(phrase(after.language, "same"))
    for key, some in (("new", new), ("gone", gone)):
        if some:
            lines.append(phrase(after.language, key, n=len(some)))
            lines += [line for one in some for line in _told(one, after.language)]
    lines.append(found_said(after))
    return "\n".join(lines) + "\n"


def difference_data(before: Report, after: Report) -> dict[str, Any]:
    """Return the same as plain lists and dictionaries."""
    new, gone = _new_and_gone(before, after)
    return {
        "new": [_data(one) for one in new],
        "gone": [_data(one) for one in gone],
        "worst": after.worst.word if after.worst else None,
        "found": len(after.findings),
    }


def _new_and_gone(before: Report, after: Report) -> tuple[list[Finding], list[Finding]]:
    then, now = ({one.id for one in report.findings} for report in (before, after))
    return [one for one in after.findings if one.id not in then], [one for one in before.findings if one.id not in now]


def _told(finding: Finding, language: str) -> Iterator[str]:
    number = phrase(language, "number", n=finding.number)
    yield from wrapped(f"{finding.message} ({SEVERITIES[language][finding.severity]}, {number})", "  - ", "    ")


def _data(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "severity": finding.severity.word} | finding_data(finding)
