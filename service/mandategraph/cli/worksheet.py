"""`mandategraph worksheet`: what waits for a decision, as a spreadsheet that files itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.options import LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.orders import as_day
from mandategraph.cli.output import say, write_out
from mandategraph.cli.wording import sentences
from mandategraph.core.claims import Claims
from mandategraph.core.errors import CannotLook, UnknownName, WrongUse
from mandategraph.core.findings import Finding
from mandategraph.core.worksheet_rows import rows_of, things_shown
from mandategraph.wiring import Installation


def command(
    plan: Annotated[str, typer.Argument(help="A shipped plan such as cam, or the address of a plan in the store.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A file NAME.xlsx, or a folder for CSV files.")] = Path(
        "worksheet.xlsx"
    ),
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Gaps as of this day; the plan's own unless told.")
    ] = None,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """
    Write a worksheet on which people decide: mandates, links, activities, participation and gaps.

    The yellow columns are filled in, the others are locked. Then: mandategraph decide FILE --by NAME
    """
    from mandategraph.publish.workbook import as_csv, as_xlsx

    settings = settings_from(store=store, lang=lang)
    with open_store(settings) as here:
        iri = plan_address(here, plan)
        claims = Claims.read(here.store, here.graphs)
        findings = list(excusable(here, iri, settings.lang, as_day("--on", on)).values())
        labels = {
            **here.labels(things_shown(here.store, here.graphs, claims), settings.lang),
            **sentences(here, claims.all, settings.lang),
        }
        sheets = rows_of(here.store, here.graphs, claims, findings, labels, settings.lang)
        title = here.labels([iri], settings.lang).get(iri, plan)
    if output.suffix.casefold() == ".xlsx":
        write_out(as_xlsx(sheets, iri, title, settings.lang), output)
    elif output.suffix:
        raise WrongUse(f"A worksheet is a file NAME.xlsx or a folder of CSV files, not {output.name}.")
    else:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise CannotLook(f"The folder {output} cannot be made: {problem.strerror}.") from problem
        for name, data in as_csv(sheets, iri, settings.lang).items():
            write_out(data, output / name)
    say(f"{output}: {sum(map(len, sheets.values())):,} rows to decide.")


def plan_address(here: Installation, plan: str) -> str:
    """Return the address of a plan by its name; UnknownName where there is none."""
    plans = here.library.plans()
    if plan in plans:
        return plans[plan].iri
    if not plan.startswith(("http://", "https://")):
        raise UnknownName("plan", plan, plans, hint="A plan may also be given by its address.")
    return plan


def excusable(here: Installation, plan: str, language: str, on: date | None = None) -> dict[str, Finding]:
    """Return the findings of the strictest profile that a person may excuse, by the key of their row, as of a day."""
    from mandategraph.checks import Catalogue, check

    catalogue = Catalogue.read(here.library.shapes_folder)
    report = check(
        here.store, here.graphs, catalogue, here.labels, profile="report", on=on, plan=plan, language=language
    )
    return {f"{one.code} {one.focus}": one for one in report.findings if catalogue.rows[one.code].excusable}
