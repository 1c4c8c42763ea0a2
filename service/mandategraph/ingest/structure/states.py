"""Where in a resolution its reader stands."""

from __future__ import annotations

from enum import Enum, auto


class State(Enum):
    """What is being read; what a line is depends on it."""

    FRONT = auto()
    PREAMBLE = auto()
    OPERATIVE = auto()
    BACK = auto()
    ANNEX = auto()
