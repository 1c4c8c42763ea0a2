"""What the register keeps of a mandate by decision: its category, beginning and end, and who is in charge of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mandategraph.core.claims import concept
from mandategraph.core.dates import write_date
from mandategraph.core.deciding import Desk, the_day
from mandategraph.core.decisions import Decision
from mandategraph.core.errors import WrongUse
from mandategraph.core.namespaces import MG
from mandategraph.core.terms import Iri, Term, values_block

TERMS: Mapping[str, str] = {"category": "priority", "begins": "begins", "ends": "ends"}
"""Kind of a decision to the term of the record that it writes."""

_NAMES = {"category": "a category", "begins": "a beginning", "ends": "an end"}


def registered(
    desk: Desk, kind: str, thing: str, value: str | date | None, since: date, beside: Mapping[str, date] | None = None
) -> Decision | None:
    """
    Record a mandate's category, beginning or end as of a day; None as value takes it back.

    A later decision takes the place of an earlier one, which is kept. `beside` holds the days that are decided together
    with it. Returns None where it stands already; WrongUse where nothing can be taken back, and where the mandate would
    end before it begins.
    """
    term = TERMS[kind]
    subject = str(desk.resolved(("task",), thing, statements_of_paragraph=True))
    mine = tuple(c for c in desk.claims.decided_about(subject) if c.recorded[0] == term and desk.stands(c))
    if value is None:
        if not mine:
            raise WrongUse(f"Nobody has decided {_NAMES[kind]} of {thing}; there is nothing to withdraw.")
        return desk.withdrawal(max(mine, key=lambda c: (c.day, c.iri)))
    if isinstance(value, date):
        _in_order(desk, subject, {**(beside or {}), kind: value})
        told: Term = the_day(value)
    else:
        told = Iri(concept("priority", value.casefold()))
    if any(one.recorded[1] == str(told) and not desk.is_old(one) for one in mine):
        return None
    content = ((MG + "about", Iri(subject)), (MG + term, told), (MG + "onDate", the_day(since)))
    return Decision("status", True, content, tuple(c.iri for c in mine), mine, before=desk.before([subject]))


def put_in_charge(desk: Desk, thing: str, actors: Sequence[str]) -> list[Decision | None]:
    """Put some bodies in charge of a thing, and nobody else: earlier decisions for others are taken back."""
    found = [desk.responsible(thing, "accept", actor) for actor in actors]
    meant = {str(desk.references.resolve("actor", actor, "--actor", "CAM")) for actor in actors}
    others = [c for c in desk.claims.in_charge_of(thing) if c.is_decided and desk.stands(c)]
    return found + [desk.judged(one, "withdraw") for one in others if one.one("actor") not in meant]


def _in_order(desk: Desk, subject: str, days: dict[str, date]) -> None:
    """Raise WrongUse where a mandate would end before it begins, by what is decided or else by what is known."""
    query = f"""
SELECT ?term (MAX(?day) AS ?last) WHERE {{
  {values_block(["task"], [[Iri(subject)]])}
  VALUES ?term {{ <{MG}begins> <{MG}ends> }}
  ?task ?term ?day
}} GROUP BY ?term"""
    known = {str(row["term"]): str(row["last"])[:10] for row in desk.store.select(query, desk.graphs.public()).rows}
    for claim in desk.claims.decided_about(subject):
        name, value = claim.recorded
        if name in ("begins", "ends") and desk.stands(claim):
            known[MG + name] = value[:10]
    first, last = (days[name].isoformat() if name in days else known.get(MG + name, "") for name in ("begins", "ends"))
    if first and last and last < first:
        raise WrongUse(f"It would end on {write_date(last)}, before it begins on {write_date(first)}.")
