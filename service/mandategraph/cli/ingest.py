"""`mandategraph ingest`: documents to draft graphs, with nothing lost."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Annotated, Any

import typer

from mandategraph.cli.options import JsonFlag, StoreOption, open_store, settings_from
from mandategraph.cli.output import say, write_out
from mandategraph.core.errors import MandateGraphError, UnknownName
from mandategraph.core.graphs import Graphs
from mandategraph.library import Library

_MOST_NOTES = 12


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
    told in one sentence and the others go on; the exit status is then 3.
    """
    settings = settings_from(store=store)
    key = organisation or settings.organisation
    known = Library.shipped().organisations()
    if key not in known:
        raise UnknownName("organisation", key, known, f"There are {', '.join(known)}.")
    graph = Graphs(settings.base).review
    folder = out
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    summaries: list[dict[str, Any]] = []
    failed = 0
    written: list[Path] = []
    with _scratch(folder) as place:
        for done, (path, told) in enumerate(_drafted(files, key, graph, place), 1):
            if isinstance(told, str):
                failed += 1
                say(told)
            else:
                summaries.append(told)
                written.append(place / f"{_stem(path)}.trig")
            _progress(done, len(files))
        if out is None and written:
            with open_store(settings, write=True) as here:
                here.take_drafts(written)
    if as_json:
        write_out(json.dumps({"drafts": summaries, "failed": failed}, ensure_ascii=False, indent=1) + "\n")
    else:
        write_out(_summary(summaries))
        where = f"in {out}" if out is not None else "in the review graph of the store"
        drafts = "1 draft" if len(summaries) == 1 else f"{len(summaries):,} drafts"
        unread = f" {failed:,} of {len(files):,} files could not be read." if failed else ""
        say(f"{drafts} {where}.{unread}")
    if failed:
        raise typer.Exit(3)


def _scratch(folder: Path | None) -> Any:
    import contextlib
    import tempfile

    if folder is not None:
        return contextlib.nullcontext(folder)

    @contextlib.contextmanager
    def temporary() -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="mandategraph-") as name:
            yield Path(name)

    return temporary()


def _stem(path: Path) -> str:
    return path.name.removesuffix(path.suffix) if path.suffix else path.name


def _progress(done: int, of: int) -> None:
    if of > 1 and sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {of:,}" + ("\n" if done == of else ""))
        sys.stderr.flush()


def _drafted(files: Sequence[Path], key: str, graph: str, folder: Path) -> Iterator[tuple[Path, dict[str, Any] | str]]:
    """Yield what became of each file, in order: its summary, or the sentence that says why not."""
    if len(files) < 8:
        begin(key, graph, str(folder))
        for path in files:
            yield path, one(str(path))
        return
    workers = min(len(files), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, initializer=begin, initargs=(key, graph, str(folder))) as pool:
        results = pool.map(one, [str(path) for path in files], chunksize=4)
        for path in files:
            try:
                yield path, next(results)
            except BrokenProcessPool:
                yield path, f"{path}: reading it ended the process that read it; it is left out."


_drafter: Any = None
_worker: Any = None
_folder = Path()


def begin(key: str, graph: str, folder: str) -> None:
    """Make ready a process that reads files: the words of the languages and what is known of the organisation."""
    global _drafter, _folder, _worker
    import atexit

    from mandategraph.cli.drafters import drafter_of
    from mandategraph.ingest.worker import Worker

    # Files are opened in a process of their own, without network and with limits of memory and time.
    _worker = Worker()
    atexit.register(_worker.close)
    _drafter, _folder = drafter_of(Library.shipped(), key, graph), Path(folder)


def one(name: str) -> dict[str, Any] | str:
    """Read a file, write its draft and text whole or not at all, and return the summary or one sentence."""
    path = Path(name)
    try:
        draft = _drafter.draft(_worker.read(path))
    except MandateGraphError as problem:
        return f"{name}: {problem.message}" if name not in problem.message else problem.message
    except RecursionError:
        return f"{name}: it is nested too deeply to be read. Split it, or flatten its lists."
    except OSError as problem:
        return f"{name}: {problem.strerror or problem}."
    except Exception as problem:
        return f"{name}: it could not be read ({type(problem).__name__}). The file is left out; please report it."
    for suffix, content in ((".txt", draft.source_text), (".trig", draft.trig)):
        target = _folder / f"{_stem(path)}{suffix}"
        partial = target.with_name(target.name + ".part")
        partial.write_bytes(content.encode("utf-8"))
        partial.replace(target)
    summary: dict[str, Any] = draft.summary()
    return summary


def _summary(summaries: Sequence[dict[str, Any]]) -> str:
    lines: list[str] = []
    if len(summaries) > 6:
        lines += _totals(summaries)
    else:
        for told in summaries:
            lines += _of_one(told)
    return "\n".join(lines) + "\n" if lines else ""


def _of_one(told: dict[str, Any]) -> list[str]:
    provisions = ", ".join(f"{count:,} {kind}" for kind, count in told["provisions"].items()) or "none"
    unplaced = ", ".join(f"{count:,} {reason}" for reason, count in told["unplaced"].items()) or "none"
    notes = told["needs a look"]
    lines = [
        f"{told['file']}: {'; '.join(told['documents'])}",
        f"  Provisions:    {provisions}",
        f"  Statements:    {told['statements']:,}, of which {told['mandates']:,} mandates",
        f"  Citations:     {told['citations']:,}",
        *([f"  Calendar:      {told['calendar entries']:,} entries"] if told["calendar entries"] else []),
        f"  Unplaced:      {unplaced} (stretches)",
        f"  Accounted for: {told['characters'] - told['unaccounted']:,} of {told['characters']:,} characters not blank",
    ]
    if notes:
        lines.append(f"  Needs a look:  {len(notes):,}")
        lines += [f"    - {note}" for note in notes[:_MOST_NOTES]]
        if len(notes) > _MOST_NOTES:
            lines.append(f"    … and {len(notes) - _MOST_NOTES:,} more (--json lists all)")
    return lines


def _totals(summaries: Sequence[dict[str, Any]]) -> list[str]:
    provisions: Counter[str] = Counter()
    for told in summaries:
        provisions.update(told["provisions"])
    silent = [told["file"] for told in summaries if not {"operative", "article"} & set(told["provisions"])]
    every = {
        name: sum(told[name] for told in summaries)
        for name in ("statements", "mandates", "citations", "characters", "unaccounted")
    }
    notes = sum(len(told["needs a look"]) for told in summaries)
    lines = [
        f"Documents:     {sum(len(told['documents']) for told in summaries):,} in {len(summaries):,} files",
        f"Provisions:    {', '.join(f'{count:,} {kind}' for kind, count in sorted(provisions.items()))}",
        f"Statements:    {every['statements']:,}, of which {every['mandates']:,} mandates",
        f"Citations:     {every['citations']:,}",
        f"Characters:    {every['characters']:,} that are not blank, {every['unaccounted']:,} of them unaccounted for",
        f"Needs a look:  {notes:,} notes (--json lists them)",
    ]
    if silent:
        lines.append(f"Without operative paragraph: {', '.join(silent)}")
    return lines
