"""Words of marked-up text, and how the first of them look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


def local(element: _Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


class Spans:
    """
    Gathers the words of one block piece by piece.

    >>> spans = Spans()
    >>> with spans.looking("italic"):
    ...     spans.write("Requests")
    >>> spans.write(" a report")
    >>> spans.text, spans.lead()
    ('Requests a report', 'italic')
    """

    def __init__(self, looks: list[str] | None = None) -> None:
        self._pieces: list[str] = []
        # The list may be the caller's own, who knows what surrounds this block.
        self._looks = looks if looks is not None else []
        self._lead: list[str] | None = None

    @property
    def text(self) -> str:
        """The words so far."""
        return "".join(self._pieces)

    def write(self, words: str) -> None:
        """Add words; soft hyphens are no part of them."""
        if not words:
            return
        words = words.replace("\u00ad", "")
        self._pieces.append(words)
        if self._lead is None and sum(map(str.isalpha, words)) > 1:
            self._lead = [*self._looks, *(["capitals"] if words.isupper() else [])]

    @contextmanager
    def looking(self, look: str) -> Iterator[None]:
        """What is written meanwhile looks so."""
        if look:
            self._looks.append(look)
        try:
            yield
        finally:
            if look:
                self._looks.pop()

    def lead(self) -> str:
        """Return how the first words look."""
        found = set(self._lead or ())
        return " ".join(name for name in ("bold", "italic", "capitals", "centred") if name in found)
