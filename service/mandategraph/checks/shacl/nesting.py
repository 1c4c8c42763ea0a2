"""
EXISTS around several triples, as EXISTS around one triple within another.

The two mean the same. Where an engine evaluates what stands in EXISTS anew for each node, without looking at the node
first, the one costs the square of the data and the other a look-up for each node.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mandategraph.checks.groups import Group, expressions, group_tree, variable
from mandategraph.checks.shacl.conformance import Conformance, all_of, negated
from mandategraph.checks.shacl.model import Query
from mandategraph.checks.shacl.paths import Path
from mandategraph.checks.shacl.prebinding import words_of
from mandategraph.core.namespaces import RDF
from mandategraph.core.scanner import Token, unescaped
from mandategraph.core.terms import Iri

_TYPE = Path("predicate", iri=Iri(RDF + "type"))
_REPEATED = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_NODES = {"var", "iri", "pname", "number", "string"}


class _AsItIs(Exception):
    """What stands in EXISTS is more than triples, and stays as it is."""


@dataclass(frozen=True, slots=True)
class _Triple:
    start: str
    path: Path
    end: str


@dataclass(slots=True)
class _Block:
    triples: list[_Triple] = field(default_factory=list)
    filters: list[list[Token]] = field(default_factory=list)


def nested(text: str, query: Query, names: Sequence[str], by: Conformance) -> str:
    """
    Return a query with each EXISTS that holds several triples written as EXISTS within EXISTS.

    `names` are the variables that are bound at every place. What is no plain block of triples and filters stays.
    """
    words = words_of(text)
    root = group_tree(words)
    if root is None:
        return text
    prefixes = dict(query.prefixes)
    for at, word in enumerate(words[:-2]):
        if word.keyword == "PREFIX" and words[at + 1].kind == "pname" and words[at + 2].kind == "iri":
            prefixes[words[at + 1].text.split(":")[0]] = unescaped(words[at + 2])
    cuts: list[tuple[int, int, str]] = []
    for group in _outermost(root):
        first = next(at for at, word in enumerate(words) if word.start == group.opens)
        last = _closes(words, first)
        inside = words[first + 1 : last]
        outside = {variable(word) for word in (*words[:first], *words[last:])} - {""}
        try:
            if group.inner:
                raise _AsItIs
            block = _Reader(inside, prefixes).block()
            if len(block.triples) < 2 and not any(_is_long(one.path) for one in block.triples):
                raise _AsItIs
            holds = _chain(block.triples, block.filters, {}, _Bound(outside, set(names)), by)
        except _AsItIs:
            continue
        is_not = first >= 2 and words[first - 2].keyword == "NOT"
        start = words[first - 2 if is_not else first - 1].start
        cuts.append((start, words[last].end, f"({negated(holds) if is_not else holds})"))
    for start, end, new in reversed(cuts):
        text = text[:start] + new + text[end:]
    return text


@dataclass(frozen=True, slots=True)
class _Bound:
    """Variables that stand outside too, and those among them that surely have a value."""

    outside: set[str]
    surely: set[str]

    def keeps(self, node: str) -> bool:
        """Whether a node is a constant or keeps its name, since it is also named outside."""
        return not node.startswith(("?", "$")) or node[1:] in self.outside

    def has_value(self, node: str) -> bool:
        """Whether a node surely has a value when the EXISTS is asked."""
        return not node.startswith(("?", "$")) or node[1:] in self.surely


def _outermost(group: Group) -> list[Group]:
    found: list[Group] = []
    for inner in group.inner:
        found += [inner] if inner.kind == "exists" else _outermost(inner)
    return sorted(found, key=lambda one: one.opens)


def _closes(words: Sequence[Token], first: int) -> int:
    depth = 0
    for at in range(first, len(words)):
        if words[at].kind == "punct":
            depth += {"{": 1, "}": -1}.get(words[at].text, 0)
        if depth == 0:
            return at
    raise _AsItIs


def _is_long(path: Path) -> bool:
    return path.split[1].kind == "sequence" or any(_is_long(part) for part in path.split[1].parts)


def _chain(
    triples: Sequence[_Triple],
    filters: Sequence[list[Token]],
    renamed: Mapping[str, str],
    bound: _Bound,
    by: Conformance,
) -> str:
    """Return the expression that some triples hold together, those before them having given the variables `renamed`."""
    if not triples:
        return all_of([f"({_written(one, renamed)})" for one in filters])

    def known(node: str) -> str:
        return renamed.get(node, node if bound.keeps(node) else "")

    for triple in sorted(triples, key=lambda one: not (known(one.start) and known(one.end))):
        rest = [one for one in triples if one is not triple]
        start, end = known(triple.start), known(triple.end)

        def then(more: dict[str, str], rest: Sequence[_Triple] = rest) -> str:
            return _chain(rest, filters, {**renamed, **more}, bound, by)

        if start and end:
            is_bound = bound.has_value(triple.end) or triple.end in renamed
            if not triple.path.is_simple and not is_bound:
                raise _AsItIs
            if triple.path.is_simple:
                return by.exists(start, triple.path, end, then({}))
            return by.some(start, triple.path, lambda value, end=end: all_of([f"sameTerm({value}, {end})", then({})]))  # type: ignore[misc]
        if start:
            return by.some(start, triple.path, _binding(triple.end, then))
        if end:
            return by.some(end, Path("inversePath", (triple.path,)), _binding(triple.start, then))
    raise _AsItIs


def _binding(name: str, then: Callable[[dict[str, str]], str]) -> Callable[[str], str]:
    return lambda value: then({name: value})


def _written(words: Sequence[Token], renamed: Mapping[str, str]) -> str:
    return " ".join(renamed.get(f"?{variable(word)}", word.text) if word.kind == "var" else word.text for word in words)


class _Reader:
    """Reads a block of triples and filters from tokens."""

    def __init__(self, words: Sequence[Token], prefixes: Mapping[str, str]) -> None:
        self.words, self.prefixes, self.at = words, prefixes, 0

    def block(self) -> _Block:
        """Return the block; _AsItIs where there is anything else."""
        found = _Block()
        while self.at < len(self.words):
            if self._is("."):
                self.at += 1
            elif self.words[self.at].keyword == "FILTER":
                found.filters.append(self._filter())
            else:
                self._triples(found)
        return found

    def _filter(self) -> list[Token]:
        inside, _ = expressions(self.words[self.at :])
        length = 1
        depth = 0
        for word in self.words[self.at + 1 :]:
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            length += 1
            if depth == 0 and word.text == ")":
                break
        taken = list(self.words[self.at + 1 : self.at + length])
        if any(word.keyword in ("EXISTS", "BOUND") for word in taken) or len(inside) < length:
            raise _AsItIs
        self.at += length
        return taken

    def _triples(self, found: _Block) -> None:
        start = self._node()
        while True:
            path = self._alternatives()
            while True:
                found.triples.append(_Triple(start, path, self._node()))
                if not self._is(","):
                    break
                self.at += 1
            if not self._is(";"):
                break
            while self._is(";"):
                self.at += 1
            if self.at >= len(self.words) or self._is("."):
                break

    def _node(self) -> str:
        word = self._next()
        if word.kind not in _NODES and word.keyword not in ("TRUE", "FALSE"):
            raise _AsItIs
        text = f"?{variable(word)}" if word.kind == "var" else word.text
        if word.kind == "string" and self.at < len(self.words):
            if self.words[self.at].kind == "langtag":
                text += self._next().text
            elif self._is("^^"):
                text += self._next().text + self._next().text
        return text

    def _alternatives(self) -> Path:
        return self._joined("|", "alternativePath", self._sequence)

    def _sequence(self) -> Path:
        return self._joined("/", "sequence", self._element)

    def _joined(self, mark: str, kind: str, one: Callable[[], Path]) -> Path:
        parts = [one()]
        while self._is(mark):
            self.at += 1
            parts.append(one())
        return parts[0] if len(parts) == 1 else Path(kind, tuple(parts))

    def _element(self) -> Path:
        if self._is("^"):
            self.at += 1
            return Path("inversePath", (self._element(),))
        word = self._next()
        if word.text == "(":
            path = self._alternatives()
            if self._next().text != ")":
                raise _AsItIs
        elif word.text == "a" and word.kind == "word":
            path = _TYPE
        else:
            path = Path("predicate", iri=Iri(self._resolved(word)))
        if self.at < len(self.words) and self.words[self.at].text in _REPEATED:
            path = Path(_REPEATED[self._next().text], (path,))
        return path

    def _resolved(self, word: Token) -> str:
        if word.kind == "iri":
            return unescaped(word)
        prefix, _, local = word.text.partition(":")
        if word.kind != "pname" or prefix not in self.prefixes:
            raise _AsItIs
        return self.prefixes[prefix] + local.replace("\\", "")

    def _is(self, text: str) -> bool:
        return self.at < len(self.words) and self.words[self.at].text == text

    def _next(self) -> Token:
        if self.at >= len(self.words):
            raise _AsItIs
        self.at += 1
        return self.words[self.at - 1]
