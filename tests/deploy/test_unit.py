"""The systemd unit: hardened, and of settings that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
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


def test_systemd_finds_no_fault_in_it(tmp_path: Path) -> None:
    """As it is, but for the program, which lies elsewhere here."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not here")
    text = UNIT.read_text()
    (program,) = re.findall(r"^ExecStart=(\S+) ", text, re.MULTILINE)
    told = {}
    for name, line in (("whole", text), ("faulty", text.replace("Type=exec", "Typ=exec"))):
        unit = tmp_path / name / UNIT.name
        unit.parent.mkdir()
        unit.write_text(line.replace(program, sys.executable))
        done = subprocess.run([tool, "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60)
        told[name] = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert "Typ" in "".join(told["faulty"]), "a fault would not be told"
    assert told["whole"] == []


def test_what_it_starts_is_what_the_manual_installs() -> None:
    from mandategraph.cli.main import VERBS

    program, verb = re.findall(r"^ExecStart=(\S+) (\S+)$", UNIT.read_text(), re.MULTILINE)[0]
    assert verb in VERBS
    manual = (DEPLOY.parent / "docs" / "how-to" / "run-as-a-service.md").read_text()
    assert f"python3 -m venv {program.removesuffix('/bin/mandategraph')}\n" in manual
    (state,) = re.findall(r"MANDATEGRAPH_STORE=(\S+)", UNIT.read_text())
    (folder,) = re.findall(r"^StateDirectory=(\S+)$", UNIT.read_text(), re.MULTILINE)
    assert state.startswith(f"/var/lib/{folder}/")
    assert f"--store {state} load" in manual


@pytest.mark.slow
def test_the_program_runs_where_memory_is_never_written_and_executed(tmp_path: Path) -> None:
    """As under MemoryDenyWriteExecute: any library that makes code at run time would end here."""
    assert "MemoryDenyWriteExecute=yes" in UNIT.read_text()
    # PR_SET_MDWE, which whatever it starts inherits.
    forbidding = "import ctypes, os, sys\nif ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(9)\n"
    forbidding += "os.execv(sys.argv[1], sys.argv[1:])"
    for arguments in (["load", "cam"], ["doctor"]):
        command = [
            sys.executable,
            "-c",
            forbidding,
            sys.executable,
            "-m",
            "mandategraph",
            "--store",
            str(tmp_path / "store"),
        ]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=300)
        if done.returncode == 9:
            pytest.skip("this kernel cannot forbid it")
        assert done.returncode in {0, 1}, done.stderr
