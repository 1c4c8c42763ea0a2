"""The report as SARIF 2.1.0, which code hosts and editors show beside the text."""

from __future__ import annotations

import json
from typing import Any

from mandategraph import __version__
from mandategraph.core.findings import AcceptedGap, Finding, Report, Severity
from mandategraph.core.namespaces import SHAPES

_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def written(report: Report) -> str:
    """Return the report as SARIF; accepted gaps are suppressed results, with their justification."""
    codes = [one.code for one in report.looked_at]
    results = [_result(finding, codes) for finding in report.findings]
    for gap in report.accepted:
        if not gap.lapsed:
            results += [_result(finding, codes) | {"suppressions": [_suppression(gap)]} for finding in gap.silenced]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "mandategraph", "version": __version__, "rules": _rules(report)}},
                "automationDetails": {"id": f"mandategraph/{report.profile}/"},
                "columnKind": "unicodeCodePoints",
                "language": report.language,
                "properties": {"plan": report.plan, "asOf": report.on.isoformat() if report.on else None},
                "results": results,
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rules(report: Report) -> list[dict[str, Any]]:
    told: dict[str, Finding] = {}
    for finding in (*report.findings, *(one for gap in report.accepted for one in gap.silenced)):
        told.setdefault(finding.code, finding)
    rules: list[dict[str, Any]] = []
    for one in report.looked_at:
        rule: dict[str, Any] = {"id": one.code, "shortDescription": {"text": one.says or one.code}}
        if one.code in told:
            finding = told[one.code]
            rule["fullDescription"] = {"text": finding.why}
            rule["help"] = {"text": finding.todo}
            rule["defaultConfiguration"] = {"level": _LEVELS[finding.severity]}
        rule["properties"] = {"number": one.number, "shape": f"{SHAPES}{one.code}", "nodesLookedAt": one.nodes}
        rules.append(rule)
    return rules


def _result(finding: Finding, codes: list[str]) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"name": finding.label, "fullyQualifiedName": str(finding.focus)}],
    }
    if finding.lines and finding.source:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": finding.source},
            "region": {"startLine": finding.lines[0], "endLine": finding.lines[-1]},
        }
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.todo}".strip()},
        "locations": [location],
        "partialFingerprints": {"mandategraphFinding/v1": finding.id},
        "properties": {"owner": finding.owner.value, "heading": finding.heading},
    }


def _suppression(gap: AcceptedGap) -> dict[str, Any]:
    return {"kind": "external", "status": "accepted", "justification": gap.reason or gap.iri}
