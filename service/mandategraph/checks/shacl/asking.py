"""Runs the queries that shapes bring with them, for all focus nodes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mandategraph.checks.groups import group_tree
from mandategraph.checks.shacl.conformance import Conformance
from mandategraph.checks.shacl.dialect import Dialect
from mandategraph.checks.shacl.focus import Focus, values_of
from mandategraph.checks.shacl.graph import Node
from mandategraph.checks.shacl.literals import Literals
from mandategraph.checks.shacl.model import Query, Shape
from mandategraph.checks.shacl.nesting import nested
from mandategraph.checks.shacl.paths import Path
from mandategraph.checks.shacl.prebinding import NotTaken, for_all, prologue, replaced, used_prologue, words_of
from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import GraphStore, Row
from mandategraph.core.terms import BlankNode, Iri, Literal, Term

_FOCUS = "\x00"
"""Where the focus nodes stand in a query that is kept for later."""


class Asking:
    """
    Asks a store what shapes ask.

    `dataset` of `values` is what the queries read; `exact` of `store` is the same with every literal as written, which
    may be the same place.
    `shapes_graph` is where `$shapesGraph` finds the shapes; without one, a query that wants it is not taken.
    """

    def __init__(
        self,
        store: GraphStore,
        exact: Dataset,
        dataset: Dataset,
        shapes_graph: Iri | None,
        literals: Literals,
        dialect: Dialect,
        values: GraphStore | None = None,
    ) -> None:
        self.values = values or store
        self.store, self.exact, self.dataset, self.shapes_graph = store, exact, dataset, shapes_graph
        self.literals, self.dialect = literals, dialect
        self._told: dict[Term, Term] = {}
        self._kept: dict[tuple[Query, Node, Path | None, bool], str] = {}

    def rows(self, query: Query, shape: Shape, focus: Focus) -> Iterable[Row]:
        """Return the solutions that violate a constraint; `?this` is bound in each, as the data have it."""
        rows = self.values.select(self.query(query, shape, focus), self.dataset).rows
        # The standard: a SELECT may tell of a failure instead, which is no result.
        found = [row for row in rows if "this" in row]
        if not self.literals.has_marked:
            return found
        return list(self._as_in_the_data(found, focus))

    def _as_in_the_data(self, rows: Iterable[Row], focus: Focus) -> Iterator[Row]:
        nodes: frozenset[Term] | None = None
        for row in rows:
            told = {name: self._spelt(term) for name, term in row.items()}
            candidates = self.literals.spellings(row["this"])
            if len(candidates) == 1:
                yield told
                continue
            if nodes is None:
                query = f"SELECT DISTINCT ?this WHERE {{ {focus.write('?this')} FILTER(isLiteral(?this)) }}"
                nodes = frozenset(one["this"] for one in self.store.select(query, self.exact).rows)
            # To the query they are one value, so it has found each of them.
            for candidate in candidates:
                if candidate in nodes:
                    yield told | {"this": candidate}

    def _spelt(self, term: Term) -> Term:
        candidates = self.literals.spellings(term)
        if len(candidates) == 1:
            return term
        if term not in self._told:
            there = [one for one in candidates if self._is_there(one)]
            self._told[term] = there[0] if there else term
        return self._told[term]

    def _is_there(self, term: Term) -> bool:
        assert isinstance(term, Literal)  # noqa: S101  only literals have spellings
        return self.store.ask(f"ASK {{ ?node ?property {term.sparql()} }}", self.exact)

    def query(self, query: Query, shape: Shape, focus: Focus) -> str:
        """Return the SELECT that runs a query for all focus nodes; NotTaken where there is none."""
        key = (query, shape.node, shape.path, focus.is_few)
        if query.form == "select" and _FOCUS not in query.text:
            # The same queries are asked of other nodes again and again.
            if key not in self._kept:
                self._kept[key] = self._written(
                    query, shape, Focus(lambda _: _FOCUS, is_once=True, is_few=focus.is_few)
                )
            return self._kept[key].replace(_FOCUS, focus.distinct())
        return self._written(query, shape, focus)

    def _written(self, query: Query, shape: Shape, focus: Focus) -> str:
        text = self._with_constants(query, shape)
        names = ("this",) if query.form == "select" else ("this", "value")
        if self.dialect.nests:
            text = nested(text, query, names, Conformance({}, lambda of: (of,), self.literals, self.dialect))
        if query.form == "select":
            return used_prologue(query, text) + for_all(text, focus.distinct, names, everywhere=focus.is_few)
        head = prologue(query)
        pairs = f"{{ SELECT DISTINCT ?this ?value WHERE {{ {values_of(focus, shape.path)} }} }}"
        whole = for_all(text, lambda: pairs, names)
        root = group_tree(words_of(whole))
        assert root is not None  # noqa: S101  for_all has read it
        passing = f"SELECT DISTINCT ?this ?value WHERE {whole[root.opens :]}"
        return f"{head}SELECT DISTINCT ?this ?value WHERE {{ {pairs} MINUS {{ {passing} }} }}"

    def _with_constants(self, query: Query, shape: Shape) -> str:
        constants: dict[str, str] = {}
        truths = dict.fromkeys(query.absent, False)
        for name, term in query.bound:
            if isinstance(term, BlankNode):
                if mentions(query.text, name):
                    raise NotTaken(f"its parameter {name} is a node without a name")
                continue
            constants[name] = term.sparql()
            truths[name] = True
        if shape.path is not None:
            constants["PATH"] = f"({shape.path.sparql()})"
        elif mentions(query.text, "PATH"):
            raise NotTaken("it uses $PATH, and the shape has no path")
        for name, node in (("shapesGraph", self.shapes_graph), ("currentShape", shape.node)):
            if isinstance(node, Iri):
                constants[name] = node.sparql()
                truths[name] = True
            elif mentions(query.text, name):
                raise NotTaken(f"it uses ${name}")
        return replaced(query.text, constants, truths)


def mentions(text: str, name: str) -> bool:
    """
    Whether a query uses a variable.

    >>> mentions("ASK { $this ?p 'a $b' }", "b")
    False
    """
    return any(token.kind == "var" and token.text[1:] == name for token in words_of(text))
