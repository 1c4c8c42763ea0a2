"""The words of a paragraph, cut once; all rules look at the same cut."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from mandategraph.ingest.once import once

# Hyphens that do not break and marks without width slip in from word processors: “non‑governmental”.
_INSIDE = "[-\u2010\u2011][\u200b-\u200f\u2060\u00ad]*"
_TOKEN = re.compile(rf"[^\W_]+(?:{_INSIDE}[^\W_]+)*")
_TO_FOLD = re.compile("[\u2010\u2011\u00ad\u200b-\u200f\u2060]")
_FOLDED = {0x2010: "-", 0x2011: "-", 0xAD: None, 0x2060: None} | dict.fromkeys(range(0x200B, 0x2010))
_CLOSED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|\([^()]*\)|\[[^\[\]]*\]")
_SPACE = re.compile(r"\s+")


def _folded(word: str) -> str:
    lower = word.lower()
    return lower if lower.isascii() else lower.translate(_FOLDED)


class Tokens:
    """
    A paragraph and its words in lower case with their places.

    `closed` are the stretches in quotation marks or brackets, in which nothing is said by the paragraph itself.

    >>> tokens = Tokens("Requests the Secretary-General")
    >>> tokens.lower, tokens.starts[2]
    (['requests', 'the', 'secretary-general'], 13)
    """

    __slots__ = ("__dict__", "ends", "lower", "starts", "words")

    def __init__(self, words: str) -> None:
        self.words = words
        spans = [found.span() for found in _TOKEN.finditer(words)]
        self.starts: list[int] = [start for start, _ in spans]
        self.ends: list[int] = [end for _, end in spans]
        lower = words.lower()
        if len(lower) == len(words):
            self.lower: list[str] = [lower[start:end] for start, end in spans]
            if _TO_FOLD.search(words) is not None:
                self.lower = [word.translate(_FOLDED) for word in self.lower]
        else:
            # A few capitals are two letters when small.
            self.lower = [_folded(words[start:end]) for start, end in spans]

    def __len__(self) -> int:
        return len(self.lower)

    @once
    def known(self) -> frozenset[str]:
        """The different words."""
        return frozenset(self.lower)

    @once
    def closed(self) -> list[tuple[int, int]]:
        """Stretches in quotation marks or brackets."""
        if not any(mark in self.words for mark in '“«"(['):
            return []
        return [found.span() for found in _CLOSED.finditer(self.words)]

    def is_closed(self, place: int) -> bool:
        """Whether a place stands in quotation marks or brackets."""
        return any(start < place < end for start, end in self.closed)

    def at(self, place: int) -> int:
        """Return the number of the first token that begins at a place or after it."""
        return bisect_left(self.starts, place)

    def gap(self, token: int) -> str:
        """Return what stands between a token and the one before it."""
        return self.words[self.ends[token - 1] if token else 0 : self.starts[token]]


def cut(phrase: str) -> tuple[str, ...]:
    """
    Return the words of a phrase as they are compared.

    >>> cut("S’engage à")
    ('s', 'engage', 'à')
    """
    return tuple(_folded(found.group()) for found in _TOKEN.finditer(phrase))


class Phrases:
    """
    Phrases that are looked up word by word: the longest that begins, or ends, at a token.

    >>> links = Phrases(["in this regard", "also"])
    >>> links.after(Tokens("And in this regard requests"), 1), links.before(Tokens("And in this regard requests"), 4)
    (4, 1)
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._first: dict[str, list[tuple[str, ...]]] = {}
        self._last: dict[str, list[tuple[str, ...]]] = {}
        for words in sorted({cut(phrase) for phrase in phrases} - {()}, key=lambda words: (-len(words), words)):
            self._first.setdefault(words[0], []).append(words)
            self._last.setdefault(words[-1], []).append(words)

    def after(self, tokens: Tokens, token: int) -> int:
        """Return the token after the phrase that begins at a token; the token itself where none does."""
        if token >= len(tokens):
            return token
        for words in self._first.get(tokens.lower[token], ()):
            if tuple(tokens.lower[token : token + len(words)]) == words:
                return token + len(words)
        return token

    def before(self, tokens: Tokens, token: int) -> int:
        """Return the first token of the phrase that ends before a token; the token itself where none does."""
        if token <= 0:
            return token
        for words in self._last.get(tokens.lower[token - 1], ()):
            if token >= len(words) and tuple(tokens.lower[token - len(words) : token]) == words:
                return token - len(words)
        return token


def trimmed(words: str, start: int, end: int, edges: str = " \t\r\n\u00a0,;:.") -> tuple[int, int]:
    """
    Return a stretch without the blanks and stops at its ends.

    >>> trimmed("to the States, ", 2, 15)
    (3, 13)
    """
    while start < end and words[start] in edges:
        start += 1
    while end > start and words[end - 1] in edges:
        end -= 1
    return start, end


def plain(words: str) -> str:
    """
    Return words with single blanks, for comparison.

    >>> plain("member\\n  States")
    'member States'
    """
    return _SPACE.sub(" ", words).strip()
