"""Items of lists: which hangs under which, by the style and the count of their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from mandategraph.ingest.structure.marks import Mark, Style
from mandategraph.ingest.structure.outline import Unit


@dataclass(slots=True)
class _Held:
    style: Style | None
    value: int
    unit: Unit


class Nesting:
    """
    The units that the next item may hang under, from the paragraph down.

    An item goes on with the list whose style and count it continues; otherwise it opens a list under the last unit.
    """

    def __init__(self) -> None:
        self._held: list[_Held] = []

    def clear(self) -> None:
        """Forget all."""
        self._held.clear()

    def begin(self, root: Unit, style: Style | None = None, value: int = 0) -> None:
        """Start under a new paragraph."""
        self._held = [_Held(style, value, root)]

    def follows_root(self, mark: Mark) -> bool:
        """Whether a mark goes on with the count of the paragraph itself: “B.” after “A.”."""
        root = self._held[0] if self._held else None
        return root is not None and root.style is mark.style and mark.value == root.value + 1 and root.value > 0

    @property
    def root(self) -> Unit | None:
        """The paragraph under which all hangs."""
        return self._held[0].unit if self._held else None

    @property
    def last(self) -> Unit | None:
        """The unit read last."""
        return self._held[-1].unit if self._held else None

    @property
    def depth(self) -> int:
        """How many units stand over the next, the last one counted."""
        return len(self._held)

    def holds(self, style: Style) -> bool:
        """Whether a list of this style is open."""
        return any(held.style is style for held in self._held)

    def holds_below(self, style: Style) -> bool:
        """Whether a list of this style is open under the paragraph, whose own style does not count."""
        return any(held.style is style for held in self._held[1:])

    def continues(self, mark: Mark) -> bool:
        """Whether a mark is the next of an open list."""
        return any(
            (held.style is mark.style and mark.value == held.value + 1)
            or (held.style is mark.roman_style and mark.roman == held.value + 1)
            for held in self._held[1:]
        )

    def place(self, mark: Mark | None, unit: Unit, *, opens: bool = False) -> None:
        """
        Hang a unit where its mark says, and note a jump in the count; there must be a root.

        `opens` says that the words before end with a colon: “(i)” after “(h) …:” is the first of a list, not the ninth.
        """
        if mark is None:
            # A list whose marks were lost has one depth only.
            self._held[0].unit.children.append(unit)
            self._held[1:] = [_Held(None, 0, unit)]
            return
        depth, style, value = self._depth_of(mark, unit, opens=opens)
        self._held[depth - 1].unit.children.append(unit)
        self._held[depth:] = [_Held(style, value, unit)]

    def _depth_of(self, mark: Mark, unit: Unit, *, opens: bool) -> tuple[int, Style, int]:
        roman = mark.roman_style
        if opens and mark.roman == 1 and roman is not None and not self.holds(roman):
            return len(self._held), roman, 1
        level = unit.number.level if unit.number is not None else None
        for depth in range(len(self._held) - 1, 0, -1):
            held = self._held[depth]
            if level is not None and held.unit.number is not None and held.unit.number.level not in (None, level):
                continue
            if held.style is mark.style and (mark.value == held.value + 1 or mark.style is Style.BULLET):
                return depth, mark.style, mark.value
            if roman is not None and held.style is roman and mark.roman == held.value + 1:
                return depth, roman, held.value + 1
        style, value = mark.style, mark.value
        if mark.roman == 1 and mark.roman_style is not None and mark.value != 1:
            style, value = mark.roman_style, 1
        if value != 1:
            # A list that goes on after a gap, or counts a number twice: it stays where its style stands.
            for depth in range(len(self._held) - 1, 0, -1):
                held = self._held[depth]
                if held.style in (mark.style, mark.roman_style):
                    counted = mark.value if held.style is mark.style else (mark.roman or mark.value)
                    printed = held.unit.number.printed if held.unit.number is not None else str(held.value)
                    unit.notes.append(
                        f"The number {mark.printed} stands twice in its list."
                        if counted == held.value
                        else f"The number {mark.printed} comes after {printed}: something may be missing between them."
                    )
                    return depth, held.style or mark.style, counted
            if style is not Style.BULLET and mark.style is not Style.DECIMAL:
                unit.notes.append(f"The list begins with {mark.printed}: what comes before it may be missing.")
        return len(self._held), style, value
