"""The package is whole: what the checkout knows, an installed wheel knows too."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("ontology", "shapes", "queries", "data")


def built(folder: Path) -> Path:
    """Build with the locked build backend; nothing is fetched."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    wheels = list(folder.glob("mandategraph-*.whl"))
    assert len(wheels) == 1
    return wheels[0]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scratch environment that has the wheel, and the dependencies of this one."""
    place = tmp_path_factory.mktemp("an environment")
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    packages = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    # A line in a .pth file adds the folder and does not read the .pth files in it, so our editable install stays out.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "bin" / "mandategraph"


def run(program: Path, *arguments: str, home: Path, expect: int = 0) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "LANG": "C.UTF-8",
    }
    outcome = subprocess.run(
        [str(program), *arguments], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == expect, outcome.stderr
    return outcome.stdout


def test_the_wheel_holds_everything_that_is_shipped(wheel: Path, own_files: list[Path]) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in SHIPPED:
        wanted = {
            f"mandategraph/shipped/{file.relative_to(ROOT).as_posix()}"
            for file in own_files
            if file.is_relative_to(ROOT / folder)
        }
        assert wanted, folder
        assert wanted <= inside, sorted(wanted - inside)[:5]
    code = {
        file.relative_to(ROOT / "service").as_posix() for file in own_files if file.is_relative_to(ROOT / "service")
    }
    assert len(code) > 30
    assert code <= inside
    assert not {name for name in inside if "__pycache__" in name or name.startswith("tests/")}


def test_the_wheel_holds_the_licences(wheel: Path) -> None:
    names = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "/licenses/" in name}
    assert {"LICENSE", "CC-BY-4.0.txt", "CC0-1.0.txt"} <= names


def test_two_builds_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    assert built(tmp_path).read_bytes() == wheel.read_bytes()


def test_an_installed_wheel_answers_from_its_own_files(installed: Path, tmp_path: Path) -> None:
    """Outside the checkout, with a home of its own, it loads the plan and answers as the checkout does."""
    here = run(installed.parent / "python", "-c", "import mandategraph; print(mandategraph.__file__)", home=tmp_path)
    assert str(installed.parent.parent) in here
    store = str(tmp_path / "store")
    run(installed, "--store", store, "load", "cam", home=tmp_path)
    question = ("ask", "activities-for-paragraph", "paragraph=AG/RES. 2881, 33")
    answer = run(installed, "--store", store, *question, home=tmp_path)
    assert "3 November 2016" in answer
    checkout = Path(sys.executable).with_name("mandategraph")
    assert answer == run(checkout, "--store", store, *question, home=tmp_path)
