"""The facts of a plan as files for people to read: one file a layer, sorted, in Turtle."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import pyoxigraph as ox

from mandategraph.core.errors import BadData
from mandategraph.core.namespaces import AT, ID, KOS, PREFIXES, RDF
from mandategraph.ingest.drafting.reviewed import Triple

_TYPE = f"{RDF}type"
_OF_TYPE = {
    "source": ("SourceText", "SpecificResource", "TextPositionSelector", "TextQuoteSelector", "SoftwareAgent"),
    "structure": ("Provision",),
    "statements": ("Mandate", "OperativeStatement", "Duty", "SuggestedActivity", "StatusRecord"),
    "plan": ("WorkPlan", "Document", "ScheduledActivity", "AgendaItem", "Participation", "TraceLink"),
    "citations": ("Citation",),
    "names": ("Name",),
    "memberships": ("Membership",),
    "statistics": ("StatisticalStatement",),
    "unplaced": ("UnplacedText",),
}
_LAYERS = {name: layer for layer, names in _OF_TYPE.items() for name in names}
_PROPOSALS = "proposals"
_HEADS = {
    "source": "The exact text that was read, and the spans of it that facts rest on.",
    "structure": "What is written where: the provisions of the plan and of the documents that it quotes.\n"
    "A span holds a provision’s own words, without its number and without its items.",
    "statements": "What is asked: one statement a verb, with its addressees and its words; suggested activities; "
    "duties; the state of each.",
    "plan": "The plan, its calendar, who is named for what, and the links that its words state.",
    "citations": "Every reference in the text, as written, with what it refers to.",
    "names": "Names and abbreviations that the plan uses: where each stands first, and where the plan spells it out, "
    "if it does.",
    "memberships": "Memberships that the plan's own sections state.",
    "statistics": "Figures and trends as the plan states them, with what it leaves out.",
    "unplaced": "Text that no fact rests on, and why.",
    _PROPOSALS: "Suggestions that nobody has decided: they lie in the review graph and count for nothing until "
    "a person confirms them.\nEach gives its basis in words of the plan.",
}
_MADE = "Made by `make data` from the source text and the reviewed decisions; change those, not this file."
_FIRST = ("type", "identifier", "title", "prefLabel", "symbol", "from", "to", "linkType", "role", "actor", "asWritten")
_LAST = ("readFrom", "participation")
_NEXT = " ;\n    "
_DIGITS = re.compile(r"(\d+)")
_BARE = re.compile(r"-?(?:0|[1-9]\d*)\Z")
_LOCAL = re.compile(r"[A-Za-z_][\w-]*\Z")


def split(facts: Iterable[Triple]) -> dict[str, set[Triple]]:
    """
    Return the facts of a plan by the layer that they belong to.

    A date lies with what it is a date of; what is only proposed lies apart. BadData names a thing that no layer takes:
    bodies, documents, themes, verbs and sessions are in the registers of the organisation.
    """
    held = set(facts)
    proposed = ox.NamedNode(f"{KOS}status-proposed")
    layers = {subject: _PROPOSALS for subject, _, value in held if value == proposed}
    dates = []
    for subject, predicate, value in held:
        if predicate.value == _TYPE and subject not in layers:
            name = _local(value.value)
            if name == "DateExpression":
                dates.append(subject)
            elif name in _LAYERS:
                layers[subject] = _LAYERS[name]
    users: dict[ox.NamedNode, set[str]] = {}
    for subject, _, value in held:
        if isinstance(value, ox.NamedNode) and subject in layers:
            users.setdefault(value, set()).add(layers[subject])
    for date in dates:
        layers[date] = min(users.get(date, {"statements"}), key=list(_HEADS).index)
    found: dict[str, set[Triple]] = {layer: set() for layer in _HEADS}
    for triple in held:
        if triple[0] not in layers:
            raise BadData(f"{triple[0].value} is none of the plan's own; enter it in the organisation's registers.")
        is_proposal = isinstance(triple[2], ox.NamedNode) and layers.get(triple[2]) == _PROPOSALS
        found[_PROPOSALS if is_proposal else layers[triple[0]]].add(triple)
    return found


def turtle(layer: str, facts: Collection[Triple]) -> str:
    """Return a layer as Turtle: the same facts, the same bytes."""
    things: dict[ox.NamedNode, dict[ox.NamedNode, list[str]]] = {}
    used: set[str] = set()
    for subject, predicate, value in facts:
        things.setdefault(subject, {}).setdefault(predicate, []).append(_term(value, used))
        if predicate.value != _TYPE:
            _term(predicate, used)
    blocks = []
    for subject in sorted(things, key=lambda node: _natural(node.value)):
        lines = []
        for predicate in sorted(things[subject], key=_rank):
            name = "a" if predicate.value == _TYPE else _term(predicate, used)
            lines.append(f"{name} {' , '.join(sorted(things[subject][predicate], key=_natural))}")
        blocks.append(f"{_term(subject, used)} {_NEXT.join(lines)} .\n")
    head = "".join(f"# {line}\n" for line in (*_HEADS[layer].splitlines(), _MADE))
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in PREFIXES if name in used)
    return f"{head}\n@base <{ID}> .\n{prefixes}\n" + "\n".join(blocks)


def _local(name: str) -> str:
    return re.split(r"[/#]", name)[-1]


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in _DIGITS.split(name)]


def _rank(predicate: ox.NamedNode) -> tuple[int, str]:
    name = _local(predicate.value)
    if name in _FIRST:
        return _FIRST.index(name), ""
    return len(_FIRST) + (1 + _LAST.index(name) if name in _LAST else 0), name


def _term(term: ox.NamedNode | ox.Literal, used: set[str]) -> str:
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        if term.language or datatype.endswith("#string"):
            return str(term)
        if datatype.endswith("#boolean") or (datatype.endswith("#integer") and _BARE.match(term.value)):
            return term.value
        return f'"{term.value}"^^{_term(term.datatype, used)}'
    iri = term.value
    for prefix, namespace in _SHORT.items():
        if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
            used.add(prefix)
            return f"{prefix}:{iri[len(namespace) :]}"
    if iri.startswith(ID):
        return f"<{iri[len(ID) :]}>"
    return f"<../at/{iri[len(AT) :]}>" if iri.startswith(AT) else f"<{iri}>"


_SHORT: Mapping[str, str] = {name: space for name, space in PREFIXES.items() if space not in (ID, AT)}
