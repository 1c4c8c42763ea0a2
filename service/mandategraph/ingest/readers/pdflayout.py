"""The order in which a PDF page is read: columns, lines, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from mandategraph.ingest.readers.pdfpage import Box, Run
from mandategraph.ingest.readers.wraps import Joiner
from mandategraph.ingest.structure.marks import read_mark

_ENDS = re.compile(r"[.;:!?…,][”\"’')\]]*\d*\Z")
_STOPS = re.compile(r"[.!?…:][”\"’')\]]*\d*\Z")
_BROKEN = re.compile(r"[^\W\d_][-‐]\Z")
_FIRST = re.compile(r"\S+")
_FEWEST_LINES = 5


@dataclass(slots=True)
class Line(Box):
    """Runs on one baseline."""

    runs: list[Run] = field(default_factory=list)
    page: int = 0
    edge: float = 0.0
    """Where the column that it stands in ends on the right."""
    cut: bool = False
    """Whether a new column or page begins with it."""
    tabbed: bool = True
    """Whether wide gaps part its words; in narrow columns they only stretch the line."""

    @property
    def words(self) -> str:
        """The words, with a tab where there is a wide gap."""
        written = ""
        before: Run | None = None
        for run in self.runs:
            if before is not None:
                gap = run.left - before.right
                written += (
                    "\t"
                    if self.tabbed and gap > 2 * before.size
                    else ""
                    if run.raised or gap < 0.08 * run.size
                    else " "
                )
            written += run.words
            before = run
        return written

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.runs, key=lambda run: len(run.words)).size

    @property
    def baseline(self) -> float:
        """The line that its letters stand on."""
        return max(self.runs, key=lambda run: len(run.words)).baseline

    @property
    def looks(self) -> frozenset[str]:
        """The look of its first letters."""
        return next((run.looks for run in self.runs if any(map(str.isalpha, run.words))), frozenset())


@dataclass(slots=True)
class Paragraph:
    """Lines that are one paragraph."""

    lines: list[Line]

    def words(self, joiner: Joiner) -> str:
        """The words of all lines, hyphens at their ends mended."""
        whole = ""
        for line in self.lines:
            if whole:
                drop, between = joiner.between(whole, line.words)
                whole = whole[: len(whole) - drop] + between
            whole += line.words
        return whole


def lines_of(runs: Sequence[Run], page: int) -> list[Line]:
    """Return runs as lines, top first; signs of footnotes stay with the words that they follow."""
    lines: list[Line] = []
    for run in sorted(runs, key=lambda run: (-run.baseline, run.left)):
        held = next(
            (
                line
                for line in lines[-4:][::-1]
                if abs(line.baseline - run.baseline) < 0.25 * max(line.size, run.size)
                or (line.bottom - 0.2 * line.size <= run.middle <= line.top + 0.1 * line.size and _beside(run, line))
            ),
            None,
        )
        if held is None:
            lines.append(Line(run.left, run.bottom, run.right, run.top, [run], page))
        else:
            held.runs.append(run)
            held.left, held.right = min(held.left, run.left), max(held.right, run.right)
    for line in lines:
        line.runs.sort(key=lambda run: run.left)
        size, base = line.size, line.baseline
        for run in line.runs:
            run.raised = run.size < 0.8 * size and run.baseline > base + 0.1 * size
    return sorted(lines, key=lambda line: -line.baseline)


def _beside(run: Run, line: Line) -> bool:
    """Whether something small stands right behind or before words of a line."""
    if run.size >= 0.85 * line.size and line.size >= 0.85 * run.size:
        return False
    return any(
        abs(run.left - held.right) < 0.5 * held.size or abs(held.left - run.right) < 0.5 * held.size
        for held in line.runs
    )


def gutter_of(lines: Sequence[Line]) -> float | None:
    """
    Return where the gap between two columns of running words is, None on a page of one.

    Words beside words are columns only if they fill them; what is short is a table without lines, read across.
    """
    runs = [run for line in lines for run in line.runs]
    if len(lines) < 2 * _FEWEST_LINES:
        return None
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    width = right - left
    best: tuple[float, float] | None = None
    edges = sorted({round(run.right, 1) for run in runs if left + 0.25 * width < run.right < left + 0.7 * width})
    for edge in edges:
        following = [run.left for run in runs if run.left >= edge]
        gap = min(following, default=edge) - edge
        middle = edge + gap / 2
        crossing = sum(run.left < middle - 1 and run.right > middle + 1 for run in runs)
        if gap < 8 or crossing > 0.25 * len(runs):
            continue
        if best is None or (crossing, -gap) < best:
            best = (crossing, -gap)
            chosen = middle
    if best is None or not _both_filled(runs, chosen):
        return None
    return chosen


def _both_filled(runs: Sequence[Run], gutter: float) -> bool:
    sides = [[run for run in runs if run.right <= gutter + 1], [run for run in runs if run.left >= gutter - 1]]
    if not all(sides):
        return False
    whole = max(run.right for run in sides[1]) - min(run.left for run in sides[0])
    for held in sides:
        extents: dict[int, tuple[float, float]] = {}
        for run in held:
            line = round(run.baseline / (0.4 * run.size))
            start, end = extents.get(line, (run.left, run.right))
            extents[line] = (min(start, run.left), max(end, run.right))
        width = max(run.right for run in held) - min(run.left for run in held)
        full = sum(end - start > 0.7 * width for start, end in extents.values())
        if len(extents) < _FEWEST_LINES or full < 0.5 * len(extents) or width < 0.3 * whole:
            return False
    return True


def in_order(runs: Sequence[Run], tops: Sequence[float], page: int) -> list[Line]:
    """
    Return the lines of a page in reading order.

    Where there are two columns, what runs across both parts what stands above from what stands below; so does the top
    of a table (`tops`).
    """
    whole = lines_of(runs, page)
    gutter = gutter_of(whole)
    if gutter is None:
        return _with_edges(whole)
    ordered: list[Line] = []
    left: list[Run] = []
    right: list[Run] = []

    def release() -> None:
        for side in (left, right):
            lines = _with_edges(lines_of(side, page))
            for line in lines:
                line.tabbed = False
            if lines and ordered:
                lines[0].cut = True
            ordered.extend(lines)
            side.clear()

    waiting = sorted(tops, reverse=True)
    for line in whole:
        while waiting and line.baseline < waiting[0]:
            release()
            waiting.pop(0)
        crossing = [run for run in line.runs if run.left < gutter - 1 and run.right > gutter + 1]
        if crossing:
            release()
            ordered.extend(_with_edges([line]))
            continue
        for run in line.runs:
            (left if run.right <= gutter + 1 else right).append(run)
    release()
    return ordered


def _with_edges(lines: list[Line]) -> list[Line]:
    rights = sorted(line.right for line in lines)
    edge = rights[min(len(rights) - 1, int(len(rights) * 0.95))] if rights else 0.0
    for line in lines:
        line.edge = edge
    return lines


def paragraphs_of(lines: Sequence[Line]) -> list[Paragraph]:
    """Return the paragraphs that lines in reading order make."""
    pitch = _pitch(lines)
    found: list[Paragraph] = []
    for line in lines:
        if found and not _begins(line, found[-1], pitch):
            found[-1].lines.append(line)
        else:
            found.append(Paragraph([line]))
    return found


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of lines, as a share of their size."""
    steps = [
        (before.baseline - after.baseline) / after.size
        for before, after in pairwise(lines)
        if before.page == after.page and 0 < before.baseline - after.baseline < 2.5 * after.size
    ]
    return median(steps) if steps else 1.2


def _begins(line: Line, paragraph: Paragraph, pitch: float) -> bool:
    before = paragraph.lines[-1]
    size = line.size
    if abs(size - before.size) > 0.12 * max(size, before.size):
        return True
    if _BROKEN.search(before.words) and line.words[:1].isalpha():
        return False
    mark = read_mark(line.words)
    ended = _ENDS.search(before.words) is not None
    opening = _FIRST.match(line.words)
    first = len(opening.group()) if opening is not None else 0
    letter = (line.right - line.left) / max(1, len(line.words))
    room = before.edge - before.right - (first + 1) * letter
    if line.cut or line.page != before.page or line.baseline > before.baseline:
        if mark is not None and (ended or room > 0):
            return True
        return "bold" in (line.looks ^ before.looks) or (room > 0 and not line.words[:1].islower())
    distance = before.baseline - line.baseline
    if distance > max(1.3 * pitch, pitch + 0.25) * size:
        return True
    if mark is not None and (ended or room > 0.15 * (before.edge - before.left)):
        return True
    # The first line of a paragraph may be indented; one that only goes on in this column is not.
    held = [one for one in paragraph.lines if one.page == line.page and one.edge == line.edge]
    later = held[1:] if held and held[0] is paragraph.lines[0] else held
    step = line.left - (later[0].left if later else before.left)
    hanging = not later and read_mark(before.words) is not None
    if step > 0.8 * size and not hanging and (ended or room > 0):
        return True
    if step < -0.8 * size and later and (ended or room > 0):
        return True
    if line.looks != before.looks and "bold" in (line.looks ^ before.looks) and room > 0 and not hanging:
        return True
    # The first word would have fitted on the line before: whoever broke the lines began anew here.
    share = room / max(1.0, before.edge - before.left)
    return room > 0 and (
        (_STOPS.search(before.words) is not None and share > 0.02) or (share > 0.3 and not line.words[:1].islower())
    )
