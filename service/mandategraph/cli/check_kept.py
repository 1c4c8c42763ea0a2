"""`mandategraph check --keep` and `--new-since`: findings over time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from mandategraph.checks import Catalogue
from mandategraph.checks.formats.difference import difference, difference_data
from mandategraph.cli.days import today
from mandategraph.cli.options import open_store
from mandategraph.cli.output import say
from mandategraph.core.dates import write_date
from mandategraph.core.errors import CannotLook, UnknownName, WrongUse, WrongValue
from mandategraph.core.findings import Report
from mandategraph.settings import Settings
from mandategraph.stores.older_snapshot import older_snapshot
from mandategraph.wiring.kept_findings import Checked, keep, reports_of, stood_on

_FORMATS = ("table", "json")
_NUMBER = re.compile(r"\d{1,6}\Z")


def refuse_kept_beside(option: str, options: Mapping[str, Any]) -> None:
    """Raise WrongUse where an option that is about the store's own findings stands beside what has others."""
    for name, value in options.items():
        if value:
            raise WrongUse(f"{option} is about what the store holds, and goes with no {name}.")


def check_and_keep(settings: Settings, asked: Checked) -> Report:
    """Return what is found, once it is kept; tell what came and went since the last time."""
    _refuse_missing(settings)
    with open_store(settings, write=True) as here:
        kept = keep(here, asked, today())
    if kept.is_changed:
        say(f"Kept as of {kept.day.isoformat()}: {len(kept.report.findings):,} findings; "
            f"{kept.new:,} new and {kept.gone:,} gone since the last time.")  # fmt: skip
    else:
        say(f"Kept already as of {kept.day.isoformat()}: nothing was written.")
    return kept.report


def told_since(settings: Settings, asked: Checked, since: str, form: str) -> tuple[str, Report]:
    """
    Return what is new and what is gone since a day or a snapshot, as text, and a report with what is new alone.

    Raises WrongValue for anything else, CannotLook and StoreUnavailable where nothing is known of then.
    """
    if form not in _FORMATS:
        raise UnknownName("format", form, _FORMATS, hint="With --new-since the formats are table and json.")
    language = settings.lang
    with open_store(settings) as here:
        if _NUMBER.match(since):
            if settings.store_address:
                raise CannotLook("An endpoint has no snapshots. Name a day.")
            after = reports_of(here, asked, [language])[language]
            with older_snapshot(settings.store_folder, int(since)) as store:
                before = reports_of(here, asked, [language], store)[language]
            when = since.zfill(6)
        else:
            day = _day(since)
            after = reports_of(here, asked, [language])[language]
            catalogue = Catalogue.read(here.library.shapes_folder)
            before = replace(after, findings=stood_on(here, catalogue, after, day))
            when = write_date(day.isoformat(), language)
    then = {one.id for one in before.findings}
    new = replace(after, findings=tuple(one for one in after.findings if one.id not in then))
    if form == "json":
        return json.dumps(difference_data(before, after), ensure_ascii=False, indent=2) + "\n", new
    return difference(before, after, when), new


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise WrongValue("--new-since", text, "a day, or the number of a snapshot", "2026-11-01") from problem


def _refuse_missing(settings: Settings) -> None:
    """Make no store only to find that there is nothing in it to check."""
    folder = Path(settings.store_folder)
    if not settings.store_address and not settings.is_default_store and not folder.exists():
        raise CannotLook(f"There is no store in {folder}. Make one with: mandategraph load cam --store {folder}")
