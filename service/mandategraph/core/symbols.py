"""
Symbols of documents and numbers of paragraphs, as people write them, read by the patterns of an organisation.

The patterns are data (`data/<organisation>/organisation.toml`): which organs issue documents, how each numbers them,
how a symbol is printed, which slips are known. Another organisation needs another table and no code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mandategraph.core.errors import BrokenLibrary

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_OPTIONAL_PART = re.compile(r"\[([^\[\]]*)\]")
_STEP = re.compile(r"[A-Za-z]+|\d+|[•●]")


def roman_number(text: str) -> int | None:
    """
    Return the number a roman numeral stands for, None where it is none.

    >>> roman_number("XLVI"), roman_number("OR"), roman_number("IIII")
    (46, None, None)
    """
    letters = text.upper()
    if not letters or any(letter not in _ROMAN for letter in letters):
        return None
    total = 0
    for letter, following in zip(letters, letters[1:] + " ", strict=True):
        value = _ROMAN[letter]
        total += -value if following != " " and _ROMAN[following] > value else value
    return total if _as_roman(total) == letters else None


def _as_roman(number: int) -> str:
    pairs = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
             (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    written = ""
    for value, letters in pairs:
        count, number = divmod(number, value)
        written += letters * count
    return written


@dataclass(frozen=True)
class Symbol:
    """
    A document's symbol as it was read: its parts, its canonical spelling, and its path where the symbol is whole.

    `path` is empty where the text leaves out what the path needs ("AG/RES. 2881" says no year); `matches` then tells
    which whole symbols it may mean.
    """

    as_written: str
    organ: str
    type: str
    parts: Mapping[str, str]
    written: str
    short: str
    path: str
    start: int
    end: int

    @property
    def is_canonical(self) -> bool:
        """Whether it was written as the organisation prints it."""
        return self.as_written == self.written

    def matches(self, whole: Symbol) -> bool:
        """Say whether nothing in this symbol, perhaps a part of one, speaks against the whole one."""
        if (self.organ, self.type) != (whole.organ, whole.type):
            return False
        if self.path:
            return self.path == whole.path
        return all(whole.parts.get(name) == value for name, value in self.parts.items() if value)


@dataclass(frozen=True)
class ProvisionNumber:
    """
    Where a provision stands in its document: kind ("op", "art", "sec", or "" if not said), steps, statement if named.

    The steps are written as the path writes them: `("33", "a")`.
    """

    kind: str
    steps: tuple[str, ...]
    statement: str = ""


@dataclass(frozen=True)
class _Pattern:
    read: re.Pattern[str]
    write: str
    path: str


@dataclass(frozen=True)
class ProvisionKind:
    """How one kind of provision is written: its path segment, the words that announce it, its label by language."""

    key: str
    read: tuple[str, ...]
    labels: Mapping[str, str]
    names_document: bool
    separator: str


@dataclass(frozen=True)
class Symbols:
    """
    The symbols of one organisation.

    >>> oas = Symbols.of({"key": "oas", "symbols": {"years_from": 1948, "pattern": [{
    ...     "read": r"(?P<organ>{organs})/(?P<type>{types})\\.?\\s*(?P<number>\\d+)"
    ...             r"(?:\\s*\\((?P<session>[IVXLC]+)-?(?P<kind>OR|O|0|E)/(?P<year>\\d\\d)\\))?",
    ...     "write": "{organ}/{type}. {number}[ ({session}-{kind}/{year})]",
    ...     "path": "{numbered}"}], "kinds": {"O": "o", "OR": "o", "0": "o", "E": "e"},
    ...     "numbering": {"runs-on": "{organ}/{type}/{year}/{number}",
    ...                   "by-session": "{organ}/{type}/{session}/{number}"}},
    ...     "organ": [{"path": "oas/ag", "prefix": "AG", "types": {"RES": "res"},
    ...                "numbering": {"o": "runs-on", "e": "by-session"}}]})
    >>> [s.path for s in oas.find("AG/RES. 2816 (XLIV-OR/14), AG/RES.1 (XLV-E/13) and AG/RES. 2881")]
    ['oas/ag/res/2014/2816', 'oas/ag/res/45-e/1', '']
    >>> oas.read("ag/res 2816 (XLIV-0/14)").written
    'AG/RES. 2816 (XLIV-O/14)'
    """

    key: str
    patterns: tuple[_Pattern, ...]
    organs: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, str]
    numbering: Mapping[str, str]
    years_from: int
    short_forms: Mapping[str, str]
    provisions: tuple[ProvisionKind, ...] = field(default=())

    @classmethod
    def of(cls, organisation: Mapping[str, Any]) -> Symbols:
        """Return the reader that an organisation's configuration describes; BrokenLibrary where it does not hold."""
        name = str(organisation.get("key", organisation.get("name", "")))
        table = organisation.get("symbols", {})
        organs = {_folded_prefix(str(organ["prefix"])): organ for organ in organisation.get("organ", [])}
        types = {written for organ in organs.values() for written in organ.get("types", {})}
        fill = {"organs": _alternatives(str(o["prefix"]) for o in organs.values()), "types": _alternatives(types)}
        patterns = []
        for row in table.get("pattern", []):
            source = str(row["read"])
            for placeholder, alternatives in fill.items():
                source = source.replace(f"{{{placeholder}}}", alternatives)
            try:
                compiled = re.compile(rf"(?<![A-Za-z0-9/]){source}(?![A-Za-z0-9])", re.IGNORECASE)
            except re.error as problem:
                raise BrokenLibrary(f"{name}, organisation.toml: the symbol pattern {source!r}: {problem}") from problem
            patterns.append(_Pattern(compiled, str(row["write"]), str(row["path"])))
        kinds = tuple(
            ProvisionKind(
                key=str(row["key"]),
                read=tuple(row.get("read", ())),
                labels=dict(row.get("labels", {})),
                names_document=bool(row.get("names_document", True)),
                separator=str(row.get("separator", ".")),
            )
            for row in organisation.get("provision", [])
        )
        return cls(
            key=name,
            patterns=tuple(patterns),
            organs=organs,
            kinds={str(k).upper(): str(v) for k, v in table.get("kinds", {}).items()},
            numbering=dict(table.get("numbering", {})),
            years_from=int(table.get("years_from", 1950)),
            short_forms=dict(table.get("short", {})),
            provisions=kinds,
        )

    def read(self, text: str) -> Symbol | None:
        """Return the symbol that the whole text is, None where it is none."""
        stripped = text.strip().rstrip(",;.").strip()
        return next((s for s in self.find(stripped) if s.start == 0 and s.end == len(stripped)), None)

    def find(self, text: str) -> Iterator[Symbol]:
        """Yield every symbol in a text, in its order; where two patterns read the same place, the longer one."""
        found = [symbol for pattern in self.patterns for match in pattern.read.finditer(text)
                 if (symbol := self._symbol(pattern, match)) is not None]  # fmt: skip
        found.sort(key=lambda symbol: (symbol.start, -symbol.end))
        end = -1
        for symbol in found:
            if symbol.start >= end:
                end = symbol.end
                yield symbol

    def _symbol(self, pattern: _Pattern, match: re.Match[str]) -> Symbol | None:
        groups = {name: value for name, value in match.groupdict().items() if value}
        organ = self.organs.get(_folded_prefix(groups.pop("organ", "")))
        if organ is None:
            return None
        types = {str(k).upper(): (str(k), str(v)) for k, v in organ.get("types", {}).items()}
        written_type, type_key = types.get(groups.pop("type", "").upper(), ("", ""))
        if "{type}" in pattern.write and not type_key:
            return None
        parts = {name: value.lstrip("0") or "0" if value.isdigit() and name != "year" else value
                 for name, value in groups.items()}  # fmt: skip
        shown = {**parts, "organ": str(organ["prefix"]), "type": written_type}
        if "year" in parts:
            parts["year"] = self._whole_year(parts["year"])
        if "kind" in parts:
            parts["kind"] = self.kinds.get(parts["kind"].upper(), parts["kind"].lower())
            shown["kind"] = next((k for k, v in self.kinds.items() if v == parts["kind"]), shown["kind"])
        if "session" in parts:
            shown["session"] = parts["session"].upper()
            number = roman_number(parts["session"]) or parts["session"].lower()
            parts["session"] = f"{number}-{parts['kind']}" if parts.get("kind") else str(number)
        numbering = organ.get("numbering", "runs-on")
        if isinstance(numbering, Mapping):
            numbering = numbering.get(parts.get("kind", ""), next(iter(numbering.values())))
        template = pattern.path.replace("{numbered}", self.numbering.get(str(numbering), ""))
        path = _filled(template, {**parts, "organ": str(organ["path"]), "type": type_key})
        short = self.short_forms.get(type_key, "")
        written = _filled(pattern.write, shown) or match.group()
        return Symbol(
            as_written=match.group(),
            organ=str(organ["path"]),
            type=type_key,
            parts=parts,
            written=written,
            short=_filled(short, shown) or written,
            path=path,
            start=match.start(),
            end=match.end(),
        )

    def _whole_year(self, year: str) -> str:
        if len(year) != 2:
            return year
        century = self.years_from - self.years_from % 100
        whole = century + int(year)
        return str(whole if whole >= self.years_from else whole + 100)

    def read_provision(self, text: str) -> ProvisionNumber | None:
        """
        Return the number of a provision as people write it, without its document; None where it is none.

        >>> symbols = Symbols.of({"provision": [{"key": "op", "read": ["op. para.", "paragraph"]}]})
        >>> symbols.read_provision("op. para. 33.A s2")
        ProvisionNumber(kind='op', steps=('33', 'a'), statement='s2')
        """
        rest = " ".join(text.split()).strip(" ,;:/.")
        kind = ""
        for one in self.provisions:
            for words in sorted((*one.read, one.key), key=len, reverse=True):
                # “para 24” is as good as “para. 24”.
                lead = re.match(rf"{re.escape(words.rstrip('.'))}(?![A-Za-z])[\s./]*", rest, re.IGNORECASE)
                if lead and lead.end() < len(rest):
                    kind, rest = one.key, rest[lead.end() :]
                    break
            if kind:
                break
        if not re.fullmatch(r"[\w\s.,/()•●-]+", rest):
            return None
        # A bullet has no number of its own; its path counts it: "19.B •" is the first one.
        steps = ["1" if step in "•●" else step.lower() for step in _STEP.findall(rest)]
        statement = ""
        if len(steps) >= 3 and steps[-2] == "s" and steps[-1].isdigit():
            statement, steps = f"s{steps[-1]}", steps[:-2]
        if not steps:
            return None
        return ProvisionNumber(kind, tuple(steps), statement)

    def provision_kind(self, key: str) -> ProvisionKind | None:
        """Return how provisions under this path segment are written."""
        return next((kind for kind in self.provisions if kind.key == key), None)


def _folded_prefix(prefix: str) -> str:
    return re.sub(r"\s+", "", prefix).upper()


def _alternatives(words: Iterable[str]) -> str:
    # The longest first: "CIDI/CAM" before "CIDI". Blanks around a stroke are a known slip of every organisation.
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace("/", r"\s*/\s*") for word in ordered) or r"(?!)"


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """Fill a template; a bracketed part falls away if it lacks a value, the whole template if the rest lacks one."""

    def fill(text: str) -> str | None:
        try:
            return text.format_map(dict(parts))
        except KeyError:
            return None

    return fill(_OPTIONAL_PART.sub(lambda found: fill(found.group(1)) or "", template)) or ""
