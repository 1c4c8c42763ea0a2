"""
What SHACL asks of the SPARQL in shapes, and how values come into it.

SHACL binds `$this` and its like before a query runs. Here one query answers for all focus nodes: the pattern of the
focus nodes is put into each group that needs it, and constants are written in. Where that would mean something else,
the query is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import pyoxigraph as ox

from mandategraph.checks.groups import Group, expressions, group_tree, variable
from mandategraph.checks.shacl.model import Query
from mandategraph.core.errors import BadData, MalformedQuery, RefusedQuery
from mandategraph.core.gate import admit
from mandategraph.core.graphs import Dataset
from mandategraph.core.scanner import Token, tokens

_PLACE = re.compile(r"error at (\d+):(\d+)")
_FORBIDDEN = ("MINUS", "VALUES", "SERVICE")
_REACHES_OUT = ("SERVICE", "FROM", "LOAD")
_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")


class NotTaken(Exception):
    """A query that cannot be run for all focus nodes at once; the words say why."""


@lru_cache(maxsize=1_024)
def words_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a query; the same queries are read at each run."""
    return tuple(tokens(text))


def refuse_unsupported(query: Query, place: str, has_path: bool) -> None:
    """
    Raise BadData for SPARQL that does not parse or that SHACL excludes (section 5.2.1 and appendix A of SHACL).

    RefusedQuery where it would open another address.
    """
    try:
        words = words_of(query.text)
    except (MalformedQuery, RefusedQuery) as problem:
        raise BadData(f"{place}, sh:{query.form}: {problem.message}") from problem
    for word in words:
        if word.keyword in _REACHES_OUT:
            raise RefusedQuery(f"{place}: its query uses {word.keyword}; shapes may not open other addresses.")
        if word.keyword in _FORBIDDEN:
            raise BadData(f"{place}, sh:{query.form}: SHACL allows no {word.keyword} in the query of a shape.")
    root = group_tree(words)
    if root is None:
        raise BadData(f"{place}, sh:{query.form}: its brackets do not match.")
    bound = _bound(query)
    for at, word in enumerate(words):
        if word.keyword == "AS" and at + 1 < len(words) and variable(words[at + 1]) in bound:
            raise BadData(
                f"{place}, sh:{query.form}: {words[at + 1].text} is bound beforehand and may not be bound again."
            )
    for group in root.walk():
        if group.select:
            _refuse_subselect(group, query, bound, place, is_root=group is root)
    if query.form == "select" and not _selects(root, "this"):
        raise BadData(f"{place}, sh:select: the query must select $this.")
    _parses(query, place, has_path)


def _bound(query: Query) -> set[str]:
    names = {"this", "shapesGraph", "currentShape", "PATH", *(name for name, _ in query.bound), *query.absent}
    return names | ({"value"} if query.form == "ask" else set())


def _refuse_subselect(group: Group, query: Query, bound: set[str], place: str, *, is_root: bool) -> None:
    if is_root:
        return
    mentioned = {variable(word) for one in group.walk() for word in one.own}
    must = {"this"} | ({"value"} if query.form == "ask" else set()) | (bound & mentioned)
    for name in sorted(must - {"shapesGraph", "currentShape", "PATH"}):
        if not any(variable(word) == name for word in _projection(group)):
            raise BadData(f"{place}, sh:{query.form}: SHACL asks that a nested SELECT returns ${name}.")


def _projection(group: Group) -> list[Token]:
    found = []
    for word in group.own:
        if word.keyword in ("WHERE", "GROUP") or word.text == "{":
            break
        found.append(word)
    return found


def _is(root: Group, form: str) -> bool:
    return any(word.keyword == form for word in root.select)


def _selects(root: Group, name: str) -> bool:
    return any(variable(word) == name or word.text == "*" for word in root.select)


def _parses(query: Query, place: str, has_path: bool) -> None:
    text = replaced(query.text, {"PATH": "<urn:path>"}, {}) if has_path else query.text
    try:
        admit(prologue(query) + text, Dataset((None,)))
        # The gate reads tokens; only an engine knows the whole grammar, and an empty one answers at once.
        ox.Store().query(f"{prologue(query)}\n{text}")
    except (MalformedQuery, RefusedQuery) as problem:
        raise BadData(f"{place}, sh:{query.form}: {problem.message}") from problem
    except SyntaxError as problem:
        found = _PLACE.search(str(problem))
        where = f"line {int(found[1]) - 1}, column {found[2]}: " if found else ""
        raise BadData(f"{place}, sh:{query.form}: {where}this is not SPARQL.") from problem


def prologue(query: Query) -> str:
    """Return the prefixes of a query as SPARQL declares them, on one line."""
    return "".join(f"PREFIX {prefix}: <{space}> " for prefix, space in query.prefixes)


def used_prologue(query: Query, text: str) -> str:
    """Return the prefixes that a text of a query uses: each one more is read by the gate and by the engine."""
    used = {word.text.partition(":")[0] for word in words_of(text) if word.kind == "pname"}
    return "".join(f"PREFIX {prefix}: <{space}> " for prefix, space in query.prefixes if prefix in used)


def replaced(text: str, constants: Mapping[str, str], truths: Mapping[str, bool]) -> str:
    """
    Return a query with variables written out, and with `bound(?x)` of those in `truths` as a truth.

    >>> replaced("ASK { FILTER(bound($a) && $a = ?b) }", {"a": "<urn:x>"}, {"a": True})
    'ASK { FILTER((true) && <urn:x> = ?b) }'
    """
    words = words_of(text)
    cuts: list[tuple[int, int, str]] = []
    at = 0
    while at < len(words):
        word = words[at]
        name = variable(words[at + 2]) if word.keyword == "BOUND" and at + 3 < len(words) else ""
        if name in truths:
            cuts.append((word.start, words[at + 3].end, "(true)" if truths[name] else "(false)"))
            at += 4
            continue
        if variable(word) in constants:
            cuts.append((word.start, word.end, constants[variable(word)]))
        at += 1
    for start, end, new in reversed(cuts):
        text = text[:start] + new + text[end:]
    return text


def for_all(text: str, focus: Callable[[], str], names: Sequence[str], *, everywhere: bool = False) -> str:
    """
    Return a SELECT or the inside of an ASK with the focus pattern in each group that needs it.

    `names` are the variables the pattern binds. With `everywhere` it also stands in groups that bind them by
    themselves, which means the same: of a few nodes an engine then need not look for others. Raises NotTaken where one
    query for all would mean something else than a query for each.
    """
    try:
        words = words_of(text)
    except (MalformedQuery, RefusedQuery) as problem:
        raise NotTaken(f"it does not read as SPARQL ({problem.message})") from problem
    root = group_tree(words)
    if root is None:
        raise NotTaken("its brackets do not match")
    if "value" not in names and not (_is(root, "SELECT") and _selects(root, "this")):
        raise NotTaken("it does not select $this")
    for word in words:
        if word.keyword in ("LIMIT", "OFFSET", "CONSTRUCT", "DESCRIBE", "MINUS", "SERVICE"):
            raise NotTaken(f"it uses {word.keyword}")
    _refuse_ungrouped(words, root, names)
    places = [root.opens]
    _find_places(root, names, places)
    if everywhere:
        places += _further_places(root, names)
    for place in sorted(set(places), reverse=True):
        text = f"{text[: place + 1]} {focus()} {text[place + 1 :]}"
    return text


def _further_places(group: Group, names: Sequence[str]) -> Iterator[int]:
    """Yield where plain groups, such as the ways of a UNION, open that bind the variables."""
    for inner in group.inner:
        if inner.kind == "plain" and not inner.select:
            _, outside = expressions(inner.own)
            if {variable(word) for word in outside} >= set(names):
                yield inner.opens
            yield from _further_places(inner, names)


def _refuse_ungrouped(words: Sequence[Token], root: Group, names: Sequence[str]) -> None:
    # An aggregate over all focus nodes is another number than one over each.
    ends = root.opens + len(_within_braces(words, root.opens))
    _refuse_heads([word for word in words if not root.opens <= word.start < ends], names)
    for group in root.walk():
        if group.select and group is not root:
            mentioned = {variable(word) for one in group.walk() for word in one.own}
            _refuse_heads(group.own, [name for name in names if name in mentioned])


def _within_braces(words: Sequence[Token], opens: int) -> range:
    depth = 0
    for word in words:
        if word.kind == "punct" and word.start >= opens:
            depth += {"{": 1, "}": -1}.get(word.text, 0)
            if depth == 0:
                return range(opens, word.end)
    return range(opens, opens)


def _refuse_heads(head: Sequence[Token], names: Sequence[str]) -> None:
    """Refuse a SELECT, given without its WHERE, that puts several of the focus nodes into one group."""
    by: list[str] = []
    is_grouped = False
    for at, word in enumerate(head):
        if word.keyword == "GROUP":
            is_grouped = True
            for one in head[at + 2 :]:
                if one.kind == "word":
                    break
                by.append(variable(one))
    if (is_grouped or any(word.keyword in _AGGREGATES for word in head)) and not set(names) <= set(by):
        raise NotTaken("it counts without grouping by $this")


def _find_places(group: Group, names: Sequence[str], places: list[int]) -> None:
    for inner in group.inner:
        if inner.kind == "exists":
            continue
        inside, outside = expressions(inner.own)
        if inner.select:
            mentioned = {variable(word) for one in inner.walk() for word in one.own} & set(names)
            if mentioned - {variable(word) for word in _projection(inner)}:
                raise NotTaken("a nested SELECT uses $this and does not return it")
            # A sub-select is evaluated by itself: what it returns is bound in it, one group further in.
            for below in inner.inner:
                if below.kind == "plain":
                    places.append(below.opens)
            for below in inner.inner:
                _find_places(below, names, places)
            continue
        uses = {variable(word) for word in inside} & set(names)
        binds = {variable(word) for word in outside} & set(names)
        if uses - binds:
            if inner.kind == "graph":
                raise NotTaken("it uses $this in a GRAPH that does not bind it")
            if inner.kind == "plain" or any(word.keyword == "BIND" for word in inner.own):
                places.append(inner.opens)
        _find_places(inner, names, places)
