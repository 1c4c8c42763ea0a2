"""The lists: documents by type, actors by kind, themes from general to specific."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mandategraph.core.ports import Row
from mandategraph.core.terms import Iri, Term
from mandategraph.web.visit import Visit

# Those of which most is asked come first; whole classes without a kind come last.
_KINDS_FIRST = ("committee", "organ", "secretariat", "specialized-organization", "international-organization", "state")


@dataclass
class Node:
    """A theme with how much concerns it and the themes within it."""

    theme: Iri
    provisions: int
    activities: int
    narrower: list[Node] = field(default_factory=list)


def documents(visit: Visit) -> dict[str, Any]:
    """Return the documents by type, in the order of their addresses."""
    by_type: dict[Term | None, list[Row]] = {}
    seen: set[Term] = set()
    for row in _in_language(visit.service.rows("documents"), "document", "title", visit.language):
        if row["document"] not in seen:
            seen.add(row["document"])
            by_type.setdefault(row.get("type"), []).append(row)
    order = ("type-plan", "type-resolution", "type-declaration", "type-rules", "type-programme", "type-document")
    return {"by_type": dict(sorted(by_type.items(), key=lambda pair: (_place(pair[0], order), str(pair[0]))))}


def actors(visit: Visit) -> dict[str, Any]:
    """Return the actors by kind, by name within each."""
    rows = visit.service.rows("actors")
    names = visit.service.labels({str(row["actor"]) for row in rows}, visit.language)
    by_kind: dict[Term, list[Row]] = {}
    for row in sorted(rows, key=lambda row: names[str(row["actor"])].text.casefold()):
        by_kind.setdefault(row["kind"], []).append(row)
    order = tuple(f"body-{name}" for name in _KINDS_FIRST)
    return {"by_kind": dict(sorted(by_kind.items(), key=lambda pair: (_place(pair[0], order), str(pair[0]))))}


def themes(visit: Visit) -> dict[str, Any]:
    """Return the themes as a tree; one with two broader themes stands under each."""
    rows = visit.service.rows("themes")
    names = visit.service.labels({str(row["theme"]) for row in rows}, visit.language)
    nodes: dict[Term, Node] = {}
    for row in rows:
        theme = row["theme"]
        if isinstance(theme, Iri):
            nodes.setdefault(theme, Node(theme, int(str(row["provisions"])), int(str(row["activities"]))))
    roots: list[Node] = []
    for row in sorted(rows, key=lambda row: names[str(row["theme"])].text.casefold()):
        node, broader = nodes[row["theme"]], nodes.get(row.get("broader") or row["theme"])
        if broader is None or broader is node:
            roots.append(node)
        elif node not in broader.narrower:
            broader.narrower.append(node)
    return {"roots": roots}


def _place(kind: Term | None, order: tuple[str, ...]) -> int:
    name = str(kind).rpartition("/")[2]
    return order.index(name) if name in order else len(order)


def _in_language(rows: Iterable[Row], key: str, text: str, language: str) -> list[Row]:
    """Return rows with those first, of each thing, whose text is in the language asked for."""

    def rank(row: Row) -> tuple[str, int]:
        tag = getattr(row.get(text), "language", "")
        return str(row[key]), {language: 0, "en": 1}.get(tag, 2)

    return sorted(rows, key=rank)
