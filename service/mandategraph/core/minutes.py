"""Decisions in words, as minutes tell them: who decided what, on which day, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from mandategraph.core.claims import Claim, value_of
from mandategraph.core.dates import write_date
from mandategraph.core.decisions import Decision, Judge
from mandategraph.core.minutes_texts import CLAIMS, FRAMES, LINKS
from mandategraph.core.namespaces import DCTERMS, MG

Said = Callable[[str], str]
"""Gives the label of an address, the sentence of a check by its code, and any other text as it is."""

ALSO = "also"
"""Where a claim that stands for several keeps the further things in which its actor has the role."""

_MOST_NAMED = 3
_STATEMENT = re.compile(r"/s\d+\Z")


def things_named(claims: Iterable[Claim]) -> list[str]:
    """Return the addresses whose labels the sentences about some claims need."""
    wanted = {claim.holder for claim in claims} | {claim.person for claim in claims}
    names = ("from", "to", "role", "actor", "certainty", "about", "mandateStatus", "progress", "priority", "executes",
             "produced")  # fmt: skip
    wanted |= {str(value) for claim in claims for name in names for value in claim.said.get(MG + name, ())}
    return sorted(one for one in wanted if one.startswith(("http://", "https://", "urn:")))


def as_claim(decision: Decision) -> Claim:
    """Return a decision that is not written yet in the form of a claim, to be told in words."""
    said: dict[str, tuple[object, ...]] = {}
    for name, value in decision.content:
        said[name] = (*said.get(name, ()), value)
    return Claim("", decision.kind, "", said, decision.holder)  # type: ignore[arg-type]


def claim_in_words(claim: Claim, said: Said, language: str = "en") -> str:
    """Return what is claimed, as a clause."""
    texts = CLAIMS[language]

    def named(address: str) -> str:
        # An entry of a calendar has a title, which is quoted; a mandate has a number, and its words are quoted.
        if "/activity/" in address:
            return texts["quoted"].format(text=said(address))
        number, colon, words = said(address).partition(": ")
        is_statement = bool(colon) and _STATEMENT.search(address) is not None
        return f"{number} ({texts['quoted'].format(text=words)})" if is_statement else said(address)

    def listed(addresses: Iterable[object]) -> str:
        things = [named(str(one)) for one in addresses]
        if len(things) > _MOST_NAMED + 1:
            things[_MOST_NAMED:] = [texts["more"].format(n=len(things) - _MOST_NAMED)]
        return "; ".join(things)

    if claim.kind == "link":
        link_type = value_of(claim.one("linkType"), "link")
        pattern = LINKS[language].get(link_type, "“{a}” – " + said(claim.one("linkType")) + " – {b}")
        return pattern.format(a=said(claim.one("from")), b=named(claim.one("to")))
    if claim.kind == "participation":
        who = said(claim.one("actor")) if claim.one("actor") else texts["quoted"].format(text=claim.one("asWritten"))
        role = value_of(claim.one("role"), "role")
        certainty = value_of(claim.one("certainty"), "certainty") if claim.one("certainty") else ""
        pattern = texts.get(certainty or role, texts["role"])
        return pattern.format(
            who=who, role=said(claim.one("role")), whole=listed((claim.holder, *claim.said.get(ALSO, ())))
        )
    if claim.kind == "status":
        name, value = claim.recorded
        day = value if name in ("begins", "ends") else claim.one("fixedFor") or claim.one("onDate")
        pattern = texts.get(name) or texts.get(value_of(value, "progress"), texts["status"])
        return pattern.format(about=named(claim.one("about")), value=said(value), day=write_date(day[:10], language))
    if claim.kind == "gap":
        sentence = said(claim.one("gapKind")).rstrip(".")
        return texts["gap"].format(sentence=sentence, about=listed(claim.said.get(MG + "about", ())))
    what = (
        said(claim.one("executes"))
        if claim.one("executes")
        else min(map(str, claim.said.get(DCTERMS + "title", ("",))))
    )
    clause = texts["held"].format(what=what, day=write_date(claim.one("heldOn")[:10], language))
    return clause + (texts["produced"].format(what=said(claim.one("produced"))) if claim.one("produced") else "")


def announcement(decision: Decision, said: Said, language: str = "en") -> str:
    """Return what a decision will change."""
    how = "confirmed" if decision.accepted else "rejected"
    if not decision.accepted and set(decision.origins) <= {claim.iri for claim in decision.displaced}:
        how = "withdrawn"
    if decision.kind == "gap" and decision.accepted:
        how = "accepted"
    claim = as_claim(decision)
    return FRAMES[language][f"will-{how}"].format(
        claim=claim_in_words(claim, said, language), until=_until(claim, language)
    )


def minute(claim: Claim, said: Said, language: str = "en", is_withdrawal: bool = False) -> str:
    """Return the sentence of the minutes about a decision that was taken."""
    frames = FRAMES[language]
    how = "withdrawn" if is_withdrawal else claim.status
    if claim.kind == "gap":
        how = "accepted" if claim.status == "confirmed" else "accepted-no-more"
    person = said(claim.person) + (f" ({claim.one('capacity')})" if claim.one("capacity") else "")
    sentence = frames[how].format(
        day=write_date(claim.day, language),
        person=person,
        claim=claim_in_words(claim, said, language),
        until=_until(claim, language),
    )
    return f"{sentence} {frames['reason'].format(reason=claim.reason)}" if claim.reason else sentence


def in_place_of(claim: Claim, said: Said, language: str = "en") -> str:
    """Return the sentence by which a person learns whose decision a new one displaces."""
    return FRAMES[language]["in-place-of"].format(minute=minute(claim, said, language))


def _until(claim: Claim, language: str) -> str:
    until = claim.one("until")[:10]
    return FRAMES[language]["until"].format(day=write_date(until, language)) if until else ""


def decided_by(judge: Judge) -> str:
    """Return who decides, on which day, in which capacity."""
    return f"{judge.name}{f' ({judge.role})' if judge.role else ''}, {write_date(judge.day.isoformat())}"
