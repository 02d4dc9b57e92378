"""The vocabulary as the programs see it, read from the Turtle files of ``ontology/``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from severance_kg.errors import InputError
from severance_kg.vocabulary import OWL, RDF, RDFS, SKG, SKOS, XSD, compact, local_name

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class EdgeProperty:
    """A property whose triples are edges. ``domain`` and ``range`` hold the IRIs of the classes that fit, any of them."""

    iri: str
    label: str
    domain: frozenset[str]
    range: frozenset[str]

    @property
    def takes_literals(self) -> bool:
        """Whether the object is a literal."""
        return any(one.startswith(XSD) or one == RDFS + "Literal" for one in self.range)


@dataclass(frozen=True, slots=True)
class Ontology:
    """The classes with all their superclasses, the edge properties, the themes, and the triples of the vocabulary.

    ``themes`` gives the label of each theme, ``symmetric`` holds the symmetric properties; all by their IRIs.
    """

    triples: tuple[ox.Triple, ...]
    superclasses: dict[str, frozenset[str]]
    edges: dict[str, EdgeProperty]
    themes: dict[str, str]
    symmetric: frozenset[str]

    def is_a(self, cls: str, wanted: Iterable[str]) -> bool:
        """Return whether a class is one of the wanted ones or a subclass of one."""
        return not self.superclasses.get(cls, frozenset({cls})).isdisjoint(wanted)


def read_turtle(path: Path | tuple[Path, ...]) -> list[ox.Triple]:
    """Read a Turtle file, or several as one, or say in which file and line it breaks."""
    if isinstance(path, tuple):
        return [triple for one in path for triple in read_turtle(one)]
    try:
        return [quad.triple for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        raise InputError(f"not Turtle: {error.msg}", where=f"{path}{line}", hint="mend the syntax there") from None


def read_ontology(paths: Iterable[Path]) -> Ontology:
    """Read the vocabulary from its Turtle files. Shapes and alignments may be among them; they add no terms."""
    triples = [triple for path in paths for triple in read_turtle(path)]
    by_subject: dict[Node, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        by_subject[triple.subject][triple.predicate.value].append(triple.object)
    edges = {}
    for subject in _of_class(by_subject, SKG + "EdgeProperty"):
        properties = by_subject[subject]
        edges[subject.value] = EdgeProperty(
            subject.value,
            _label(subject, properties),
            frozenset(_classes(by_subject, properties[RDFS + "domain"])),
            frozenset(_classes(by_subject, properties[RDFS + "range"])),
        )
    themes = {subject.value: _label(subject, by_subject[subject]) for subject in _of_class(by_subject, SKG + "Theme")}
    symmetric = frozenset(subject.value for subject in _of_class(by_subject, OWL + "SymmetricProperty"))
    return Ontology(tuple(triples), _superclasses(by_subject), edges, themes, symmetric)


def _of_class(by_subject: dict[Node, dict[str, list[Node]]], cls: str) -> list[ox.NamedNode]:
    wanted = ox.NamedNode(cls)
    return [one for one, properties in by_subject.items() if isinstance(one, ox.NamedNode) and wanted in properties[RDF + "type"]]


def _label(subject: ox.NamedNode, properties: dict[str, list[Node]]) -> str:
    labels = [o.value for o in properties[RDFS + "label"] + properties[SKOS + "prefLabel"] if isinstance(o, ox.Literal)]
    if not labels:
        raise InputError(f"{compact(subject.value)} has no rdfs:label", hint="every term of the ontology needs one")
    return labels[0]


def _list(by_subject: dict[Node, dict[str, list[Node]]], head: Node) -> list[Node]:
    found = []
    while head in by_subject and by_subject[head][RDF + "first"]:
        found.append(by_subject[head][RDF + "first"][0])
        head = by_subject[head][RDF + "rest"][0]
    return found


def _classes(by_subject: dict[Node, dict[str, list[Node]]], nodes: Iterable[Node]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, ox.NamedNode):
            found.append(node.value)
        else:
            for head in by_subject[node][OWL + "unionOf"]:
                found += _classes(by_subject, _list(by_subject, head))
    return found


def _superclasses(by_subject: dict[Node, dict[str, list[Node]]]) -> dict[str, frozenset[str]]:
    direct: dict[str, set[str]] = defaultdict(set)
    for subject, properties in by_subject.items():
        if not isinstance(subject, ox.NamedNode):
            continue
        if ox.NamedNode(OWL + "Class") in properties[RDF + "type"]:
            direct[subject.value] |= {o.value for o in properties[RDFS + "subClassOf"] if isinstance(o, ox.NamedNode)}

    def above(cls: str, seen: frozenset[str]) -> frozenset[str]:
        found = seen | {cls}
        for parent in direct.get(cls, ()):
            if parent not in found:
                found |= above(parent, found)
        return found

    return {cls: above(cls, frozenset()) for cls in list(direct)}


def type_names(ontology: Ontology) -> dict[str, str]:
    """Return the classes that an entity may be declared to be, by their short names."""
    wanted = {SKG + "Entity"}
    return {local_name(cls): cls for cls in sorted(ontology.superclasses) if ontology.is_a(cls, wanted)}
