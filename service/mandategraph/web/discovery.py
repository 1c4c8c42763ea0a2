"""What this service is and holds, for programs: service description, VoID, DCAT."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from mandategraph.core.namespaces import DCAT, DCTERMS, FOAF, KOS, MG, RDF, VOID, XSD
from mandategraph.core.terms import Iri, Literal, Quad, Term
from mandategraph.web import negotiation as n
from mandategraph.web.access import readable
from mandategraph.web.examples import examples
from mandategraph.web.negotiation import Offer
from mandategraph.web.partitions import partitions
from mandategraph.web.visit import Reader, Visit

SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
RDF_OFFERS = (
    Offer(n.TURTLE, ("ttl", "turtle")),
    Offer(n.JSON_LD, ("jsonld",)),
    Offer(n.N_TRIPLES, ("nt",)),
    Offer(n.RDF_XML, ("rdf", "rdfxml")),
    Offer(n.JSON, ("json",), n.JSON_LD),
    Offer("application/xml", (), n.RDF_XML),
)

router = APIRouter(tags=["Description of the data"], default_response_class=Response)


@router.get("/.well-known/void", summary="Description of the data (VoID)")
def void(visit: Reader) -> Response:
    """Describe the data set: how large, under which licence, where to query it."""
    offer = visit.choose(RDF_OFFERS)
    return visit.answer(offer, lambda: written(_void(visit), offer))


@router.get("/catalog", summary="Catalogue (DCAT)")
def catalog(visit: Reader) -> Response:
    """List the data set with its forms and the service that answers queries about it."""
    offer = visit.choose(RDF_OFFERS)
    return visit.answer(offer, lambda: written(_catalogue(visit), offer))


def written(triples: Iterable[Quad], offer: Offer) -> bytes:
    """Return triples in the form of an offer: the same triples, the same bytes."""
    from mandategraph.publish.rdf import serialise

    return serialise(triples, offer.written_as)


def service_description(visit: Visit) -> list[Quad]:
    """Return the triples by which a SPARQL service describes itself."""
    endpoint = Iri(visit.absolute("/sparql"))
    service, default = Iri(f"{endpoint}#service"), Iri(f"{endpoint}#default-graph")
    dataset = Iri(f"{endpoint}#dataset")
    triples: list[tuple[Iri, str, Term]] = [
        (service, RDF + "type", Iri(SD + "Service")),
        (service, SD + "endpoint", endpoint),
        (service, SD + "supportedLanguage", Iri(SD + "SPARQL11Query")),
        (service, SD + "feature", Iri(SD + "UnionDefaultGraph")),
        (service, SD + "defaultDataset", dataset),
        (dataset, RDF + "type", Iri(SD + "Dataset")),
        (dataset, SD + "defaultGraph", default),
        (default, RDF + "type", Iri(SD + "Graph")),
    ]
    formats = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
    for name in (*formats, "Turtle", "N-Triples", "RDF_XML", "JSON-LD"):
        triples.append((service, SD + "resultFormat", Iri(_FORMATS + name)))
    if visit.service.writing is not None:
        update = Iri(visit.absolute("/update"))
        writing = Iri(f"{update}#service")
        triples += [
            (writing, RDF + "type", Iri(SD + "Service")),
            (writing, SD + "endpoint", update),
            (writing, SD + "supportedLanguage", Iri(SD + "SPARQL11Update")),
            (writing, SD + "defaultDataset", dataset),
        ]
    for graph in readable(visit.request).named:
        # What clients call their graphs may end alike, and may hold what no fragment does.
        is_ours = graph in visit.service.graphs.all
        node = Iri(f"{endpoint}#{graph.rsplit('/', 1)[-1] if is_ours else quote(graph, safe='')}")
        triples += [
            (dataset, SD + "namedGraph", node),
            (node, RDF + "type", Iri(SD + "NamedGraph")),
            (node, SD + "name", Iri(graph)),
        ]
    return _quads([*triples, *examples(visit.service, endpoint)])


def _void(visit: Visit) -> list[Quad]:
    service = visit.service
    dataset = Iri(visit.absolute("/.well-known/void#data"))
    triples: list[tuple[Iri, str, Term]] = [
        (dataset, RDF + "type", Iri(VOID + "Dataset")),
        *_titles(visit, dataset),
        *_rights(visit, dataset),
        (dataset, VOID + "sparqlEndpoint", Iri(visit.absolute("/sparql"))),
        (dataset, VOID + "triples", Literal(str(service.triple_count), XSD + "integer")),
        (dataset, VOID + "vocabulary", Iri(MG)),
        (dataset, VOID + "uriLookupEndpoint", Iri(visit.absolute("/doc?iri="))),
        (dataset, FOAF + "homepage", Iri(visit.absolute("/"))),
    ]
    triples += [*partitions(service, dataset), *examples(service, Iri(visit.absolute("/sparql")))]
    return _quads(dict.fromkeys(triples))


def _catalogue(visit: Visit) -> list[Quad]:
    here = visit.absolute("/catalog")
    catalogue, dataset, endpoint = Iri(here), Iri(f"{here}#data"), Iri(f"{here}#sparql")
    triples: list[tuple[Iri, str, Term]] = [
        (catalogue, RDF + "type", Iri(DCAT + "Catalog")),
        (catalogue, DCTERMS + "title", Literal("Mandate Graph", language="en")),
        (catalogue, DCAT + "dataset", dataset),
        (catalogue, DCAT + "service", endpoint),
        (dataset, RDF + "type", Iri(DCAT + "Dataset")),
        *_titles(visit, dataset),
        *_rights(visit, dataset),
        (dataset, DCTERMS + "conformsTo", Iri(MG)),
        (dataset, DCAT + "landingPage", Iri(visit.absolute("/"))),
        (endpoint, RDF + "type", Iri(DCAT + "DataService")),
        (endpoint, DCTERMS + "title", Literal("SPARQL", language="en")),
        (endpoint, DCAT + "endpointURL", Iri(visit.absolute("/sparql"))),
        (endpoint, DCAT + "servesDataset", dataset),
    ]
    whole = "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D&format="
    for offer in RDF_OFFERS[:4]:
        node = Iri(f"{here}#{offer.names[0]}")
        triples += [
            (dataset, DCAT + "distribution", node),
            (node, RDF + "type", Iri(DCAT + "Distribution")),
            (node, DCAT + "downloadURL", Iri(visit.absolute(whole + offer.names[0]))),
            (node, DCAT + "mediaType", Iri(_MEDIA_TYPES + offer.media_type)),
            (node, DCAT + "accessService", endpoint),
            *_rights(visit, node),
        ]
    return _quads(triples)


def _titles(visit: Visit, node: Iri) -> list[tuple[Iri, str, Term]]:
    plan = visit.service.plan
    titles = visit.service.titles(plan) if plan else [Literal("Mandate Graph")]
    about = (node, DCTERMS + "subject", Iri(KOS + ("type-plan" if plan else "type-resolution")))
    return [*((node, DCTERMS + "title", title) for title in titles), about]


def _rights(visit: Visit, node: Iri) -> list[tuple[Iri, str, Term]]:
    settings = visit.service.installation.settings
    rights: list[tuple[Iri, str, Term]] = []
    if settings.licence.startswith(("http://", "https://")):
        rights.append((node, DCTERMS + "license", Iri(settings.licence)))
    elif settings.licence:
        rights.append((node, DCTERMS + "rights", Literal(settings.licence)))
    rights.append((node, DCTERMS + "rights", Literal(visit.service.rights("en"), language="en")))
    return rights


def _quads(triples: Iterable[tuple[Iri, str, Term]]) -> list[Quad]:
    return [Quad(subject, Iri(predicate), value) for subject, predicate, value in triples]
