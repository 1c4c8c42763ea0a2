"""The store with the decisions of a past day, for questions put to the service: made at need, and only while small."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from threading import Lock

from mandategraph.core.errors import Busy, RefusedQuery
from mandategraph.core.ports import GraphStore
from mandategraph.web.service import Service

MOST = 200_000
"""How many triples a store may have for it: each is copied, and what follows from them is concluded anew."""

_PATIENCE = 20.0
_making = Lock()


def store_of(service: Service, day: date) -> GraphStore:
    """
    Return a copy with the decisions of a day; the last ones are kept as long as the data stay as they are.

    Raises RefusedQuery where the store is too large to be copied for a page, Busy where others wait for copies.
    """
    size = _size(service, service.snapshot)
    if size > MOST:
        raise RefusedQuery(
            f"The decisions of a past day are answered here up to {MOST:,} triples; there are {size:,}. "
            f"At the store itself: mandategraph ask … --as-of {day.isoformat()}"
        )
    # One at a time: two copies at once would take twice the memory, and no less time.
    if not _making.acquire(timeout=_PATIENCE):
        raise Busy("Others ask for the decisions of past days; please ask again.")
    try:
        return _copy(service, service.snapshot, day)
    finally:
        _making.release()


@lru_cache(maxsize=8)
def _size(service: Service, _snapshot: str) -> int:
    query = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } }"
    return int(str(service.store.select(query, service.graphs.everything()).rows[0]["n"]))


@lru_cache(maxsize=2)
def _copy(service: Service, _snapshot: str, day: date) -> GraphStore:
    from mandategraph.wiring.past import as_it_stood

    return as_it_stood(service.store, service.library, service.graphs, day)
