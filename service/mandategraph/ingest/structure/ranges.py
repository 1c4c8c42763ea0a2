"""Ranges of paragraphs that a text announces, “operative paragraphs 33 to 37”, and whether all of them are there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_RANGE = re.compile(
    r"\b(?:paragraphs?|paras?\.?|p[áa]rrafos?|par[áa]grafos?|paragraphes?|articles?|art[íi]culos?|artigos?)\s+"
    r"(?P<first>\d{1,3})\s*(?:to|through|a|al|à|au|-|–|—)\s*(?P<last>\d{1,3})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """A range as announced: the numbers, and where the words stand."""

    first: int
    last: int
    start: int
    end: int


def announced(text: str) -> list[Range]:
    """
    Return the ranges that a text announces.

    >>> [(found.first, found.last) for found in announced("operative paragraphs 33 to 37; párrafos 1 al 3")]
    [(33, 37), (1, 3)]
    """
    return [
        Range(int(found["first"]), int(found["last"]), found.start(), found.end())
        for found in _RANGE.finditer(text)
        if int(found["first"]) < int(found["last"])
    ]


def faults(first: int, last: int, numbers: Iterable[int]) -> list[str]:
    """
    Return what is wrong with the numbers found for an announced range, as sentences; nothing where all are there once.

    >>> for fault in faults(33, 37, [33, 34, 34, 36, 37, 40]):
    ...     print(fault)
    Paragraph 34 stands 2 times.
    Paragraph 35 is announced (33 to 37) but not there.
    Paragraph 40 is not announced.
    >>> faults(1, 2, [1, 2])
    []
    """
    counted = Counter(numbers)
    found: list[str] = []
    for number in range(first, last + 1):
        if counted[number] > 1:
            found.append(f"Paragraph {number} stands {counted[number]} times.")
        elif not counted[number]:
            found.append(f"Paragraph {number} is announced ({first} to {last}) but not there.")
    found += [f"Paragraph {number} is not announced." for number in sorted(counted) if not first <= number <= last]
    return found
