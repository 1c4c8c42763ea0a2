"""
Decisions that have to be looked at again: the words they were taken on, or those who are asked, are no longer the same.

A decision is never changed for it. It counts on, and is shown with the words of then beside those of now, until
somebody decides anew. Where the thing itself is gone, because a paragraph has another number now, the decision is set
aside with the other things under review, and what it claimed counts no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mandategraph.core.claims import Claim, Claims, digest, words_of
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, Quad, values_block

_AT_ONCE = 400


def things_of(claim: Claim) -> tuple[str, ...]:
    """Return what a claim hangs on: the ends of a link, what a role is a role in, what a record or gap speaks of."""
    about = [str(value) for value in claim.said.get(MG + "about", ())]
    told = (claim.one("from"), claim.one("to"), claim.holder, *about, claim.one("executes"))
    return tuple(dict.fromkeys(thing for thing in told if thing))


def quoted_by(claim: Claim) -> tuple[str, ...]:
    """Return the things whose words were before the person: what a claim hangs on, and the claims that it answers."""
    return (*things_of(claim), *claim.origins)


@dataclass(frozen=True)
class Circumstances:
    """The quoted words of things, and whom they ask, as they are now."""

    words: Mapping[str, tuple[str, ...]]
    addressees: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, store: GraphStore, graphs: Graphs, claims: Iterable[Claim]) -> Circumstances:
        """Return those of all things that some claims hang on."""
        things = {thing for claim in claims for thing in quoted_by(claim)}
        return cls(words_of(store, graphs, things), addressees_of(store, graphs, things))

    def have_changed(self, claim: Claim) -> bool:
        """Whether words that were before the person, or those who were asked, are no longer the same."""
        things = things_of(claim)
        now = {digest(words) for thing in quoted_by(claim) for words in self.words.get(thing, ())}
        if any(str(then) not in now for then in claim.said.get(MG + "wordsDigest", ())):
            return True
        if MG + "wordsBefore" not in claim.said:
            return False  # taken before whom they ask was kept
        then = {str(value) for value in claim.said.get(MG + "addresseeBefore", ())}
        return then != {one for thing in things for one in self.addressees.get(thing, ())}


def addressees_of(store: GraphStore, graphs: Graphs, things: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return whom each thing asks: a statement its addressees, a provision those of its statements."""
    found: dict[str, list[str]] = {}
    wanted = sorted(thing for thing in things if thing)
    for start in range(0, len(wanted), _AT_ONCE):
        block = values_block(["thing"], [[Iri(iri)] for iri in wanted[start : start + _AT_ONCE]])
        query = f"""
SELECT DISTINCT ?thing ?who WHERE {{
  {block}
  ?thing ^<{MG}expressedIn>?/<{MG}addressee> ?who
}} ORDER BY ?thing ?who"""
        for row in store.select(query, graphs.public()).rows:
            found.setdefault(str(row["thing"]), []).append(str(row["who"]))
    return {thing: tuple(who) for thing, who in found.items()}


def set_aside(store: GraphStore, graphs: Graphs) -> tuple[list[Quad], list[Quad]]:
    """Return what to add and to take away so that no decision among the facts hangs on a thing that is not there."""
    claims = [claim for claim in Claims.read(store, graphs).all if claim.graph == graphs.facts and claim.is_decided]
    wanted = sorted({thing for claim in claims for thing in things_of(claim)})
    there: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        block = values_block(["thing"], [[Iri(iri)] for iri in wanted[start : start + _AT_ONCE]])
        query = f"SELECT DISTINCT ?thing WHERE {{ {block} ?thing a ?kind }}"
        there |= {str(row["thing"]) for row in store.select(query, Dataset((None, graphs.facts))).rows}
    removed = [quad for claim in claims if not there.issuperset(things_of(claim)) for quad in claim.quads()]
    return [Quad(q.subject, q.predicate, q.object, Iri(graphs.review)) for q in removed], removed
