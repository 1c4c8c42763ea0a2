"""
Defects, one of each kind, each in a place of its own so that no check but its own finds it.

What a plan has once is planted once: `plant_once`. What a document, a task or a link may have is planted again and
again as the graph grows: `plant_documents`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from generate_defects_integrity import plant_integrity
from generate_parts import Document
from generate_writing import TRUE, day, local, node, number, shared, text

if TYPE_CHECKING:
    from generate import Setting

RRULE = text("FREQ=YEARLY")


def listed(setting: Setting, name: str, turn: int, issued: str = "2024-06-01", **more: object) -> Document:
    """Write a document that the plan lists."""
    document = setting.parts.document(f"gen/{name}/{turn}", setting.assembly, issued, **more)  # type: ignore[arg-type]
    setting.parts.writer.add(setting.plan.iri, ("mg:listsMandate", document.iri))
    return document


def unlisted(setting: Setting, name: str, turn: int, issued: str = "2024-06-01", **more: object) -> Document:
    """Write a document that no plan lists."""
    return setting.parts.document(f"gen/{name}/{turn}", setting.assembly, issued, **more)  # type: ignore[arg-type]


def mandate(setting: Setting, document: Document, asked: list[str], verb: str = "request", **more: object) -> str:
    """Write a paragraph with a mandate in a document; return the mandate."""
    parts = setting.parts
    paragraph, what = parts.paragraph(document, verb, (asked or [setting.own])[0])
    return parts.task(
        paragraph,
        verb,
        asked,
        document.issuer,
        what,
        document.source,
        document.language,
        **more,  # type: ignore[arg-type]
    )


def paragraph_of(task: str) -> str:
    """Return the paragraph of a statement."""
    return f"{task.rsplit('/', 1)[0]}>"


def plant_documents(setting: Setting, turn: int) -> None:
    """Plant what may be wrong with documents, tasks and links."""
    if not setting.is_admissible:
        plant_integrity(setting, turn)
    _mandates(setting, turn)
    _coverage(setting, turn)
    _duties(setting, turn)
    _documents(setting, turn)


def _mandates(setting: Setting, turn: int) -> None:
    parts, plant = setting.parts, setting.plant
    own, one, two, *_ = setting.own, *setting.agencies
    plant("MandateWithoutAddressee", mandate(setting, unlisted(setting, "nobody-asked", turn), []))
    plant("MandateWithoutResponsibleOwn", mandate(setting, unlisted(setting, "two-asked", turn), [own, one]))
    plant("MandateWithoutResponsibleOthers", mandate(setting, unlisted(setting, "others-asked", turn), [one, two]))
    ended = [("mg:ends", day("2025-12-31"))]
    plant("MandatePastItsTerm", mandate(setting, unlisted(setting, "past-term", turn), [one], more=ended))
    theme = [("mg:theme", shared(f"gen/theme/twice-{turn}"))]
    first = mandate(setting, unlisted(setting, "same-act-a", turn, "2022-06-01"), [one], more=theme)
    mandate(setting, unlisted(setting, "same-act-b", turn, "2023-06-01"), [two], more=theme)
    plant("SameActOfTwoUnits", first)
    plant("ListedMandateEnded", mandate(setting, listed(setting, "listed-ended", turn), [one], status="elapsed"))
    plant("ListedMandateAnswered", mandate(setting, listed(setting, "listed-answered", turn), [one], status="answered"))
    late = unlisted(setting, "late-answer", turn, "2025-06-01")
    due = parts.date(setting.plan.source, date(2024, 12, 31), date(2024, 12, 31))
    section = parts.section(setting.plan)
    asked = parts.task(
        section, "request", [one], setting.assembly, "report", setting.plan.source,
        without=["record"], more=[("mg:deadline", due)],
    )  # fmt: skip
    parts.record(asked, "fulfilled", setting.plan.source.span("answered"), [("mg:restsOn", late.iri)])
    plant("AnswerAfterTerm", asked)
    incomplete = mandate(setting, listed(setting, "no-area", turn), [one], without=["mg:programmeArea"])
    parts.answer(setting.plan, incomplete)
    plant("RegisterIncomplete", incomplete)


def _coverage(setting: Setting, turn: int) -> None:
    parts, plant = setting.parts, setting.plant
    own, one = setting.own, setting.agencies[0]
    plant("MandateWithoutActivityOwn", mandate(setting, listed(setting, "open-own", turn), [own]))
    plant("MandateWithoutActivityOthers", mandate(setting, listed(setting, "open-others", turn), [one]))
    entrusted = [("mg:entrustedTo", one)]
    plant("MandateWithoutActivityNobody", mandate(setting, listed(setting, "open-nobody", turn), [], more=entrusted))
    document = listed(setting, "item", turn)
    task = mandate(setting, document, [own])
    parts.answer(setting.plan, task)
    plant("ItemWithoutActivity", parts.item(document, paragraph_of(task), "A"))


def _duties(setting: Setting, turn: int) -> None:
    parts, plant, plan = setting.parts, setting.plant, setting.plan
    own, one = setting.own, setting.agencies[0]

    def duty(asked: str, kind: str, *more: tuple[str, str]) -> str:
        section = parts.section(plan)
        return parts.task(
            section, "request", [asked], own, f"meet again {parts.key()} {turn}", plan.source, kind=kind, more=more
        )

    will, may = ("mg:modality", node("k:modality-will")), ("mg:modality", node("k:modality-may"))
    yearly, report = ("mg:rrule", RRULE), ("mg:isReportingTask", TRUE)
    plant("DutyNotPlanned", duty(own, "Duty", will, yearly))
    plant("DutyNotPlannedOthers", duty(one, "Duty", will, yearly))
    plant("OptionalDutyNotPlanned", duty(own, "Duty", may, yearly))
    plant("OptionalDutyNotPlannedOthers", duty(one, "Duty", may, yearly))
    plant("ReportNotPlanned", duty(own, "Duty", report))
    plant("ReportNotPlannedOthers", duty(one, "Duty", report))
    plant("SuggestionNotTakenUpOwn", duty(own, "SuggestedActivity"))
    plant("SuggestionNotTakenUpOthers", duty(one, "SuggestedActivity"))
    contradicted = duty(own, "Duty", will)
    parts.participation(contradicted, plan.source, "organizer", one)
    parts.participation(contradicted, plan.source, "organizer", setting.agencies[1])
    plant("StatementsContradict", contradicted)


def _documents(setting: Setting, turn: int) -> None:
    parts, plant, plan, one = setting.parts, setting.plant, setting.plan, setting.agencies[0]
    writer = parts.writer

    def cited(document: Document, written: str, place: str) -> str:
        return writer.add(
            local(f"gen/citation/{parts.key()}"),
            ("a", node("mg:Citation")),
            ("mg:asWritten", text(written)),
            ("mg:refersTo", document.iri),
            ("mg:occursIn", place),
            ("mg:textSpan", plan.source.span(written)),
        )

    place = parts.section(plan)
    plant("CitationUnlikePattern", cited(unlisted(setting, "odd-spelling", turn), f"GEN RES {turn}/x", place))
    for code, kind in (("SameTitleResolutions", "resolution"), ("SameTitleDocuments", "document")):
        title = f"One title of two, {kind} {turn}"
        twins = [unlisted(setting, f"twin-{kind}-{n}", turn, kind=kind, title=title) for n in "ab"]
        for twin in twins:
            cited(twin, "the text", place)
        plant(code, min(twin.iri for twin in twins))
    programme = unlisted(setting, "programme", turn, kind="programme")
    version = unlisted(setting, "programme-version", turn, kind="programme")
    writer.add(version.iri, ("mg:versionOf", programme.iri))
    plant("ProgrammeVersionUnclear", cited(programme, "the programme", place))
    part = listed(setting, "in-part", turn, entered="part")
    parts.answer(plan, mandate(setting, part, [one]))
    plant("TextEnteredInPart", part.iri)
    plant("TextNotEntered", listed(setting, "not-entered", turn, entered="none").iri)
    quoted = listed(setting, "quoted", turn)
    paragraph, what = parts.paragraph(quoted, "request", one, standing="quoted")
    parts.answer(plan, parts.task(paragraph, "request", [one], quoted.issuer, what, quoted.source, quoted.language))
    plant("WordsNotCertified", paragraph)
    announced = listed(setting, "announced", turn)
    for _ in range(2):
        parts.answer(plan, mandate(setting, announced, [one]))
    bounds = [("mg:announces", announced.iri), ("mg:firstAnnounced", number(1)), ("mg:lastAnnounced", number(3))]
    plant("AnnouncedParagraphMissing", parts.section(plan, bounds))
    forces = [("mg:forceAsWritten", text(word, "en")) for word in ("suggested", "optional")]
    plant("ForceContradicts", parts.section(plan, forces))
    writer.add(
        abbreviation := local(f"gen/name/{parts.key()}"),
        ("a", node("mg:Name")),
        ("mg:nameKind", node("k:name-abbreviation")),
        ("skosxl:literalForm", text(f"ABC{turn}")),
        ("mg:nameOf", one),
        ("mg:firstUse", plan.source.span(f"ABC{turn}")),
    )
    plant("AbbreviationNotExpanded", abbreviation)
    writer.add(
        collective := shared(f"gen/collective/{turn}"),
        ("a", node("mg:CollectiveActor")),
        ("mg:asWritten", text("other social actors", "en")),
        *(("skos:prefLabel", text(f"other social actors {turn}", language)) for language in ("en", "es", "fr")),
    )
    plant("NameWithoutLanguage", collective)
    writer.add(
        figure := shared(f"statistic/{parts.key()}"),
        ("a", node("mg:StatisticalStatement")),
        ("mg:statisticKind", node("k:statistic-figure")),
        ("mg:value", text("61 million", "en")),
        ("mg:unit", text("persons", "en")),
        ("mg:time", parts.date(plan.source, date(2016, 3, 1), date(2016, 3, 1))),
        ("mg:textSpan", plan.source.span("61 million")),
    )
    plant("FigureWithoutSource", figure)


def plant_once(setting: Setting) -> None:
    """Plant what the plan that is checked has once: what it leaves out, and what is wrong in its calendar."""
    from generate_defects_calendar import plant_calendar

    plan, plant = setting.plan, setting.plant
    for code in ("Symbol", "Date", "Version", "AdoptingDecision"):
        plant(f"PlanWithout{code}", plan.iri)
    setting.parts.writer.add(plan.iri, ("mg:claimsMandatesOf", setting.council))
    plant("MandateSourceWithoutText", plan.iri)
    # No entry of this calendar has a place.
    plant("CalendarWithoutColumn", plan.iri)
    plant_calendar(setting)
