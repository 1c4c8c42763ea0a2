"""`mandategraph ingest`: documents to draft graphs, with nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from mandategraph.cli.batch import Outcome, State, drafted, named
from mandategraph.cli.ingest_results import Progress, as_data, as_text, in_a_sentence
from mandategraph.cli.options import JsonFlag, StoreOption, open_store, settings_from
from mandategraph.cli.output import say, write_out
from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.graphs import Graphs
from mandategraph.library import Library


def command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Documents to read.")],
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar="KEY", help="Whose documents they are: oas, un, …")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write NAME.trig and NAME.txt there, not into the store."),
    ] = None,
    store: StoreOption = None,
    as_json: JsonFlag = False,
) -> None:
    """
    Read documents into draft graphs.

    A draft lies in the review graph: nothing in it counts until somebody accepts it. Every fact has the words it came
    from, and every character of the text lies in a span or in the list of unplaced text. A file that cannot be read is
    told in one sentence and the others go on; the exit status is then 3. A run that was interrupted goes on where it
    stopped: with `--out`, a file that has not changed since is not read again.
    """
    settings = settings_from(store=store)
    key = organisation or settings.organisation
    library = Library.shipped()
    known = library.organisations()
    if key not in known:
        folder = library.data_folder / key
        empty = f" The folder {folder} has no organisation.toml." if key and folder.is_dir() else ""
        raise UnknownName("organisation", key, known, f"There are {', '.join(known)}.{empty}")
    graph = Graphs(settings.base).review
    jobs = named(files)
    outcomes: list[Outcome] = []
    with _folder(out) as place:
        state = State.nowhere() if out is None else State.of(place, library, key, graph)
        with Progress(len(jobs)) as bar:
            for outcome in drafted(jobs, key, graph, place, state):
                outcomes.append(outcome)
                bar.step(outcome)
        read = [place / f"{outcome.name}.trig" for outcome in outcomes if not outcome.why]
        if out is None and read:
            with open_store(settings, write=True) as here:
                here.drafts.take(read)
    if as_json:
        write_out(as_data(outcomes))
    else:
        write_out(as_text(outcomes))
        say(in_a_sentence(outcomes, f"in {out}" if out is not None else "in the review graph of the store"))
    if any(outcome.why for outcome in outcomes):
        raise typer.Exit(3)


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    """The folder of the drafts; one that goes away where they end in the store."""
    if out is None:
        with TemporaryDirectory(prefix="mandategraph-") as name:
            yield Path(name)
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise WrongUse(f"{out} cannot be made a folder ({problem.strerror or problem}); give another.") from problem
    yield out
