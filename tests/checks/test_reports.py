"""A run of the checks: its day, its plan, its language, what it never counts, what people have accepted."""

from __future__ import annotations

from datetime import date

import pytest

from mandategraph.checks import Catalogue, check, integrity
from mandategraph.checks.formats.phrases import SEVERITIES
from mandategraph.checks.wording import LANGUAGES
from mandategraph.core.errors import UnknownName
from mandategraph.core.findings import Severity
from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import AT, ID, KOS, MG, RDF, XSD
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.wiring import memory_installation

GRAPHS = Graphs()
PLAN = ID + "oas/cidi/cam/plan/2016-2017"
HEALTH = AT + "oas/cidi/cam/activity/migration-and-health"


@pytest.fixture(scope="module")
def catalogue(library) -> Catalogue:
    return Catalogue.read(library.shapes_folder)


@pytest.fixture
def own():
    """An installation of one test's own, to write to."""
    with memory_installation() as here:
        yield here


def _report(here, catalogue, **chosen):
    return check(here.store, here.graphs, catalogue, here.labels, **chosen)


def test_the_day_is_the_plans_own_unless_told(installation, catalogue):
    """A run repeats: the clock has no say."""
    report = _report(installation, catalogue, profile="plan")
    assert report.on == date(2016, 10, 20)
    assert "no date" in report.basis
    later = _report(installation, catalogue, profile="plan", on=date(2018, 2, 1))
    assert later.on == date(2018, 2, 1)
    assert "MandatePastItsTerm" in {finding.code for finding in later.findings}
    assert "MandatePastItsTerm" not in {finding.code for finding in report.findings}


def test_profiles_grow_stricter(installation, catalogue):
    """The same gap weighs more the nearer the Assembly."""
    weights = {}
    for profile in ("draft", "plan", "report"):
        report = _report(installation, catalogue, profile=profile)
        weights[profile] = {one.code: one.severity for one in report.findings}
        assert report.worst is max(weights[profile].values())
    assert weights["draft"]["BasisNotListed"] < weights["plan"]["BasisNotListed"]
    assert weights["plan"]["CitationOfWholeText"] < weights["report"]["CitationOfWholeText"]
    assert "MandateWithoutActivityOwn" not in weights["draft"]
    assert weights["report"]["MandateWithoutActivityOwn"] is Severity.VIOLATION


def test_proposals_and_inferences_never_count(own, catalogue):
    """Check 31: with every proposal gone, the same findings; and none of them rests on the review graph."""
    before = _report(own, catalogue)
    removed = list(own.store.quads(GRAPHS.review))
    assert removed
    own.store.write([], removed)
    after = _report(own, catalogue)
    reads = {code for code, row in catalogue.rows.items() if row.reads_proposals}
    kept = [one.id for one in before.findings if one.code not in reads]
    assert kept == [one.id for one in after.findings if one.code not in reads]
    # Only the counts of suggestions in the sentences differ.
    assert [one.message for one in before.findings] != [one.message for one in after.findings]


def test_a_confirmed_link_answers_its_paragraph_and_no_sibling(own, catalogue):
    """Paragraph 33.A is answered, and so is 33; 33.B is not."""
    link = Iri(AT + "oas/link/decided")
    paragraph = ID + "oas/ag/res/2016/2881/op/33/a"
    said = {
        RDF + "type": Iri(MG + "TraceLink"),
        MG + "from": Iri(HEALTH),
        MG + "to": Iri(paragraph),
        MG + "linkType": Iri(KOS + "link-contributes"),
        MG + "assertionStatus": Iri(KOS + "status-confirmed"),
        MG + "decidedBy": Iri(AT + "oas/agent/cam-secretary"),
        MG + "decidedOn": Literal("2016-11-05", datatype=XSD + "date"),
    }
    before = {str(one.focus) for one in _report(own, catalogue).findings if one.code == "ItemWithoutActivity"}
    own.store.write([Quad(link, Iri(name), value, Iri(GRAPHS.facts)) for name, value in said.items()])
    own.infer()
    after = {str(one.focus) for one in _report(own, catalogue).findings if one.code == "ItemWithoutActivity"}
    assert before - after == {paragraph}
    assert paragraph.replace("/a", "/b").replace("/bg/", "/ag/") in after
    assert integrity(own.store, GRAPHS, catalogue) == ()


def _gap(name: str, code: str, about: list[str], **more: str) -> list[Quad]:
    gap = Iri(f"{AT}oas/accepted-gap/{name}")
    said: list[tuple[str, Iri | Literal]] = [
        (RDF + "type", Iri(MG + "AcceptedGap")),
        (MG + "gapKind", Literal(code)),
        (MG + "acceptedBy", Iri(AT + "oas/agent/cam-secretary")),
        (MG + "acceptedOn", Literal("2016-10-21", datatype=XSD + "date")),
        (MG + "reason", Literal("Agreed with the chair.", language="en")),
        *((MG + "about", Iri(focus)) for focus in about),
    ]
    if "until" in more:
        said.append((MG + "until", Literal(more["until"], datatype=XSD + "date")))
    if "words" in more:
        said.append((MG + "asWritten", Literal(more["words"], language="en")))
    return [Quad(gap, Iri(name), value, Iri(GRAPHS.facts)) for name, value in said]


def _of(report, code):
    return [finding for finding in report.findings if finding.code == code]


def test_one_row_is_silenced_and_listed(own, catalogue):
    """Who, when, until when and why are in the report; the other rows still stand."""
    own.store.write(_gap("one", "ActivityWithoutResponsible", [HEALTH], until="2017-06-30"))
    report = _report(own, catalogue)
    assert len(_of(report, "ActivityWithoutResponsible")) == 10
    (gap,) = report.accepted
    assert (gap.lapsed, gap.accepted_on, gap.until) == ("", "2016-10-21", "2017-06-30")
    assert gap.reason == "Agreed with the chair."
    assert [str(finding.focus) for finding in gap.silenced] == [HEALTH]
    # The heading counts what still stands.
    assert _of(report, "ActivityWithoutResponsible")[0].heading.startswith("10 of 11")


def test_a_whole_heading_is_silenced_and_a_new_row_shows_again(own, catalogue):
    """One acceptance covers the rows as they stood, not those to come."""
    rows = [str(finding.focus) for finding in _of(_report(own, catalogue), "ActivityWithoutResponsible")]
    assert len(rows) == 11
    own.store.write(_gap("all", "ActivityWithoutResponsible", rows))
    assert not _of(_report(own, catalogue), "ActivityWithoutResponsible")
    new = Iri(AT + "oas/cidi/cam/activity/new")
    own.store.write(
        [
            Quad(new, Iri(RDF + "type"), Iri(MG + "ScheduledActivity"), Iri(GRAPHS.facts)),
            Quad(new, Iri(MG + "scheduledIn"), Iri(PLAN), Iri(GRAPHS.facts)),
        ]
    )
    (row,) = _of(_report(own, catalogue), "ActivityWithoutResponsible")
    assert row.focus == new


@pytest.mark.parametrize(
    ("more", "lapsed"),
    [
        ({"until": "2016-10-19"}, "expired"),
        ({"until": "2016-10-20"}, ""),
        ({"words": "Thematic meeting: Migration and Health, with PAHO specialists"}, ""),
        ({"words": "Thematic meeting on migration and health"}, "reworded"),
    ],
)
def test_an_acceptance_lapses_with_its_term_or_its_words(own, catalogue, more, lapsed):
    """What was accepted was these words until that day."""
    own.store.write(_gap("one", "ActivityWithoutResponsible", [HEALTH], **more))
    report = _report(own, catalogue)
    counts = HEALTH in {str(finding.focus) for finding in _of(report, "ActivityWithoutResponsible")}
    assert counts == bool(lapsed)
    assert [gap.lapsed for gap in report.accepted] == [lapsed]


def test_what_may_not_be_excused_counts_and_the_report_says_so(own, catalogue):
    """An acceptance of a check without ° is no acceptance."""
    focus = next(str(one.focus) for one in _report(own, catalogue).findings if one.code == "BasisNotListed")
    own.store.write(_gap("one", "BasisNotListed", [focus]))
    report = _report(own, catalogue)
    assert len(_of(report, "BasisNotListed")) == 1
    assert [gap.lapsed for gap in report.accepted] == ["not-excusable"]


def test_a_finding_keeps_its_name_in_every_run_and_language(installation, catalogue):
    """Trends and acceptances need a name that no wording changes."""
    names = {
        language: [one.id for one in _report(installation, catalogue, language=language).findings]
        for language in LANGUAGES
    }
    assert len({tuple(sorted(ids)) for ids in names.values()}) == 1
    assert len(set(names["en"])) == len(names["en"])


def test_counts_of_what_was_looked_at(installation, catalogue):
    """Nobody takes an empty list for a clean bill of health."""
    report = _report(installation, catalogue, profile="report")
    assert dict(report.scope)["entries"] == 11
    assert all(one.says for one in report.looked_at)
    assert {one.code for one in report.looked_at} == {row.code for _, row in catalogue.profile("report")}


def test_an_empty_store_says_that_there_was_nothing(catalogue):
    """No plan, no day, no finding; and every check is listed as having found nothing to look at."""
    with memory_installation(filled=False) as here:
        report = _report(here, catalogue)
        assert (report.plan, report.on, report.findings) == ("", None, ())
        assert all(not one.nodes for one in report.looked_at)


@pytest.mark.parametrize(
    "chosen", [{"profile": "reprot"}, {"plan": ID + "no/plan"}, {"language": "de"}, {"engine": "compield"}]
)
def test_wrong_names_are_answered_with_the_right_ones(installation, catalogue, chosen):
    """The nearest name is offered."""
    with pytest.raises(UnknownName) as problem:
        _report(installation, catalogue, **chosen)
    assert "There is no" in problem.value.message


def test_severities_have_words_in_every_language():
    """Nobody reads “violation”."""
    assert set(SEVERITIES) == set(LANGUAGES)
    assert all(set(words) == set(Severity) for words in SEVERITIES.values())


def test_integrity_names_each_fault(own, catalogue):
    """The facts as shipped may enter; with a fault each sentence names the node."""
    assert integrity(own.store, GRAPHS, catalogue) == ()
    activity = Iri(AT + "oas/cidi/cam/activity/undated")
    own.store.write([Quad(activity, Iri(RDF + "type"), Iri(MG + "ScheduledActivity"), Iri(GRAPHS.facts))])
    faults = integrity(own.store, GRAPHS, catalogue)
    assert len(faults) == 3
    assert all("activity/undated" in fault for fault in faults)
    assert integrity(own.store, GRAPHS, catalogue, language="fr") != faults


def test_integrity_is_quick(installation, catalogue):
    """It runs at every load: well under the second a load may take."""
    import time

    start = time.process_time()
    integrity(installation.store, GRAPHS, catalogue)
    assert time.process_time() - start < 0.5
