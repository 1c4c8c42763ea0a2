"""What several threads want at once, done in one go by one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Waiting(Generic[T]):
    thing: T
    is_done: bool = False
    problem: Exception | None = None


class Together(Generic[T]):
    """
    Hands on what threads bring, in its order, all that has come meanwhile at once.

    >>> told = []
    >>> Together(told.append).do("a", "b")
    >>> told
    [['a', 'b']]
    """

    def __init__(self, work: Callable[[Sequence[T]], None]) -> None:
        self._work = work
        self._taking_turns = threading.Lock()
        self._line_up = threading.Lock()
        self._waiting: list[_Waiting[T]] = []

    def do(self, *things: T) -> None:
        """Return once these are done; raises what the work raised, to everybody whose things were in it."""
        mine = [_Waiting(thing) for thing in things]
        with self._line_up:
            self._waiting += mine
        with self._taking_turns:
            if not mine[-1].is_done:
                with self._line_up:
                    gathered, self._waiting = self._waiting, []
                self._carry_out(gathered)
        problem = mine[-1].problem
        if problem is not None:
            raise problem

    def _carry_out(self, gathered: Sequence[_Waiting[T]]) -> None:
        problem: Exception | None = None
        try:
            self._work([one.thing for one in gathered])
        except Exception as raised:  # each of those who wait is told, each in its own thread
            problem = raised
        for one in gathered:
            one.problem, one.is_done = problem, True
