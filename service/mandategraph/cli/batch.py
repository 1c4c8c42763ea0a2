"""Many documents at once: over the machine's cores, each told by itself, and going on where a run before stopped."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mandategraph import __version__
from mandategraph.core.errors import MandateGraphError
from mandategraph.library import Library

_STATE = ".ingest.jsonl"
_FEW = 8
_MAP = ".map.json"


@dataclass(frozen=True)
class Outcome:
    """
    What became of a file: a summary of its draft, or the sentence that says why there is none.

    `name` is that of the draft without suffix; `unchanged` says that a run before had read the file as it is.
    """

    path: Path
    name: str
    summary: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    unchanged: bool = False


@dataclass(frozen=True)
class Job:
    """A file to be read, and the name that its draft gets."""

    path: Path
    name: str


def named(files: Sequence[Path]) -> list[Job]:
    """
    Return the files with the names of their drafts: the name without suffix, the whole name where two are the same.

    >>> [job.name for job in named([Path("a/lamps.txt"), Path("a/lamps.docx"), Path("b/lamps.docx")])]
    ['lamps', 'lamps.docx', 'lamps.docx-2']
    """
    taken: set[str] = set()
    jobs = []
    for path in files:
        stem = path.name.removesuffix(path.suffix) if path.suffix else path.name
        name, count = stem if stem not in taken else path.name, 1
        while name in taken:
            count += 1
            name = f"{path.name}-{count}"
        taken.add(name)
        jobs.append(Job(path, name))
    return jobs


class State:
    """
    Which files of a folder of drafts were read, from which bytes and by which tool: a line a file, written as it ends.

    >>> State.nowhere().outcome(Job(Path("a.txt"), "a"), "x") is None
    True
    """

    def __init__(self, path: Path | None, tool: str) -> None:
        self._path = path
        self._tool = tool
        self._held: dict[str, dict[str, Any]] = {}
        if path is None or not path.is_file():
            return
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                held = json.loads(line)
                self._held[held["name"]] = held
            except (ValueError, KeyError, TypeError):
                # The line that was being written when the run before was ended.
                continue

    @property
    def is_kept(self) -> bool:
        """Whether there is a folder that remembers."""
        return self._path is not None

    @classmethod
    def nowhere(cls) -> State:
        """Return a state that nothing is kept of."""
        return cls(None, "")

    @classmethod
    def of(cls, folder: Path, library: Library, key: str, graph: str) -> State:
        """Return the state of a folder of drafts; a changed tool or changed words of the organisation read all anew."""
        digest = hashlib.sha256(f"{__version__} {key} {graph}".encode())
        data = library.data_folder
        for part in (data / "languages", data / "meaning", data / key):
            for path in sorted(part.glob("*.t*")):
                digest.update(library.text(path).encode())
        digest.update(library.text(data / "work-plans.toml").encode())
        return cls(folder / _STATE, digest.hexdigest())

    def outcome(self, job: Job, sha256: str) -> Outcome | None:
        """Return what a run before made of the same bytes, None where it has to be read."""
        held = self._held.get(job.name)
        if held is None or self._path is None or held.get("sha256") != sha256 or held.get("tool") != self._tool:
            return None
        if not all((self._path.parent / f"{job.name}{suffix}").is_file() for suffix in (".trig", ".txt")):
            return None
        return Outcome(job.path, job.name, held["summary"], unchanged=True)

    def keep(self, outcome: Outcome, sha256: str) -> None:
        """Write down what became of a file; what could not be read is tried again next time."""
        if self._path is None or outcome.why or outcome.unchanged:
            return
        line = {"name": outcome.name, "sha256": sha256, "tool": self._tool, "summary": outcome.summary}
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def drafted(jobs: Sequence[Job], key: str, graph: str, folder: Path, state: State) -> Iterator[Outcome]:
    """Yield what became of each file, in order; no file stops the others, even one that ends the process reading it."""
    digests = [_digest(job.path) if state.is_kept else "" for job in jobs]
    before = {job.name: state.outcome(job, digest) for job, digest in zip(jobs, digests, strict=True) if digest}
    todo = [job for job in jobs if before.get(job.name) is None]
    if todo:
        make_ready(key, graph)
    read = _few(todo, key, graph, folder) if len(todo) < _FEW else _many(todo, key, graph, folder)
    for job, digest in zip(jobs, digests, strict=True):
        outcome = before.get(job.name) or next(read)
        state.keep(outcome, digest)
        yield outcome


def _digest(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        # It is told when the file is read.
        return ""


def _few(jobs: Sequence[Job], key: str, graph: str, folder: Path) -> Iterator[Outcome]:
    if jobs:
        begin(key, graph, str(folder))
    for job in jobs:
        yield one(job)


def _many(jobs: Sequence[Job], key: str, graph: str, folder: Path) -> Iterator[Outcome]:
    """Over the cores; the files that were being read when a process ended are read again, each by itself."""
    workers = min(len(jobs), os.cpu_count() or 1)
    left = list(jobs)
    while left:
        pool = ProcessPoolExecutor(workers, initializer=begin, initargs=(key, graph, str(folder)))
        done = 0
        try:
            for future in [pool.submit(one, job) for job in left]:
                outcome = _answer(future)
                if outcome is None:
                    break
                done += 1
                yield outcome
        finally:
            # Whoever interrupts the command does not wait for the files that are left.
            pool.shutdown(cancel_futures=True)
        # One of the first that are left ended its process, and with it all that had been handed out.
        suspects = left[done : done + workers + 2]
        for job in suspects:
            yield _alone(job, key, graph, folder)
        left = left[done + len(suspects) :]


def _alone(job: Job, key: str, graph: str, folder: Path) -> Outcome:
    with ProcessPoolExecutor(1, initializer=begin, initargs=(key, graph, str(folder))) as pool:
        outcome = _answer(pool.submit(one, job))
    if outcome is not None:
        return outcome
    return Outcome(job.path, job.name, why=f"{job.path}: reading it ended the process that read it; it is left out.")


def _answer(future: Future[Outcome]) -> Outcome | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


_drafter: Any = None
_drafter_of = ("", "")
_worker: Any = None
_folder = Path()


def begin(key: str, graph: str, folder: str) -> None:
    """Make ready a process that reads files: the words of the languages and what is known of the organisation."""
    global _folder, _worker

    from mandategraph.ingest.worker import Worker

    make_ready(key, graph)
    # Files are opened in a process of their own, without network and with limits of memory and time.
    _worker = Worker()
    atexit.register(_worker.close)
    _folder = Path(folder)


def make_ready(key: str, graph: str) -> None:
    """
    Read the words of the languages and what is known of the organisation; BrokenLibrary where they cannot be used.

    A process that is forked has what the one before it had read.
    """
    global _drafter, _drafter_of

    if _drafter_of != (key, graph):
        from mandategraph.cli.drafters import drafter_of

        _drafter, _drafter_of = drafter_of(Library.shipped(), key, graph), (key, graph)


def one(job: Job) -> Outcome:
    """Read a file, write its draft and text whole or not at all, and return the summary or one sentence."""
    path, name = job.path, str(job.path)
    try:
        reading = _worker.read(path)
        draft = _drafter.draft(reading)
        written = {".txt": draft.source_text, ".trig": draft.trig}
        if reading.stitches:
            held = [[stitch.start, stitch.place, stitch.offset] for stitch in reading.stitches]
            told = {"file": path.name, "sha256": reading.file_sha256, "text": reading.sha256, "from": held}
            written[_MAP] = json.dumps(told, ensure_ascii=False) + "\n"
        _write(job.name, written)
    except MandateGraphError as problem:
        # The reader knows the file without its folder.
        sentence = problem.message
        own = name + sentence.removeprefix(path.name) if sentence.startswith(path.name) else f"{name}: {sentence}"
        return Outcome(path, job.name, why=sentence if name in sentence else own)
    except RecursionError:
        return Outcome(
            path, job.name, why=f"{name}: it is nested too deeply to be read. Split it, or flatten its lists."
        )
    except MemoryError:
        return Outcome(path, job.name, why=f"{name}: it is too large to be read here. Split it into several files.")
    except OSError as problem:
        return Outcome(path, job.name, why=f"{name}: {problem.strerror or problem}.")
    except Exception as problem:
        kind = type(problem).__name__
        why = f"{name}: it could not be read ({kind}). The file is left out; please report it."
        return Outcome(path, job.name, why=why)
    return Outcome(path, job.name, draft.summary())


def _write(name: str, written: dict[str, str]) -> None:
    partial = []
    try:
        for suffix, content in written.items():
            part = _folder / f"{name}{suffix}.part"
            partial.append((part, _folder / f"{name}{suffix}"))
            part.write_bytes(content.encode("utf-8"))
        for part, target in partial:
            part.replace(target)
    finally:
        for part, _ in partial:
            part.unlink(missing_ok=True)
    if _MAP not in written:
        # The map of an earlier form of the file.
        (_folder / f"{name}{_MAP}").unlink(missing_ok=True)
