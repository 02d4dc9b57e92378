"""Turtle and N-Triples: the graph as it is."""

from __future__ import annotations

from collections.abc import Iterator

from severance_kg.export.formats import Format
from severance_kg.export.material import Material
from severance_kg.lines import turtle
from severance_kg.vocabulary import PREFIXES


def heading(given: Material) -> bytes:
    """Return the comment that says which program made a file and from which graph."""
    return f"# {given.producer}\n# sha256 of the graph's sorted N-Triples: {given.digest}\n".encode()


def _turtle(given: Material) -> Iterator[bytes]:
    yield heading(given)
    yield turtle(given.triples(), PREFIXES)


def _ntriples(given: Material) -> Iterator[bytes]:
    yield heading(given)
    yield from given.chunks()


FORMATS = (
    Format("turtle", "Turtle", ".ttl", write=_turtle),
    Format("ntriples", "N-Triples, sorted; written in constant memory", ".nt", write=_ntriples),
)
