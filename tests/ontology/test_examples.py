"""Each example says what it shows, holds something, and stands by itself; together they show every class."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

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
        assert len(quads) >= 15, file.name
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


def test_a_quotation_in_an_example_is_what_stands_at_its_offsets(example_files: list[Path]) -> None:
    """The one example that has a whole text says so in its first line, and its checksum is that of the text."""
    import hashlib

    [file] = [file for file in example_files if file.stem == "words-and-standing"]
    text = "1. To request the Secretariat to report.\n"
    assert text.rstrip() in file.read_text(encoding="utf-8").splitlines()[0]
    facts = {
        (quad.subject.value, quad.predicate.value.rsplit("#", 1)[-1]): quad.object.value
        for quad in ox.parse(path=str(file))
    }
    assert hashlib.sha256(text.encode()).hexdigest() in facts.values()
    quotes = [(node, words) for (node, name), words in facts.items() if name == "exact"]
    assert len(quotes) >= 2
    for node, words in quotes:
        position = node.replace("/quote", "/position")
        assert text[int(facts[position, "start"]) : int(facts[position, "end"])] == words
