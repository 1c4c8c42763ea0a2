"""What follows a colon at the end of a paragraph: a whole text, or what somebody is or does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mandategraph.ingest.alternatives import any_of
from mandategraph.ingest.openings import Opening

_NEVER = re.compile(r"\b\B")


class Colons:
    """
    The words before colons in one language, from `data/languages/*.toml`.

    >>> colons = Colons({"relatives": ["that"], "states": ["is", "has"], "text_follows": ["following declaration"]})
    >>> colons.open_predicates("Decides to ensure that the panel:", "Is open to all;")
    True
    >>> colons.introduce_text("Adopts the following declaration:", lambda words: None)
    True
    """

    def __init__(self, words: Mapping[str, Any]) -> None:
        def compiled(key: str, pattern: str, flags: int = re.I) -> re.Pattern[str]:
            held = list(words.get(key, []))
            return re.compile(pattern.format(any_of(held)), flags) if held else _NEVER

        self._adopts = frozenset(words.get("adopts", []))
        self._texts = compiled("texts", r"\b(?:{})\b")
        self._text_follows = compiled("text_follows", r"\b(?:{})\b.*:\s*\Z", re.I | re.S)
        self._clause_left_open = compiled("relatives", r"\b(?:{})(?:\s+[^\s,;:]+){{0,5}}\s*:\s*\Z")
        self._states = compiled("states", r"(?:{})\b")

    def introduce_text(self, words: str, operative: Callable[[str], Opening | None]) -> bool:
        """Whether a whole text follows the words, not a list."""
        if not words.rstrip().endswith(":"):
            return False
        if self._text_follows.search(words[-400:]) is not None:
            return True
        if self._texts.search(words) is None:
            return False
        opening = operative(words)
        return opening is not None and opening.lemma in self._adopts

    def open_predicates(self, words: str, item: str) -> bool:
        """Whether the items under the words are predicates of a clause left open, as the first of them shows."""
        return self._clause_left_open.search(words[-120:]) is not None and self._states.match(item) is not None
