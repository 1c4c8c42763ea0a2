"""Drafts in and out of the facts: what changes when one is accepted, and when a document is withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mandategraph.core.errors import WrongUse
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import AT, DCTERMS, ID, KOS, MG, OA, PROV, RDF, XSD
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, values_block
from mandategraph.engine.terms import from_quad
from mandategraph.stores.nameless import quads_of, skolemised
from mandategraph.stores.recording import RecordingStore

_READ_FROM, _TEXT_OF, _TYPE = (ox.NamedNode(name) for name in (f"{MG}readFrom", f"{MG}textOf", f"{RDF}type"))
_ENTERED, _ENTERED_PART, _NOT_STATED = (ox.NamedNode(f"{MG}{name}") for name in ("entered", "enteredPart", "notStated"))
# What takes the place of a document names it, and does not keep it: its address answers with what came after it.
_TAKES_ITS_PLACE = frozenset(ox.NamedNode(f"{MG}{name}") for name in ("replaces", "revises", "previousVersion"))
_ENTERED_ON = ox.NamedNode(f"{PROV}generatedAtTime")
_EXPRESSED_IN, _ABOUT, _ON_DATE = (ox.NamedNode(f"{MG}{name}") for name in ("expressedIn", "about", "onDate"))
_STATUS, _PROPOSED = ox.NamedNode(f"{MG}assertionStatus"), ox.NamedNode(f"{KOS}status-proposed")
_SYMBOL = ox.NamedNode(f"{MG}symbol")
_ATTRIBUTED_TO = ox.NamedNode(f"{PROV}wasAttributedTo")
_TITLE = ox.NamedNode(f"{DCTERMS}title")
_SOURCE, _SELECTOR = ox.NamedNode(f"{OA}hasSource"), ox.NamedNode(f"{OA}hasSelector")
_EXTENT = {f"{KOS}entered-none": 0, f"{KOS}entered-part": 1, f"{KOS}entered-full": 2}
# What a node may have several of, from several texts; anything else it has once, and what was entered first stays.
_SEVERAL = frozenset(
    f"{MG}{name}"
    for name in ("textSpan", "numberSpan", "headingSpan", "readFrom", "recalls", "theme", "mentions", "participation")
)
# What stays known of a withdrawn document that others name.
_OF_A_DOCUMENT = frozenset(
    {f"{RDF}type", f"{DCTERMS}identifier", f"{DCTERMS}title", f"{DCTERMS}issued"}
    | {f"{MG}{name}" for name in ("documentType", "symbol", "adoptedBy", "adoptedAt", "preparedBy", "versionOf")}
)
_AGENT = "/agent/mandategraph-ingest"
_OF_A_DRAFT = f"""
PREFIX mg: <{MG}>
PREFIX oa: <{OA}>
CONSTRUCT {{ ?node ?p ?o }} WHERE {{
  %s
  {{ ?text mg:textOf ?document }}
  {{ ?node mg:textOf ?document }} UNION {{ ?node mg:readFrom ?text }} UNION {{ ?node oa:hasSource ?text }}
  UNION {{ ?span oa:hasSource ?text ; oa:hasSelector ?node }}
  ?node ?p ?o .
}}
"""
# What they name and no text tells of: bodies, verbs, documents that are only cited.
_NAMED = f"""
PREFIX mg: <{MG}>
PREFIX oa: <{OA}>
CONSTRUCT {{ ?node ?p ?o }} WHERE {{
  %s
  ?node ?p ?o .
  FILTER NOT EXISTS {{ ?node mg:readFrom ?other }}
  FILTER NOT EXISTS {{ ?node mg:textOf ?other }}
  FILTER NOT EXISTS {{ ?node oa:hasSource ?other }}
}}
"""
_AT_ONCE = 1000


@dataclass
class DraftHeld:
    """A draft that may be read: the documents and texts it is of, and the key of its organisation."""

    origin: Path | str
    store: GraphStore
    graphs: Graphs
    documents: tuple[str, ...]
    texts: tuple[str, ...]
    organisation: str
    number: int

    def quads(self) -> list[ox.Quad]:
        """Return its triples, read anew: of many drafts, no more than one is held."""
        return _quads_of(self.store, self.graphs, self.origin)

    @property
    def subjects(self) -> frozenset[str]:
        """The nodes that were read from its texts."""
        return frozenset(
            quad.subject.value
            for quad in self.quads()
            if quad.predicate == _READ_FROM and isinstance(quad.subject, ox.NamedNode)
        )

    def symbol_of(self, document: str) -> str:
        """Return the symbol by which the draft calls a document, its address where it has none."""
        node = ox.NamedNode(document)
        told = (quad for quad in self.quads() if quad.subject == node and quad.predicate == _SYMBOL)
        return next((quad.object.value for quad in told if isinstance(quad.object, ox.Literal)), document)


@dataclass
class Acceptance:
    """The difference that accepting or withdrawing makes; `kept` tells what stays as it was entered before."""

    fresh: list[ox.Quad] = field(default_factory=list)
    """What is added of a text that is not there yet: none of it can be there."""
    added: list[ox.Quad] = field(default_factory=list)
    removed: list[ox.Quad] = field(default_factory=list)
    kept: tuple[str, ...] = ()
    replaced: str = ""
    """A document of the draft that the facts have already."""
    leaving: int = 0
    """How many facts of earlier readings go."""


def read_draft(store: GraphStore, graphs: Graphs, draft: Path | str) -> DraftHeld:
    """Return a draft that lies in a file, or that of a document in the review graph; WrongUse where there is none."""
    documents: dict[str, None] = {}
    texts: dict[str, None] = {}
    keys: list[str] = []
    quads = _quads_of(store, graphs, draft)
    for quad in quads:
        if quad.predicate == _TEXT_OF and isinstance(quad.object, ox.NamedNode):
            documents[quad.object.value] = None
            if isinstance(quad.subject, ox.NamedNode):
                texts[quad.subject.value] = None
        elif quad.predicate == _ATTRIBUTED_TO and isinstance(quad.object, ox.NamedNode):
            agent = quad.object.value
            if agent.startswith(AT) and agent.endswith(_AGENT):
                keys.append(agent[len(AT) : -len(_AGENT)])
    if not documents:
        where = f"The file {draft}" if isinstance(draft, Path) else f"The review graph holds none of {draft}: it"
        raise WrongUse(f"{where} is no draft: it names no text that a document was read from.")
    return DraftHeld(draft, store, graphs, tuple(documents), tuple(texts), keys[0] if keys else "", len(quads))


def _quads_of(store: GraphStore, graphs: Graphs, draft: Path | str) -> list[ox.Quad]:
    if isinstance(draft, Path):
        return skolemised(list(quads_of(draft)), graphs.base)
    return list(_in_the_review_graph(store, graphs, draft))


def _in_the_review_graph(store: GraphStore, graphs: Graphs, document: str) -> Iterator[ox.Quad]:
    """The triples of a document's draft: what was read from its texts, and what that names, however many steps away."""
    review, dataset = ox.NamedNode(graphs.review), Dataset((graphs.review,))
    found = [
        from_quad(q) for q in store.construct(_OF_A_DRAFT % values_block(["document"], [[Iri(document)]]), dataset)
    ]
    known: set[str] = set()
    while found:
        yield from (ox.Quad(quad.subject, quad.predicate, quad.object, review) for quad in found)
        known |= {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}
        names = sorted({quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode)} - known)
        known.update(names)
        found = []
        for start in range(0, len(names), _AT_ONCE):
            query = _NAMED % values_block(["node"], [[Iri(name)] for name in names[start : start + _AT_ONCE]])
            found += [from_quad(quad) for quad in store.construct(query, dataset)]


def in_review(store: RecordingStore, graphs: Graphs, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return what earlier drafts of the same texts have in the review graph and these triples have not."""
    new = set(quads)
    texts = {quad.subject for quad in new if quad.predicate == _TEXT_OF}
    return [quad for quad in _own(store, ox.NamedNode(graphs.review), texts) if quad not in new]


def acceptance(store: RecordingStore, graphs: Graphs, draft: DraftHeld, on: str) -> Acceptance:
    """
    Return what accepting a draft changes.

    Earlier readings of the same documents go. What another text quotes of them stays as it was entered: its single
    values, and the statements of paragraphs that have some. Shared things that are described already stay so too.
    """
    facts, review = ox.NamedNode(graphs.facts), ox.NamedNode(graphs.review)
    replaced = _readings(store, facts, draft.documents)
    leaving = _leaving(store, facts, draft.documents, replaced, whole=False) if replaced else []
    gone = set(leaving)
    texts = {ox.NamedNode(text) for text in draft.texts}
    grouped: dict[object, list[ox.Quad]] = defaultdict(list)
    own, proposed = set(), set()
    for quad in draft.quads():
        grouped[quad.subject].append(quad)
        if quad.predicate == _READ_FROM:
            own.add(quad.subject)
        elif quad.predicate == _STATUS and quad.object == _PROPOSED:
            proposed.add(quad.subject)
    told, left_out = _told_before(store, facts, gone, grouped)
    untouched = _spans_of_new(store, facts, texts, grouped)
    fresh: list[ox.Quad] = []
    added: list[ox.Quad] = []
    removed = list(leaving)
    for subject, quads in grouped.items():
        if subject in proposed:
            added += [ox.Quad(quad.subject, quad.predicate, quad.object, review) for quad in quads]
        elif subject in untouched:
            fresh += [ox.Quad(quad.subject, quad.predicate, quad.object, facts) for quad in dict.fromkeys(quads)]
        elif subject not in left_out:
            node = quads[0].subject
            there = [quad for quad in store.matching(node, None, None, facts) if quad not in gone]
            more, less = _merged(quads, there, facts, is_own=subject in own or subject in texts)
            added += _dated(more, on, facts)
            removed += less
    # When a text was entered, so that people can ask what is new since a day.
    entered = ox.Literal(on, datatype=ox.NamedNode(f"{XSD}date"))
    added += [ox.Quad(text, _ENTERED_ON, entered, facts) for text in sorted(texts, key=str)]
    if any(store.matching(None, None, None, review)):
        stays = set(added)
        for quad in chain(_own(store, review, texts), *grouped.values()):
            lying = ox.Quad(quad.subject, quad.predicate, quad.object, review)
            if lying not in stays and store.holds(lying):
                removed.append(lying)
    kept = tuple(f"{paragraph} keeps the statements that were entered before." for paragraph in sorted(told))
    return Acceptance(fresh, added, removed, kept, draft.documents[0] if replaced else "", len(leaving))


def withdrawal(store: RecordingStore, graphs: Graphs, documents: Sequence[str]) -> Acceptance:
    """Return what withdrawing documents changes; WrongUse where nothing in the facts was read from a text of them."""
    facts = ox.NamedNode(graphs.facts)
    texts = _readings(store, facts, documents)
    if not texts:
        raise WrongUse(f"Nothing in the facts was read from a text of {documents[0]}.")
    # All documents of one text go together.
    together = {
        quad.object.value
        for text in texts
        for quad in store.matching(text, _TEXT_OF, None, facts)
        if isinstance(quad.object, ox.NamedNode)
    }
    removed = _leaving(store, facts, sorted(together), texts, whole=True)
    gone = set(removed)
    added = []
    for document in sorted(together):
        node = ox.NamedNode(document)
        named = (quad for quad in store.matching(None, None, node, facts) if quad not in gone)
        if any(quad.subject != node and quad.predicate not in _TAKES_ITS_PLACE for quad in named):
            added.append(ox.Quad(node, _ENTERED, ox.NamedNode(f"{KOS}entered-none"), facts))
    return Acceptance(added=added, removed=removed)


def _readings(store: RecordingStore, graph: ox.NamedNode, documents: Collection[str]) -> set[ox.NamedNode]:
    """The texts in the facts that one of the documents was read from."""
    return {
        quad.subject
        for document in documents
        for quad in store.matching(None, _TEXT_OF, ox.NamedNode(document), graph)
        if isinstance(quad.subject, ox.NamedNode)
    }


def _own(store: RecordingStore, graph: ox.NamedNode, texts: Iterable[object]) -> Iterator[ox.Quad]:
    """Everything in a graph that belongs to the texts: nodes read from them, spans with their selectors, the texts."""
    for text in texts:
        if not isinstance(text, ox.NamedNode):
            continue
        nodes: dict[Any, None] = {text: None}
        for predicate in (_READ_FROM, _SOURCE):
            nodes |= {quad.subject: None for quad in store.matching(None, predicate, text, graph)}
        for span in list(nodes):
            for quad in store.matching(span, _SELECTOR, None, graph):
                nodes[quad.object] = None
        for node in nodes:
            yield from store.matching(node, None, None, graph)


def _spans_of_new(
    store: RecordingStore, facts: ox.NamedNode, texts: Iterable[ox.NamedNode], grouped: Mapping[object, list[ox.Quad]]
) -> set[object]:
    """The spans in texts of which the facts know nothing, and the selectors below them: most of a draft."""
    new = {text for text in texts if not any(any(store.matching(None, p, text, facts)) for p in (_READ_FROM, _SOURCE))}
    spans = {
        quad.subject
        for quads in grouped.values()
        for quad in quads
        if quad.predicate == _SOURCE and quad.object in new and isinstance(quad.subject, ox.NamedNode)
    }
    selectors = {
        quad.object
        for span in spans
        for quad in grouped[span]
        if quad.predicate == _SELECTOR
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value.startswith(f"{span.value}/")
    }
    return {*spans, *selectors}


def _leaving(
    store: RecordingStore,
    facts: ox.NamedNode,
    documents: Collection[str],
    texts: Collection[ox.NamedNode],
    *,
    whole: bool,
) -> list[ox.Quad]:
    """
    What goes when readings of documents go.

    A node that another text tells of too loses only what points into these texts. A document itself loses its reading;
    what names it as such stays if others name it, save as what they replace, or if it is read anew (`whole` is false).
    """
    spans = {quad.subject for text in texts for quad in store.matching(None, _SOURCE, text, facts)}
    going = list(dict.fromkeys(_own(store, facts, texts)))
    subjects = {quad.subject for quad in going}
    shared = {quad.subject for quad in going if quad.predicate == _READ_FROM and quad.object not in texts}
    removed = []
    for quad in going:
        is_document = isinstance(quad.subject, ox.NamedNode) and quad.subject.value in documents
        points_in = quad.object in spans or quad.object in texts
        if quad.subject in shared:
            if points_in:
                removed.append(quad)
        elif is_document:
            named = whole and any(
                other.subject not in subjects and other.predicate not in _TAKES_ITS_PLACE
                for other in store.matching(None, None, quad.subject, facts)
            )
            if not named or quad.predicate.value not in _OF_A_DOCUMENT:
                removed.append(quad)
        else:
            removed.append(quad)
    return removed


def _told_before(
    store: RecordingStore,
    facts: ox.NamedNode,
    gone: Collection[ox.Quad],
    grouped: dict[object, list[ox.Quad]],
) -> tuple[set[str], set[object]]:
    """The paragraphs whose statements were entered before, and the nodes of the draft that are left out for it."""
    told: set[str] = set()
    left_out: set[object] = set()
    for subject, quads in grouped.items():
        for quad in quads:
            if quad.predicate != _EXPRESSED_IN:
                continue
            before = store.matching(None, _EXPRESSED_IN, quad.object, facts)
            if any(one not in gone for one in before) and isinstance(quad.object, ox.NamedNode):
                told.add(quad.object.value.removeprefix(ID))
                left_out.add(subject)
    for subject, quads in grouped.items():
        if any(quad.predicate == _ABOUT and quad.object in left_out for quad in quads):
            left_out.add(subject)
    return told, left_out


def _merged(
    new: Sequence[ox.Quad], there: Sequence[ox.Quad], facts: ox.NamedNode, *, is_own: bool
) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """What is added to a node that may be described already, and what is taken from it."""
    placed = [ox.Quad(quad.subject, quad.predicate, quad.object, facts) for quad in new]
    if not there:
        return placed, []
    if not is_own:
        return [], []
    has = {quad.predicate.value for quad in there}
    languages = {
        quad.object.language for quad in there if quad.predicate == _TITLE and isinstance(quad.object, ox.Literal)
    }
    added, removed = [], []
    for quad in placed:
        name = quad.predicate.value
        if name == _ENTERED.value:
            more, less = _extent(quad, there)
            added += more
            removed += less
        elif name == _TITLE.value and isinstance(quad.object, ox.Literal):
            added += [] if quad.object.language in languages else [quad]
        elif name == _NOT_STATED.value:
            added += [] if isinstance(quad.object, ox.NamedNode) and quad.object.value in has else [quad]
        elif name in _SEVERAL or name not in has:
            added.append(quad)
    tells = {quad.predicate for quad in added}
    removed += [quad for quad in there if quad.predicate == _NOT_STATED and quad.object in tells]
    return added, removed


def _extent(quad: ox.Quad, there: Sequence[ox.Quad]) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """The larger extent counts: what was entered in part is entered in full now, never the other way."""
    before = [one for one in there if one.predicate == _ENTERED]
    reached = max((_EXTENT.get(str(getattr(one.object, "value", "")), 0) for one in before), default=-1)
    now = _EXTENT.get(str(getattr(quad.object, "value", "")), 0)
    if now <= reached:
        return [], []
    return [quad], [*before, *(one for one in there if one.predicate == _ENTERED_PART)]


def _dated(quads: Sequence[ox.Quad], on: str, facts: ox.NamedNode) -> list[ox.Quad]:
    """A state that its text leaves without a day holds for the day of acceptance."""
    without = [quad for quad in quads if quad.predicate == _NOT_STATED and quad.object == _ON_DATE]
    if not without:
        return list(quads)
    day = ox.Literal(on, datatype=ox.NamedNode(f"{XSD}date"))
    kept = [quad for quad in quads if quad not in without]
    return [*kept, *(ox.Quad(quad.subject, _ON_DATE, day, facts) for quad in without)]
