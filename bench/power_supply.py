"""A folder on a disk whose power can be cut, as a bench or a test holds it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from power_disk import Survival

_PROGRAM = Path(__file__).with_name("power_mount.py")


class NoSuchDisk(Exception):
    """Why no disk of this kind can be had here."""


class PowerSupply:
    """
    A process that keeps the disk and mounts it at a path. NoSuchDisk says why there is none here.

    With the power off nothing can be read or written at the path; what came back is there once it is on again.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._process = subprocess.Popen(
            [sys.executable, str(_PROGRAM), str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def on(self) -> None:
        """Mount what the disk holds."""
        problem = self._tell(do="on").get("problem")
        if problem:
            raise NoSuchDisk(problem)

    def cut(self, how: Survival, seed: int, after: int | None = None) -> None:
        """Cut the power now, or before so many changes and syncs more have been made."""
        self._tell(do="cut", how=how.name, seed=seed, **({} if after is None else {"after": after}))

    def keep(self) -> None:
        """Keep the disk as it is now, all of it."""
        self._tell(do="keep")

    def back(self) -> None:
        """Put back what was kept, with the power off."""
        self._tell(do="back")

    @property
    def is_off(self) -> bool:
        """Whether the power is gone."""
        return bool(self._tell(do="told")["is_off"])

    @property
    def changes(self) -> int:
        """How many changes and syncs were made since the beginning."""
        return int(self._tell(do="told")["changes"])

    @property
    def syncs(self) -> int:
        """How many syncs were made since the beginning."""
        return int(self._tell(do="told")["syncs"])

    def close(self) -> None:
        """Take the disk away; what is on it is gone."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def __enter__(self) -> PowerSupply:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tell(self, **told: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise NoSuchDisk("the process that keeps the disk has ended")
        found: dict[str, Any] = json.loads(answer)
        return found


@contextmanager
def disk_at(place: Path) -> Iterator[PowerSupply]:
    """Give a disk that is on, at a path; NoSuchDisk says what it wants."""
    if sys.platform != "linux" or not Path("/dev/fuse").exists():
        raise NoSuchDisk("there is no /dev/fuse here")
    if os.geteuid() != 0:
        raise NoSuchDisk("only root can mount it")
    place.mkdir(parents=True, exist_ok=True)
    with PowerSupply(place) as supply:
        supply.on()
        yield supply
