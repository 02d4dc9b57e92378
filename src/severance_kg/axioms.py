"""What the ontology says of its properties beyond their hierarchy: which statements entail, and which exclude, each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from severance_kg.vocabulary import IRI, OWL, RDF, RDFS, Literal, Term, compact

Triple = tuple[IRI, IRI, Term]
Links = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Axioms:
    """The characteristics of properties, as OWL names them; ``above`` holds each term's broader ones at any depth."""

    functional: frozenset[str]
    inverse_functional: frozenset[str]
    symmetric: frozenset[str]
    asymmetric: frozenset[str]
    inverses: Links
    disjoint: Links
    above: Links

    def equivalents(self, triple: Triple) -> Iterator[tuple[Triple, str]]:
        """Yield the triples that say the same, each with why."""
        subject, predicate, obj = triple
        if isinstance(obj, Literal):
            return
        if predicate in self.symmetric:
            yield (obj, predicate, subject), f"{compact(predicate)} is mutual"
        for inverse in sorted(self.inverses.get(predicate, ())):
            yield (obj, IRI(inverse), subject), f"{compact(inverse)} is the inverse of {compact(predicate)}"

    def weaker(self, triple: Triple, broader: Links) -> Iterator[tuple[Triple, str]]:
        """Yield the triples that an affirmed one entails without saying the same; ``broader`` tells of themes."""
        subject, predicate, obj = triple
        for above in sorted(self.above.get(predicate, ())):
            yield (subject, IRI(above), obj), f"{compact(predicate)} is a case of {compact(above)}"
        if not isinstance(obj, Literal):
            for theme in sorted(broader.get(obj, ())):
                yield (subject, predicate, IRI(theme)), f"{compact(obj)} is narrower than {compact(theme)}"


def read_axioms(triples: Iterable[ox.Triple]) -> Axioms:
    """Read the axioms from the triples of the ontology."""
    objects: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode | ox.BlankNode) and isinstance(triple.object, ox.NamedNode | ox.BlankNode):
            objects[triple.predicate.value][triple.subject.value].append(triple.object.value)

    def of(kind: str) -> frozenset[str]:
        return frozenset(one for one, kinds in objects[RDF + "type"].items() if f"{OWL}{kind}Property" in kinds)

    disjoint = [(one, other) for one, others in objects[OWL + "propertyDisjointWith"].items() for other in others]
    for head in objects[OWL + "members"].values():
        members = list(_members(objects, head[0]))
        disjoint += [(one, other) for one in members for other in members if one != other]
    inverses = [(one, other) for one, others in objects[OWL + "inverseOf"].items() for other in others]
    return Axioms(
        of("Functional"),
        of("InverseFunctional"),
        of("Symmetric"),
        of("Asymmetric"),
        _mutual(inverses),
        _mutual(disjoint),
        closed(objects[RDFS + "subPropertyOf"]),
    )


def closed(links: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Return for each term all that its links lead to, at any depth, without itself."""
    found = {}
    for one in links:
        seen: set[str] = set()
        ahead = [*links[one]]
        while ahead:
            step = ahead.pop()
            if step not in seen:
                seen.add(step)
                ahead += links.get(step, ())
        found[one] = frozenset(seen - {one})
    return found


def _mutual(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return {one: frozenset(others) for one, others in found.items()}


def _members(objects: Mapping[str, Mapping[str, list[str]]], head: str) -> Iterator[str]:
    """Yield the members of an RDF list; one that runs in a circle ends where it began."""
    first, rest, seen = objects[RDF + "first"], objects[RDF + "rest"], set[str]()
    while head in first and head not in seen:
        seen.add(head)
        yield first[head][0]
        head = rest.get(head, [""])[0]
