"""The names that an organisation knows, found in words: bodies, collectives, documents, themes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mandategraph.ingest.meaning.found import Known
from mandategraph.ingest.meaning.tokens import Tokens, cut

_ABBREVIATION = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z/-]*\Z")


def is_abbreviation(label: str) -> bool:
    """
    Say whether a name is one of capitals, such as have to be written as they are.

    >>> is_abbreviation("OAS"), is_abbreviation("UN-Women"), is_abbreviation("Norland"), is_abbreviation("UN Fund")
    (True, True, False, False)
    """
    return _ABBREVIATION.match(label) is not None


@dataclass(frozen=True, slots=True)
class Named:
    """A known name in the words."""

    start: int
    end: int
    known: Known


class Register:
    """
    Names by their words; the longest name that begins at a word is the one meant.

    An abbreviation is only known in its own letters: “CAM” is a committee, “cam” is none.

    >>> register = Register([Known("oas/org/cam", "Committee on Migration Issues"), Known("oas/org/cam", "CAM")])
    >>> [named.known.path for named in register.all(Tokens("the Committee on Migration Issues (CAM)"))]
    ['oas/org/cam', 'oas/org/cam']
    >>> list(register.all(Tokens("a cam"))), register.exactly("committee on  migration issues").path
    ([], 'oas/org/cam')
    """

    def __init__(self, names: Iterable[Known]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Known]]] = {}
        for known in names:
            words = cut(known.label)
            if words:
                self._by_first.setdefault(words[0], []).append((words, known))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[1].path))

    def at(self, tokens: Tokens, token: int, last: int | None = None) -> Named | None:
        """Return the longest name that begins at a token and ends before another."""
        limit = len(tokens) if last is None else last
        for words, known in self._by_first.get(tokens.lower[token], ()):
            end = token + len(words)
            if end > limit or tuple(tokens.lower[token:end]) != words:
                continue
            start, stop = tokens.starts[token], tokens.ends[end - 1]
            if is_abbreviation(known.label) and tokens.words[start:stop] != known.label:
                continue
            return Named(start, stop, known)
        return None

    def all(self, tokens: Tokens, start: int = 0, end: int | None = None) -> Iterable[Named]:
        """Yield the names in the words, none within another."""
        if self._by_first.keys().isdisjoint(tokens.known):
            return
        token = tokens.at(start)
        last = len(tokens) if end is None else tokens.at(end)
        while token < last:
            named = self.at(tokens, token, last) if tokens.lower[token] in self._by_first else None
            if named is not None and token + 1 < last and tokens.lower[token + 1] in self._by_first:
                # “the Organization of …”: a name that begins with an article gives way to a longer one after it.
                longer = self.at(tokens, token + 1, last)
                if longer is not None and longer.start < named.end < longer.end:
                    named = longer
            if named is None:
                token += 1
            else:
                yield named
                token = tokens.at(named.end)

    def exactly(self, words: str) -> Known | None:
        """Return what is known by exactly these words."""
        tokens = Tokens(words)
        if not tokens.lower:
            return None
        named = self.at(tokens, 0)
        return named.known if named is not None and named.end == tokens.ends[-1] else None
