"""Explained paths: how two things are connected, as statements in a row.

A chain is as strong as the product of its statements. The strengths are a convention, made so that a chain with one doubtful
step is weaker than one with a few firm ones:

=============================  ========
asserted in an interview       0.95
background                     0.90
inferred                       the product of its premises'
hedged (only if asked for)     0.50
=============================  ========

Edges are followed in either direction; each statement tells its own. Search is networkx's.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import networkx as nx

from severance_kg.errors import InputError
from severance_kg.statements import Commitment, Kind, Polarity, Reading, Statement
from severance_kg.vocabulary import IRI

STRENGTH = {Kind.INTERVIEW: 0.95, Kind.BACKGROUND: 0.90}
HEDGED = 0.50


class Path(Sequence[Statement]):
    """The statements of a chain, in order, with the things that it passes and its strength.

    Attributes:
        things: the things on the way, from the first to the last; one more than there are statements.
        strength: the product of the statements' strengths, between 0 and 1; 1 for the empty chain from a thing to itself.
    """

    def __init__(self, statements: Sequence[Statement], things: Sequence[IRI], strength: float) -> None:
        self._statements, self.things, self.strength = tuple(statements), tuple(things), strength

    def __len__(self) -> int:
        return len(self._statements)

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Statement]: ...
    def __getitem__(self, index: int | slice) -> Statement | Sequence[Statement]:
        return self._statements[index]

    def __eq__(self, other: object) -> bool:
        return self._statements == (tuple(other) if isinstance(other, Sequence) else other)

    def __hash__(self) -> int:
        return hash(self._statements)

    def __repr__(self) -> str:
        return f"<Path of {len(self)}: {' '.join(one.gloss for one in self)}>"


@dataclass(frozen=True)
class NoPath:
    """That no chain of edges joins two things, and the nearest approach: a chain with the fewest steps that are no edges.

    ``missing`` are these steps; ``approach`` is empty where not even doubted, denied or figurative statements join the two.
    """

    approach: tuple[Statement, ...]
    missing: tuple[Statement, ...]


def strengths(statements: Mapping[IRI, Statement]) -> dict[IRI, float]:
    """Return the strength of each statement that can be a step."""
    found: dict[IRI, float] = {}

    def of(one: Statement) -> float:
        if one.iri not in found:
            found[one.iri] = math.prod(of(statements[p]) for p in one.premises) if one.premises else _own(one)
        return found[one.iri]

    for one in statements.values():
        of(one)
    return found


def _own(one: Statement) -> float:
    return HEDGED if one.commitment is Commitment.HEDGED else STRENGTH.get(one.kind, HEDGED)


def usable(one: Statement, *, include_hedged: bool) -> bool:
    """Return whether a statement can be a step: an edge, or if asked for one that lacks only the speaker's full weight."""
    hedged = (one.commitment, one.polarity, one.reading) == (Commitment.HEDGED, Polarity.AFFIRMED, Reading.LITERAL)
    return one.is_edge or (include_hedged and hedged)


def find(
    statements: Mapping[IRI, Statement],
    start: IRI,
    end: IRI,
    *,
    strongest: bool = False,
    avoid: Collection[IRI] = (),
    via: Sequence[IRI] = (),
    include_hedged: bool = False,
) -> Path | None:
    """Return a shortest, or the strongest, chain from ``start`` to ``end``, or None if there is none.

    ``avoid`` holds things and statements that the chain must not touch, ``via`` things that it must pass in this order. Of
    several chains that are equally good it is always the same one.
    """
    if any(stop in avoid for stop in (start, *via, end)):
        raise InputError("a chain cannot both pass and avoid a thing", hint="take it out of one of the two")
    steps = [one for one in statements.values() if usable(one, include_hedged=include_hedged) and one.iri not in avoid]
    graph = step_graph(steps, strengths(statements), avoid)
    stops = [start, *via, end]
    things = [start]
    for one, other in nx.utils.pairwise(stops):
        if one not in graph or other not in graph:
            return Path((), (start,), 1.0) if start == end and not via else None
        try:
            things += nx.shortest_path(graph, one, other, weight="cost" if strongest else "hop")[1:]
        except nx.NetworkXNoPath:
            return None
    chain = [graph.edges[pair]["statement"] for pair in nx.utils.pairwise(things)]
    strength = math.prod(graph.edges[pair]["strength"] for pair in nx.utils.pairwise(things))
    return Path(chain, things, strength)


def step_graph(steps: Iterable[Statement], strength: Mapping[IRI, float], avoid: Collection[IRI] = ()) -> nx.Graph[IRI]:
    """Return the graph of things with, between any two, the strongest statement.

    An edge has the ``statement``, its ``strength``, its ``cost`` (minus the logarithm), and its ``hop``: one, and so little
    more for the cost that it only ever decides between chains of one length. A statement that another speaks of is a thing
    too, joined to its own subject and object.
    """
    ordered = sorted(steps, key=lambda one: (-strength[one.iri], one.iri))
    graph: nx.Graph[IRI] = nx.Graph()
    spoken_of = {one.object for one in ordered}
    for one in ordered:
        cost = -math.log(strength[one.iri])
        for start, end in _ends(one, one.iri in spoken_of):
            if start not in avoid and end not in avoid and not graph.has_edge(start, end):
                graph.add_edge(start, end, statement=one, strength=strength[one.iri], cost=cost, hop=1 + cost * 1e-6)
    return graph


def _ends(one: Statement, spoken_of: bool) -> Iterator[tuple[IRI, IRI]]:
    if not isinstance(one.object, IRI):
        return
    yield one.subject, one.object
    if spoken_of:
        yield one.iri, one.subject
        yield one.iri, one.object


def nearest_approach(
    statements: Mapping[IRI, Statement], start: IRI, end: IRI, *, avoid: Collection[IRI] = (), via: Sequence[IRI] = ()
) -> NoPath:
    """Return the chain between two things that needs the fewest statements that are no edges, over all statements."""
    steps = [one for one in statements.values() if one.iri not in avoid]
    # A strength so small that no number of edges weighs as much as one step that is none.
    graph = step_graph(steps, {one.iri: 0.95 if one.is_edge else 1e-100 for one in steps}, avoid)
    things = [start]
    try:
        for one, other in nx.utils.pairwise([start, *via, end]):
            things += nx.shortest_path(graph, one, other, weight="cost")[1:]
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return NoPath((), ())
    chain = tuple(graph.edges[pair]["statement"] for pair in nx.utils.pairwise(things))
    return NoPath(chain, tuple(step for step in dict.fromkeys(chain) if not step.is_edge))
