"""What a check finds, as pages show it: under its headings, each with a place of its own on the page of the check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mandategraph.core.findings import Finding, Heading, Owner, Severity, gathered
from mandategraph.web.service import Service


@dataclass(frozen=True)
class Anchored:
    """A heading with its anchor on the page of the check."""

    anchor: str
    severity: Severity
    owner: Owner
    text: str
    findings: tuple[Finding, ...]


def with_anchors(headings: Sequence[Heading]) -> list[Anchored]:
    """Return headings with anchors that differ: the code of the check, and a number where a code has several."""
    seen: dict[str, int] = {}
    anchored = []
    for heading in headings:
        seen[heading.code] = seen.get(heading.code, 0) + 1
        anchor = heading.code if seen[heading.code] == 1 else f"{heading.code}-{seen[heading.code]}"
        anchored.append(Anchored(anchor, heading.severity, heading.owner, heading.text, heading.findings))
    return anchored


def findings_about(service: Service, iris: Iterable[str], language: str) -> list[Heading]:
    """Return what the check of the plan finds about these things or a statement of one of them, under its headings."""
    things = set(iris)
    found = []
    for finding in service.report("plan", language).findings:
        focus = str(finding.focus)
        if focus in things or focus.rpartition("/s")[0] in things or str(finding.value) in things:
            found.append(finding)
    return list(gathered(found))
