"""Files become quads in the right graph, nameless nodes get names, and what cannot be placed is refused."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import BadData, UnknownName, WrongUse
from mandategraph.core.graphs import Graphs
from mandategraph.stores.loading import read_foreign
from mandategraph.stores.nameless import skolemised

GRAPHS = Graphs()


def read(path: Path, text: str, into: str | None = None) -> dict[str, int]:
    path.write_text(text)
    return dict(read_foreign([path], GRAPHS, into).counts)


def test_triples_without_a_graph_are_facts(tmp_path: Path) -> None:
    assert read(tmp_path / "a.ttl", "<urn:a> <urn:b> 1, 2 .") == {GRAPHS.facts: 2}
    assert read(tmp_path / "a.trig", "<urn:a> <urn:b> 1 .") == {GRAPHS.facts: 1}


def test_named_graphs_of_ours_are_kept(tmp_path: Path) -> None:
    text = f"<urn:a> <urn:b> 1 <{GRAPHS.review}> .\n".replace(" 1 ", ' "1" ')
    assert read(tmp_path / "a.nq", text) == {GRAPHS.review: 1}


def test_what_a_file_says_is_inferred_is_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text(f"<{GRAPHS.inferred}> {{ <urn:a> <urn:b> 1 }} <{GRAPHS.facts}> {{ <urn:a> <urn:b> 2 }}")
    found = read_foreign([path], GRAPHS)
    assert (len(found.quads), found.derived) == (1, 1)


def test_another_graph_is_refused_unless_told_where(tmp_path: Path) -> None:
    text = "<urn:other> { <urn:a> <urn:b> 1 }"
    with pytest.raises(WrongUse, match="--into facts"):
        read(tmp_path / "a.trig", text)
    assert read(tmp_path / "a.trig", text, into=GRAPHS.review) == {GRAPHS.review: 1}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonld", '{"@id": "urn:a", "urn:b": 1}'),
        (
            "a.rdf",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
            '<r:Description r:about="urn:a"><u:b>1</u:b></r:Description></r:RDF>',
        ),
        ("a.nt", '<urn:a> <urn:b> "1" .'),
    ],
)
def test_every_format_is_read(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path / name, text) == {GRAPHS.facts: 1}


def test_wrong_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"There is no file .*none\.ttl"):
        read_foreign([tmp_path / "none.ttl"], GRAPHS)
    with pytest.raises(BadData, match=r"b\.ttl, line 2, column 9: The prefix b: has not been declared"):
        read(tmp_path / "b.ttl", "<urn:a> <urn:b> 1 .\n<urn:a> b:c 1 .")
    with pytest.raises(UnknownName, match=r"\.ttl \.nt"):
        read(tmp_path / "a.docx", "")


def names(text: str) -> set[str]:
    quads = skolemised(list(ox.parse(text.encode(), ox.RdfFormat.TURTLE)), GRAPHS.base)
    return {str(quad) for quad in quads}


def test_the_same_nameless_nodes_get_the_same_names() -> None:
    one = "[] <urn:p> [ <urn:q> 1 ] , [ <urn:q> 2 ] ."
    other = "_:z <urn:q> 2 . _:x <urn:p> _:z , _:y . _:y <urn:q> 1 ."
    assert names(one) == names(other)
    assert all(f"{GRAPHS.base}genid/" in name for name in names(one))


def test_nodes_of_different_files_stay_apart() -> None:
    assert not names("[] <urn:p> 1 .") & names("[] <urn:p> 1 . [] <urn:p> 2 .")


def test_named_nodes_stay_what_they_are() -> None:
    assert names("<urn:a> <urn:p> 1 .") == {
        '<urn:a> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    }
