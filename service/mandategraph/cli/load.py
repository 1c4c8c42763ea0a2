"""`mandategraph load`: the shipped plan, or RDF files, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.options import StoreOption, open_store, settings_from
from mandategraph.cli.output import say
from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.graphs import Graphs
from mandategraph.library import Library
from mandategraph.wiring import Changed, load_plan

_INTO = ("facts", "internal", "review")


def command(
    what: Annotated[
        list[str],
        typer.Argument(metavar="PLAN | FILE...", help="A shipped plan such as cam, or RDF files."),
    ],
    into: Annotated[
        str | None, typer.Option("--into", help=f"Put everything from the files here: {', '.join(_INTO)}.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """
    Load a shipped plan, or RDF files.

    A shipped plan that is there already is refreshed, and decisions of persons stay. Files may be Turtle, N-Triples,
    N-Quads, TriG, JSON-LD or RDF/XML, by their endings. Triples without a graph become facts; inferred ones are
    concluded anew. Every quotation is compared with its source text, which may lie beside the files as .txt. Where
    anything is wrong, nothing is loaded.
    """
    settings = settings_from(store=store)
    graphs = Graphs(settings.base)
    if into is not None and into not in _INTO:
        raise UnknownName("graph to load into", into, _INTO, f"There are {', '.join(_INTO)}.")
    plans = Library.shipped().plans()
    if what[0] in plans and not Path(what[0]).exists():
        if len(what) > 1 or into is not None:
            raise WrongUse("A shipped plan is loaded by itself: mandategraph load " + what[0])
        say(_told(load_plan(settings, what[0], say), plans[what[0]].title, graphs))
        return
    paths = [Path(name) for name in what]
    for name, path in zip(what, paths, strict=True):
        if not path.exists() and "." not in path.name:
            raise UnknownName("file or shipped plan", name, plans, f"Shipped are: {', '.join(plans)}.")
    with open_store(settings, write=True) as here:
        changed = here.load_files(paths, None if into is None else f"{graphs.base}graph/{into}")
    say(_told(changed, ", ".join(path.name for path in paths), graphs))


def _told(changed: Changed, what: str, graphs: Graphs) -> str:
    """Return the sentences about a load."""
    sentences = [f"{what}: {changed.read:,} triples read, {changed.compared:,} quotations compared with their source."]
    for name, iri in zip(("facts", "internal", "inferred", "review", "validation"), graphs.all, strict=True):
        added, removed = changed.added.get(iri, 0), changed.removed.get(iri, 0)
        if added or removed:
            sentences.append(f"{name}: {added:,} added, {removed:,} removed.")
    if not changed.added and not changed.removed:
        sentences.append("The store had all of it already.")
    for text, number in sorted(changed.not_compared.items()):
        sentences.append(f"{number:,} quotations of {text} could not be compared: its text is not here.")
    if changed.derived_left_out:
        sentences.append(f"{changed.derived_left_out:,} inferred triples of the file were left out and concluded anew.")
    return "\n".join(sentences)
