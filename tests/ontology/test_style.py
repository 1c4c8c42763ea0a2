"""The ontology is written as it should be, and each rule of style finds a fault when there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

STYLE = "https://w3id.org/mandategraph/shapes/ontology-style#"
PREFIXES = """
@prefix mg: <https://w3id.org/mandategraph/ns#> .
@prefix k: <https://w3id.org/mandategraph/kos/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
RIVER = """mg:River a owl:Class ; rdfs:isDefinedBy <https://w3id.org/mandategraph/ns/water> ;
    skos:prefLabel "river"@en, "río"@es, "fleuve"@fr, "rio"@pt ; skos:definition "Water that flows to a sea."@en ."""
FLOWS = """mg:flowsTo a owl:ObjectProperty ; rdfs:isDefinedBy <https://w3id.org/mandategraph/ns/water> ;
    skos:prefLabel "flows to"@en, "a"@es, "b"@fr, "c"@pt ; skos:definition "Points to the sea that it reaches."@en ."""
LIST = """k:bed a skos:ConceptScheme ; dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    skos:prefLabel "Beds"@en, "a"@es, "b"@fr, "c"@pt ; skos:definition "What lies below."@en ;
    skos:hasTopConcept k:bed-sand, k:bed-rock .
k:bed-sand a skos:Concept ; skos:inScheme k:bed ; skos:notation "sand" ;
    skos:prefLabel "sand"@en, "a"@es, "b"@fr, "c"@pt ; skos:definition "Grains."@en .
k:bed-rock a skos:Concept ; skos:inScheme k:bed ; skos:notation "rock" ;
    skos:prefLabel "rock"@en, "a"@es, "b"@fr, "c"@pt ; skos:definition "Stone."@en ."""
WATER = """<https://w3id.org/mandategraph/ns/water> a owl:Ontology ; dcterms:title "Water"@en ;
    dcterms:description "What flows."@en ; dcterms:license <https://creativecommons.org/licenses/by/4.0/> ."""

FAULTS = {
    "a label is missing": (RIVER.replace(', "rio"@pt', ""), "labelInFourLanguages"),
    "two labels in one language": (RIVER.replace('"rio"@pt', '"rio"@es'), "labelInFourLanguages"),
    "no definition": (
        RIVER.replace('skos:definition "Water that flows to a sea."@en', "rdfs:seeAlso mg:x"),
        "oneDefinition",
    ),
    "no full stop": (RIVER.replace("sea.", "sea"), "oneDefinition"),
    "begins with the term": (RIVER.replace("Water that", "A river"), "DefinitionSaysMore"),
    "goes in a circle": (RIVER.replace("Water that", "Water of a river that"), "NoCircle"),
    "no module": (RIVER.replace("rdfs:isDefinedBy", "rdfs:seeAlso"), "oneModule"),
    "a version in the module": (RIVER.replace("ns/water", "ns/1.0/water"), "oneModule"),
    "a class in lower case": (RIVER.replace("mg:River", "mg:river"), "ClassName"),
    "a property in upper case": (FLOWS.replace("mg:flowsTo", "mg:FlowsTo"), "PropertyName"),
    "a property with an underscore": (FLOWS.replace("mg:flowsTo", "mg:flows_to"), "PropertyName"),
    "a domain": (FLOWS + " mg:flowsTo rdfs:domain mg:River .", "LightProperty"),
    "a range": (FLOWS + " mg:flowsTo rdfs:range mg:River .", "LightProperty"),
    "an inverse": (FLOWS + " mg:flowsTo owl:inverseOf mg:isReachedBy .", "LightProperty"),
    "a functional property": (FLOWS + " mg:flowsTo a owl:FunctionalProperty .", "LightProperty"),
    "a value of no list": (LIST.replace("skos:inScheme k:bed ;", "", 1), "ConceptInList"),
    "a value without notation": (LIST.replace('skos:notation "sand" ;', ""), "ConceptInList"),
    "an address that is not the notation": (LIST.replace('notation "sand"', 'notation "mud"'), "ConceptInList"),
    "a value that is not on top": (
        LIST.replace("k:bed-sand, k:bed-rock .", "k:bed-rock, k:bed-mud ."),
        "ConceptInList",
    ),
    "a list that is not free": (LIST.replace("publicdomain/zero/1.0", "licenses/by/4.0"), "FreeList"),
    "a list of one": (LIST.replace("k:bed-sand, k:bed-rock .", "k:bed-rock ."), "FreeList"),
    "a file without a title": (WATER.replace("dcterms:title", "rdfs:label"), "Module"),
    "a file without a licence": (WATER.replace("dcterms:license", "rdfs:seeAlso"), "Module"),
    "a header without a version": (WATER.replace("/ns/water", "/ns"), "Header"),
}


@pytest.fixture(scope="module")
def style(root: Path):
    from rdflib import Graph

    return Graph().parse(root / "shapes" / "ontology-style.ttl")


def broken(style, data) -> set[str]:
    """Return the local names of the shapes that the data breaks, the node shape for a nameless property shape."""
    import pyshacl
    from rdflib import RDF, SH, Graph, URIRef

    _, report, _ = pyshacl.validate(data, shacl_graph=style, advanced=False, inplace=True)
    assert isinstance(report, Graph)
    names = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape = report.value(result, SH.sourceShape)
        if not isinstance(shape, URIRef):
            shape = next(iter(style.subjects(SH.property, shape)))
        names.add(str(shape).removeprefix(STYLE))
    return names


def test_the_ontology_and_its_lists_keep_the_style(style, module_files: list[Path], scheme_files: list[Path]) -> None:
    from rdflib import Graph

    graph = Graph()
    for file in module_files + scheme_files:
        graph.parse(file)
    assert len(graph) > 1500
    assert broken(style, graph) == set()


def header() -> str:
    return (Path(__file__).resolve().parents[2] / "ontology" / "mandategraph.ttl").read_text(encoding="utf-8")


def graph_of(turtle: str):
    from rdflib import Graph

    graph = Graph().parse(data=PREFIXES + turtle, format="turtle")
    if "a header without" not in turtle and "/ns> a owl:Ontology" not in turtle:
        graph.parse(data=header(), format="turtle")
    return graph


def test_a_term_a_list_and_a_file_in_good_style_pass(style) -> None:
    assert broken(style, graph_of(RIVER + FLOWS + LIST + WATER)) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_style_is_found(style, fault: str) -> None:
    turtle, shape = FAULTS[fault]
    assert shape in broken(style, graph_of(turtle))
