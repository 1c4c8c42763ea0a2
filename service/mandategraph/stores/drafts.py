"""Drafts in and out of the facts: what a draft holds, and what was entered from the text of a document."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from mandategraph.core.errors import WrongUse
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import MG, OA
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, values_block
from mandategraph.stores.convert import from_quad

_OTHER_TEXTS = f"""
PREFIX mg: <{MG}>
SELECT DISTINCT ?document ?text WHERE {{ %s ?text mg:textOf ?document . FILTER NOT EXISTS {{ %s }} }}
"""
_ENTERED = f"""
PREFIX mg: <{MG}>
PREFIX oa: <{OA}>
CONSTRUCT {{ ?node ?p ?o }} WHERE {{
  %s
  ?text mg:textOf ?document .
  {{ ?node mg:readFrom ?text }} UNION {{ ?node mg:textOf ?document }} UNION {{ ?node oa:hasSource ?text }}
  UNION {{ ?span oa:hasSource ?text ; oa:hasSelector ?node }}
  ?node ?p ?o .
}}
"""


def to_accept(store: GraphStore, graphs: Graphs, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """
    Return what leaves the review graph when these facts are accepted: the same triples there.

    Raises WrongUse where a document of the draft is in the facts already, entered from another text.
    """
    quads = list(quads)
    text_of = ox.NamedNode(f"{MG}textOf")
    documents = [
        quad.object.value for quad in quads if quad.predicate == text_of and isinstance(quad.object, ox.NamedNode)
    ]
    if not documents:
        raise WrongUse("The file is no draft: it names no text that a document was read from.")
    texts = [
        quad.subject.value for quad in quads if quad.predicate == text_of and isinstance(quad.subject, ox.NamedNode)
    ]
    own = values_block(["text"], [[Iri(text)] for text in texts])
    query = _OTHER_TEXTS % (values_block(["document"], [[Iri(one)] for one in documents]), own)
    known = store.select(query, Dataset((graphs.facts,))).rows
    if known:
        raise WrongUse(
            f"{known[0]['document']} is in the facts already, entered from another text. "
            "Withdraw it first: mandategraph withdraw DOCUMENT."
        )
    review = ox.NamedNode(graphs.review)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, review) for quad in quads]


def entered_from(store: GraphStore, graphs: Graphs, document: str) -> list[ox.Quad]:
    """
    Return the facts that were read from the text of a document: nodes, spans, the text; no registers.

    Raises WrongUse where nothing was.
    """
    facts = ox.NamedNode(graphs.facts)
    query = _ENTERED % values_block(["document"], [[Iri(document)]])
    found = [
        ox.Quad(quad.subject, quad.predicate, quad.object, facts)
        for quad in map(from_quad, store.construct(query, Dataset((graphs.facts,))))
    ]
    if not found:
        raise WrongUse(f"Nothing in the facts was read from a text of {document}.")
    return found
