"""What of a text no fact rests on, and why: with it every character is accounted for."""

from __future__ import annotations

import re

from mandategraph.core.coverage import account_for
from mandategraph.core.namespaces import AT, RDFS
from mandategraph.ingest.drafting.draft import Draft
from mandategraph.ingest.drafting.paper import TYPE, Paper, iri, kos, mg, text
from mandategraph.ingest.structure.outline import Part

# Why the words of a unit carry no provision: value of the code list, and the sentence for people.
_REASONS = {
    Part.FRONT: ("front", "Stands before the text: session, item, origin, title."),
    Part.TITLE: ("front", "Title of the text."),
    Part.HEADING: ("heading", "Heading within the text."),
    Part.ORGAN: ("front", "The organ names itself."),
    Part.ANNEX: ("heading", "Heading of an annex."),
    Part.NOTE: ("note", "Note at the foot of the page or the end of the text."),
    Part.CONTENTS: ("contents", "Line of a table of contents."),
    Part.BACK: ("closing", "Closes the text: meeting, vote, day, signature."),
    Part.FURNITURE: ("layout", "Running head, page number or mark of the printer."),
}
_BETWEEN = ("layout", "Punctuation between two quoted parts.")
_JOINS = ("connective", "Joins two statements of one sentence.")
_LEFT = ("layout", "Words that no rule of reading took up.")
_FEW = 3
_JOINING = "and or to as well on y e o u así como et ou ainsi que bem"
_JOINTS = frozenset(re.findall(r"\w+", _JOINING))


class Account:
    """The list of unplaced text of one draft."""

    def __init__(self, key: str, paper: Paper, draft: Draft) -> None:
        self._key = key
        self._paper = paper
        self._draft = draft

    def leave_part(self, part: Part, start: int, end: int) -> None:
        """Put the words of a unit that is no provision on the list, with the reason that its part gives."""
        self.leave(start, end, *_REASONS.get(part, _LEFT))

    def leave(self, start: int, end: int, reason: str, why: str) -> None:
        """Put words on the list; `reason` is a value of the code list of reasons, `why` a sentence."""
        source = self._paper.reading.text
        words = source[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if start >= end:
            return
        self._draft.unplaced[reason] += 1
        self._draft.unplaced_characters[reason] += sum(map(len, source[start:end].split()))
        self._paper.read(
            iri(AT, f"{self._key}/unplaced/{self._paper.sha12}-{start}-{end}"),
            TYPE,
            mg("UnplacedText"),
            mg("textSpan"),
            self._paper.span(start, end),
            mg("unplacedReason"),
            kos(f"unplaced-{reason}"),
            f"<{RDFS}comment>",
            text(why, "en"),
        )

    def close(self) -> None:
        """Put every stretch that lies in no span yet on the list, and count what is in none after that."""
        paper = self._paper
        account = account_for(paper.reading.text, paper.spans)
        for stretch in account.left_out:
            self.leave(stretch.start, stretch.end, *_reason(stretch.words))
        left = sum(
            sum(map(len, stretch.words.split()))
            for stretch in account.left_out
            if (stretch.start, stretch.end) in paper.spans
        )
        self._draft.characters = account.meaningful
        self._draft.unaccounted = account.meaningful - account.covered - left


def _reason(words: str) -> tuple[str, str]:
    """
    Return why words between the spans are in none of them.

    >>> _reason(", and")[0], _reason(" ; ")[0]
    ('connective', 'layout')
    """
    known = re.findall(r"\w+", words.lower())
    if known and _JOINTS.issuperset(known):
        return _JOINS
    return _LEFT if sum(map(len, known)) > _FEW else _BETWEEN
