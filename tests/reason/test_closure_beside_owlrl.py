"""The command that compares a closure with owlrl's, on any data and any axioms."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mandategraph.reason.conclude import questions_of
from mandategraph.reason.rules import read_rule

BENCH = Path(__file__).resolve().parents[2] / "bench" / "rules.py"
AXIOMS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX : <urn:t#>
:partOf rdfs:subPropertyOf :within ; rdfs:domain :Part . :within a owl:TransitiveProperty ; owl:inverseOf :holds .
:deep owl:propertyChainAxiom ( :within :within :partOf ) . :Part rdfs:subClassOf :Thing .
"""
DATA = "".join(
    f'<urn:n{n}> <urn:t#partOf> <urn:n{n // 2}> .\n<urn:n{n}> <{"urn:t#" + "x"}> "{n}" .\n' for n in range(1, 40)
)


def compared(tmp_path: Path, axioms: str, data: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "axioms.ttl").write_text(axioms)
    (tmp_path / "data.nt").write_text(data)
    command = [sys.executable, str(BENCH), str(tmp_path / "data.nt"), str(tmp_path / "axioms.ttl")]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_two_closures_are_the_same_set_and_what_neither_got_is_named(tmp_path: Path) -> None:
    told = compared(tmp_path, AXIOMS, DATA)
    assert told.returncode == 0, told.stderr
    assert "kept from both: rdfs:domain" in told.stdout
    assert "the same" in told.stdout
    assert int(told.stdout.split(" conclusions")[0].rsplit(" ", 1)[1]) > 300


def test_where_they_differ_the_command_fails(tmp_path: Path) -> None:
    """owlrl goes on from a blank node, which our rules leave out by their word."""
    told = compared(tmp_path, AXIOMS, DATA + "<urn:n1> <urn:t#partOf> _:b .\n_:b <urn:t#partOf> <urn:other> .\n")
    assert told.returncode == 1, told.stderr
    assert "NOT THE SAME" in told.stdout


RULE = """#+ id: x
#+ kind: derivation
#+ stage: 1
#+ reason: because
#+ summary: {en: A.}
#+ reach: {"mg:partOf": subject, "rdf:type": subject}
#+ because: ["?a mg:partOf ?b"]
PREFIX mg: <https://w3id.org/mandategraph/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
CONSTRUCT { ?a mg:within ?b } WHERE { ?a mg:partOf ?b ; WANTED }"""


@pytest.mark.parametrize("wanted", ["a mg:Task", "a mg:Task .", "a <https://w3id.org/mandategraph/ns#Task>"])
def test_of_types_only_those_are_read_that_a_rule_names(wanted: str) -> None:
    properties, classes = questions_of([read_rule("x", RULE.replace("WANTED", wanted))])
    assert "rdf-syntax-ns#type" not in properties
    assert "VALUES (?o) { (<https://w3id.org/mandategraph/ns#Task>) }" in classes


@pytest.mark.parametrize(
    "wanted", ["a ?c", "a mg:Task, mg:Duty", "rdf:type mg:Task", "a/mg:x ?c", "^a ?c", "(a|mg:x) ?c"]
)
def test_a_rule_that_asks_for_types_in_any_other_way_reads_all(wanted: str) -> None:
    rule = read_rule("x", RULE.replace("WANTED", wanted))
    assert rule.classes is None
    assert "rdf-syntax-ns#type" in questions_of([rule])[0]
