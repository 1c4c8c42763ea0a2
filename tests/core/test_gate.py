"""The gate lets through what SPARQL is, and stops what reaches outside or weighs too much."""

import json
import subprocess
import sys

import pytest

from mandategraph.core.errors import MalformedQuery, RefusedQuery
from mandategraph.core.gate import MOST_JOINED, MOST_NESTED, MOST_OPERATORS, admit, narrow
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.scanner import tokens

PUBLIC = Graphs().public()

INNOCENT = {
    "a hash inside an IRI begins no comment": "ASK { ?s <urn:x#SERVICE> 'SERVICE <urn:y> {}' }",
    "a name that holds the word": "PREFIX service: <urn:s/> ASK { service:x service:SERVICE ?o . ?s ?p service:y }",
    "a comment that holds the word": "# SERVICE <urn:x> { }\nASK { } # LOAD <urn:y>",
    "a variable with the name": "SELECT ?SERVICE ?load { ?SERVICE ?load $insert }",
    "a long string": "ASK { ?s ?p '''SERVICE ' '' { [ ( ''' , \"\"\"INSERT \" \"\" } \"\"\" }",
    "a string of escapes": 'ASK { ?s ?p "a \\"SERVICE\\" \\\\" }',
    "an escaped slash in a name": "PREFIX id: <urn:id/> ASK { id:oas\\/org\\/cam ?p id:a%20b }",
    "brackets inside a string": "ASK { ?s ?p '" + "{" * 500 + "' }",
    "comparisons with blanks": "SELECT * { ?s ?p ?a, ?b FILTER(?a < 5&&?b>3 || ?a = <urn:a>) }",
    "an IRI with a hash in a list": "ASK { ?s ?p (1 <http://example.org/a#b> <http://example.org/it's>) }",
    "many values": "SELECT * { VALUES (?a ?b) { " + "(<urn:a#b> 'x') " * 5000 + "} ?a ?p ?b }",
    "many items of IN": "ASK { ?s ?p ?o FILTER(?o IN (" + ",".join(["1"] * 5000) + ")) }",
    "alternatives, each of some triples": "ASK { " + " UNION ".join(["{ ?s ?p ?o . ?o ?q ?r }"] * 100) + " }",
    "a template beside its pattern": "CONSTRUCT { " + "?s ?p ?o . " * 100 + " } WHERE { " + "?s ?p ?o . " * 100 + " }",
}


@pytest.mark.parametrize("query", INNOCENT.values(), ids=list(INNOCENT))
def test_lets_through(query: str) -> None:
    assert admit(query, PUBLIC).dataset == PUBLIC


REACHING_OUT = {
    "plain": "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }",
    "silent, in small letters": "SELECT * { service silent ?x { ?s ?p ?o } }",
    "after a comment": "SELECT * { #\nSERVICE#\n?x{ } }",
    "glued to a variable": "SELECT * { ?s ?p ?o SERVICE?x{ ?a ?b ?c } }",
    "glued to a name": "PREFIX SERVICEp: <urn:a> PREFIX p: <urn:b> ASK { SERVICEp:x{ ?s ?p ?o } }",
    "glued to true": "PREFIX trueServicep: <urn:a> PREFIX p: <urn:b> ASK { ?a ?b trueServicep:x { ?s ?p ?o } }",
    "glued to silent": "ASK { SERVICESILENT<urn:x>{ } }",
    "in a sub-select": "ASK { { SELECT * { SERVICE ?x { } } } }",
    "in EXISTS": "ASK { FILTER EXISTS { SERVICE ?x { } } }",
    "behind a comparison that looks like an IRI": "ASK { FILTER(?x<'>')SERVICE ?z {?s ?p ?o} #'\n }",
    "behind a comment that looks like an IRI": "ASK { FILTER(?x<1#> '''\n)SERVICE ?z { } #''' \n) }",
    "in an IRI that the engine reads as a comparison": "ASK { FILTER(?x<?y)SERVICE#>\n?z { } }",
    "behind EXISTS": "ASK { FILTER(EXISTS{}<'>')SERVICE ?z {?s ?p ?o} #'\n }",
    "behind an escaped quotation mark": 'ASK { ?s ?p "\\u0022 } SERVICE <urn:x> { # " }',
    "behind an escaped line end": "ASK { } # \\u000A SERVICE <urn:x> { }",
    "with an escaped letter": "ASK { S\\u0045RVICE <urn:x> { } }",
    "load": "LOAD <urn:x>",
    "load after a prologue": "PREFIX a: <urn:a>\nBASE <urn:b>\nload silent a:b into graph a:c",
}


@pytest.mark.parametrize("query", REACHING_OUT.values(), ids=list(REACHING_OUT))
def test_refuses_what_reaches_out(query: str) -> None:
    with pytest.raises(RefusedQuery):
        admit(query, PUBLIC)


@pytest.mark.parametrize("keyword", ["INSERT DATA", "delete", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
def test_an_update_is_no_query(keyword: str) -> None:
    with pytest.raises(RefusedQuery, match="is an update; a query is wanted"):
        admit(f"PREFIX : <urn:x> {keyword} {{ :a :b :c }}", PUBLIC)


TOO_HEAVY = {
    "nested groups": "ASK " + "{" * (MOST_NESTED + 1) + "}" * (MOST_NESTED + 1),
    "nested brackets": "ASK { FILTER(" + "(" * MOST_NESTED + "1" + ")" * MOST_NESTED + ") }",
    "brackets in what looks like an IRI": "ASK { FILTER(?x<" + "(" * 3000 + "1" + ")" * 3000 + ">?y) }",
    "a path": "ASK { ?s " + "/".join(["<urn:p>"] * (MOST_JOINED + 2)) + " ?o }",
    "triples": "ASK { " + "?s ?p ?o . " * (MOST_JOINED + 1) + "}",
    "objects": "ASK { ?s ?p " + ", ".join(["?o"] * (MOST_JOINED + 2)) + " }",
    "a list": "ASK { ?s ?p (" + "1 " * MOST_JOINED + ") }",
    "a list of lists": "ASK { ?s ?p (" + "(1)" * MOST_JOINED + ") }",
    "groups beside each other": "ASK { " + "{ ?s ?p ?o . ?s ?p ?o }" * (MOST_JOINED + 1) + " }",
    "VALUES beside each other": "ASK { " + "VALUES ?x { 1 } " * (MOST_JOINED + 1) + "}",
    "alternatives": "ASK { " + " UNION ".join(["{}"] * (MOST_OPERATORS + 2)) + " }",
    "alternatives in a path": "ASK { ?s " + "|".join(["<urn:p>"] * (MOST_OPERATORS + 2)) + " ?o }",
    "truths": "ASK { FILTER(" + "||".join(["?x"] * (MOST_OPERATORS + 2)) + ") }",
    "columns": "SELECT " + "".join(f"(1 AS ?x{n})" for n in range(MOST_OPERATORS + 1)) + " {}",
    "things described": "DESCRIBE " + "<urn:a> " * (MOST_OPERATORS + 1),
    "triples without full stops": "ASK { " + "?s ?p ?o {} " * (MOST_JOINED + 1) + " }",
    "annotations": "ASK { ?s ?p ?o " + "{| ?a ?b |} " * MOST_JOINED + " }",
    "triples as terms": "ASK { " + "<< ?s ?p ?o >> ?p ?o . " * MOST_JOINED + " }",
    "many groups, each within bounds": "ASK { " + ("OPTIONAL { " + "?s ?p ?o . " * 100 + "} ") * 50 + "}",
    "many alternatives, each within bounds": "ASK { " + " UNION ".join(["{ " + "?s ?p ?o . " * 100 + "}"] * 50) + "}",
    "length": "ASK {} #" + "x" * 1_000_000,
}


@pytest.mark.parametrize("query", TOO_HEAVY.values(), ids=list(TOO_HEAVY))
def test_refuses_what_weighs_too_much(query: str) -> None:
    with pytest.raises(RefusedQuery):
        admit(query, PUBLIC)


AT_THE_BOUNDS = {
    "triples": "ASK { " + "?s ?p ?o . " * (MOST_JOINED - 2) + "}",
    "nested groups": "ASK " + "{ OPTIONAL " * (MOST_NESTED - 1) + "{ ?s ?p ?o }" + "}" * (MOST_NESTED - 1),
    "nested brackets": "ASK { FILTER(" + "!(" * (MOST_NESTED - 3) + "1" + ")" * (MOST_NESTED - 3) + ") }",
    "nested paths": "ASK { ?s " + "(" * (MOST_NESTED - 3) + "<urn:p>" + ")*" * (MOST_NESTED - 3) + " ?o }",
    "nested lists": "ASK { ?s ?p " + "(" * (MOST_NESTED - 3) + "1" + ")" * (MOST_NESTED - 3) + " }",
    "alternatives": "ASK { " + " UNION ".join(["{}"] * MOST_OPERATORS) + " }",
    "truths": "ASK { FILTER(" + "||".join(["?x"] * (MOST_OPERATORS - 2)) + ") }",
    "columns": "SELECT " + "".join(f"(1 AS ?x{n})" for n in range(MOST_OPERATORS)) + " {}",
    "things described": "DESCRIBE " + "<urn:a> " * (MOST_OPERATORS - 1),
    "values": "ASK { VALUES ?x { " + "1 " * 100_000 + "} }",
    "arguments": "ASK { FILTER(CONCAT(" + ",".join(["1"] * 100_000) + ") = 1) }",
    "a template": "CONSTRUCT { " + "?s ?p ?o . " * 10_000 + "} WHERE { ?s ?p ?o }",
}


def test_the_engine_lives_through_what_is_let_through() -> None:
    """Each bound is far from where the engine ends the process, also on a thread of its own."""
    program = """
import json, sys, threading
import pyoxigraph
from mandategraph.core.gate import admit
from mandategraph.core.graphs import Dataset
store = pyoxigraph.Store()
for name, query in json.load(sys.stdin).items():
    admit(query, Dataset((None,)))
    thread = threading.Thread(target=lambda: store.query(query))
    thread.start()
    thread.join()
    print(name, flush=True)
"""
    found = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(AT_THE_BOUNDS), capture_output=True, text=True, timeout=120
    )
    assert found.stdout.splitlines() == list(AT_THE_BOUNDS)
    assert (found.returncode, found.stderr) == (0, "")


MALFORMED = {
    "a string that is not closed": ("ASK {\n  ?s ?p 'x\n' }", 2, 9, "not closed"),
    "a prefix that nobody declared": ("ASK {\n ?s foo:bar ?o }", 2, 5, "prefix “foo:” is not declared"),
    "an IRI without a scheme": ("ASK { ?s <bar> ?o }", 1, 10, "not absolute"),
    "a bracket too many": ("ASK { } }", 1, 9, "no bracket is open"),
    "a bracket of another kind": ("ASK { ( } )", 1, 9, "“)” is wanted"),
    "a bracket left open": ("ASK {\n", 2, 1, "1 brackets open"),
    "no query": ("# nothing\n", 0, 0, "There is no query"),
    "some other language": ("FIND { }", 1, 1, "begins with SELECT"),
    "a character from elsewhere": ("ASK { ?s ?p ‘x’ }", 1, 13, "“‘” has no place"),
    "an IRI where an operator is wanted": ("ASK { FILTER(?x<?a&&?b>?y) }", 1, 16, "put a blank after"),
    "FROM without a graph": ("ASK FROM { }", 1, 5, "FROM is followed by"),
}


@pytest.mark.parametrize(("query", "line", "column", "words"), MALFORMED.values(), ids=list(MALFORMED))
def test_says_where_it_does_not_parse(query: str, line: int, column: int, words: str) -> None:
    with pytest.raises(MalformedQuery, match=words.replace("(", "\\(").replace(")", "\\)")) as caught:
        admit(query, PUBLIC)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_half_a_character_is_told() -> None:
    with pytest.raises(MalformedQuery, match="surrogate"):
        admit("ASK { ?s ?p '\ud800' }", PUBLIC)


def test_from_narrows_the_dataset() -> None:
    graphs = Graphs()
    query = f"""PREFIX g: <{graphs.base}graph/>
        SELECT * FROM g:facts FROM <{graphs.inferred}> FROM NAMED g:validation {{ ?s ?p ?o }}"""
    assert admit(query, PUBLIC).dataset == Dataset((graphs.facts, graphs.inferred), (graphs.validation,))


def test_a_graph_may_be_named_relative_to_the_base() -> None:
    graphs = Graphs("https://example.org/at/")
    public = graphs.public()
    narrowed = Dataset((graphs.facts,), ())
    assert admit("BASE <https://example.org/at/x/y> ASK FROM <../graph/facts> {}", public).dataset == narrowed
    prefixed = "BASE <https://example.org/at/> BASE <x/y> PREFIX g: <../graph/> ASK FROM g:facts {}"
    assert admit(prefixed, public).dataset == narrowed
    assert admit("ASK FROM <graph/facts> {}", public, "https://example.org/at/").dataset == narrowed
    with pytest.raises(RefusedQuery):
        admit("BASE <https://example.org/at/> ASK FROM <graph/internal> {}", public)


def test_from_named_alone_leaves_the_default_graph_empty() -> None:
    graphs = Graphs()
    assert admit(f"ASK FROM NAMED <{graphs.facts}> {{}}", PUBLIC).dataset == Dataset((), (graphs.facts,))


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED", "from named"])
def test_from_reaches_no_graph_that_is_kept_back(clause: str) -> None:
    with pytest.raises(RefusedQuery, match="may not be read"):
        admit(f"ASK {clause} <{Graphs().internal}> {{}}", PUBLIC)


def test_a_protocol_dataset_is_narrowed_alike() -> None:
    graphs = Graphs()
    assert narrow(PUBLIC, [], []) == PUBLIC
    assert narrow(PUBLIC, [graphs.facts, graphs.facts], []) == Dataset((graphs.facts,), ())
    with pytest.raises(RefusedQuery):
        narrow(PUBLIC, [], [graphs.review])


def test_tokens_know_their_place() -> None:
    query = "ASK { ?s <urn:a#b> 'x'@en-GB } # end"
    assert all(query[token.start : token.end] == token.text for token in tokens(query))
    assert [token.kind for token in tokens(query)] == [
        "word", "punct", "var", "iri", "string", "langtag", "punct",
    ]  # fmt: skip
