"""Tables keep to their columns, and files are written whole or not at all."""

from pathlib import Path

import pytest

from mandategraph.cli.output import colour_wanted, table, write_out
from mandategraph.core.errors import CannotLook


def test_a_table_keeps_its_columns_whatever_the_letters() -> None:
    told = table(["name", "n"], [["é́", "1"], ["会议", "2"], ["a\nb", "3"]])
    assert told == "name  n\n----  -\né́     1\n会议  2\na b   3\n"


def test_a_narrow_table_breaks_its_widest_cells() -> None:
    told = table(["what", "words"], [["x", "one two three four five six seven"]], width=24)
    assert max(map(len, told.splitlines())) <= 24
    assert told.split()[4:] == ["x", "one", "two", "three", "four", "five", "six", "seven"]


def test_a_table_without_rows_has_its_head() -> None:
    assert table(["a", "b"], []) == "a  b\n-  -\n"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old and longer")
    write_out("new", tmp_path / "x")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["new"]
    with pytest.raises(CannotLook, match="cannot be written"):
        write_out("new", tmp_path / "none" / "x")


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert colour_wanted()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colour_wanted()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    assert not colour_wanted()
