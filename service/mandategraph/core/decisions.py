"""
A decision of a person as a value, and what it writes: new nodes derived from what was proposed, nothing overwritten.

A confirmed claim lies among the facts. A rejected proposal, and an earlier decision that a later one withdraws, lie
in the review graph with all that was said of them, so that nothing is lost and nothing withdrawn counts.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from mandategraph.core.claims import CLASSES, Claim, concept, digest, person_quads
from mandategraph.core.errors import WrongUse
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import MG, PROV, RDF, XSD
from mandategraph.core.terms import Iri, Literal, Quad, Term

_FOLDERS: Mapping[str, str] = {
    "link": "link",
    "participation": "participation",
    "status": "status-record",
    "gap": "gap",
    "held": "held",
}
_LONGEST = 2_000


@dataclass(frozen=True)
class Judge:
    """
    Who decides, on which day, why, and in which capacity.

    >>> Judge("Ana Pérez", date(2016, 11, 10), "Agreed with the chair.").key
    'ana-perez'
    """

    name: str
    day: date
    reason: str
    role: str = ""

    @property
    def key(self) -> str:
        """The last part of the person's address."""
        return key_of(self.name)


@lru_cache(maxsize=1024)
def key_of(name: str) -> str:
    """Return a name as an address writes it."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[\W_]+", "-", kept).strip("-")


def admitted(judge: Judge, programs: Mapping[str, str], today: date) -> Judge:
    """
    Return a judge whose name, day and reason can stand in the record; WrongUse says what is missing.

    `programs` are the names of software agents, which never decide.
    """
    name, reason, role = (" ".join(text.split()) for text in (judge.name, judge.reason, judge.role))
    if not key_of(name) or not any(character.isalpha() for character in name):
        raise WrongUse('Who decides? Name the person: --by "Ana Pérez"')
    if key_of(name) in {key_of(known) for known in programs}:
        raise WrongUse(f"“{name}” is a program, and a program never decides. Name the person: --by")
    if not any(character.isalnum() for character in reason):
        raise WrongUse('Why? A decision needs its reason: --reason "Agreed with the chair."')
    if judge.day > today:
        raise WrongUse(f"A decision of {judge.day.isoformat()} lies in the future; today is {today.isoformat()}.")
    for what, text in (("name", name), ("reason", reason), ("role", role)):
        if len(text) > _LONGEST:
            raise WrongUse(f"The {what} is longer than {_LONGEST:,} characters.")
        if any(unicodedata.category(character) in ("Cc", "Cs", "Cn") for character in text):
            raise WrongUse(f"The {what} contains a character that is no text.")
    return Judge(name, judge.day, reason, role)


@dataclass(frozen=True)
class Before:
    """What was before the person who decided: quoted words, and who was asked."""

    words: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """
    What one person decides of one claim.

    `content` is what is claimed, `origins` the claims that it answers, `displaced` the earlier decisions that it
    withdraws, `holder` what a role is a role in, `before` what was before the person.
    """

    kind: str
    accepted: bool
    content: tuple[tuple[str, Term], ...]
    origins: tuple[str, ...] = ()
    displaced: tuple[Claim, ...] = ()
    holder: str = ""
    before: Before = Before()
    among_facts: bool = True
    companions: tuple[Decision, ...] = field(default=())


@dataclass(frozen=True)
class Difference:
    """Quads to add and to take away."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]


def difference(decisions: Iterable[tuple[Decision, Judge]], graphs: Graphs, organisation: str) -> Difference:
    """Return what some decisions write: the same quads whatever the order of those that do not touch each other."""
    added: dict[Quad, None] = {}
    removed: dict[Quad, None] = {}
    for decision, judge in decisions:
        for one in (decision, *decision.companions):
            for quad in _written(one, judge, graphs, organisation):
                added[quad] = None
            for claim in one.displaced:
                for quad in claim.quads():
                    removed[quad] = None
                    added[Quad(quad.subject, quad.predicate, quad.object, Iri(graphs.review))] = None
    return Difference(tuple(added), tuple(removed))


def address(decision: Decision, judge: Judge, graphs: Graphs, organisation: str) -> Iri:
    """Return the address of the node that a decision writes; it follows from who decides what, when and why."""
    told = [decision.kind, str(decision.accepted), decision.holder, *sorted(decision.origins)]
    told += sorted(f"{name} {'' if isinstance(value, Iri) else type(value).__name__}{value}"
                   for name, value in decision.content)  # fmt: skip
    told += [judge.key, judge.day.isoformat(), judge.reason, judge.role]
    key = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return Iri(f"{graphs.base}{organisation}/{_FOLDERS[decision.kind]}/decision-{key}")


def _written(decision: Decision, judge: Judge, graphs: Graphs, organisation: str) -> list[Quad]:
    subject = address(decision, judge, graphs, organisation)
    graph = Iri(graphs.facts if decision.accepted or decision.among_facts else graphs.review)
    person = Iri(f"{graphs.base}{organisation}/agent/{judge.key}")
    day = Literal(judge.day.isoformat(), datatype=XSD + "date")
    reason = Literal(judge.reason)
    said: list[tuple[str, Term]] = [(RDF + "type", Iri(CLASSES[decision.kind])), *decision.content]
    said += [(PROV + "wasDerivedFrom", Iri(origin)) for origin in decision.origins]
    for words in dict.fromkeys(decision.before.words):
        said += [(MG + "wordsDigest", Literal(digest(words))), (MG + "wordsBefore", Literal(words))]
    said += [(MG + "addresseeBefore", Iri(one)) for one in decision.before.addressees]
    if decision.kind == "gap" and decision.accepted:
        said += [(MG + "acceptedBy", person), (MG + "acceptedOn", day), (MG + "reason", reason)]
    else:
        status = "confirmed" if decision.accepted else "rejected"
        said += [(MG + "decidedBy", person), (MG + "decidedOn", day), (MG + "decisionNote", reason)]
        if decision.kind != "held" or not decision.accepted:
            said.append((MG + "assertionStatus", Iri(concept("status", status))))
    if judge.role:
        said.append((MG + "capacity", Literal(judge.role)))
    quads = [Quad(subject, Iri(name), value, graph) for name, value in said]
    if decision.holder:
        quads.append(Quad(Iri(decision.holder), Iri(MG + "participation"), subject, graph))
    return quads + person_quads(person, judge.name, Iri(graphs.facts))
