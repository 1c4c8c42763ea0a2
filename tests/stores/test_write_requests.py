"""What a change of a graph does to the store: the same by whatever way the data gets there."""

import pyoxigraph as ox
import pytest

from mandategraph.core.errors import BadData
from mandategraph.stores import write_requests
from mandategraph.stores.embedded import EmbeddedStore
from mandategraph.stores.write_requests import Part, Request, carry_out

TEXTS = {
    "small": "<urn:a> <urn:p> 1 . _:x <urn:p> 'é\\n\\\"' , _:x .",
    "larger": "\n".join(f"<urn:s> <urn:p> {n}, 'w{n}'@en ." for n in range(50)) + "_:x <urn:p> [ <urn:p> <r> ] .",
    "other": "<urn:s> <urn:p> 1, 2, 3 . _:x <urn:p> _:y .",
    "nothing": "# nothing",
}
NAMES = {"named": "urn:g", "unnamed": None}


def change(kind, name, *texts, media_type="text/turtle"):
    """A change of one graph."""
    parts = tuple(Part(text.encode(), media_type, "d.ttl") for text in texts)
    return Request(kind, (name or "",), {"graph": name, "base": "urn:base/"}, parts)


def held(store, name):
    """What a graph holds, whatever its nodes are called."""
    graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
    found = store.engine.quads_for_pattern(None, None, None, graph)
    triples = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in found)
    triples.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, triples))


def expected(*texts):
    """What the engine reads in some texts, each with nodes of its own."""
    store = ox.Store()
    for text in texts:
        store.load(text.encode(), format=ox.RdfFormat.TURTLE, base_iri="urn:base/")
    return held(EmbeddedStore(store), None)


@pytest.mark.parametrize("large", [1, 10**9])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_what_is_put_is_there_and_nothing_else(monkeypatch, large, name):
    """By a difference, by the text itself, or cleared and written anew."""
    monkeypatch.setattr(write_requests, "_LARGE", large)
    store = EmbeddedStore.in_memory()
    store.engine.add(
        ox.Quad(ox.NamedNode("urn:o"), ox.NamedNode("urn:p"), ox.BlankNode("x"), ox.NamedNode("urn:other"))
    )
    for text in ("small", "larger", "larger", "other", "small", "nothing", "nothing", "other"):
        carry_out(store, change("put", name, TEXTS[text]), "")
        assert held(store, name) == expected(TEXTS[text])
        assert store.has_graph(name)
        assert len(held(store, "urn:other")) == 1


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_what_is_posted_is_added(name):
    """One text or several; nodes of one are none of another, nor any that were there."""
    store = EmbeddedStore.in_memory()
    carry_out(store, change("post", name, TEXTS["nothing"]), "")
    assert store.has_graph(name)
    carry_out(store, change("post", name, TEXTS["small"]), "")
    carry_out(store, change("post", name, TEXTS["other"], TEXTS["small"]), "")
    assert held(store, name) == expected(TEXTS["small"], TEXTS["other"], TEXTS["small"])


@pytest.mark.parametrize("large", [1, 10**9])
@pytest.mark.parametrize("kind", ["put", "post"])
def test_a_fault_at_the_end_leaves_all_as_it_was(monkeypatch, large, kind):
    """Whatever was read before it."""
    monkeypatch.setattr(write_requests, "_LARGE", large)
    store = EmbeddedStore.in_memory()
    carry_out(store, change("put", "urn:g", TEXTS["small"]), "")
    for fault in ("\n<urn:a> <urn:p>", "\n<urn:a> <urn:p> <<( <urn:a> <urn:p> 1 )>> ."):
        with pytest.raises(BadData, match=r"^d\.ttl"):
            carry_out(store, change(kind, "urn:g", TEXTS["larger"] + fault), "")
    named = '{"@id": "urn:h", "@graph": [{"@id": "urn:a", "urn:p": 1}]}'
    with pytest.raises(BadData, match="graphs of its own"):
        carry_out(store, change(kind, "urn:g", named, media_type="application/ld+json"), "")
    assert held(store, "urn:g") == expected(TEXTS["small"])
    assert store.graph_names() == ("urn:g",)


def test_xml_is_kept_as_canonical_xml_says(monkeypatch):
    """The way for RDF/XML is the one that reads it whole, also where it is large."""
    monkeypatch.setattr(write_requests, "_LARGE", 1)
    text = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:"><r:Description r:about="urn:a">'
        '<e:p r:parseType="Literal"><e:b z="1" a="2"/></e:p></r:Description></r:RDF>'
    )
    store = EmbeddedStore.in_memory()
    carry_out(store, change("put", "urn:g", text, media_type="application/rdf+xml"), "")
    (quad,) = store.quads("urn:g")
    assert quad.object.value == '<e:b xmlns:e="urn:" a="2" z="1"></e:b>'
