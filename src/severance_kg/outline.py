"""The outline of a corpus: of each statement what others depend on, and none of its words.

A row is a plain list, so that it can be kept as JSON; a hundred thousand of them take 100 MB. A statement is made of a row
only where one is needed: for a check that holds two statements side by side, and for the premises of an inference.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, Final

import pyoxigraph as ox

from severance_kg.check import ATTITUDES
from severance_kg.compile import to_engine
from severance_kg.moments import ALWAYS, MomentOrder, Time
from severance_kg.results import from_engine
from severance_kg.rules import moment_order
from severance_kg.statements import Commitment, Frame, Kind, Polarity, Reading, Relation, Statement, Where
from severance_kg.vocabulary import IRI, SKG, Term

Row = list[Any]
"""Id, line, whether it is an edge, kind, subject, predicate, object, three judgements, frame, speaker, holder, time, tension."""

ID, LINE, EDGE, KIND, SUBJECT, PREDICATE, OBJECT, COMMITMENT, POLARITY, READING, FRAME, SPEAKER, HOLDER, TIME, TENSION = range(15)
_ALWAYS: Final = "Always"


def row_of(one: Statement) -> Row:
    """Return the row of a statement."""
    time = _ALWAYS if one.time.always else [one.time.at, one.time.start, one.time.end]
    tension = [other for relation, other in one.relations if relation is Relation.IN_TENSION_WITH]
    judged = [one.commitment, one.polarity, one.reading, one.frame]
    ends = [one.subject, one.predicate, str(to_engine(one.object))]
    line = one.where.line if one.where else 0
    return [one.iri, line, one.is_edge, one.kind, *ends, *judged, one.said_by, one.held_by, time, tension]


def triple_of(row: Row) -> str:
    """Return the triple of a row as a line of N-Triples."""
    return f"<{row[SUBJECT]}> <{row[PREDICATE]}> {row[OBJECT]} .\n"


class Outline:
    """The rows of a corpus, and the sources that they are of.

    Attributes:
        edges: the triples that are edges, as lines of N-Triples.
    """

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Row, int]] = {}
        self._sources: list[tuple[IRI, str]] = []
        self.edges: set[str] = set()

    def add(self, source: IRI, file: str, rows: Iterable[Row]) -> None:
        """Take in the rows of a source."""
        self._sources.append((source, file))
        for row in rows:
            self._rows[row[ID]] = (row, len(self._sources) - 1)
            if row[EDGE]:
                self.edges.add(triple_of(row))

    def __len__(self) -> int:
        return len(self._rows)

    def iris(self) -> Iterable[str]:
        """Return the statements."""
        return self._rows.keys()

    def statement(self, iri: str) -> Statement:
        """Return a statement without its words, its passage and its themes."""
        row, at = self._rows[iri]
        return _statement(row, *self._sources[at])

    def order(self) -> MomentOrder:
        """Return the order of the moments."""
        return moment_order(self._some(lambda row: row[PREDICATE] == _PRECEDES))

    def licensing(self, triples: Container[str]) -> list[Statement]:
        """Return the statements that make edges of some triples."""
        return list(self._some(lambda row: row[EDGE] and triple_of(row) in triples))

    def together(self) -> tuple[Statement, ...]:
        """Return the statements that can be in one another's way: no others are of concern to ``check.check_together``."""
        denied = {triple_of(row) for row, _ in self._rows.values() if [row[i] for i in _JUDGED] == _DENIES}
        attitudes = [row for row, _ in self._rows.values() if row[PREDICATE] in ATTITUDES and row[OBJECT][1:-1] in self._rows]
        wanted = {row[ID] for row in attitudes} | {row[OBJECT][1:-1] for row in attitudes}

        def concerns(row: Row) -> bool:
            ends = row[TIME] != _ALWAYS and bool(row[TIME][1] and row[TIME][2])
            return ends or row[ID] in wanted or row[PREDICATE] == _PRECEDES or triple_of(row) in denied

        return tuple(self._some(concerns))

    def _some(self, wanted: Callable[[Row], bool]) -> Iterator[Statement]:
        return (_statement(row, *self._sources[at]) for row, at in self._rows.values() if wanted(row))


_PRECEDES: Final = SKG + "precedes"
_JUDGED: Final = (COMMITMENT, POLARITY, READING)
_DENIES: Final = [Commitment.ASSERTED, Polarity.NEGATED, Reading.LITERAL]


def _statement(row: Row, source: IRI, file: str) -> Statement:
    def iri(at: int) -> IRI | None:
        return IRI(row[at]) if row[at] else None

    time = ALWAYS if row[TIME] == _ALWAYS else _time(*row[TIME])
    return Statement(
        iri=IRI(row[ID]),
        kind=Kind(row[KIND]),
        subject=IRI(row[SUBJECT]),
        predicate=IRI(row[PREDICATE]),
        object=_term(row[OBJECT]),
        gloss="",
        commitment=Commitment(row[COMMITMENT]),
        polarity=Polarity(row[POLARITY]),
        reading=Reading(row[READING]),
        frame=Frame(row[FRAME]),
        said_by=iri(SPEAKER),
        held_by=iri(HOLDER),
        time=time,
        relations=tuple((Relation.IN_TENSION_WITH, IRI(one)) for one in row[TENSION]),
        source=source,
        where=Where(file, row[LINE]),
    )


def _time(at: str | None, start: str | None, end: str | None) -> Time:
    return Time(IRI(at) if at else None, IRI(start) if start else None, IRI(end) if end else None)


def _term(given: str) -> Term:
    if given.startswith("<"):
        return IRI(given[1:-1])
    (quad,) = ox.parse(f"<x:> <x:> {given} .", format=ox.RdfFormat.N_TRIPLES)
    found: Term = from_engine(quad.object)  # type: ignore[assignment]
    return found
