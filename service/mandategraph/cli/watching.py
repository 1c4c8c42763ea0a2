"""`check --watch`: what is new among the findings and what is gone, after each change of the store."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from mandategraph.checks.formats import write
from mandategraph.checks.formats.difference import difference, difference_data
from mandategraph.cli.output import say, write_out
from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.findings import Report
from mandategraph.wiring import Installation
from mandategraph.wiring.kept_findings import Checked, reports_of, something_to_check

_FORMATS = ("table", "json")
_PAUSE = 0.5


def refuse_beside(form: str, options: Mapping[str, Any]) -> None:
    """Raise WrongUse for what cannot be watched, or in another format than table and JSON."""
    for name, value in options.items():
        if value:
            raise WrongUse(f"--watch looks at the store, and goes with no {name}.")
    if form not in _FORMATS:
        raise UnknownName("format", form, _FORMATS, hint="With --watch the formats are table and json.")


def looking(here: Installation, asked: Checked) -> Callable[[], Report]:
    """
    Return what gives the present report, each time anew.

    In a store folder only what the changed triples reach is asked again; at an endpoint, which does not tell what has
    changed, and with the reference engine everything is, and that is said.
    """
    from mandategraph.stores.snapshot import SnapshotReader

    language = here.settings.lang
    if asked.engine == "compiled" and isinstance(here.store, SnapshotReader):
        from mandategraph.wiring.standing_checks import StandingChecks

        checks = StandingChecks(here.settings.store_folder, here.graphs, here.library)
        return lambda: something_to_check(checks.report(asked, language))
    say("After each change everything is checked anew.")
    return lambda: reports_of(here, asked, [language])[language]


def keep_watching(look: Callable[[], Report], revision: Callable[[], str], form: str) -> NoReturn:
    """
    Print the report, then each difference from the one before, until interrupted.

    A change of the store that changes no finding is not told. Where nobody tells of changes, as at an endpoint, it
    looks anew each second.
    """
    seen = revision()
    before = look()
    write_out(_on_one_line(write(before, form)) if form == "json" else write(before, form))
    while True:
        time.sleep(_PAUSE)
        if (now := revision()) == seen:
            continue
        # Taken before the look: what is written meanwhile is looked at once more.
        seen, after = now, look()
        if {one.id for one in before.findings} != {one.id for one in after.findings}:
            if form == "json":
                write_out(json.dumps(difference_data(before, after), ensure_ascii=False) + "\n")
            else:
                write_out(difference(before, after))
        before = after


def _on_one_line(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False) + "\n"
