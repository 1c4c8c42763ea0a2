"""How much a query from outside may take, and how many may run."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What one query may take, and how many readers there are.

    `most` readers run at once and `warm` wait for work; `waiting` queries may stand in line. A query that has run for
    `share_seconds` makes room where others wait and no reader is free.

    >>> Limits().seconds_for(60.0), Limits().seconds_for(2.5)
    (10.0, 2.5)
    """

    seconds: float = 10.0
    megabytes: int = 512
    rows: int = 1_000_000
    answer_megabytes: int = 256
    most: int = 20
    warm: int = 2
    waiting: int = 64
    share_seconds: float = 2.0

    def seconds_for(self, asked: float | None) -> float:
        """Return how long a query may run: a client may ask for less, never for more."""
        return self.seconds if asked is None else min(asked, self.seconds)

    @property
    def readers(self) -> int:
        """How many readers may run at once: never so many that all of them together take most of the memory."""
        try:
            memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (ValueError, OSError, AttributeError):
            return self.most
        return max(2, min(self.most, int(memory * 0.6 / (self.megabytes * 1_000_000))))
