"""The report as JSON, for programs: everything the text report says, and the addresses behind it."""

from __future__ import annotations

import json
from typing import Any

from mandategraph.core.findings import AcceptedGap, Finding, Heading, Report
from mandategraph.core.terms import BlankNode, Literal, Term


def written(report: Report) -> str:
    """Return the report as JSON; the same report gives the same bytes."""
    return json.dumps(as_data(report), ensure_ascii=False, indent=2) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as plain lists and dictionaries."""
    return {
        "plan": {"iri": report.plan, "label": report.plan_label},
        "body": report.body_label,
        "profile": report.profile,
        "asOf": report.on.isoformat() if report.on else None,
        "asOfBasis": report.basis,
        "language": report.language,
        "engine": report.engine,
        "scope": dict(report.scope),
        "worst": report.worst.word if report.worst else None,
        "counts": _counts(report),
        "headings": [_heading(heading) for heading in report.headings],
        "accepted": [_gap(gap) for gap in report.accepted],
        "lookedAt": [
            {"code": one.code, "number": one.number, "nodes": one.nodes, "engine": one.engine, "asks": one.says}
            for one in report.looked_at
        ],
        "notes": list(report.notes),
    }


def _counts(report: Report) -> dict[str, int]:
    counts = {"violation": 0, "warning": 0, "info": 0}
    for finding in report.findings:
        counts[finding.severity.word] += 1
    return counts


def _heading(heading: Heading) -> dict[str, Any]:
    return {
        "code": heading.code,
        "number": heading.number,
        "severity": heading.severity.word,
        "owner": heading.owner.value,
        "text": heading.text,
        "findings": [finding_data(finding) for finding in heading.findings],
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return one finding as plain lists and dictionaries."""
    return {
        "id": finding.id,
        "focus": {"iri": str(finding.focus), "label": finding.label},
        "value": _term(finding.value),
        "message": finding.message,
        "why": finding.why,
        "where": finding.where,
        "todo": finding.todo,
        "lines": list(finding.lines),
        "words": finding.words,
    }


def _gap(gap: AcceptedGap) -> dict[str, Any]:
    return {
        "iri": gap.iri,
        "code": gap.code,
        "acceptedBy": gap.accepted_by,
        "acceptedOn": gap.accepted_on,
        "until": gap.until or None,
        "reason": gap.reason,
        "holds": not gap.lapsed,
        "lapsed": gap.lapsed or None,
        "findings": [finding_data(finding) for finding in gap.silenced],
    }


def _term(term: Term | None) -> dict[str, str] | None:
    if term is None:
        return None
    if isinstance(term, Literal):
        told = {"literal": term.value}
        return told | ({"language": term.language} if term.language else {"datatype": term.datatype})
    return {"blank": str(term)} if isinstance(term, BlankNode) else {"iri": term.value}
