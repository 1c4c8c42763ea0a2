"""The worksheet on which people decide: its sheets and columns, and what a filled row says."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from mandategraph.core.claims import Claims, concept, digest, words_of
from mandategraph.core.dates import read_date, write_date
from mandategraph.core.findings import Finding
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.worksheet_texts import ANSWERS, COLUMNS

MARK = "mandategraph-worksheet-2"
"""What the first cell of each sheet begins with; another layout will have another number."""

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
        Column("addressee", width=28),
        Column("category", width=10),
        Column("charge", width=28),
        Column("begins", width=18),
        Column("ends", width=18),
        Column("now", width=16),
        Column(
            "status", True, ("open", "continuous", "answered", "fulfilled", "elapsed", "superseded", "repealed"), 16
        ),
        Column("since", True),
        Column("responsible", True, width=28),
        Column("reason", True, width=40),
    ),
    "links": (
        Column("activity", width=40),
        Column("type", width=16),
        Column("paragraph", width=30),
        Column("quote", width=60),
        Column("basis", width=40),
        Column("score", width=8),
        Column("decision", True, ("accept", "reject", "later"), 12),
        Column("reason", True, width=40),
    ),
    "activities": (
        Column("activity", width=50),
        Column("planned", width=24),
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
        Column("settled", True, ("will-participate", "declined", "took-part"), 18),
        Column("actor", True, width=24),
        Column("reason", True, width=40),
    ),
    "gaps": (
        Column("finding", width=70),
        Column("todo", width=40),
        Column("excused", True, ("accept", "later"), 12),
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
    return seal(sorted(one.iri for one in claims.decided_about(subject)))


def seals(store: GraphStore, graphs: Graphs, things: Iterable[str]) -> dict[str, str]:
    """Return for each thing a short hash of its quoted words."""
    wanted = sorted(set(things))
    found = words_of(store, graphs, wanted)
    return {thing: seal(map(digest, found.get(thing, ()))) for thing in wanted}


def rows_of(
    store: GraphStore,
    graphs: Graphs,
    claims: Claims,
    findings: Sequence[Finding],
    labels: Mapping[str, str],
    language: str,
) -> dict[str, list[Row]]:
    """Return the rows of every sheet as things stand now."""
    found: dict[str, list[Row]] = {"links": [], "participation": []}

    def said(text: str) -> str:
        return labels.get(text, text)

    open_links = [c for c in claims.of("link") if c.status == "proposed" and not claims.is_closed(c, graphs.facts)]
    open_roles = [
        c for c in claims.of("participation")
        if not c.is_decided and not claims.is_closed(c, graphs.facts)
        and (c.status == "proposed" or c.one("certainty") or not c.one("actor"))
    ]  # fmt: skip
    tasks = _tasks(store, graphs)
    activities = _activities(store, graphs)
    things = [*(c.one("to") for c in open_links), *tasks, *activities, *(c.iri for c in open_roles)]
    things += [c.holder for c in open_roles]
    quotes = words_of(store, graphs, set(things))
    sealed = {thing: seal(map(digest, quotes.get(thing, ()))) for thing in things}
    for c in sorted(open_links, key=lambda c: (said(c.one("from")), c.one("to"), c.iri)):
        end = c.one("to")
        cells = {"activity": said(c.one("from")), "type": said(c.one("linkType")), "paragraph": said(end)}
        cells |= {"quote": " ".join(quotes.get(end, ())), "basis": c.one("basis"), "score": c.one("score")}
        found["links"].append(Row(c.iri, sealed[end], state_of(claims, "link", c.iri), cells))
    for c in sorted(open_roles, key=lambda c: (said(c.holder), c.iri)):
        who = said(c.one("actor")) if c.one("actor") else f"“{c.one('asWritten')}”"
        cells = {"activity": said(c.holder), "who": who, "role": said(c.one("role"))}
        cells["now"] = said(c.one("certainty") or concept("status", c.status))
        found["participation"].append(Row(c.iri, sealed[c.iri], state_of(claims, "participation", c.iri), cells))
    found["mandates"] = [
        Row(task, sealed[task], state_of(claims, "status", task), {
            "paragraph": said(told.paragraph), "quote": " ".join(quotes.get(task, ())),
            "addressee": "; ".join(map(said, told.addressees)), "now": said(told.status),
            "category": said(told.category), "charge": "; ".join(map(said, told.charge)),
            "begins": write_date(told.begins, language), "ends": write_date(told.ends, language),
        })
        for task, told in tasks.items()
    ]  # fmt: skip
    found["activities"] = [
        Row(
            iri,
            sealed[iri],
            state_of(claims, "held", iri),
            {"activity": said(iri), "planned": write_date(when, language)},
        )
        for iri, when in activities.items()
    ]
    about = seals(store, graphs, [str(finding.focus) for finding in findings])
    found["gaps"] = [
        Row(key, about[str(one.focus)], state_of(claims, "gap", key), {"finding": one.message, "todo": one.todo})
        for key, one in {f"{finding.code} {finding.focus}": finding for finding in findings}.items()
    ]
    return found


def things_shown(store: GraphStore, graphs: Graphs, claims: Claims) -> list[str]:
    """Return the addresses whose labels a worksheet needs."""
    names = ("from", "to", "linkType", "role", "actor", "certainty")
    told = {str(value) for c in claims.all for name in names for value in c.said.get(MG + name, ())}
    told |= {c.holder for c in claims.all} | set(_activities(store, graphs))
    told |= {concept("status", value) for value in ("stated", "inferred", "proposed")}
    for task in _tasks(store, graphs).values():
        told |= {task.paragraph, *task.addressees, task.status, task.category, *task.charge}
    return sorted(one for one in told if ":" in one and not one.startswith("“"))


@dataclass
class _Task:
    """What the register tells of a mandate."""

    paragraph: str
    status: str = ""
    category: str = ""
    begins: str = ""
    ends: str = ""
    addressees: list[str] = field(default_factory=list)
    charge: list[str] = field(default_factory=list)


def _tasks(store: GraphStore, graphs: Graphs) -> dict[str, _Task]:
    query = f"""
SELECT ?task ?paragraph ?status ?category ?begins ?ends ?who ?charge WHERE {{
  ?task a <{MG}Mandate> ; <{MG}expressedIn> ?paragraph .
  OPTIONAL {{ ?task <{MG}mandateStatus> ?status }}
  OPTIONAL {{ ?task <{MG}priority> ?category }}
  OPTIONAL {{ ?task <{MG}begins> ?begins }}
  OPTIONAL {{ ?task <{MG}ends> ?ends }}
  OPTIONAL {{
    {{ ?task <{MG}addressee> ?who }}
    UNION {{
      ?task <{MG}participation> ?part .
      ?part <{MG}role> <{concept("role", "responsible")}> ; <{MG}actor> ?charge ; <{MG}assertionStatus> ?said .
      FILTER(?said IN (<{concept("status", "stated")}>, <{concept("status", "confirmed")}>))
    }}
  }}
}} ORDER BY ?task ?who ?charge"""
    found: dict[str, _Task] = {}
    for row in store.select(query, graphs.public()).rows:
        told = found.setdefault(str(row["task"]), _Task(str(row["paragraph"])))
        for name in ("status", "category", "begins", "ends"):
            setattr(told, name, getattr(told, name) or str(row.get(name, "")))
        for name, known in (("who", told.addressees), ("charge", told.charge)):
            if name in row and str(row[name]) not in known:
                known.append(str(row[name]))
    return found


def _activities(store: GraphStore, graphs: Graphs) -> dict[str, str]:
    query = f"""
SELECT ?one ?when WHERE {{
  ?one a <{MG}ScheduledActivity> ; <{MG}plannedTime> ?time . OPTIONAL {{ ?time <{MG}edtf> ?when }}
  OPTIONAL {{ ?one <{MG}order> ?order }}
}} ORDER BY ?order ?one"""
    return {str(row["one"]): str(row.get("when", "")) for row in store.select(query, graphs.public()).rows}


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
