"""The triple patterns of a query, each with the patterns that must hold beside it wherever it is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mandategraph.checks.groups import variable
from mandategraph.checks.shacl.paths import Path
from mandategraph.checks.shacl.prebinding import words_of
from mandategraph.core.namespaces import RDF
from mandategraph.core.scanner import Token
from mandategraph.core.terms import Iri

THIS = "?this"
_STARTS_NO_TRIPLE = ("UNION", "WHERE")
_CLOSURES = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


class NotFollowed(Exception):
    """A query in a form of which it is not known what a changed triple can reach."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    One triple pattern: `start` and `end` are variables (`?x`) or terms as SPARQL writes them.

    `path` None stands for a predicate that is a variable.
    """

    start: str
    path: Path | None
    end: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A pattern, and those that hold in every solution in which it is looked at."""

    pattern: Pattern
    beside: tuple[Pattern, ...]


@dataclass
class _Group:
    outer: _Group | None
    kind: str = "plain"
    """`plain`, `optional`, `exists` of a filter, or `bound` of an EXISTS in a BIND."""
    before: int = 0
    """How many patterns of the group around it stand before it."""
    own: list[Pattern] = field(default_factory=list)
    begins: int = 0
    fixed: dict[str, tuple[str, int]] = field(default_factory=dict)
    """The variables to which a VALUES gives one term, and where it stands."""

    def written(self, pattern: Pattern) -> Pattern:
        """Return a pattern of this group with the terms that its variables have wherever it is looked at."""
        terms = {name: self._term(name) for name in (pattern.start, pattern.end) if name.startswith("?")}
        ends = [terms.get(end) or end for end in (pattern.start, pattern.end)]
        return Pattern(ends[0], pattern.path, ends[1]) if any(terms.values()) else pattern

    def _term(self, name: str) -> str:
        group = self
        if name in group.fixed:
            return group.fixed[name][0]
        while group.outer is not None:
            outer = group.outer
            is_settled_here = group.kind in ("optional", "bound")
            term, at = outer.fixed.get(name, ("", 0))
            if term and (not is_settled_here or at < group.begins):
                return term
            sees_this_group_only = group.kind == "exists" and outer.outer is not None and outer.kind != "exists"
            held = outer.own[: group.before] if is_settled_here else outer.own
            if (is_settled_here or sees_this_group_only) and name not in _variables(held):
                return ""
            group = outer
        return ""

    def around(self) -> list[Pattern]:
        """Return the patterns further out that hold wherever one of this group is looked at."""
        found: list[Pattern] = []
        # A filter sees what its own group binds; what is bound further out only is another thing of the same name.
        mine, strange = _variables(self.own), set[str]()
        group = self
        while group.outer is not None:
            outer = group.outer
            # Whether OPTIONAL and BIND find something is settled before what stands after them.
            held = outer.own[: group.before] if group.kind in ("optional", "bound") else outer.own
            found += [outer.written(one) for one in held if strange.isdisjoint(_variables([one]))]
            if group.kind in ("exists", "bound") and outer.outer is not None and outer.kind not in ("exists", "bound"):
                strange |= mine - _variables(held) - {THIS}
            mine |= _variables(held)
            group = outer
        return found


def placed_patterns(text: str, prefixes: Mapping[str, str]) -> tuple[Placed, ...]:
    """
    Return the patterns of a SELECT, those of its FILTER EXISTS, OPTIONAL and nested groups included.

    Raises NotFollowed for what could hide a dependence: MINUS, SERVICE, blank nodes, negated property sets.

    >>> found = placed_patterns("SELECT $this { $this <urn:p> ?x FILTER NOT EXISTS { ?x <urn:q>/^<urn:r> ?y } }", {})
    >>> [(one.pattern.start, one.pattern.path.sparql(), one.pattern.end, len(one.beside)) for one in found]
    [('?this', '<urn:p>', '?x', 0), ('?x', '<urn:q>/^<urn:r>', '?y', 1)]
    """
    reader = _Reader(words_of(text), prefixes)
    reader.skip_to_group()
    reader.group(None)
    return tuple(reader.placed())


def demanded(text: str, prefixes: Mapping[str, str]) -> tuple[Pattern, ...]:
    """
    Return the patterns that hold in every solution, of those that stand in no nested group.

    >>> [one.end for one in demanded("SELECT $this { $this <urn:p> <urn:c> FILTER EXISTS { $this <urn:q> ?x } }", {})]
    ['<urn:c>']
    """
    reader = _Reader(words_of(text), prefixes)
    reader.skip_to_group()
    reader.group(None)
    return reader.outermost()


class _Reader:
    def __init__(self, words: Sequence[Token], prefixes: Mapping[str, str]) -> None:
        self._words, self._prefixes, self._at = words, prefixes, 0
        self._groups: list[_Group] = []

    def placed(self) -> list[Placed]:
        found = []
        for group in self._groups:
            around = group.around()
            own = [group.written(one) for one in group.own]
            found += [
                Placed(one, (*(other for other_at, other in enumerate(own) if other_at != at), *around))
                for at, one in enumerate(own)
            ]
        return found

    def outermost(self) -> tuple[Pattern, ...]:
        root = self._groups[0]
        return tuple(root.written(one) for one in root.own)

    def skip_to_group(self) -> None:
        while self._word.text != "{":
            self._at += 1

    @property
    def _word(self) -> Token:
        if self._at >= len(self._words):
            raise NotFollowed("its brackets do not match")
        return self._words[self._at]

    def _take(self, text: str = "") -> Token:
        word = self._word
        if text and word.text.upper() != text:
            raise NotFollowed(f"it has “{word.text}” where {text} was awaited")
        self._at += 1
        return word

    def group(self, outer: _Group | None, names: Mapping[str, str] | None = None, kind: str = "plain") -> None:
        """Read a group from its brace on; `names` tells how the variables of a sub-select are called outside it."""
        self._take("{")
        group = _Group(outer, kind, len(outer.own) if outer else 0, begins=self._at)
        self._groups.append(group)
        if self._word.keyword == "SELECT":
            self._sub_select(group, names)
            self._take("}")
            return
        while self._word.text != "}":
            self._element(group, names)
        self._take("}")

    def _element(self, group: _Group, names: Mapping[str, str] | None) -> None:
        word = self._word
        if word.text == "{":
            self.group(group, names)
        elif word.text == "." or word.keyword in _STARTS_NO_TRIPLE:
            self._take()
        elif word.keyword == "OPTIONAL":
            self._take()
            self.group(group, names, "optional")
        elif word.keyword == "GRAPH":
            self._at += 2
            self.group(group, names)
        elif word.keyword in ("FILTER", "BIND"):
            self._take()
            self._expression(group, names, "exists" if word.keyword == "FILTER" else "bound")
        elif word.keyword == "VALUES":
            self._values(group, names)
        elif word.keyword:
            raise NotFollowed(f"it uses {word.keyword}")
        else:
            self._triples(group, names)

    def _values(self, group: _Group, names: Mapping[str, str] | None) -> None:
        begin = self._at
        while self._take().text != "{":
            pass
        named = [word for word in self._words[begin : self._at] if word.kind == "var"]
        begin = self._at
        while self._take().text != "}":
            pass
        terms = [word for word in self._words[begin : self._at - 1] if word.text not in ("(", ")")]
        if len(named) == len(terms) == 1 and terms[0].kind in ("iri", "pname"):
            group.fixed[_named(variable(named[0]), names)] = f"<{self._resolved(terms[0])}>", begin

    def _sub_select(self, group: _Group, names: Mapping[str, str] | None) -> None:
        # What a sub-select returns is one thing inside and outside; its other variables are its own.
        returned: dict[str, str] = {}
        depth = 0
        while self._word.text != "{":
            word = self._take()
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            if variable(word) and depth == 0:
                returned[variable(word)] = _named(variable(word), names)
        mark = f"#{self._at}"
        self.group(group, _Own(returned, mark))
        while self._word.text != "}":
            if self._word.keyword in ("LIMIT", "OFFSET", "HAVING", "VALUES"):
                raise NotFollowed(f"a nested SELECT uses {self._word.keyword}")
            self._take()

    def _expression(self, group: _Group, names: Mapping[str, str] | None, kind: str) -> None:
        depth = 0
        while True:
            word = self._take()
            if word.keyword == "EXISTS":
                self.group(group, names, kind)
                if depth == 0:
                    return
                continue
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            if word.text == ")" and depth == 0:
                return

    def _triples(self, group: _Group, names: Mapping[str, str] | None) -> None:
        start = self._node(names)
        while True:
            path = self._verb()
            while True:
                group.own.append(Pattern(start, path, self._node(names)))
                if self._word.text != ",":
                    break
                self._take()
            if self._word.text != ";":
                return
            while self._word.text == ";":
                self._take()
            if self._word.text in (".", "}"):
                return

    def _node(self, names: Mapping[str, str] | None) -> str:
        word = self._take()
        if word.kind == "var":
            return _named(variable(word), names)
        if word.kind in ("iri", "pname"):
            return f"<{self._resolved(word)}>"
        if word.kind in ("string", "number") or word.keyword in ("TRUE", "FALSE"):
            # Which literal it is does not matter: any value at this place is taken to fit.
            text = word.text
            while self._word.kind == "langtag" or self._word.text == "^^":
                if self._take().text == "^^":
                    self._take()
            return text
        raise NotFollowed(f"it has “{word.text}” in a triple pattern")

    def _verb(self) -> Path | None:
        if self._word.kind == "var":
            self._take()
            return None
        return self._alternative(inverse=False)

    def _alternative(self, *, inverse: bool) -> Path:
        parts = [self._sequence(inverse=inverse)]
        while self._word.text == "|":
            self._take()
            parts.append(self._sequence(inverse=inverse))
        return parts[0] if len(parts) == 1 else Path("alternativePath", tuple(parts))

    def _sequence(self, *, inverse: bool) -> Path:
        parts = [self._step(inverse=inverse)]
        while self._word.text == "/":
            self._take()
            parts.append(self._step(inverse=inverse))
        if inverse:
            parts.reverse()
        return parts[0] if len(parts) == 1 else Path("sequence", tuple(parts))

    def _step(self, *, inverse: bool) -> Path:
        if self._word.text == "^":
            self._take()
            inverse = not inverse
        if self._word.text == "(":
            self._take()
            path = self._alternative(inverse=inverse)
            self._take(")")
        else:
            word = self._take()
            if word.text == "a":
                iri = RDF + "type"
            elif word.kind in ("iri", "pname"):
                iri = self._resolved(word)
            else:
                raise NotFollowed(f"it has “{word.text}” in a path")
            path = Path("predicate", iri=Iri(iri))
            path = Path("inversePath", (path,)) if inverse else path
        while self._word.text in _CLOSURES and self._word.kind == "punct":
            path = Path(_CLOSURES[self._take().text], (path,))
        return path

    def _resolved(self, word: Token) -> str:
        if word.kind == "iri":
            return word.text[1:-1]
        prefix, local = word.text.split(":", 1)
        if prefix not in self._prefixes:
            raise NotFollowed(f"it uses the prefix {prefix}, which is not declared")
        return self._prefixes[prefix] + local.replace("\\", "")


class _Own(dict[str, str]):
    """The names of a sub-select's variables outside it; those it does not return get a name of their own."""

    def __init__(self, returned: Mapping[str, str], mark: str) -> None:
        super().__init__(returned)
        self._mark = mark

    def __missing__(self, name: str) -> str:
        return f"?{name}{self._mark}"


def _variables(patterns: Iterable[Pattern]) -> set[str]:
    return {end for one in patterns for end in (one.start, one.end) if end.startswith("?")}


def _named(name: str, names: Mapping[str, str] | None) -> str:
    return f"?{name}" if names is None else names[name]
