"""`mandategraph query`: any SPARQL query on the store."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mandategraph.cli.options import JsonFlag, StoreOption, open_store, settings_from
from mandategraph.cli.output import print_table, say, write_out
from mandategraph.core.errors import CannotLook, UnknownName, WrongUse
from mandategraph.core.formats import ANSWER_TYPES, RDF_FORMATS
from mandategraph.core.gate import admit
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import PREFIXES
from mandategraph.core.ports import GraphStore
from mandategraph.core.scanner import tokens
from mandategraph.core.terms import Iri, Term

if TYPE_CHECKING:
    from mandategraph.stores.bounded import BoundedStore
    from mandategraph.wiring import Installation

_FORMATS = ("table", *ANSWER_TYPES, *(known.name for known in RDF_FORMATS if not known.has_graphs), "jsonld")


def command(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A file with the query; - reads it here.")] = None,
    text: Annotated[str | None, typer.Option("-e", metavar="TEXT", help="The query itself.")] = None,
    output_format: Annotated[str | None, typer.Option("--format", help=f"One of {', '.join(_FORMATS)}.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    store: StoreOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Put any SPARQL query to the store.

    Its default graph is the facts and what follows from them; every graph of the store can be read by GRAPH. Our
    prefixes (mg, k, id, at, skos, dcterms …) need no declaration.

    A query that takes more time, memory or rows than the settings allow is ended, as in the service.
    """
    form = "json" if as_json else output_format
    if form is not None and form not in _FORMATS:
        raise UnknownName("format", form, _FORMATS, f"There are {', '.join(_FORMATS)}.")
    query = _read(file, text)
    declared = missing_prefixes(query)
    with open_store(settings_from(store=store)) as here:
        try:
            ours = here.graphs.everything()
            # Whoever opens the store reads all of it, what clients wrote beside the installation too.
            whole = Dataset(ours.default, tuple(dict.fromkeys([*ours.named, *here.store.graph_names()])))
            _answer(_bounded(here), declared + query, whole, form, output)
        except WrongUse as problem:
            problem.message = as_written(problem.message, len(declared))
            raise


def missing_prefixes(query: str) -> str:
    """
    Return the declarations of our prefixes that a query uses without declaring them.

    >>> missing_prefixes("ASK { ?s a mg:Mandate }")
    'PREFIX mg: <https://w3id.org/mandategraph/ns#> '
    """
    words = tokens(query)
    used = {token.text.partition(":")[0] for token in words if token.kind == "pname"}
    declared = {
        after.text[:-1] for token, after in pairwise(words) if token.keyword == "PREFIX" and after.kind == "pname"
    }
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in PREFIXES if name in used - declared)


def as_written(message: str, characters_before: int) -> str:
    """
    Return a sentence with its place as the query was written, without what we put in front of its first line.

    >>> as_written("Line 1, column 50: this string is not closed.", 47)
    'Line 1, column 3: this string is not closed.'
    """
    found = re.match(r"Line 1, column (\d+):", message)
    if found is None:
        return message
    return f"Line 1, column {int(found[1]) - characters_before}:{message[found.end() :]}"


def _read(file: Path | None, text: str | None) -> str:
    if (file is None) == (text is None):
        raise WrongUse("Give the query in a FILE, or as -e TEXT.")
    if text is not None:
        return text
    if str(file) == "-":
        return sys.stdin.read()
    assert file is not None  # noqa: S101  one of the two is given
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as problem:
        raise CannotLook(f"There is no file {file}.") from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotLook(f"The file {file} cannot be read: {problem}.") from problem


def _bounded(here: Installation) -> GraphStore | BoundedStore:
    """Return what answers within limits: reader processes, or an endpoint, which has its own."""
    if here.readers is None:
        return here.store
    from mandategraph.stores.bounded import BoundedStore

    # One query needs one process, and none that waits for the next.
    here.readers.limits = replace(here.readers.limits, warm=0)
    return BoundedStore(here.readers)


def _answer(
    store: GraphStore | BoundedStore, query: str, dataset: Dataset, form: str | None, output: Path | None
) -> None:
    kind = admit(query, dataset).form
    if kind in {"construct", "describe"}:
        if form in {"table", *ANSWER_TYPES}:
            raise WrongUse(f"The answer of {kind.upper()} is a graph: use turtle, ntriples, rdfxml or jsonld.")
        _graph(store, query, dataset, form or "turtle", output)
    elif form is None or form == "table":
        if output is not None:
            raise WrongUse("A table is for reading here: for a file say --format csv, tsv, json or xml.")
        _table(store, query, dataset, kind)
    elif form in ANSWER_TYPES:
        # CSV and TSV have no form for a truth; ours is the word.
        if kind == "ask" and form in {"csv", "tsv"}:
            write_out("true\n" if store.ask(query, dataset) else "false\n", output)
        else:
            write_out(b"".join(store.answer(query, dataset, ANSWER_TYPES[form])), output)
    else:
        raise WrongUse(f"The answer of {kind.upper()} is no graph: use table, {', '.join(ANSWER_TYPES)}.")


def _graph(store: GraphStore | BoundedStore, query: str, dataset: Dataset, form: str, output: Path | None) -> None:
    from mandategraph.publish.rdf import serialise

    write_out(serialise(store.construct(query, dataset), form), output)


def _table(store: GraphStore | BoundedStore, query: str, dataset: Dataset, kind: str) -> None:
    if kind == "ask":
        write_out("true\n" if store.ask(query, dataset) else "false\n")
        return
    found = store.select(query, dataset)
    print_table(found.variables, [[_cell(row.get(name)) for name in found.variables] for row in found.rows])
    say(f"{len(found.rows):,} rows." if len(found.rows) != 1 else "1 row.")


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Iri):
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value[len(namespace) :]}"
    return str(term)
