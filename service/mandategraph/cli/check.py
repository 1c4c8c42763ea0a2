"""`mandategraph check`: what a plan leaves out and what needs a decision; or any shapes on any data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mandategraph.checks import Catalogue
from mandategraph.checks.catalogue import PROFILES
from mandategraph.checks.formats import FORMATS, write
from mandategraph.checks.overlay import overlay as overlay_of
from mandategraph.checks.run import ENGINES
from mandategraph.cli.check_kept import check_and_keep, refuse_kept_beside, told_since
from mandategraph.cli.days import day_given, today
from mandategraph.cli.options import JsonFlag, LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.output import write_out
from mandategraph.cli.watching import keep_watching, looking, refuse_beside
from mandategraph.core.errors import UnknownName
from mandategraph.core.findings import Severity
from mandategraph.library import Library
from mandategraph.settings import Settings
from mandategraph.wiring.kept_findings import Checked, reports_of


def command(
    profile: Annotated[
        str | None, typer.Option(help=f"How strictly: {', '.join(PROFILES)} (report; with --draft: draft).")
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day to speak of; the plan's own unless told.")
    ] = None,
    plan: Annotated[str | None, typer.Option(help="Name or address of the plan; the newest unless told.")] = None,
    fail_on: Annotated[str, typer.Option(help="Exit 1 from this weight on: info, warning, violation.")] = "violation",
    output_format: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "table",
    engine: Annotated[str, typer.Option(help=f"One of {', '.join(ENGINES)}.")] = "compiled",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    draft: Annotated[
        str | None, typer.Option("--draft", metavar="DRAFT", help="Check a draft as if it were accepted.")
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="Check these RDF files instead of the store; needs --shapes.")
    ] = None,
    shapes: Annotated[list[Path] | None, typer.Option(help="Check by these SHACL shapes.")] = None,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Print what makes the shapes this profile for another validator.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and after each change tell what is new and what is gone.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the findings in the store, with the day on which each was first seen.")
    ] = False,
    new_since: Annotated[
        str | None,
        typer.Option("--new-since", metavar="DATE|SNAPSHOT", help="Tell only what is new and what is gone since then."),
    ] = None,
    store: StoreOption = None,
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Check what is in the store: what is missing, and what needs a decision.

    Exit status: 0 nothing at or above --fail-on, 1 something, 2 wrong use, 3 could not look.
    With --keep: the findings are written into the store, each with today as its first day where it is new; those that
    are gone stay, with the day on which they went. With --new-since: what is new and what is gone since a day of which
    findings are kept, or since a snapshot that is still there; exit status 1 where something new reaches --fail-on.
    With --watch: the report, then after each change of the store what is new and what is gone, until Ctrl-C; as table,
    or as JSON, one object a line.
    With --draft: what the checks find in a draft, a file or that of a document in the review graph, and what bars it
    from the facts. With --shapes: check the store, or any RDF files given by --data, by any SHACL shapes and print the
    standard validation report, as turtle, ntriples, jsonld or rdfxml.
    """
    least = Severity.read(fail_on)
    form = "json" if as_json else output_format
    if watch:
        others = {"--data": data, "--shapes": shapes, "--draft": draft, "-o": output, "--overlay": overlay}
        refuse_beside(form, others | {"--keep": keep, "--new-since": new_since})
    if keep or new_since:
        others = {"--data": data, "--shapes": shapes, "--draft": draft, "--overlay": overlay}
        refuse_kept_beside("--keep" if keep else "--new-since", others | {"--new-since": keep and new_since})
    if data or shapes:
        from mandategraph.cli.check_files import check_files, check_store

        if engine not in ENGINES:
            raise UnknownName("engine", engine, ENGINES, hint=f"The engines are {' and '.join(ENGINES)}.")
        if data:
            check_files(data, shapes or [], output_format, output, engine)
        else:
            check_store(settings_from(store=store, lang=lang), shapes or [], output_format, output, engine)
        return
    if draft is not None:
        from mandategraph.cli.draft_check import check_draft

        settings = settings_from(store=store, lang=lang)
        with open_store(settings) as here:
            report, is_barred = check_draft(here, draft, profile or "draft", day_given(on), engine)
        write_out(write(report, form), output)
        if is_barred or report.reaches(least):
            raise typer.Exit(1)
        return
    profile = profile or "report"
    if overlay:
        write_out(overlay_of(Catalogue.read(Library.shipped().shapes_folder), profile), output)
        return
    settings = settings_from(store=store, lang=lang)
    given_plan, given_day = _plan(plan, Library.shipped(), settings), day_given(on)
    asked = Checked(profile, given_day, given_plan, engine, today())
    if new_since is not None:
        told, report = told_since(settings, asked, new_since, form)
        write_out(told, output)
        if report.reaches(least):
            raise typer.Exit(1)
        return
    if keep:
        report = check_and_keep(settings, asked)
        write_out(write(report, form), output)
        if report.reaches(least):
            raise typer.Exit(1)
        return
    with open_store(settings) as here:
        if watch:
            keep_watching(looking(here, asked), lambda: here.store.revision, form)
        report = reports_of(here, asked, [settings.lang])[settings.lang]
    write_out(write(report, form), output)
    if report.reaches(least):
        raise typer.Exit(1)


def _plan(text: str | None, library: Library, settings: Settings) -> str | None:
    if text is None:
        if settings.origin("plan") == "default":
            return None
        text = settings.plan
    if text.startswith(("http://", "https://")):
        return text
    plans = library.plans()
    if text not in plans:
        raise UnknownName("plan", text, plans, hint="A plan may also be given by its address.")
    return plans[text].iri
