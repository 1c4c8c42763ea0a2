"""The report as a SHACL validation report in Turtle, without blank nodes, for anything that reads such reports."""

from __future__ import annotations

from mandategraph.core.findings import Finding, Report, Severity
from mandategraph.core.namespaces import AT, PROV, SH, SHAPES, XSD
from mandategraph.core.terms import BlankNode, Iri, Literal, Term

_SEVERITIES = {Severity.VIOLATION: "sh:Violation", Severity.WARNING: "sh:Warning", Severity.INFO: "sh:Info"}


def written(report: Report) -> str:
    """Return the report as Turtle; accepted gaps are not results, so they stay out."""
    results = sorted(report.findings, key=lambda finding: finding.id)
    lines = [
        f"@prefix sh: <{SH}> .",
        f"@prefix shapes: <{SHAPES}> .",
        f"@prefix prov: <{PROV}> .",
        f"@prefix xsd: <{XSD}> .",
        "",
        f"<{report_iri(report)}> a sh:ValidationReport ;",
        f"    sh:conforms {'false' if results else 'true'}",
    ]
    if report.plan:
        lines[-1] += " ;"
        lines.append(f"    prov:wasDerivedFrom <{report.plan}>")
    for finding in results:
        lines[-1] += " ;"
        lines.append(f"    sh:result <{finding_iri(finding)}>")
    lines[-1] += " ."
    for finding in results:
        lines += ["", *_result(finding, report.language)]
    return "\n".join(lines) + "\n"


def report_iri(report: Report) -> str:
    """Return the address of a report: one for a profile, a plan and a day."""
    plan = report.plan.rstrip("/").rsplit("/", 1)[-1] or "all"
    return f"{AT}report/{plan}/{report.profile}/{report.on.isoformat() if report.on else 'undated'}"


def finding_iri(finding: Finding) -> str:
    """Return the address of a finding, the same in every run."""
    return f"{AT}finding/{finding.id}"


def _result(finding: Finding, language: str) -> list[str]:
    message = Literal(f"{finding.message} {finding.todo}".strip(), language=language)
    lines = [
        f"<{finding_iri(finding)}> a sh:ValidationResult ;",
        f"    sh:focusNode {_term(finding.focus)} ;",
        f"    sh:resultSeverity {_SEVERITIES[finding.severity]} ;",
        f"    sh:sourceConstraintComponent sh:{finding.component} ;",
        f"    sh:sourceShape shapes:{finding.code} ;",
    ]
    if finding.value is not None:
        lines.append(f"    sh:value {_term(finding.value)} ;")
    lines.append(f"    sh:resultMessage {message.sparql()} .")
    return lines


def _term(term: Term) -> str:
    # A blank node of the data has no name that another file could use; its label keeps results apart.
    return Iri(f"{AT}blank/{term.value}").sparql() if isinstance(term, BlankNode) else term.sparql()
