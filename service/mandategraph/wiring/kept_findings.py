"""Checks whose findings are kept over time: written into the validation layer, and compared with what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mandategraph.core.errors import CannotLook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mandategraph.checks.catalogue import Catalogue
    from mandategraph.checks.keeping import Kept
    from mandategraph.core.findings import Finding, Report
    from mandategraph.core.ports import GraphStore
    from mandategraph.wiring import Installation


@dataclass(frozen=True)
class Checked:
    """
    What a check of the present is about: the profile, and the day and the plan where they are not the usual ones.

    `today` stands for the day where no plan states one.
    """

    profile: str
    on: date | None
    plan: str | None
    engine: str
    today: date


@dataclass(frozen=True)
class KeptNow:
    """A report that is kept: in the language of the settings, how many findings came and went, and on which day."""

    report: Report
    day: date
    new: int
    gone: int
    is_changed: bool


def reports_of(
    here: Installation, asked: Checked, languages: Sequence[str], store: GraphStore | None = None
) -> Mapping[str, Report]:
    """
    Return what a check finds in some languages, of one run; CannotLook where there is nothing to look at.

    It looks at the newest state of the installation, or at a `store` that holds an earlier one.
    """
    from mandategraph.checks import Catalogue
    from mandategraph.checks.run import engine_named, report_of
    from mandategraph.checks.subject import subject_of

    store = store or here.store
    catalogue = Catalogue.read(here.library.shapes_folder)
    shapes = [shape for shape, _ in catalogue.profile(asked.profile)]
    subject = subject_of(store, here.graphs, asked.plan)
    run = subject.run(asked.on, asked.today)
    outcome = engine_named(asked.engine, store, here.graphs, catalogue)(shapes, run)
    reports = {
        language: report_of(
            store,
            here.graphs,
            catalogue,
            here.labels,
            outcome,
            subject,
            run,
            profile=asked.profile,
            language=language,
            is_day_given=asked.on is not None,
            engine=asked.engine,
        )
        for language in languages
    }
    for report in reports.values():
        something_to_check(report)
    return reports


def something_to_check(report: Report) -> Report:
    """Return a report; CannotLook where there was neither plan nor document to look at."""
    if not report.plan and not any(count for _, count in report.scope):
        # Nothing found in nothing is no clean bill of health.
        raise CannotLook("This store holds no work plan and no document to check. Load one: mandategraph load cam")
    return report


def keep(here: Installation, asked: Checked, day: date) -> KeptNow:
    """
    Check, and write what is found into the validation layer, whole or not at all; nothing where it holds it already.

    `day` is the one on which the findings are seen. What came and went is since the last time.
    """
    from mandategraph.checks.keeping import kept_now, read_kept
    from mandategraph.checks.wording import LANGUAGES

    reports = reports_of(here, asked, LANGUAGES)
    report = reports[here.settings.lang]
    before = set(read_kept(here.store, here.graphs, report.plan, report.profile).since())
    added, removed = kept_now(here.store, here.graphs, reports, day)
    here.keep_findings(f"{report.profile}: {len(report.findings)} findings", added, removed)
    now = {finding.id for finding in report.findings}
    return KeptNow(report, day, len(now - before), len(before - now), bool(added or removed))


def kept_of(here: Installation, report: Report) -> Kept:
    """Return what is kept of the plan and the profile of a report."""
    from mandategraph.checks.keeping import read_kept

    return read_kept(here.store, here.graphs, report.plan, report.profile)


def stood_on(here: Installation, catalogue: Catalogue, report: Report, day: date) -> tuple[Finding, ...]:
    """
    Return the findings that stood at the end of a day, in the language of a report, those of a gone check left out.

    CannotLook where nothing is kept of that day.
    """
    from mandategraph.checks.keeping import told_again

    kept = kept_of(here, report)
    if kept.first_run is None:
        raise CannotLook("No findings are kept yet. Keep those of today: mandategraph check --keep")
    if day < kept.first_run:
        raise CannotLook(
            f"Findings are kept since {kept.first_run.isoformat()}; nothing is known of {day.isoformat()}."
        )
    return told_again(here.store, here.graphs, catalogue.rows, kept.on(day).values(), report.language)
