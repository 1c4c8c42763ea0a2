"""After any edits, what is held as inferred is what a run from nothing concludes, and little was looked at for it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mandategraph.core.errors import BrokenLibrary
from mandategraph.core.graphs import Graphs
from mandategraph.library import Library
from mandategraph.reason.conclude import derive, infer
from mandategraph.reason.rules import Rule, read_rules
from mandategraph.reason.update import fingerprint, update
from mandategraph.stores.recording import RecordingStore

GRAPHS = Graphs()
FACTS = ox.NamedNode(GRAPHS.facts)
MG = "https://w3id.org/mandategraph/ns#"
KOS = "https://w3id.org/mandategraph/kos/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DATE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")

DOCUMENTS, PROVISIONS = ["d1", "d2"], ["d1/p1", "d1/p1/a", "d2/p1"]
STATEMENTS, ACTIVITIES = ["d1/p1/s1", "d1/p1/s10", "d2/p1/s1"], ["act1", "act2", "act3"]
ITEMS, DATES, LINKS, RECORDS = ["item1", "item2"], ["date1", "date2", "date3"], ["l1", "l2", "l3"], ["rec1", "rec2"]
DAYS = ["2016-10-20", "2016-12-01", "2017-03-05"]


def either(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from([MG + name for name in names])


def nodes(*lists: list[str]) -> st.SearchStrategy[ox.NamedNode]:
    return st.sampled_from([ox.NamedNode(f"urn:n:{name}") for names in lists for name in names])


def values(*names: str) -> st.SearchStrategy[ox.NamedNode]:
    return st.sampled_from([ox.NamedNode(KOS + name) for name in names])


days = st.sampled_from([ox.Literal(day, datatype=DATE) for day in DAYS])
classes = st.sampled_from([ox.NamedNode(MG + name) for name in ("Mandate", "Duty", "WorkPlan", "OperativeStatement")])
statuses = values("status-stated", "status-confirmed", "status-rejected")
derived_from = "http://www.w3.org/ns/prov#wasDerivedFrom"
triples = st.one_of(
    st.tuples(nodes(PROVISIONS), either("partOf", "within"), nodes(PROVISIONS, DOCUMENTS)),
    st.tuples(nodes(STATEMENTS), either("expressedIn"), nodes(PROVISIONS)),
    st.tuples(nodes(STATEMENTS), either("continues", "continuesEventually"), nodes(STATEMENTS)),
    st.tuples(nodes(ACTIVITIES), either("fulfils", "contributesTo", "relatesTo"), nodes(STATEMENTS, PROVISIONS)),
    st.tuples(nodes(STATEMENTS, DOCUMENTS), st.just(TYPE), classes),
    st.tuples(nodes(STATEMENTS), either("begins", "ends"), days),
    st.tuples(nodes(STATEMENTS), either("appliesDuring"), nodes(DATES)),
    st.tuples(nodes(DOCUMENTS), st.just("http://purl.org/dc/terms/issued"), days),
    st.tuples(nodes(DATES), either("earliest", "latest"), days),
    st.tuples(nodes(ACTIVITIES), either("plannedTime"), nodes(DATES)),
    st.tuples(nodes(ACTIVITIES, ITEMS), either("notBefore"), nodes(ACTIVITIES, ITEMS)),
    st.tuples(nodes(ITEMS), either("agendaOf"), nodes(ACTIVITIES)),
    st.tuples(nodes(LINKS), either("from"), nodes(ACTIVITIES)),
    st.tuples(nodes(LINKS), either("to"), nodes(STATEMENTS, PROVISIONS)),
    st.tuples(nodes(LINKS), either("linkType"), values("link-contributes", "link-fulfils")),
    st.tuples(nodes(LINKS, RECORDS), either("assertionStatus"), statuses),
    st.tuples(nodes(LINKS), st.just(derived_from), nodes(LINKS)),
    st.tuples(nodes(RECORDS), either("about"), nodes(STATEMENTS, PROVISIONS, ACTIVITIES)),
    st.tuples(nodes(RECORDS), either("begins", "ends", "fixedFor"), days),
    st.tuples(nodes(RECORDS), either("progress"), values("progress-date-fixed", "progress-postponed", "progress-held")),
    st.tuples(nodes(RECORDS), either("priority"), values("priority-a", "priority-b")),
    st.tuples(nodes(RECORDS), either("mandateStatus"), values("mandate-open", "mandate-fulfilled", "mandate-unknown")),
    st.tuples(nodes(RECORDS), either("onDate", "decidedOn"), days),
).map(lambda triple: ox.Quad(triple[0], ox.NamedNode(triple[1]), triple[2], FACTS))  # fmt: skip
edits = st.lists(st.tuples(st.sets(triples, max_size=4), st.integers(0, 4), st.randoms()), min_size=1, max_size=3)


def held(store: RecordingStore) -> set[ox.Triple]:
    return {quad.triple for quad in store.engine.quads_for_pattern(None, None, None, ox.NamedNode(GRAPHS.inferred))}


def from_nothing(store: RecordingStore, rules: tuple[Rule, ...]) -> set[ox.Triple]:
    facts = [quad.triple for quad in store.engine.quads_for_pattern(None, None, None, FACTS)]
    return set(derive(bytes(ox.serialize(facts, format=ox.RdfFormat.N_TRIPLES)), rules)[0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sets(triples, min_size=8, max_size=45), changes=edits)
def test_after_any_edits_the_conclusions_are_those_of_a_run_from_nothing(
    start: set[ox.Quad], changes: list, rules: tuple[Rule, ...]
) -> None:
    """Facts come and go, also such as are concluded anyway; cycles, several parents, chains of order."""
    store = RecordingStore(ox.Store())
    store.put(start, [])
    infer(store, rules)
    for new, number, random in changes:
        here = sorted(store.engine.quads_for_pattern(None, None, None, FACTS), key=str)
        gone = set(random.sample(here, min(number, len(here))))
        concluded = sorted(map(str, held(store)))
        if concluded and random.random() < 0.3:
            # What was concluded may be said as well.
            text = random.choice(concluded) + " ."
            new = new | {
                ox.Quad(*quad.triple, FACTS) for quad in ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES)
            }
        stage = RecordingStore(store.engine)
        stage.put(new, gone)
        told = update(stage, rules, set(stage.added), set(stage.removed))
        assert held(store) == from_nothing(store, rules)
        inferred = [q for q in stage.added if q.graph_name.value == GRAPHS.inferred]
        assert told.added == len(inferred)
        assert told.removed == len([q for q in stage.removed if q.graph_name.value == GRAPHS.inferred])


def quads(*triples: tuple[str, str, str]) -> list[ox.Quad]:
    def node(text: str) -> ox.NamedNode:
        prefix, _, local = text.partition(":")
        return ox.NamedNode({"mg": MG, "k": KOS, "n": "urn:n:"}[prefix] + local)

    return [ox.Quad(*(node(term) for term in triple), FACTS) for triple in triples]


LINK = quads(
    ("n:link", "mg:linkType", "k:link-contributes"),
    ("n:link", "mg:assertionStatus", "k:status-confirmed"),
    ("n:link", "mg:from", "n:act"),
    ("n:link", "mg:to", "n:r7/p3"),
)


def resolutions(number: int) -> list[ox.Quad]:
    """So many resolutions of ten paragraphs, with an activity for each paragraph."""
    found = []
    for resolution in range(number):
        for paragraph in range(10):
            place = f"n:r{resolution}/p{paragraph}"
            found += quads((place, "mg:partOf", f"n:r{resolution}"), (f"{place}/s1", "mg:expressedIn", place))
            found += quads((f"n:a{resolution}-{paragraph}", "mg:contributesTo", f"{place}/s1"))
    return found


def after(facts: list[ox.Quad], added: list[ox.Quad], removed: list[ox.Quad], rules: tuple[Rule, ...]):
    store = RecordingStore(ox.Store())
    store.put(facts, [])
    infer(store, rules)
    store.put(added, removed)
    told = update(store, rules, added, removed)
    assert held(store) == from_nothing(store, rules)
    return told


def test_one_link_costs_the_same_among_ten_times_as_much(rules: tuple[Rule, ...]) -> None:
    """The pairs that are looked at are counted: time would tell of the machine."""
    few, many = resolutions(10), resolutions(100)
    for added, removed in ((LINK, []), ([], LINK)):
        told = [after(facts + removed, added, removed, rules) for facts in (few, many)]
        assert told[0] == told[1]
        # contributesTo the paragraph, relatesTo it and the resolution.
        assert told[0].added + told[0].removed == 3
        assert 0 < told[0].looked < 60


def test_what_has_another_reason_stays(rules: tuple[Rule, ...]) -> None:
    facts = resolutions(1) + quads(("n:a0-1", "mg:fulfils", "n:r0/p1/s1"))
    told = after(facts, [], quads(("n:a0-1", "mg:contributesTo", "n:r0/p1/s1")), rules)
    # It is concluded now, where it was said before; nothing else changes.
    assert (told.added, told.removed) == (1, 0)


def test_what_is_said_in_two_graphs_goes_with_the_second(rules: tuple[Rule, ...]) -> None:
    part = quads(("n:p", "mg:partOf", "n:r"))
    elsewhere = [ox.Quad(*quad.triple) for quad in part]
    store = RecordingStore(ox.Store())
    store.put([*part, *elsewhere], [])
    infer(store, rules)
    store.put([], part)
    assert update(store, rules, [], part).removed == 0
    store.put([], elsewhere)
    assert update(store, rules, [], elsewhere).removed == 1


def test_an_edit_of_what_no_rule_reads_looks_at_nothing(rules: tuple[Rule, ...]) -> None:
    label = [ox.Quad(ox.NamedNode("urn:n:r0"), ox.NamedNode(MG + "symbol"), ox.Literal("A/1"), FACTS)]
    told = after(resolutions(2), label, [], rules)
    assert (told.added, told.removed, told.looked) == (0, 0, 0)


def test_rules_have_a_name_that_changes_with_them(rules: tuple[Rule, ...]) -> None:
    assert fingerprint(rules) == fingerprint(rules[::-1])
    assert fingerprint(rules) != fingerprint(rules[1:])


def test_a_rule_that_reads_what_its_own_stage_concludes_is_refused() -> None:
    library = Library.shipped()
    texts = dict(library.rules())
    texts["status-of-provisions"] = texts["status-of-provisions"].replace("stage: 3", "stage: 2")
    with pytest.raises(BrokenLibrary, match="status-of-provisions"):
        read_rules(texts, library.ontology())
