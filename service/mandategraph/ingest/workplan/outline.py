"""A work plan as read: its sections, the texts it lists, what it suggests to whom, its duties, its calendar."""

from __future__ import annotations

from dataclasses import dataclass, field

from mandategraph.ingest.meaning.found import Citation, DateFound
from mandategraph.ingest.reading import Block
from mandategraph.ingest.structure.outline import Unit


@dataclass(slots=True)
class Section:
    """
    A part of the plan with a heading: `path` is its address below the plan (“v/a/3”), `kind` what it is about.

    Kinds: introduction, mandates, actors, follow-up, calendar, "" for any other. `paragraphs` are the blocks under the
    heading that belong to no section below it.
    """

    path: str
    heading: Block
    kind: str = ""
    paragraphs: list[Block] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


@dataclass(slots=True)
class ListedText:
    """A text that the plan lists among its mandates: its line, the document, the range announced, its paragraphs."""

    heading: Block
    citation: Citation | None
    announced: tuple[int, int] | None
    units: list[Unit]


@dataclass(slots=True)
class QuotedArticle:
    """An article that the plan quotes with its letters: “The Rules, in Article 58, establish as functions:”."""

    lead: Block
    number: str
    items: list[Block]


@dataclass(slots=True)
class Suggestion:
    """Something the plan suggests to an actor: where it stands and who the heading above it names."""

    path: str
    block: Block
    actor: Block


@dataclass(slots=True)
class PlannedDuty:
    """
    A sentence of coordination or follow-up that binds or invites somebody: its words, how firmly, how often.

    `modality` is a value of the code list: will, may, will-consider, invited. `rrule` is an iCalendar rule,
    `before_each` the event before which it is due, as written.
    """

    path: str
    start: int
    end: int
    modality: str
    verb: str
    rrule: str = ""
    before_each: str = ""


@dataclass(slots=True)
class AgendaPart:
    """One item of a meeting: number as printed, words, and where the printed number stands, doubled ones with it."""

    number: str
    start: int
    end: int
    number_start: int
    number_end: int


@dataclass(slots=True)
class Guest:
    """
    An actor named for an entry, as written: role and certainty are values of the code lists.

    `certainty_start` to `certainty_end` are the words that give the certainty, 0 and 0 where none do.
    """

    start: int
    end: int
    role: str
    certainty: str
    key: str | None = None
    certainty_start: int = 0
    certainty_end: int = 0
    is_person: bool = False


@dataclass(slots=True)
class CalendarEntry:
    """An entry of the calendar: date, mandates cited, words, agenda, guests; blocks in the order of the text."""

    order: int
    date: DateFound | None
    dates: list[Block] = field(default_factory=list)
    mandates: list[Block] = field(default_factory=list)
    words: list[Block] = field(default_factory=list)
    citations: list[tuple[Block, Citation]] = field(default_factory=list)
    agenda: list[AgendaPart] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class WorkPlan:
    """A whole plan; `notes` are sentences for people about what was not understood."""

    sections: list[Section] = field(default_factory=list)
    articles: list[QuotedArticle] = field(default_factory=list)
    listed: list[ListedText] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    duties: list[PlannedDuty] = field(default_factory=list)
    calendar: list[CalendarEntry] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    """What the heads of the calendar's columns say they hold: date, mandate, activity, place, responsible, result."""
    heads: list[Block] = field(default_factory=list)
    """The heads of the calendar's columns."""
    notes: list[str] = field(default_factory=list)
