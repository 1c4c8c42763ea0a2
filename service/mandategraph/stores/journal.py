"""
How far the writer of a store has come with each change that is to be recorded: what tells, after a kill, what was made.

    .journal   B id number place   it has begun; where the log of the store ended before it
               A id                it is carried out; X: it was refused
               S id                it is on the disk
               V id 1              it was cut off, and reached the log whole (0: it did not; ?: nobody knows)
               boot id             the lines that follow were written since the machine was started

Nothing here is synced: a killed process leaves all that it wrote, and after a power cut only what says S counts.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from mandategraph.core.errors import StoreUnavailable
from mandategraph.stores.durability import Place, was_committed
from mandategraph.stores.locks import is_taken_alone

FILE = ".journal"
OLDER = ".journal.old"
_LARGE = 1_000_000
_BOOT = Path("/proc/sys/kernel/random/boot_id")

Verdict = Callable[[str], "bool | None"]
"""Tells of a change by its name whether it was made; None where nobody knows."""


class Journal:
    """
    The journal of a store folder, held by the one process that has its live database open.

    It is to be opened before the database, whose log tells what became of a change that was cut off. StoreUnavailable
    where another process holds it, or it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = threading.Lock()
        try:
            self._file = self._opened()
            _, last_boot, cut_off = _states(folder)
            boot = _boot()
            if boot != last_boot:
                self._write(f"boot {boot}\n")
            for name, place in cut_off.items():
                verdict = was_committed(folder / "live", place) if boot and boot == last_boot else None
                self._write(f"V {name} {'?' if verdict is None else int(verdict)}\n")
        except OSError as problem:
            raise StoreUnavailable(
                f"The store {folder} may not be written here: {problem.strerror or problem}."
            ) from problem

    def begun(self, name: str, place: Place) -> None:
        """Note that a change is about to be carried out, and where the log ends."""
        if name:
            self._write(f"B {name} {place[0]} {place[1]}\n")

    def carried_out(self, name: str) -> None:
        """Note that a change is carried out."""
        if name:
            self._write(f"A {name}\n")

    def refused(self, name: str) -> None:
        """Note that nothing came of a change."""
        if name:
            self._write(f"X {name}\n")

    def synced(self, names: Iterable[str]) -> None:
        """Note that changes are on the disk."""
        lines = "".join(f"S {name}\n" for name in names if name)
        if lines:
            self._write(lines)
        with self._writing, suppress(OSError):
            if os.fstat(self._file).st_size > _LARGE:
                os.replace(self._folder / FILE, self._folder / OLDER)
                before, self._file = self._file, self._opened()
                os.write(self._file, f"boot {_boot()}\n".encode())
                os.close(before)

    def close(self) -> None:
        """Let the next one have it."""
        os.close(self._file)

    def _write(self, lines: str) -> None:
        with self._writing:
            os.write(self._file, lines.encode())

    def _opened(self) -> int:
        while True:
            path = self._folder / FILE
            number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            if not is_taken_alone(number):
                os.close(number)
                told = f"The store {self._folder} is being written by another process."
                raise StoreUnavailable(f"{told} Wait until it has ended, or stop it.")
            with suppress(OSError):
                if path.stat().st_ino == os.fstat(number).st_ino:
                    return number
            os.close(number)


def verdict_of(folder: Path) -> Verdict:
    """Return what tells which changes were made, of those that no process is at any more."""
    states, boot, _ = _states(folder)
    is_same_boot = bool(boot) and boot == _boot()

    def was_made(name: str) -> bool | None:
        state, at = states.get(name, ("", boot))
        if state == "S":
            return True
        if not is_same_boot or at != boot:
            return None
        return {"A": True, "V1": True, "V?": None, "B": None}.get(state, False)

    return was_made


def is_over(folder: Path) -> Callable[[str], bool]:
    """Return what tells of a change whether a writer that goes on is through with it."""
    states, _, _ = _states(folder)
    return lambda name: states.get(name, ("B", ""))[0] != "B"


def _states(folder: Path) -> tuple[dict[str, tuple[str, str]], str, dict[str, Place]]:
    """Return how far each change came and since which start of the machine, the last start, and what was cut off."""
    states: dict[str, tuple[str, str]] = {}
    open_ones: dict[str, Place] = {}
    boot = ""
    for file in (OLDER, FILE):
        try:
            text = (folder / file).read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            continue
        for line in text.split("\n")[:-1]:
            words = line.split(" ")
            with suppress(ValueError, IndexError):
                match words[0]:
                    case "boot":
                        boot = words[1]
                    case "B":
                        states[words[1]] = "B", boot
                        open_ones[words[1]] = int(words[2]), int(words[3])
                    case "V":
                        states[words[1]] = f"V{words[2]}", boot
                        open_ones.pop(words[1], None)
                    case "A" | "X" | "S":
                        states[words[1]] = words[0], boot
                        open_ones.pop(words[1], None)
    return states, boot, open_ones


def _boot() -> str:
    """Return what names this run of the machine, nothing where it has no name."""
    with suppress(OSError):
        return _BOOT.read_text(encoding="ascii").strip()
    return ""
