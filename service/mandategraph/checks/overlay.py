"""What turns the shapes into one profile for any other validator: severities and switches, as Turtle."""

from __future__ import annotations

from mandategraph.checks.catalogue import Catalogue
from mandategraph.core.findings import Severity
from mandategraph.core.namespaces import SH, SHAPES, XSD

_SEVERITIES = {Severity.VIOLATION: "sh:Violation", Severity.WARNING: "sh:Warning", Severity.INFO: "sh:Info"}


def overlay(catalogue: Catalogue, profile: str) -> str:
    """
    Return the Turtle that, read beside the shapes, gives each check its weight in a profile and switches the rest off.

    Raises UnknownName for a profile there is not.
    """
    wanted = {row.code: row.severities[profile] for _, row in catalogue.profile(profile)}
    lines = [f"@prefix sh: <{SH}> .", f"@prefix shapes: <{SHAPES}> .", f"@prefix xsd: <{XSD}> .", ""]
    for code in sorted(catalogue.rows):
        said = f"sh:severity {_SEVERITIES[wanted[code]]}" if code in wanted else "sh:deactivated true"
        lines.append(f"shapes:{code} {said} .")
    return "\n".join(lines) + "\n"
