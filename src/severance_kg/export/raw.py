"""Terms as the lines of N-Triples hold them: bytes, looked into only where something is asked of them.

Making a Python object of each term first took twice as long as writing the whole table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from severance_kg.results import from_engine
from severance_kg.vocabulary import IRI, RDF, Term, compact

Block = dict[bytes, list[bytes]]
"""The objects of each predicate of one subject, in the order of the lines."""


def raw(iri: str) -> bytes:
    """Return an IRI as a line holds it."""
    return f"<{iri}>".encode()


TYPE = raw(RDF + "type")
TRIPLE = tuple(raw(RDF + part) for part in ("subject", "predicate", "object"))


def blocks(lines: Iterable[bytes]) -> Iterator[tuple[bytes, Block]]:
    """Yield each subject of sorted lines with its block."""
    last, block = b"", Block()
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if subject != last:
            if block:
                yield last, block
            last, block = subject, {}
        value = rest[:-3]  # without " .\n"
        if predicate in block:
            block[predicate].append(value)
        else:
            block[predicate] = [value]
    if block:
        yield last, block


def terms(line: bytes) -> list[Any]:
    """Return the terms of a line of N-Triples or N-Quads."""
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
    found: list[Any] = [quad.subject, quad.predicate, quad.object]
    return list(map(from_engine, found if quad.graph_name == ox.DefaultGraph() else [*found, quad.graph_name]))


def term(given: bytes) -> Term:
    """Return a term that is no blank node."""
    if given.startswith(b"<") and b"\\" not in given:
        return IRI(given[1:-1].decode())
    found: Term = terms(b"<x:> <x:> " + given + b" .")[2]
    return found


def text(given: bytes) -> str:
    """Return an IRI, or the lexical form of a literal."""
    if b"\\" in given:
        return str(term(given))
    return given[1 : -1 if given.startswith(b"<") else given.rindex(b'"')].decode()


@lru_cache(4096)
def name(given: bytes) -> str:
    """Return an IRI as a prefixed name where a prefix fits."""
    return compact(text(given))
