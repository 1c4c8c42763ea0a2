"""What accepting and withdrawing change, on drafts of invented texts that quote one another."""

from datetime import date

import pytest

from mandategraph.core.errors import WrongUse
from mandategraph.core.namespaces import ID, KOS, MG
from mandategraph.settings import Settings
from mandategraph.wiring import memory_installation

DAY = date(2045, 1, 31)
MARK = {f"{MG}withdrawnOn", f"{MG}wordsDigest"}
RESOLUTION = """A/RES/99/7

The General Assembly,

Recalling its resolution 98/12 of 3 December 2043,

1. Requests the Secretary-General to report on lighthouses at its hundredth session;
2. Decides to remain seized of the matter.
"""
EARLIER = """A/RES/98/12

The General Assembly,

1. Encourages Member States to keep their lamps lit.
"""
PLAN = """INTRODUCTION:

This Work Plan of the Committee on Migration Issues is invented.

MANDATES:
This plan is based on the mandates issued by the General Assembly.

I. AG/RES. 2999 (L-O/20), "On lighthouses", operative paragraphs 4 to 5

4.
To instruct the CAM to count lighthouses in the region.

5.
To encourage member states to keep their lamps lit.

II. CALENDAR OF ACTIVITIES OF THE CAM

	DATE
	MANDATE
	ACTIVITY

	MARCH 3, 2021
	AG/RES. 2999 (L-O/20)
	Meeting to count lighthouses in the region under the 2021 Work Plan
"""
WHOLE = """AG/RES. 2999 (L-O/20)

ON LIGHTHOUSES

THE GENERAL ASSEMBLY,

RESOLVES:

1. To thank the keepers.

2. To request the General Secretariat to pay the keepers.

3. To take note of the lamps.

4. To instruct the CAM to count lighthouses in the region.

5. To encourage member states to keep their lamps lit.
"""


@pytest.fixture
def here():
    with memory_installation(Settings(), filled=False) as installation:
        yield installation


def values(here, path, term):
    query = f"SELECT ?o {{ <{ID}{path}> <{MG}{term}> ?o }}"
    return sorted(str(row["o"]) for row in here.store.select(query, here.graphs.public()).rows)


def told_of(here, path):
    query = f"SELECT DISTINCT ?p {{ <{ID}{path}> ?p ?o }}"
    return {str(row["p"]) for row in here.store.select(query, here.graphs.public()).rows}


def holds(here, pattern):
    return here.store.ask(f"ASK {{ {pattern} }}", here.graphs.public())


def test_a_cited_document_is_known_before_it_is_entered_and_whole_after(here, draft):
    """What a citation told of it gives way to what its own text tells; its symbol stays one."""
    here.drafts.accept([draft(RESOLUTION, "later", "un")], DAY)
    assert values(here, "un/ga/res/98/12", "entered") == [f"{KOS}entered-none"]
    here.drafts.accept([draft(EARLIER, "earlier", "un")], DAY)
    assert values(here, "un/ga/res/98/12", "entered") == [f"{KOS}entered-full"]
    assert values(here, "un/ga/res/98/12", "symbol") == ["A/RES/98/12"]


def test_a_withdrawn_document_that_others_cite_stays_known_by_its_symbol(here, draft):
    """Its paragraphs go; the citation still leads somewhere."""
    here.drafts.accept([draft(RESOLUTION, "later", "un")], DAY)
    here.drafts.accept([draft(EARLIER, "earlier", "un")], DAY)
    here.drafts.withdraw(f"{ID}un/ga/res/98/12")
    assert values(here, "un/ga/res/98/12", "entered") == [f"{KOS}entered-none"]
    assert values(here, "un/ga/res/98/12", "symbol") == ["A/RES/98/12"]
    assert told_of(here, "un/ga/res/98/12/op/1") == MARK
    assert holds(here, f"<{ID}un/ga/res/99/7/op/1> ?p ?o")


def test_accepting_and_withdrawing_leaves_nothing_but_registers(here, draft):
    """No node read from the text, no span of it, no text is left; only that there was something."""
    path = draft(RESOLUTION, "later", "un")
    sha12 = path.read_text().split("/id/text/")[1][:12]
    here.drafts.accept([path], DAY)
    assert holds(here, f"<{ID}text/{sha12}> ?p ?o")
    here.drafts.withdraw(f"{ID}un/ga/res/99/7")
    left = [str(quad.subject) for quad in here.store.quads(here.graphs.facts) if sha12 in str(quad.subject)]
    assert left == []
    assert told_of(here, "un/ga/res/99/7") == {f"{MG}withdrawnOn"}
    with pytest.raises(WrongUse):
        here.drafts.withdraw(f"{ID}un/ga/res/99/7")


def test_paragraphs_that_a_plan_quotes_keep_their_statements_when_the_whole_text_comes(here, draft):
    """The plan's reading stays; the new text adds its words, the other paragraphs, and that it is entered in full."""
    here.drafts.accept([draft(PLAN, "plan", "oas")], DAY)
    number = "oas/ag/res/2020/2999"
    assert values(here, number, "entered") == [f"{KOS}entered-part"]
    assert len(values(here, f"{number}/op/4", "textSpan")) == 1
    kept = here.drafts.accept([draft(WHOLE, "whole", "oas")], DAY).kept
    assert len(kept) == 2
    assert values(here, number, "entered") == [f"{KOS}entered-full"]
    assert len(values(here, f"{number}/op/4", "textSpan")) == 2
    assert len(values(here, f"{number}/op/4", "number")) == 1
    assert holds(here, f"?s <{MG}expressedIn> <{ID}{number}/op/2>")
    here.drafts.withdraw(f"{ID}{number}")
    assert len(values(here, f"{number}/op/4", "textSpan")) == 1
    assert told_of(here, f"{number}/op/2") == MARK
    assert holds(here, f"?s <{MG}expressedIn> <{ID}{number}/op/4>")


def test_proposed_links_stay_proposals(here, draft):
    """They never enter the facts, and never leave the review graph by acceptance."""
    path = draft(PLAN, "plan", "oas")
    here.drafts.take([path])
    proposed = f"GRAPH <{here.graphs.review}> {{ ?link <{MG}assertionStatus> <{KOS}status-proposed> }}"
    assert here.store.ask(f"ASK {{ {proposed} }}", here.graphs.with_proposals())
    here.drafts.accept([f"{ID}oas/cidi/cam/plan/2021"], DAY)
    assert here.store.ask(f"ASK {{ {proposed} }}", here.graphs.with_proposals())
    assert not holds(here, f"?link <{MG}assertionStatus> <{KOS}status-proposed>")


def test_a_later_draft_of_a_text_takes_the_place_of_the_earlier(here, draft):
    """Whatever the earlier one said and the later does not is gone from the review graph."""
    path = draft(RESOLUTION, "later", "un")
    here.drafts.take([path])
    before = set(here.store.quads(here.graphs.review))
    path.write_text(path.read_text().replace("Requests", "Demands").replace("requests", "demands"))
    lines = [line for line in path.read_text().splitlines() if "/op/2" not in line]
    draft(RESOLUTION, "later", "un")
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "/op/2" not in line) + "\n")
    assert len(lines) > 10
    here.drafts.take([path])
    after = set(here.store.quads(here.graphs.review))
    assert after < before
    assert not any("/op/2" in str(quad.subject) for quad in after)


def test_the_text_of_an_accepted_draft_is_kept(here, draft):
    """So that its words can be shown, and compared again at every change."""
    path = draft(RESOLUTION, "later", "un")
    here.drafts.accept([path], DAY)
    (sha256,) = [
        str(row["sha"])
        for row in here.store.select(f"SELECT ?sha {{ ?t <{MG}sha256> ?sha }}", here.graphs.public()).rows
    ]
    path.with_suffix(".txt").unlink()
    assert here.source_text(sha256) == RESOLUTION
