"""Nothing is used that is not defined, in data, examples, alignments, queries, shapes or code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

MG = "https://w3id.org/mandategraph/ns#"
KOS = "https://w3id.org/mandategraph/kos/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

TOKEN = re.compile(r"(?<![\w:/?$.-])(mg|k):([A-Za-z][\w-]*)")
FULL = re.compile(r"https://w3id\.org/mandategraph/(ns#|kos/)([A-Za-z][\w-]*)")
QUOTED = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|(?m:(?:^|(?<=\s))#.*$)')


@pytest.fixture(scope="module")
def defined(module_files: list[Path], scheme_files: list[Path]) -> set[str]:
    terms = {
        quad.subject.value
        for file in module_files + scheme_files
        for quad in ox.parse(path=str(file))
        if quad.predicate.value == TYPE and quad.subject.value.startswith((MG, KOS))
    }
    assert len(terms) > 250
    return terms


def used_in_turtle(file: Path) -> Iterator[str]:
    for quad in ox.parse(path=str(file)):
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith((MG, KOS)):
                yield term.value


def used_in_text(text: str) -> Iterator[str]:
    for prefix, name in TOKEN.findall(text):
        yield (MG if prefix == "mg" else KOS) + name
    for space, name in FULL.findall(text):
        yield (MG if space == "ns#" else KOS) + name


def used_in_sparql(text: str) -> Iterator[str]:
    # Words in strings and comments are prose; a quotation mark would otherwise hide or make a name.
    yield from used_in_text(QUOTED.sub('""', text))


def undefined(defined: set[str], found: dict[Path, set[str]]) -> dict[str, list[str]]:
    report: dict[str, list[str]] = {}
    for file, terms in found.items():
        for term in terms - defined:
            report.setdefault(term, []).append(file.name)
    return report


def test_every_term_in_examples_and_alignments_is_defined(
    defined: set[str], example_files: list[Path], alignment_files: list[Path], scheme_files: list[Path]
) -> None:
    files = example_files + alignment_files + scheme_files
    assert undefined(defined, {file: set(used_in_turtle(file)) for file in files}) == {}


def test_every_term_in_the_data_is_defined(defined: set[str], data_files: list[Path]) -> None:
    assert undefined(defined, {file: set(used_in_turtle(file)) for file in data_files}) == {}


def test_every_term_in_the_queries_is_defined(defined: set[str], root: Path) -> None:
    files = sorted((root / "queries").rglob("*.rq"))
    assert files
    found = {file: set(used_in_sparql(file.read_text(encoding="utf-8"))) for file in files}
    assert any(found.values())
    assert undefined(defined, found) == {}


def test_every_term_in_the_shapes_is_defined(defined: set[str], root: Path) -> None:
    """Also inside the SPARQL of a shape, which is a string to Turtle."""
    files = sorted((root / "shapes").rglob("*.ttl"))
    assert files
    found = {}
    for file in files:
        terms = set(used_in_turtle(file))
        for quad in ox.parse(path=str(file)):
            if quad.predicate.value.startswith("http://www.w3.org/ns/shacl#") and isinstance(quad.object, ox.Literal):
                terms.update(used_in_sparql(quad.object.value))
        found[file] = {term for term in terms if term not in (MG, KOS)}
    assert any(found.values())
    assert undefined(defined, found) == {}


def test_every_term_in_the_code_is_defined(defined: set[str], root: Path) -> None:
    """Only whole addresses and names after a constant's prefix; the code may also hold made-up ones in doctests."""
    files = sorted((root / "service" / "mandategraph").rglob("*.py"))
    assert files
    spelt = re.compile(r'(?:\bMG \+ "|\{MG\})([A-Za-z]\w*)|(?:\bKOS \+ "|\{KOS\})([A-Za-z][\w-]*)')
    found = {}
    for file in files:
        text = re.sub(r'"""(?:[^"\\]|\\.|"(?!""))*"""', '""', file.read_text(encoding="utf-8"))
        found[file] = {MG + a if a else KOS + b for a, b in spelt.findall(text)}
    assert undefined(defined, found) == {}


def test_an_undefined_term_would_be_found(defined: set[str]) -> None:
    query = 'SELECT * { ?a mg:madeUp/mg:partOf "mg:inProse" # mg:inComment\n }'
    assert undefined(defined, {Path("q.rq"): set(used_in_sparql(query))}) == {MG + "madeUp": ["q.rq"]}


def test_a_property_for_things_has_no_literal_and_one_for_literals_no_thing(
    module_files: list[Path], data_files: list[Path], example_files: list[Path]
) -> None:
    """There are no ranges to say so; a mistake here would go unseen by every query."""
    kinds = {
        quad.subject.value: quad.object.value.rsplit("#", 1)[-1]
        for file in module_files
        for quad in ox.parse(path=str(file))
        if quad.predicate.value == TYPE and quad.object.value.endswith("Property")
    }
    assert {"ObjectProperty", "DatatypeProperty"} <= set(kinds.values())
    wrong = [
        (file.name, str(quad.triple))
        for file in data_files + example_files
        for quad in ox.parse(path=str(file))
        if kinds.get(quad.predicate.value)
        == ("ObjectProperty" if isinstance(quad.object, ox.Literal) else "DatatypeProperty")
    ]
    assert wrong == []
