"""What every room of the tests may ask for."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from mandategraph.library import Library
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.wiring import Installation, memory_installation

# A busy machine is no fault of the code: an example that took long once is not a failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

pytest_plugins = ["commands"]

ROOT = Path(__file__).resolve().parents[1]

# A shell starts what it puts into the background with this signal ignored, and every program below would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of what was given to us, beside the checkout."""
    folder = ROOT.parent / "shared"
    if not (folder / "questions").is_dir():
        pytest.skip("the shared reading is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped files."""
    return Library.shipped()


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """The shipped plan in memory, with what follows from it. Nobody writes to it."""
    with memory_installation() as here:
        yield here


@pytest.fixture(scope="session")
def cam_store(installation: Installation) -> EmbeddedStore:
    """The store of that installation."""
    assert isinstance(installation.store, EmbeddedStore)
    return installation.store


@pytest.fixture(scope="session")
def drafters(library: Library) -> dict[str, Any]:
    """What makes drafts, by organisation."""
    from mandategraph.cli.drafters import drafter_of
    from mandategraph.core.graphs import Graphs

    return {key: drafter_of(library, key, Graphs().review) for key in ("oas", "un")}


@pytest.fixture
def draft(drafters: dict[str, Any], tmp_path: Path) -> Callable[..., Path]:
    """Write the draft of a text, its text beside it, as ingest does; return where it lies."""
    from mandategraph.ingest.readers.text import read_text

    def written(text: str, name: str = "whole", organisation: str = "oas") -> Path:
        made = drafters[organisation].draft(read_text(f"{name}.txt", text.encode()))
        (tmp_path / f"{name}.txt").write_bytes(made.source_text.encode())
        (tmp_path / f"{name}.trig").write_bytes(made.trig.encode())
        return tmp_path / f"{name}.trig"

    return written
