"""
Word's automatic numbers, counted from the definitions as Word counts them.

All lists made from one abstract definition share its counters. A list that overrides the start takes it when it is
first used, and goes on in the shared counters from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mandategraph.ingest.readers.numerals import sign, spelled
from mandategraph.ingest.readers.ooxml import W, child, integer, is_on, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and written."""

    format: str = "decimal"
    text: str = ""
    start: int = 0
    restart: int | None = None
    """The number of levels above, one of which must come for this one to begin anew; None: any of them; 0: never."""
    legal: bool = False
    style: str = ""
    indent: int | None = None


@dataclass(frozen=True, slots=True)
class _Abstract:
    levels: Mapping[int, Level]
    style_link: str = ""
    """The list style whose definition stands here."""
    borrowed: str = ""
    """The list style whose definition is to be taken instead."""


@dataclass(frozen=True, slots=True)
class _List:
    abstract: str
    overrides: Mapping[int, Level] = field(default_factory=dict)
    starts: Mapping[int, int] = field(default_factory=dict)


class Definitions:
    """What numbering.xml says of lists; `number` is a list's numId."""

    def __init__(self, root: _Element | None, list_styles: Mapping[str, str] | None = None) -> None:
        self._abstracts: dict[str, _Abstract] = {}
        self._lists: dict[str, _List] = {}
        self._list_styles = list_styles or {}
        for element in root if root is not None else ():
            if element.tag == W + "abstractNum":
                self._abstracts[element.get(W + "abstractNumId", "")] = _abstract(element)
            elif element.tag == W + "num":
                self._lists[element.get(W + "numId", "")] = _list(element)
        self._levels: dict[tuple[str, int], Level | None] = {}
        self.used: set[str] = set()
        """The formats of numbers that were counted."""

    def __contains__(self, number: str) -> bool:
        return number in self._lists

    def key(self, number: str) -> str:
        """Return the abstract definition that a list counts in; lists with one key share their counters."""
        key = self._lists[number].abstract
        for _ in range(8):  # a list style may point to another, and a broken file in a circle
            held = self._abstracts.get(key)
            if held is None or not held.borrowed:
                break
            # The list style's own numId comes first; else the definition that says it is this style's.
            through = self._lists.get(self._list_styles.get(held.borrowed, ""))
            key = through.abstract if through is not None else self._owner(held.borrowed, key)
        return key

    def _owner(self, style: str, otherwise: str) -> str:
        return next((key for key, held in self._abstracts.items() if held.style_link == style), otherwise)

    def level(self, number: str, index: int) -> Level | None:
        """Return how a level of a list is written, overrides applied; None where the file does not define it."""
        known = (number, index)
        if known not in self._levels:
            self._levels[known] = self._level(number, index)
        return self._levels[known]

    def _level(self, number: str, index: int) -> Level | None:
        held = self._lists[number]
        abstract = self._abstracts.get(self.key(number))
        found = held.overrides.get(index) or (abstract.levels.get(index) if abstract is not None else None)
        if found is not None and index in held.starts:
            return replace(found, start=held.starts[index])
        return found

    def start(self, number: str, index: int) -> int:
        """Return where a level begins if no list has a say of its own."""
        abstract = self._abstracts.get(self.key(number))
        found = abstract.levels.get(index) if abstract is not None else None
        return found.start if found is not None else 1

    def starts(self, number: str) -> Mapping[int, int]:
        """Return the levels at which a list begins with a number of its own when first used."""
        return self._lists[number].starts

    def level_of_style(self, number: str, style: str) -> int | None:
        """Return the level that a paragraph style is tied to."""
        for index in range(LEVELS):
            level = self.level(number, index)
            if level is not None and level.style == style:
                return index
        return None


class Counters:
    """
    The counts of the lists of one story of a document, in reading order.

    >>> definitions = Definitions(None)
    >>> definitions._abstracts["0"] = _Abstract({0: Level(text="%1.", start=1), 1: Level("lowerLetter", "(%2)", 1)})
    >>> definitions._lists |= {"1": _List("0"), "2": _List("0", starts={0: 33})}
    >>> counters = Counters(definitions)
    >>> [counters.next(*place) for place in (("1", 0), ("1", 1), ("1", 1), ("1", 0), ("1", 1), ("2", 0), ("1", 0))]
    ['1.', '(a)', '(b)', '2.', '(a)', '33.', '34.']
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()

    def next(self, number: str, index: int) -> str:
        """Count one paragraph of a list and return its number as it is printed."""
        definitions = self._definitions
        level = definitions.level(number, index)
        if level is None:
            return ""
        definitions.used.add(level.format)
        counts = self._counts.setdefault(definitions.key(number), [None] * LEVELS)
        for above in range(index):
            # A level that was passed over counts as begun, where its definition begins: an override waits for its use.
            if counts[above] is None:
                counts[above] = definitions.start(number, above)
        count = counts[index]
        if count is None or (index in definitions.starts(number) and (number, index) not in self._started):
            counts[index] = level.start
        else:
            counts[index] = count + 1
        self._started.add((number, index))
        for below in range(index + 1, LEVELS):
            deeper = definitions.level(number, below)
            restart = deeper.restart if deeper is not None else None
            if restart is None or index < restart:
                counts[below] = None
        return self._printed(number, index, level, counts)

    def _printed(self, number: str, index: int, level: Level, counts: list[int | None]) -> str:
        if level.format == "bullet":
            return sign(level.text).strip()

        def place(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            held = self._definitions.level(number, at)
            if at > index or held is None:
                return ""
            format_ = held.format
            if level.legal and format_ not in {"none", "bullet", "decimalZero"}:
                format_ = "decimal"
            count = counts[at]
            return "" if format_ == "bullet" else spelled(held.start if count is None else count, format_)

        return sign(_PLACE.sub(place, level.text)).strip()


def _abstract(element: _Element) -> _Abstract:
    levels = {}
    for held in element.findall(W + "lvl"):
        levels[integer(held.get(W + "ilvl"), 0)] = _level(held)
    return _Abstract(levels, value_of(element, "styleLink"), value_of(element, "numStyleLink"))


def _list(element: _Element) -> _List:
    overrides, starts = {}, {}
    for override in element.findall(W + "lvlOverride"):
        index = integer(override.get(W + "ilvl"), 0)
        held = child(override, "lvl")
        if held is not None:
            overrides[index] = _level(held)
        start = value_of(override, "startOverride")
        if start:
            starts[index] = integer(start, 1)
    return _List(value_of(element, "abstractNumId"), overrides, starts)


def _level(element: _Element) -> Level:
    restart = value_of(element, "lvlRestart")
    properties = child(element, "pPr")
    indent = child(properties, "ind") if properties is not None else None
    left = None if indent is None else indent.get(W + "left", indent.get(W + "start"))
    return Level(
        format=_format(element),
        text=value_of(element, "lvlText"),
        start=integer(value_of(element, "start"), 0),
        restart=integer(restart, 0) if restart else None,
        legal=is_on(child(element, "isLgl")),
        style=value_of(element, "pStyle"),
        indent=None if left is None else integer(left, 0),
    )


def _format(element: _Element) -> str:
    found = child(element, "numFmt")
    if found is None:
        # Newer formats stand in a choice, with one beside it that older programs know.
        found = next(iter(element.iter(W + "numFmt")), None)
    if found is None:
        return "decimal"
    format_ = found.get(W + "val", "decimal")
    if format_ == "custom":
        # “001, 002, 003, ...”: as many figures as the example has.
        return "decimalZero" if found.get(W + "format", "").startswith("01") else "decimal"
    return format_
