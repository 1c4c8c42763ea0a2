"""The tree of a text: documents, and in them units with their numbers and their words."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from mandategraph.ingest.reading import Block, Number


class Part(StrEnum):
    """What a unit is; the values of provisions are those of the code list `provision`."""

    FRONT = "front"
    TITLE = "title"
    HEADING = "heading"
    ORGAN = "organ"
    """The line on which the organ names itself."""
    PREAMBLE = "preamble"
    OPERATIVE = "operative"
    ARTICLE = "article"
    SECTION = "section"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    BULLET = "bullet"
    ANNEX = "annex"
    NOTE = "note"
    CONTENTS = "contents"
    """A line of a table of contents."""
    QUOTATION = "quotation"
    """Words that a paragraph quotes, such as the new text of a rule; they hang under it."""
    BACK = "back"
    FURNITURE = "furniture"


PROVISIONS = frozenset(
    {Part.PREAMBLE, Part.OPERATIVE, Part.ARTICLE, Part.SECTION, Part.PARAGRAPH, Part.ITEM, Part.BULLET}
)


@dataclass(slots=True)
class Unit:
    """
    A unit of a text: its part, its number, the block that holds its words, and the units under it.

    `notes` say what a person should look at: a jump in the numbers, a number twice.
    """

    part: Part
    block: Block
    number: Number | None = None
    children: list[Unit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def walk(self) -> Iterator[Unit]:
        """Yield the unit and all under it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Document:
    """
    One resolution, decision, declaration or plan of a text: its units in order.

    `language` is that of its words; the other language of a two-language original is a document of its own, whose
    `expression_of` is the place, in the list, of the document that says the same.
    """

    units: list[Unit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    language: str = ""
    expression_of: int | None = None

    def walk(self) -> Iterator[Unit]:
        """Yield every unit, in the order of the text."""
        for unit in self.units:
            yield from unit.walk()

    def of_part(self, *parts: Part) -> list[Unit]:
        """Return the units of some parts, at any depth."""
        return [unit for unit in self.walk() if unit.part in parts]


def taken_along(document: Document, ends: Container[int]) -> list[Unit]:
    """
    Take from the end of a document the title lines that belong to the next one, which follows at once.

    `ends` are the identities of units that close the document: they stay.
    """
    carried: list[Unit] = []
    units = document.units
    while units and units[-1].part in (Part.HEADING, Part.BACK, Part.FURNITURE) and id(units[-1]) not in ends:
        carried.insert(0, units.pop())
    for unit in carried:
        unit.part = Part.FURNITURE if unit.part is Part.FURNITURE else Part.FRONT
    return carried
