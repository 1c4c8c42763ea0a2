"""The numbers of an OpenDocument text, counted from its list styles."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandategraph.ingest.readers.numerals import in_words, letter_pairs, letters, ordinal, ordinal_in_words, roman, sign

if TYPE_CHECKING:
    from lxml.etree import _Element

STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
LEVELS = 10
# The longer ones are examples that LibreOffice writes for what the standard has no name for.
_FORMATS: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": letter_pairs,
    "A": lambda value: letter_pairs(value).upper(),
    "i": roman,
    "I": lambda value: roman(value).upper(),
    "1st": ordinal,
    "One": in_words,
    "First": ordinal_in_words,
    "01, 02, 03, ...": lambda value: f"{value:02d}",
}
_PLACE = re.compile(r"%(\d+)%")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is written."""

    format: str = ""
    prefix: str = ""
    suffix: str = ""
    shown: int = 1
    start: int = 1
    bullet: str = ""
    pattern: str = ""
    """Newer files spell the whole number out: “%1%.%2%)”."""
    doubled: bool = False
    """Whether bb follows aa, not ab."""

    def spelled(self, value: int) -> str:
        """Return a count as this level writes it."""
        if self.doubled and self.format in ("a", "A"):
            return letters(value) if self.format == "a" else letters(value).upper()
        return _FORMATS.get(self.format, str)(value) if self.format else ""


def levels_of(style: _Element) -> dict[int, Level]:
    """Return the levels of a list style or of the outline, from 0."""
    found: dict[int, Level] = {}
    for element in style:
        level = number(element.get(TEXT + "level"), 0) - 1
        if not 0 <= level < LEVELS:
            continue
        if element.tag == TEXT + "list-level-style-bullet":
            shown = sign(element.get(TEXT + "bullet-char", "•"))
            prefix, suffix = element.get(STYLE + "num-prefix", ""), element.get(STYLE + "num-suffix", "")
            found[level] = Level(bullet=f"{prefix}{shown}{suffix}".strip() or "•")
        elif element.tag == TEXT + "list-level-style-image":
            found[level] = Level(bullet="•")
        else:
            found[level] = Level(
                format=element.get(STYLE + "num-format", ""),
                prefix=element.get(STYLE + "num-prefix", ""),
                suffix=element.get(STYLE + "num-suffix", ""),
                shown=number(element.get(TEXT + "display-levels"), 1),
                start=number(element.get(TEXT + "start-value"), 1),
                pattern=_pattern(element),
                doubled=element.get(STYLE + "num-letter-sync") == "true",
            )
    return found


def _pattern(element: _Element) -> str:
    # The attribute stood in LibreOffice's own namespace before it came into the standard.
    return next((str(value) for name, value in element.items() if str(name).endswith("}num-list-format")), "")


def number(text: str | None, otherwise: int) -> int:
    """Return a whole number, the default for what is none."""
    try:
        return max(-1_000_000, min(1_000_000, int(text or "")))
    except ValueError:
        return otherwise


@dataclass(slots=True)
class Count:
    """The counts of one list, however often it is interrupted."""

    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)

    def next(self, levels: dict[int, Level], index: int, start: int | None = None) -> str:
        """
        Count one item and return its number as it is printed.

        >>> levels = {0: Level("1", suffix="."), 1: Level("a", "(", ")")}
        >>> count = Count()
        >>> [count.next(levels, level) for level in (0, 1, 1, 0, 1)], count.next(levels, 0, 33)
        (['1.', '(a)', '(b)', '2.', '(a)'], '33.')
        """
        index = min(index, LEVELS - 1)
        level = levels.get(index, Level())
        for above in range(index):
            if self.counts[above] is None:
                self.counts[above] = levels.get(above, Level()).start
        held = self.counts[index]
        self.counts[index] = start if start is not None else level.start if held is None else held + 1
        for below in range(index + 1, LEVELS):
            self.counts[below] = None
        return self._printed(levels, index, level)

    def _printed(self, levels: dict[int, Level], index: int, level: Level) -> str:
        if level.bullet:
            return level.bullet
        if not level.format:
            return (level.prefix + level.suffix).strip()

        def spelled(at: int) -> str:
            held = levels.get(at, Level())
            return held.spelled(self.counts[at] or held.start) if 0 <= at <= index else ""

        if level.pattern:
            return _PLACE.sub(lambda found: spelled(int(found[1]) - 1), level.pattern).strip()
        shown = [spelled(at) for at in range(max(0, index - level.shown + 1), index + 1)]
        return f"{level.prefix}{'.'.join(part for part in shown if part)}{level.suffix}".strip()
