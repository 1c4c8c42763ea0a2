"""
In what the engines of others differ from the standard, and how a query is written so that they answer it all the same.

Everything about one engine stands here; `docs/reference/engines.md` tells of it. A rewriting never changes what a query
means: by the standard, both have the same answer. What an engine answers wrongly, and no writing mends, is answered
here from the graphs that lie there: late rather than wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mandategraph.core.scanner import Token, tokens

_AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_CLOSES = {"(": ")", "{": "}", "[": "]"}

_GIVES_WHERE_THERE = frozenset({"OPTIONAL", "MINUS", "EXISTS"})

Rewriting = Callable[[str, Sequence[Token]], "list[Change]"]
Doubt = Callable[[Sequence[Token]], bool]


@dataclass(frozen=True, slots=True)
class Change:
    """What stands instead of the characters from `start` to `end` of a query."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    An engine by its name, how a query is rewritten for it, and which queries it cannot be trusted with.

    `failures` is what it says when it could not answer a query that is right; `is_exact` says whether its terms come
    back as they went; `own_graphs` are there before anything is; `at_once` is how many triples one update may hold, and
    `most_together` one operation of it. `takes_back` says whether an update that fails has changed nothing.
    """

    name: str
    rewritings: tuple[Rewriting, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    failures: str = r"(?!)"
    is_exact: bool = True
    own_graphs: frozenset[str] = frozenset()
    at_once: int = 100_000
    most_together: int = 100_000
    takes_back: bool = True

    def is_trusted_with(self, query: str) -> bool:
        """Return whether the engine answers such a query as the standard says."""
        words = tokens(query) if self.doubts else ()
        return not any(doubt(words) for doubt in self.doubts)

    def written(self, query: str) -> str:
        """Return a query that this engine answers as the standard answers the one given."""
        for rewriting in self.rewritings:
            for change in sorted(rewriting(query, tokens(query)), key=lambda one: one.start, reverse=True):
                query = query[: change.start] + change.text + query[change.end :]
        return query


def dialect_of(server: str) -> Dialect:
    """
    Return the dialect of an engine by how it names itself in the header Server; that of the standard where unknown.

    >>> dialect_of("Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu").name, dialect_of("uvicorn").name
    ('Virtuoso', 'SPARQL 1.1')
    """
    return VIRTUOSO if server.startswith("Virtuoso/") else STANDARD


def values_apart(query: str, words: Sequence[Token]) -> list[Change]:
    """
    Put each VALUES of a group into a select of its own.

    Virtuoso does not begin a path at what VALUES binds ("transitive start not given"); from a select it does. A VALUES
    of nothing but UNDEF joins with everything and is left out.

    >>> VIRTUOSO.written("ASK { VALUES ?x { <urn:a> } ?x <urn:p>* ?y }")
    'ASK { { SELECT ?x WHERE { VALUES ?x { <urn:a> } } } ?x <urn:p>* ?y }'
    >>> VIRTUOSO.written("ASK { VALUES ?x { UNDEF } ?x ?p ?y }")
    'ASK {  ?x ?p ?y }'
    """
    changes = []
    depth = 0
    for at, token in enumerate(words):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "punct" else 0
        if token.keyword != "VALUES" or not depth:
            continue
        opens = next(place for place in range(at, len(words)) if words[place].text == "{")
        closes = _closing(words, opens)
        names = [word.text for word in words[at:opens] if word.kind == "var"]
        inside = [word for word in words[opens + 1 : closes] if word.text not in {"(", ")"}]
        block = query[token.start : words[closes].end]
        if len(inside) == len(names) and all(word.keyword == "UNDEF" for word in inside):
            changes.append(Change(token.start, words[closes].end, ""))
        elif names and not any(word.keyword == "UNDEF" for word in inside):
            apart = f"{{ SELECT {' '.join(names)} WHERE {{ {block} }} }}"
            changes.append(Change(token.start, words[closes].end, apart))
    return changes


def aggregates_in_brackets(query: str, words: Sequence[Token]) -> list[Change]:
    """
    Put brackets around an aggregate that stands by itself in ORDER BY: Virtuoso does not read it without.

    >>> VIRTUOSO.written("SELECT ?s { ?s ?p ?o } GROUP BY ?s ORDER BY MIN(?o) DESC(MAX(?o)) ?s")
    'SELECT ?s { ?s ?p ?o } GROUP BY ?s ORDER BY (MIN(?o)) DESC(MAX(?o)) ?s'
    """
    changes = []
    at = 0
    while at < len(words) - 1:
        if words[at].keyword == "ORDER" and words[at + 1].keyword == "BY":
            at += 2
            while at < len(words) and words[at].text != "}" and words[at].keyword not in {"LIMIT", "OFFSET", "VALUES"}:
                if words[at].keyword in _AGGREGATES and words[at + 1].text == "(":
                    closes = _closing(words, at + 1)
                    written = query[words[at].start : words[closes].end]
                    changes.append(Change(words[at].start, words[closes].end, f"({written})"))
                    at = closes
                elif words[at].text == "(":
                    at = _closing(words, at)
                at += 1
        at += 1
    return changes


def closure_where_nothing_need_be(words: Sequence[Token]) -> bool:
    """
    Return whether a path with *, + or ? stands in OPTIONAL, MINUS or EXISTS: Virtuoso loses rows, and says nothing.

    >>> closure_where_nothing_need_be(tokens("ASK { ?s ?p ?o OPTIONAL { ?s <urn:p>+ ?x } }"))
    True
    >>> closure_where_nothing_need_be(tokens("ASK { ?s <urn:p>+ ?x OPTIONAL { ?s ?p ?o } }"))
    False
    """
    inside: list[bool] = []
    for at, token in enumerate(words):
        if token.text == "{" and token.kind == "punct":
            inside.append((bool(inside) and inside[-1]) or words[at - 1].keyword in _GIVES_WHERE_THERE)
        elif token.text == "}" and token.kind == "punct":
            inside.pop()
        elif inside and inside[-1] and _is_closure(words, at):
            return True
    return False


def closure_of_closures(words: Sequence[Token]) -> bool:
    """
    Return whether a bracket that holds a *, + or ? is itself followed by one: Virtuoso finds too little.

    >>> closure_of_closures(tokens("ASK { ?s (<urn:p>/<urn:q>*)? ?x }"))
    True
    """
    inner: list[bool] = []
    for at, token in enumerate(words):
        if token.text == "(" and token.kind == "punct":
            inner.append(False)
        elif token.text == ")" and token.kind == "punct":
            held = inner.pop()
            if held and at + 1 < len(words) and _is_closure(words, at + 1):
                return True
            if inner and held:
                inner[-1] = True
        elif inner and _is_closure(words, at):
            inner[-1] = True
    return False


def closure_against_the_arrow(words: Sequence[Token]) -> bool:
    """
    Return whether a path goes against its properties by ^ and has *, + or ? there: Virtuoso finds too little.

    >>> closure_against_the_arrow(tokens("ASK { ?s ^<urn:p>*/<urn:q> ?x }"))
    True
    """
    return any(_is_closure(words, at) and at > 1 and words[at - 2].text == "^" for at in range(len(words)))


def closure_that_ends_where_it_must(words: Sequence[Token]) -> bool:
    """
    Return whether a path ends, after other steps, in a *, + or ? and at a thing that is given: Virtuoso loses rows.

    >>> closure_that_ends_where_it_must(tokens("ASK { VALUES ?x { <urn:a> } ?s <urn:p>/<urn:q>? ?x }"))
    True
    >>> closure_that_ends_where_it_must(tokens("ASK { VALUES ?s { <urn:a> } ?s <urn:p>/<urn:q>? ?x }"))
    False
    """
    given = _bound_by_values(words)
    for at in range(1, len(words) - 1):
        after = words[at + 1]
        if not _is_closure(words, at) or not (after.text in given or after.kind in {"iri", "pname", "string"}):
            continue
        begins = at - 1
        if words[begins].text == ")":
            begins = _opening(words, begins)
        if words[begins - 1].text == "/":
            return True
    return False


def given_things_in_groups(words: Sequence[Token]) -> bool:
    """
    Return whether what VALUES gives to branches of UNION is grouped by: Virtuoso gives its IRI back as a text.

    >>> branch = "{ VALUES ?x { <urn:a> } ?x ?p ?y }"
    >>> given_things_in_groups(tokens(f"SELECT ?x {{ {branch} UNION {branch} }} GROUP BY ?x"))
    True
    """
    keywords = [token.keyword for token in words]
    if "UNION" not in keywords or "GROUP" not in keywords:
        return False
    grouped = {token.text for token in words[max(at for at, word in enumerate(keywords) if word == "GROUP") :]}
    return bool(grouped & _bound_by_values(words))


def joined_texts(words: Sequence[Token]) -> bool:
    """Return whether GROUP_CONCAT is used: of nothing at all, Virtuoso makes an empty text."""
    return any(token.keyword == "GROUP_CONCAT" for token in words)


def _is_closure(words: Sequence[Token], at: int) -> bool:
    token, before = words[at], words[at - 1] if at else None
    if token.kind != "punct" or token.text not in {"*", "+", "?"} or before is None:
        return False
    return before.kind in {"iri", "pname"} or before.text in {")", "a"}


def _bound_by_values(words: Sequence[Token]) -> set[str]:
    found: set[str] = set()
    for at, token in enumerate(words):
        if token.keyword == "VALUES":
            for word in words[at + 1 :]:
                if word.text == "{":
                    break
                found.add(word.text)
    return found - {"(", ")"}


def _opening(words: Sequence[Token], closes: int) -> int:
    """Return where the bracket opens that closes at this place."""
    depth = 0
    for at in range(closes, -1, -1):
        depth += (words[at].text == ")") - (words[at].text == "(")
        if not depth:
            return at
    return 0


def _closing(words: Sequence[Token], opens: int) -> int:
    """Return where the bracket closes that opens at this place; the gate has seen that it does."""
    left, right = words[opens].text, _CLOSES[words[opens].text]
    depth = 0
    for at in range(opens, len(words)):
        if words[at].kind == "punct":
            depth += (words[at].text == left) - (words[at].text == right)
            if not depth:
                return at
    return len(words) - 1


STANDARD = Dialect("SPARQL 1.1", at_once=100_000)
VIRTUOSO = Dialect(
    "Virtuoso",
    rewritings=(values_apart, aggregates_in_brackets),
    doubts=(
        closure_where_nothing_need_be,
        closure_of_closures,
        closure_against_the_arrow,
        closure_that_ends_where_it_must,
        given_things_in_groups,
        joined_texts,
    ),
    # Too many columns to sort or to group by, a union it mixes up, a path that it cannot begin.
    failures=r"Virtuoso \w+ Error (?:S[QR]\d+|TR\.\.\.)",
    is_exact=False,
    own_graphs=frozenset(
        {
            "http://localuriqaserver/sparql",
            "http://www.openlinksw.com/schemas/virtrdf#",
            "http://www.w3.org/2002/07/owl#",
            "http://www.w3.org/ns/ldp#",
            "urn:activitystreams-owl:map",
        }
    ),
    at_once=50_000,
    most_together=4_000,
    # A kill takes an update back as a whole; an operation that fails leaves those before it (measured, 7.2.5).
    takes_back=False,
)

DIALECTS = (STANDARD, VIRTUOSO)
"""The engines that differ in anything we know of, the standard first."""
