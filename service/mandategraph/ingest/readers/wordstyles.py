"""What the styles of a Word document say of its paragraphs: numbering, headings, indents, the look of letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandategraph.ingest.readers.ooxml import W, child, integer, is_on, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"heading (\d)\Z", re.IGNORECASE)
_BODY_LEVEL = 9
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Style:
    """One style as it stands in the file, what it is based on aside."""

    key: str
    name: str
    based_on: str
    number: str | None
    level: int | None
    outline: int | None
    left: int | None
    align: str
    looks: Mapping[str, bool]


class Styles:
    """The styles of a document; what a style leaves out comes from the one it is based on."""

    def __init__(self, root: _Element | None) -> None:
        # Templates bring hundreds of styles; only those that are used are looked into.
        self._elements: dict[str, _Element] = {}
        self.default_paragraph = ""
        self.defaults: Mapping[str, bool] = {}
        self._lineage: dict[str, tuple[Style, ...]] = {}
        for element in root if root is not None else ():
            if element.tag == W + "style":
                key = element.get(W + "styleId", "")
                self._elements[key] = element
                is_default = element.get(W + "default") in ("1", "true", "on")
                if is_default and element.get(W + "type", "paragraph") == "paragraph":
                    self.default_paragraph = key
            elif element.tag == W + "docDefaults":
                found = next(iter(element.iter(W + "rPr")), None)
                self.defaults = looks_of(found)

    @property
    def lists(self) -> dict[str, str]:
        """The list styles, and the list that each names."""
        held = [element for element in self._elements.values() if element.get(W + "type") == "numbering"]
        return {style.key: style.number for style in map(_style, held) if style.number}

    def lineage(self, key: str) -> tuple[Style, ...]:
        """Return a style and those it is based on, nearest first; circles of a broken file are cut."""
        if key not in self._lineage:
            self._lineage[key] = tuple(self._ancestors(key))
        return self._lineage[key]

    def _ancestors(self, key: str) -> Iterator[Style]:
        seen: set[str] = set()
        while key in self._elements and key not in seen and len(seen) < _DEEPEST:
            seen.add(key)
            style = _style(self._elements[key])
            yield style
            key = style.based_on

    def heading(self, key: str) -> int | None:
        """Return the depth of a heading, from 1, None for a style of other words."""
        for style in self.lineage(key):
            if style.outline is not None:
                return style.outline + 1 if style.outline < _BODY_LEVEL else None
            if found := _HEADING.match(style.name):
                return int(found[1])
            if style.name.casefold() == "title":
                return 1
        return None

    def left(self, key: str) -> int | None:
        """Return the left indent, in twentieths of a point."""
        return next((style.left for style in self.lineage(key) if style.left is not None), None)

    def align(self, key: str) -> str:
        """Return how paragraphs of a style are aligned."""
        return next((style.align for style in self.lineage(key) if style.align), "")

    def look(self, key: str, name: str) -> bool | None:
        """Return whether letters of a style are bold, italic, in capitals or hidden, None where it does not say."""
        return next((style.looks[name] for style in self.lineage(key) if name in style.looks), None)


def looks_of(properties: _Element | None) -> dict[str, bool]:
    """Return what run properties say of the look of letters."""
    if properties is None:
        return {}
    found: dict[str, bool] = {}
    for element in properties:
        name = _LOOKS.get(element.tag)
        if name:
            found[name] = is_on(element)
    return found


_LOOKS = {W + "b": "bold", W + "i": "italic", W + "caps": "capitals", W + "vanish": "hidden"}


def numbering_of(properties: _Element | None) -> tuple[str | None, int | None]:
    """Return the list and level that paragraph properties name, None for each that they leave to the style."""
    held = None if properties is None else child(properties, "numPr")
    if held is None:
        return None, None
    number, level = value_of(held, "numId"), value_of(held, "ilvl")
    return number or None, integer(level, 0) if level else None


def indent_of(properties: _Element | None) -> int | None:
    """Return the left indent of paragraph properties, None where they do not say."""
    held = None if properties is None else child(properties, "ind")
    if held is None:
        return None
    left = held.get(W + "left", held.get(W + "start"))
    return None if left is None else integer(left, 0)


def _style(element: _Element) -> Style:
    paragraph = child(element, "pPr")
    number, level = numbering_of(paragraph)
    outline = "" if paragraph is None else value_of(paragraph, "outlineLvl")
    return Style(
        key=element.get(W + "styleId", ""),
        name=value_of(element, "name"),
        based_on=value_of(element, "basedOn"),
        number=number,
        level=level,
        outline=integer(outline, _BODY_LEVEL) if outline else None,
        left=indent_of(paragraph),
        align="" if paragraph is None else value_of(paragraph, "jc"),
        looks=looks_of(child(element, "rPr")),
    )
