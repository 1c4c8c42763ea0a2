"""What is kept of a thing that a change takes out of the facts: the day, its words' hash, who has the words now."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from mandategraph.core.claims import digest
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import DCTERMS, MG, OA, RDF, XSD
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
    facts = ox.NamedNode(graphs.facts)
    touched = {quad.subject for quad in stage.removed if quad.predicate == _TYPE and quad.graph_name == facts}
    come = {quad.subject for quad in stage.added if quad.predicate == _TYPE and quad.graph_name == facts}
    read = {quad.subject for quad in stage.removed if quad.predicate == _READ_FROM and quad.graph_name == facts}
    named = {quad.subject for quad in stage.removed if quad.predicate == _IDENTIFIER and quad.graph_name == facts}
    gone = [
        node
        for node in touched & read & named
        if isinstance(node, ox.NamedNode) and not any(stage.engine.quads_for_pattern(node, _TYPE, None, facts))
    ]
    again = [
        quad
        for node in come
        if not isinstance(node, ox.Triple)
        for predicate in (_ON, _BY, _DIGEST)
        if any(stage.engine.quads_for_pattern(node, _ON, None, facts))
        for quad in stage.engine.quads_for_pattern(node, predicate, None, facts)
    ]
    stage.put((), again)
    before, when = _words(stage.removed, facts), ox.Literal(day, datatype=ox.NamedNode(f"{XSD}date"))
    marks = [ox.Quad(node, _ON, when, facts) for node in gone]
    marks += [ox.Quad(node, _DIGEST, ox.Literal(before[node]), facts) for node in gone if node in before]
    stage.put(marks, ())
    if come or gone:
        stage.put(_successions(stage, facts, _words(stage.added, facts)), ())


def _words(quads: Iterable[ox.Quad], facts: ox.NamedNode) -> _Words:
    """The hash of the quoted words of each thing, as some quads have them."""
    spans: dict[ox.NamedNode, list[object]] = defaultdict(list)
    selectors: dict[object, list[object]] = defaultdict(list)
    exact: dict[object, str] = {}
    for quad in quads:
        if quad.graph_name != facts:
            continue
        if quad.predicate == _SPAN and isinstance(quad.subject, ox.NamedNode):
            spans[quad.subject].append(quad.object)
        elif quad.predicate == _SELECTOR:
            selectors[quad.subject].append(quad.object)
        elif quad.predicate == _EXACT and isinstance(quad.object, ox.Literal):
            exact[quad.subject] = quad.object.value
    found: _Words = {}
    for node, of_node in spans.items():
        texts = sorted(exact[one] for span in of_node for one in selectors[span] if one in exact)
        if texts:
            found[node] = digest("\n".join(texts))
    return found


def _successions(stage: RecordingStore, facts: ox.NamedNode, now: _Words) -> list[ox.Quad]:
    documents = {
        quad.object.value
        for quad in stage.added
        if quad.predicate == _TEXT_OF and isinstance(quad.object, ox.NamedNode)
    }
    by_words: dict[str, list[ox.NamedNode]] = defaultdict(list)
    for node, words in now.items():
        by_words[words].append(node)
    waiting: list[ox.NamedNode] = []
    successor: dict[ox.NamedNode, ox.NamedNode] = {}
    for quad in stage.engine.quads_for_pattern(None, _ON, None, facts):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        node = quad.subject
        if any(stage.engine.quads_for_pattern(node, _BY, None, facts)):
            continue
        inside = tuple(f"{document}/" for document in documents if node.value.startswith(f"{document}/"))
        if not inside:
            continue
        waiting.append(node)
        for told in stage.engine.quads_for_pattern(node, _DIGEST, None, facts):
            words = told.object.value if isinstance(told.object, ox.Literal) else ""
            same = [
                other
                for other in by_words.get(words, ())
                if other.value.startswith(inside) and _is_statement(other) == _is_statement(node)
            ]
            if len(same) == 1:
                successor[node] = same[0]
    for node in waiting:
        # A statement is addressed below its paragraph: it goes where the paragraph goes.
        paragraph, _, last = node.value.rpartition("/")
        whole = successor.get(ox.NamedNode(paragraph))
        if node not in successor and whole is not None:
            there = ox.NamedNode(f"{whole.value}/{last}")
            if any(stage.engine.quads_for_pattern(there, _TYPE, None, facts)):
                successor[node] = there
    return [ox.Quad(node, _BY, other, facts) for node, other in successor.items()]


def _is_statement(node: ox.NamedNode) -> bool:
    """Whether an address is that of a statement, which may have all the words of its paragraph."""
    return re.search(r"/s\d+\Z", node.value) is not None
