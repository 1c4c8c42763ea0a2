"""
A process apart that reads files: without network, within limits of memory and time, for many files.

What a hostile file makes of it stays there: a crash or an end by the clock is one sentence, and the next file gets a
new process. Both sides speak JSON, so that nothing of the other process is ever run on this side.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mandategraph.core.errors import UnreadableFile
from mandategraph.ingest.reading import Block, Cell, Kind, Number, Reading, Stitch
from mandategraph.ingest.safety import MEGABYTE, check_size

_BEGIN = "import sys; sys.path[:0] = [sys.argv[1]]; from mandategraph.ingest.worker import serve; serve()"
_SOURCE = str(Path(__file__).resolve().parents[2])
_OLD_FORMATS = (b"\xd0\xcf\x11\xe0", b"{\\rtf")
_TOO_MUCH = "split it, or save it again in a simpler form, and give that"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one file may use; `files` and `resident_bytes` are when a process is replaced by a new one."""

    seconds: float = 60.0
    processor_seconds: int = 45
    memory_bytes: int = 768 * MEGABYTE
    resident_bytes: int = 300 * MEGABYTE
    files: int = 2_000


class Worker:
    """
    Reads files one after the other in a process of its own; for several at once take several workers.

    Every refusal is an `UnreadableFile`. Use it as a context manager, or call `close`.
    """

    def __init__(self, allowance: Allowance | None = None) -> None:
        self._allowance = allowance or Allowance()
        self._plain = _Process(self._allowance, programs=False)
        self._office = _Process(self._allowance, programs=True)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        self._plain.end()
        self._office.end()

    def read(self, path: Path) -> Reading:
        """Return the reading of a file; its name in the reading is that of the file without its folder."""
        try:
            if not path.is_file():
                there = path.exists()
                fault = "is no file but a folder" if path.is_dir() else "is no plain file" if there else "is not there"
                raise UnreadableFile(path.name or str(path), fault, "give the path of a document")
            check_size(path.name, path.stat().st_size)
            data = path.read_bytes()
        except OSError as problem:
            reason = (problem.strerror or "no reason given").lower()
            raise UnreadableFile(path.name, f"cannot be opened ({reason})", "see that you may read it") from problem
        return self.read_bytes(path.name, data)

    def read_bytes(self, name: str, data: bytes) -> Reading:
        """Return the reading of a file that is in memory, an upload for example."""
        check_size(name, len(data))
        # Only old formats need another program; all else is read where none can be started.
        process = self._office if data.lstrip()[:5].startswith(_OLD_FORMATS) else self._plain
        return process.read(name, data)


class _Process:
    def __init__(self, allowance: Allowance, *, programs: bool) -> None:
        self._allowance = allowance
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._lock = threading.Lock()

    def read(self, name: str, data: bytes) -> Reading:
        with self._lock:
            process = self._started()
            late = threading.Event()
            seconds = self._allowance.seconds * (2 if self._programs else 1)

            def end_late() -> None:
                late.set()
                _kill(process)

            clock = threading.Timer(seconds, end_late)
            clock.start()
            try:
                answer = self._asked(process, name, data)
            finally:
                clock.cancel()
            if answer is None:
                raise self._ended(name, process, late.is_set(), seconds)
            self._files += 1
            if answer["resident"] > self._allowance.resident_bytes or self._files >= self._allowance.files:
                self.end()
        if "refused" in answer:
            raise UnreadableFile(*answer["refused"])
        return unpacked(answer["reading"])

    def _asked(self, process: subprocess.Popen[bytes], name: str, data: bytes) -> dict[str, Any] | None:
        """The answer, None where the process ended without one."""
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
        try:
            header = json.dumps({"name": name, "size": len(data)}).encode()
            process.stdin.write(struct.pack(">I", len(header)) + header)
            process.stdin.write(data)
            process.stdin.flush()
            length = process.stdout.read(4)
            if len(length) < 4:
                return None
            told = process.stdout.read(struct.unpack(">I", length)[0])
            answer: dict[str, Any] = json.loads(told)
        except (OSError, ValueError):
            return None
        return answer

    def _ended(self, name: str, process: subprocess.Popen[bytes], late: bool, seconds: float) -> UnreadableFile:
        status = process.wait()
        self.end()
        if late:
            return UnreadableFile(name, f"could not be read within {seconds:.0f} seconds", _TOO_MUCH)
        if status in (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0)):
            return UnreadableFile(name, "takes more time or memory than one file may", _TOO_MUCH)
        return UnreadableFile(name, "is damaged in a way that stopped the reader", "save it again and give that file")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._files = 0
            command = [sys.executable, "-I", "-c", _BEGIN, _SOURCE]
            command += [str(self._allowance.memory_bytes), str(self._allowance.processor_seconds)]
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [*command, "programs" if self._programs else "alone"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and whatever it started; it leads a group of its own."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()


def packed(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain lists and words."""
    return {
        "head": [reading.file, reading.format, reading.file_sha256, reading.text, reading.language, reading.title],
        "joined": reading.joined,
        "notes": list(reading.notes),
        "stitches": [[stitch.start, stitch.place, stitch.offset] for stitch in reading.stitches],
        "blocks": [
            [
                *(block.start, block.end, block.kind.value, block.depth, block.emphasis, block.page, block.place),
                number and [number.start, number.end, number.printed, number.computed, number.level],
                cell and [cell.table, cell.row, cell.column, cell.row_span, cell.column_span],
            ]
            for block in reading.blocks
            for number, cell in [(block.number, block.cell)]
        ],
    }


def unpacked(held: dict[str, Any]) -> Reading:
    """
    Return what was packed.

    >>> blocks = (Block(3, 6, number=Number(0, 2, "1.")),)
    >>> reading = Reading("a.txt", "text", "0", "1. One", blocks, ("Told.",), joined=True)
    >>> unpacked(packed(reading)) == reading
    True
    """
    file, format_, digest, text, language, title = held["head"]
    blocks = tuple(
        Block(
            start,
            end,
            Kind(kind),
            number and Number(*number),
            depth,
            emphasis,
            cell and Cell(*cell),
            page,
            place,
        )
        for start, end, kind, depth, emphasis, page, place, number, cell in held["blocks"]
    )
    stitches = tuple(Stitch(*stitch) for stitch in held["stitches"])
    return Reading(file, format_, digest, text, blocks, tuple(held["notes"]), stitches, language, title, held["joined"])


def serve() -> None:
    """Read what comes in until nothing comes any more; this is the other process."""
    from mandategraph.ingest.confinement import allow_seconds, cut_off, limit

    asked = sys.stdin.buffer
    # Whatever a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    programs = sys.argv[4] == "programs"
    sys.dont_write_bytecode = True
    _load()
    if not programs:
        limit(int(sys.argv[2]))
    cut_off(programs=programs)
    while header := asked.read(4):
        allow_seconds(int(sys.argv[3]))
        request = json.loads(asked.read(struct.unpack(">I", header)[0]))
        _answer(answers, request["name"], asked.read(request["size"]))


def _load() -> None:
    """Load what reads the usual files before limits hold."""
    import mandategraph.ingest.readers.docx
    import mandategraph.ingest.readers.text  # noqa: F401
    from mandategraph.ingest.readers import choose  # noqa: F401


def _answer(answers: IO[bytes], name: str, data: bytes) -> None:
    from mandategraph.ingest.readers.choose import read_document

    told: dict[str, Any]
    try:
        told = {"reading": packed(read_document(name, data))}
    except UnreadableFile as problem:
        told = {"refused": [problem.file, problem.fault, problem.remedy]}
    except MemoryError:
        told = {"refused": [name, "takes more memory than one file may", _TOO_MUCH], "resident": 1 << 62}
    except RecursionError:
        told = {"refused": [name, "nests its parts too deep", _TOO_MUCH]}
    except Exception as problem:  # the last wall: what a reader did not foresee is still one sentence
        fault = f"could not be understood ({type(problem).__name__})"
        told = {"refused": [name, fault, "save it again in its program and give that file"]}
    told.setdefault("resident", _resident())
    written = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    answers.write(struct.pack(">I", len(written)) + written)
    answers.flush()


def _resident() -> int:
    # The kernel's own peak begins with that of the process that started this one, however large it was.
    with contextlib.suppress(OSError, ValueError, IndexError, AttributeError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
