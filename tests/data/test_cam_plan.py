"""The CAM work plan 2016-2017 as entered: every count that a careful reader of the document would make."""

import hashlib
import tomllib
from pathlib import Path

import pyoxigraph
import pytest

from mandategraph.core.coverage import account_for

ORGANISATION = Path(__file__).parents[2] / "data" / "oas"
PLAN = ORGANISATION / "cam-work-plan-2016-2017"
PREFIXES = """
PREFIX mg: <https://w3id.org/mandategraph/ns#>
PREFIX k: <https://w3id.org/mandategraph/kos/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
ID = "https://w3id.org/mandategraph/id/"


@pytest.fixture(scope="module")
def text():
    return (PLAN / "source.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def facts():
    """The fact files alone, without proposals and without rules."""
    store = pyoxigraph.Store()
    for folder, configuration in ((ORGANISATION, "organisation.toml"), (PLAN, "plan.toml")):
        names = tomllib.loads((folder / configuration).read_text(encoding="utf-8"))["graphs"]["facts"]
        assert names
        for name in names:
            store.load(path=folder / name, format=pyoxigraph.RdfFormat.TURTLE)
    return store


def count(store, pattern):
    (row,) = store.query(f"{PREFIXES} SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT * WHERE {{ {pattern} }} }}")
    return int(row["n"].value)


def values(store, query):
    return sorted(row[0].value.removeprefix(ID) for row in store.query(PREFIXES + query))


def test_the_text_is_the_one_that_was_read():
    """The source file is the 19,247 characters whose SHA-256 the spans name."""
    bytes_read = (PLAN / "source.txt").read_bytes()
    assert hashlib.sha256(bytes_read).hexdigest().startswith("3754734bdc9f")
    assert len(bytes_read.decode("utf-8")) == 19_247


def test_every_quotation_stands_at_its_place(facts, text):
    """Offsets, words and line of each span agree with the text."""
    spans = list(
        facts.query(
            PREFIXES
            + """SELECT ?span ?start ?end ?words ?line WHERE { ?span mg:line ?line ; oa:hasSelector ?p , ?q .
                 ?p oa:start ?start ; oa:end ?end . ?q oa:exact ?words }"""
        )
    )
    assert len(spans) > 300
    for span in spans:
        start, end = int(span["start"].value), int(span["end"].value)
        assert text[start:end] == span["words"].value
        assert text.count("\n", 0, start) + 1 == int(span["line"].value)
        assert span["span"].value.endswith(f"/{start}-{end}")


def test_every_character_is_accounted_for(facts, text):
    """Each character that is not blank lies in a span of a fact, or in a stretch listed with a reason."""
    pointed_at = [
        (int(row["start"].value), int(row["end"].value))
        for row in facts.query(
            PREFIXES
            + """SELECT DISTINCT ?start ?end WHERE { ?fact ?property ?span . ?span oa:hasSelector ?p .
                 ?p oa:start ?start ; oa:end ?end }"""
        )
    ]
    account = account_for(text, pointed_at)
    assert account.is_whole, account.left_out
    unplaced = count(facts, "?node a mg:UnplacedText ; mg:unplacedReason ?reason ; mg:textSpan ?span")
    assert unplaced == 16


@pytest.mark.parametrize(
    ("what", "pattern", "expected"),
    [
        ("resolutions that the plan lists", "?plan mg:listsMandate ?document", 4),
        ("operative paragraphs", "?p mg:provisionType k:provision-operative", 16),
        (
            "lettered items under them",
            "?p mg:provisionType k:provision-item ; mg:partOf/mg:provisionType k:provision-operative",
            14,
        ),
        ("bullets", "?p mg:provisionType k:provision-bullet", 3),
        (
            "letters of Article 58",
            "?p mg:partOf <https://w3id.org/mandategraph/id/oas/cidi/rules/regular-and-special-meetings/art/58>",
            4,
        ),
        ("suggested activities", "?task a mg:SuggestedActivity", 20),
        (
            "actors with suggested activities",
            "{ SELECT DISTINCT ?actor { ?task a mg:SuggestedActivity ; mg:addressee ?actor } }",
            6,
        ),
        ("duties", "?task a mg:Duty", 8),
        ("calendar entries", "?entry a mg:ScheduledActivity", 11),
        ("agenda items", "?item a mg:AgendaItem", 3),
        (
            "citations of mandates in the calendar",
            "?link mg:linkType k:link-cites ; mg:from/a mg:ScheduledActivity",
            12,
        ),
        (
            "mentions of participants in the calendar",
            "?entry a mg:ScheduledActivity ; mg:participation ?p . "
            "?p mg:assertionStatus k:status-stated ; mg:certainty ?certainty",
            19,
        ),
        ("figures", "?s mg:statisticKind k:statistic-figure", 4),
        ("trends", "?s mg:statisticKind k:statistic-trend", 4),
        (
            "member States",
            "?m org:organization <https://w3id.org/mandategraph/id/oas/collective/member-states> ; org:member ?state",
            35,
        ),
    ],
)
def test_the_document_is_entered_whole(facts, what, pattern, expected):
    """What a reader counts in the document is what the graph holds."""
    assert count(facts, pattern) == expected, what


def test_the_operative_paragraphs_hold_23_statements(facts):
    """18 with an operative verb, 5 sentences with “shall” or “will”; items count with their paragraph."""
    verbs = list(
        facts.query(
            PREFIXES
            + """SELECT ?statement ?verb WHERE { VALUES ?class { mg:Mandate mg:OperativeStatement }
                 ?statement a ?class ; mg:verb ?verb ; mg:expressedIn/mg:partOf* ?p .
                 ?p mg:provisionType k:provision-operative }"""
        )
    )
    assert len(verbs) == 23
    plain = [row for row in verbs if row["verb"].value.rsplit("/", 1)[1] in ("shall", "will")]
    assert len(plain) == 5


def test_idb_el_salvador_is_one_guest_as_written(facts):
    """The comma that would make two of it is not in the text."""
    row = list(
        facts.query(
            PREFIXES + 'SELECT ?p ?actor WHERE { ?p mg:asWritten "IDB El Salvador"@en OPTIONAL { ?p mg:actor ?actor } }'
        )
    )
    assert len(row) == 1
    assert row[0]["actor"] is None


def test_nothing_is_linked_to_a_paragraph_as_a_fact(facts):
    """The calendar cites whole texts; links to paragraphs are proposals and lie elsewhere."""
    assert count(facts, "?l a mg:TraceLink ; mg:from/a mg:ScheduledActivity ; mg:to/a mg:Provision") == 0
    assert count(facts, "?l mg:assertionStatus k:status-proposed") == 0
    proposals = pyoxigraph.Store()
    proposals.load(path=PLAN / "proposals.ttl", format=pyoxigraph.RdfFormat.TURTLE)
    assert count(proposals, "?l a mg:TraceLink ; mg:basis ?words ; mg:assertionStatus k:status-proposed") >= 10
    assert count(proposals, "?l mg:assertionStatus ?s FILTER(?s != k:status-proposed)") == 0


def test_every_node_read_from_the_document_says_so(facts):
    """What has words in the text names the text, so that it is replaced with it."""
    kept_apart = "FILTER NOT EXISTS { ?node mg:readFrom ?text }"
    assert count(facts, f"?node mg:textSpan ?span {kept_apart}") == 0


def test_every_citation_has_a_target_that_is_described(facts):
    """Each reference, in each spelling, leads to a document or provision of the register."""
    assert count(facts, "?c a mg:Citation ; mg:asWritten ?words ; mg:occursIn ?place ; mg:textSpan ?span") >= 60
    assert count(facts, "?c a mg:Citation . FILTER NOT EXISTS { ?c mg:refersTo/a ?class }") == 0
    assert count(facts, "?c a mg:Citation ; mg:occursIn ?place . FILTER NOT EXISTS { ?place a ?class }") == 0
    spellings = values(facts, f"SELECT DISTINCT ?w {{ ?c mg:refersTo <{ID}oas/ag/res/2014/2816> ; mg:asWritten ?w }}")
    assert spellings == ["AG/RES. 2816 (XLIV-O/14)", "AG/RES. 2816 (XLIV-OR/14)"]


def test_every_shared_thing_carries_its_key(facts):
    """dcterms:identifier is the path after the base."""
    wrong = count(
        facts,
        f'?thing dcterms:identifier ?key FILTER(STRSTARTS(STR(?thing), "{ID}") && STR(?thing) != CONCAT("{ID}", ?key))',
    )
    assert wrong == 0
    assert count(facts, "?thing dcterms:identifier ?key") > 250


def test_names_are_in_the_four_official_languages(facts):
    """Bodies, collectives and themes have a preferred label in each of the four languages, once."""
    things = """VALUES ?class { mg:Body mg:CollectiveActor skos:Concept } ?thing a ?class ; skos:prefLabel ?label"""
    columns = "?thing (COUNT(?label) AS ?n) (COUNT(DISTINCT LANG(?label)) AS ?languages)"
    rows = list(facts.query(f"{PREFIXES} SELECT {columns} WHERE {{ {things} }} GROUP BY ?thing"))
    assert len(rows) > 100
    assert [row["thing"].value for row in rows if row["n"].value != "4" or row["languages"].value != "4"] == []
