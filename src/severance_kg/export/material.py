"""What an export is made of: the lines of a graph, sorted in a file and read bit by bit, so that no format need hold it all.

It is made from the lines and not from the engine, because an engine changes literals: pyoxigraph's makes an ``xsd:integer``
of an ``xsd:nonNegativeInteger`` and 1.5 of 1.50.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from severance_kg import __version__
from severance_kg.errors import StoreError
from severance_kg.export.flat import Cell, flat, identifier
from severance_kg.export.raw import TRIPLE, TYPE, Block, blocks, raw, term, terms, text
from severance_kg.export.sorting import sorted_lines
from severance_kg.vocabulary import DATASET, DCAT, IRI, ONTOLOGY, OWL, RDF, RDFS, SKG, SKOS, Literal, Term, compact, local_name

NEAR = 4_096
"""Blocks kept in case the statement that they belong to comes soon, as the names given by ``compile`` see to it."""

_STATEMENT, _EDGE_STATEMENT = raw(SKG + "Statement"), raw(SKG + "EdgeStatement")
_PARTS = frozenset(raw(SKG + cls) for cls in ("Passage", "Position", "ThemeAssignment"))
_LINKS = tuple(raw(SKG + link) for link in ("passage", "themeAssignment", "position"))
_PRECEDES = raw(SKG + "precedes")
_HOLDS_TRIPLE = re.compile(b"[<_]").match  # and no comment, which a file may have
_RDF = RDF.encode()
_LABEL, _DEFINITION = raw(RDFS + "label"), raw(SKOS + "definition")


@dataclass(frozen=True, slots=True)
class Node:
    """What stands at an end of a statement: a thing, another statement, or a literal."""

    id: str
    term: Term
    label: str
    kind: str
    definition: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A triple that is an edge, and the statements that make it one."""

    subject: IRI
    predicate: IRI
    object: Term
    statements: tuple[IRI, ...]


class Material:
    """A graph as exports read it. Everything comes sorted, so that it depends on the graph alone.

    Nothing here holds more of the graph than one run of :mod:`severance_kg.export.sorting` and ``NEAR`` small blocks.
    """

    def __init__(self, lines: Iterable[bytes], folder: Path) -> None:
        self.folder = folder
        self._path, made = folder / "sorted.nt", hashlib.sha256()
        with self._path.open("wb") as file:
            for chunk in in_chunks(sorted_lines(filter(_HOLDS_TRIPLE, lines), folder)):
                made.update(chunk)
                file.write(chunk)
        self.digest = made.hexdigest()
        """The SHA-256 of the graph's sorted N-Triples: of what ``severance.nt`` holds."""
        self._file = self._path.open("rb")
        self.block = lru_cache(NEAR)(self._block)

    def close(self) -> None:
        """Let go of the file, so that its folder can be removed on every system."""
        self._file.close()

    # ── Lines and triples ────────────────────────────────────────────────────────────────────────────────────────────

    def lines(self) -> Iterator[bytes]:
        """Yield the graph as N-Triples lines."""
        with self._path.open("rb") as file:
            yield from file

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of :meth:`lines` in pieces of about 1 MB."""
        return read_chunks(self._path)

    def triples(self) -> Iterator[ox.Triple]:
        """Yield the triples, in the order of their lines."""
        return (quad.triple for quad in ox.parse(path=str(self._path), format=ox.RdfFormat.N_TRIPLES))

    def distinct_objects(self) -> Iterator[bytes]:
        """Yield each object once, as a line of its own."""
        return sorted_lines((line.split(b" ", 2)[2] for line in self.lines()), self.folder)

    # ── Statements ───────────────────────────────────────────────────────────────────────────────────────────────────

    def statements(self) -> Iterator[dict[str, Cell]]:
        """Yield the cells of each statement, in the order of their lines.

        Raises:
            StoreError: the graph holds a statement that is not whole.
        """
        near: OrderedDict[bytes, Block] = OrderedDict()
        for subject, own in blocks(self.lines()):
            classes = own.get(TYPE, ())
            if _STATEMENT in classes:
                yield self._cells(subject, own, near)
            elif not _PARTS.isdisjoint(classes):
                near[subject] = own
                if len(near) > NEAR:
                    near.popitem(last=False)

    def _cells(self, statement: bytes, own: Block, near: dict[bytes, Block]) -> dict[str, Cell]:
        parts = {}
        ahead = [own]
        while ahead:
            node = ahead.pop()
            for part in (part for link in _LINKS for part in node.get(link, ())):
                parts[part] = near.pop(part) if part in near else self.block(part)
                ahead.append(parts[part])
        try:
            return flat(statement, own, parts)
        except (LookupError, ValueError) as error:
            told = f"the statement {compact(text(statement))} is not whole ({error})"
            raise StoreError(told, hint="run 'severance-kg check' on the graph") from None

    # ── Nodes and edges ──────────────────────────────────────────────────────────────────────────────────────────────

    def nodes(self) -> Iterator[Node]:
        """Yield each subject and each object of a statement once."""

        def ends() -> Iterator[bytes]:
            for line in self._rdf_lines():
                _, predicate, rest = line.split(b" ", 2)
                if predicate in (TRIPLE[0], TRIPLE[2]):
                    yield rest.removesuffix(b" .\n") + b"\n"

        for end in sorted_lines(ends(), self.folder):
            yield self._node(end.removesuffix(b"\n"))

    def _rdf_lines(self) -> Iterator[bytes]:
        """Yield the lines with a term of RDF's own vocabulary: a fourth of all, and enough to tell types and triples."""
        return (line for line in self.lines() if _RDF in line)

    def _node(self, given: bytes) -> Node:
        found = term(given)
        if isinstance(found, Literal):
            return Node(identifier(found), found, str(found), "Literal")
        own = self.block(given)
        kinds = sorted(local_name(text(cls)) for cls in own.get(TYPE, ()))
        label = min(map(text, own.get(_LABEL, ())), default=compact(found))
        if "Statement" in kinds:
            return Node(identifier(found), found, local_name(found), "Statement", label)
        definition = min(map(text, own.get(_DEFINITION, ())), default=None)
        return Node(identifier(found), found, label, kinds[0] if kinds else "Unknown", definition)

    def edges(self) -> Iterator[Edge]:
        """Yield each triple that is an edge once, with the statements that make it one."""
        # A line of N-Quads holds a triple and its statement, and sorts by the triple first.
        quads = sorted_lines(self._claims(), self.folder)
        for triple, lines in groupby(map(terms, quads), key=lambda found: found[:3]):
            subject, predicate, value = triple
            yield Edge(IRI(subject), IRI(predicate), value, tuple(IRI(found[3]) for found in lines))

    def _claims(self) -> Iterator[bytes]:
        for subject, own in blocks(self._rdf_lines()):
            if _EDGE_STATEMENT in own.get(TYPE, ()):
                yield b" ".join([*(own[part][0] for part in TRIPLE), subject, b".\n"])

    # ── Single things ────────────────────────────────────────────────────────────────────────────────────────────────

    def _block(self, subject: bytes) -> Block:
        """Return the block of a subject, which is found by bisecting the sorted lines; an empty one if there is none."""
        start = subject + b" "
        low, high = 0, self._file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if _line_from(self._file, middle) >= start else (middle + 1, high)
        found = [_line_from(self._file, low)]
        while found[-1].startswith(start):
            found.append(self._file.readline())
        return dict(blocks(found[:-1])).get(subject, {})

    def label(self, iri: str) -> str:
        """Return the label of a thing, or its prefixed name if it has none."""
        return min(map(text, self.block(raw(iri)).get(_LABEL, ())), default=compact(iri))

    @cached_property
    def producer(self) -> str:
        """The program, and the versions of the ontology and of the bundled data as far as the graph holds them."""
        told = [f"severance-kg {__version__}"]
        for name, iri, version in (("ontology", ONTOLOGY, OWL + "versionInfo"), ("bundled data", DATASET, DCAT + "version")):
            told += [f"{name} {text(one)}" for one in self.block(raw(iri)).get(raw(version), ())]
        return "; ".join(told)

    @cached_property
    def ranks(self) -> dict[IRI, int]:
        """The places, from 0, of the moments of the longest chain of ``skg:precedes``: a time line of numbers.

        A moment beside the chain has none: it cannot be ordered with all of the chain, and any number would be a guess.
        """
        import networkx as nx

        found = (terms(line)[:3] for line in sorted(line for line in self.lines() if _PRECEDES in line))
        order: nx.DiGraph[IRI] = nx.DiGraph((one, other) for one, predicate, other in found if predicate == SKG + "precedes")
        if not order or not nx.is_directed_acyclic_graph(order):
            return {}
        return {moment: place for place, moment in enumerate(nx.dag_longest_path(order))}


_LAST = b"\xff"
"""What sorts after every line."""


def _line_from(file: Any, position: int) -> bytes:
    """Return the first line that starts at ``position`` or behind it."""
    file.seek(max(position - 1, 0))
    if position:
        file.readline()
    line: bytes = file.readline()
    return line or _LAST


def in_chunks(pieces: Iterable[bytes], size: int = 1 << 18) -> Iterator[bytes]:
    """Join small pieces to chunks of at least ``size`` bytes, the last aside: one call of ``write`` a line is slow."""
    held: list[bytes] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            yield b"".join(held)
            held, length = [], 0
    yield b"".join(held)


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces of about 1 MB."""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


@contextmanager
def material(lines: Iterable[bytes]) -> Iterator[Material]:
    """Give the material of a graph, with a folder for what is sorted that goes away with it.

    Each of ``lines`` is of canonical N-Triples, ends in a line feed, and may be a comment; they come in any order.
    """
    with tempfile.TemporaryDirectory(prefix="severance-kg-") as folder:
        made = Material(lines, Path(folder))
        try:
            yield made
        finally:
            made.close()
