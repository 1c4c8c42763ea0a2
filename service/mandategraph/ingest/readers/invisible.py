"""Characters that nobody sees and that part words where a line might break: soft hyphens, zero-width blanks."""

from __future__ import annotations

import re
from bisect import bisect_right

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]+")


class Visible:
    """
    A text without its invisible characters, and where the rest stood.

    >>> visible = Visible("re\\u00adsolution 71\\u200b/1")
    >>> visible.text, visible.dropped, visible.before(0), visible.before(2), visible.before(13)
    ('resolution 71/1', 2, 0, 3, 15)
    """

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self._starts: list[int] = []
        self._shifts: list[int] = []
        self.dropped = at = 0
        for found in () if text.isascii() else _INVISIBLE.finditer(text):
            pieces.append(text[at : found.start()])
            at = found.end()
            self.dropped += at - found.start()
            self._starts.append(at - self.dropped)
            self._shifts.append(self.dropped)
        self.text = "".join([*pieces, text[at:]]) if self.dropped else text

    @property
    def shifts(self) -> list[tuple[int, int]]:
        """From which places on the text stands further on in the original, and there."""
        return [(start, start + shift) for start, shift in zip(self._starts, self._shifts, strict=True)]

    def before(self, place: int) -> int:
        """Return where a character of the text stood in the original."""
        held = bisect_right(self._starts, place)
        return place + (self._shifts[held - 1] if held else 0)
