"""Days, months, years, periods and sessions in words, to EDTF; nothing is made more exact than it is written."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from mandategraph.core.dates import read_date
from mandategraph.core.symbols import roman_number
from mandategraph.ingest.meaning.found import DateFound, SessionFound
from mandategraph.ingest.meaning.grammar import Grammar, any_phrase, compiled
from mandategraph.ingest.meaning.tokens import Tokens

_YEAR = r"(?:1[89]|20|21)\d\d"
# Every date holds a year of four figures, or two strokes: only around these is there anything to look for.
_HINT = re.compile(r"(?:1[89]|20|21)\d\d|\d[/.](?:\d|[IVXivx])")
_BEFORE, _AFTER = 48, 16
_BEFORE_SESSION, _AFTER_SESSION = 160, 80
_FIRST_LETTER = re.compile(r"(?<=\s)(?!de\b|del\b|do\b|of\b)[^\W\d_]")


def bounds(edtf: str) -> tuple[str, str]:
    """
    Return the first and the last day that a day, month or year may mean.

    >>> bounds("2020-02"), bounds("2016"), bounds("2016-11-03")
    (('2020-02-01', '2020-02-29'), ('2016-01-01', '2016-12-31'), ('2016-11-03', '2016-11-03'))
    """
    parts = edtf.split("-")
    if len(parts) == 1:
        return f"{edtf}-01-01", f"{edtf}-12-31"
    if len(parts) == 2:
        return f"{edtf}-01", f"{edtf}-{calendar.monthrange(int(parts[0]), int(parts[1]))[1]:02}"
    return edtf, edtf


def _windows(words: str, start: int, end: int) -> list[tuple[int, int]]:
    """
    Return the stretches around what may be a year, those that touch joined.

    >>> _windows("x" * 100 + " 2016 " + "x" * 100, 0, 206)
    [(53, 121)]
    """
    windows: list[tuple[int, int]] = []
    for hint in _HINT.finditer(words, start, end):
        begin, finish = max(start, hint.start() - _BEFORE), min(end, hint.end() + _AFTER)
        if windows and begin <= windows[-1][1]:
            windows[-1] = (windows[-1][0], finish)
        else:
            windows.append((begin, finish))
    return windows


_PRECISION = ("year", "month", "day")


class Times:
    """Finds dates and sessions by the words of a language."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        table: Mapping[str, Any] = grammar.table.get("times", {})
        self._table = table
        self._ordinals = {str(word): int(number) for word, number in table.get("ordinals", {}).items()}
        self._tens = {str(word): int(number) for word, number in table.get("tens", {}).items()}
        self._kinds = {str(word): str(kind) for word, kind in table.get("session_kinds", {}).items()}

    @cached_property
    def _date(self) -> re.Pattern[str]:
        table = self._table
        months = "|".join(map(re.escape, table.get("months", ()))) or "(?!)"
        of = str(table.get("of", r"\s+"))
        to = str(table.get("to", "(?!)"))
        day = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|er|º|o|ª)?"
        return re.compile(
            rf"(?P<range>(?P<d1>{day})\s*(?:{to})\s*(?P<d2>{day}){of}(?P<m2>{months})(?:{of}|\s*,?\s+)(?P<y2>{_YEAR}))\b"
            rf"|(?P<months>(?P<rd1>{day})?(?:{of})?(?P<m3>{months})\s*(?:{to})\s*(?P<rd2>{day})?(?:{of})?(?P<m4>{months})(?:{of}|\s*,?\s+)(?P<y4>{_YEAR}))\b"
            rf"|(?P<full>{day}{of}(?:{months})(?:{of}|\s*,?\s+){_YEAR})\b"
            rf"|(?P<american>(?:{months})\s+(?:[12]\d|3[01]|0?[1-9]),?\s+{_YEAR})\b"
            rf"|(?P<month>(?:{months})(?:{of}|\s*,?\s+){_YEAR})\b"
            rf"|(?P<numeric>\b(?:[12]\d|3[01]|0?[1-9])[/.](?:1[0-2]|0?[1-9]|[IVX]{{1,4}})[/.](?:{_YEAR}|\d\d)\b)"
            rf"|(?P<iso>\b{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b)"
            rf"|(?P<years>(?<![\d/]){_YEAR}\s*[-–/]\s*(?:{_YEAR}|\d\d))\b(?![/\d])"
            rf"|(?P<spoken>(?<![\d/]){_YEAR}\s+(?:{to})\s+{_YEAR})\b",
            re.IGNORECASE,
        )

    @cached_property
    def _year(self) -> re.Pattern[str]:
        """A year alone is one only after words that say so: “in 2020”, “by 2030”, “end of 2019”."""
        before = any_phrase(self._table.get("before_year", ()))
        return re.compile(rf"\b(?:{before})\s+(?P<year>{_YEAR})\b(?![\s]*[-–/(]\s*\d|/)", re.IGNORECASE)

    @cached_property
    def _open(self) -> re.Pattern[str]:
        return re.compile(any_phrase(self._table.get("to_be_determined", ())), re.IGNORECASE)

    def dates(self, words: str, start: int = 0, end: int | None = None) -> list[DateFound]:
        """Return the dates in the words, in their order."""
        stop = len(words) if end is None else end
        if _HINT.search(words, start, stop) is None:
            return []
        found = []
        for begin, finish in _windows(words, start, stop):
            matches = self._date.finditer(words, begin, finish)
            found += [date for match in matches if (date := self._read(match)) is not None]
        taken = [(date.start, date.end) for date in found]
        for match in self._year.finditer(words, start, stop):
            if not any(begin < match.end() and match.start("year") < finish for begin, finish in taken):
                found.append(self._single(match.start("year"), match.end("year"), match["year"], match["year"]))
        if self._open.search(words, start, stop) is not None:
            # “October 2016, date to be determined”
            found = [
                date if date.precision == "day" else replace(date, precision="open", day_announced=True)
                for date in found
            ]
        return sorted(found, key=lambda date: date.start)

    def _single(self, start: int, end: int, as_written: str, edtf: str) -> DateFound:
        earliest, latest = bounds(edtf)
        return DateFound(start, end, as_written, edtf, earliest, latest, _PRECISION[edtf.count("-")])

    def _span(self, match: re.Match[str], first: str, last: str, precision: str) -> DateFound | None:
        earliest, latest = bounds(first)[0], bounds(last)[1]
        if earliest > latest:
            return None
        return DateFound(match.start(), match.end(), match.group(), f"{first}/{last}", earliest, latest, precision)

    def _read(self, match: re.Match[str]) -> DateFound | None:
        kind, text = match.lastgroup or "", match.group()
        for name in ("range", "months", "full", "american", "month", "numeric", "iso", "years", "spoken"):
            if match[name] is not None:
                kind = name
                break
        if kind == "range":
            first = read_date(f"{_digits(match['d1'])} {match['m2']} {match['y2']}")
            last = read_date(f"{_digits(match['d2'])} {match['m2']} {match['y2']}")
            return self._span(match, first, last, "day") if first and last else None
        if kind == "months":
            first = read_date(f"{_digits(match['rd1'])} {match['m3']} {match['y4']}".strip())
            last = read_date(f"{_digits(match['rd2'])} {match['m4']} {match['y4']}".strip())
            return self._span(match, first, last, "day" if match["rd1"] else "month") if first and last else None
        if kind in ("years", "spoken"):
            years = re.findall(r"\d+", text)
            last_year = years[1] if len(years[1]) == 4 else years[0][:2] + years[1]
            if not 0 < int(last_year) - int(years[0]) <= 60:
                return None
            return self._span(match, years[0], last_year, "year")
        if kind == "numeric":
            return self._numeric(match)
        edtf = read_date(" ".join(re.sub(r"\b(\d+)(?:st|nd|rd|th|er|º|ª)", r"\1", text).split()))
        if edtf is None and kind == "full":
            # A day that the month has not, a slip: the month still stands there.
            month = _FIRST_LETTER.search(text)
            start = match.start() + (month.start() if month is not None else 0)
            inner = self._date.match(match.string, start, match.end())
            return self._read(inner) if inner is not None and start > match.start() else None
        return self._single(match.start(), match.end(), text, edtf) if edtf else None

    def _numeric(self, match: re.Match[str]) -> DateFound | None:
        """“08/X/14” and “28/04/2006”: day first, as the organisations that write so do."""
        day, month, year = re.split(r"[/.]", match.group())
        number = int(month) if month.isdigit() else roman_number(month)
        if number is None or not 1 <= number <= 12:
            return None
        whole = int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 45 else 2000)
        if int(day) > calendar.monthrange(whole, number)[1]:
            return None
        return self._single(match.start(), match.end(), match.group(), f"{whole}-{number:02}-{int(day):02}")

    @cached_property
    def _session(self) -> re.Pattern[str]:
        ordinal = _any_number([*self._ordinals, *self._tens])
        ordinal_run = rf"(?:{ordinal})(?:[\s-]+(?:{ordinal}))*"
        source = str(self._table.get("session", "(?!)"))
        kinds = any_phrase(self._kinds)
        filled = source.replace(
            "{ordinal}", rf"(?P<ordinal>{ordinal_run}|\d{{1,3}}(?:st|nd|rd|th|e|ª|º|a|o)?)"
        ).replace("{kind}", kinds)
        return compiled(filled, f"{self._grammar.language}.toml, times.session", re.IGNORECASE)

    @cached_property
    def _session_words(self) -> frozenset[str]:
        return frozenset(map(str, self._table.get("session_words", ())))

    @cached_property
    def _session_hint(self) -> re.Pattern[str]:
        return re.compile(any_phrase(self._session_words), re.IGNORECASE)

    def sessions(self, tokens: Tokens, start: int = 0, end: int | None = None) -> list[SessionFound]:
        """Return the sessions that the words count: “its forty-fifth regular session”."""
        if self._session_words.isdisjoint(tokens.known):
            return []
        words, stop = tokens.words, len(tokens.words) if end is None else end
        found: list[SessionFound] = []
        at = start
        for hint in self._session_hint.finditer(words, start, stop):
            # The pattern is costly and its last word is the rare one: it is tried only before that.
            begin = max(at, words.rfind(" ", start, max(start, hint.start() - _BEFORE_SESSION)) + 1)
            for match in self._session.finditer(words, begin, min(stop, hint.end() + _AFTER_SESSION)):
                if not match.start() <= hint.start() < match.end():
                    continue
                at = match.end()
                number = self.number(match["ordinal"])
                if number is not None:
                    kind = self._kinds.get(" ".join((match["kind"] or "").lower().split()), "")
                    found.append(SessionFound(match.start(), match.end(), match.group(), str(number), kind))
        return found

    def number(self, ordinal: str) -> int | None:
        """Return what an ordinal counts: “forty-fifth”, “45th”, “quadragésimo quinto”."""
        digits = re.match(r"\d+", ordinal)
        if digits is not None:
            return int(digits.group())
        total, words = 0, re.split(r"[\s-]+", ordinal.lower())
        while words:
            for count in (2, 1):
                key = " ".join(words[:count])
                value = self._ordinals.get(key, self._tens.get(key))
                if value is not None and len(words) >= count:
                    total, words = total + value, words[count:]
                    break
            else:
                return None
        return total or None


def _any_number(names: list[str]) -> str:
    """A pattern for number words, their parts joined by blanks or hyphens."""
    ordered = sorted(set(names), key=lambda name: (-len(name), name))
    return "|".join(r"[\s-]+".join(map(re.escape, name.split())) for name in ordered) or "(?!)"


def _digits(day: str | None) -> str:
    found = re.match(r"\d+", day or "")
    return found.group() if found else ""
