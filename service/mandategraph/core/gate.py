"""
What a query must be before an engine sees it.

The engine would follow SERVICE to any address, end the process on a few kilobytes of nested brackets, take seconds to
prepare a long path, and ignore FROM where it is handed its graphs. So its text is read here first, token by token.
Where the gate and an engine could read a text in two ways, the gate refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from mandategraph.core.errors import MalformedQuery, RefusedQuery
from mandategraph.core.graphs import Dataset
from mandategraph.core.scanner import Token, place, tokens, unescaped

MOST_CHARACTERS = 1_000_000
MOST_NESTED = 64
MOST_OPERATORS = 2_000
# Oxigraph orders the joins of a group in cubic time: 100 take 0.4 s, 200 take 7 s; and it does so for each group.
MOST_JOINED = 120
MOST_WORK = 2 * MOST_JOINED**3

FORMS = {"SELECT": "select", "ASK": "ask", "CONSTRUCT": "construct", "DESCRIBE": "describe"}
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})

_OPENS = {"{": "}", "(": ")", "[": "]"}
_OPERATORS = frozenset(["+", "-", "*", "/", "|", "^", "!", "<", ">", "=", "&&", "||", "!=", "<=", ">=", "?"])
_JOINED_WORDS = frozenset({"OPTIONAL", "MINUS", "FILTER", "BIND", "EXISTS", "GRAPH", "VALUES", "LATERAL"})
_TEMPLATES = frozenset({"CONSTRUCT", "INSERT", "DELETE", "DATA"})
_OPERATOR_WORDS = _JOINED_WORDS | {"UNION", "AS"}
# After one of these no operand is complete, so that < can only begin an IRI.
_NO_OPERAND = frozenset([*_OPERATORS, "(", ",", "^^", ";", ".", "{", "["]) - {">", "?"}
# RDF 1.2: a triple as a term, an annotation, the name of either. Each is some triples of its own.
_STATEMENTS_AS_TERMS = frozenset(["<<", "{|"])
# What stands in brackets behind one of these is an expression, never a list of terms.
_CONDITIONS = frozenset({"FILTER", "HAVING", "BIND"})
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_LOCAL_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A query that may run: its form (select, ask, construct, describe) and the dataset it reads."""

    form: str
    dataset: Dataset


def admit(query: str, dataset: Dataset, base: str = "") -> Admitted:
    """
    Return the form of a query and the dataset it reads, which is never more than the one permitted.

    FROM and FROM NAMED are resolved. With a base an IRI may be relative; the engine must be given the same.
    Raises MalformedQuery and RefusedQuery, with line and column.

    >>> admit("ASK FROM <urn:a> {}", Dataset((None, "urn:a"))).dataset
    Dataset(default=('urn:a',), named=())
    >>> admit("ASK { SERVICE <http://example.org/> {} }", Dataset((None,)))
    Traceback (most recent call last):
    ...
    mandategraph.core.errors.RefusedQuery: Line 1, column 7: SERVICE would ask another server; it is not allowed here.
    """
    if len(query) > MOST_CHARACTERS:
        raise RefusedQuery(f"The query is longer than {MOST_CHARACTERS:,} characters.")
    # Our own queries come again and again; what is longer comes from elsewhere and would fill the memory.
    return (_remembered if len(query) <= 8_000 else _admitted)(query, dataset, base)


def _admitted(query: str, dataset: Dataset, base: str) -> Admitted:
    try:
        query.encode()
    except UnicodeEncodeError as problem:
        raise MalformedQuery("The query holds half a character (a lone surrogate).") from problem
    words = tokens(query)
    prologue = Prologue(query, words, base)
    form = _form(query, words, prologue.end)
    Weigher(query, words, prologue).weigh()
    return Admitted(form, _from_clauses(query, words, prologue, dataset))


_remembered = lru_cache(maxsize=512)(_admitted)


def narrow(dataset: Dataset, default: Iterable[str], named: Iterable[str]) -> Dataset:
    """
    Return the part of a permitted dataset that somebody asks for by name; RefusedQuery for a graph outside it.

    As in SPARQL: with any graph asked for, the default graph is what is asked for, and empty if only named ones are.

    >>> narrow(Dataset((None, "urn:a"), ("urn:b",)), ["urn:b"], [])
    Dataset(default=('urn:b',), named=())
    """
    wanted_default, wanted_named = tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named))
    if not wanted_default and not wanted_named:
        return dataset
    permitted = {graph for graph in (*dataset.default, *dataset.named) if graph is not None}
    for graph in (*wanted_default, *wanted_named):
        if graph not in permitted:
            raise RefusedQuery(f"The graph <{graph}> may not be read here.")
    return Dataset(wanted_default, wanted_named)


def without_from(query: str) -> str:
    """
    Return a query without FROM and FROM NAMED, every other character in its place.

    Where a request of the SPARQL protocol names graphs, those count and not the ones that the query names.

    >>> without_from("ASK FROM <urn:a> { ?s ?p ?o }")
    'ASK              { ?s ?p ?o }'
    """
    characters = list(query)
    words = tokens(query)
    for at, target in _from_targets(words, 0):
        until = words[target].end if target < len(words) else len(query)
        for place_of in range(words[at].start, until):
            if characters[place_of] not in "\r\n":
                characters[place_of] = " "
    return "".join(characters)


class Prologue:
    """BASE and PREFIX at the head of a query: where it ends and what the prefixes stand for."""

    def __init__(
        self, query: str, words: Sequence[Token], base: str, begin: int = 0, known: Mapping[str, str] | None = None
    ) -> None:
        self.query = query
        self.prefixes: dict[str, str] = dict(known or {})
        self.base = base
        at = begin
        while at < len(words):
            keyword = words[at].keyword
            if keyword == "BASE" and _kinds(words, at + 1) == ["iri"]:
                self.base = self._against_base(unescaped(words[at + 1]))
                at += 2
            elif keyword == "PREFIX" and _kinds(words, at + 1, 2) == ["pname", "iri"]:
                self.prefixes[words[at + 1].text[:-1]] = self._against_base(unescaped(words[at + 2]))
                at += 3
            elif keyword == "VERSION" and _kinds(words, at + 1) == ["string"]:
                at += 2
            else:
                break
        self.end = at

    def resolved(self, token: Token) -> str:
        """Return the IRI that an IRI or a prefixed name stands for; MalformedQuery where it stands for none."""
        if token.kind == "iri":
            iri = self._against_base(unescaped(token))
            if not self.base and not _ABSOLUTE.match(iri):
                raise malformed(self.query, token, f"“{token.text}” is not absolute, and the query has no BASE.")
            return iri
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            raise malformed(self.query, token, f"the prefix “{prefix}:” is not declared.")
        return self.prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)

    def _against_base(self, iri: str) -> str:
        if not self.base or _ABSOLUTE.match(iri):
            return iri
        try:
            # It drops an empty fragment, with which a prefix often ends.
            return urljoin(self.base, iri).removesuffix("#") + "#" * iri.endswith("#")
        except ValueError:
            return iri


def _form(query: str, words: Sequence[Token], at: int) -> str:
    if at >= len(words):
        raise MalformedQuery("There is no query: the text ends before SELECT, ASK, CONSTRUCT or DESCRIBE.")
    first = words[at]
    if first.keyword in FORMS:
        return FORMS[first.keyword]
    if first.keyword in UPDATES:
        raise refused(query, first, f"{first.keyword} is an update; a query is wanted here.")
    wanted = "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"
    raise malformed(query, first, f"{wanted}, not with “{_short(first.text)}”.")


@dataclass(slots=True)
class _Group:
    """One open bracket: what it is, and how many things an engine would join in it."""

    closes: str
    is_data: bool
    is_apart: bool
    is_condition: bool = False
    joined: int = 0


class Weigher:
    """Walks the tokens of a query once, refuses what reaches outside and what weighs too much."""

    def __init__(self, query: str, words: Sequence[Token], prologue: Prologue) -> None:
        self.query, self.words, self.prologue = query, words, prologue
        self.groups = [_Group("", False, False)]
        self.operators = 0
        self.last_closed = 0
        self.work = 0
        self.describes = words[prologue.end].keyword == "DESCRIBE"
        # Most queries name it nowhere, and need not be looked through for it.
        self.names_service = "SERVICE" in query.upper()

    def weigh(self) -> None:
        """Raise RefusedQuery or MalformedQuery for the first token that is not allowed."""
        before: Token | None = None
        for at in range(self.prologue.end, len(self.words)):
            token = self.words[at]
            if self.names_service:
                self._look_outside(token, self.words[at + 1] if at + 1 < len(self.words) else None)
            if token.kind == "punct" and token.text in _OPENS:
                self._open(at, token)
            elif token.kind == "punct" and token.text in ")]}":
                self._close(token)
            else:
                self._count(token, before)
            before = token
        if len(self.groups) > 1:
            raise MalformedQuery(
                f"The query ends with {len(self.groups) - 1} brackets open.", *place(self.query, len(self.query))
            )

    def _look_outside(self, token: Token, after: Token | None) -> None:
        # The engine finds keywords without looking for the ends of words: trueSERVICEx:y is true, SERVICE, x:y to it.
        # No other keyword holds this word, and a name in front of a bracket is no part of a triple.
        head = token.text.partition(":")[0] if token.kind == "pname" else token.keyword
        if "SERVICE" not in head.upper():
            return
        if token.kind == "word" or (after is not None and after.text == "{"):
            raise refused(self.query, token, "SERVICE would ask another server; it is not allowed here.")

    def _open(self, at: int, token: Token) -> None:
        if len(self.groups) > MOST_NESTED:
            raise refused(self.query, token, f"brackets stand more than {MOST_NESTED} deep.")
        parent = self.groups[-1]
        before = self.words[at - 1]
        is_values = token.text == "{" and _opens_values(self.words, at)
        # A template is written out, not looked for.
        is_data = is_values or parent.is_data or (token.text == "{" and before.keyword in _TEMPLATES)
        # These are evaluated by themselves; any other group is joined with what stands beside it.
        is_apart = token.text == "{" and (before.keyword in {"OPTIONAL", "MINUS", "EXISTS"} or len(self.groups) == 1)
        # A list within a list is an item of it; within an expression a bracket follows no other bracket.
        is_list = token.text == "(" and parent.closes == ")" and before.text == ")"
        if token.text == "[" or is_values or is_apart or is_list:
            self._add(token, 2 if is_list else 1)
        is_condition = token.text == "(" and (before.keyword in _CONDITIONS or parent.is_condition)
        self.groups.append(_Group(_OPENS[token.text], is_data, is_apart, is_condition))

    def _close(self, token: Token) -> None:
        group = self.groups[-1]
        if group.closes != token.text:
            wanted = f"“{group.closes}” is wanted" if group.closes else "no bracket is open"
            raise malformed(self.query, token, f"{wanted}, not “{token.text}”.")
        self.groups.pop()
        self.last_closed = 0
        # The last triple of a group needs no full stop, nor does one that stands before a group.
        joined = group.joined + (group.closes == "}")
        if group.is_data:
            return
        if group.is_apart:
            self._join(token, joined)
        else:
            self.last_closed = joined
            self._add(token, joined)

    def _count(self, token: Token, before: Token | None) -> None:
        group, keyword = self.groups[-1], token.keyword
        in_expression = group.closes == ")" and not group.is_data
        if token.kind == "iri" and in_expression and before and before.text not in _NO_OPERAND:
            self._look_for_comparison(token)
        elif token.kind in {"iri", "pname"}:
            self.prologue.resolved(token)
        if group.is_data:
            return
        if token.text in _OPERATORS or keyword in _OPERATOR_WORDS:
            self._add_operators(token, 1)
        if self.describes and len(self.groups) == 1:
            # Each thing that is described is one more level of work.
            self._add_operators(token, 1)
        if before is not None and before.text + token.text in _STATEMENTS_AS_TERMS:
            self._add(token, 3)
        elif keyword == "UNION":
            # Branches are not joined with each other: the last of them stands for all.
            group.joined -= min(self.last_closed, group.joined)
            self._join(token, self.last_closed)
        elif keyword in _JOINED_WORDS or token.text in {".", ";", "/"} or (token.text == "," and not in_expression):
            self._add(token, 1)
        elif in_expression and before and _is_item(token) and (_is_item(before) or before.text == ")"):
            # Two operands side by side: a list, of which every item is two triples.
            self._add(token, 2)

    def _look_for_comparison(self, token: Token) -> None:
        """Refuse what the grammar calls an IRI, and an engine inside an expression may take for a comparison."""
        written = token.text
        if any(character in written for character in "'()#") and not _ADDRESS.match(written[1:]):
            raise refused(self.query, token, "this may be an IRI or a comparison; put a blank after “<”.")
        if self.groups[-1].is_condition:
            # The longest token counts: ?x<?y&&?z>1 holds an IRI to the standard, and a comparison to the engine.
            raise malformed(self.query, token, "this is an IRI without an operator; put a blank after “<”.")
        self._add_operators(token, sum(written.count(character) for character in "&+-*/=!,"))

    def _add(self, token: Token, things: int) -> None:
        group = self.groups[-1]
        group.joined += things
        if group.joined > MOST_JOINED and group.closes and not group.is_data:
            raise refused(self.query, token, f"one group joins more than {MOST_JOINED} triples and path steps.")

    def _join(self, token: Token, things: int) -> None:
        self.work += things**3
        if self.work > MOST_WORK:
            raise refused(self.query, token, "the groups of the query join too many triples and path steps in all.")

    def _add_operators(self, token: Token, number: int) -> None:
        self.operators += number
        if self.operators > MOST_OPERATORS:
            raise refused(self.query, token, f"the query has more than {MOST_OPERATORS:,} operators.")


def _from_clauses(query: str, words: Sequence[Token], prologue: Prologue, dataset: Dataset) -> Dataset:
    default: list[str] = []
    named: list[str] = []
    if "FROM" not in query.upper():
        return dataset
    for at, target in _from_targets(words, prologue.end):
        if target >= len(words) or words[target].kind not in {"iri", "pname"}:
            raise malformed(query, words[at], "FROM is followed by the IRI of a graph.")
        (named if target == at + 2 else default).append(prologue.resolved(words[target]))
    try:
        return narrow(dataset, default, named)
    except RefusedQuery as problem:
        raise RefusedQuery(f"{problem.message} Ask without FROM, or for a graph you may read.") from problem


def _from_targets(words: Sequence[Token], begin: int) -> Iterator[tuple[int, int]]:
    """Yield where each FROM of a query stands, and where the name that it is about."""
    depth = 0
    for at in range(begin, len(words)):
        token = words[at]
        if token.text in _OPENS:
            depth += 1
        elif token.text in {")", "]", "}"} and token.kind == "punct":
            depth -= 1
        if depth or token.keyword != "FROM":
            continue
        is_named = at + 1 < len(words) and words[at + 1].keyword == "NAMED"
        yield at, at + 2 if is_named else at + 1


def _opens_values(words: Sequence[Token], at: int) -> bool:
    """Return whether the bracket at this place holds the rows of VALUES, whose variables stand between them."""
    at -= 1
    if at > 0 and words[at].text == ")":
        at -= 1
        while at > 0 and words[at].kind == "var":
            at -= 1
        if words[at].text != "(":
            return False
    elif words[at].kind != "var":
        return False
    return at > 0 and words[at - 1].keyword == "VALUES"


def _is_item(token: Token) -> bool:
    return token.kind in {"iri", "pname", "var", "string", "number", "blank"}


def _kinds(words: Sequence[Token], at: int, number: int = 1) -> list[str]:
    return [token.kind for token in words[at : at + number]]


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def refused(query: str, token: Token, sentence: str) -> RefusedQuery:
    """Return the refusal of what stands at a token."""
    line, column = place(query, token.start)
    return RefusedQuery(f"Line {line}, column {column}: {sentence}")


def malformed(query: str, token: Token, sentence: str) -> MalformedQuery:
    """Return the error of a text that does not parse at a token."""
    line, column = place(query, token.start)
    return MalformedQuery(f"Line {line}, column {column}: {sentence}", line, column)
