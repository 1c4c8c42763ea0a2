"""What is found in the words of a paragraph; every place counts code points from the first character of the words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Words:
    """Some of the words: where they stand and how they read."""

    start: int
    end: int
    as_written: str


@dataclass(frozen=True, slots=True)
class Known:
    """
    A name that an organisation's registers hold: of a body, a collective, a theme, a treaty, a document.

    `path` is the address below the base (“oas/org/cam”), `label` one way of writing it, in `language` ("" for all).
    `family` says what it is: "body", "collective", "document", "theme", "series".
    """

    path: str
    label: str
    language: str = ""
    family: str = "body"


@dataclass(frozen=True, slots=True)
class Mention:
    """
    An actor as the words name it.

    `key` is the address below the base of a body or collective of the register, None where the register has none.
    A collective (“all relevant entities”) keeps the words that limit it and is never taken apart.
    """

    start: int
    end: int
    as_written: str
    key: str | None = None
    is_collective: bool = False


@dataclass(frozen=True, slots=True)
class DateFound:
    """
    A day, month, year or period: as written, and in EDTF with the first and the last day it may mean.

    `precision` is a value of the code list: day, month, quarter, year, period, open.
    """

    start: int
    end: int
    as_written: str
    edtf: str
    earliest: str
    latest: str
    precision: str
    day_announced: bool = False


@dataclass(frozen=True, slots=True)
class SessionFound:
    """
    A session by its number: “its forty-fifth regular session” is number "45", kind "o".

    `kind` is empty where the words do not say it; `of` is the body that meets, None where only “its” stands there.
    """

    start: int
    end: int
    as_written: str
    number: str
    kind: str = ""
    of: Mention | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often: as written, and as an iCalendar rule."""

    start: int
    end: int
    as_written: str
    rrule: str


@dataclass(frozen=True, slots=True)
class Citation:
    """
    A document that the words name, with the article or paragraph of it that they name.

    `symbol` is the canonical spelling, `path` the address below the base ("" where the words leave out what it needs).
    `kind` is "symbol" (a symbol of this organisation's patterns), "named" (a treaty, declaration or other document of
    the register) or "unknown". `provisions` are the numbers named with it: ("op", "4") is “paragraph 4 of …”.
    """

    start: int
    end: int
    as_written: str
    symbol: str = ""
    path: str = ""
    kind: str = "symbol"
    pinpoint: Words | None = None
    provisions: tuple[tuple[str, str], ...] = ()
    date: DateFound | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of an act: to whom, for whom, with whom, when, how often, on which condition."""

    recipients: tuple[Mention, ...] = ()
    beneficiaries: tuple[Mention, ...] = ()
    consulted: tuple[Mention, ...] = ()
    supporters: tuple[Mention, ...] = ()
    conditions: tuple[Words, ...] = ()
    deadlines: tuple[DateFound | SessionFound, ...] = ()
    periods: tuple[DateFound, ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    is_reporting: bool = False
    asks_for_money: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """
    What one operative verb says.

    `verb` is the key of the verb in the scheme of verbs (“call-upon”), `force` its force there; both hold for the
    organisation where it ranks its verbs, and are those of the shared scheme elsewhere. A verb that no scheme knows
    has its dictionary form as key and the force "". `start` to `end` are the words of this statement alone, `act_start`
    to `act_end` those of the act. `doubts` are short sentences for the list of what needs a look.
    """

    start: int
    end: int
    verb: str
    verb_start: int
    verb_end: int
    verb_as_written: str
    force: str
    is_mandate: bool
    act_start: int
    act_end: int
    addressees: tuple[Mention, ...] = ()
    details: Details = field(default_factory=Details)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant:
    """
    Somebody in an activity: role and certainty are values of the code lists, with the words that give the certainty.
    """

    start: int
    end: int
    as_written: str
    role: str
    certainty: str
    certainty_words: Words | None = None
    key: str | None = None
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class ThemeFound:
    """A theme whose label the words hold: always a proposal."""

    start: int
    end: int
    as_written: str
    key: str
