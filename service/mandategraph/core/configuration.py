"""
What the tables of a configuration must look like, and in one sentence what is wrong with one that does not.

Every key that is wrong is named with the way to it: `symbols.pattern[2].read` is the key `read` of the second table
`[[symbols.pattern]]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mandategraph.core.errors import BrokenLibrary, nearest

Kind = Any
"""`str`, `int`, `bool`, `PATTERN`, a list of one kind, a tuple of kinds of which one must fit, or a `Table`."""

PATTERN = "pattern"
_NAMES = {str: "a text", int: "a whole number", bool: "true or false", PATTERN: "a regular expression"}
_HELP = "The manual shows the form under “Add an organisation”."


@dataclass(frozen=True)
class Table:
    """
    A table: keys that must be there, keys that may be, and the kind of any other key (None: not looked at).

    In one that is closed there is no other key.
    """

    must: Mapping[str, Kind] = field(default_factory=dict)
    may: Mapping[str, Kind] = field(default_factory=dict)
    other: Kind = None
    is_closed: bool = False


_WORDS = [str]
_SAID = Table(other=str)
_LABELS = Table(other=str)

ORGANISATION = Table(
    must={"key": str, "name": str, "iri": str, "official_languages": _WORDS},
    may={
        "rights_holder": str,
        "quoted_words": str,
        "graphs": Table(may={"facts": _WORDS, "review": _WORDS}),
        "symbols": Table(
            may={
                "years_from": int,
                "kinds": _SAID,
                "numbering": _SAID,
                "short": _SAID,
                "pattern": [Table(must={"read": PATTERN, "write": str, "path": str})],
            }
        ),
        "organ": [
            Table(
                must={"path": str, "prefix": str},
                may={"types": _SAID, "numbering": (str, _SAID), "names": _LABELS, "default": bool},
            )
        ],
        "cited": [
            Table(
                must={"word": str, "number": PATTERN, "write": str, "path": str},
                may={"organs": _WORDS, "speaker": str, "default": bool, "years_from": int},
            )
        ],
        "provision": [
            Table(
                must={"key": str, "read": _WORDS},
                may={"labels": _LABELS, "names_document": bool, "separator": str},
            )
        ],
        "verbs": Table(other=Table(may={"force": str, "asks": bool}, other=(str, bool, _WORDS))),
    },
)
"""`organisation.toml`."""

PLAN = Table(
    must={"name": str, "title": str, "iri": str, "source": Table(must={"file": str, "sha256": str})},
    may={"graphs": Table(may={"facts": _WORDS, "review": _WORDS})},
)
"""`plan.toml`; what else it says is looked at where it is used."""

LEXICON = Table(
    may={"languages": Table(other=Table()), "meaning": Table(other=Table()), "work-plans": Table()}, is_closed=True
)
"""`lexicon.toml`; what stands in it is compared with the words that it adds to."""

VERBS = Table(other=Table(may={"force": str, "asks": bool}, other=(_WORDS, str)))
"""`verbs.toml`."""

_PHRASES = Table(other=_WORDS)
WORK_PLANS = Table(
    may={
        "modality": [Table(must={"key": str, "words": _WORDS})],
        "recurrence": [Table(must={"rrule": str, "words": _WORDS})],
    },
    other=_PHRASES,
)
"""`work-plans.toml`."""

PLAN_KEYS = Table(may={"entry": [Table(must={"words": str, "key": str})]})
"""`keys.toml` of a plan."""


def look_at(table: Mapping[str, Any], kind: Table, where: str) -> None:
    """
    Raise BrokenLibrary where a table is not of its kind; `where` is the file, for the sentence.

    >>> try:
    ...     look_at({"entry": [{"words": "Meeting", "key": 3}]}, PLAN_KEYS, "keys.toml")
    ... except BrokenLibrary as problem:
    ...     print(problem.message.partition(" The ")[0])
    keys.toml: “entry[1].key” is a whole number, and has to be a text.
    """
    fault = next(_faults(table, kind, ""), None)
    if fault is not None:
        raise broken(where, fault)


def look_alike(own: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]], where: str, way: str) -> None:
    """
    Raise BrokenLibrary where an addition to shared words is not of the kind of what it adds to.

    `shared` are the tables of every language; a key that one of them has is known, whichever language it is added to.

    >>> try:
    ...     look_alike({"operative": "bid"}, {"en": {"operative": ["urge"]}}, "lexicon.toml", "languages.en")
    ... except BrokenLibrary as problem:
    ...     print(problem.message.partition(" The ")[0])
    lexicon.toml: “languages.en.operative” is a text, and has to be a list of texts.
    """
    for key, value in own.items():
        known = next((table[key] for table in shared.values() if key in table), None)
        if known is None:
            raise broken(where, _unread(f"{way}.{key}", key, {name for table in shared.values() for name in table}))
        fault = next(_faults(value, _kind_of(known), f"{way}.{key}"), None)
        if fault is not None:
            raise broken(where, fault)


def look_at_patterns(table: Mapping[str, Any], where: str, way: str) -> None:
    """Raise BrokenLibrary where a text or one of `patterns` is no regular expression; lists of words are none."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            look_at_patterns(value, where, f"{way}.{key}")
            continue
        patterns = value if isinstance(value, list) and key == "patterns" else [value]
        for pattern in patterns:
            fault = next(_faults_of_pattern(pattern, f"{way}.{key}"), None) if isinstance(pattern, str) else None
            if fault is not None:
                raise broken(where, fault)


def compare(tables: Mapping[str, Mapping[str, Any]], file_of: Callable[[str], str]) -> None:
    """
    Raise BrokenLibrary where a key is of another kind in one language than in the others.

    >>> try:
    ...     compare({"en": {"ends": ["Done"]}, "es": {"ends": "Fin"}, "fr": {"ends": []}}, "{}.toml".format)
    ... except BrokenLibrary as problem:
    ...     print(problem.message.partition(" The ")[0])
    es.toml: “ends” is a text, and has to be a list of texts.
    """
    first = next(iter(tables), "")
    for language, table in tables.items():
        fault = _unlike(table, tables[first])
        if fault:
            # Which of the two is the odd one, a third tells.
            others = [other for name, other in tables.items() if name not in (first, language)]
            if others and not any(_unlike(table, other) for other in others):
                raise broken(file_of(first), _unlike(tables[first], table))
            raise broken(file_of(language), fault)


def _unlike(table: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    shared = {key: value for key, value in table.items() if key in other}
    return next(_faults(shared, _kind_of(other), ""), "")


def broken(where: str, fault: str) -> BrokenLibrary:
    """Return the error about a file of the configuration."""
    return BrokenLibrary(f"{where}: {fault} {_HELP}")


def _unread(way: str, key: str, known: Iterable[str]) -> str:
    names = nearest(key, known)
    return f"nothing reads “{way}”{f'; the nearest is “{names[0]}”' if names else ''}."


def _kind_of(value: Any) -> Kind:
    if isinstance(value, Mapping):
        kinds = {key: _kind_of(one) for key, one in value.items()}
        others = list(kinds.values())
        return Table(may=kinds, other=others[0] if others and all(one == others[0] for one in others) else None)
    if isinstance(value, list):
        rows = [one for one in value if isinstance(one, Mapping)]
        if rows:
            return [Table(may={key: _kind_of(one) for row in rows for key, one in row.items()})]
        return [type(value[0]) if value else str]
    return type(value)


def _faults(value: Any, kind: Kind, way: str) -> Iterator[str]:
    if kind is None:
        return
    if isinstance(kind, tuple):
        if all(any(True for _ in _faults(value, one, way)) for one in kind):
            yield f"“{way}” is {_told(value)}, and has to be {' or '.join(map(_name, kind))}."
    elif isinstance(kind, Table):
        yield from _faults_of_table(value, kind, way)
    elif isinstance(kind, list):
        if not isinstance(value, list):
            yield f"“{way}” is {_told(value)}, and has to be {_name(kind)}."
            return
        if kind[0] is str and all(type(one) is str for one in value):
            return
        for place, one in enumerate(value, 1):
            yield from _faults(one, kind[0], f"{way}[{place}]")
    elif not isinstance(value, str if kind == PATTERN else kind) or (kind is int and isinstance(value, bool)):
        yield f"“{way}” is {_told(value)}, and has to be {_name(kind)}."
    elif kind == PATTERN:
        yield from _faults_of_pattern(value, way)


def _faults_of_table(value: Any, kind: Table, way: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"“{way}” is {_told(value)}, and has to be a table."
        return
    before = f"{way}." if way else ""
    for key in kind.must:
        if key not in value:
            yield f"“{before}{key}” is missing."
    known = {**kind.must, **kind.may}
    for key, one in value.items():
        if kind.is_closed and key not in known:
            yield _unread(f"{before}{key}", key, known)
        yield from _faults(one, known.get(key, kind.other), f"{before}{key}")


def _faults_of_pattern(pattern: str, way: str) -> Iterator[str]:
    try:
        # What stands for the organs and types of the organisation is put in later.
        re.compile(pattern.replace("{organs}", "(?:A)").replace("{types}", "(?:A)"))
    except (re.error, RecursionError, OverflowError) as problem:
        yield f"“{way}” is no regular expression ({problem}): {pattern}"


def _name(kind: Kind) -> str:
    if isinstance(kind, list):
        return "a list of texts" if kind[0] is str else "a list of tables"
    return "a table" if isinstance(kind, Table) else _NAMES.get(kind, "something else")


def _told(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "a table"
    return _NAMES.get(type(value), f"a {type(value).__name__}")
