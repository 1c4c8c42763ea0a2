"""Defects that stop a load, in documents and calendars that the plan under check does not touch."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from generate_writing import day, local, node, shared, text

if TYPE_CHECKING:
    from generate import Setting

PROPERTIES = {
    "DocumentWithoutExtent": ("mg:entered",),
    "DocumentWithoutIssuer": ("mg:adoptedBy",),
    "DocumentWithoutKey": ("dcterms:identifier",),
    "DocumentWithoutTitle": ("dcterms:title", "mg:symbol"),
    "DocumentWithoutType": ("mg:documentType",),
}


def plant_integrity(setting: Setting, turn: int) -> None:
    """Plant one defect of each integrity check."""
    _documents(setting, turn)
    _provisions(setting, turn)
    _statements(setting, turn)
    _calendar(setting, turn)
    _links(setting, turn)


def _documents(setting: Setting, turn: int) -> None:
    parts, plant = setting.parts, setting.plant
    for code, without in PROPERTIES.items():
        plant(code, parts.document(f"gen/{code}/{turn}", setting.assembly, "2020-06-01", without=without).iri)
    for twin in "ab":
        path, symbol = f"gen/same-symbol-{twin}/{turn}", f"GEN/TWICE. {turn}"
        plant("SymbolOfTwoDocuments", parts.document(path, setting.assembly, "2020-06-01", symbol=symbol).iri)
    name = parts.writer.add(
        local(f"gen/name/{parts.key()}"), ("a", node("mg:Name")), ("mg:audience", node("k:audience-internal"))
    )
    plant("InternalAmongPublic", name)


def _provisions(setting: Setting, turn: int) -> None:
    parts, plant = setting.parts, setting.plant
    document = parts.document(f"gen/loose-provisions/{turn}", setting.assembly, "2020-06-01")
    path, source = document.path, document.source

    def section(name: str, parent: str, words: str = "A section", **more: object) -> str:
        return parts.provision(parent, f"{path}/{name}", "section", name, source, words, **more)  # type: ignore[arg-type]

    plant("ProvisionInCircle", section("x", shared(f"{path}/y")))
    plant("ProvisionInCircle", section("y", shared(f"{path}/x")))
    for n in "12":
        twin = parts.provision(document.iri, f"{path}/twin-{n}", "section", "7", source, "Twice seven")
        plant("ProvisionNumberTwice", twin)
    plant("ProvisionWithoutParent", section("orphan", ""))
    plant("ProvisionWithoutWords", section("silent", document.iri, ""))
    spans = {"WordsUnlikePlace": {"slip": 3}, "WordsWithoutStanding": {"standing": ""}}
    for code, how in spans.items():
        section(code, document.iri, "")
        span = source.span("Words that are off", **how)  # type: ignore[arg-type]
        parts.writer.add(shared(f"{path}/{code}"), ("mg:textSpan", span))
        plant(code, span)
    paragraph, _ = parts.paragraph(document, "recognise", setting.own)
    plant("ParagraphWithoutStatement", paragraph)


def _statements(setting: Setting, turn: int) -> None:
    parts, plant, one = setting.parts, setting.plant, setting.agencies[0]
    document = parts.document(f"gen/loose-statements/{turn}", setting.assembly, "2020-06-01")
    kinds = {
        "StatementClassUnlikeForce": {"verb": "request", "kind": "OperativeStatement", "status": "standing"},
        "StatementWithoutStatus": {"verb": "recognise", "without": ["record"]},
        "StatementWithoutVerb": {"verb": "recognise", "without": ["mg:verb"], "status": "declaratory"},
    }
    for code, how in kinds.items():
        paragraph, what = parts.paragraph(document, str(how["verb"]), one)
        rest = {name: value for name, value in how.items() if name != "verb"}
        task = parts.task(paragraph, str(how["verb"]), [one], setting.assembly, what, document.source, **rest)  # type: ignore[arg-type]
        plant(code, task)


def _calendar(setting: Setting, turn: int) -> None:
    parts, plant = setting.parts, setting.plant
    plan = setting.others[0]
    # Far apart and in the future, in a calendar that is not checked.
    when = date(2028, 1 + turn % 12, 1 + turn // 12 % 28)
    plant("ActivityWithoutDate", parts.entry(plan, None))
    plant("ActivityWithoutPlan", parts.entry(plan, when, without=["mg:scheduledIn"]))
    plant("ActivityWithoutTitle", parts.entry(plan, when, without=["dcterms:title"]))
    wrong = parts.writer.add(
        shared(f"date/{plan.source.key}/wrong-{turn}"),
        ("a", node("mg:DateExpression")),
        ("mg:asWritten", text("3 March 2028", "en")),
        ("mg:edtf", '"2028-03-03"^^<http://id.loc.gov/datatypes/edtf/EDTF>'),
        ("mg:earliest", day("2028-03-05")),
        ("mg:latest", day("2028-03-03")),
        ("mg:precision", node("k:precision-day")),
    )
    plant("DateInconsistent", wrong)


def _links(setting: Setting, turn: int) -> None:
    parts, plant, one = setting.parts, setting.plant, setting.agencies[0]
    document = parts.document(f"gen/loose-links/{turn}", setting.assembly, "2020-06-01")
    paragraph, what = parts.paragraph(document, "request", one)
    task = parts.task(paragraph, "request", [one], setting.assembly, what, document.source, document.language)
    entry = setting.others[0].entries[-1]
    plant("LinkBetweenWrongThings", parts.link("reports-on", one, task, "inferred"))
    plant("LinkIncomplete", parts.link("reports-on", entry, task, "inferred", without=["mg:linkType"]))
    plant("StatedLinkWithoutWords", parts.link("reports-on", entry, task))
    program = [("mg:decidedBy", local(f"{parts.org}/agent/program")), ("mg:decidedOn", day("2026-03-01"))]
    decided = ["mg:decidedBy", "mg:decidedOn"]
    plant("DecisionBySoftware", parts.link("reports-on", entry, task, "confirmed", without=decided, more=program))
    plant("DecisionWithoutPerson", parts.link("reports-on", entry, task, "confirmed", without=["mg:decidedBy"]))
    plant("FulfilmentUnconfirmed", parts.link("fulfils", entry, task, "inferred"))
    plant("ProposalAmongFacts", parts.link("contributes", entry, task, "proposed"))
    loose = parts.entry(setting.others[0], date(2029, 1 + turn % 12, 1 + turn // 12 % 28))
    parts.writer.add(loose, ("mg:contributesTo", task))
    plant("PlainLinkWithoutStatement", loose)
