"""What is said of an act beside who is asked: to whom, for whom, with whom, when, how often, on which condition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mandategraph.ingest.meaning.actors import Actors
from mandategraph.ingest.meaning.found import DateFound, Details, Mention, Recurrence, SessionFound, Words
from mandategraph.ingest.meaning.grammar import Finder, Grammar
from mandategraph.ingest.meaning.times import Times
from mandategraph.ingest.meaning.tokens import Tokens

_BEFORE = 60


class DetailsReader:
    """Reads the details of acts by the words of a language."""

    def __init__(self, grammar: Grammar, actors: Actors, times: Times) -> None:
        self._actors, self._times = actors, times
        # Items open with a capital (“To report …”); only names are known by theirs.
        self._conditions = grammar.finder("conditions", re.IGNORECASE)
        self._reporting = grammar.finder("reporting", re.IGNORECASE)
        self._money = grammar.finder("money", re.IGNORECASE)
        self._recipient, self._beneficiary = grammar.finder("recipient"), grammar.finder("beneficiary")
        self._consulted, self._supporter = grammar.finder("consulted"), grammar.finder("supporter")
        self._deadline = grammar.finder("deadline", re.IGNORECASE)
        deadline: Mapping[str, Any] = grammar.table.get("deadline", {})
        period: Mapping[str, Any] = grammar.table.get("period", {})
        where = f"{grammar.language}.toml"
        self._before_date = _pattern(deadline, "before", where)
        self._before_session = _pattern(deadline, "before_session", where)
        self._before_period = _pattern(period, "before", where)
        self._after_period = _pattern(period, "after", where)
        recurrence: Mapping[str, Any] = grammar.table.get("recurrence", {})
        self._recurrence_words = frozenset(map(str, recurrence.get("words", ())))
        self._recurrences = [
            (
                str(row["rrule"]),
                Finder.of({"words": recurrence["words"], "patterns": [row["pattern"]]}, where, re.IGNORECASE).pattern,
            )
            for row in recurrence.get("patterns", ())
        ]

    def of(self, tokens: Tokens, start: int, end: int) -> Details:
        """Return the details of the act that stands between two places."""
        deadlines, periods = self._when(tokens, start, end)
        return Details(
            recipients=self._mentions(tokens, self._recipient, start, end),
            beneficiaries=self._mentions(tokens, self._beneficiary, start, end),
            consulted=self._mentions(tokens, self._consulted, start, end),
            supporters=self._mentions(tokens, self._supporter, start, end),
            conditions=tuple(_longest(self._conditions.all(tokens, start, end))),
            deadlines=tuple(deadlines),
            periods=tuple(periods),
            recurrences=tuple(self._how_often(tokens, start, end)),
            is_reporting=self._reporting.holds(tokens, start, end),
            asks_for_money=self._money.holds(tokens, start, end),
        )

    def _mentions(self, tokens: Tokens, finder: Finder, start: int, end: int) -> tuple[Mention, ...]:
        found: dict[tuple[int, int], Mention] = {}
        for match in finder.matches(tokens, start, end):
            for mention in self._actors.one_at(tokens, match.end(), end):
                found.setdefault((mention.start, mention.end), mention)
        return tuple(found.values())

    def _when(self, tokens: Tokens, start: int, end: int) -> tuple[list[DateFound | SessionFound], list[DateFound]]:
        words = tokens.words
        deadlines: list[DateFound | SessionFound] = []
        periods: list[DateFound] = []
        for date in self._times.dates(words, start, end):
            before = words[max(start, date.start - _BEFORE) : date.start]
            if "/" in date.edtf and (
                self._before_period.search(before) or self._after_period.match(words, date.end, end)
            ):
                periods.append(self._whole_period(words, date, start, end))
            elif self._before_date.search(before):
                deadlines.append(date)
            elif self._before_period.search(before) and date.precision == "year":
                periods.append(date)
        for session in self._times.sessions(tokens, start, end):
            before = words[max(start, session.start - _BEFORE) : session.start]
            if not before.strip() or self._before_session.search(before):
                body = self._actors.one_at(tokens, *_after_of(words, session.end, end))
                deadlines.append(replace(session, of=body[0]) if body else session)
        for found in self._deadline.all(tokens, start, end):
            if not any(one.start < found.end and found.start < one.end for one in deadlines):
                deadlines.append(DateFound(found.start, found.end, found.as_written, "", "", "", "open"))
        return sorted(deadlines, key=lambda one: one.start), periods

    def _whole_period(self, words: str, date: DateFound, start: int, end: int) -> DateFound:
        """“the 2014-2015 period”: the years with the article and the word that make a period of them."""
        after = self._after_period.match(words, date.end, end)
        if after is None:
            return date
        before = _ARTICLE.search(words, start, date.start)
        begin = before.start(1) if before is not None else date.start
        return replace(date, start=begin, end=after.end(), as_written=words[begin : after.end()])

    def _how_often(self, tokens: Tokens, start: int, end: int) -> Iterable[Recurrence]:
        if self._recurrence_words.isdisjoint(tokens.known):
            return
        taken: list[tuple[int, int]] = []
        for rrule, pattern in self._recurrences:
            for match in pattern.finditer(tokens.words, start, end):
                if not any(begin < match.end() and match.start() < stop for begin, stop in taken):
                    taken.append(match.span())
                    yield Recurrence(match.start(), match.end(), match.group(), rrule)


_ARTICLE = re.compile(r"\b([Tt]he|el|la|le|o)\s+\Z")
_OF = re.compile(r"\s+(?:of the|of|de la|del|de los|de las|de l[’']|du|des|de|da|do|das|dos)\s+")


def _after_of(words: str, start: int, end: int) -> tuple[int, int]:
    """Where the name of the body begins after “session of the”; an empty stretch where no body is named."""
    found = _OF.match(words, start, end)
    return (found.end(), end) if found is not None else (end, end)


def _pattern(table: Mapping[str, Any], key: str, where: str) -> re.Pattern[str]:
    source = table.get(key)
    return Finder.of({"patterns": [str(source)] if source else []}, where).pattern


def _longest(found: list[Words]) -> list[Words]:
    kept: list[Words] = []
    for words in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or words.start >= kept[-1].end:
            kept.append(words)
    return kept
