"""What came and went among the findings, as far as they are kept, and since when each has stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mandategraph.core.findings import Finding, Report
from mandategraph.web.service import Service


@dataclass(frozen=True)
class OverTime:
    """
    Since when each finding of a report has stood, by its id, which are new since a day, and which are gone.

    `first` and `last` are the days from which and until which findings are kept.
    """

    first: date
    last: date
    day: date
    began: Mapping[str, date]
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]


def findings_over_time(service: Service, report: Report, since: date | None = None) -> OverTime | None:
    """
    Return what is kept of the findings of a report, None where nothing is.

    Without a day it is since the last one on which they were kept; a day before the first counts as the first.
    """
    from mandategraph.checks.keeping import told_again
    from mandategraph.wiring.kept_findings import kept_of

    here = service.installation
    kept = kept_of(here, report)
    if kept.first_run is None or kept.last_run is None:
        return None
    day = max(since or kept.last_run, kept.first_run)
    then = kept.on(day)
    now = {finding.id for finding in report.findings}
    left = [period for name, period in then.items() if name not in now]
    return OverTime(
        first=kept.first_run,
        last=kept.last_run,
        day=day,
        began=kept.since(),
        new=tuple(finding for finding in report.findings if finding.id not in then),
        gone=told_again(here.store, here.graphs, service.catalogue.rows, left, report.language) if left else (),
    )
