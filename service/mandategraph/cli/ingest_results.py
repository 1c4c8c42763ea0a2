"""What `ingest` tells of its results: a bar while it reads, a summary, a table, JSON."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from mandategraph.cli.batch import Outcome
from mandategraph.cli.output import say, table

_MOST_NOTES = 12
_MOST_ROWS = 50
_FEW = 6
_BAR = 30
_CLEAR = "\x1b[K"


class Progress:
    """
    A bar on standard error, on terminals only; sentences on files that could not be read stand above it.

    Use it as a context manager.
    """

    def __init__(self, of: int) -> None:
        self._of = of
        self._done = 0
        self._shown = of > 1 and sys.stderr.isatty()

    def __enter__(self) -> Progress:
        self._draw("")
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def step(self, outcome: Outcome) -> None:
        """Go on by one file."""
        self._done += 1
        if outcome.why:
            self._clear()
            say(outcome.why)
        self._draw(outcome.path.name)

    def _draw(self, name: str) -> None:
        if not self._shown:
            return
        width = shutil.get_terminal_size().columns
        filled = _BAR * self._done // self._of
        bar = "█" * filled + "░" * (_BAR - filled)
        line = f"{bar} {self._done:,} of {self._of:,}  {name}"
        sys.stderr.write(f"\r{_CLEAR}{line[: max(10, width - 1)]}")
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._shown:
            sys.stderr.write(f"\r{_CLEAR}")
            sys.stderr.flush()


def as_data(outcomes: Sequence[Outcome]) -> str:
    """Return the results as JSON: every draft with all its notes, every file that could not be read with the reason."""
    drafts = [{**one.summary, "draft": one.name, "unchanged": one.unchanged} for one in outcomes if not one.why]
    failed = [{"file": str(one.path), "why": one.why} for one in outcomes if one.why]
    told = {"drafts": drafts, "failed": len(failed), "not read": failed}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def as_text(outcomes: Sequence[Outcome]) -> str:
    """Return the results for people: a few drafts each by itself, more of them as a table with totals."""
    summaries = [one.summary for one in outcomes if not one.why]
    if len(outcomes) > _FEW:
        return _table(outcomes) + "\n" + "\n".join(_totals(summaries)) + "\n"
    lines = [line for told in summaries for line in _of_one(told)]
    return "\n".join(lines) + "\n" if lines else ""


def in_a_sentence(outcomes: Sequence[Outcome], where: str) -> str:
    """
    Return how many drafts there are and where, and how many files could not be read.

    >>> from pathlib import Path
    >>> in_a_sentence([Outcome(Path("a.txt"), "a", {"file": "a.txt"}, unchanged=True)], "in drafts")
    '1 draft in drafts. 1 of them had not changed and was not read again.'
    """
    drafts = sum(not one.why for one in outcomes)
    unchanged = sum(one.unchanged for one in outcomes)
    sentence = f"{'1 draft' if drafts == 1 else f'{drafts:,} drafts'} {where}."
    if unchanged:
        were = "had not changed and was not" if unchanged == 1 else "had not changed and were not"
        sentence += f" {unchanged:,} of them {were} read again."
    if drafts < len(outcomes):
        sentence += f" {len(outcomes) - drafts:,} of {len(outcomes):,} files could not be read."
    return sentence


def _table(outcomes: Sequence[Outcome]) -> str:
    headers = ("File", "Documents", "Operative", "Statements", "Citations", "Notes", "Result")
    rows: list[tuple[str, ...]] = []
    for one in outcomes[:_MOST_ROWS]:
        told = one.summary
        if one.why:
            rows.append((one.path.name, "", "", "", "", "", "not read"))
            continue
        operative = sum(told["provisions"].get(kind, 0) for kind in ("operative", "article"))
        counts = (len(told["documents"]), operative, told["statements"], told["citations"], len(told["needs a look"]))
        result = "unchanged" if one.unchanged else "read"
        rows.append((one.path.name, *(f"{count:,}" for count in counts), result))
    more = f"… and {len(outcomes) - _MOST_ROWS:,} more (--json lists all)\n" if len(outcomes) > _MOST_ROWS else ""
    return table(headers, rows) + more


def _of_one(told: dict[str, Any]) -> list[str]:
    provisions = ", ".join(f"{count:,} {kind}" for kind, count in told["provisions"].items()) or "none"
    unplaced = ", ".join(f"{count:,} {reason}" for reason, count in told["unplaced"].items()) or "none"
    notes = told["needs a look"]
    lines = [
        f"{told['file']}: {'; '.join(told['documents'])}",
        f"  Provisions:    {provisions}",
        f"  Statements:    {told['statements']:,}, of which {told['mandates']:,} mandates",
        f"  Citations:     {told['citations']:,}",
        *([f"  Calendar:      {told['calendar entries']:,} entries"] if told["calendar entries"] else []),
        f"  Unplaced:      {unplaced} (stretches)",
        f"  Accounted for: {told['characters'] - told['unaccounted']:,} of {told['characters']:,} characters not blank",
    ]
    if notes:
        lines.append(f"  Needs a look:  {len(notes):,}")
        lines += [f"    - {note}" for note in notes[:_MOST_NOTES]]
        if len(notes) > _MOST_NOTES:
            lines.append(f"    … and {len(notes) - _MOST_NOTES:,} more (--json lists all)")
    return lines


def _totals(summaries: Sequence[dict[str, Any]]) -> list[str]:
    provisions: Counter[str] = Counter()
    for told in summaries:
        provisions.update(told["provisions"])
    silent = [told["file"] for told in summaries if not {"operative", "article"} & set(told["provisions"])]
    every = {
        name: sum(told[name] for told in summaries)
        for name in ("statements", "mandates", "citations", "characters", "unaccounted")
    }
    notes = sum(len(told["needs a look"]) for told in summaries)
    lines = [
        f"Documents:     {sum(len(told['documents']) for told in summaries):,} in {len(summaries):,} files",
        f"Provisions:    {', '.join(f'{count:,} {kind}' for kind, count in sorted(provisions.items()))}",
        f"Statements:    {every['statements']:,}, of which {every['mandates']:,} mandates",
        f"Citations:     {every['citations']:,}",
        f"Characters:    {every['characters']:,} that are not blank, {every['unaccounted']:,} of them unaccounted for",
        f"Needs a look:  {notes:,} notes (--json lists them)",
    ]
    if silent:
        more = f" and {len(silent) - _MOST_NOTES:,} more (--json lists all)" if len(silent) > _MOST_NOTES else ""
        lines.append(f"Without operative paragraph: {', '.join(silent[:_MOST_NOTES])}{more}")
    return lines
