"""How paragraphs of one language go on inside: what joins statements, what ends a name. From `data/meaning/*.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mandategraph.core.errors import BrokenLibrary
from mandategraph.ingest.alternatives import any_of
from mandategraph.ingest.meaning.found import Words
from mandategraph.ingest.meaning.tokens import Phrases, Tokens, cut, trimmed

NEVER = re.compile(r"(?!)")


def any_phrase(phrases: Iterable[str]) -> str:
    """Return a pattern for any of some phrases, the longest first; one that matches nothing where there are none."""
    return any_of(phrases) or "(?!)"


def compiled(pattern: str, where: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern of the configuration; BrokenLibrary where it is none."""
    try:
        return re.compile(pattern, flags)
    except re.error as problem:
        told = f"{where}: {pattern!r} is no regular expression ({problem})"
        raise BrokenLibrary(f"{told}. Mend it there, or in the lexicon.toml of the organisation.") from problem


@dataclass(frozen=True)
class Finder:
    """
    Patterns that are tried only where one of their words stands in the paragraph.

    >>> finder = Finder.of({"words": ["subject"], "patterns": [r"subject to [^,.]+"]}, "a test")
    >>> [found.as_written for found in finder.all(Tokens("Requests it, subject to funds."))]
    ['subject to funds']
    """

    words: frozenset[str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str, flags: int = 0) -> Finder:
        """Return the finder that a table of the configuration describes."""
        patterns = [str(pattern) for pattern in table.get("patterns", ())]
        pattern = compiled("|".join(f"(?:{pattern})" for pattern in patterns), where, flags) if patterns else NEVER
        return cls(frozenset(map(str, table.get("words", ()))), pattern)

    def matches(self, tokens: Tokens, start: int = 0, end: int | None = None) -> Iterable[re.Match[str]]:
        """Yield what the patterns match between two places."""
        if self.words.isdisjoint(tokens.known):
            return ()
        return self.pattern.finditer(tokens.words, start, len(tokens.words) if end is None else end)

    def holds(self, tokens: Tokens, start: int = 0, end: int | None = None) -> bool:
        """Say whether anything matches."""
        if self.words.isdisjoint(tokens.known):
            return False
        return self.pattern.search(tokens.words, start, len(tokens.words) if end is None else end) is not None

    def all(self, tokens: Tokens, start: int = 0, end: int | None = None) -> list[Words]:
        """Return what the patterns match, without blanks and stops at the ends."""
        found = []
        for match in self.matches(tokens, start, end):
            begin, stop = trimmed(tokens.words, *match.span())
            if begin < stop:
                found.append(Words(begin, stop, tokens.words[begin:stop]))
        return found


class Grammar:
    """The words of one language's grammar, each table made ready when it is first asked for."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.language = str(table.get("language", ""))

    def words(self, key: str) -> frozenset[str]:
        """Return a list of the configuration as a set."""
        return frozenset(map(str, self.table.get(key, ())))

    def compiled(self, key: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
        """Return a pattern of the configuration; one that matches nothing where there is none."""
        pattern = self.table.get(key)
        return compiled(str(pattern), f"{self.language}.toml, {key}", flags) if pattern else NEVER

    def finder(self, key: str, flags: int = 0) -> Finder:
        """Return the finder of a table."""
        return Finder.of(self.table.get(key, {}), f"{self.language}.toml, {key}", flags)

    @property
    def adverbs_written(self) -> frozenset[str]:
        """The adverbs as the configuration has them."""
        return self.words("adverbs")

    @cached_property
    def adverbs(self) -> Phrases:
        """Words such as “also”, before or after a verb."""
        return Phrases(self.words("adverbs"))

    @cached_property
    def links(self) -> Phrases:
        """Phrases such as “in this regard”, and adverbs."""
        return Phrases(self.words("links") | self.words("adverbs"))

    @cached_property
    def articles(self) -> frozenset[str]:
        """Articles, with the prepositions that melt with them."""
        return frozenset(word for phrase in self.words("articles") for word in cut(phrase))
