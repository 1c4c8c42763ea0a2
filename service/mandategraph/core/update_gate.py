"""
What an update must be before an engine sees it.

As for queries, its text is read token by token, and what could be read in two ways is refused. Where a store has graphs
of an installation, an update changes none of them, and reads only those that its sender may read.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from mandategraph.core.errors import MalformedQuery, RefusedQuery
from mandategraph.core.gate import Prologue, Weigher, malformed, refused
from mandategraph.core.scanner import Token, tokens, unescaped
from mandategraph.core.terms import Iri

MOST_CHARACTERS = 5_000_000
EVERY_GRAPH = "*"
UNNAMED = ""

_ABSOLUTE = re.compile(r"(?!https?:(?!//))[A-Za-z][A-Za-z0-9+.\-]*:")
_DOTS = re.compile(r"/\.{1,2}(?:/|\Z|[?#])")
_WHOLE = frozenset({"ALL", "NAMED"})


@dataclass(frozen=True, slots=True)
class AdmittedUpdate:
    """
    An update that may run: its text for the engine, and the graphs it may change (`*` any, empty the unnamed).

    `told_in` is the text in which places of errors are told: what the client wrote, where that can be. `read` are the
    graphs that it reads besides (`*` any that it may). Where it has nothing but INSERT DATA and DELETE DATA, `data` has
    the verb of each, and the text that inserts what stands in it.
    """

    text: str
    touched: tuple[str, ...]
    told_in: str
    read: tuple[str, ...] = ()
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an update may reach: graphs that it may not change, graphs of which it may not read anything."""

    protected: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


def admit_update(
    update: str,
    reach: Reach,
    base: str = "",
    using: Sequence[str] = (),
    using_named: Sequence[str] = (),
) -> AdmittedUpdate:
    """
    Return an update that may run.

    `using` and `using_named` are what a request of the SPARQL protocol names as the dataset of each WHERE. Raises
    MalformedQuery and RefusedQuery, with line and column.

    >>> admit_update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }", Reach()).touched
    ('urn:g',)
    >>> admit_update("DROP ALL", Reach(frozenset(["urn:facts"])))
    Traceback (most recent call last):
    ...
    mandategraph.core.errors.RefusedQuery: Line 1, column 6: ALL holds graphs of the installation; name the graphs.
    """
    if len(update) > MOST_CHARACTERS:
        told = "Send data to /graphs, or load it with the command."
        raise RefusedQuery(f"The update is longer than {MOST_CHARACTERS:,} characters. {told}")
    try:
        update.encode()
    except UnicodeEncodeError as problem:
        raise MalformedQuery("The update holds half a character (a lone surrogate).") from problem
    for graph in (*using, *using_named):
        if graph in reach.hidden:
            raise RefusedQuery(f"The graph <{graph}> may not be read here.")
    return _Update(update, reach, base, _clauses(using, using_named)).admitted()


def _clauses(using: Sequence[str], using_named: Sequence[str]) -> str:
    try:
        written = [f"USING {Iri(graph).sparql()}" for graph in using]
        written += [f"USING NAMED {Iri(graph).sparql()}" for graph in using_named]
    except ValueError as problem:
        raise MalformedQuery(f"A graph of using-graph-uri or using-named-graph-uri is no IRI: {problem}.") from problem
    return " ".join(written)


class _Update:
    """Walks the operations of one update."""

    def __init__(self, update: str, reach: Reach, base: str, clauses: str) -> None:
        self.update, self.reach, self.clauses = update, reach, clauses
        self.words = tokens(update)
        self.prologue = Prologue(update, [], base)
        self.relative_prefixes: set[str] = set()
        self.touched: set[str] = set()
        self.read: set[str] = set()
        self.heads: list[str] = []
        self.data: list[tuple[str, str]] = []
        self.operations = 0
        # What is put into the text, and where.
        self.changes: list[tuple[int, int, str]] = []
        self.at = self.end = 0
        self.has_bare_triples = False
        # Whether names were declared between operations, which the standard allows and the engine does not read.
        self.writes_names_out = False

    def admitted(self) -> AdmittedUpdate:
        """Return what may run."""
        while self.at < len(self.words):
            self._read_prologue()
            self.end = self._end_of_operation()
            if self.at < self.end:
                self._weigh()
                begin = self.at
                self.operations += 1
                self._operation()
                self._write_names_out(begin, self.end)
            elif self.at < len(self.words):
                raise malformed(self.update, self.words[self.at], "an operation is wanted before “;”.")
            self.at = self.end + 1
        parts, done = [], 0
        for start, stop, put in sorted(self.changes):
            parts += [self.update[done:start], put]
            done = stop
        text = "".join([*parts, self.update[done:]])
        told_in = text if self.writes_names_out else self.update
        data = tuple(self.data) if len(self.data) == self.operations else ()
        return AdmittedUpdate(text, tuple(sorted(self.touched)), told_in, tuple(sorted(self.read)), data)

    def _read_prologue(self) -> None:
        begin = self.at
        self.prologue = Prologue(self.update, self.words, self.prologue.base, begin, self.prologue.prefixes)
        self.at = self.prologue.end
        if begin < self.at:
            self.heads.append(self.update[self.words[begin].start : self.words[self.at - 1].end])
        for at in range(begin, self.at):
            if self.words[at].keyword == "PREFIX":
                name, written = self.words[at + 1].text[:-1], unescaped(self.words[at + 2])
                (self.relative_prefixes.discard if _ABSOLUTE.match(written) else self.relative_prefixes.add)(name)
        if 0 < begin < self.at:
            self.writes_names_out = True
            start, stop = self.words[begin].start, self.words[self.at - 1].end
            blank = "".join(character if character in "\r\n" else " " for character in self.update[start:stop])
            self.changes.append((start, stop, blank))

    def _write_names_out(self, begin: int, end: int) -> None:
        self.changes += self._names_of(begin, end)

    def _names_of(self, begin: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Yield the names that an engine could not resolve, as IRIs in full."""
        for token in self.words[begin:end] if self.writes_names_out else ():
            if token.kind == "pname" or (token.kind == "iri" and not _ABSOLUTE.match(unescaped(token))):
                try:
                    # A blank on both sides, because < may stand before it.
                    yield token.start, token.end, f" {Iri(self.prologue.resolved(token)).sparql()} "
                except ValueError as problem:
                    raise malformed(self.update, token, f"“{token.text[:40]}” stands for no IRI.") from problem

    def _written(self, begin: int, end: int) -> str:
        """Return a part of the update as an engine is to read it, from one token up to another."""
        parts, done = [], self.words[begin].start
        for start, stop, put in self._names_of(begin, end):
            parts += [self.update[done:start], put]
            done = stop
        return "".join([*parts, self.update[done : self.words[end - 1].end]])

    def _end_of_operation(self) -> int:
        depth = 0
        for at in range(self.at, len(self.words)):
            token = self.words[at]
            if token.kind != "punct":
                continue
            if token.text in "{([":
                depth += 1
            elif token.text in "})]":
                depth -= 1
            elif token.text == ";" and depth <= 0:
                return at
        return len(self.words)

    def _weigh(self) -> None:
        heading = copy.copy(self.prologue)
        heading.end = 0
        Weigher(self.update, self.words[self.at : self.end], heading).weigh()

    def _operation(self) -> None:
        first = self._next()
        match first.keyword:
            case "LOAD":
                self._load(first)
            case "CLEAR" | "DROP":
                self._skip("SILENT")
                self._whole_graph(self._next())
            case "CREATE":
                self._skip("SILENT")
                self._word("GRAPH")
                self._change(self._next())
            case "ADD" | "MOVE" | "COPY":
                self._skip("SILENT")
                self._graph_or_default(self._change if first.keyword == "MOVE" else self._look_at)
                self._word("TO")
                self._graph_or_default(self._change)
            case "WITH" | "INSERT" | "DELETE":
                self._modify(first)
            case _:
                wanted = "an update begins with INSERT, DELETE, WITH, CLEAR, DROP, CREATE, ADD, MOVE or COPY"
                raise malformed(self.update, first, f"{wanted}, not with “{first.text[:40]}”.")
        if self.at != self.end:
            told = f"“;” is wanted before the next operation, not “{self.words[self.at].text[:40]}”."
            raise malformed(self.update, self.words[self.at], told)

    def _load(self, first: Token) -> None:
        """Refuse to fetch; with SILENT a LOAD that fetches nothing has succeeded (SPARQL 1.1 Update, 3.1.4)."""
        if not self._skip("SILENT"):
            raise refused(self.update, first, "LOAD would fetch from another address; send the data to /graphs.")
        self._look_at(self._next())
        if self._skip("INTO"):
            self._word("GRAPH")
            self._change(self._next())
        last = self.words[self.at - 1]
        # An operation that does nothing stands in its place.
        self.changes.append((first.start, last.end, "INSERT DATA { }"))

    def _modify(self, first: Token) -> None:
        within = UNNAMED
        if first.keyword == "WITH":
            self._refuse_beside_using(first)
            within = self._change(self._next())
            first = self._next()
        elif self._skip("DATA"):
            begin = self.at
            self._template(within)
            block = self.update[self.words[begin].start : self.words[self.at - 1].end]
            self.data.append((first.keyword, "\n".join([*self.heads, f"INSERT DATA {block}"])))
            return
        elif first.keyword == "DELETE" and self._peek().keyword == "WHERE":
            where = self._next()
            begin = self.at
            self.read.add(within)
            self._template(within)
            if self.clauses:
                # The short form takes no USING; this is what it is short for.
                pattern = self._written(begin, self.at)
                self.changes.append((where.start, where.end, f"{pattern} {self.clauses} WHERE"))
            return
        if first.keyword == "DELETE":
            self._template(within)
            if self._peek().keyword == "INSERT":
                first = self._next()
        if first.keyword == "INSERT":
            self._template(within)
        elif first.keyword != "DELETE":
            raise malformed(self.update, first, "WITH is followed by DELETE or INSERT.")
        has_using = bool(self.clauses)
        while self._peek().keyword == "USING":
            self._refuse_beside_using(self._next())
            has_using = True
            self._skip("NAMED")
            self._look_at(self._next())
        where = self._word("WHERE")
        if not has_using:
            self.read.add(within)
        if self.clauses:
            self.changes.append((where.start, where.start, f"{self.clauses} "))
        for graph in self._graphs_of_block():
            if graph.kind != "var":
                self._look_at(graph)
            elif not has_using:
                if self.reach.hidden:
                    told = "would read graphs that are kept back; say with USING NAMED which it may read."
                    raise refused(self.update, graph, f"GRAPH {graph.text} {told}")
                self.read.add(EVERY_GRAPH)

    def _refuse_beside_using(self, token: Token) -> None:
        if self.clauses:
            told = f"{token.text} may not stand in an update whose request names graphs by using-graph-uri."
            raise malformed(self.update, token, told)

    def _template(self, within: str) -> None:
        """Take a block of quads that are written or removed."""
        begin = self.at
        for graph in self._graphs_of_block():
            if graph.kind != "var":
                self._change(graph)
                continue
            if self.reach.protected:
                told = "could be a graph of the installation; name the graph that is to be changed."
                raise refused(self.update, graph, f"{graph.text} {told}")
            self.touched.add(EVERY_GRAPH)
        if self.has_bare_triples:
            self.touched.add(within)
        for before, token in zip(self.words[begin : self.at], self.words[begin + 1 : self.at], strict=False):
            if before.text + token.text in {"<<", "{|"} and before.end == token.start:
                raise refused(self.update, before, "RDF 1.1 has no statements about statements; name them by an IRI.")

    def _graphs_of_block(self) -> Iterator[Token]:
        """Go over a block in braces; yield the names that follow GRAPH in it."""
        depth = 0
        self.has_bare_triples = False
        while True:
            token = self._next()
            if token.kind == "punct" and token.text in {"{", "(", "["}:
                depth += 1
            elif token.kind == "punct" and token.text in {"}", ")", "]"}:
                depth -= 1
            elif depth == 0:
                raise malformed(self.update, token, f"“{{” is wanted, not “{token.text[:40]}”.")
            else:
                self._look_for_hidden_words(token)
                self.has_bare_triples |= depth == 1 and token.keyword != "GRAPH"
            if token.keyword == "GRAPH":
                name = self._next()
                if name.kind not in {"iri", "pname", "var"}:
                    raise malformed(self.update, name, "GRAPH is followed by the IRI of a graph or a variable.")
                yield name
            if depth == 0:
                return

    def _look_for_hidden_words(self, token: Token) -> None:
        # The engine finds keywords without looking for the ends of words: trueGRAPHx:y {} is true, GRAPH, x:y to it.
        head = token.text.partition(":")[0] if token.kind == "pname" else token.keyword
        opens = self.at < self.end and self.words[self.at].text == "{"
        is_glued = "GRAPH" in head.upper() and head.upper() != "GRAPH"
        if is_glued and (token.kind == "word" or opens):
            raise refused(self.update, token, "this may be a name or GRAPH; put a blank before GRAPH and after it.")
        if token.keyword.endswith("TRIPLE") and self.at < self.end and self.words[self.at].text == "(":
            raise refused(self.update, token, "RDF 1.1 has no statements about statements; name them by an IRI.")

    def _whole_graph(self, token: Token) -> None:
        if token.keyword == "GRAPH":
            self._change(self._next())
        elif token.keyword == "DEFAULT":
            self.touched.add(UNNAMED)
        elif token.keyword in _WHOLE:
            if self.reach.protected:
                told = f"{token.keyword} holds graphs of the installation; name the graphs."
                raise refused(self.update, token, told)
            self.touched.add(EVERY_GRAPH)
        else:
            raise malformed(self.update, token, "GRAPH with an IRI, DEFAULT, NAMED or ALL is wanted.")

    def _graph_or_default(self, use: Callable[[Token], str]) -> None:
        if self._peek().keyword == "DEFAULT":
            self._next()
            self.touched.add(UNNAMED)
            self.read.add(UNNAMED)
            return
        self._skip("GRAPH")
        use(self._next())

    def _change(self, token: Token) -> str:
        """Return the graph that a name stands for, which is to be changed."""
        graph = self._named(token)
        if graph in self.reach.protected:
            told = f"the graph <{graph}> belongs to the installation; only its commands change it."
            raise refused(self.update, token, told)
        self.touched.add(graph)
        return graph

    def _look_at(self, token: Token) -> str:
        """Return the graph that a name stands for, which is to be read."""
        graph = self._named(token)
        if graph in self.reach.hidden:
            raise refused(self.update, token, f"the graph <{graph}> may not be read here.")
        self.read.add(graph)
        return graph

    def _named(self, token: Token) -> str:
        if token.kind not in {"iri", "pname"}:
            raise malformed(self.update, token, f"the IRI of a graph is wanted, not “{token.text[:40]}”.")
        graph = self.prologue.resolved(token)
        if not self.reach.protected:
            return graph
        # Two readings of a relative IRI would be a way around: here a graph is named in full.
        if token.kind == "iri":
            is_relative = not _ABSOLUTE.match(unescaped(token))
        else:
            is_relative = token.text.partition(":")[0] in self.relative_prefixes
        if is_relative or _DOTS.search(graph):
            raise refused(self.update, token, "write the IRI of the graph in full, without BASE and without dots.")
        return graph

    def _peek(self) -> Token:
        return self.words[self.at] if self.at < self.end else Token("end", "", len(self.update))

    def _next(self) -> Token:
        if self.at >= self.end:
            last = self.words[self.end - 1]
            raise malformed(self.update, last, f"something is missing after “{last.text[:40]}”.")
        self.at += 1
        return self.words[self.at - 1]

    def _skip(self, keyword: str) -> bool:
        if self._peek().keyword != keyword:
            return False
        self.at += 1
        return True

    def _word(self, keyword: str) -> Token:
        token = self._next()
        if token.keyword != keyword:
            raise malformed(self.update, token, f"{keyword} is wanted, not “{token.text[:40]}”.")
        return token


def hidden_of(protected: Collection[str], readable: Collection[str | None]) -> frozenset[str]:
    """Return the graphs of an installation that may not be read where these may."""
    return frozenset(protected) - {graph for graph in readable if graph is not None}
