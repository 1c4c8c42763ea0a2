"""A paragraph: its words, what each verb does, what is tied to it and how surely, what came before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mandategraph.core.namespaces import MG
from mandategraph.core.ports import Row
from mandategraph.core.terms import Iri, Literal, Term
from mandategraph.web.pages.attention import findings_about
from mandategraph.web.pages.outline import outline
from mandategraph.web.pages.thing import Pairs, Thing
from mandategraph.web.service import Service
from mandategraph.web.visit import Visit

# In the order in which a reader asks: to whom, for whom, with whom, under which conditions, until when.
_OF_A_STATEMENT = (
    "issuer", "addressee", "entrustedTo", "recipient", "beneficiary", "inConsultationWith", "supportedBy", "fund",
    "establishes", "adopts", "updates", "condition", "inKeepingWith", "modality", "rrule", "beforeEach", "deadline",
    "appliesDuring", "begins", "ends", "programmeArea", "priority", "dutyKind", "mentions",
)  # fmt: skip
_OF_ANOTHER = ("other", "year", "otherStatus", "status", "basis", "line")


@dataclass(frozen=True)
class Statement:
    """What one verb of a paragraph does, as the page shows it."""

    iri: Iri
    key: str
    kind: Iri
    verb: Term | None
    written: Literal | None
    act: Literal | None
    force: Iri | None
    status: Iri | None
    basis: Sequence[Term]
    facts: Pairs
    not_stated: Sequence[Term]
    participations: Sequence[Term]
    is_task: bool
    has_addressee: bool
    decided: Sequence[Row] = ()


def statements_of(service: Service, provision: Iri) -> list[Statement]:
    """Return the statements of a provision in the order of its words."""
    together: dict[Iri, dict[str, list[Term]]] = {}
    for row in service.rows("statements", {"provision": [provision]}):
        statement = row["statement"]
        if isinstance(statement, Iri):
            together.setdefault(statement, {}).setdefault(str(row["property"]), []).append(row["value"])
    decided: dict[Iri, list[Row]] = {}
    for row in service.rows("decided-of-statements", {"provision": [provision]}):
        if isinstance(row["statement"], Iri):
            decided.setdefault(row["statement"], []).append(row)
    ordered = sorted(together.items(), key=lambda pair: _place(pair[0]))
    return [_statement(Thing(iri, out, {}), decided.get(iri, [])) for iri, out in ordered]


def _place(statement: Iri) -> tuple[int, str]:
    number = statement.value.rpartition("/s")[2]
    return (int(number) if number.isdigit() else 0, statement.value)


def _statement(thing: Thing, decided: Sequence[Row]) -> Statement:
    kinds = ("SuggestedActivity", "Duty", "Mandate", "OperativeStatement")
    kind = next((name for name in kinds if thing.is_a(name)), "Task")
    written = thing.one(MG + "verbAsWritten")
    act = thing.one(MG + "requiredAct")
    force = next(iter(thing.iris(MG + "force")), None)
    known = {str(row["property"]) for row in decided}
    return Statement(
        iri=thing.iri,
        key=thing.iri.value.rpartition("/")[2],
        kind=Iri(MG + kind),
        verb=thing.one(MG + "verb"),
        written=written if isinstance(written, Literal) else None,
        act=act if isinstance(act, Literal) else None,
        force=force,
        status=next(iter(thing.iris(MG + "mandateStatus")), None),
        basis=thing.values(MG + "basis"),
        # What a person decided is told with that person, and in place of what the text or a rule says.
        facts=thing.pairs(MG + name for name in _OF_A_STATEMENT if MG + name not in known),
        not_stated=[value for value in thing.values(MG + "notStated") if str(value) not in known],
        decided=decided,
        participations=thing.values(MG + "participation"),
        is_task=thing.is_a("Task", "Mandate", "Duty", "SuggestedActivity"),
        has_addressee=bool(thing.values(MG + "addressee")),
    )


def trail_of(service: Service, provision: Iri) -> list[Iri]:
    """Return what a provision is a part of, the document first."""
    above = service.rows("above", {"provision": [provision]})
    return [row["whole"] for row in above if isinstance(row["whole"], Iri)]


def by_other(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return rows about other paragraphs, one for each paragraph, with all the themes by which it was found."""
    together: dict[Term, dict[str, Any]] = {}
    for row in rows:
        one = together.setdefault(row["other"], {**{key: row[key] for key in _OF_ANOTHER}, "themes": []})
        if row["theme"] is not None and row["theme"] not in one["themes"]:
            one["themes"].append(row["theme"])
    return list(together.values())


def show(visit: Visit, thing: Thing) -> dict[str, Any]:
    """Return what the page of a paragraph shows."""
    service = visit.service
    below = service.rows("provisions", {"whole": [thing.iri]})
    history = service.question("paragraph-history", {"paragraph": [thing.iri]}, visit.language)
    within = {thing.iri.value, *(str(row["provision"]) for row in below)}
    return {
        "thing": thing,
        "trail": trail_of(service, thing.iri),
        "number": thing.one(MG + "number"),
        "words": service.rows("words", {"thing": [thing.iri]}),
        "statements": statements_of(service, thing.iri),
        "status": next(iter(thing.iris(MG + "mandateStatus")), None),
        "parts": outline(below, thing.iri),
        "is_open_list": str(thing.one(MG + "itemListIsOpen") or "") == "true",
        "links": service.question("activities-for-paragraph", {"paragraph": [thing.iri]}, visit.language),
        "history": history,
        "others": [(block, by_other(block.rows)) for block in history.blocks if block.rows],
        "citations": service.rows("citations", {"document": [thing.iri]}),
        "relations": service.rows("relations", {"thing": [thing.iri]}),
        "facts": thing.pairs((MG + "provisionType", MG + "theme", MG + "announces", MG + "notStated")),
        "findings": findings_about(service, within, visit.language),
    }
