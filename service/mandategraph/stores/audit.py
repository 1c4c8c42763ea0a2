"""
Who wrote what and when: a record that only grows, in which each line seals the one before it.

    audit.jsonl    one line a write: what, who, when, which graphs, how much, and the SHA-256 of the line before
    audit.head     how many lines there are, and the SHA-256 of the last: what was cut off at the end is missed
    .begun-…       what is being written and not yet recorded (`announcements`)

A change is announced on the disk before it is begun, and recorded before it is acknowledged. Where a kill comes
between, the next that opens the store records it.

Whoever can write both files can write another history; whoever notes the last seal elsewhere finds that out too.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.announcements import Announced, Announcements, left_behind
from mandategraph.stores.lasting import make_folder, sync_names
from mandategraph.stores.together import Together

FILE = "audit.jsonl"
HEAD = "audit.head"
NOTHING_BEFORE = "0" * 64
_MOST_CHARACTERS = 500
_TAIL = 1 << 16
_ID = re.compile(rb'"id":"([0-9a-f]{16})"')
NOT_KNOWN = "it was cut off, and whether it was made is not known"
LATER = "recorded at the next start"


@dataclass(frozen=True, slots=True)
class Write:
    """
    A write that is on the disk: what was done, by whom, to which graphs, how many triples came and went.

    `graphs` has `*` for any graph; a count is None where nobody counted, as with an update.
    """

    what: str
    who: str
    graphs: tuple[str, ...] = ()
    added: int | None = None
    removed: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record, read back."""

    number: int
    when: str
    write: Write
    seal: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look through the record found: how many lines hold, the seal of the last, and the first fault."""

    lines: int
    seal: str
    last_when: str = ""
    broken_line: int = 0
    fault: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, taken out or put in."""
        return not self.fault


@dataclass(frozen=True, slots=True)
class _Entry:
    write: Write
    when: str
    id: str = ""


class AuditLog:
    """
    The record of an installation, in a folder; without a folder, in memory.

    Threads and processes may write to it at once. What many threads bring together is put on the disk with one sync.

    >>> log = AuditLog(None)
    >>> log.record(Write("load", "user clerk", ("urn:facts",), 12, 0))
    >>> looked = log.look()
    >>> looked.lines, looked.holds
    (1, True)
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._held = bytearray()
        self._together: Together[_Entry] = Together(self._append)
        self._announcements: Announcements | None = None
        self._beginning = threading.Lock()

    def record(self, write: Write, *more: Write) -> None:
        """
        Put writes on the disk, in this order, and return once they are there.

        StoreUnavailable where the disk does not take them: the writes themselves were made.
        """
        now = _now()
        self._together.do(*(_Entry(one, now) for one in (write, *more)))

    def announce(self, write: Write) -> Announced:
        """
        Put on the disk that a change is about to be made; it is to be begun only afterwards.

        OutOfSpace where the disk has no room for it, StoreUnavailable where it does not take it.
        """
        told = {"when": _now(), "write": asdict(write)}
        if self._folder is None:
            return Announced("", told)
        with self._beginning:
            if self._announcements is None:
                self._announcements = Announcements(self._folder)
        return self._announcements.add(told)

    def made(
        self, announced: Announced, added: int | None = None, removed: int | None = None, is_known: bool = True
    ) -> None:
        """Record a change that was announced and is on the disk; or may be, where that is not known."""
        write = _announced_write(announced)
        write = replace(write, added=write.added if added is None else added)
        write = replace(write, removed=write.removed if removed is None else removed)
        if not is_known:
            write = replace(write, detail=_with(write.detail, NOT_KNOWN))
        self._together.do(_Entry(write, _now(), announced.id))
        self.not_made(announced)

    def not_made(self, announced: Announced) -> None:
        """Note that nothing came of a change that was announced."""
        if self._announcements is not None:
            self._announcements.cross_off(announced)

    def settle(
        self, was_made: Callable[[str], bool | None], is_over: Callable[[str], bool] = lambda _name: True
    ) -> None:
        """
        Record what was announced by processes that are gone, unless nothing came of it.

        `was_made` tells of a change by its name, None where nobody knows; one that is not over is left for later.
        """
        if self._folder is None:
            return
        for found in left_behind(self._folder):
            recorded = self._recorded({one.id for one in found.announced})
            left = [one for one in found.announced if one.id not in recorded]
            over = [one for one in left if is_over(one.id)]
            entries = [entry for one in over if (entry := _found_later(one, was_made(one.id))) is not None]
            if entries:
                self._together.do(*entries)
            if len(over) == len(left):
                found.forget()

    def close(self) -> None:
        """Let go of what is announced and not recorded: the next that opens the store looks what became of it."""
        if self._announcements is not None:
            self._announcements.close()

    def lines(self) -> Iterator[Line]:
        """Yield the lines as far as they can be read, the oldest first."""
        for told in self._raw():
            with suppress(ValueError, KeyError, TypeError):
                found = json.loads(told)
                write = Write(**{name: found[name] for name in Write.__slots__} | {"graphs": tuple(found["graphs"])})
                yield Line(found["line"], found["when"], write, found["seal"])

    def look(self) -> Looked:
        """Return whether every line is what it was and none is missing, and where not, the first that is not."""
        seal, number, when = NOTHING_BEFORE, 0, ""
        for told in self._raw():
            fault = _fault(told, number + 1, seal)
            if fault:
                return Looked(number, seal, when, number + 1, fault)
            found = json.loads(told)
            number, seal, when = number + 1, found["seal"], found["when"]
        if self._folder is None:
            return Looked(number, seal, when)
        head = self._head()
        # A line may be on the disk and not yet in the head; never the other way round.
        if head is not None and head["lines"] > number:
            return Looked(number, seal, when, number + 1, f"it is missing: there were {head['lines']:,} lines")
        if head is None and number:
            return Looked(number, seal, when, number + 1, f"{HEAD} is missing, which says how many lines there were")
        if head is not None and head["lines"] == number and head["seal"] != seal:
            return Looked(number - 1, seal, when, number, "its seal is not the one that was noted for the last line")
        return Looked(number, seal, when)

    def _recorded(self, names: set[str]) -> set[str]:
        """Return which of these changes the record has."""
        if not names:
            return set()
        return names & {found[1].decode() for told in self._raw() if (found := _ID.search(told))}

    def _raw(self) -> Iterator[bytes]:
        """Yield the whole lines; what a power cut left of one was never acknowledged."""
        if self._folder is None:
            yield from bytes(self._held).splitlines()
            return
        try:
            with (self._folder / FILE).open("rb") as file:
                for told in file:
                    if told.endswith(b"\n"):
                        yield told[:-1]
        except FileNotFoundError:
            return
        except OSError as problem:
            raise StoreUnavailable(f"{self._folder / FILE} cannot be read: {problem.strerror or problem}.") from problem

    def _head(self) -> dict[str, Any] | None:
        assert self._folder is not None  # noqa: S101  only asked with one
        try:
            told = json.loads((self._folder / HEAD).read_text(encoding="utf-8"))
            return {"lines": int(told["lines"]), "seal": str(told["seal"])}
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _append(self, together: Sequence[_Entry]) -> None:
        if self._folder is None:
            looked = self.look()
            self._held += _sealed(together, looked.lines, looked.seal)[0]
            return
        try:
            make_folder(self._folder)
            number = os.open(self._folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
            with os.fdopen(number, "r+b") as file, _alone(file):
                count, seal = _end_of(file)
                if not count:
                    # Both names are on the disk before the first line is: without its head a record was cut off.
                    self._note(count, seal)
                    sync_names(self._folder)
                written, seal = _sealed(together, count, seal)
                file.write(written)
                file.flush()
                os.fsync(file.fileno())
                self._note(count + len(together), seal)
        except (OSError, ValueError, KeyError) as problem:
            told = f"The change was made, but {self._folder / FILE} does not take the record of it: {problem}."
            raise StoreUnavailable(told) from problem

    def _note(self, lines: int, seal: str) -> None:
        assert self._folder is not None  # noqa: S101  only asked with one
        new = self._folder / f".{HEAD}.new"
        # The name needs no sync: after a power cut the head may be older than the lines, never newer, and never torn.
        with new.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"lines": lines, "seal": seal}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self._folder / HEAD)


def _sealed(together: Sequence[_Entry], count: int, seal: str) -> tuple[bytes, str]:
    written = bytearray()
    for one in together:
        count += 1
        told = {
            "line": count,
            "when": one.when,
            "what": one.write.what,
            "who": _one_line(one.write.who),
            "graphs": list(one.write.graphs),
            "added": one.write.added,
            "removed": one.write.removed,
            "detail": _one_line(one.write.detail),
            **({"id": one.id} if one.id else {}),
            "before": seal,
        }
        seal = _seal(told)
        written += _bytes(told | {"seal": seal}) + b"\n"
    return bytes(written), seal


def _announced_write(announced: Announced) -> Write:
    told = announced.told["write"]
    return Write(**{**told, "graphs": tuple(told["graphs"])})


def _found_later(announced: Announced, was_made: bool | None) -> _Entry | None:
    if was_made is False:
        return None
    write = _announced_write(announced)
    detail = _with(write.detail, NOT_KNOWN if was_made is None else LATER)
    return _Entry(replace(write, detail=detail), str(announced.told["when"]), announced.id)


def _with(detail: str, more: str) -> str:
    return f"{detail[: _MOST_CHARACTERS - len(more) - 3]} ({more})".strip()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _fault(told: bytes, number: int, before: str) -> str:
    try:
        found = json.loads(told)
        seal = found.pop("seal")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "it cannot be read"
    if found.get("before") != before or found.get("line") != number:
        return "it does not follow the line before: one was taken out, put in or moved"
    if _seal(found) != seal or _bytes(found | {"seal": seal}) != told:
        return "it was changed: its seal does not fit it"
    return ""


def _seal(told: dict[str, Any]) -> str:
    return hashlib.sha256(_bytes(told)).hexdigest()


def _bytes(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_MOST_CHARACTERS]


def _end_of(file: BinaryIO) -> tuple[int, str]:
    """Return the number and the seal of the last whole line, with the file put to its end and what is torn cut off."""
    size = file.seek(0, os.SEEK_END)
    step = _TAIL
    while size:
        begin = max(0, size - step)
        file.seek(begin)
        tail = file.read()
        whole = tail.rfind(b"\n") + 1
        before = tail.rfind(b"\n", 0, max(0, whole - 1)) + 1
        if whole and (before or not begin):
            file.truncate(begin + whole)
            file.seek(begin + whole)
            last = json.loads(tail[before : whole - 1])
            return int(last["line"]), str(last["seal"])
        if not begin:
            file.truncate(0)
            file.seek(0)
            break
        step *= 4
    return 0, NOTHING_BEFORE


@contextmanager
def _alone(file: BinaryIO) -> Iterator[None]:
    """Wait until no other process of ours writes to this file."""
    try:
        import fcntl
    except ImportError:  # Windows: one process writes at a time, because only one can open the store
        yield
        return
    fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
