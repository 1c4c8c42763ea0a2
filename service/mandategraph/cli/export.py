"""`mandategraph export`: what is in the store, as RDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mandategraph.cli.options import StoreOption, open_store, settings_from
from mandategraph.cli.output import say, write_out
from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.formats import RDF_FORMATS, Format
from mandategraph.core.graphs import Graphs
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Quad
from mandategraph.publish.rdf import format_named, serialise
from mandategraph.settings import Settings

SCOPES = ("public", "facts", "review", "all")
_NAMES = ", ".join(known.name for known in RDF_FORMATS)


def command(
    output_format: Annotated[
        str | None, typer.Option("--format", help=f"One of {_NAMES}; by the file's ending.")
    ] = None,
    scope: Annotated[str, typer.Option("--scope", help=f"One of {', '.join(SCOPES)}.")] = "public",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    store: StoreOption = None,
) -> None:
    """
    Write what is in the store as RDF; the same content gives the same bytes.

    Scope public is what anybody may read: facts and what follows from them; all is every graph, those that clients
    wrote over HTTP too. A format without graphs holds facts and conclusions as one; review and everything else are
    never mixed with facts.
    """
    if scope not in SCOPES:
        raise UnknownName("scope", scope, SCOPES, f"There are {', '.join(SCOPES)}.")
    form = format_named(output_format) if output_format else _by_ending(output)
    settings = settings_from(store=store)
    graphs = Graphs(settings.base)
    if scope == "all" and not form.has_graphs:
        named = " or ".join(known.name for known in RDF_FORMATS if known.has_graphs)
        raise WrongUse(f"{form.name} would mix proposals with facts; use {named} for scope all.")
    with open_store(settings) as here:
        wanted = [*scope_graphs(scope, graphs), *(_of_clients(here.store, graphs) if scope == "all" else ())]
        quads = [quad for graph in wanted for quad in here.store.quads(graph)]
    if not form.has_graphs:
        quads = [Quad(quad.subject, quad.predicate, quad.object) for quad in quads]
    write_out(serialise(quads, form.name, notice(settings)), output)
    if output is not None:
        say(f"{len(quads):,} triples written to {output}.")


def scope_graphs(scope: str, graphs: Graphs) -> tuple[str, ...]:
    """Return the graphs of a scope."""
    return {
        "public": (graphs.facts, graphs.inferred, graphs.validation),
        "facts": (graphs.facts,),
        "review": (graphs.review,),
        "all": graphs.all,
    }[scope]


def _of_clients(store: GraphStore, graphs: Graphs) -> list[str | None]:
    """Return the graphs beside those of the installation; of an endpoint those that were written through us."""
    through_us = getattr(store, "graphs_of_clients", None)
    others: list[str | None] = [*(store.graph_names() if through_us is None else through_us())]
    if through_us is None:
        others.append(None)
    return [graph for graph in others if graph not in graphs.all]


def notice(settings: Settings) -> tuple[str, ...]:
    """Return what every export says of rights."""
    return (
        f"Mandate Graph. Licence of the data: {settings.licence}",
        f"Quoted official words are quotations and not under this licence: (c) {settings.rights_holder}.",
    )


def _by_ending(output: Path | None) -> Format:
    for known in RDF_FORMATS:
        if output is not None and output.name.lower().endswith(known.endings):
            return known
    return format_named("trig")
