"""An answer in the forms it is given in: a table for a terminal, JSON, CSV, Markdown."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Callable, Mapping, Sequence

from mandategraph.core.answers import NONE, PROPOSED, Answer, AnswerBlock, Cell, as_of_line

NARROWEST, WIDEST = 80, 120
_GAP = "  "
_BLOCK = {"en": "Block", "es": "Bloque", "fr": "Bloc", "pt": "Bloco"}


def as_json(answer: Answer) -> str:
    """Return the answer as JSON: question, asOf, parameters, blocks with columns and rows of cells."""
    document = {
        "question": answer.question,
        "summary": answer.summary,
        "asOf": answer.as_of or None,
        "language": answer.language,
        "parameters": {name: [_cell_object(cell) for cell in cells] for name, cells in answer.parameters.items()},
        "blocks": [
            {
                "key": block.key,
                "title": block.title,
                "proposals": block.proposals,
                "columns": [
                    {"name": name, "title": heading}
                    for name, heading in zip(block.columns, block.headings, strict=True)
                ],
                "rows": [{name: _cell_object(cell) for name, cell in row.items()} for row in block.rows],
            }
            for block in answer.blocks
        ],
    }
    if answer.note:
        document["note"] = answer.note
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _cell_object(cell: Cell) -> dict[str, str | None]:
    written: dict[str, str | None] = {"label": cell.label}
    written |= {"iri": cell.iri or None, "key": cell.key or None, "value": cell.value if _has_value(cell) else None}
    return {**written, "lang": cell.language or None}


def _has_value(cell: Cell) -> bool:
    return cell.stated and not cell.iri


def as_csv(answer: Answer) -> str:
    """Return the answer as CSV (RFC 4180), labels as they are; several blocks are named in a first column."""
    columns: dict[str, str] = {}
    for block in answer.blocks:
        columns.update(dict(zip(block.columns, block.headings, strict=True)))
    several = len(answer.blocks) > 1
    written = io.StringIO()
    writer = csv.writer(written)
    first = [_BLOCK.get(answer.language, _BLOCK["en"])] if several else []
    writer.writerow([*first, *columns.values()])
    for block in answer.blocks:
        for row in block.rows:
            cells = [row[name].label if name in row else "" for name in columns]
            writer.writerow([*([_title(block, answer.language)] if several else []), *cells])
    return written.getvalue()


def as_markdown(answer: Answer) -> str:
    """Return the answer as Markdown: a heading and a table for each block."""
    lines = [f"# {answer.summary}", ""]
    lines += [f"{line}  " for line in _about(answer)] + [""]
    for block in answer.blocks:
        if len(answer.blocks) > 1:
            lines += [f"## {_title(block, answer.language)}", ""]
        if not block.rows:
            lines += [_none(answer.language), ""]
            continue
        lines.append(_markdown_row(block.headings))
        lines.append(_markdown_row(["---"] * len(block.columns)))
        lines += [_markdown_row([row[name].label for name in block.columns]) for row in block.rows]
        lines.append("")
    if answer.note:
        lines += [f"*{answer.note}*", ""]
    return "\n".join(lines)


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def as_table(answer: Answer, width: int = 100) -> str:
    """
    Return the answer for a terminal of the given width, wrapped; proposals stand apart, each line marked with `~`.

    A block without rows says "none"; what an answer leaves out says "not stated".
    """
    width = max(NARROWEST, min(WIDEST, width))
    lines = textwrap.wrap(answer.summary, width) + [
        piece for line in _about(answer) for piece in textwrap.wrap(line, width, subsequent_indent="  ")
    ]
    for block in answer.blocks:
        lines.append("")
        mark = "~ " if block.proposals else ""
        if len(answer.blocks) > 1 or block.proposals:
            heading = _title(block, answer.language) + (f" ({len(block.rows)})" if block.rows else "")
            lines += textwrap.wrap(mark + heading, width, subsequent_indent=mark)
        body = _grid(block, width - len(mark)) if block.rows else [_none(answer.language)]
        lines += [(mark + line).rstrip() for line in body]
    if answer.note:
        lines += ["", *textwrap.wrap(answer.note, width)]
    return "\n".join(lines) + "\n"


def _about(answer: Answer) -> list[str]:
    told = [as_of_line(answer)] if answer.as_of else []
    for name, cells in answer.parameters.items():
        if cells:
            told.append(f"{name}: {'; '.join(cell.label for cell in cells)}")
    return told


def _title(block: AnswerBlock, language: str) -> str:
    return f"{block.title} [{PROPOSED.get(language, PROPOSED['en'])}]" if block.proposals else block.title


def _none(language: str) -> str:
    return f"({NONE.get(language, NONE['en'])})"


def _grid(block: AnswerBlock, width: int) -> list[str]:
    if len(block.columns) == 1:
        name = block.columns[0]
        return [
            line
            for row in block.rows
            for line in textwrap.wrap(row[name].label, width, initial_indent="- ", subsequent_indent="  ")
        ]
    rows = [[row[name].label for name in block.columns] for row in block.rows]
    widths = _widths([list(block.headings), *rows], width)
    if widths is None:
        return _records(block, width)
    wrapped = [_wrapped(row, widths) for row in rows]
    lines = _wrapped(list(block.headings), widths)
    lines.append(_GAP.join("-" * one for one in widths))
    airy = any(len(row) > 1 for row in wrapped)
    for number, row in enumerate(wrapped):
        # Wrapped rows run into each other without a line between them.
        lines += [""] if airy and number else []
        lines += row
    return lines


def _records(block: AnswerBlock, width: int) -> list[str]:
    """Return the rows one below the other, a line a column: for more columns than stand side by side."""
    longest = max(map(len, block.headings))
    lines: list[str] = []
    for row in block.rows:
        lines += [""] if lines else []
        for name, heading in zip(block.columns, block.headings, strict=True):
            lead = f"{heading}:".ljust(longest + 2)
            lines += textwrap.wrap(
                row[name].label, width, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False
            )
    return lines


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return how wide each column is to be; None where they do not stand side by side in this width."""
    room = width - len(_GAP) * (len(rows[0]) - 1)
    headings, body = rows[0], rows[1:]
    whole = [max(len(row[column]) for row in rows) for column in range(len(headings))]
    if sum(whole) <= room:
        return whole
    # A long heading wraps before the rows under it do.
    natural = [
        max(max(len(row[column]) for row in body), min(16, max(map(len, heading.split()), default=1)))
        for column, heading in enumerate(headings)
    ]
    if sum(natural) <= room:
        return natural
    longest = [max(len(word) for row in rows for word in row[column].split() or [""]) for column in range(len(natural))]
    # Short columns (numbers, symbols, names) are not broken; where even that is too wide, only long words are.
    least = [want if want <= 26 else max(12, min(word, 18)) for want, word in zip(natural, longest, strict=True)]
    if sum(least) > room:
        least = [min(want, max(4, min(word, 14))) for want, word in zip(natural, longest, strict=True)]
    if sum(least) > room:
        return None
    widths = list(least)
    spare = room - sum(widths)
    while spare > 0 and any(have < want for have, want in zip(widths, natural, strict=True)):
        # The column that is tightest for what it holds gets the next character.
        column = max(
            range(len(widths)), key=lambda one: natural[one] / widths[one] if widths[one] < natural[one] else 0
        )
        widths[column] += 1
        spare -= 1
    return widths


def _wrapped(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    cells = [textwrap.wrap(text, one, break_on_hyphens=False) or [""] for text, one in zip(row, widths, strict=True)]
    height = max(len(cell) for cell in cells)
    padded = [
        [(cell[line] if line < len(cell) else "").ljust(one) for cell, one in zip(cells, widths, strict=True)]
        for line in range(height)
    ]
    return [_GAP.join(line).rstrip() for line in padded]


FORMATS: Mapping[str, Callable[[Answer], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "markdown": as_markdown,
}
"""The forms by the name that `ask --format` takes."""
