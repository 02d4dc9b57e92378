"""Triples as text: sorted lines of N-Triples, and Turtle; the same bytes for the same triples, whatever order they came in."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from severance_kg.vocabulary import RDF


def lines(triples: Iterable[ox.Triple]) -> list[str]:
    """Return the N-Triples lines, sorted."""
    return sorted({f"{triple} .\n" for triple in triples})


def turtle(triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> bytes:
    """Return the triples as Turtle with prefixes, subjects and predicates sorted and types first."""

    def key(triple: ox.Triple) -> tuple[str, bool, str, str]:
        predicate = triple.predicate.value
        return str(triple.subject), predicate != RDF + "type", predicate, str(triple.object)

    ordered = sorted(set(triples), key=key)
    used = {name: space for name, space in prefixes.items() if any(space in line for line in lines(ordered))}
    found = ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=used)
    assert found is not None
    return found
