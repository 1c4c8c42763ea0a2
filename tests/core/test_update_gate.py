"""The gate of updates: what it lets through, what it refuses, and what nobody gets around it with."""

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import MalformedQuery, RefusedQuery
from mandategraph.core.graphs import Graphs
from mandategraph.core.update_gate import Reach, admit_update

GRAPHS = Graphs()
KEPT = Reach(frozenset(GRAPHS.all), frozenset([GRAPHS.internal, GRAPHS.review]))
PLAIN = Reach()
FACTS, INTERNAL = f"<{GRAPHS.facts}>", f"<{GRAPHS.internal}>"

FINE = [
    ("", ()),
    ("INSERT DATA { <urn:a> <urn:b> 1 }", ("",)),
    ("insert data { graph <urn:g> { <urn:a> <urn:b> 1 . <urn:c> <urn:d> [ <urn:e> ( 1 2 ) ] } }", ("urn:g",)),
    ("PREFIX e: <urn:> DELETE DATA { GRAPH e:g { e:a e:b 1 } } ;", ("urn:g",)),
    ("DELETE WHERE { ?s ?p ?o }", ("",)),
    ("WITH <urn:g> DELETE { ?s ?p ?o } INSERT { ?s ?p 2 } WHERE { ?s ?p ?o }", ("urn:g",)),
    (f"INSERT {{ GRAPH <urn:g> {{ ?s ?p ?o }} }} USING {FACTS} WHERE {{ ?s ?p ?o }}", ("urn:g",)),
    (f"INSERT {{ GRAPH <urn:g> {{ ?s ?p ?o }} }} WHERE {{ GRAPH {FACTS} {{ ?s ?p ?o }} }}", ("urn:g",)),
    ("INSERT { ?s ?p ?o } USING NAMED <urn:h> WHERE { GRAPH ?g { ?s ?p ?o } }", ("",)),
    ("CREATE SILENT GRAPH <urn:g> ; DROP GRAPH <urn:h> ; CLEAR DEFAULT", ("", "urn:g", "urn:h")),
    ("COPY <urn:a> TO GRAPH <urn:b> ; MOVE DEFAULT TO <urn:c> ; ADD SILENT <urn:d> TO DEFAULT", ("", "urn:b", "urn:c")),
    (f"COPY {FACTS} TO <urn:mine>", ("urn:mine",)),
    ("INSERT DATA { <urn:a> <urn:b> 'GRAPH <https://x/> LOAD SERVICE' } # DROP ALL", ("",)),
]

NEVER = [
    ("LOAD <http://example.org/>", "LOAD would fetch"),
    ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE"),
    ("INSERT { ?s ?p ?o } WHERE { ?s ?p trueSERVICE<http://example.org/> { ?s ?p ?o } }", "SERVICE"),
    ("INSERT { ?s ?p ?o } WHERE { ?s ?p trueGRAPH<urn:x> { ?s ?p ?o } }", "put a blank before GRAPH"),
    ("INSERT DATA { <urn:s> <urn:p> trueGRAPH<urn:x> { <urn:s> <urn:p> 1 } }", "put a blank before GRAPH"),
    ("PREFIX trueGRAPHx: <urn:> DELETE WHERE { ?s ?p trueGRAPHx:y { ?s ?p ?o } }", "put a blank before GRAPH"),
    ("INSERT DATA { <urn:s> <urn:p> <<( <urn:s> <urn:p> 1 )>> }", "statements about statements"),
    ("INSERT { ?s ?p ?t } WHERE { ?s ?p ?o BIND(TRIPLE(?s, ?p, ?o) AS ?t) }", "statements about statements"),
    ("INSERT { ?s ?p ?o } WHERE " + "{" * 100 + "}" * 100, "deep"),
    ("INSERT { ?s ?p ?o } WHERE { ?s " + "/".join(["<urn:p>"] * 200) + " ?o }", "joins more than"),
    ("DELETE WHERE { " + "?s ?p ?o . " * 200 + "}", "joins more than"),
    ("INSERT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(1" + "+1" * 3_000 + " = 1) }", "operators"),
]

KEPT_BACK = [
    *(
        f"{form} <{graph}>"
        for graph in GRAPHS.all
        for form in ("DROP GRAPH", "CLEAR GRAPH", "CREATE GRAPH", "COPY <urn:a> TO", "ADD DEFAULT TO GRAPH")
    ),
    *(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> 1 }} }}" for graph in GRAPHS.all),
    f"MOVE {FACTS} TO <urn:mine>",
    f"LOAD SILENT <http://example.org/> INTO GRAPH {FACTS}",
    "DROP ALL",
    "CLEAR SILENT NAMED",
    f"WITH {FACTS} DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
    f"DELETE WHERE {{ GRAPH {FACTS} {{ ?s ?p ?o }} }}",
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "INSERT { GRAPH ?g { ?s ?p ?o } } WHERE { ?s ?p ?o . BIND(<urn:x> AS ?g) }",
    "DELETE { ?s ?p ?o GRAPH ?g { ?s ?p ?o } } INSERT { } WHERE { ?s ?p ?o, ?g }",
    f"INSERT DATA {{ <urn:a> <urn:b> 1 }} ; DROP GRAPH {FACTS}",
    f"PREFIX a: <{GRAPHS.base}graph/> DROP GRAPH a:facts",
    "PREFIX a: <https://w3id.org/mandategraph/> DROP GRAPH a:at\\/graph\\/facts",
    f"BASE <{GRAPHS.base}graph/> DROP GRAPH <facts>",
    f"BASE <{GRAPHS.base}> PREFIX a: <graph/> DROP GRAPH a:facts",
    f"BASE <{GRAPHS.base}> PREFIX a: <> INSERT DATA {{}} ; DROP GRAPH a:graph\\/facts",
    f"DROP GRAPH <{GRAPHS.base}graph/x/../facts>",
    f"DROP GRAPH <{GRAPHS.facts.replace('facts', chr(92) + 'u0066acts')}>",
    f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH {INTERNAL} {{ ?s ?p ?o }} }}",
    f"INSERT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER EXISTS {{ GRAPH {INTERNAL} {{ ?s ?p ?o }} }} }}",
    f"INSERT {{ ?s ?p ?o }} WHERE {{ {{ SELECT * {{ GRAPH {INTERNAL} {{ ?s ?p ?o }} }} }} }}",
    f"INSERT {{ ?s ?p ?o }} USING {INTERNAL} WHERE {{ ?s ?p ?o }}",
    f"INSERT {{ ?s ?p ?o }} USING NAMED {INTERNAL} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "WITH <urn:g> INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    f"COPY {INTERNAL} TO <urn:mine>",
]

BROKEN = [
    "SELECT * { ?s ?p ?o }",
    "INSERTDATA { <urn:a> <urn:b> 1 }",
    "DROPALL",
    "DROP",
    "INSERT DATA",
    "INSERT DATA { <urn:a> <urn:b> 1",
    "INSERT DATA { <urn:a> <urn:b> 1 } DROP ALL",
    "DELETE { ?s ?p ?o } USINGNAMED <urn:g> WHERE { ?s ?p ?o }",
    "WITH <urn:g> CLEAR ALL",
    "WITH <urn:g> WHERE { }",
    "; DROP ALL",
    "INSERT DATA { } ;; DROP ALL",
    "COPY <urn:a> <urn:b>",
    "DROP GRAPH e:g",
    "CLEAR GRAPH ?g",
    "INSERT { ?s ?p ?o } { ?s ?p ?o }",
    "DELETE WHERE { ?s ?p ?o ) }",
    "\ud800",
]


@pytest.mark.parametrize(("update", "touched"), FINE)
def test_what_touches_nothing_of_the_installation_may_run(update, touched):
    """The gate lets it through word for word, and says which graphs it may change."""
    for reach in (KEPT, PLAIN):
        admitted = admit_update(update, reach)
        assert admitted.text == update
        assert admitted.touched == touched


@pytest.mark.parametrize(("update", "why"), NEVER)
def test_what_reaches_outside_or_weighs_too_much_is_refused_everywhere(update, why):
    """A store without an installation makes no difference."""
    for reach in (KEPT, PLAIN):
        with pytest.raises(RefusedQuery, match=why):
            admit_update(update, reach)


@pytest.mark.parametrize("update", KEPT_BACK)
def test_graphs_of_the_installation_are_out_of_reach(update):
    """None of the five is changed, and none that is hidden is read, however it is written."""
    with pytest.raises(RefusedQuery):
        admit_update(update, KEPT)


@pytest.mark.parametrize("update", KEPT_BACK)
def test_a_store_without_an_installation_takes_any_update(update):
    """The same updates are good SPARQL, and no other rule of ours refuses them."""
    admit_update(update, PLAIN)


@pytest.mark.parametrize("update", BROKEN)
def test_what_the_grammar_does_not_know_is_not_left_to_the_engine(update):
    """Between two readings of a text lies a way around: what is not plainly an update is refused."""
    with pytest.raises((MalformedQuery, RefusedQuery)):
        admit_update(update, PLAIN)


def test_the_graphs_of_a_request_become_those_of_each_where():
    """SPARQL 1.1 Protocol, 2.2.3; the short form of DELETE is written out, because it takes no USING."""
    update = (
        "DELETE WHERE { ?s <urn:p> ?o } ; INSERT { ?s ?p ?o } WHERE { ?s ?p ?o } ; INSERT DATA { <urn:a> <urn:b> 1 }"
    )
    assert admit_update(update, PLAIN, using=["urn:g"], using_named=["urn:h"]).text == (
        "DELETE { ?s <urn:p> ?o } USING <urn:g> USING NAMED <urn:h> WHERE { ?s <urn:p> ?o } ; "
        "INSERT { ?s ?p ?o } USING <urn:g> USING NAMED <urn:h> WHERE { ?s ?p ?o } ; INSERT DATA { <urn:a> <urn:b> 1 }"
    )


@pytest.mark.parametrize(
    "update",
    [
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } USING <urn:g> WHERE { ?s ?p ?o }",
        "INSERT DATA { } ; DELETE { ?s ?p ?o } USING NAMED <urn:g> WHERE { ?s ?p ?o }",
    ],
)
def test_graphs_named_by_the_request_and_by_the_update_conflict(update):
    """SPARQL 1.1 Protocol, 2.2.3: that is an error of the request."""
    with pytest.raises(MalformedQuery, match="using-graph-uri"):
        admit_update(update, PLAIN, using=["urn:g"])


def test_a_request_names_no_hidden_graph_and_no_broken_iri():
    """Nothing gets into the text that is no IRI."""
    with pytest.raises(RefusedQuery):
        admit_update("DELETE WHERE { ?s ?p ?o }", KEPT, using=[GRAPHS.internal])
    with pytest.raises(MalformedQuery):
        admit_update("DELETE WHERE { ?s ?p ?o }", PLAIN, using=["urn:x> WHERE {} ; DROP ALL #"])


def test_names_declared_between_operations_are_written_out():
    """SPARQL 1.1 Update, production 29: each operation may have a prologue; the engine reads only the first."""
    update = (
        "PREFIX e: <urn:one:> INSERT DATA { e:a e:b e:c } ;\n"
        "PREFIX e: <urn:two:> BASE <http://example.org/x/> PREFIX f: <f#>\n"
        "DELETE { e:a ?p f:o } INSERT { <y> ?p 1 } WHERE { e:a ?p ?o FILTER(?o<e:c) } ;\n"
        "DELETE WHERE { e:a e:b <urn:z> }"
    )
    admitted = admit_update(update, PLAIN, using=["urn:g"])
    assert " ".join(admitted.text.split()) == (
        "PREFIX e: <urn:one:> INSERT DATA { e:a e:b e:c } ; "
        "DELETE { <urn:two:a> ?p <http://example.org/x/f#o> } INSERT { <http://example.org/x/y> ?p 1 } "
        "USING <urn:g> WHERE { <urn:two:a> ?p ?o FILTER(?o< <urn:two:c> ) } ; "
        "DELETE { <urn:two:a> <urn:two:b> <urn:z> } USING <urn:g> WHERE { <urn:two:a> <urn:two:b> <urn:z> }"
    )
    assert admitted.text.count("\n") == update.count("\n")
    ox.Store().update(admitted.text)
    with pytest.raises(MalformedQuery, match="stands for no IRI"):
        admit_update("CLEAR ALL ; PREFIX e: <urn:\\u0020> INSERT DATA { e:a <urn:p> 1 }", PLAIN)


def test_a_refusal_says_where():
    """Line and column are those of the client's own text."""
    with pytest.raises(RefusedQuery, match=r"^Line 3, column 13: "):
        admit_update(f"INSERT DATA {{ }} ;\n\n DROP GRAPH {FACTS}", KEPT)


def test_a_silent_load_loads_nothing() -> None:
    """SILENT says that failing is no error, and fetching always fails here."""
    admitted = admit_update("LOAD SILENT <http://example.org/> ; INSERT DATA { <urn:a> <urn:b> 1 }", PLAIN)
    assert admitted.text == "INSERT DATA { } ; INSERT DATA { <urn:a> <urn:b> 1 }"
    with pytest.raises(MalformedQuery):
        admit_update("LOAD SILENT { }", PLAIN)
