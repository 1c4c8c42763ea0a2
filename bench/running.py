"""A service of our own on a free port of this machine, with a store of its own that is gone afterwards."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = (sys.executable, "-m", "mandategraph")


@dataclass(frozen=True)
class Running:
    """A service that answers: its address (with a slash at the end), its process, its store, a token that may write."""

    address: str
    pid: int
    store: Path
    token: str
    home: Path


def settings_apart(home: Path) -> dict[str, str]:
    """Return an environment in which nothing of the user's own settings holds."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATEGRAPH_", "XDG_"))}
    return kept | {"HOME": str(home)}


def ask_program(home: Path, *arguments: str) -> str:
    """Return what a command prints; its complaint where it fails."""
    done = subprocess.run([*PROGRAM, *arguments], env=settings_apart(home), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"mandategraph {' '.join(arguments[:2])}: {done.stderr.strip()[-500:]}")
    return done.stdout.strip()


@contextmanager
def service(plan: str = "cam", settings: dict[str, str] | None = None) -> Iterator[Running]:
    """Give a running service that holds a plan, or an empty store where none is named."""
    with tempfile.TemporaryDirectory() as place:
        home, store = Path(place), Path(place) / "store"
        if plan:
            ask_program(home, "load", plan, "--store", str(store))
        else:
            from mandategraph.stores.folder import create

            create(store)
        scopes = [argument for scope in ("write", "internal", "review") for argument in ("--scope", scope)]
        token = ask_program(home, "token", "create", *scopes, "--name", "bench", "--store", str(store)).split()[-1]
        with started(home, store, settings) as (address, pid):
            yield Running(address, pid, store, token, home)


@contextmanager
def started(home: Path, store: Path, settings: dict[str, str] | None = None) -> Iterator[tuple[str, int]]:
    """Give the address and the process of a service over a store that is there."""
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--store", str(store)],
        stderr=subprocess.PIPE,
        text=True,
        env=settings_apart(home) | (settings or {}),
    )
    assert process.stderr is not None
    try:
        told = []
        for line in process.stderr:
            told.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            if found:
                break
        else:
            raise SystemExit("the service did not start: " + "".join(told)[-500:])
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield found[0], process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
