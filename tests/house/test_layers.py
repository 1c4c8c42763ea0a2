"""Imports run one way, and every module stands alone."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

# Each module is imported in a child of one process that has loaded only what is not ours: a circle that is hidden
# when another module comes first shows here, and nobody waits for ninety interpreters.
IMPORT_EACH_ALONE = """
import importlib, os, sys
for library in ("fastapi", "rdflib", "typer", "jinja2", "pyoxigraph"):
    importlib.import_module(library)
failed = 0
for name in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        try:
            importlib.import_module(name)
        except BaseException as problem:
            print(f"{name}: {type(problem).__name__}: {problem}", flush=True)
            os._exit(1)
        os._exit(0)
    failed |= os.waitpid(child, 0)[1]
sys.exit(1 if failed else 0)
"""


def modules(root: Path) -> list[str]:
    package = root / "service" / "mandategraph"
    names = []
    for file in sorted(package.rglob("*.py")):
        parts = list(file.relative_to(package.parent).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        names.append(".".join(parts))
    return [name for name in names if not name.endswith("__main__")]


def test_the_contracts_of_imports_hold(root: Path) -> None:
    """cli > web > wiring > the middle > core, and the core knows no library; `pyproject.toml` has the contracts."""
    linter = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run(
        [sys.executable, str(linter), "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "0 broken" in outcome.stdout


def test_every_room_of_the_house_is_in_the_contract(root: Path) -> None:
    """A new package that no contract knows could import what it likes."""
    contract = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    layers = {name.strip(" ()") for layer in contract["layers"] for name in layer.split("|")}
    package = root / "service" / "mandategraph"
    rooms = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert contract["exhaustive"] is True
    assert rooms - {"__init__"} <= layers


def test_every_module_can_be_imported_alone(root: Path) -> None:
    names = modules(root)
    assert len(names) > 20
    outcome = subprocess.run(
        [sys.executable, "-c", IMPORT_EACH_ALONE, *names], cwd=root, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_a_module_that_does_not_import_is_noticed() -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", IMPORT_EACH_ALONE, "mandategraph.core.terms", "mandategraph.no_such_room"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert outcome.stdout.startswith("mandategraph.no_such_room: ModuleNotFoundError")
