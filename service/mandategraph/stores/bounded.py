"""A store that is read by processes which may be killed: what no query can hold up, and what ends by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mandategraph.core.errors import WrongUse
from mandategraph.core.formats import ANSWER_TYPES, format_of_media_type
from mandategraph.core.gate import admit
from mandategraph.core.graphs import Dataset
from mandategraph.core.ports import Table
from mandategraph.core.terms import Quad
from mandategraph.engine.terms import read_tsv, to_triple
from mandategraph.stores.embedded import parse
from mandategraph.stores.readers import Readers

_TRIPLES = "application/n-triples"


class BoundedStore:
    """
    The four reading methods of a GraphStore over a pool of readers, with its deadline and its limits.

    Every method raises QueryLimit where a query took more than it may, besides what the port says.
    """

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def select(self, query: str, dataset: Dataset) -> Table:
        """Return the solutions of a SELECT."""
        return read_tsv(self._whole(query, dataset, ANSWER_TYPES["tsv"], "select"))

    def ask(self, query: str, dataset: Dataset) -> bool:
        """Return the answer of an ASK."""
        return bool(json.loads(self._whole(query, dataset, ANSWER_TYPES["json"], "ask"))["boolean"])

    def construct(self, query: str, dataset: Dataset) -> Iterator[Quad]:
        """Yield the triples of a CONSTRUCT or DESCRIBE, as quads of the unnamed graph."""
        written = self._whole(query, dataset, _TRIPLES, "construct", "describe")
        return (to_triple(quad.triple) for quad in parse(written, format_of_media_type(_TRIPLES)))

    def answer(self, query: str, dataset: Dataset, media_type: str) -> Iterator[bytes]:
        """Yield the answer of any query in a media type that suits its form; WrongUse where it does not."""
        admitted = admit(query, dataset)
        bare = media_type.partition(";")[0].strip().lower()
        if (admitted.form in {"construct", "describe"}) == (bare in ANSWER_TYPES.values()):
            raise WrongUse(f"The answer of {admitted.form.upper()} cannot be written as {bare}.")
        return self._readers.query(query, admitted.dataset, bare).pieces()

    def _whole(self, query: str, dataset: Dataset, media_type: str, *forms: str) -> bytes:
        admitted = admit(query, dataset)
        if admitted.form not in forms:
            wanted = " or ".join(form.upper() for form in forms)
            raise WrongUse(f"This query is {admitted.form.upper()}; {wanted} is wanted here.")
        return b"".join(self._readers.query(query, admitted.dataset, media_type).pieces())
