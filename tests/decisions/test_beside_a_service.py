"""Beside a running service on the same store, decisions go through its writer and show at once in its pages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Draft = Callable[[str], Path]
BY = ("--by", "Ana", "--on", "2021-02-01", "--reason", "Agreed.")
TEXT = """AG/RES. 2999 (L-O/20)

ON LIGHTHOUSES

THE GENERAL ASSEMBLY,

RESOLVES:

1. To thank the keepers.

2. To instruct the CAM to count lighthouses in the region.
"""


@pytest.fixture
def service(tmp_path: Path, run: Run) -> Iterator[str]:
    """The address of a service on a store with the plan; the store is that of the commands in this test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATEGRAPH_", "XDG_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "mandategraph", "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=kept | {"HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "utf-8"},
    )
    try:
        said = []
        for line in process.stderr or ():
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                break
        else:
            pytest.fail(f"it ended: {said}")
        yield found[0]
    finally:
        process.kill()
        process.communicate()


def page(address: str, path: str, kind: str = "text/html") -> tuple[int, str]:
    asked = urllib.request.Request(address + path, headers={"Accept": kind})  # noqa: S310
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


def test_what_is_accepted_decided_and_withdrawn_beside_it_shows_at_once(service: str, run: Run, draft: Draft) -> None:
    resolution = "doc/oas/ag/res/2020/2999"
    assert page(service, resolution)[0] == 404
    told = run("accept", draft(TEXT))
    assert told.status == 0, told.err
    assert page(service, resolution)[0] == 200
    assert run("decide", "category", "AG/RES. 2999, 2", "A", *BY).status == 0
    assert run("decide", "link", "migration-and-health -> AG/RES. 2999, 2", "accept", *BY).status == 0
    shown = page(service, f"{resolution}/op/2")[1]
    assert "Decided by Ana, 1 February 2021." in shown
    assert "Migration and Health" in shown
    refused = run("decide", "category", "AG/RES. 2999, 2", "D", *BY)
    assert (refused.status, "There is no category “D”" in refused.err) == (2, True)
    assert run("withdraw", "AG/RES. 2999 (L-O/20)").status == 0
    status, gone = page(service, resolution, "application/json")
    assert (status, json.loads(gone)["title"]) == (410, "Gone")


def test_a_worksheet_is_written_and_decided_beside_it(service: str, run: Run, tmp_path: Path) -> None:
    told = run("worksheet", "cam", "-o", "sheets")
    assert told.status == 0, told.err
    path = tmp_path / "sheets" / "links.csv"
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    [place] = [number for number, line in enumerate(lines) if "/proposal-health-2881-33-a," in line]
    lines[place] = re.sub(r",,(\r?\n)$", r",accept,Item A names health.\1", lines[place])
    path.write_text("".join(lines), encoding="utf-8-sig", newline="")
    told = run("decide", "sheets", "--by", "Ana", "--on", "2016-11-12")
    assert told.status == 0, told.err
    assert "33.A" in told.out
    stated = page(service, "doc/at/oas/cidi/cam/activity/migration-and-health")[1].partition('class="proposals"')[0]
    assert "/op/33/a" in stated
    assert "33.A" in run("log").out
