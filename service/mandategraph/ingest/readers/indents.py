"""How far paragraphs are indented, in steps, seen from where most of a document's words stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from mandategraph.ingest.reading import Block

# Less than a seventh of an inch is a matter of taste, not a step.
_STEP = 200


class Indents:
    """
    Left indents in twentieths of a point, noted block by block, then told as depths.

    >>> indents = Indents()
    >>> for block, left in enumerate([1267, 1267, 1834, 1267, 2400, 0]):
    ...     indents.note(block, left)
    >>> blocks = [Block(place, place + 1) for place in range(6)]
    >>> [block.depth for block in indents.applied(blocks)]
    [0, 0, 1, 0, 2, 0]
    """

    def __init__(self) -> None:
        self._lefts: dict[int, int] = {}

    def note(self, block: int, left: float) -> None:
        """Note the indent of a block, by its place in the list of blocks."""
        self._lefts[block] = round(left)

    def applied(self, blocks: Sequence[Block]) -> list[Block]:
        """Return the blocks with their depth, where it was noted and is not known yet."""
        if not self._lefts:
            return list(blocks)
        often = Counter(self._lefts.values())
        base = min(often, key=lambda left: (-often[left], left))
        steps: dict[int, int] = {}
        depth, last = 0, base
        for left in sorted(often):
            if left > last + _STEP:
                depth, last = depth + 1, left
            steps[left] = depth
        return [
            replace(block, depth=steps[self._lefts[place]]) if place in self._lefts and block.depth is None else block
            for place, block in enumerate(blocks)
        ]
