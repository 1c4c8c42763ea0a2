"""Lists whose numbers were lost: their items begin alike, and not as the paragraphs do."""

from __future__ import annotations

from collections.abc import Sequence

from mandategraph.ingest.structure.lines import Line
from mandategraph.ingest.structure.outline import Part, Unit

_FAR = 7


class UnmarkedList:
    """
    The items read so far under a paragraph, and how they begin.

    `form` is that of the first item: "marked" (“To assess”), "plain" (“Assess”), "speaks" (“Invites”), "other".
    """

    def __init__(self, paragraph: Line | None = None, before: UnmarkedList | None = None) -> None:
        self._paragraph = paragraph
        self._lemmas: frozenset[str] = before._lemmas if before is not None else frozenset()
        if paragraph is not None and paragraph.opening is not None:
            self._lemmas |= {paragraph.opening.lemma}
        self._first: Line | None = None
        self._last: Line | None = None
        self.form = ""

    def add(self, line: Line) -> None:
        """Note an item."""
        self.form = self.form or line.form
        self._first = self._first or line
        self._last = line

    def parts(self, line: Line) -> bool:
        """Whether a line is a paragraph since it begins as the paragraph did (“Recall …”) and the items do not."""
        if not self.form or self._paragraph is None or self.form == line.form:
            return False
        return line.form == "plain" and self._paragraph.form == "plain"

    def claims(self, lines: Sequence[Line], place: int, last: Unit | None, *, in_list: bool, firm: bool) -> bool:
        """
        Whether a paragraph that lost its number is an item of the list before it, whatever verb opens it.

        `last` is the unit before it; `in_list` says that it opened a list or left one open; `firm` that the paragraphs
        of this text open with a verb.
        """
        line = lines[place]
        if last is None:
            return False
        if last.part is Part.OPERATIVE:
            return in_list and line.form == "speaks"  # after a colon there is an item, if it asks or not
        if last.part is not Part.ITEM or last.number is not None:
            return False
        if line.form == "speaks":
            return in_list and self._goes_on(line, lines, place)
        if in_list or line.is_spoken:
            return False
        # After an item that a full stop closed: what begins as the items did.
        return self.form == line.form and (self.form == "marked" or (self.form == "other" and firm))

    def _goes_on(self, line: Line, lines: Sequence[Line], place: int) -> bool:
        """
        Whether a line in which a body speaks is one more of such items.

        So it is where it takes up the item before (“Invites …; / Also invites …”), where “and” still announces one, or
        where the items are predicates (“ensure that the panel:”) and its verb opens no paragraph before.
        """
        if self._last is None or line.opening is None or self._paragraph is None:
            return False
        if self._first is not None and line.lexicon.opens_predicates(self._paragraph.words, self._first.words):
            return line.opening.lemma not in self._lemmas
        if self.form != "speaks":
            return False
        if any(before.words[-5:].rstrip(" ,").endswith(" and") for before in lines[place - 1 : place + _FAR]):
            return True
        before = self._last.opening
        return before is not None and line.opening.start > 0 and line.opening.lemma == before.lemma
