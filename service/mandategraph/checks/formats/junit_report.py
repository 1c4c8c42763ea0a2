"""The report as JUnit XML: one test a check, which build servers show as passed, failed or skipped."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mandategraph.core.findings import Finding, Report, Severity

# XML 1.0, production 2: other characters cannot be written in any form.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(report: Report) -> str:
    """Return the report as JUnit XML; what is only good to know is output, not a failure."""
    by_code: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_code.setdefault(finding.code, []).append(finding)
    suite = Element("testsuite", name=f"mandategraph {report.profile}")
    failures = skipped = 0
    for one in report.looked_at:
        case = SubElement(suite, "testcase", classname=f"{report.profile}.{one.number}", name=one.code)
        rows = by_code.get(one.code, [])
        serious = [finding for finding in rows if finding.severity > Severity.INFO]
        if serious:
            failures += 1
            failure = SubElement(case, "failure", type=serious[0].severity.word, message=_clean(serious[0].heading))
            failure.text = _clean("\n\n".join(_said(finding) for finding in serious))
        elif rows:
            SubElement(case, "system-out").text = _clean("\n\n".join(_said(finding) for finding in rows))
        elif not one.nodes:
            skipped += 1
            SubElement(case, "skipped", message="nothing of the kind to look at")
    suite.set("tests", str(len(report.looked_at)))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    suite.set("skipped", str(skipped))
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _said(finding: Finding) -> str:
    return "\n".join(said for said in (finding.message, finding.why, finding.where, finding.todo) if said)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
