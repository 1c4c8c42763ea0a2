"""What is installed is locked: every version, every hash."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^ ;]+)", re.MULTILINE)


def pins(file: Path) -> dict[str, str]:
    found = {match["name"]: match["version"] for match in PIN.finditer(file.read_text())}
    assert len(found) > 30
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(root: Path, name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (root / name).read_text())
    without = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert len(entries) == len(pins(root / name))
    assert without == []


def test_the_locks_say_what_the_project_asks_for(root: Path) -> None:
    """A dependency changed in pyproject.toml and not locked anew would never be installed."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    runtime, dev = pins(root / LOCKS[0]), pins(root / LOCKS[1])
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    assert dict.fromkeys(wanted) != {}
    for requirement in wanted:
        name, _, version = requirement.partition(";")[0].partition("==")
        assert runtime.get(name.lower()) == version, requirement
    for requirement in project["dependency-groups"]["dev"]:
        name, _, version = requirement.partition("==")
        assert dev.get(name.lower()) == version, requirement


def test_both_locks_agree(root: Path) -> None:
    """What is tested is what runs."""
    runtime, dev = pins(root / LOCKS[0]), pins(root / LOCKS[1])
    assert runtime.items() <= dev.items()


def test_the_build_backend_is_the_locked_one(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    assert set(project["build-system"]["requires"]) <= set(project["dependency-groups"]["build"])
