"""What a person tells to be decided, as typed in a command or as a row of a list of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from mandategraph.core.decisions import Decision
from mandategraph.core.errors import UnknownName, WrongUse
from mandategraph.core.namespaces import MG

KINDS = ("link", "responsible", "gap", "status", "category", "begins", "ends", "held", "participation")

_SAYS_WHICH = ("from", "to", "linkType", "role", "actor", "asWritten", "about", "gapKind", "executes")


@dataclass(frozen=True)
class Order:
    """
    One decision as told: what kind, of which thing, how, by whom and why.

    `place` says where it stands in a list, as a person finds it; it is empty for one that was typed.
    """

    kind: str
    thing: str
    verdict: str
    by: str = ""
    on: str = ""
    role: str = ""
    reason: str = ""
    since: str = ""
    day: str = ""
    until: str = ""
    actor: str = ""
    code: str = ""
    type: str = "contributes"
    outcome: str = ""
    place: str = field(default="", compare=False)


COLUMNS = tuple(one.name for one in fields(Order) if one.name != "place")
"""What the columns of a list of decisions may be called."""


def is_list(head: Sequence[object]) -> bool:
    """
    Whether a first row is that of a list of decisions.

    >>> is_list(["kind", "thing", "verdict", "by"]), is_list(["activity", "paragraph"])
    (True, False)
    """
    names = {str(cell).strip().casefold() for cell in head}
    return {"kind", "thing", "verdict"} <= names


def orders_of(place: str, rows: Sequence[tuple[int, Sequence[str]]]) -> list[Order]:
    """
    Return the decisions of a list whose first row names the columns; each row comes with its number.

    Raises UnknownName where a column is not known, WrongUse where a row tells no kind, thing or verdict.

    >>> head = (1, ["kind", "thing", "verdict", "reason"])
    >>> [order.thing for order in orders_of("a.csv", [head, (2, ["held", "health", "2016-11-03", "Minutes."])])]
    ['health']
    """
    names = [str(cell).strip().casefold() for cell in rows[0][1]]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name not in COLUMNS:
            raise UnknownName(f"column in {place}:", name, COLUMNS, f"There are {', '.join(COLUMNS)}.")
    found, faults = [], []
    for number, cells in rows[1:]:
        said = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
        if not said:
            continue
        where = f"{place}, row {number}"
        missing = [name for name in ("kind", "thing", "verdict") if name not in said]
        if missing:
            faults.append(f"{where}: {' and '.join(missing)} missing.")
        elif said["kind"] not in KINDS:
            faults.append(f"{where}: {UnknownName('kind of decision', said['kind'], KINDS)}")
        else:
            found.append(Order(**said, place=where))
    if faults:
        raise WrongUse("Nothing was written.\n" + "\n".join(faults[:20]))
    if not found:
        raise WrongUse(f"{place} holds no decision.")
    return found


def told_apart(order: Order, decision: Decision) -> tuple[object, ...]:
    """Return what an order decides, whichever way: two orders with one key decide the same thing."""
    said = sorted((name.removeprefix(MG), str(value)) for name, value in decision.content
                  if name.removeprefix(MG) in _SAYS_WHICH)  # fmt: skip
    # Records of a status add up: those of different days are different things.
    day = [str(value) for name, value in decision.content if name == MG + "onDate"] if order.kind == "status" else []
    # So do a category, a beginning and an end of one thing.
    term = [order.kind] if order.kind in ("category", "begins", "ends") else []
    return (decision.kind, decision.holder, *said, *day, *term)


def what_is_claimed(decision: Decision) -> tuple[object, ...]:
    """Return which way it is decided: two orders that decide the same thing disagree where this differs."""
    return (decision.accepted, *(pair for pair in decision.content if pair[0] != MG + "onDate"))


def in_words(order: Order) -> str:
    """
    Return what an order says, to be shown beside another.

    >>> in_words(Order("link", "health-2881-33-a", "accept", by="Ana", reason="Agreed."))
    '“accept, Ana, Agreed.”'
    """
    said = {name: getattr(order, name) for name in COLUMNS if name not in ("kind", "thing", "type")}
    return "“" + ", ".join(value for value in said.values() if value) + "”"


def with_defaults(order: Order, defaults: Mapping[str, str]) -> Order:
    """Return an order in which what it leaves out is what the command says for all."""
    said = {name: getattr(order, name) or defaults.get(name, "") for name in COLUMNS}
    return Order(**said, place=order.place)
