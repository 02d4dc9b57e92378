"""VoID and DCAT: what a graph is, how much it holds, and the digest that it is known by, said from outside.

A digest cannot stand in what it is of, and counts in a graph would count themselves. So the graph says only what is so before
it is made (``data/dataset.ttl``), and this description, a file of its own, says the rest. It holds no blank node either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox

from severance_kg.compile import Object, node
from severance_kg.export.formats import Format
from severance_kg.export.material import Material
from severance_kg.export.raw import TYPE, raw, term
from severance_kg.lines import turtle
from severance_kg.vocabulary import BASE, DATASET, DCAT, DCTERMS, ONTOLOGY, OWL, PREFIXES, RDF, VOID, XSD, compact

SPDX = "http://spdx.org/rdf/terms#"
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/application/n-triples"
TITLE = "A graph of who said what"


@dataclass(frozen=True, slots=True)
class Counts:
    """What VoID counts. ``classes`` holds the instances of each class, ``properties`` the triples of each property."""

    triples: int
    subjects: int
    objects: int
    size: int
    classes: Counter[bytes]
    properties: Counter[bytes]


def count(given: Material) -> Counts:
    """Count a graph, line by line."""
    triples = subjects = size = 0
    last = b""
    classes, properties = Counter[bytes](), Counter[bytes]()
    for line in given.lines():
        subject, predicate, rest = line.split(b" ", 2)
        triples, size, subjects = triples + 1, size + len(line), subjects + (subject != last)
        last = subject
        properties[predicate] += 1
        if predicate == TYPE:
            classes[rest[:-3]] += 1
    return Counts(triples, subjects, sum(1 for _ in given.distinct_objects()), size, classes, properties)


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=node(XSD + "integer"))


def describe(given: Material) -> Iterator[ox.Triple]:
    """Yield the description of a graph.

    The graph is called by its digest, as it is whatever was put into it; that it holds the bundled data, which have a name
    and a version of their own, is a link from the one to the other.
    """
    counts = count(given)
    graph = f"{BASE}graph/sha256-{given.digest}"
    yield from _said(
        graph,
        (RDF + "type", node(VOID + "Dataset")),
        (RDF + "type", node(DCAT + "Dataset")),
        (DCTERMS + "title", ox.Literal(TITLE, language="en")),
        (DCTERMS + "identifier", ox.Literal(f"sha256:{given.digest}")),
        (DCTERMS + "description", ox.Literal(f"Made by {given.producer}.", language="en")),
        (VOID + "triples", _integer(counts.triples)),
        (VOID + "distinctSubjects", _integer(counts.subjects)),
        (VOID + "distinctObjects", _integer(counts.objects)),
        (VOID + "classes", _integer(len(counts.classes))),
        (VOID + "properties", _integer(len(counts.properties))),
        *((VOID + "vocabulary", node(space)) for space in _vocabularies(counts)),
    )
    yield from _partitions(graph, counts)
    yield from _distribution(graph, given, counts)
    yield from _within(graph, given)


def _said(subject: str, *pairs: tuple[str, Object]) -> Iterator[ox.Triple]:
    return (ox.Triple(node(subject), node(predicate), value) for predicate, value in pairs)


def _vocabularies(counts: Counts) -> list[str]:
    used = [str(term(one)) for one in (*counts.classes, *counts.properties)]
    return sorted(space for space in PREFIXES.values() if any(iri.startswith(space) for iri in used))


def _partitions(graph: str, counts: Counts) -> Iterator[ox.Triple]:
    kinds = (("class", counts.classes, "entities"), ("property", counts.properties, "triples"))
    for kind, counted, unit in kinds:
        for one, number in counted.items():
            name = str(term(one))
            part = f"{graph}#{kind}-{quote(compact(name).replace(':', '-'), safe='')}"
            yield from _said(graph, (f"{VOID}{kind}Partition", node(part)))
            yield from _said(part, (VOID + kind, node(name)), (VOID + unit, _integer(number)))


def _distribution(graph: str, given: Material, counts: Counts) -> Iterator[ox.Triple]:
    file, checksum = f"{graph}#severance.nt", f"{graph}#checksum"
    yield from _said(graph, (DCAT + "distribution", node(file)))
    yield from _said(
        file,
        (RDF + "type", node(DCAT + "Distribution")),
        (DCTERMS + "title", ox.Literal("severance.nt")),
        (DCAT + "mediaType", node(MEDIA_TYPE)),
        (DCAT + "byteSize", ox.Literal(str(counts.size), datatype=node(XSD + "nonNegativeInteger"))),
        (SPDX + "checksum", node(checksum)),
    )
    yield from _said(
        checksum,
        (RDF + "type", node(SPDX + "Checksum")),
        (SPDX + "algorithm", node(SPDX + "checksumAlgorithm_sha256")),
        (SPDX + "checksumValue", ox.Literal(given.digest, datatype=node(XSD + "hexBinary"))),
    )


def _within(graph: str, given: Material) -> Iterator[ox.Triple]:
    """Yield the link to the bundled data with what they say of themselves, and to the version of the ontology."""
    for version in given.block(raw(ONTOLOGY)).get(raw(OWL + "versionIRI"), ()):
        yield from _said(graph, (DCTERMS + "conformsTo", node(str(term(version)))))
    own = given.block(raw(DATASET))
    if own:
        yield from _said(graph, (VOID + "subset", node(DATASET)))
    lines = (b" ".join([raw(DATASET), predicate, value, b".\n"]) for predicate, values in own.items() for value in values)
    yield from (quad.triple for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES))


def _write(given: Material) -> Iterator[bytes]:
    yield turtle(describe(given), PREFIXES | {"spdx": SPDX})


FORMATS = (
    Format(
        "void",
        "VoID and DCAT, what is in the graph, how much, and its digest, in Turtle",
        ".void.ttl",
        write=_write,
        losses=("It describes the graph and holds none of its statements and edges.",),
    ),
)
