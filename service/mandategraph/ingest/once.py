"""Attributes that are worked out once, when first asked for, without the lock that functools takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - a decorator
    """
    A property whose value is kept with the object.

    >>> class Word:
    ...     @once
    ...     def length(self) -> int:
    ...         print("counted")
    ...         return 4
    >>> word = Word()
    >>> word.length, word.length
    counted
    (4, 4)
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, held: None, owner: type) -> once[T]: ...

    @overload
    def __get__(self, held: object, owner: type) -> T: ...

    def __get__(self, held: object, owner: type) -> once[T] | T:
        """Return the value; the next time it is found in the object itself."""
        if held is None:
            return self
        value = held.__dict__[self._name] = self._work(held)
        return value
