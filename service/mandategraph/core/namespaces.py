"""The prefixes, each spelt once."""

MG = "https://w3id.org/mandategraph/ns#"
KOS = "https://w3id.org/mandategraph/kos/"
SHAPES = "https://w3id.org/mandategraph/shapes#"
ID = "https://w3id.org/mandategraph/id/"
AT = "https://w3id.org/mandategraph/at/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
ORG = "http://www.w3.org/ns/org#"
FOAF = "http://xmlns.com/foaf/0.1/"
DCAT = "http://www.w3.org/ns/dcat#"
VOID = "http://rdfs.org/ns/void#"
VANN = "http://purl.org/vocab/vann/"
SH = "http://www.w3.org/ns/shacl#"
EDTF = "http://id.loc.gov/datatypes/edtf/"

PREFIXES: dict[str, str] = {
    "mg": MG,
    "k": KOS,
    "shapes": SHAPES,
    "id": ID,
    "at": AT,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "skosxl": SKOSXL,
    "dcterms": DCTERMS,
    "prov": PROV,
    "oa": OA,
    "org": ORG,
    "foaf": FOAF,
    "dcat": DCAT,
    "void": VOID,
    "vann": VANN,
    "sh": SH,
    "edtf": EDTF,
}
"""Prefix to namespace, in the order in which our files write them."""
