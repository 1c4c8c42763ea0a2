"""How much of which class and property the data holds (VoID), so that an editor can offer what there is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from mandategraph.core.errors import Busy, QueryLimit
from mandategraph.core.namespaces import VOID
from mandategraph.core.ports import Row
from mandategraph.core.terms import Iri, Term
from mandategraph.engine.terms import read_tsv
from mandategraph.web import negotiation as n
from mandategraph.web.service import Service

Triple = tuple[Iri, str, Term]


def partitions(service: Service, dataset: Iri) -> Iterator[Triple]:
    """
    Yield the class and property partitions of the data.

    Counted by a reader, as a query from outside is; where that takes longer than a query may, there are none.
    """
    entities = {row["class"]: row["entities"] for row in _rows(service, service.snapshot, "classes")}
    for kind, number in entities.items():
        node = _node(dataset, kind)
        yield from ((dataset, VOID + "classPartition", node), (node, VOID + "class", kind))
        yield node, VOID + "entities", number
    for row in _rows(service, service.snapshot, "properties"):
        node = _node(dataset, row["property"])
        yield from ((dataset, VOID + "propertyPartition", node), (node, VOID + "property", row["property"]))
        yield node, VOID + "triples", row["triples"]
    if entities:
        yield from _of_classes(service, dataset)


def _of_classes(service: Service, dataset: Iri) -> Iterator[Triple]:
    for row in _rows(service, service.snapshot, "partitions"):
        node = _node(dataset, row["class"], row["property"])
        yield from (
            (_node(dataset, row["class"]), VOID + "propertyPartition", node),
            (node, VOID + "property", row["property"]),
        )
        kind = row.get("kind")
        if kind is not None:
            values = _node(dataset, row["class"], row["property"], kind)
            yield from ((node, VOID + "classPartition", values), (values, VOID + "class", kind))
            yield values, VOID + "triples", row["triples"]


def _node(dataset: Iri, *of: Term) -> Iri:
    """Return the name of a partition: the same for the same classes and properties."""
    told = "-".join(str(term).rpartition("#")[2].rpartition("/")[2] for term in of)
    mark = hashlib.sha256("\n".join(map(str, of)).encode()).hexdigest()[:8]
    return Iri(f"{dataset}-{told}-{mark}")


@lru_cache(maxsize=12)
def _counted(service: Service, _snapshot: str, name: str) -> tuple[Row, ...]:
    if service.readers is None:
        return service.rows(name)
    query = service.page_text(name)
    return read_tsv(b"".join(service.readers.query(query, service.public, n.TSV).pieces())).rows


def _rows(service: Service, snapshot: str, name: str) -> tuple[Row, ...]:
    try:
        return _counted(service, snapshot, name)
    except (QueryLimit, Busy):
        return ()
