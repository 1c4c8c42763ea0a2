"""Each example says what it shows, holds something, and stands by itself; together they show every class."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pyoxigraph as ox

from mandategraph.library import Library
from mandategraph.reason.conclude import derive
from mandategraph.reason.rules import read_rules

KOS = "https://w3id.org/mandategraph/kos/"
MG = "https://w3id.org/mandategraph/ns#"
ID = "https://w3id.org/mandategraph/id/"
AT = "https://w3id.org/mandategraph/at/"


def test_each_example_begins_by_saying_what_it_shows(example_files: list[Path]) -> None:
    for file in example_files:
        lines = file.read_text(encoding="utf-8").splitlines()
        comment = [line for line in lines[:6] if line.startswith("# ")]
        assert len(comment) >= 2, file.name
        assert "# Example: every name here is invented." in comment, file.name


def test_each_example_holds_something_and_no_nameless_node(example_files: list[Path]) -> None:
    for file in example_files:
        quads = list(ox.parse(path=str(file)))
        assert len(quads) >= 10, file.name
        for quad in quads:
            assert not isinstance(quad.subject, ox.BlankNode), file.name
            assert not isinstance(quad.object, ox.BlankNode), file.name


def test_examples_speak_of_invented_bodies_only(example_files: list[Path]) -> None:
    for file in example_files:
        for quad in ox.parse(path=str(file)):
            subject = quad.subject.value
            assert subject.startswith((ID, AT)), f"{file.name}: {subject}"
            assert not subject.startswith((ID + "oas/", AT + "oas/", ID + "un/")), f"{file.name}: {subject}"


def test_the_key_of_a_shared_thing_is_its_path(example_files: list[Path]) -> None:
    keys = 0
    for file in example_files:
        for quad in ox.parse(path=str(file)):
            if quad.predicate.value == "http://purl.org/dc/terms/identifier":
                assert quad.subject.value == ID + quad.object.value, file.name
                keys += 1
    assert keys > 50


def test_every_class_is_shown_by_an_example(module_files: list[Path], example_files: list[Path]) -> None:
    classes = {
        quad.subject.value
        for file in module_files
        for quad in ox.parse(path=str(file))
        if quad.object == ox.NamedNode("http://www.w3.org/2002/07/owl#Class")
    }
    shown = {
        quad.object.value
        for file in example_files
        for quad in ox.parse(path=str(file))
        if quad.predicate.value.endswith("#type")
    }
    # A task is always one of its kinds.
    assert classes - shown == {MG + "Task"}
    assert len(classes) >= 30


def test_every_property_is_shown_by_an_example_or_concluded_by_a_rule(
    root: Path, module_files: list[Path], example_files: list[Path], scheme_files: list[Path]
) -> None:
    kinds = ("#ObjectProperty", "#DatatypeProperty", "#Property")
    properties = {
        quad.subject.value
        for file in module_files
        for quad in ox.parse(path=str(file))
        if quad.predicate.value.endswith("#type") and quad.object.value.endswith(kinds)
    }
    shown = {quad.predicate.value for file in example_files + scheme_files for quad in ox.parse(path=str(file))}
    library = Library.shipped()
    rules = read_rules(library.rules(), library.ontology())
    concluded = {rule.axiom.then if rule.axiom else rule.derivation.head for rule in rules}
    assert len(properties) > 150
    assert concluded
    assert properties - shown - concluded == set()


def facts_of(file: Path) -> dict[tuple[str, str], str]:
    return {
        (quad.subject.value, quad.predicate.value.rsplit("#", 1)[-1]): quad.object.value
        for quad in ox.parse(path=str(file))
    }


def test_a_quotation_in_an_example_is_what_stands_at_its_offsets(example_files: list[Path]) -> None:
    """Two examples tell their whole text in their comment; the text of the setting is its quotations, a line each."""
    whole = {
        "words-and-standing": "1. To request the Secretariat to report.\n",
        "head-of-a-document": "EX/RES. 4 (X-O/30)\nOn lamps\nAdopted on 3 May 2030\n",
    }
    told = 0
    for file in example_files:
        facts = facts_of(file)
        quotes = [(node, words) for (node, name), words in facts.items() if name == "exact"]
        if not quotes:
            continue
        assert file.stem in ("setting", *whole), "a place is described where its text is"
        begin = {node: int(facts[node.replace("/quote", "/position"), "start"]) for node, _ in quotes}
        if file.stem == "setting":
            text = "".join(words + "\n" for _, words in sorted(quotes, key=lambda quote: begin[quote[0]]))
        else:
            text = whole[file.stem]
            comment = " ".join(file.read_text(encoding="utf-8").partition("@base")[0].split())
            assert all(f"“{line}”" in comment for line in text.splitlines())
        [(source, checksum)] = [(node, value) for (node, name), value in facts.items() if name == "sha256"]
        assert hashlib.sha256(text.encode()).hexdigest() == checksum
        assert int(facts[source, "characters"]) == len(text)
        for node, words in quotes:
            end = int(facts[node.replace("/quote", "/position"), "end"])
            assert text[begin[node] : end] == words
            told += 1
    assert told > 20


def test_examples_conform_to_the_integrity_shapes(
    root: Path, example_files: list[Path], module_files: list[Path], scheme_files: list[Path]
) -> None:
    """Only the proposals do not belong among facts; the two examples that have some say so."""
    import pyshacl
    from rdflib import RDF, SH, Graph, Literal, URIRef

    with (root / "shapes" / "profiles.csv").open(encoding="utf-8", newline="") as table:
        codes = {row["code"] for row in csv.DictReader(table) if row["integrity"] == "violation"}
    assert len(codes) > 15
    shapes = Graph()
    for file in (root / "shapes").glob("*.ttl"):
        if not file.stem.startswith("ontology-"):
            shapes.parse(file)
    for shape in set(shapes.subjects(RDF.type, SH.NodeShape)):
        if str(shape).rsplit("#", 1)[-1] not in codes:
            shapes.add((shape, SH.deactivated, Literal(True)))
    triples = {quad.triple for file in example_files + module_files + scheme_files for quad in ox.parse(path=str(file))}
    facts = bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
    library = Library.shipped()
    derived, _ = derive(facts, read_rules(library.rules(), library.ontology()))
    data = Graph().parse(data=facts + bytes(ox.serialize(derived, format=ox.RdfFormat.N_TRIPLES)), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    found = {
        (str(report.value(result, SH.sourceShape)).rsplit("#", 1)[-1], str(report.value(result, SH.focusNode)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }
    proposals = {str(link) for link in data.subjects(URIRef(MG + "assertionStatus"), URIRef(KOS + "status-proposed"))}
    assert len(proposals) == 3
    assert found == {("ProposalAmongFacts", link) for link in proposals}
