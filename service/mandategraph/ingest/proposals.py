"""Which paragraphs an entry of a calendar may contribute to: suggestions with a basis and a score, never more."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]{4,}")
_LEAST = 0.2
_MOST_FOR_ONE = 3
# A word that stands in more than this share of all paragraphs tells nothing of any.
_COMMON = 0.4
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paragraph that may be meant: its address, the address of its document, its words, the themes they hold."""

    path: str
    document: str
    words: str
    themes: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry or agenda item: its name, words, themes, and the documents that it cites as a whole."""

    name: str
    words: str
    documents: Collection[str] = ()
    themes: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion that somebody has to decide: from an entry to a paragraph; `score` from 0 to 1."""

    name: str
    path: str
    score: float
    basis: str


def stems(words: str) -> dict[str, str]:
    """
    Return the longer words by what they begin with, so that one word in two forms is one.

    >>> stems("Migration and migrants")
    {'migra': 'Migration'}
    """
    found: dict[str, str] = {}
    for word in _WORD.findall(words):
        found.setdefault(word.casefold()[:5], word)
    return found


def proposals(entries: Iterable[Asked], paragraphs: Sequence[Candidate]) -> list[Proposal]:
    """
    Return suggestions, for each entry the best ones first.

    Words that both hold count the more, the fewer paragraphs hold them; a theme of the organisation that both hold
    counts as well. Only paragraphs of a document that the entry cites are suggested; what it shares with the others is
    weaker evidence than what it says itself.

    >>> paragraphs = [Candidate("x/op/1", "x", "To keep lighthouses lit"), Candidate("x/op/2", "x", "To pay harbours")]
    >>> [found.path for found in proposals([Asked("a", "Meeting on lighthouses", ["x"])], paragraphs)]
    ['x/op/1']
    """
    held = [stems(paragraph.words) for paragraph in paragraphs]
    counts = Counter(stem for one in held for stem in one)
    total = len(paragraphs)
    weights = {
        stem: math.log(1 + total / count)
        for stem, count in counts.items()
        if total < _SHOWN or count <= max(1, _COMMON * total)
    }
    found: list[Proposal] = []
    for entry in entries:
        asked = stems(entry.words)
        whole = sum(weights.get(stem, math.log(1 + total)) for stem in asked if stem in weights or stem not in counts)
        if not whole:
            continue
        ranked = []
        for paragraph, own in zip(paragraphs, held, strict=True):
            if paragraph.document not in entry.documents:
                continue
            shared = sorted((stem for stem in asked if stem in own and stem in weights), key=lambda s: -weights[s])
            themes = sorted(set(entry.themes) & set(paragraph.themes))
            score = sum(weights[stem] for stem in shared) / whole
            score = round(min(0.9, score + (0.2 if themes else 0.0)), 2)
            if shared and score >= _LEAST:
                names = ", ".join(f"“{asked[stem]}”" for stem in shared[:_SHOWN])
                basis = f"Both hold {names}" + ("; the same theme." if themes else ".")
                ranked.append(Proposal(entry.name, paragraph.path, score, basis))
        ranked.sort(key=lambda one: (-one.score, one.path))
        found += ranked[:_MOST_FOR_ONE]
    return found
