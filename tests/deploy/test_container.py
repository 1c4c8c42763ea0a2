"""The container file: no root, no address of ours, and nothing copied that there is not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = (ROOT / "deploy" / "Containerfile").read_text()
IGNORED = (ROOT / "deploy" / "Containerfile.dockerignore").read_text().splitlines()


def copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+)$", FILE, re.MULTILINE)
    return [name for line in lines for name in line.split()[:-1]]


def test_what_is_copied_is_there_and_let_through() -> None:
    names = copied()
    assert {"requirements.lock", "service", "queries"} <= set(names)
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert {f"!{name}" for name in names} == {line for line in IGNORED if line.startswith("!")}


def test_all_that_travels_in_the_wheel_is_copied() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert len(wheel["force-include"]) >= 4
    assert set(wheel["force-include"]) <= set(copied())
    assert {package.split("/")[0] for package in wheel["packages"]} <= set(copied())


def test_it_runs_as_nobody_in_particular() -> None:
    users = re.findall(r"^USER (.+)$", FILE, re.MULTILINE)
    assert users
    assert all(re.fullmatch(r"[1-9][0-9]{3,}:[1-9][0-9]{3,}", user) for user in users)
    last = FILE.rindex("USER ")
    assert "RUN " not in FILE[last:], "nothing is made as another user than it runs as"


def test_it_names_a_base_image_and_no_other_host() -> None:
    assert re.search(r"^ARG BASE=python:3\.\d+-slim$", FILE, re.MULTILINE)
    addresses = re.findall(r"[a-z]+://([^/\s:']+)", FILE)
    assert set(addresses) == {"127.0.0.1"}
    assert "--require-hashes" in FILE
