"""The report as CSV (RFC 4180): one row a finding, exact text, for programs and careful imports."""

from __future__ import annotations

import csv
import io

from mandategraph.core.findings import Report

COLUMNS = (
    "id", "number", "code", "severity", "owner", "focus", "label", "heading",
    "message", "why", "where", "lines", "todo", "accepted",
)  # fmt: skip


def written(report: Report) -> str:
    """Return the report as CSV; accepted gaps come last, with `yes` in the last column."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    counted = [(finding, "no") for finding in report.findings]
    held = [(finding, "yes") for gap in report.accepted if not gap.lapsed for finding in gap.silenced]
    for finding, accepted in (*counted, *held):
        writer.writerow(
            (
                finding.id,
                finding.number,
                finding.code,
                finding.severity.word,
                finding.owner.value,
                str(finding.focus),
                finding.label,
                finding.heading,
                finding.message,
                finding.why,
                finding.where,
                " ".join(str(line) for line in finding.lines),
                finding.todo,
                accepted,
            )
        )
    return stream.getvalue()
