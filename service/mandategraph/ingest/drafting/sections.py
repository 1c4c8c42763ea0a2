"""Which paragraphs of a document are counted anew: annexes, and parts with a heading of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mandategraph.ingest.structure.outline import Part, Unit

_COUNTED = frozenset({Part.OPERATIVE, Part.ARTICLE, Part.PARAGRAPH, Part.ITEM, Part.SECTION})


@dataclass(slots=True)
class Span:
    """Units that belong together under a heading; `segment` is that of their address: annex or sec."""

    segment: str
    heading: Unit | None
    units: list[Unit | Span] = field(default_factory=list)


def shaped(units: Sequence[Unit]) -> list[Unit | Span]:
    """
    Return the units of a document with each annex, and each part that counts its paragraphs anew, as a span.

    A number that stands twice in one count is no new count, but a slip of the text: only a count that begins again,
    after a heading or with the first number, is a part of its own.
    """
    main: list[Unit] = []
    annexes: list[Span] = []
    held: dict[int, list[Unit]] = {}
    for unit in units:
        if unit.part is Part.ANNEX:
            annexes.append(Span("annex", unit))
            held[len(annexes)] = list(unit.children)
        elif annexes:
            held[len(annexes)].append(unit)
        else:
            main.append(unit)
    for place, annex in enumerate(annexes, 1):
        annex.units = _counted(held[place])
    return [*_counted(main), *annexes]


def _counted(units: Sequence[Unit]) -> list[Unit | Span]:
    """Cut where a count of paragraphs begins again; the first count stays where it is."""
    runs = list(_runs(units))
    if len(runs) == 1:
        return list(runs[0])
    found: list[Unit | Span] = list(runs[0])
    for run in runs[1:]:
        heading = run[0] if run[0].part is Part.HEADING else None
        found.append(Span("sec", heading, [*heading.children, *run[1:]] if heading is not None else list(run)))
    return found


def _runs(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    run: list[Unit] = []
    seen: set[tuple[Part, str]] = set()
    for unit in units:
        key = (unit.part, unit.number.printed.strip("(). ").lower()) if unit.number is not None else None
        if key is not None and unit.part in _COUNTED and key in seen and _begins(key[1]):
            # The headings just before belong to the part that begins here.
            at = len(run)
            while at and run[at - 1].part is Part.HEADING:
                at -= 1
            yield run[:at]
            run, seen = run[at:], set()
        if key is not None and unit.part in _COUNTED:
            seen.add(key)
        run.append(unit)
    yield run


def _begins(number: str) -> bool:
    return number in ("1", "a", "i", "article 1", "art. 1", "artículo 1", "article premier")
