"""The worksheet on which people decide: its sheets and columns, and what a filled row says."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from mandategraph.core.claims import Claims, digest, words_of
from mandategraph.core.dates import read_date
from mandategraph.core.graphs import Graphs
from mandategraph.core.ports import GraphStore
from mandategraph.core.worksheet_texts import ANSWERS, COLUMNS

MARK = "mandategraph-worksheet-3"
"""What the first cell of each sheet begins with; another layout will have another number."""

DAYS = ("since", "day", "until", "begins", "ends")
"""Columns in which a day is filled in."""

CATEGORIES = ("A", "B", "C")
"""The categories of a mandate."""

HIDDEN = ("key", "words", "state", "face")
"""Columns nobody sees: whose row it is, hashes of its words, of what was decided, and of what stands visibly in it."""

FACES: Mapping[str, tuple[str, ...]] = {
    "mandates": ("paragraph", "quote"),
    "links": ("activity", "paragraph"),
    "activities": ("activity",),
    "participation": ("activity", "who"),
    "gaps": ("finding",),
}
"""The visible cells by which a person knows whose row it is; rows sorted without the hidden columns show others."""

Cell = str | float | int | bool | date | datetime | time | None


@dataclass(frozen=True)
class Column:
    """A column: its key, whether it is filled in, what may be chosen, how wide it is in characters."""

    key: str
    is_open: bool = False
    choices: tuple[str, ...] = ()
    width: int = 20


LAYOUT: Mapping[str, tuple[Column, ...]] = {
    "mandates": (
        Column("paragraph", width=30),
        Column("quote", width=60),
        Column("then", width=40),
        Column("addressee", width=28),
        Column("categoryNow", width=10),
        Column("charge", width=28),
        Column("beginsNow", width=18),
        Column("endsNow", width=18),
        Column("now", width=16),
        Column(
            "status", True, ("open", "continuous", "answered", "fulfilled", "elapsed", "superseded", "repealed"), 16
        ),
        Column("since", True),
        Column("category", True, CATEGORIES, 10),
        Column("responsible", True, width=28),
        Column("begins", True, width=14),
        Column("ends", True, width=14),
        Column("reason", True, width=40),
    ),
    "links": (
        Column("activity", width=40),
        Column("type", width=16),
        Column("paragraph", width=30),
        Column("quote", width=60),
        Column("then", width=40),
        Column("now", width=14),
        Column("basis", width=40),
        Column("score", width=8),
        Column("decision", True, ("accept", "reject", "later"), 12),
        Column("reason", True, width=40),
    ),
    "activities": (
        Column("activity", width=50),
        Column("planned", width=24),
        Column("now", width=24),
        Column("then", width=40),
        Column("progress", True, ("held", "date-fixed", "postponed", "cancelled"), 16),
        Column("day", True, width=14),
        Column("outcome", True, width=28),
        Column("reason", True, width=40),
    ),
    "participation": (
        Column("activity", width=44),
        Column("who", width=36),
        Column("role", width=14),
        Column("now", width=18),
        Column("then", width=40),
        Column("settled", True, ("will-participate", "declined", "took-part"), 18),
        Column("actor", True, width=24),
        Column("reason", True, width=40),
    ),
    "gaps": (
        Column("finding", width=70),
        Column("todo", width=40),
        Column("then", width=40),
        Column("excused", True, ("accept", "reject", "later"), 12),
        Column("until", True, width=14),
        Column("reason", True, width=40),
    ),
}
"""Sheet to its columns, in the order in which they stand."""


@dataclass(frozen=True)
class Row:
    """A row of a sheet: hidden key, hash of the words and of what was decided when it was written, visible cells."""

    key: str
    words: str
    state: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """A row that somebody filled in: where it stands, whose it is, and what was entered by column."""

    file: str
    page: str
    row: int
    sheet: str
    key: str
    words: str
    state: str
    given: Mapping[str, Cell]
    is_in_place: bool = True
    """Whether its visible cells are those that it was written with."""

    @property
    def place(self) -> str:
        """Where it stands, as a person finds it."""
        return f"{self.file}, sheet {self.page}, row {self.row}"


def seal(texts: Iterable[str]) -> str:
    """
    Return a short hash; its first letter keeps a spreadsheet from taking it for a number.

    >>> seal(["a"]) == seal(["a"]) != seal(["b"])
    True
    """
    return "h" + hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]


def face_of(sheet: str, cells: Mapping[str, Cell]) -> str:
    """Return a short hash of the visible cells by which a person knows a row, whatever its spaces."""
    return seal(plain(cells.get(name)).lstrip("'") for name in FACES[sheet])


def state_of(claims: Claims, kind: str, subject: str) -> str:
    """Return a short hash of the decisions on a thing that stand, so that a sheet knows what it did not see."""
    if kind in ("link", "participation"):
        claim = claims.get(subject)
        family = claims.family(claim) if claim else []
        return seal(sorted(one.iri for one in family if one.is_decided))
    told = claims.decided_about(subject)
    if kind == "status":
        told = [*told, *(one for one in claims.in_charge_of(subject) if one.is_decided)]
    return seal(sorted(one.iri for one in told))


def seals(store: GraphStore, graphs: Graphs, things: Iterable[str]) -> dict[str, str]:
    """Return for each thing a short hash of its quoted words."""
    wanted = sorted(set(things))
    found = words_of(store, graphs, wanted)
    return {thing: seal(map(digest, found.get(thing, ()))) for thing in wanted}


def plain(value: Cell) -> str:
    """
    Return what stands in a cell as text, whatever a spreadsheet made of it.

    >>> plain(33.0), plain(date(2016, 11, 3)), plain(" x "), plain(None)
    ('33', '2016-11-03', 'x', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def worded(value: Cell, numbers: bool = True) -> str:
    """
    Return what somebody wrote in words; ValueError where a spreadsheet made something else of it.

    A day may have been "10-12", and a number may have lost zeros; whole numbers pass where `numbers` may be meant.

    >>> worded(2881.0), worded("33.A")
    ('2881', '33.A')
    >>> worded(2.1)
    Traceback (most recent call last):
    ValueError: the spreadsheet made a number of it (2.1); format the cell as text and write it anew
    """
    made = ""
    if isinstance(value, bool):
        made = f"a truth value of it ({str(value).upper()})"
    elif isinstance(value, date | datetime | time):
        made = f"a day or an hour of it ({plain(value)})"
    elif isinstance(value, int | float) and not (numbers and float(value).is_integer()):
        made = f"a number of it ({plain(value)})"
    if made:
        raise ValueError(f"the spreadsheet made {made}; format the cell as text and write it anew")
    return plain(value)


def choice(value: Cell, choices: Sequence[str]) -> str | None:
    """
    Return the choice that a cell makes in any of the languages, empty where it makes none, None where it is none.

    >>> choice("Aceptar", ("accept", "reject")), choice(True, ("accept", "reject")), choice("maybe", ("accept",))
    ('accept', 'accept', None)
    """
    text = _folded(plain(value))
    if not text:
        return ""
    for key in choices:
        if text in {_folded(key), *(_folded(answers[key]) for answers in ANSWERS.values())}:
            return key
    yes, no = {"yes", "x", "si", "oui", "sim", "true", "verdadero", "vrai", "verdadeiro"}, {
        "no", "non", "nao", "false", "falso", "faux",
    }  # fmt: skip
    if text in yes and "accept" in choices:
        return "accept"
    if text in no and "reject" in choices:
        return "reject"
    return None


def day(value: Cell) -> date | None:
    """
    Return the day in a cell; ValueError where it is none.

    >>> day("3 noviembre 2016"), day(42677.0), day("")
    (datetime.date(2016, 11, 3), datetime.date(2016, 11, 3), None)
    """
    if isinstance(value, float | int) and not isinstance(value, bool) and 20_000 < value < 80_000:
        return date.fromordinal(date(1899, 12, 30).toordinal() + int(value))  # a day as spreadsheets count them
    text = plain(value)
    return date.fromisoformat(read_date(text) or text) if text else None


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("-", " ").strip()


def title(sheet: str, column: Column, language: str) -> str:
    """Return the heading of a column."""
    return COLUMNS[language].get(f"{sheet}.{column.key}") or COLUMNS[language][column.key]
