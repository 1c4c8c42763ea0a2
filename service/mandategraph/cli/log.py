"""`mandategraph log`: who decided what, when and why, as minutes tell it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from mandategraph.cli.options import JsonFlag, LangOption, StoreOption, open_store, settings_from
from mandategraph.cli.orders import desk_of
from mandategraph.cli.output import say, write_out
from mandategraph.cli.wording import wording
from mandategraph.core.claims import Claim, Claims
from mandategraph.core.minutes import ALSO, minute
from mandategraph.core.namespaces import MG
from mandategraph.core.terms import Iri


def command(
    thing: Annotated[str | None, typer.Argument(help="Only what concerns this thing: an address, or its name.")] = None,
    store: StoreOption = None,
    lang: LangOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Tell in words who decided what, when and why, oldest first; what was withdrawn stays in it."""
    settings = settings_from(store=store, lang=lang)
    with open_store(settings) as here:
        claims = Claims.read(here.store, here.graphs)
        decided = decided_claims(claims)
        if thing is not None:
            about = claims.named(thing, claims.all)
            if about:
                wanted = {one.iri for claim in about for one in claims.family(claim)}
                decided = [claim for claim in decided if claim.iri in wanted]
            else:
                iri = str(desk_of(here, claims).references.resolve("iri", thing, "thing", "AG/RES. 2881, 33.A"))
                decided = [claim for claim in decided if concerns(claim, iri)]
        said = wording(here, decided, settings.lang)
    if not as_json:
        decided = gathered(decided)
    rows = [minute(c, said, settings.lang, is_withdrawal(claims, c)) for c in decided]
    if as_json:
        write_out(as_records(decided, rows))
    elif rows:
        write_out("".join(f"{row}\n" for row in rows))
    else:
        say("Nobody has decided anything of it yet." if thing else "Nobody has decided anything yet.")


def decided_claims(claims: Claims) -> list[Claim]:
    """Return the decisions of persons in the order in which they were taken."""
    # A record of a meeting held goes with the meeting itself: one sentence says both.
    held = {claim.one("executes") for claim in claims.of("held")}
    found = [
        claim
        for claim in claims.all
        if claim.is_decided
        and not (claim.kind == "status" and claim.one("progress").endswith("-held") and claim.one("about") in held)
    ]
    return sorted(found, key=lambda claim: (claim.day, claims.depth(claim), claim.kind, claim.key, claim.iri))


def gathered(decided: Sequence[Claim]) -> list[Claim]:
    """Return decisions, as one those that one person took on one day for one reason: gaps, and roles of one body."""
    found: dict[tuple[str, ...], Claim] = {}
    for claim in decided:
        told = (claim.day, claim.person, claim.reason)
        one: tuple[str, ...] = (claim.iri,)
        if claim.kind == "gap" and claim.status == "confirmed":
            one = ("gap", *told, claim.one("gapKind"), claim.one("until"))
        elif claim.kind == "participation" and claim.status == "confirmed" and claim.one("actor"):
            one = ("role", *told, claim.one("actor"), claim.one("role"), claim.one("certainty"))
        first = found.get(one)
        if first is None:
            found[one] = claim
        elif claim.kind == "gap":
            about = (*first.said[MG + "about"], *claim.said[MG + "about"])
            found[one] = replace(first, said={**first.said, MG + "about": about})
        else:
            also = (*first.said.get(ALSO, ()), Iri(claim.holder))
            found[one] = replace(first, said={**first.said, ALSO: also})
    return list(found.values())


def is_withdrawal(claims: Claims, claim: Claim) -> bool:
    """Whether a rejection takes back decisions only, and says nothing on a proposal itself."""
    origins = [claims.get(iri) for iri in claim.origins]
    return claim.status == "rejected" and all(origin is not None and origin.is_decided for origin in origins)


def concerns(claim: Claim, iri: str) -> bool:
    """Whether a claim speaks of a thing, or of a part of it."""
    told = {str(value) for values in claim.said.values() for value in values} | {claim.holder, claim.iri}
    return any(one == iri or one.startswith(iri + "/") for one in told)


def as_records(decided: Sequence[Claim], rows: Sequence[str]) -> str:
    """Return decisions as JSON, a record each."""
    records = [
        {
            "id": claim.iri,
            "kind": claim.kind,
            "status": claim.status,
            "by": claim.person,
            "on": claim.day,
            "capacity": claim.one("capacity"),
            "reason": claim.reason,
            "derivedFrom": list(claim.origins),
            "sentence": row,
        }
        for claim, row in zip(decided, rows, strict=True)
    ]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"
