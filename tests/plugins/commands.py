"""Running `mandategraph` as a user does: with a home of its own, and what it says and how it ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mandategraph.settings import resolve
from mandategraph.wiring import load_plan


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def shipped_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store folder with the shipped plan, to be copied; nobody writes to it."""
    folder = tmp_path_factory.mktemp("shipped") / "store"
    load_plan(resolve({"store": str(folder)}, {}), "cam")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of whoever runs commands in this test, with nothing in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def run_anew(home: Path, tmp_path: Path) -> Run:
    """Run a command in a process of its own, the first one as the first ever in its home."""

    def command(
        *arguments: str | Path, stdin: str = "", env: dict[str, str] | None = None, timeout: float = 120
    ) -> Result:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATEGRAPH_", "XDG_"))}
        found = subprocess.run(
            [sys.executable, "-m", "mandategraph", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=kept | {"HOME": str(home), "PYTHONIOENCODING": "utf-8"} | (env or {}),
            cwd=tmp_path,
            timeout=timeout,
        )
        return Result(found.returncode, found.stdout, found.stderr)

    return command


@pytest.fixture
def run(run_anew: Run, home: Path, shipped_store: Path) -> Run:
    """Run a command where others ran before: the store of the home is there, with the shipped plan in it."""
    store = home / ".local" / "share" / "mandategraph" / "store"

    def command(*arguments: str | Path, **more: Any) -> Result:
        if "--store" not in arguments and not store.exists():
            shutil.copytree(shipped_store, store)
        return run_anew(*arguments, **more)

    return command
