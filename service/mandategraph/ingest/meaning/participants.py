"""Who takes part in an activity, in which role, and how sure the words are of it."""

from __future__ import annotations

import re

from mandategraph.ingest.meaning.actors import Actors
from mandategraph.ingest.meaning.found import Known, Participant, Words
from mandategraph.ingest.meaning.grammar import Grammar, compiled
from mandategraph.ingest.meaning.tokens import Tokens, trimmed

_LIST = re.compile(r"\s*[,;]\s*(?:and\s+|y\s+|et\s+|e\s+)?|\s+(?:and|y|et|e)\s+(?=[A-ZÀ-Ý])")
_STOP = re.compile(r"[.:](?=\s|\Z)|\n\s*\n|\t|\s[–—]\s")
_PERSON = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Dra|Amb|Ambassador|Professor|M|Mme)\.?\s+)?[A-ZÀ-Ý][a-zß-ÿ][\w’'-]*(?:\s+(?:de|da|del|van|von|di|la)\b)*(?:\s+[A-ZÀ-Ý]\.?)*(?:\s+[A-ZÀ-Ý][\w’'-]+)+\Z"
)
_ARTICLE = re.compile(r"\A(?:the|el|la|los|las|le|les|l[’']|o|a|os|as)\s+", re.IGNORECASE)
_CAPITAL = re.compile(r"[A-ZÀ-Ý]")
_FROM = re.compile(r"[a-zà-ý]\s(?:from|de|del|du|des|do|da|dos|das)\s(?!.*[,;])")
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Dra|Amb|Ambassador|Professor|Mme)\.?\s")


class Participants:
    """Finds participants by the phrases of a language, each with its certainty."""

    def __init__(self, grammar: Grammar, actors: Actors) -> None:
        self._actors = actors
        where = f"{grammar.language}.toml, participants"
        self._rows = [
            (
                str(row["role"]),
                str(row["certainty"]),
                [compiled(str(pattern), where) for pattern in row.get("patterns", ())],
                [compiled(str(pattern), where) for pattern in row.get("before_patterns", ())],
            )
            for row in grammar.table.get("participants", ())
        ]

    def of(self, tokens: Tokens) -> list[Participant]:
        """Return the participants in the order of the words; the first phrase that names somebody decides."""
        words = tokens.words
        found: list[Participant] = []
        for role, certainty, after, before in self._rows:
            for pattern in after:
                for match in pattern.finditer(words):
                    phrase = _phrase(words, *match.span())
                    self._add(tokens, match.end(), self._end(words, match.end()), role, certainty, phrase, found)
            for pattern in before:
                for match in pattern.finditer(words):
                    phrase = _phrase(words, *match.span())
                    self._add(tokens, self._begin(words, match.start()), match.start(), role, certainty, phrase, found)
        return sorted(found, key=lambda one: one.start)

    @staticmethod
    def _end(words: str, start: int) -> int:
        stop = _STOP.search(words, start)
        return stop.start() if stop is not None else len(words)

    @staticmethod
    def _begin(words: str, end: int) -> int:
        stops = [match.end() for match in _STOP.finditer(words, 0, end)]
        return stops[-1] if stops else 0

    def _add(
        self, tokens: Tokens, start: int, end: int, role: str, certainty: str, phrase: Words, found: list[Participant]
    ) -> None:
        words = tokens.words
        at, before = start, ""
        for joint in [*_LIST.finditer(words, start, end), None]:
            stop = joint.start() if joint is not None else end
            begin, finish = trimmed(words, at, stop)
            at = joint.end() if joint is not None else end
            if begin >= finish or any(one.start < finish and begin < one.end for one in found):
                continue
            as_written = words[begin:finish]
            named = self._named(as_written)
            if named is None and not _CAPITAL.search(as_written) and not self._actors.of(tokens, begin, finish):
                continue
            is_person = named is None and (
                _TITLE.match(as_written) is not None or (role == "guest" and _PERSON.match(as_written) is not None)
            )
            key = named.path if named is not None and named.family in ("body", "collective") else None
            if _FROM.search(before) is not None and named is not None and named.label == as_written:
                # “specialists from Norland, Sudland”: perhaps the State, perhaps its specialists.
                key = None
            before = as_written
            found.append(Participant(begin, finish, as_written, role, certainty, phrase, key, is_person))

    def _named(self, as_written: str) -> Known | None:
        """The body that is named, alone or by those who come from it: “PAHO specialists”."""
        bare = _ARTICLE.sub("", as_written)
        named = self._actors.register.exactly(bare)
        if named is None:
            body, _, rest = bare.rpartition(" ")
            if body and rest.isalpha() and rest.islower():
                named = self._actors.register.exactly(body)
        return named


def _phrase(words: str, start: int, end: int) -> Words:
    start, end = trimmed(words, start, end)
    return Words(start, end, words[start:end])
