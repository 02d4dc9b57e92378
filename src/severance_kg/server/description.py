"""The SPARQL 1.1 Service Description of the endpoint, with the counts that VoID has words for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from severance_kg.errors import InputError
from severance_kg.page_title import TITLE
from severance_kg.vocabulary import BASE, DCTERMS, PREFIXES, RDF, SKG, XSD
from severance_kg.worker import TRIPLES

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_SPACES = PREFIXES | {"sd": SD, "void": VOID, "formats": FORMATS}


def description(endpoint: str, counts: Mapping[str, int], format: str) -> bytes:
    """Return the description of the service at an address.

    Args:
        endpoint: the address that it was asked at.
        counts: of ``triples``, ``subjects``, ``properties`` and ``classes``, as far as they are known.
        format: ``turtle``, ``ntriples``, ``jsonld`` or ``rdfxml``.

    Raises:
        InputError: the address is no IRI.
    """
    try:
        triples = list(_triples(ox.NamedNode(endpoint), counts))
    except ValueError as error:
        raise InputError(f"the address is no IRI: {error}", hint="correct the Host header") from None
    return ox.serialize(triples, format=TRIPLES[format], prefixes=_SPACES) or b""


def _triples(service: ox.NamedNode, counts: Mapping[str, int]) -> Iterator[ox.Triple]:
    dataset, graph = ox.BlankNode("dataset"), ox.NamedNode(BASE)

    def say(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(predicate), value)

    yield say(service, RDF + "type", ox.NamedNode(SD + "Service"))
    yield say(service, SD + "endpoint", service)
    yield say(service, SD + "supportedLanguage", ox.NamedNode(SD + "SPARQL11Query"))
    yield say(service, DCTERMS + "title", ox.Literal(TITLE, language="en"))
    for name in (*_RESULTS, *_GRAPHS):
        yield say(service, SD + "resultFormat", ox.NamedNode(FORMATS + name))
    yield say(service, SD + "defaultDataset", dataset)
    yield say(dataset, RDF + "type", ox.NamedNode(SD + "Dataset"))
    yield say(dataset, SD + "defaultGraph", graph)
    yield say(graph, RDF + "type", ox.NamedNode(SD + "Graph"))
    yield say(graph, RDF + "type", ox.NamedNode(VOID + "Dataset"))
    yield say(graph, VOID + "sparqlEndpoint", service)
    yield say(graph, VOID + "vocabulary", ox.NamedNode(SKG))
    yield say(graph, VOID + "uriSpace", ox.Literal(BASE))
    names = {"triples": "triples", "subjects": "distinctSubjects", "properties": "properties", "classes": "classes"}
    for ours, theirs in names.items():
        if ours in counts:
            yield say(graph, VOID + theirs, ox.Literal(str(counts[ours]), datatype=ox.NamedNode(XSD + "integer")))
