"""At a glance: the same headings as the whole report, and none of its rows."""

from __future__ import annotations

from mandategraph.checks import Catalogue, check
from mandategraph.checks.formats import write
from mandategraph.wiring import Installation


def test_a_summary_has_every_heading_and_no_row(installation: Installation) -> None:
    catalogue = Catalogue.read(installation.library.shapes_folder)
    report = check(installation.store, installation.graphs, catalogue, installation.labels, profile="report")
    summary = write(report, "summary").splitlines()
    assert report.headings
    assert sum(line.startswith("* ") for line in summary) == len(report.headings)
    assert not any(line.startswith(("  - ", "  Why:", "    Why:")) for line in summary)
    assert set(summary) < set(write(report, "table").splitlines())
