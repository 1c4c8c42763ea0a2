"""Data to standard output or a file, talk to standard error."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from mandategraph.core.errors import CannotLook

CLOSED_PIPE = 141
"""The status of a program whose reader went away, as shells give it."""

_NARROWEST = 12


def say(sentence: str) -> None:
    """Tell the person at the terminal something that is no data."""
    print(sentence, file=sys.stderr)


def write_out(data: str | bytes, output: Path | None = None) -> None:
    """
    Write data to a file, whole or not at all, or to standard output.

    A reader that has gone away ends the program quietly. CannotLook where the file cannot be written.
    """
    written = data.encode() if isinstance(data, str) else data
    if output is not None and str(output) != "-":
        _write_file(output, written)
        return
    try:
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:  # somebody reads our output within the same process
            sys.stdout.write(written.decode())
        else:
            sys.stdout.flush()
            left = memoryview(written)
            while left:
                # With PYTHONUNBUFFERED, as containers set it, a write may take only a part.
                left = left[stream.write(left) or 0 :]
        sys.stdout.flush()
    except BrokenPipeError:
        leave_closed_pipe()


def leave_closed_pipe() -> None:
    """End the program without a word, after its reader has gone away."""
    # Python would complain once more when it flushes at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    raise SystemExit(CLOSED_PIPE)


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table to standard output, as wide as it needs, on a terminal as wide as that."""
    write_out(table(headers, rows, _terminal_width()))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> str:
    r"""
    Return a table as lines of text; `width` limits it by breaking the widest cells.

    >>> print(table(["name", "rows"], [["facts", "3"]]), end="")
    name   rows
    -----  ----
    facts  3
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max([_width(header), *(_width(row[at]) for row in cells)]) for at, header in enumerate(headers)]
    while width is not None and sum(widths) + 2 * (len(widths) - 1) > width:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    lines = [_line(headers, widths), _line(["-" * width for width in widths], widths)]
    for row in cells:
        broken = [textwrap.wrap(cell, widths[at]) or [""] for at, cell in enumerate(row)]
        for number in range(max(map(len, broken), default=0)):
            lines.append(_line([part[number] if number < len(part) else "" for part in broken], widths))
    return "".join(f"{line}\n" for line in lines)


def colour_wanted() -> bool:
    """Whether colour helps: on a terminal, unless NO_COLOR says otherwise."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _terminal_width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    marks = sum(unicodedata.combining(character) > 0 for character in text)
    return len(text) - marks + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


def _write_file(output: Path, written: bytes) -> None:
    new = output.with_name(f".{output.name}.new")
    try:
        if output.exists() and not output.is_file():  # a pipe or a device takes what comes
            output.write_bytes(written)
            return
        new.write_bytes(written)
        os.replace(new, output)
    except OSError as problem:
        new.unlink(missing_ok=True)
        raise CannotLook(f"The file {output} cannot be written: {problem.strerror}.") from problem
