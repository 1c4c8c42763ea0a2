"""Where things stand in the text: the lines and words of a node, and the suggestions that wait for a decision on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import KOS, MG, OA, PROV
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, Literal, values_block

# The words of a node itself come first; a task without any stands in its paragraph, a meeting in its items.
_PATHS = (
    "",
    f"<{MG}textSpan>",
    f"<{MG}headingSpan>",
    f"<{MG}titleSpan>",
    f"<{MG}expressedIn>/<{MG}textSpan>",
    f"^<{MG}agendaOf>/<{MG}textSpan>",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a source text and the words on them, as one string; `start` is where the first words begin."""

    lines: tuple[int, ...]
    words: str
    start: int = 0
    source: str = ""


def places(store: GraphStore, dataset: Dataset, things: Collection[str]) -> dict[str, Place]:
    """Return where each thing stands in the text; a thing without words of its own is absent."""
    if not things:
        return {}
    block = values_block(["thing"], [(Iri(thing),) for thing in sorted(things)])
    branches = []
    for rank, path in enumerate(_PATHS):
        reach = f"?thing {path} ?span ." if path else "BIND(?thing AS ?span)"
        branches.append(f"{{ {block} {reach} BIND({rank} AS ?rank) }}")
    query = f"""
SELECT ?thing ?rank ?line ?exact ?start ?source WHERE {{
  {" UNION ".join(branches)}
  ?span <{MG}line> ?line ; <{OA}hasSelector> ?quote , ?position .
  ?quote <{OA}exact> ?exact .
  ?position <{OA}start> ?start .
  OPTIONAL {{ ?span <{OA}hasSource> ?source }}
}}"""
    found: dict[str, list[tuple[int, int, int, str, str]]] = {}
    for row in store.select(query, dataset).rows:
        rank, line, start = (int(str(row[name])) for name in ("rank", "line", "start"))
        found.setdefault(str(row["thing"]), []).append(
            (rank, start, line, str(row["exact"]), str(row.get("source", "")))
        )
    return {thing: _place(spans) for thing, spans in found.items()}


def _place(spans: Iterable[tuple[int, int, int, str, str]]) -> Place:
    ordered = sorted(set(spans))
    nearest = [
        Place((line,), words, start, source) for rank, start, line, words, source in ordered if rank == ordered[0][0]
    ]
    return joined(nearest)


def joined(found: Iterable[Place]) -> Place:
    """
    Return several places as one, in the order of the text.

    >>> joined([Place((9,), "later", 90), Place((3,), "earlier", 30)])
    Place(lines=(3, 9), words='earlier … later', start=30, source='')
    """
    ordered = sorted(found, key=lambda place: (place.start, place.words))
    lines = tuple(sorted({line for place in ordered for line in place.lines}))
    return Place(lines, " … ".join(place.words for place in ordered), ordered[0].start, ordered[0].source)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposed link that nobody has decided: where it starts, and its end with everything that end is part of."""

    start: str
    ends: frozenset[str]


def open_suggestions(store: GraphStore, graphs: Graphs) -> tuple[Suggestion, ...]:
    """Return the proposals of the review graph on which no decision rests."""
    review = f"<{graphs.review}>"
    query = f"""
SELECT ?link ?from ?to ?above WHERE {{
  GRAPH {review} {{ ?link <{MG}assertionStatus> <{KOS}status-proposed> ; <{MG}from> ?from ; <{MG}to> ?to }}
  FILTER NOT EXISTS {{ ?decision <{PROV}wasDerivedFrom> ?link }}
  FILTER NOT EXISTS {{ GRAPH {review} {{ ?refusal <{PROV}wasDerivedFrom> ?link }} }}
  ?to <{MG}expressedIn>?/<{MG}partOf>* ?above
}}"""
    ends: dict[str, set[str]] = {}
    starts: dict[str, str] = {}
    for row in store.select(query, graphs.with_proposals()).rows:
        link = str(row["link"])
        starts[link] = str(row["from"])
        ends.setdefault(link, {str(row["to"])}).add(str(row["above"]))
    return tuple(Suggestion(starts[link], frozenset(ends[link])) for link in sorted(starts))


def counted(suggestions: Iterable[Suggestion], start: Collection[str], within: Collection[str]) -> int:
    """
    Return how many suggestions start at one of some activities and end within one of some texts.

    An empty collection asks nothing.

    >>> waiting = [Suggestion("urn:meeting", frozenset({"urn:33/a", "urn:33"}))]
    >>> counted(waiting, [], ["urn:33"]), counted(waiting, ["urn:other"], ["urn:33"])
    (1, 0)
    """
    return sum(
        (not start or one.start in start) and (not within or not one.ends.isdisjoint(within)) for one in suggestions
    )


def plain(literals: Iterable[Literal], language: str) -> str:
    """Return the text in a language, else in English, else the first."""
    ranked = sorted(literals, key=lambda one: ({language: 0, "en": 1}.get(one.language, 2), one.value))
    return ranked[0].value if ranked else ""
