"""What is kept of a thing that a change takes out of the facts: the day, its words' hash, who has the words now."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterable

import pyoxigraph as ox

from mandategraph.core.claims import digest
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import DCTERMS, MG, OA, RDF, XSD
from mandategraph.stores.kept_roles import keep_roles
from mandategraph.stores.recording import RecordingStore

_TYPE, _IDENTIFIER = ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{DCTERMS}identifier")
_SPAN, _SELECTOR, _EXACT = (ox.NamedNode(name) for name in (f"{MG}textSpan", f"{OA}hasSelector", f"{OA}exact"))
_ON, _BY, _DIGEST = (ox.NamedNode(f"{MG}{name}") for name in ("withdrawnOn", "succeededBy", "wordsDigest"))
_READ_FROM, _TEXT_OF = ox.NamedNode(f"{MG}readFrom"), ox.NamedNode(f"{MG}textOf")
_Words = dict[ox.NamedNode, str]


def mark_withdrawn(stage: RecordingStore, graphs: Graphs, day: str) -> None:
    """
    Leave a mark of each thing read from a text that the tried change takes out of the facts.

    The mark is the day and the hash of the words it had. What has the same words now, in the same document and nothing
    else in it, is its successor; a statement goes with its paragraph. A thing that comes again loses its mark.
    """
    keep_roles(stage, graphs)
    facts = ox.NamedNode(graphs.facts)
    touched, read, named = (_subjects(stage.removed, name, facts) for name in (_TYPE, _READ_FROM, _IDENTIFIER))
    gone = {node for node in touched & read & named if not any(stage.matching(node, _TYPE, None, facts))}
    waiting = {node for node in _subjects(stage.matching(None, _ON, None, facts), _ON, facts) if node not in gone}
    come = {node for node in waiting if any(stage.matching(node, _TYPE, None, facts))}
    if not gone and not waiting:
        return
    again = [quad for node in come for name in (_ON, _BY, _DIGEST) for quad in stage.matching(node, name, None, facts)]
    stage.put((), again)
    before, when = _words(stage.removed, facts, gone), ox.Literal(day, datatype=ox.NamedNode(f"{XSD}date"))
    marks = [ox.Quad(node, _ON, when, facts) for node in gone]
    marks += [ox.Quad(node, _DIGEST, ox.Literal(before[node]), facts) for node in gone if node in before]
    stage.put(marks, ())
    stage.put(_successions(stage, facts, gone | (waiting - come)), ())


def _subjects(quads: Iterable[ox.Quad], predicate: ox.NamedNode, facts: ox.NamedNode) -> set[ox.NamedNode]:
    return {
        quad.subject
        for quad in quads
        if quad.predicate == predicate and quad.graph_name == facts and isinstance(quad.subject, ox.NamedNode)
    }


def _words(quads: Collection[ox.Quad], facts: ox.NamedNode, of: Container[ox.NamedNode]) -> _Words:
    """The hash of the quoted words of some things, as some quads have them."""
    spans: dict[ox.NamedNode, list[object]] = defaultdict(list)
    for quad in quads:
        node = quad.subject
        if quad.predicate == _SPAN and isinstance(node, ox.NamedNode) and quad.graph_name == facts and node in of:
            spans[node].append(quad.object)
    if not spans:
        return {}
    # One look after another, so that the rest of a large change is never held.
    selectors: dict[object, list[object]] = {span: [] for of_node in spans.values() for span in of_node}
    for quad in quads:
        if quad.predicate == _SELECTOR and quad.subject in selectors and quad.graph_name == facts:
            selectors[quad.subject].append(quad.object)
    wanted = {one for several in selectors.values() for one in several}
    exact: dict[object, str] = {
        quad.subject: quad.object.value
        for quad in quads
        if quad.predicate == _EXACT
        and quad.subject in wanted
        and isinstance(quad.object, ox.Literal)
        and quad.graph_name == facts
    }
    found: _Words = {}
    for node, of_node in spans.items():
        texts = sorted(exact[one] for span in of_node for one in selectors[span] if one in exact)
        if texts:
            found[node] = digest("\n".join(texts))
    return found


class _Below:
    """All addresses below those of some documents."""

    def __init__(self, documents: Iterable[str]) -> None:
        self._documents = frozenset(documents)

    def __contains__(self, node: object) -> bool:
        return isinstance(node, ox.NamedNode) and bool(self.above(node))

    def above(self, node: ox.NamedNode) -> tuple[str, ...]:
        """Return the documents above an address."""
        parts = node.value.split("/")
        heads = ("/".join(parts[:length]) for length in range(1, len(parts)))
        return tuple(head for head in heads if head in self._documents)


def _successions(stage: RecordingStore, facts: ox.NamedNode, marked: Iterable[ox.NamedNode]) -> list[ox.Quad]:
    waiting = [node for node in marked if not any(stage.matching(node, _BY, None, facts))]
    if not waiting:
        return []
    documents_read = (quad.object for quad in stage.added if quad.predicate == _TEXT_OF)
    read_anew = _Below(document.value for document in documents_read if isinstance(document, ox.NamedNode))
    above = {node: read_anew.above(node) for node in waiting if node in read_anew}
    now = _words(stage.added, facts, _Below(document for documents in above.values() for document in documents))
    by_words: dict[str, list[ox.NamedNode]] = defaultdict(list)
    for node, words in now.items():
        by_words[words].append(node)
    successor: dict[ox.NamedNode, ox.NamedNode] = {}
    for node, documents in above.items():
        inside = tuple(f"{document}/" for document in documents)
        for told in stage.matching(node, _DIGEST, None, facts):
            words = told.object.value if isinstance(told.object, ox.Literal) else ""
            same = [
                other
                for other in by_words.get(words, ())
                if other.value.startswith(inside) and _is_statement(other) == _is_statement(node)
            ]
            if len(same) == 1:
                successor[node] = same[0]
    for node in above:
        # A statement is addressed below its paragraph: it goes where the paragraph goes.
        paragraph, _, last = node.value.rpartition("/")
        whole = successor.get(ox.NamedNode(paragraph))
        if node not in successor and whole is not None:
            there = ox.NamedNode(f"{whole.value}/{last}")
            if any(stage.matching(there, _TYPE, None, facts)):
                successor[node] = there
    return [ox.Quad(node, _BY, other, facts) for node, other in successor.items()]


def _is_statement(node: ox.NamedNode) -> bool:
    """Whether an address is that of a statement, which may have all the words of its paragraph."""
    return re.search(r"/s\d+\Z", node.value) is not None
