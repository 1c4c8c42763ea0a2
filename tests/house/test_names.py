"""Names say what they hold, and a file is one idea."""

from __future__ import annotations

from pathlib import Path

SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "manager", "misc", "tools", "base", "stuff"}
LONGEST = 450


def python_files(files: list[Path]) -> list[Path]:
    found = [file for file in files if file.suffix == ".py"]
    assert len(found) > 20
    return found


def test_no_module_is_named_for_nothing(root: Path, own_files: list[Path]) -> None:
    named = {
        str(file.relative_to(root))
        for file in python_files(own_files)
        for part in file.relative_to(root).with_suffix("").parts
        if part.casefold() in SAYS_NOTHING
    }
    assert named == set()


def test_no_file_is_several(root: Path, own_files: list[Path]) -> None:
    """A file that is too long to read at one go holds more than one idea."""
    long = {
        str(file.relative_to(root)): length
        for file in python_files(own_files)
        if (length := len(file.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_test_files_have_names_of_their_own(own_files: list[Path]) -> None:
    """pytest imports them by name, and a person looks for them by name."""
    names = [file.name for file in python_files(own_files) if file.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))


def test_every_module_says_what_it_is(root: Path, own_files: list[Path]) -> None:
    silent = [
        str(file.relative_to(root))
        for file in python_files(own_files)
        if file.name not in {"__init__.py"} and not file.read_text().lstrip().startswith(('"""', 'r"""', "#!"))
    ]
    assert silent == []
