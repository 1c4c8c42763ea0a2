"""What people decided about a draft, applied to it: facts added, put in the place of others, left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from mandategraph.core.coverage import account_for
from mandategraph.core.errors import BadData
from mandategraph.core.namespaces import AT, ID, MG, OWL, PROV, RDF, RDFS
from mandategraph.ingest.drafting.account import Account
from mandategraph.ingest.drafting.draft import Draft
from mandategraph.ingest.drafting.paper import Paper
from mandategraph.ingest.reading import Reading

Triple = tuple[ox.NamedNode, ox.NamedNode, "ox.NamedNode | ox.Literal"]

_KINDS = ("added", "instead", "removed")
_TYPE, _NOTHING = ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{OWL}Nothing")
_SPAN, _UNPLACED = ox.NamedNode(f"{MG}textSpan"), ox.NamedNode(f"{MG}UnplacedText")
_READ_FROM = ox.NamedNode(f"{MG}readFrom")
_MENTIONS = ox.NamedNode(f"{MG}mentions")
_SPANS = f"{ID}span/"


@dataclass(frozen=True)
class Decisions:
    """
    Decisions of one theme: why, who took them, and the facts.

    A file of them is TriG with three graphs: `added`; `instead`, whose values take the place of all values of the same
    property of the same thing; `removed`, where a thing of type `owl:Nothing` is left out whole. Its unnamed graph says
    why and by whom.
    """

    theme: str
    why: str
    by: str
    added: frozenset[Triple] = frozenset()
    instead: frozenset[Triple] = frozenset()
    removed: frozenset[Triple] = frozenset()

    @classmethod
    def read(cls, path: Path) -> Decisions:
        """Return the decisions of a file; BadData where it is no such file, or says not why and by whom."""
        held: dict[str, set[Triple]] = {kind: set() for kind in _KINDS}
        told: dict[str, str] = {}
        try:
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TRIG):
                if isinstance(quad.graph_name, ox.DefaultGraph):
                    told[quad.predicate.value] = quad.object.value
                    continue
                kind = quad.graph_name.value.rsplit("/", 1)[-1]
                if kind not in held:
                    raise BadData(f"{path.name}: its graphs are called {', '.join(_KINDS)}, not {kind}.")
                held[kind].add((quad.subject, quad.predicate, quad.object))
        except SyntaxError as problem:
            # The parser reports a malformed file with Python's own SyntaxError.
            raise BadData(f"{path.name}: {problem}") from problem
        why, by = told.get(f"{RDFS}comment", ""), told.get(f"{PROV}wasAttributedTo", "")
        if not why or not by:
            raise BadData(f"{path.name} does not say why (rdfs:comment) and by whom (prov:wasAttributedTo).")
        facts = {kind: frozenset(triples) for kind, triples in held.items()}
        return cls(path.stem, why, by.removeprefix(AT), **facts)

    def __len__(self) -> int:
        return len(self.added) + len(self.instead) + len(self.removed)


@dataclass
class Rebuilt:
    """The facts that a draft and the decisions on it make; `decided` are those that a decision put there."""

    facts: set[Triple] = field(default_factory=set)
    decided: set[Triple] = field(default_factory=set)
    removed: int = 0

    @cached_property
    def counted(self) -> int:
        """How many facts there are beside the descriptions of spans, which follow from the text."""
        return sum(not triple[0].value.startswith(_SPANS) for triple in self.facts)

    @property
    def share(self) -> float:
        """Which part of these facts a person decided, from 0 to 1."""
        return len(self.decided) / self.counted if self.counted else 0.0


def rebuild(
    draft: Draft, reading: Reading, key: str, decisions: Iterable[Decisions], registers: Collection[ox.NamedNode]
) -> Rebuilt:
    """
    Return what a draft becomes by the decisions on it; things that the registers describe are left to them.

    Spans and unplaced text follow from the rest and are made anew. A decision that changes nothing is a fault, since
    nobody would see that the reading has outgrown it: BadData names it.
    """
    read = {(quad.subject, quad.predicate, quad.object) for quad in ox.parse(draft.trig, format=ox.RdfFormat.TRIG)}
    found = Rebuilt()
    facts = {triple for triple in read if triple[0] not in registers and not triple[0].value.startswith(_SPANS)}
    given = {triple for triple in facts if triple[1] == _TYPE and triple[2] == _UNPLACED}
    unplaced = {triple for triple in facts if triple[0] in {one[0] for one in given}}
    facts -= unplaced
    for theme in decisions:
        _apply(theme, facts, found)
    facts -= _mentions_besides(facts)
    # Whatever has words in the text was read from it, whoever entered it.
    source = ox.NamedNode(f"{ID}text/{reading.sha256[:12]}")
    facts |= {(triple[0], _READ_FROM, source) for triple in facts if _is_span(triple[2])}
    spans = {triple[2].value for triple in facts if _is_span(triple[2])}
    found.facts = facts | _told_of_text(draft, reading, key, spans, unplaced)
    return found


def _apply(theme: Decisions, facts: set[Triple], found: Rebuilt) -> None:
    gone = {triple[0] for triple in theme.removed if triple[1:] == (_TYPE, _NOTHING)}
    left = {triple for triple in facts if triple[0] in gone}
    idle: list[object] = [*sorted(gone - {triple[0] for triple in left}, key=str)]
    for triple in theme.removed:
        if triple[0] not in gone:
            idle += [] if triple in facts else [triple]
            left.add(triple)
    placed: dict[tuple[ox.NamedNode, ox.NamedNode], set[Triple]] = {}
    for triple in theme.instead:
        placed.setdefault(triple[:2], set()).add(triple)
    before: dict[tuple[ox.NamedNode, ox.NamedNode], set[Triple]] = {}
    for triple in facts:
        if triple[:2] in placed:
            before.setdefault(triple[:2], set()).add(triple)
    for property_, triples in placed.items():
        held = before.get(property_, set())
        idle += [property_] if held == triples else []
        left |= held - triples
        found.decided |= triples - held
    idle += [triple for triple in theme.added if triple in facts]
    if idle:
        raise BadData(f"{theme.theme}: {len(idle)} decisions change nothing any more; take them out: {idle[0]}")
    found.removed += len(left & facts)
    facts -= left
    facts |= theme.instead | theme.added
    found.decided |= theme.added


def _mentions_besides(facts: Collection[Triple]) -> set[Triple]:
    """Mentions of what has another part in the same thing by now: a mention says that it has none."""
    parts = {(triple[0], triple[2]) for triple in facts if triple[1].value.startswith(MG) and triple[1] != _MENTIONS}
    return {triple for triple in facts if triple[1] == _MENTIONS and (triple[0], triple[2]) in parts}


def _is_span(value: object) -> bool:
    return isinstance(value, ox.NamedNode) and value.value.startswith(_SPANS)


def _place(span: str) -> tuple[int, int]:
    start, _, end = span.rsplit("/", 1)[-1].partition("-")
    return int(start), int(end)


def _told_of_text(
    draft: Draft, reading: Reading, key: str, spans: Collection[str], unplaced: Collection[Triple]
) -> set[Triple]:
    """What follows from the text and the facts: descriptions of spans, and what lies in no span and why."""
    paper = Paper(reading, draft.standing, draft.language)
    paper.quoted = list(draft.quoted)
    for span in sorted(spans, key=_place):
        paper.span(*_place(span))
    free = account_for(reading.text, paper.spans).left_out
    kept: dict[ox.NamedNode, set[Triple]] = {}
    for triple in unplaced:
        kept.setdefault(triple[0], set()).add(triple)
    told: set[Triple] = set()
    for triples in kept.values():
        start, end = next(_place(triple[2].value) for triple in triples if triple[1] == _SPAN)
        if any(stretch.start <= start and end <= stretch.end for stretch in free):
            paper.span(start, end)
            told |= triples
    Account(key, paper, draft).close()
    lines = paper.trig("urn:x", "")
    return told | {(quad.subject, quad.predicate, quad.object) for quad in ox.parse(lines, format=ox.RdfFormat.TRIG)}


def of_files(paths: Iterable[Path]) -> list[Decisions]:
    """Return the decisions of some files, in the order of their names."""
    return [Decisions.read(path) for path in sorted(paths)]


def table(decisions: Iterable[Decisions], found: Rebuilt) -> list[Mapping[str, str]]:
    """Return what was decided, a row a theme, and the whole as a share of the facts."""
    rows = [{"theme": one.theme, "decisions": f"{len(one):,}", "why": one.why} for one in decisions]
    total = f"{len(found.decided):,} of {found.counted:,} facts ({found.share:.1%}) are decided by people"
    return [*rows, {"theme": "all", "decisions": total, "why": f"{found.removed:,} facts of the draft left out"}]
