"""The groups of a SELECT as a tree: enough to see where a variable stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mandategraph.core.scanner import Token


def variable(word: Token) -> str:
    """Return the name of a variable without its mark; empty for anything else."""
    return word.text[1:] if word.kind == "var" else ""


@dataclass
class Group:
    """
    A group of a query and what stands in it.

    `kind` is `plain`, `optional`, `exists`, `graph` or `minus`; `select` is set where the group is a sub-select.
    """

    kind: str
    opens: int
    select: list[Token] = field(default_factory=list)
    own: list[Token] = field(default_factory=list)
    inner: list[Group] = field(default_factory=list)

    def walk(self) -> Iterator[Group]:
        """Yield the group and every group in it."""
        yield self
        for group in self.inner:
            yield from group.walk()


def group_tree(words: Sequence[Token]) -> Group | None:
    """Return the outermost group of a SELECT with the groups in it; None where the braces do not match."""
    root: Group | None = None
    stack: list[Group] = []
    before: list[Token] = []
    for word in words:
        if word.text == "{" and word.kind == "punct":
            group = Group(_kind(before), word.start)
            if stack:
                stack[-1].inner.append(group)
            elif root is None:
                root = group
                group.select = list(before)
            else:
                return None
            stack.append(group)
            before = []
        elif word.text == "}" and word.kind == "punct":
            if not stack:
                return None
            stack.pop()
            before = []
        else:
            before.append(word)
            if stack:
                _note(stack[-1], word)
    return None if stack else root


def _kind(before: Sequence[Token]) -> str:
    last = [word.text.upper() for word in before[-2:]]
    if last[-1:] == ["EXISTS"]:
        return "exists"
    if last[-1:] in (["OPTIONAL"], ["MINUS"]):
        return last[-1].lower()
    return "graph" if "GRAPH" in last else "plain"


def _note(group: Group, word: Token) -> None:
    # The head of a sub-select stands in its braces, before the braces of its own WHERE.
    if word.keyword == "SELECT" and not group.own:
        group.select.append(word)
    group.own.append(word)


def expressions(words: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """
    Part the tokens of a group into those of its FILTER and BIND expressions and the rest, its patterns.

    >>> from mandategraph.core.scanner import tokens
    >>> inside, outside = expressions(tokens("?a mg:b ?c . FILTER(?c > ?d) BIND(1 AS ?e)"))
    >>> [t.text for t in inside if t.kind == "var"], [t.text for t in outside if t.kind == "var"]
    (['?c', '?d', '?e'], ['?a', '?c'])
    """
    inside: list[Token] = []
    outside: list[Token] = []
    depth, expecting, within = 0, False, False
    for word in words:
        if not within and word.keyword in ("FILTER", "BIND", "HAVING"):
            expecting = True
            inside.append(word)
            continue
        if expecting and word.text == "(":
            within, expecting, depth = True, False, 0
        if within:
            inside.append(word)
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            within = depth > 0
        elif expecting:
            # FILTER NOT EXISTS, FILTER regex(...): the name of the function, then its brackets.
            inside.append(word)
            if word.keyword == "EXISTS":
                expecting = False
        else:
            outside.append(word)
    return inside, outside
