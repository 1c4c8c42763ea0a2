"""Readers of meaning by language and organisation, from the files that are shipped."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mandategraph.ingest.meaning import Known, Meaning

DATA = Path(__file__).resolve().parents[3] / "data"
Readers = Callable[..., Meaning]

REGISTER = (
    Known("oas/org/cam", "Committee on Migration Issues", "en"),
    Known("oas/org/cam", "Comisión de Asuntos Migratorios", "es"),
    Known("oas/org/cam", "CAM"),
    Known("oas/org/ag", "General Assembly", "en"),
    Known("oas/org/general-secretariat", "General Secretariat", "en"),
    Known("org/paho", "PAHO"),
    Known("oas/collective/member-states", "member states", "en", "collective"),
    Known("un/treaty/rivers", "Convention on Rivers", "en", "document"),
    Known("oas/theme/migration-health", "Migration and health", "en", "theme"),
    Known("oas/theme/health", "health", "en", "theme"),
)


def read_toml(path: str) -> dict[str, Any]:
    """One of the shipped files."""
    return tomllib.loads((DATA / path).read_text("utf-8"))


@functools.cache
def reader(language: str = "en", organisation: str = "un") -> Meaning:
    """The reader of a language and an organisation, with a small register."""
    return Meaning(
        read_toml(f"languages/{language}.toml"),
        read_toml(f"meaning/{language}.toml"),
        read_toml("meaning/verbs.toml"),
        read_toml(f"{organisation}/organisation.toml"),
        REGISTER,
    )


@pytest.fixture
def readers() -> Readers:
    """The readers, each made once."""
    return reader
