"""The systemd unit: hardened, and of settings that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mandategraph.settings import MEANINGS, PREFIX

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNIT = DEPLOY / "mandategraph.service"


def test_its_exposure_is_low() -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not here")
    told = subprocess.run(
        [tool, "security", "--offline=true", "--no-pager", str(UNIT)], capture_output=True, text=True, timeout=60
    )
    if "offline" in told.stderr and told.returncode != 0:
        pytest.skip("this systemd-analyze is too old to look at a file")
    found = re.search(r"Overall exposure level for mandategraph\.service: ([0-9.]+)", told.stdout)
    assert found, told.stdout + told.stderr
    assert float(found[1]) < 2.0


def test_it_names_settings_that_there_are() -> None:
    told = re.findall(rf"\b{PREFIX}([A-Z_]+)", UNIT.read_text() + (DEPLOY / "Containerfile").read_text())
    assert {"STORE", "LOG"} <= set(told)
    assert [name for name in told if name.lower() not in MEANINGS] == []


def test_it_waits_longer_than_the_service_takes_to_stop() -> None:
    from mandategraph.settings import Settings

    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(), re.MULTILINE)
    assert int(seconds) > Settings().stop_seconds
