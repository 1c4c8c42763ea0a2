"""Documents that words name: by symbol, by “resolution” and a number, by a known name; with the paragraphs named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from mandategraph.core.symbols import Symbols, roman_number
from mandategraph.ingest.meaning.found import Citation, DateFound, Words
from mandategraph.ingest.meaning.grammar import Grammar, any_phrase, compiled
from mandategraph.ingest.meaning.register import Register
from mandategraph.ingest.meaning.times import Times
from mandategraph.ingest.meaning.tokens import Tokens

_KINDS = ("resolution", "decision", "declaration", "directive", "recommendation")
# “resolutions 5/1, on institution-building, and 5/2”
_ASIDE = re.compile(r"\s*,\s[^,;.\d]{3,140},\s*(?:(?:and|y|et|e)\s+)?(?=\d)")
_UNREAD = re.compile(r"[A-Z]{0,4}\d+(?:[./-]\d+)+(?!\w)|\d+\s*\((?:[IVXLC]+|\d{4})\)")
_FURTHER_PART = re.compile(r"\s*(?:,|\s(?:and|y|et|e)\b)\s*([A-Z])\b(?!\w)")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_NUMBERS = re.compile(r"\d+[A-Za-z]?(?:\s*\(\w{1,4}\))*|[IVXL]+|[A-Z]")
_RANGE = re.compile(r"\A(\d+)\s*(?:to|[-–]|a|à|al)\s*(\d+)\Z")
_PARTS = re.compile(r",|;|\b(?:and|or|y|e|et|ou|o)\b")
_AROUND = 90
_MARKS = ("doc.", "Conf.", "DEC.", "RES.")


@dataclass(frozen=True)
class _Cited:
    """How the documents of one organ are cited by a word and a number."""

    word: str
    organs: re.Pattern[str]
    speaker: str
    number: re.Pattern[str]
    write: str
    path: str
    is_default: bool
    years_from: int


class Citations:
    """Finds citations by an organisation's patterns and the words of a language."""

    def __init__(self, organisation: Mapping[str, Any], grammar: Grammar, register: Register, times: Times) -> None:
        self._organisation, self._grammar, self._register, self._times = organisation, grammar, register, times
        self._table: Mapping[str, Any] = grammar.table.get("citations", {})
        self._language = grammar.language

    @cached_property
    def _symbols(self) -> Symbols:
        return Symbols.of(self._organisation)

    @cached_property
    def _has_strokes(self) -> bool:
        patterns = self._organisation.get("symbols", {}).get("pattern", ())
        return all("/" in str(pattern.get("read", "")) for pattern in patterns)

    @cached_property
    def _symbol_hint(self) -> re.Pattern[str]:
        """
        What a symbol holds, so that no pattern is tried on words without it: a stroke or “RES.” after capitals.

        Where an organisation prints symbols without a stroke, a sign after the name of one of its organs.
        """
        organs = "|".join(re.escape(str(organ.get("prefix", ""))) for organ in self._organisation.get("organ", ()))
        own = rf"|\b(?:{organs})\s*[-–.:]\s*\w" if organs and not self._has_strokes else ""
        return re.compile(rf"[A-Z]\d*\s*/\s*[A-Za-z0-9]|\bdoc\.|\bConf\.|\bDEC\.|\bRES\.{own}")

    @cached_property
    def _cited(self) -> list[_Cited]:
        where = str(self._organisation.get("key", ""))
        return [
            _Cited(
                word=str(row["word"]),
                organs=re.compile(any_phrase(row.get("organs", ())), re.IGNORECASE),
                speaker=str(row.get("speaker", "")),
                number=compiled(str(row["number"]), f"{where}, organisation.toml, cited"),
                write=str(row["write"]),
                path=str(row["path"]),
                is_default=bool(row.get("default", False)),
                years_from=int(row.get("years_from", 1950)),
            )
            for row in self._organisation.get("cited", ())
        ]

    @cached_property
    def _words(self) -> re.Pattern[str]:
        words = {kind: self._table.get(kind, ()) for kind in _KINDS}
        groups = "|".join(rf"(?P<{kind}>{any_phrase(forms)})" for kind, forms in words.items() if forms)
        return re.compile(rf"\b(?:{groups or '(?!)'})\b", re.IGNORECASE)

    @cached_property
    def _first_words(self) -> frozenset[str]:
        return frozenset(str(form).lower() for kind in _KINDS for form in self._table.get(kind, ()))

    @cached_property
    def _sign(self) -> re.Pattern[str]:
        """Between the word and the number: the name of the organ, “No.”, “Conf.”."""
        signs = str(self._table.get("sign", r"(?:N[°ºo.]*s?\.?|Nos?\.|Nros?\.|n[°º]s?)"))
        names = any_phrase(str(name) for row in self._organisation.get("cited", ()) for name in row.get("organs", ()))
        return re.compile(rf"\s*(?:(?:(?:{names})\b)\s*)?(?:{signs}\s*)?")

    @cached_property
    def _and(self) -> re.Pattern[str]:
        joints = any_phrase(self._table.get("and", ("and", "or", "to")))
        return re.compile(rf"\s*(?:,|;|\s(?:{joints})\b|[-–])\s*(?:(?:{joints})\s+)?", re.IGNORECASE)

    @cached_property
    def _date_before(self) -> re.Pattern[str]:
        return re.compile(rf"\s*,?\s*(?:{self._table.get('of_date', r'of')})\s+", re.IGNORECASE)

    @cached_property
    def _provision(self) -> re.Pattern[str]:
        return compiled(str(self._table.get("provision", "(?!)")), f"{self._language}.toml, citations", re.IGNORECASE)

    @cached_property
    def _provision_after(self) -> re.Pattern[str]:
        return compiled(
            str(self._table.get("provision_after", "(?!)")), f"{self._language}.toml, citations", re.IGNORECASE
        )

    def _may_hold_symbols(self, words: str) -> bool:
        """Whether it is worth while to try the patterns; the quickest questions come first."""
        if self._has_strokes and "/" not in words and not any(mark in words for mark in _MARKS):
            return False
        return self._symbol_hint.search(words) is not None

    def of(self, tokens: Tokens, speaker: str = "") -> list[Citation]:
        """
        Return the documents that the words name, in their order.

        `speaker` is the address of the organ whose text this is (“un/ga”): “its resolution 61/261” is that organ's.
        """
        words = tokens.words
        found: list[Citation] = []
        if self._may_hold_symbols(words):
            for symbol in self._symbols.find(words):
                found.append(
                    Citation(symbol.start, symbol.end, words[symbol.start : symbol.end], symbol.written, symbol.path)
                )
        if not self._first_words.isdisjoint(tokens.known):
            for match in self._words.finditer(words):
                self._after_word(words, match, speaker, found)
        for named in self._register.all(tokens):
            if named.known.family == "document":
                found.append(
                    Citation(
                        named.start, named.end, words[named.start : named.end], path=named.known.path, kind="named"
                    )
                )
        whole = _with_abbreviation(words, _apart(found))
        return [self._with_provision(words, citation) for citation in whole]

    def _after_word(self, words: str, match: re.Match[str], speaker: str, found: list[Citation]) -> None:
        kind = match.lastgroup or ""
        sign = self._sign.match(words, match.end())
        at = sign.end() if sign is not None else match.end()
        if not words[match.end() : at].strip() and at == match.end():
            return
        start = match.start()
        before = words[max(0, start - _AROUND) : start]
        first_found = len(found)
        while True:
            read = self._number(words, at, kind, before, speaker)
            if read is None:
                break
            citation, end = read
            if len(found) == first_found:
                citation = replace(citation, start=start, as_written=words[start:end])
            date, after = self._date_after(words, end)
            found.append(replace(citation, date=date))
            after = self._further_parts(words, after, citation, found)
            joint = self._and.match(words, after)
            aside = (
                _ASIDE.match(words, after)
                if joint is not None and not words[joint.end() : joint.end() + 1].isdigit()
                else None
            )
            if joint is None:
                break
            at = aside.end() if aside is not None else joint.end()

    def _number(self, words: str, at: int, kind: str, before: str, speaker: str) -> tuple[Citation, int] | None:
        fitting = [
            (cited, match) for cited in self._cited if cited.word == kind and (match := cited.number.match(words, at))
        ]
        if not fitting:
            unread = _UNREAD.match(words, at)
            return (
                (Citation(at, unread.end(), unread.group(), kind="unknown"), unread.end())
                if unread is not None
                else None
            )
        longest = max(match.end() for _, match in fitting)
        fitting = [(cited, match) for cited, match in fitting if match.end() == longest]
        behind = words[longest : longest + _AROUND]
        chosen = next(
            (one for one in fitting if _named_last(one[0].organs, before)),
            next(
                (one for one in fitting if _named_first(one[0].organs, words[at - 60 if at > 60 else 0 : at], behind)),
                None,
            ),
        )
        if chosen is None and speaker:
            chosen = next((one for one in fitting if one[0].speaker == speaker), None)
        if chosen is None:
            chosen = next((one for one in fitting if one[0].is_default), None)
        if chosen is None:
            match = fitting[0][1]
            return Citation(at, match.end(), match.group(), kind="unknown"), match.end()
        cited, match = chosen
        parts = {name: value for name, value in match.groupdict().items() if value}
        if len(parts.get("year", "")) == 2:
            short = int(parts["year"])
            century = cited.years_from - cited.years_from % 100
            parts["whole_year"] = str(century + short if century + short >= cited.years_from else century + 100 + short)
        elif "year" in parts:
            parts["whole_year"] = parts["year"]
        if "roman" in parts:
            parts["session"] = str(roman_number(parts["roman"]) or parts["roman"].lower())
        if parts.get("number", "").isdigit():
            parts["plain_number"] = parts["number"].lstrip("0") or "0"
        return (
            Citation(at, match.end(), match.group(), _filled(cited.write, parts), _filled(cited.path, parts).lower()),
            match.end(),
        )

    @staticmethod
    def _further_parts(words: str, at: int, citation: Citation, found: list[Citation]) -> int:
        """“resolutions 36/31 A and B”: the parts of one resolution, each a document."""
        if not re.search(r"\d\s[A-Z]\Z", citation.as_written):
            return at
        while (part := _FURTHER_PART.match(words, at)) is not None:
            letter = part[1]
            further = Citation(
                part.start(1), part.end(1), letter, citation.symbol[:-1] + letter, citation.path[:-1] + letter.lower()
            )
            found.append(further)
            at = part.end()
        return at

    def _date_after(self, words: str, end: int) -> tuple[DateFound | None, int]:
        before = self._date_before.match(words, end)
        if before is None:
            return None, end
        dates = self._times.dates(words, before.end(), min(len(words), before.end() + 40))
        if dates and dates[0].start == before.end():
            return dates[0], dates[0].end
        return None, end

    def _with_provision(self, words: str, citation: Citation) -> Citation:
        begin = max(0, citation.start - _AROUND)
        found = self._provision.search(words[begin : citation.start])
        if found is not None:
            start, end = begin + found.start(), begin + found.end("numbers")
        else:
            found = self._provision_after.match(words, citation.end)
            if found is None:
                return citation
            start, end = found.start("kind"), found.end("numbers")
        kinds: Mapping[str, str] = self._table.get("provisions", {})
        kind = kinds.get(found["kind"].lower().rstrip(".").split()[-1], "")
        numbers = tuple((kind, number) for number in _numbers(found["numbers"]))
        return replace(citation, pinpoint=Words(start, end, words[start:end]), provisions=numbers)


def _numbers(written: str) -> list[str]:
    """
    Return the numbers of a list or range of paragraphs.

    >>> _numbers("33 to 35 and 37"), _numbers("4, 5 (b) and 9")
    (['33', '34', '35', '37'], ['4', '5 (b)', '9'])
    """
    numbers: list[str] = []
    for part in _PARTS.split(written.strip()):
        range_ = _RANGE.match(part.strip())
        if range_ is not None and 0 < int(range_[2]) - int(range_[1]) < 200:
            numbers += [str(number) for number in range(int(range_[1]), int(range_[2]) + 1)]
        else:
            numbers += [" ".join(number.split()) for number in _NUMBERS.findall(part)]
    return numbers


def _named_last(organs: re.Pattern[str], before: str) -> bool:
    """Whether an organ's name is the last thing before: “Human Rights Council resolutions”."""
    return any(not before[found.end() :].strip() for found in organs.finditer(before) if found.group())


def _named_first(organs: re.Pattern[str], between: str, behind: str) -> bool:
    """Whether an organ's name stands before the number, or soon after it: “resolution 1325 of the Security Council”."""
    if any(found.group() and not between[found.end() :].strip(" NnoOs.°º") for found in organs.finditer(between)):
        return True
    stop = re.search(r"[.;:]", behind)
    behind = behind[: stop.start()] if stop is not None else behind
    found = organs.search(behind)
    return (
        found is not None
        and bool(found.group())
        and re.search(r"\b(?:of the|of|del|de la|de|du|do|da)\s*\Z", behind[: found.start()]) is not None
    )


def _apart(citations: Iterable[Citation]) -> list[Citation]:
    """The citations in order; where two overlap, the one that says more."""
    kept: list[Citation] = []
    for citation in sorted(citations, key=lambda one: (one.start, one.kind == "unknown", -one.end)):
        if kept and citation.start < kept[-1].end:
            if kept[-1].kind == "unknown" and citation.kind != "unknown":
                kept[-1] = citation
            continue
        kept.append(citation)
    return kept


def _with_abbreviation(words: str, citations: Iterable[Citation]) -> list[Citation]:
    """“Reporting System (SICREMI)”: a name and its abbreviation in brackets are one."""
    joined: list[Citation] = []
    for citation in citations:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.kind == citation.kind == "named"
            and f"{before.path}/".startswith(f"{citation.path}/")
            and words[before.end : citation.start].strip() == "("
            and words[citation.end : citation.end + 1] == ")"
        ):
            end = citation.end + 1
            joined[-1] = replace(before, end=end, as_written=words[before.start : end])
        else:
            joined.append(citation)
    return joined


def _filled(template: str, parts: Mapping[str, str]) -> str:
    def fill(text: str) -> str | None:
        try:
            return text.format_map(dict(parts))
        except KeyError:
            return None

    return fill(_OPTIONAL.sub(lambda found: fill(found.group(1)) or "", template)) or ""
