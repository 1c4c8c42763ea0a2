"""What a token allows, and which graphs its bearer may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mandategraph.core.errors import UnknownName
from mandategraph.core.graphs import Dataset, Graphs

READ, INTERNAL, REVIEW, WRITE, ADMIN = "read", "internal", "review", "write", "admin"

SCOPES: Mapping[str, str] = {
    READ: "read what anybody may read, where reading is closed",
    INTERNAL: "read the internal graph too",
    REVIEW: "read the review graph too: drafts and proposals",
    WRITE: "write graphs other than the five of the installation",
    ADMIN: "all of this",
}
"""Scope to what it allows, the least first."""

NOBODY: frozenset[str] = frozenset()
"""What a request without a token may do beyond reading what is public."""


def granted(scopes: Iterable[str]) -> frozenset[str]:
    """
    Return every scope that some scopes come with: who may do anything may read, and admin may do all.

    Raises UnknownName for one that there is not.

    >>> sorted(granted(["review"])), len(granted(["admin"]))
    (['read', 'review'], 5)
    """
    named = set(scopes)
    for scope in sorted(named):
        if scope not in SCOPES:
            raise UnknownName("scope", scope, SCOPES, f"Scopes are: {', '.join(SCOPES)}.")
    if ADMIN in named:
        return frozenset(SCOPES)
    return frozenset(named | {READ}) if named else NOBODY


def readable(graphs: Graphs, scopes: frozenset[str], others: Iterable[str] = ()) -> Dataset:
    """
    Return the dataset that scopes let read: the internal and the review graph only with the scope of that name.

    Both are reached by name and never part of the default graph (MODEL 3.7). `others` are graphs that belong to nobody.

    >>> graphs = Graphs("urn:at/")
    >>> "urn:at/graph/review" in readable(graphs, NOBODY).named
    False
    >>> "urn:at/graph/review" in readable(graphs, granted(["review"])).named
    True
    """
    public = graphs.public()
    opened = [graph for scope, graph in ((INTERNAL, graphs.internal), (REVIEW, graphs.review)) if scope in scopes]
    beside = sorted(set(others).difference(graphs.all))
    return Dataset(public.default, (*public.named, *opened, *beside))
