"""What the checks find in a draft that is not accepted yet, and what bars it from the facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from mandategraph.checks import Catalogue, check, integrity
from mandategraph.cli.days import today
from mandategraph.cli.output import say
from mandategraph.cli.references import draft_named
from mandategraph.core.findings import Report
from mandategraph.core.labels import labels
from mandategraph.core.symbols import Symbols
from mandategraph.wiring import Installation

_MOST = 12


def check_draft(here: Installation, draft: str, profile: str, on: date | None, engine: str) -> tuple[Report, bool]:
    """
    Return the report on a draft, and whether it is barred; what bars it is told on standard error.

    The draft is accepted in a copy, with the registers of its organisation; findings are those about its own nodes.
    """
    language = here.settings.lang
    catalogue = Catalogue.read(here.library.shapes_folder)
    with here.drafts.tried(draft_named(draft, here.library), on or today()) as (stage, held, found):
        public = here.graphs.public()
        symbols = [Symbols.of(here.library.organisation(key)) for key in here.library.organisations()]
        query = here.library.query("pages/labels")

        def named(iris: Collection[str], tongue: str) -> Mapping[str, str]:
            told = labels(stage, public, query, iris, tongue, symbols)
            return {iri: label.text for iri, label in told.items()}

        faults = integrity(stage, here.graphs, catalogue, named, language)
        plans = [document for document in held.documents if "/plan" in document]
        report = check(
            stage,
            here.graphs,
            catalogue,
            named,
            profile=profile,
            on=on,
            plan=plans[0] if plans else None,
            language=language,
            engine=engine,
            only=held.subjects | frozenset(held.documents),
        )
    if faults:
        say(f"The draft cannot be accepted as it is; {len(faults):,} things bar it:")
        for fault in faults[:_MOST]:
            say(f"  - {fault}")
        if len(faults) > _MOST:
            say(f"  … and {len(faults) - _MOST:,} more.")
    else:
        say("Nothing bars the draft from the facts: mandategraph accept")
    for sentence in found.kept:
        say(sentence)
    return report, bool(faults)
